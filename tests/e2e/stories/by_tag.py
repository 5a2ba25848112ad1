"""A site whose tag pipeline announces."""

from lab.place import run
from lab.scene import RELEASES, tagged
from lab.world import commit

TITLE = "where `announce: tag` is set, the job of the tag pipeline sends the mail, once"
NAME, VERSION = "garden/trowel", "3.1.0"


def tell(scene):
    scene.world.branch()
    with (RELEASES / "tagkeeper.yaml").open("a") as config:
        config.write("announce: tag\n")
    # As an administrator, past review.
    run("git", "-C", RELEASES, "config", "user.email", "admin@example.com")
    commit("openstack/releases", "Announce from the tag pipeline")
    run("git", "-C", RELEASES, "config", "user.email", "liaison@example.org")
    scene.merge(scene.request("Release trowel", (NAME, VERSION, scene.world.grow(NAME))))
    scene.timed("merge to tag", lambda: tagged(NAME, VERSION))
    scene.timed("tag to mail", lambda: scene.mails(NAME, VERSION) or None)
    scene.must(scene.applied()["result"] == "SUCCESS", "the job that tags succeeds")
    build = scene.zuul.ended(job_name="tagkeeper-announce", newrev=tagged(NAME, VERSION))
    scene.must(build["result"] == "SUCCESS", "so does the one that announces")
    scene.zuul.enqueue("tag", NAME, build["ref"])
    scene.zuul.rest()
    scene.must(len(scene.mails(NAME, VERSION)) == 1, "the tag pipeline runs again, and there is one mail")
