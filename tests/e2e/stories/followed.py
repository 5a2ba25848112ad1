"""What follows a tag and its branch: changes to the project, and the constraint, which waits for the index."""

from lab import files
from lab.place import run
from lab.program import Program
from lab.scene import RELEASES, read_ref, tagged
from lab.world import WORK, commit

WITHOUT_ZUUL = True
TITLE = "what follows a release is proposed once; one change is merged, one abandoned, and the constraint waits for the index"
NAME, VERSION, BRANCH = "garden/trowel", "3.0.0", "stable/2026.2"
REQUIREMENTS, UPPER = "openstack/requirements", "upper-constraints.txt"
TOPIC = "create-2026.2"
CONSTRAINTS_URL = "https://releases.example.org/constraints/upper/{id}"
OPTIONS = (
    "--steps", "follow-ups,constraints", "--proposals", "gerrit", "--requirements-repo", REQUIREMENTS,
    "--constraints-url", CONSTRAINTS_URL,
)


def tell(scene):
    prepare(scene)
    tagkeeper = Program()
    tagkeeper.log_in("tagkeeper")
    start = run("git", "-C", RELEASES, "rev-parse", "origin/master").strip()
    merge(scene, scene.request_with_branch(NAME, VERSION, BRANCH))
    proposed(scene, tagkeeper, start)
    decided(scene, tagkeeper)
    constrained(scene, tagkeeper)


def prepare(scene):
    """The files of a project that are edited, the constraints, and the right to propose changes."""
    clone = WORK / NAME
    (clone / "releasenotes/source").mkdir(parents=True, exist_ok=True)
    (clone / "releasenotes/source/index.rst").write_text("=====\nNotes\n=====\n\n.. toctree::\n\n   unreleased\n")
    (clone / "tox.ini").write_text("[testenv]\ndeps =\n  -c{env:TOX_CONSTRAINTS_FILE:https://releases.example.org/constraints/upper/master}\n")
    commit(NAME, "Files that follow a branch")
    scene.world.add_project(REQUIREMENTS, {UPPER: "rake===2.0.0\ntrowel===2.0.0\n"})
    scene.gerrit.grant("tag-bots", "push", "refs/for/refs/heads/*")


def proposed(scene, tagkeeper, start):
    status, said = tagkeeper.apply("--since", start, *OPTIONS)
    scene.must(status == 0 and tagged(NAME, VERSION) and read_ref(NAME, f"refs/heads/{BRANCH}"), "the release is tagged, with its branch")
    scene.must(sorted(subjects(scene)) == ["NEW"] * 3, "three changes follow it")
    scene.must("does not serve" in said and not scene.gerrit.query(f"project:{REQUIREMENTS}"), "its constraint waits for the index")
    status, said = tagkeeper.apply("--pending", *OPTIONS)
    scene.must(status == 0 and sorted(subjects(scene)) == ["NEW"] * 3, "a second run proposes nothing")


def decided(scene, tagkeeper):
    """A person merges one of them and abandons another."""
    [merged, abandoned] = scene.gerrit.query(f"topic:{TOPIC} branch:{BRANCH}")
    merge(scene, merged["_number"])
    scene.gerrit.call("POST", f"changes/{abandoned['_number']}/abandon", {}, "admin")
    status, said = tagkeeper.apply("--pending", *OPTIONS)
    scene.must(status == 0 and "was abandoned, so it is not proposed again" in said, "the abandoned one is not proposed again, and the run says so")
    scene.must(sorted(subjects(scene)) == ["ABANDONED", "MERGED", "NEW"], "one is merged, one abandoned, one in review")
    scene.must(all(patchsets(scene, one) == 1 for one in scene.gerrit.query(f"topic:{TOPIC}")), "each has the one patch set that was proposed")


def constrained(scene, tagkeeper):
    page = files.ROOT / "index/simple/trowel"
    page.mkdir(parents=True)
    (page / "index.html").write_text(f'<!DOCTYPE html><html><body><a href="/trowel-{VERSION}.tar.gz">trowel-{VERSION}.tar.gz</a></body></html>')
    status, said = tagkeeper.apply("--pending", *OPTIONS)
    [change] = scene.gerrit.query(f"project:{REQUIREMENTS}")
    scene.must(status == 0 and change["status"] == "NEW" and change["topic"] == "new-release", "the index serves it: the constraint is proposed")
    merge(scene, change["_number"])
    text = run("git", "-C", WORK / REQUIREMENTS, "pull", "-q", "--ff-only") + (WORK / REQUIREMENTS / UPPER).read_text()
    scene.must(text == f"rake===2.0.0\ntrowel==={VERSION}\n", "merged, it is the constraint of that package, and no other changes")
    status, said = tagkeeper.apply("--pending", *OPTIONS)
    scene.must(status == 0 and "nothing is pending" in said, "nothing is pending any more")
    scene.must(len(scene.gerrit.query(f"project:{REQUIREMENTS}")) == 1, "there is one change for it")


def merge(scene, number):
    scene.approve(number)
    votes = {"Verified": 2} if scene.gerrit.change(number)["project"] != "openstack/releases" else {"Verified": 2, "PTL_Approved": 1}
    scene.gerrit.vote(number, "zuul", **votes)
    scene.gerrit.submit(number)


def subjects(scene):
    """The states of the changes that follow the branch."""
    return [change["status"] for change in scene.gerrit.query(f"topic:{TOPIC}")]


def patchsets(scene, change):
    found = scene.gerrit.change(change["_number"])
    return found["revisions"][found["current_revision"]]["_number"]
