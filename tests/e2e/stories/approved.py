"""Who approves for a team, and when that no longer counts."""

from lab import files
from lab.scene import tagged

TITLE = "a stranger's request waits for the team; its lead approves, and Zuul merges it by itself"
NAME, VERSION = "garden/rake", "3.1.0"
# By which jobs the projects are released.
TEMPLATES = files.ROOT / "zuul-projects.yaml"


def tell(scene):
    number = scene.request("Release rake", (NAME, VERSION, scene.world.grow(NAME)), who="outsider")
    ruled(scene, number)
    scene.must(not scene.approval(number), "nobody of the team has approved")
    stands_in(scene, number)
    scene.approve(number)
    scene.zuul.rest()
    scene.must(not scene.is_merged(number), "the release managers' votes alone do not merge it")
    refused_by_the_gate(scene, number)
    scene.gerrit.call("POST", f"changes/{number}/revisions/current/review", {"message": "recheck"}, "outsider")
    scene.timed("recheck to merge", lambda: scene.is_merged(number) or None)
    scene.timed("merge to tag", lambda: tagged(NAME, VERSION))


def refused_by_the_gate(scene, number):
    """The lead's vote starts the gate. What was fine for the check is so no more, and then is again."""
    jobs = TEMPLATES.read_text()
    TEMPLATES.write_text(jobs.replace("publish-to-pypi", "no-such-template"))
    scene.gerrit.vote(number, "ptl", Code_Review=1)
    scene.timed("the lead's vote to the gate's", lambda: scene.gerrit.value(number, "Verified", "zuul") == -2 or None)
    TEMPLATES.write_text(jobs)
    scene.zuul.rest()
    scene.must(len(scene.zuul.builds(pipeline="gate", change=number)) == 1 and not scene.is_merged(number), "once, and not again by itself")


def stands_in(scene, number):
    scene.gerrit.vote(number, "manager", PTL_Approved=1)
    scene.timed("a release manager's vote in the team's place to Zuul's", lambda: scene.approval(number) or None)
    scene.gerrit.vote(number, "liaison", Code_Review=-1)
    scene.timed("the liaison's objection to the vote taken back", lambda: not scene.approval(number) or None)
    scene.gerrit.vote(number, "liaison", Code_Review=0)
    scene.timed("without the objection it is back", lambda: scene.approval(number) or None)
    scene.gerrit.vote(number, "manager", PTL_Approved=0)
    scene.timed("and does not outlive what it stands on", lambda: not scene.approval(number) or None)


def ruled(scene, number):
    """Waits until the job has looked at the change."""
    build = scene.zuul.ended(job_name="tagkeeper-approval", change=number)
    scene.must(build["result"] == "FAILURE", "the job that looks for approvals says no")
    scene.must("could    ptl <ptl@example.org>, team lead" in scene.zuul.log_of(build), "and who could approve")
