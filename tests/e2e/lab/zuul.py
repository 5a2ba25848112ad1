"""A real Zuul: ZooKeeper, PostgreSQL, scheduler, executor, web; one tenant, made of docs/example-site."""

import json
import os
import pwd
import signal
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from . import certificates, files, gerrit
from .mail import LOGIN
from .place import E2E, GERRIT_SSH, LOGS, POSTGRES, PYTHON, RUN, SMTP, SOURCES, ZOOKEEPER, ZUUL_FINGER, ZUUL_WEB, Process, listens, run, until

HOME = RUN / "zuul"
# Ssh makes sockets far below it, and no path of one may be longer than 107 bytes.
JOBS = RUN / "jobs"
CONFIG = HOME / "zuul.conf"
API = f"http://127.0.0.1:{ZUUL_WEB}/api/tenant/example"
JARS = ("zookeeper", "slf4j-simple", "netty-codec", "netty-resolver")


class Zuul:
    def __init__(self):
        jars = ":".join(f"/usr/share/java/{name}.jar" for name in JARS)
        self.zookeeper = Process("zookeeper", [
            "java", "-Xmx512m", "-cp", f"/etc/zookeeper/conf:{jars}", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dzookeeper.jmx.log4j.disable=true", "org.apache.zookeeper.server.quorum.QuorumPeerMain", HOME / "zoo.cfg"])
        # Thrown away after the run, so nothing need reach the disk. An interrupt ends it without waiting for its clients.
        self.postgres = Process("postgres", [
            *as_postgres(), postgres_programs() / "postgres", "-D", HOME / "postgres", "-p", POSTGRES,
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"], end=signal.SIGINT)
        program = PYTHON.parent
        self.scheduler = Process("scheduler", [program / "zuul-scheduler", "-c", CONFIG, "-f", "-d"])
        self.executor = Process("executor", [PYTHON, SOURCES / "tests/e2e/servers/executor.py", "-c", CONFIG, "-f", "-d"])
        self.web = Process("web", [program / "zuul-web", "-c", CONFIG, "-f", "-d"])
        # Hands out nodes; a story that wants one starts it.
        self.launcher = Process("launcher", [program / "zuul-launcher", "-c", CONFIG, "-f", "-d"])

    def make(self):
        """Everything but the daemons of Zuul."""
        JOBS.mkdir()
        for name in ("executor-git", "merger-git", "state", "zookeeper", "postgres"):
            (HOME / name).mkdir(parents=True)
        certificates.make(HOME / "tls")
        (HOME / "zoo.cfg").write_text(zookeeper_config())
        CONFIG.write_text(zuul_config())
        (HOME / "logging.conf").write_text(LOGGING)
        if os.getuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(HOME / "postgres", account.pw_uid, account.pw_gid)
        (HOME / "postgres").chmod(0o700)
        programs = postgres_programs()
        run(*as_postgres(), programs / "initdb", "-D", HOME / "postgres", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        self.zookeeper.start()
        self.postgres.start().serves(lambda: listens(POSTGRES))
        here = ["-h", "127.0.0.1", "-p", POSTGRES, "-U", "postgres"]
        until("PostgreSQL takes queries", lambda: succeeds(programs / "pg_isready", "-q", *here))
        run(programs / "psql", "-q", *here, "-c", "create role zuul login password 'zuul'")
        run(programs / "createdb", *here, "-O", "zuul", "zuul")
        self.zookeeper.serves(lambda: listens(ZOOKEEPER))

    def start(self):
        for process in (self.scheduler, self.executor, self.web):
            process.start()
        self.executor.serves(lambda: listens(ZUUL_FINGER))
        self.web.serves(lambda: bool(self.get("pipelines")))

    def read_again(self):
        """Has the configuration read anew: Zuul does that by itself for what is merged by review, not for a push."""
        run(PYTHON.parent / "zuul-scheduler", "-c", CONFIG, "tenant-reconfigure", "example")

    # The API

    def get(self, path, **query):
        """JSON of the tenant; None where there is no such thing yet."""
        text = self.text(path, **query)
        return None if text is None else json.loads(text)

    def text(self, path, **query):
        url = f"{API}/{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read().decode()
        except OSError:
            return None

    def builds(self, **query):
        """Builds that ended, newest first."""
        builds = self.get("builds", limit=50, **query) or []
        return [build for build in builds if build["result"]]

    def ended(self, **query):
        """The newest build that ended; waits for one."""
        return until(f"a build of {query} ends", lambda: (self.builds(**query) or [None])[0], 240)

    def items(self):
        """Items in all pipelines; None while a pipeline has not told of its own, as after Zuul read its configuration."""
        pipelines = (self.get("status") or {}).get("pipelines")
        if not pipelines or not all("change_queues" in pipeline for pipeline in pipelines):
            return None
        return [item for pipeline in pipelines for queue in pipeline["change_queues"] for head in queue["heads"] for item in head]

    def rest(self):
        """Waits until nothing is to be done."""
        until("Zuul has nothing to do", lambda: self.items() == [], 240)

    def enqueue(self, pipeline, project, ref):
        """Runs a pipeline again for a ref that Zuul has seen, as an operator does: docs/operating.md."""
        self._client("enqueue-ref", "--pipeline", pipeline, "--project", project, "--ref", ref["ref"],
                     *(["--oldrev", ref["oldrev"]] if ref["oldrev"] else []), "--newrev", ref["newrev"])

    def dequeue(self, pipeline, project, ref):
        """Cancels what runs for a ref, as an operator does."""
        self._client("dequeue", "--pipeline", pipeline, "--project", project, "--ref", ref)

    def _client(self, command, *words):
        token = run(PYTHON.parent / "zuul-admin", "-c", CONFIG, "create-auth-token", "--auth-config", "local", "--user", "operator",
                    "--tenant", "example", "--expires-in", "600").strip().removeprefix("Bearer ")
        run(PYTHON.parent / "zuul-client", "--zuul-url", f"http://127.0.0.1:{ZUUL_WEB}", "--auth-token", token, command,
            "--tenant", "example", *words)

    def encrypted(self, project, text):
        """A value of a secret as `zuul-client encrypt` prints it, set in as it is in a file."""
        secret = run(PYTHON.parent / "zuul-client", "--zuul-url", f"http://127.0.0.1:{ZUUL_WEB}", "encrypt", "--tenant", "example",
                     "--project", project, "--secret-name", "x", "--field-name", "y", stdin=text)
        _, _, value = secret.partition("y: ")
        return value.rstrip()

    def log_of(self, build):
        """What the job of a build wrote."""
        log = files.ROOT / "logs" / build["uuid"] / "job-output.txt"
        return log.read_text(errors="replace") if log.exists() else f"(no log: {build['result']} {build['error_detail'] or ''})"


def succeeds(*command):
    try:
        run(*command)
    except Exception:  # whatever it was, it is asked again
        return None
    return True


def postgres_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        sys.exit("e2e: there is no PostgreSQL below /usr/lib/postgresql: run tests/e2e/install.sh")
    return found[-1]


def as_postgres():
    """PostgreSQL does not run as root."""
    return ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"] if os.getuid() == 0 else []


def zookeeper_config():
    return f"""\
tickTime=2000
dataDir={HOME}/zookeeper
admin.enableServer=false
serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory
secureClientPort={ZOOKEEPER}
secureClientPortAddress=127.0.0.1
ssl.keyStore.location={HOME}/tls/server-with-key.pem
ssl.trustStore.location={HOME}/tls/ca.pem
"""


def zuul_config():
    return f"""\
[zookeeper]
hosts=127.0.0.1:{ZOOKEEPER}
tls_cert={HOME}/tls/client.pem
tls_key={HOME}/tls/client.key
tls_ca={HOME}/tls/ca.pem
session_timeout=30

[keystore]
password=of this run only

[database]
dburi=postgresql://zuul:zuul@127.0.0.1:{POSTGRES}/zuul

[web]
listen_address=127.0.0.1
port={ZUUL_WEB}
root=http://127.0.0.1:{ZUUL_WEB}
command_socket={HOME}/state/web.socket
pidfile={HOME}/state/web.pid

[scheduler]
tenant_config={HOME}/main.yaml
log_config={HOME}/logging.conf
command_socket={HOME}/state/scheduler.socket
pidfile={HOME}/state/scheduler.pid

[merger]
git_user_email=zuul@example.org
git_user_name=Zuul
git_dir={HOME}/merger-git
command_socket={HOME}/state/merger.socket
pidfile={HOME}/state/merger.pid

[executor]
hostname=127.0.0.1
finger_port={ZUUL_FINGER}
state_dir={HOME}/state
git_dir={HOME}/executor-git
job_dir={JOBS}
command_socket={HOME}/state/executor.socket
pidfile={HOME}/state/executor.pid
private_key_file={gerrit.KEYS}/zuul
manage_ansible=false
ansible_root={E2E}/ansible
disk_limit_per_job=-1
load_multiplier=50
sigterm_method=stop
trusted_rw_paths={files.ROOT}/logs

[launcher]
command_socket={HOME}/state/launcher.socket
pidfile={HOME}/state/launcher.pid

[connection gerrit]
driver=gerrit
server=127.0.0.1
canonical_hostname=review.example.org
baseurl={gerrit.URL}
port={GERRIT_SSH}
user=zuul
sshkey={gerrit.KEYS}/zuul
password={gerrit.password('zuul')}
auth_type=basic

[connection smtp]
driver=smtp
server=127.0.0.1
port={SMTP}
default_from=zuul@review.example.org
default_to=release-jobs@lists.example.org
user={LOGIN[0]}
password={LOGIN[1]}

[auth local]
driver=HS256
allow_authz_override=true
realm=example
client_id=example
issuer_id=operator
secret=a secret of this run and no other one

[connection static]
driver=static
"""


LOGGING = """\
[loggers]
keys=root,zuul
[handlers]
keys=console
[formatters]
keys=plain
[logger_root]
level=WARNING
handlers=console
[logger_zuul]
level=DEBUG
handlers=console
qualname=zuul
propagate=0
[handler_console]
class=StreamHandler
formatter=plain
args=(sys.stdout,)
[formatter_plain]
format=%(asctime)s %(levelname)s %(name)s: %(message)s
"""
