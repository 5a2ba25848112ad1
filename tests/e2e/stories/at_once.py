"""Two changes that are merged within a second."""

from lab.scene import tagged

TITLE = "two changes are merged within a second"
WANTED = {"garden/can": "2.2.0", "garden/rake": "2.2.0"}


def tell(scene):
    numbers = scene.series_of_requests(WANTED)
    scene.world.push("HEAD^")
    scene.world.push()
    scene.must(all(map(scene.is_merged, numbers)), f"merged at {' and '.join(map(scene.gerrit.submitted, numbers))}")
    scene.timed("merge to both tags", lambda: all(tagged(*wanted) for wanted in WANTED.items()) or None)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(all(len(scene.mails(*wanted)) == 1 for wanted in WANTED.items()), "each has one mail")
