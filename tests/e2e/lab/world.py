"""The site: its projects, its releases repository, its key, and the jobs of docs/example-site."""

import hashlib
import itertools
import os
import secrets
import shutil

from . import files, gerrit
from .gerrit import KEYS
from .mail import LOGIN
from .place import GERRIT_SSH, LOGS, RUN, SMTP, SOURCES, Broken, run, until
from .zuul import HOME as ZUUL_HOME

EXAMPLE = SOURCES / "docs/example-site"
WORK = RUN / "work"
RELEASES = WORK / "openstack/releases"
PROJECTS = ("garden/trowel", "garden/can", "garden/rake", "garden/hose")
SSH = f"ssh://tagkeeper@127.0.0.1:{GERRIT_SSH}"
SERIES = """\
---
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2026-12-30
- name: gardenia
  release-id: 2026.1
  status: maintained
  initial-release: 2026-04-01
"""
GOVERNANCE = """\
---
garden:
  ptl:
    name: ptl
    email: ptl@example.org
  liaisons:
    release:
      - name: liaison
        email: liaison@example.org
  deliverables:
"""
# On a 29 February.
NEVER = "17 3 29 2 *"
BOT = ("Release Bot", "tagkeeper@example.org")


class World:
    def __init__(self, server, zuul):
        self.gerrit, self.zuul = server, zuul
        self._numbers = itertools.count(1)
        self._secrets = set()

    # Making it

    def make(self, program):
        """The repositories of projects and releases, and what else `tagkeeper.yaml` names."""
        (files.ROOT / "index").mkdir()
        self.sha256 = hashlib.sha256(program.read_bytes()).hexdigest()
        shutil.copy(program, files.ROOT / "tagkeeper")
        self._make_key()
        for name in PROJECTS:
            self.gerrit.project(name)
            clone(name, "admin")
            self.grow(name)
            tag(name, "2.0.0")
        governance = GOVERNANCE + "".join(f"    {short(name)}: {{repos: [{name}]}}\n" for name in PROJECTS)
        (files.ROOT / "projects.yaml").write_text(governance)
        (files.ROOT / "zuul-projects.yaml").write_text("---\n- project:\n    name: ^garden/.*\n    templates: [publish-to-pypi]\n")
        self._make_releases()

    def make_jobs(self):
        """The repositories of jobs and pipelines, before Zuul reads them."""
        (files.ROOT / "logs").mkdir()
        self.gerrit.project("opendev/tagkeeper")
        clone("opendev/tagkeeper", "admin")
        self.put_jobs()
        self.gerrit.project("infra/project-config")
        clone("infra/project-config", "admin")
        shutil.copy(EXAMPLE / "main.yaml", ZUUL_HOME / "main.yaml")
        for part in ("zuul.d/pipelines.yaml", "zuul.d/base.yaml", "playbooks/logs.yaml"):
            self.put_example(part)
        commit("infra/project-config", "Pipelines and the base job")

    def put_jobs(self):
        """Our jobs and roles, as they are now."""
        for part in ("zuul.d", "playbooks", "roles"):
            shutil.rmtree(WORK / "opendev/tagkeeper" / part, ignore_errors=True)
            shutil.copytree(SOURCES / part, WORK / "opendev/tagkeeper" / part)
        commit("opendev/tagkeeper", "Jobs and roles")

    def put_example(self, part, instead=None):
        """One file of the example site, with the addresses of this one, and other words where the caller wants them."""
        text = (EXAMPLE / part).read_text()
        for example, here in {
            "https://tarballs.example.org/tagkeeper": f"{files.URL}/tagkeeper",
            "0" * 64: self.sha256,
            "https://review.example.org/": f"{gerrit.URL}/",
            "ssh://tagkeeper@review.example.org:29418": SSH,
            "ssh://announcer@review.example.org:29418": SSH.replace("tagkeeper@", "announcer@"),
            "/srv/logs": f"{files.ROOT}/logs",
            "https://logs.example.org": f"{files.URL}/logs",
            **(instead or {}),
            # The hour at which a run begins decides nothing: a story that needs a timer sets it.
            "time: '17 * * * *'": f"time: '{NEVER}'",
            "time: '5 0 * * *'": f"time: '{NEVER}'",
        }.items():
            text = text.replace(example, here)
        path = WORK / "infra/project-config" / part
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def add_jobs(self):
        """The jobs that hold secrets, which are encrypted for the project that Zuul has read."""
        known_hosts = run("ssh-keyscan", "-p", GERRIT_SSH, "127.0.0.1")
        fields = {
            "push_key": (KEYS / "tagkeeper").read_text(), "known_hosts": known_hosts, "smtp_login": "\n".join(LOGIN),
            "gerrit_login": f"tagkeeper\n{gerrit.password('tagkeeper')}",
        }
        export = ("gpg", "--homedir", RUN / "gnupg", "--batch", "--armor")
        self.keys = {**fields, "gpg_key": run(*export, "--export-secret-keys", self.key)}
        announce = {
            **fields, "push_key": (KEYS / "announcer").read_text(), "gpg_key": run(*export, "--export", self.key),
            "gerrit_login": f"announcer\n{gerrit.password('announcer')}",
        }
        self.put_secrets({"tagkeeper_apply_keys": self.keys, "tagkeeper_announce_keys": announce})
        # A host that comes back is not waited for as long as at a site.
        names = ("tagkeeper_user_name: Release Bot", "tagkeeper_user_name: Release Announcer")
        self.put_example("zuul.d/jobs.yaml", {name: f"{name}\n      tagkeeper_delay: 15" for name in names})
        self.put_example("zuul.d/projects.yaml")
        commit("infra/project-config", "Jobs for releases")
        self.zuul.read_again()
        until("Zuul knows the jobs", lambda: self.zuul.get("job/tagkeeper-apply") is not None or None)
        if problems := self.zuul.get("config-errors"):
            raise Broken(f"Zuul's configuration has mistakes: {problems}")

    def put_secrets(self, secrets_of_site):
        """The secrets of the jobs, each a name and its fields."""
        self.secrets = secrets_of_site
        for fields in secrets_of_site.values():
            shown = [value for field, value in fields.items() if field != "known_hosts"]
            lines = [line for value in shown for line in value.splitlines()[1:]]
            # The last line of a key in armour is the same for all, and the program knows it.
            self._secrets.update(line for line in lines if line.strip() and not line.startswith("-----"))
        text = "".join(self._secret(name, fields) for name, fields in secrets_of_site.items())
        (WORK / "infra/project-config/zuul.d/secrets.yaml").write_text(text)

    def has_secret(self, text):
        """Whether a line of a key or a password is in `text`. The first line of each is a name."""
        return any(secret in text for secret in self._secrets)

    def _secret(self, name, fields):
        lines = [f"- secret:\n    name: {name}\n    data:\n"]
        for field, value in fields.items():
            lines.append(f"      {field}: {self.zuul.encrypted('infra/project-config', value)}\n")
        return "".join(lines)

    def _make_key(self):
        home = RUN / "gnupg"
        home.mkdir(mode=0o700)
        gpg = ["gpg", "--homedir", home, "--batch", "--quiet"]
        run(*gpg, "--passphrase", "", "--quick-generate-key", f"{BOT[0]} <{BOT[1]}>", "ed25519", "sign", "1y")
        listing = run(*gpg, "--with-colons", "--list-keys")
        self.key = next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))

    def _make_releases(self):
        clone("openstack/releases", "admin")
        (RELEASES / "data").mkdir()
        (RELEASES / "data/series_status.yaml").write_text(SERIES)
        (RELEASES / "tagkeeper.yaml").write_text(f"""\
---
git: {gerrit.URL}/{{repo}}
push: {SSH}/{{repo}}
gerrit: {gerrit.URL}
governance: {files.URL}
zuul-projects: {files.URL}/zuul-projects.yaml
index: {files.URL}/index
ledger: refs/tagkeeper/ledger
approval: {{label: PTL-Approved, release-managers: null}}
signing: {{key: "{self.key}"}}
mail:
  smtp: smtp://127.0.0.1:{SMTP}
  from: {BOT[0]} <{BOT[1]}>
  to: [release-announce@example.org]
""")
        for name in PROJECTS:
            write_release(RELEASES, "gardenia", name, "2.0.0", tip(name))
        commit("openstack/releases", "The record")

    # What people do

    def grow(self, name):
        """A commit in a project; its id."""
        number = next(self._numbers)
        path = WORK / name
        (path / f"{short(name)}.txt").write_text(f"{name} grew {number} times\n")
        (path / "requirements.txt").write_text("soil>=0.3.0\n")
        (path / "setup.cfg").write_text(f"[metadata]\nname = {short(name)}\n")
        (path / ".gitreview").write_text(f"[gerrit]\nhost=review.example.org\nproject={name}.git\n")
        commit(name, f"Grow {short(name)}, the {number}th time")
        return tip(name)

    def propose_growth(self, name, date):
        """A commit of that date in a project, as a change; its number and its id."""
        path, change_id = WORK / name, f"I{secrets.token_hex(20)}"
        (path / "setup.cfg").write_text(f"[metadata]\nname = {short(name)}\n")
        (path / ".gitreview").write_text(f"[gerrit]\nhost=review.example.org\nproject={name}.git\n")
        run("git", "-C", path, "add", "-A")
        who = ["-c", "user.name=liaison", "-c", "user.email=liaison@example.org"]
        message = f"Grow long ago\n\nChange-Id: {change_id}"
        run("git", "-C", path, *who, "commit", "-q", "--date", date, "-m", message, env={"GIT_COMMITTER_DATE": date})
        run("git", "-C", path, "push", "-q", gerrit.url("liaison", name), "HEAD:refs/for/master")
        number = self.gerrit.get(f"changes/{gerrit.quoted(name)}~master~{change_id}")["_number"]
        return number, tip(name)

    def branch(self, start="origin/master"):
        """Begins work in the releases repository."""
        run("git", "-C", RELEASES, "fetch", "-q", "origin")
        run("git", "-C", RELEASES, "checkout", "-q", "-B", "work", start)

    def add_project(self, name, texts):
        """A project with some files."""
        self.gerrit.project(name)
        clone(name, "admin")
        for path, text in texts.items():
            (WORK / name / path).write_text(text)
        commit(name, "Begin")

    def ask(self, name, version, commit_id, series="hibiscus", branch=None):
        """Writes a release into its file, with a branch that begins there."""
        write_release(RELEASES, series, name, version, commit_id)
        if branch:
            with open(RELEASES / "deliverables" / series / f"{short(name)}.yaml", "a") as file:
                file.write(f"branches:\n  - name: {branch}\n    location: {version}\n")

    def record(self, subject, amend=None, who="liaison"):
        """Commits the work as a change of its own, or as a patch set of `amend`, a Change-Id; the Change-Id."""
        change_id = amend or f"I{secrets.token_hex(20)}"
        run("git", "-C", RELEASES, "add", "-A")
        how = ["--amend", "--reset-author"] if amend else []
        name = ["-c", f"user.name={who}", "-c", f"user.email={who}@example.org"]
        run("git", "-C", RELEASES, *name, "commit", "-q", *how, "-m", f"{subject}\n\nChange-Id: {change_id}")
        return change_id

    def propose(self, who="liaison", options=""):
        run("git", "-C", RELEASES, "push", "-q", gerrit.url(who, "openstack/releases"), f"HEAD:refs/for/master{options}")

    def push(self, revision="HEAD"):
        """Merges the work up to a revision as an administrator does, past the gate."""
        run("git", "-C", RELEASES, "push", "-q", gerrit.url("admin", "openstack/releases"), f"{revision}:refs/heads/master")

    def decide(self, name, text):
        """Puts a file into the releases repository as an administrator, past review."""
        self.branch()
        (RELEASES / name).write_text(text)
        commit("openstack/releases", f"Decide on {name}")

    def set_example(self, part, instead=None):
        """A file of the example site, with some of its words replaced; as it is without any."""
        self.put_example(part, instead)
        commit("infra/project-config", f"Other words in {part}")
        self.zuul.read_again()

    def has_file(self, series, name):
        """Whether a deliverable has a file in a series, as it is merged."""
        self.branch()
        return (RELEASES / "deliverables" / series / f"{name}.yaml").exists()

    def head(self):
        """The commit that the work is at."""
        return run("git", "-C", RELEASES, "rev-parse", "HEAD").strip()

    def number(self, change_id, who=None):
        return self.gerrit.get(f"changes/openstack%2Freleases~master~{change_id}", who)["_number"]


