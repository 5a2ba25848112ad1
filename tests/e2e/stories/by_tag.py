"""A site whose tag pipeline announces."""

from lab.scene import RELEASES, tagged

TITLE = "where `announce: tag` is set, the job of the tag pipeline sends the mail, once"
NAME, VERSION = "garden/trowel", "3.1.0"


def tell(scene):
    config = (RELEASES / "tagkeeper.yaml").read_text()
    scene.world.decide("tagkeeper.yaml", config + "announce: tag\n")
    scene.push([(NAME, VERSION)])
    scene.timed("merge to tag", lambda: tagged(NAME, VERSION))
    scene.timed("tag to mail", lambda: scene.mails(NAME, VERSION) or None)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    build = scene.zuul.ended(job_name="tagkeeper-announce", newrev=tagged(NAME, VERSION))
    scene.must(build["result"] == "SUCCESS", "so does the one that announces")
    scene.zuul.enqueue("tag", NAME, build["ref"])
    scene.zuul.rest()
    scene.must(len(scene.mails(NAME, VERSION)) == 1, "the tag pipeline runs again, and there is one mail")
