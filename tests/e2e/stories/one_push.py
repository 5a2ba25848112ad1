"""Three requests that reach the branch in one push."""

from lab.scene import tagged

TITLE = "three requests are merged by one push"
WANTED = {"garden/can": "2.3.0", "garden/rake": "2.3.0", "garden/hose": "2.1.0"}


def tell(scene):
    numbers = scene.series_of_requests(WANTED)
    before = len(scene.zuul.builds(job_name="tagkeeper-apply"))
    scene.world.push()
    scene.must(all(map(scene.is_merged, numbers)), "the three are merged")
    scene.timed("merge to all tags", lambda: all(tagged(*wanted) for wanted in WANTED.items()) or None)
    build = scene.applied()
    scene.must(build["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(len(scene.zuul.builds(job_name="tagkeeper-apply")) == before + 1, "it ran once for the three")
    scene.must(all(len(scene.mails(*wanted)) == 1 for wanted in WANTED.items()), "each has one mail")
