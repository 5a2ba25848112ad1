"""Questions that get no answer from Gerrit."""

from lab import gerrit
from lab.place import RUN
from lab.program import Program

WITHOUT_ZUUL = True
TITLE = "what Gerrit does not answer is named with its URL and what to do, and not asked again"
NAME = "garden/hose"


def tell(scene):
    tagkeeper = Program()
    tagkeeper.log_in("manager")
    no_such_change(scene, tagkeeper)
    number = private_change(scene, tagkeeper)
    wrong_password(scene, tagkeeper, number)
    no_login(scene, tagkeeper, number)


def no_such_change(scene, tagkeeper):
    for question in (("check", "--change", 99999), ("approve", 99999)):
        status, said = tagkeeper(*question)
        scene.must(status == 3 and f"there is no change 99999 at {asked(99999)}" in said, f"{question[0]}: a change that is not there is named")


def private_change(scene, tagkeeper):
    world = scene.world
    world.branch()
    world.ask(NAME, "3.0.0", world.grow(NAME))
    change = world.record("Release hose\n\nRelease-Override: no-such-rule agreed by all")
    world.propose(options="%private")
    number = world.number(change, "liaison")
    for question in (("check", "--change", number), ("approve", number)):
        status, said = tagkeeper(*question)
        scene.must(status == 3 and f"there is no change {number} at {asked(number)}" in said and "it may be private" in said,
                   f"{question[0]}: of a private change it is said that there may be one")
    tagkeeper.log_in("liaison")
    status, said, findings = tagkeeper.check(number)
    unused = [finding for finding in findings if finding["rule"] == "override-unused"]
    scene.must(status == 0 and len(unused) == 1, "to its owner it is a change like others")
    there = scene.gerrit.comments(number, "liaison")
    scene.must(unused[0]["file"] in there, "the finding in its message is a comment there")
    scene.must(unused[0]["message"] in there["/COMMIT_MSG"][0]["message"], "which says the same")
    return number


def wrong_password(scene, tagkeeper, number):
    before = refused(scene)
    tagkeeper.log_in("liaison", "a wrong password")
    status, said = tagkeeper("check", "--change", number)
    scene.must(status == 3 and f"cannot read {asked(number)}" in said and "answered 401" in said, "a wrong password is named with the URL")
    scene.must("check the login for this host" in said and "wrong password" not in said, "and what to do, but not the password")
    scene.must(refused(scene) == before + 1, "Gerrit was asked once")


def no_login(scene, tagkeeper, number):
    nowhere = RUN / "nowhere/login"
    before = len(scene.gerrit.requests())
    status, said = tagkeeper("check", "--change", number, login=nowhere)
    scene.must(status == 2 and f"cannot read the login in {nowhere}" in said, "a login file that is not there is named")
    scene.must(len(scene.gerrit.requests()) == before + 1, "Gerrit was not asked")


def asked(number):
    return f"{gerrit.URL}/a/changes/{number}?"


def refused(scene):
    """How often Gerrit did not know who asks."""
    return sum('"tagkeeper/' in line and " 401 " in line for line in scene.gerrit.requests())
