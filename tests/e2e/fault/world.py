"""The site of the story: projects, a releases repository, keys, a release with everything that can follow one, one that waits
while those downstream are told, and a branch that has ended.

It is made once and copied for each run, always to the same place, so that nothing in it depends on where it was made.
"""

import shutil
import time

from .place import Broken, git, run

TEAM = "garden"
PROJECT = "garden/rose"
WAITING = "garden/lily"
REQUIREMENTS = "garden/requirements"
RELEASES = "garden/releases"
VERSION = "1.1.0"
ENDED = "stable/2025.1"
END_TAG = "2025.1-eol"
SERIES = """\
---
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2099-12-30
- name: geranium
  release-id: 2025.1
  status: end of life
  initial-release: 2025-04-02
  eol-date: 2026-05-01
"""
POLICY = """\
---
holds:
  - {status: red, from: 2026-01-01T00:00Z, until: null, scope: {deliverables: [lily]}, reason: the greenhouse leaks}
downstream:
  - {deliverables: [lily], mail: [bouquets@garden.test]}
"""
FILES = {
    ".gitreview": "[gerrit]\nhost=review.garden.test\nproject=garden/rose.git\n",
    "tox.ini": "[testenv]\ndeps =\n  -c{env:TOX_CONSTRAINTS_FILE:https://releases.garden.test/upper/master}\n",
    "setup.cfg": "[metadata]\nname = rose\npython_requires = >=3.10\n",
    "releasenotes/source/index.rst": "=====\nNotes\n=====\n\n.. toctree::\n\n   unreleased\n",
    "requirements.txt": "soil>=0.3.0\n",
}


