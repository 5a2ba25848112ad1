"""A real Gerrit: its site, its accounts and rights, and its REST API."""

import base64
import contextlib
import json
import secrets
import urllib.error
import urllib.parse
import urllib.request

from .place import E2E, GERRIT_HTTP, GERRIT_SSH, LOGS, RUN, SOURCES, Broken, Process, listens, run, until

URL = f"http://127.0.0.1:{GERRIT_HTTP}"
SITE = RUN / "gerrit"
SERVERS = SOURCES / "tests/e2e/servers"
# Newest first; the jars of each are there: see servers/pom.xml.
VERSIONS = (SERVERS / "gerrit-versions").read_text().split()
KEYS = RUN / "keys"
# Compiled as quickly as can be, not as well: a server lives for minutes.
JVM = ("--enable-native-access=ALL-UNNAMED", "-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# The rights that an operator gives, and the ones that this site needs beside.
EXAMPLE_ACL = SOURCES / "docs/example-site/acl"
ACCOUNTS = {
    "zuul": "Service Users", "tagkeeper": "tag-bots", "announcer": "announce-bots", "manager": "release-managers",
    "ptl": None, "liaison": None, "outsider": None,
}
SITE_ACL = """
[label "Verified"]
	function = NoBlock
	defaultValue = 0
	value = -2 Fails
	value = -1 Does not work
	value = 0 No score
	value = +1 Works
	value = +2 Verified
[label "Workflow"]
	function = NoBlock
	defaultValue = 0
	value = -1 Not ready
	value = 0 Ready
	value = +1 Approved
[submit-requirement "Verified"]
	submittableIf = label:Verified=MAX AND -label:Verified=MIN
[submit-requirement "Workflow"]
	submittableIf = label:Workflow=MAX AND -label:Workflow=MIN
[access "refs/heads/*"]
	label-Verified = -2..+2 group Service Users
	submit = group Service Users
	submit = group release-managers
	label-Workflow = -1..+1 group release-managers
	label-Code-Review = -2..+2 group release-managers
	label-Code-Review = -2..+2 group Administrators
	push = group Administrators
[access "refs/tags/*"]
	create = group Administrators
	push = group Administrators
[access "refs/notes/review"]
	create = group Administrators
	push = group Administrators
"""


class Refused(Exception):
    """Gerrit's no, with its status."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


class Gerrit:
    def __init__(self, version):
        self.version = version
        lib = E2E / f"gerrit-{version}"
        java = run(SOURCES / "tests/e2e/find-jdk.sh").strip()
        program = [java, *JVM, "-cp", f"{SERVERS}:{lib}/resources:{lib}/*", SERVERS / "Start.java"]
        self._init = [*program, "Init", "--batch", "--dev", "--no-auto-start", "-d", SITE]
        self.server = Process("gerrit", [*program, "Daemon", "-d", SITE, "--headless", "--console-log"])

    def make(self):
        (SITE / "etc").mkdir(parents=True)
        (SITE / "etc/gerrit.config").write_text(f"""\
[gerrit]
	basePath = git
	canonicalWebUrl = {URL}/
[auth]
	type = DEVELOPMENT_BECOME_ANY_ACCOUNT
	gitBasicAuthPolicy = HTTP
[httpd]
	listenUrl = {URL}/
[sshd]
	listenAddress = 127.0.0.1:{GERRIT_SSH}
	advertisedAddress = 127.0.0.1:{GERRIT_SSH}
[sendemail]
	enable = false
""")
        (LOGS / "gerrit-init.log").write_text(run(*self._init))
        self.start()
        self._seed()

    def start(self):
        self.server.start().serves(self._is_up)

    def _is_up(self):
        try:
            return bool(self.get("config/server/version")) and listens(GERRIT_SSH)
        except (OSError, Refused):
            return False

    # REST

    def call(self, method, path, body=None, who=None):
        """One request, as the account `who` or as nobody; the answer's JSON."""
        headers = {"Content-Type": "application/json"}
        if who:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{who}:{password(who)}".encode()).decode()
        url = f"{URL}/{'a/' if who else ''}{path}"
        request = urllib.request.Request(url, method=method, headers=headers, data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read().decode().removeprefix(")]}'\n")
        except urllib.error.HTTPError as error:
            raise Refused(error.code, f"{method} {url}: {error.read().decode(errors='replace').strip()}") from None
        return json.loads(text) if text else None

    def get(self, path, who=None):
        return self.call("GET", path, who=who)

    def project(self, name, setting=None):
        body = {"create_empty_commit": True, "branches": ["master"], "submit_type": "MERGE_IF_NECESSARY", **(setting or {})}
        self.call("PUT", f"projects/{quoted(name)}", body, "admin")

    def group(self, name):
        return self.get(f"groups/{quoted(name)}", "admin")["id"]

    def change(self, number):
        return self.get(f"changes/{number}/?o=CURRENT_REVISION&o=DETAILED_LABELS&o=DETAILED_ACCOUNTS&o=MESSAGES&o=SUBMITTABLE")

    def query(self, words):
        """The changes that a search finds, oldest first."""
        return sorted(self.get(f"changes/?q={urllib.parse.quote(words)}"), key=lambda change: change["_number"])

    def vote(self, number, who, **labels):
        body = {"labels": {name.replace("_", "-"): value for name, value in labels.items()}}
        self.call("POST", f"changes/{number}/revisions/current/review", body, who)

    def submit(self, number, who="manager"):
        self.call("POST", f"changes/{number}/submit", {}, who)

    def value(self, number, label, who):
        """The vote of an account; none where it has not voted."""
        votes = self.change(number)["labels"][label].get("all", [])
        return next((vote.get("value") for vote in votes if vote.get("username") == who), None)

    def comments(self, number, who=None):
        return self.get(f"changes/{number}/comments", who)

    @property
    def has_robots(self):
        """Whether there are comments of robots, which alone may suggest an edit."""
        return tuple(map(int, self.version.split(".")[:2])) < (3, 13)

    def robot_comments(self, number):
        return self.get(f"changes/{number}/robotcomments") if self.has_robots else {}

    def requests(self):
        """What was asked over HTTP until now, a line each, the question that this is itself among them."""
        mark = secrets.token_hex(8)
        with contextlib.suppress(Refused):
            self.get(f"changes/{mark}")
        log = SITE / "logs/httpd_log"
        return until("Gerrit has noted a question", lambda: text.splitlines() if mark in (text := log.read_text()) else None)

    def grant(self, group, right, ref):
        """Gives a group a right in all projects."""
        rules = {self.group(group): {"action": "ALLOW"}}
        self.call("POST", "projects/All-Projects/access", {"add": {ref: {"permissions": {right: {"rules": rules}}}}}, "admin")

    def forbid(self, project, right, ref="refs/tags/*"):
        self._access(project, "add", right, ref)

    def allow_again(self, project, right, ref="refs/tags/*"):
        self._access(project, "remove", right, ref)

    def _access(self, project, what, right, ref):
        rules = {self.group("tag-bots"): {"action": "BLOCK"}}
        body = {what: {ref: {"permissions": {right: {"rules": rules}}}}}
        self.call("POST", f"projects/{quoted(project)}/access", body, "admin")

    # The site

    def _seed(self):
        for name in ("release-managers", "tag-bots", "announce-bots", "zuul-approvals"):
            self.call("PUT", f"groups/{name}", {"visible_to_all": True}, "admin")
        KEYS.mkdir()
        for name, group in ACCOUNTS.items():
            # Zuul's ssh library reads RSA keys in PEM and ed25519 ones alike.
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", KEYS / name)
            self.call("PUT", f"accounts/{name}", {
                "name": name, "email": f"{name}@example.org", "groups": [group] if group else [],
                "http_password": password(name), "ssh_key": (KEYS / f"{name}.pub").read_text(),
            }, "admin")
        self.call("PUT", "groups/zuul-approvals/members/zuul", {}, "admin")
        # A fresh site lets nobody push its configuration.
        rules = {self.group("Administrators"): {"action": "ALLOW"}}
        access = {"add": {"refs/meta/config": {"permissions": {"push": {"rules": rules}}}}}
        self.call("POST", "projects/All-Projects/access", access, "admin")
        self.configure("All-Projects", SITE_ACL + (EXAMPLE_ACL / "all-projects.config").read_text())
        self.project("openstack/releases")
        self.configure("openstack/releases", (EXAMPLE_ACL / "releases.config").read_text())

    def configure(self, project, sections):
        """Adds sections to the configuration of a project."""
        work = RUN / "configure"
        run("rm", "-rf", work)
        run("git", "init", "-q", work)
        git = ["git", "-C", work, "-c", "user.name=admin", "-c", "user.email=admin@example.com"]
        run(*git, "fetch", "-q", url("admin", project), "refs/meta/config")
        run(*git, "checkout", "-q", "FETCH_HEAD")
        with (work / "project.config").open("a") as config:
            config.write(sections)
        names = {"Anonymous Users": "global:Anonymous-Users"}
        known = (work / "groups").read_text() if (work / "groups").exists() else ""
        for name in ("Administrators", "Service Users", "release-managers", "tag-bots", "announce-bots", "zuul-approvals", "Anonymous Users"):
            if f"\t{name}\n" not in known:
                known += f"{names.get(name) or self.group(name)}\t{name}\n"
        (work / "groups").write_text(known)
        run(*git, "add", "-A")
        run(*git, "commit", "-qm", "Rights")
        run(*git, "push", "-q", url("admin", project), "HEAD:refs/meta/config")


def password(who):
    return "secret" if who == "admin" else f"{who}-secret"


def quoted(name):
    return urllib.parse.quote(name, safe="")


def url(who, project):
    """For git over HTTP, as an account."""
    return f"http://{who}:{password(who)}@127.0.0.1:{GERRIT_HTTP}/a/{project}"


def bare(project):
    """The repository on the server's disk, to look at without the server."""
    path = SITE / "git" / f"{project}.git"
    if not path.is_dir():
        raise Broken(f"there is no {path}")
    return path