def end_agent():
    """gpg starts one by itself, and leaves it."""
    if (RUN / "gnupg").exists():
        run("gpgconf", "--homedir", RUN / "gnupg", "--kill", "gpg-agent")


def short(name):
    return name.rsplit("/", 1)[-1]


def clone(name, who):
    (WORK / name).parent.mkdir(parents=True, exist_ok=True)
    run("git", "clone", "-q", gerrit.url(who, name), WORK / name)
    for key, value in (("user.name", "admin"), ("user.email", "admin@example.com")):
        run("git", "-C", WORK / name, "config", key, value)


def commit(name, subject):
    run("git", "-C", WORK / name, "add", "-A")
    run("git", "-C", WORK / name, "commit", "-q", "--allow-empty", "-m", subject)
    run("git", "-C", WORK / name, "push", "-q", "origin", "HEAD:master")


def tip(name):
    return run("git", "-C", WORK / name, "rev-parse", "HEAD").strip()


def tag(name, version):
    """A tag of the time before tagkeeper."""
    run("git", "-C", WORK / name, "tag", "-a", "-m", version, version)
    run("git", "-C", WORK / name, "push", "-q", "origin", version)


def write_release(root, series, name, version, commit_id):
    path = root / "deliverables" / series / f"{short(name)}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = f"  - version: {version}\n    projects:\n      - repo: {name}\n        hash: {commit_id}\n"
    if path.exists():
        path.write_text(path.read_text() + entry)
        return
    path.write_text(f"""\
---
team: garden
type: library
release-model: cycle-with-intermediary
launchpad: {short(name)}
repository-settings:
  {name}: {{}}
releases:
{entry}""")