class World:
    """`root/play` is the site; `root/fresh` is what each run begins with."""

    def __init__(self, root, web, mail, ledger):
        self.root, self.play, self.fresh = root, root / "play", root / "fresh"
        self.git, self.releases, self.home = self.play / "git", self.play / "releases", self.play / "home"
        self.temporary, self.gnupg = self.play / "tmp", self.play / "gnupg"
        self.web, self.mail, self.ledger = web, mail, ledger

    def make(self):
        for directory in (self.git, self.home, self.temporary, self.play / "logins"):
            directory.mkdir(parents=True)
        self.gnupg.mkdir(mode=0o700)
        (self.play / "logins/gerrit").write_text("bot\nhunter2\n")
        (self.play / "logins/launchpad").write_text(
            "[1]\nconsumer_key = tagkeeper\nconsumer_secret =\naccess_token = tok\naccess_secret = hunter2\n")
        (self.play / "logins/storyboard").write_text("hunter2\n")
        key = self._ssh_key() if self.ledger == "ref" else self._gpg_key()
        first = self._grow(PROJECT, FILES, "Plant the rose")
        git(self._bare(PROJECT), "tag", "1.0.0", first)
        git(self._bare(PROJECT), "branch", ENDED, first)
        git(self._bare(PROJECT), "tag", END_TAG, first)
        newest = self._grow(PROJECT, {"rose.txt": "red\n"}, "Water it\n\nCloses-Bug: #11\nStory: 2001\n")
        bulb = self._grow(WAITING, FILES, "Plant the lily")
        git(self._bare(WAITING), "tag", "1.0.0", bulb)
        lily = bulb, self._grow(WAITING, {"lily.txt": "white\n"}, "Let it grow")
        self._grow(REQUIREMENTS, {"upper-constraints.txt": "other===1.0\nrose===1.0.0\nsoil===0.3.0\n"}, "Pin")
        self._record(key, (first, newest), lily)
        self.end_agent()
        self.play.rename(self.fresh)

    def restore(self):
        """Begins anew."""
        for _ in range(50):  # A git that is being ended may still write.
            shutil.rmtree(self.play, ignore_errors=True)
            if not self.play.exists():
                break
            time.sleep(0.1)
        run("cp", "-a", self.fresh, self.play)

    def end_agent(self):
        """gpg starts one by itself, and leaves it."""
        run("gpgconf", "--kill", "all", env={"GNUPGHOME": str(self.gnupg)}, may_fail=True)

    def ssh_key(self):
        """The file of the ssh key, which an agent holds."""
        return self.root / "keys/id"

    # Making it

    def _bare(self, name):
        return self.git / f"{name}.git"

    def _gpg_key(self):
        env = {"GNUPGHOME": str(self.gnupg)}
        person = "Garden Release Bot <bot@garden.test>"
        gpg = ("gpg", "--batch", "--quiet")
        run(*gpg, "--passphrase", "", "--quick-generate-key", person, "ed25519", "sign", "1y", env=env)
        listing = run(*gpg, "--with-colons", "--list-keys", env=env)
        return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))

    def _ssh_key(self):
        self.ssh_key().parent.mkdir(mode=0o700)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f", self.ssh_key())
        return f"{self.ssh_key()}.pub"

    def _grow(self, name, files, message):
        """A commit on the trunk of a bare repository, which is made where it is missing; its id."""
        directory = self._bare(name)
        is_new = not directory.exists()
        if is_new:
            run("git", "init", "--quiet", "--bare", "--initial-branch=master", directory)
            git(directory, "config", "uploadpack.allowFilter", "true")
            git(directory, "config", "uploadpack.allowAnySHA1InWant", "true")
        lines = [f"commit refs/heads/master\ncommitter Ann Example <ann@example.org> {1_780_000_000 + len(files)} +0000",
                 f"data {len(message.encode())}\n{message}"]
        if not is_new:
            lines.append("from refs/heads/master^0")
        lines += [f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}" for path, text in files.items()]
        git(directory, "fast-import", "--quiet", text="\n".join(lines) + "\n")
        return git(directory, "rev-parse", "refs/heads/master")

    def _record(self, key, rose, lily):
        """The releases repository, whose last commit is the request, and the clone that is applied."""
        (first, newest), (bulb, white) = rose, lily
        before = {
            "data/series_status.yaml": SERIES, "release-policy.yaml": POLICY, "tagkeeper.yaml": self._configuration(key),
            "deliverables/geranium/rose.yaml": deliverable(PROJECT, [("0.9.0", first), (END_TAG, first)]),
            "deliverables/hibiscus/rose.yaml": deliverable(PROJECT, [("1.0.0", first)]),
            "deliverables/hibiscus/lily.yaml": deliverable(WAITING, [("1.0.0", bulb)]),
        }
        self._grow(RELEASES, before, "The record")
        branches = f"branches:\n  - name: stable/2026.2\n    location: {VERSION}\n"
        after = {
            "deliverables/hibiscus/rose.yaml": deliverable(PROJECT, [("1.0.0", first), (VERSION, newest)]) + branches,
            "deliverables/hibiscus/lily.yaml": deliverable(WAITING, [("1.0.0", bulb), (VERSION, white)]),
        }
        self._grow(RELEASES, after, f"Release rose and lily {VERSION}\n\nChange-Id: I{'0' * 39}1\n")
        run("git", "clone", "--quiet", self._bare(RELEASES), self.releases)
        git(self.releases, "remote", "set-url", "origin", f"ssh://bot@garden.test/{RELEASES}")

    def _configuration(self, key):
        is_ssh = self.ledger == "ref"
        home = "" if is_ssh else f"  home: {self.gnupg}\n"
        ledger = "ledger: refs/tagkeeper/ledger\n" if is_ssh else ""
        return f"""\
---
git: ssh://bot@garden.test/{{repo}}
push: ssh://bot@garden.test/{{repo}}
trunk: master
cache: {self.play}/cache
signing:
  format: {"ssh" if is_ssh else "gpg"}
  key: '{key}'
{home}{ledger}gerrit: {self.web.url("gerrit")}
gerrit-login-file: {self.play}/logins/gerrit
launchpad: {self.web.url("launchpad")}
launchpad-login-file: {self.play}/logins/launchpad
storyboard: {self.web.url("storyboard")}
storyboard-login-file: {self.play}/logins/storyboard
index: {self.web.url("index")}
requirements-repo: {REQUIREMENTS}
constraints-url: https://releases.garden.test/upper/{{id}}
steps: [follow-ups, constraints, bugs, bug-status, stories, downstream, provenance]
proposals: gerrit
mail:
  smtp: smtp://127.0.0.1:{self.mail.port}
  from: Garden Release Bot <bot@garden.test>
  to: [announce@garden.test]
"""


def deliverable(project, releases):
    entries = "".join(
        f"  - version: {version}\n    projects:\n      - repo: {project}\n        hash: {commit}\n" for version, commit in releases)
    return f"""\
---
team: {TEAM}
type: library
release-model: cycle-with-intermediary
launchpad: rose
storyboard: {project}
repository-settings:
  {project}: {{}}
releases:
{entries}"""


__all__ = ["Broken", "World"]
