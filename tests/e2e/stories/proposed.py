"""Requests of many deliverables that the program proposes itself."""

import json

from lab import gerrit
from lab.place import RUN, run
from lab.program import Program
from lab.world import PROJECTS, RELEASES, short

WITHOUT_ZUUL = True
TITLE = "many requests are proposed at once, and what people make of them is left to them"
SERIES, NAMES = "hibiscus", sorted(map(short, PROJECTS))


def tell(scene):
    tagkeeper = Program()
    tagkeeper.log_in("tagkeeper")
    if not all(scene.world.has_file(SERIES, name) for name in NAMES):
        begun(scene, tagkeeper)
    released(scene, tagkeeper)


def begun(scene, tagkeeper):
    """The files of the series, in one change."""
    [change] = set(propose(scene, tagkeeper, "init-series", "begin", "--by", "all").values())
    scene.must(change[0] == "proposed", "the files of a new series are one change")
    [again] = set(propose(scene, tagkeeper, "init-series", "begin", "--by", "all").values())
    number = number_of(again[1])
    scene.must(again[0] == "unchanged" and patchsets(scene, number) == 1, "a second run pushes nothing")
    merge(scene, number)
    status, said = tagkeeper("propose", "init-series", "--series", SERIES, "--topic", "begin", "--send", env=ssh())
    scene.must(status == 1 and "have merged" in said, "a topic that has merged is refused")


def released(scene, tagkeeper):
    for name in PROJECTS:
        scene.world.grow(name)
    first = propose(scene, tagkeeper, "auto", "milestone", "--invite")
    scene.must(sorted(first) == NAMES and {state for state, _ in first.values()} == {"proposed"}, "each deliverable has a change")
    numbers = {name: number_of(page) for name, (_, page) in first.items()}
    reviewers = {one.get("username") for one in scene.gerrit.get(f"changes/{numbers['can']}/reviewers", "admin")}
    scene.must({"ptl", "liaison"} <= reviewers, "lead and liaison of the team are asked to review it")
    second = propose(scene, tagkeeper, "auto", "milestone", "--invite")
    scene.must({state for state, _ in second.values()} == {"unchanged"}, "a second run changes nothing")
    scene.must(all(patchsets(scene, number) == 1 for number in numbers.values()), "and pushes nothing")
    edit(scene, numbers["can"])
    scene.gerrit.call("POST", f"changes/{numbers['hose']}/abandon", {}, "admin")
    scene.world.grow("garden/rake")
    scene.world.grow("garden/can")
    third = {name: state for name, (state, _) in propose(scene, tagkeeper, "auto", "milestone").items()}
    scene.must(third["rake"] == "amended" and patchsets(scene, numbers["rake"]) == 2, "what is stale is amended")
    scene.must(third["can"] == "left" and patchsets(scene, numbers["can"]) == 2, "what a person edited is left")
    scene.must(third["hose"] == "ended" and patchsets(scene, numbers["hose"]) == 1, "what was abandoned is not proposed again")


def edit(scene, number):
    """A person uploads a patch set with other words."""
    text = scene.gerrit.get(f"changes/{number}/revisions/current/commit")["message"]
    scene.gerrit.call("PUT", f"changes/{number}/message", {"message": text.replace("\n\n", "\n\nIn other words.\n\n", 1)}, "admin")


def propose(scene, tagkeeper, kind, topic, *more):
    """Runs it; by deliverable, what became of it and where. What needs nothing, such as a file that is there, is left out."""
    command = ("propose", kind, "--series", SERIES, "--topic", topic, "--send", "--format", "json", *more)
    status, said = tagkeeper(*command, env=ssh())
    if status != 0:
        raise AssertionError(f"propose ended with {status}: {said}")
    rows, _ = json.JSONDecoder().raw_decode(said[said.index("["):])
    return {row["deliverable"]: (row["state"], row["change"]) for row in rows if row["state"] != "skipped"}


def ssh():
    """How git reaches the server as the bot."""
    key, hosts = gerrit.KEYS / "tagkeeper", RUN / "by-hand/known-hosts"
    return {"GIT_SSH_COMMAND": f"ssh -i {key} -o UserKnownHostsFile={hosts} -o StrictHostKeyChecking=accept-new"}


def merge(scene, number):
    """An administrator merges a change as it is."""
    run("git", "-C", RELEASES, "fetch", "-q", "origin", revision(scene, number)["ref"])
    scene.world.push("FETCH_HEAD")
    scene.must(scene.is_merged(number), "it is merged")


def number_of(page):
    return int(page.rsplit("/", 1)[-1])


def revision(scene, number):
    """The newest patch set."""
    [only] = scene.gerrit.change(number)["revisions"].values()
    return only


def patchsets(scene, number):
    """How many there are."""
    return revision(scene, number)["_number"]
