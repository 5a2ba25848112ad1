"""A change at a site whose comments and votes no job makes."""

import subprocess

from lab import files, gerrit
from lab.place import RUN, run

TITLE = "the program alone judges a change, comments on its lines once, and votes for its team"
NAME, FILE = "garden/hose", "deliverables/hibiscus/hose.yaml"
CLONE, LOGIN = RUN / "by-hand", RUN / "by-hand-login"


def tell(scene):
    commit = scene.world.grow(NAME)
    number = scene.request("Release hose", (NAME, "v3.0.0", commit))
    run("git", "clone", "-q", f"{gerrit.URL}/openstack/releases", CLONE)
    commented(scene, number)
    approved(scene, number)


def commented(scene, number):
    log_in("manager")
    status, said = tagkeeper("check", "--change", number, "--post")
    scene.must(status == 1 and "version-number" in said, "check refuses the change and says why")
    scene.must(not run("git", "-C", CLONE, "status", "--porcelain"), "the working tree is as it was")
    [comment] = comments_of(scene, number, "manager")
    on = comment["range"]
    scene.must(on["start_line"] == on["end_line"] and on["end_character"] - on["start_character"] == len("v3.0.0"), "the comment is on the version")
    scene.must(not comment["unresolved"], "it keeps nobody from merging")
    tagkeeper("check", "--change", number, "--post")
    scene.must(len(comments_of(scene, number, "manager")) == 1, "a second run says nothing twice")


def approved(scene, number):
    log_in("zuul")
    status, said = tagkeeper("approve", number, "--vote")
    scene.must(status == 0 and "by proposing it" in said, "its liaison has approved it by proposing it")
    scene.must(scene.gerrit.value(number, "PTL-Approved", "zuul") == 1, "the vote says so")
    scene.gerrit.vote(number, "ptl", Code_Review=-1)
    status, said = tagkeeper("approve", number, "--vote")
    scene.must(status == 1 and "objected" in said, "its lead objects")
    scene.must(not scene.gerrit.value(number, "PTL-Approved", "zuul"), "the vote is taken back")
    status, said = tagkeeper("check", "--change", 99999)
    scene.must(status == 3 and "there is no change 99999" in said, "a change that is not there is named")


def comments_of(scene, number, who):
    return [comment for comment in scene.gerrit.comments(number).get(FILE, []) if comment["author"].get("username") == who]


def log_in(who):
    LOGIN.write_text(f"{who}\n{gerrit.password(who)}\n")


def tagkeeper(*arguments):
    """Runs the program in a clone of the releases repository; its status and what it wrote."""
    command = [files.ROOT / "tagkeeper", *arguments, "--gerrit-login-file", LOGIN, "--cache", RUN / "by-hand-cache",
               "--approval-release-managers", "release-managers"]
    done = subprocess.run([str(word) for word in command], cwd=CLONE, text=True, capture_output=True, check=False)
    return done.returncode, done.stdout + done.stderr
