"""Requests that reach the branch together."""

from lab.scene import tagged

TITLE = "two pushes follow within a second, and the second one merges three requests"
ONE = [("garden/can", "2.2.0")]
THREE = [("garden/rake", "2.2.0"), ("garden/can", "2.3.0"), ("garden/hose", "2.1.0")]


def tell(scene):
    before = len(scene.zuul.builds(job_name="tagkeeper-apply"))
    scene.push(ONE, THREE)
    scene.timed("merge to all tags", lambda: all(tagged(*wanted) for wanted in ONE + THREE) or None)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(len(scene.zuul.builds(job_name="tagkeeper-apply")) == before + 2, "it ran once for each push")
    scene.must(all(len(scene.mails(*wanted)) == 1 for wanted in ONE + THREE), "each has one mail")
