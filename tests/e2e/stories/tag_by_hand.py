"""The tags of a site that has no Zuul, and what they say about the review of what they are of."""

from lab import files, gerrit, review
from lab.place import RUN, run
from lab.program import Program
from lab.scene import tagged
from lab.world import RELEASES

WITHOUT_ZUUL = True
TITLE = "the program alone tags; a tag tells the votes as Gerrit or a review note has them, or that nobody knows"
PLAIN, NOTED, UNREAD = "garden/trowel", "garden/can", "garden/rake"
VERSION = "2.1.0"
# As Gerrit's plugin `reviewnotes` writes it, but that Gerrit knows nothing of this reviewer.
NOTE = """\
Verified+2: zuul <zuul@example.org>
Code-Review+2: Sam Another <sam@example.net>
Workflow+1: manager <manager@example.org>
Submitted-by: manager <manager@example.org>
Submitted-at: Wed, 25 Nov 2026 12:00:00 +0000
Reviewed-on: {url}/c/openstack/releases/+/{number}
Project: openstack/releases
Branch: refs/heads/master
"""


def tell(scene):
    tagkeeper = Program()
    tagkeeper.log_in("tagkeeper")
    start = run("git", "-C", RELEASES, "rev-parse", "origin/master").strip()
    plain, noted = request(scene, PLAIN), request(scene, NOTED)
    put_note(scene, noted)
    for number in (plain, noted):
        merge(scene, number)
    status, said = tagkeeper.apply("--since", start)
    scene.must(status == 0 and tagged(PLAIN, VERSION) and tagged(NOTED, VERSION), "two requests are merged and tagged")
    scene.must(all(len(scene.mails(name, VERSION)) == 1 for name in (PLAIN, NOTED)), "each has one mail")
    asked_for(scene, plain)
    read_in_note(scene, noted)
    unread(scene, tagkeeper)


def asked_for(scene, number):
    wanted = review.at(scene.gerrit, number)
    scene.must("Code-Review+2: manager <manager@example.org>" in wanted, f"a change has the votes {' and '.join(wanted[3:])}")
    scene.must(review.told_by(PLAIN, VERSION) == wanted, "its tag tells author, commit, Change-Id and these")


def read_in_note(scene, number):
    wanted = review.at(scene.gerrit, number)[:3] + NOTE.splitlines()[1:3]
    scene.must(review.told_by(NOTED, VERSION) == wanted, "the tag of another has the votes of its review note, one of which only the note has")


def unread(scene, tagkeeper):
    number = request(scene, UNREAD)
    merge(scene, number)
    status, said = tagkeeper.apply("--gerrit", files.BAD_GATEWAY)
    scene.must(status == 0 and tagged(UNREAD, VERSION), "Gerrit is behind a proxy that answers 502: a request is tagged all the same")
    *known, votes = review.told_by(UNREAD, VERSION)
    scene.must(known == review.at(scene.gerrit, number)[:3], "its tag tells author, commit and Change-Id")
    scene.must(votes.startswith(f"Votes: not known: cannot read {files.BAD_GATEWAY}/") and "answered 502" in votes, "and that the votes are not known, and why")


def request(scene, name):
    return scene.request(f"Release {name} {VERSION}", (name, VERSION, scene.world.grow(name)))


def merge(scene, number):
    scene.approve(number)
    scene.gerrit.vote(number, "zuul", Verified=2, PTL_Approved=1)
    scene.gerrit.submit(number)


def put_note(scene, number):
    """As an administrator."""
    commit = scene.gerrit.change(number)["current_revision"]
    git = ["git", "-C", RELEASES, "-c", "user.name=admin", "-c", "user.email=admin@example.com"]
    run(*git, "notes", "--ref=review", "add", "-F", "-", commit, stdin=NOTE.format(url=gerrit.URL, number=number))
    run(*git, "push", "-q", gerrit.url("admin", "openstack/releases"), "refs/notes/review")
