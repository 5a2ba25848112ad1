"""A push that the rights of one repository refuse."""

import re

from lab.scene import tagged

TITLE = "one push is refused: the others go through; the right is given, the job runs again, and it is done"
SHUT, OPEN = "garden/can", "garden/rake"


def tell(scene):
    shut, opened = scene.world.grow(SHUT), scene.world.grow(OPEN)
    scene.gerrit.forbid(SHUT, "createSignedTag")
    number = scene.request("Release can and rake", (SHUT, "2.1.0", shut), (OPEN, "2.1.0", opened))
    scene.world.push()
    build = scene.applied()
    scene.must(build["result"] == "FAILURE", "the job that tags fails")
    log = scene.zuul.log_of(build)
    scene.must("not permitted: create" in log, "its log says what Gerrit refused")
    scene.must("TASK [tagkeeper-keys : Remove the keys]" in log, "the keys are removed all the same")
    scene.must(tagged(OPEN, "2.1.0") and scene.mails(OPEN, "2.1.0"), "the other repository is tagged and announced")
    scene.must(not tagged(SHUT, "2.1.0") and not scene.mails(SHUT, "2.1.0"), "this one is neither")
    told = [message for message in messages(scene, number) if "not permitted" in message]
    scene.must(len(told) == 1, "the merged change gets one comment")
    table_is_true(scene, told[0])
    scene.gerrit.allow_again(SHUT, "createSignedTag")
    scene.again()
    scene.timed("right given to tag", lambda: tagged(SHUT, "2.1.0"))
    build = scene.applied()
    scene.must(build["result"] == "SUCCESS", "the job that tags succeeds")
    scene.must(len(scene.mails(SHUT, "2.1.0")) == 1 and len(scene.mails(OPEN, "2.1.0")) == 1, "each has one mail")
    scene.must(len(messages(scene, number)) == 1, "the change gets no further comment")


def table_is_true(scene, message):
    """The table has a row for each step of each repository: whether it was done, and the id or the reason."""
    rows = {step: (word.strip(), why) for word, step, why in re.findall(r"^ {4}(.{8}) (\S+ \S+ of \S+) +(.+)$", message, re.MULTILINE)}
    scene.must({step: word for step, (word, _) in rows.items()} == {
        f"tag 2.1.0 of {SHUT}": "NOT DONE", f"announcement 2.1.0 of {SHUT}": "waits",
        f"tag 2.1.0 of {OPEN}": "done", f"announcement 2.1.0 of {OPEN}": "done",
    }, "in a table: two steps of one repository are done, the tag of the other is not, and its mail waits")
    scene.must("not permitted: create" in rows[f"tag 2.1.0 of {SHUT}"][1], "with what Gerrit said")
    scene.must(rows[f"tag 2.1.0 of {OPEN}"][1] == f"made, {tagged(OPEN, '2.1.0')}", "and with the tag that stands")


def messages(scene, number):
    """What the bot wrote on the change."""
    return [message["message"] for message in scene.gerrit.change(number)["messages"] if message["author"].get("username") == "tagkeeper"]
