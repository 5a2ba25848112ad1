"""Changes that reach the branch together."""

from lab.scene import tagged

TITLE = "two changes are merged within a second, and three more by one push"
WANTED = [("garden/can", "2.2.0"), ("garden/rake", "2.2.0"), ("garden/can", "2.3.0"), ("garden/rake", "2.3.0"), ("garden/hose", "2.1.0")]


def tell(scene):
    numbers = scene.series_of_requests(*WANTED)
    scene.world.push("HEAD~4")
    scene.world.push("HEAD~3")
    made(scene, numbers[:2], WANTED[:2], "two merges to both tags")
    before = runs(scene)
    scene.world.push()
    made(scene, numbers[2:], WANTED[2:], "the merge of three to all tags")
    scene.must(runs(scene) == before + 1, "the job ran once for the three")


def made(scene, numbers, wanted, what):
    scene.must(all(map(scene.is_merged, numbers)), f"merged at {', '.join(map(scene.gerrit.submitted, numbers))}")
    scene.timed(what, lambda: all(tagged(*one) for one in wanted) or None)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(all(len(scene.mails(*one)) == 1 for one in wanted), "each has one mail")


def runs(scene):
    return len(scene.zuul.builds(job_name="tagkeeper-apply"))
