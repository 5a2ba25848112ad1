"""What the stories have in hand: the servers, the world, and a clock that tells how long things took."""

import time

from . import gerrit
from .place import Broken, run, until
from .world import RELEASES, World, short


class Wrong(Exception):
    """Something is not as the story says."""


class Scene:
    """`zuul` is none at a site that has a Gerrit and nothing else."""

    def __init__(self, server, zuul, mailbox):
        self.gerrit, self.zuul, self.mailbox = server, zuul, mailbox
        self.world = World(server, zuul)

    # Telling

    def tell(self, text):
        print(f"    {text}", flush=True)

    def timed(self, what, ask, seconds=300.0):
        """Waits for something, and tells how long it took."""
        start = time.monotonic()
        answer = until(what, ask, seconds)
        self.tell(f"{time.monotonic() - start:6.1f} s  {what}")
        return answer

    def must(self, truth, what):
        if not truth:
            raise Wrong(what)
        self.tell(f"          {what}")

    # What is often done

    def request(self, subject, *releases, who="liaison"):
        """A change that asks for releases, each a project, a version and a commit; its number."""
        self.world.branch()
        for name, version, commit in releases:
            self.world.ask(name, version, commit)
        change_id = self.world.record(subject, who=who)
        self.world.propose(who)
        return self.world.number(change_id)

    def request_with_branch(self, name, version, branch):
        """A change that asks for a release and its branch; its number."""
        self.world.branch()
        self.world.ask(name, version, self.world.grow(name), branch=branch)
        change_id = self.world.record(f"Release {short(name)} {version} with its branch", who="liaison")
        self.world.propose("liaison")
        return self.world.number(change_id)

    def verdict(self, number):
        """Zuul's vote on the current patch set."""
        return lambda: self.gerrit.value(number, "Verified", "zuul") or None

    def approval(self, number):
        """Whether Zuul's vote says that the teams have approved."""
        return self.gerrit.value(number, "PTL-Approved", "zuul") == 1

    def approve(self, number):
        self.gerrit.vote(number, "manager", Code_Review=2)
        self.gerrit.vote(number, "manager", Workflow=1)

    def is_merged(self, number):
        return self.gerrit.change(number)["status"] == "MERGED"

    def push(self, *pushes):
        """Requests that an administrator merges past review, one a release: a list of releases a push, one push after the other."""
        self.world.branch()
        heads = []
        for releases in pushes:
            for name, version in releases:
                self.world.ask(name, version, self.world.grow(name))
                self.world.record(f"Release {short(name)} {version}")
            heads.append(self.world.head())
        for head in heads:
            self.world.push(head)

    def again(self):
        """Runs the job that makes tags once more, as an operator does."""
        build = self.zuul.builds(job_name="tagkeeper-apply")[0]
        self.zuul.enqueue("release-post", "openstack/releases", build["ref"])

    def applied(self):
        """The newest build of the job that makes tags, once Zuul has seen the newest commit and has nothing more to do."""
        tip = run("git", "--git-dir", gerrit.bare("openstack/releases"), "rev-parse", "refs/heads/master").strip()
        self.zuul.ended(job_name="tagkeeper-apply", newrev=tip)
        self.zuul.rest()
        return self.zuul.builds(job_name="tagkeeper-apply")[0]

    def mails(self, name, version):
        return self.mailbox.about(f"{short(name)} {version}")


def tagged(name, version):
    """The tag object, as the server has it on its disk; none where it has none."""
    return read_ref(name, f"refs/tags/{version}")


def read_ref(name, ref):
    """The object at a ref of a project; none where there is no such ref."""
    try:
        return run("git", "--git-dir", gerrit.bare(name), "rev-parse", "--verify", "--quiet", ref).strip()
    except Broken:
        return None


def tag_text(name, version):
    return run("git", "--git-dir", gerrit.bare(name), "cat-file", "-p", f"refs/tags/{version}")


__all__ = ["RELEASES", "Scene", "Wrong", "read_ref", "tag_text", "tagged"]
