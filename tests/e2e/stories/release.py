"""A release from the first patch set to the mail."""

import json
import urllib.request

from lab import comments, review
from lab.gerrit import bare
from lab.place import RUN, run
from lab.scene import RELEASES, tag_text, tagged

TITLE = "a bad request is refused on its lines, the fixed one is gated, merged, tagged and announced"
NAME = "garden/trowel"
FILE = "deliverables/hibiscus/trowel.yaml"


def tell(scene):
    commit = scene.world.grow(NAME)
    number = bad_request(scene, commit)
    fixed_request(scene, number, commit)
    scene.approve(number)
    scene.timed("approval to merge", lambda: scene.is_merged(number) or None)
    released(scene, number, commit)


def bad_request(scene, commit):
    number = scene.request("Release trowel", (NAME, "v2.1.0", commit), ("garden/rake", "2.0.0", "0" * 40))
    vote = scene.timed("patch set to vote", scene.verdict(number))
    scene.must(vote == -1, "the bad request has Verified -1")
    build = scene.zuul.ended(job_name="tagkeeper-check", change=number)
    wanted = findings(build)
    there = scene.gerrit.comments(number)
    scene.must(wanted, f"the report of the build has {len(wanted)} findings")
    for finding in wanted:
        scene.must(comments.is_there(finding, there), f"{finding['file']}:{finding['line']} {finding['rule']}: is a comment there")
    return number


def findings(build):
    with urllib.request.urlopen(build["log_url"] + "tagkeeper/findings.json", timeout=10) as answer:
        return json.load(answer)["findings"]


def fixed_request(scene, number, commit):
    change_id = scene.gerrit.change(number)["change_id"]
    run("git", "-C", RELEASES, "checkout", "-q", "HEAD^", "--", ".")
    run("git", "-C", RELEASES, "rm", "-rq", "deliverables/hibiscus")
    scene.world.ask(NAME, "2.1.0", commit)
    scene.world.record("Release trowel 2.1.0", amend=change_id)
    scene.world.propose()
    vote = scene.timed("fixed patch set to vote", scene.verdict(number))
    scene.must(vote == 1, "the fixed request has Verified +1")


def released(scene, number, commit):
    scene.timed("merge to tag", lambda: tagged(NAME, "2.1.0"))
    text = tag_text(NAME, "2.1.0")
    scene.must(f"object {commit}\n" in text, "the tag is on the commit that was asked for")
    run("git", "--git-dir", bare(NAME), "verify-tag", "2.1.0", env={"GNUPGHOME": str(RUN / "gnupg")})
    scene.must("meta:series: hibiscus" in text, "the tag is signed by the key of the site, and says its series")
    wanted = review.at(scene.gerrit, number)
    scene.must({"Code-Review+2: manager <manager@example.org>", "Workflow+1: manager <manager@example.org>"} <= set(wanted), "the change has these votes")
    scene.must(review.told_by(NAME, "2.1.0") == wanted, "the tag says who asked, in which change, and these votes, as Gerrit has them")
    scene.timed("tag to mail", lambda: scene.mails("trowel", "2.1.0"))
    build = scene.zuul.ended(pipeline="tag", project=NAME, newrev=tagged(NAME, "2.1.0"))
    scene.must(build["result"] == "SUCCESS", "the tag pipeline ran for the tag")
    build = scene.applied()
    scene.must(build["result"] == "SUCCESS", "the job that tags succeeded")
    scene.must(len(scene.mails("trowel", "2.1.0")) == 1, "one mail went out")
    scene.must(not any(scene.world.has_secret(scene.zuul.log_of(build)) for build in scene.zuul.builds()), "no log shows a key or a password")
