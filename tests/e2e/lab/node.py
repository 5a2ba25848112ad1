"""A node for jobs: an sshd of this run, whose sessions see a home directory of this run; handed out by zuul-launcher."""

import contextlib
import os
import pwd
import shutil
import signal
from pathlib import Path

from . import files, sshd
from .gerrit import KEYS
from .place import E2E, NODE_SSH, RUN, SOURCES, Broken, Process, listens, run, until
from .world import WORK, commit
from .zuul import JOBS as ZUUL_JOBS

WHERE = RUN / "node"
HOME = WHERE / "home"
ACCOUNT = pwd.getpwuid(os.getuid())
# Every process of the node has it in its environment.
MARK = f"E2E_NODE={WHERE}"
SYSTEM = [path for path in ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc") if Path(path).exists()]
# Where the words of the example site that a node changes stand, and how deep.
JOBS = (
    ("zuul.d/jobs.yaml", "    parent: tagkeeper-apply-base\n", "    ", "      "),
    ("zuul.d/projects.yaml", "        - tagkeeper-check: &read\n", " " * 12, " " * 14),
)


class Node:
    def __init__(self, scene):
        self.world, self.zuul = scene.world, scene.zuul
        self.server = Process("node", sshd.command(WHERE))

    def start(self, binds=(), path=""):
        """Starts it; `binds` are directories that it can read beside the system's, and `path` is searched first."""
        if (over := len(f"{ZUUL_JOBS}/{32 * 'b'}/.ansible/cp/{10 * 'c'}.{16 * 'x'}") - 107) > 0:
            raise Broken(f"ssh cannot make its sockets below {ZUUL_JOBS}: set E2E to a path that is {over} bytes shorter")
        shutil.rmtree(WHERE, ignore_errors=True)
        (WHERE / "tmp").mkdir(parents=True)
        HOME.mkdir()
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", WHERE / "host_key")
        self._key = " ".join((WHERE / "host_key.pub").read_text().split()[:2])
        shutil.copy(KEYS / "zuul.pub", WHERE / "authorized_keys")
        (WHERE / "session").write_text(session(binds, path))
        (WHERE / "session").chmod(0o755)
        sshd.configure(WHERE, f"ForceCommand {WHERE}/session\nSubsystem sftp /usr/lib/openssh/sftp-server\n")
        self.server.start().serves(lambda: listens(NODE_SSH))
        self.zuul.launcher.start()

    def stop(self):
        """Ends it and what jobs left on it."""
        self.zuul.launcher.stop()
        self.server.stop()
        for process in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def put_site(self, program, keys):
        """Has the jobs of the example site run here, with this program and these keys."""
        world, config = self.world, WORK / "infra/project-config"
        world.put_example("zuul.d/base.yaml", {"    timeout: 1800\n": "    timeout: 1800\n    pre-run: playbooks/workspace.yaml\n"})
        for part, job, gap, deeper in JOBS:
            node = f"{gap}nodeset:\n{gap}  nodes:\n{gap}    - name: node\n{gap}      label: node\n"
            world.put_example(part, {
                job: job + node + "".join(f"{gap}{line}\n" for line in program.of_job),
                f"{deeper}tagkeeper_url: {files.URL}/tagkeeper\n": "".join(f"{deeper}{line}\n" for line in program.variables),
                f'{deeper}tagkeeper_sha256: "{world.sha256}"\n': "",
            })
        shutil.copy(SOURCES / "tests/e2e/site/workspace.yaml", config / "playbooks/workspace.yaml")
        (config / "zuul.d/node.yaml").write_text(provider(self._key))
        announce = {**keys, "push_key": (KEYS / "announcer").read_text()}
        world.put_secrets({"tagkeeper_apply_keys": keys, "tagkeeper_announce_keys": announce})
        commit("infra/project-config", "Jobs run on a node")
        self.zuul.read_again()
        until("Zuul knows the node", lambda: self.zuul.get("providers") or None)

    # To look at it

    def processes(self):
        """The processes on it, by number, with their command lines."""
        found = {}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if MARK.encode() in (path / "environ").read_bytes().split(b"\0"):
                    found[int(path.name)] = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return found

    def running(self, words):
        """A process with these words in its command line."""
        return next((number for number, command in self.processes().items() if command.startswith(words)), None)

    def with_keys(self):
        """The files on it that hold a line of a key or a password."""
        there = [path for part in (HOME, WHERE / "tmp") for path in part.rglob("*") if path.is_file() and not path.is_symlink()]
        return [path for path in there if self.world.has_secret(path.read_text(errors="replace"))]


class Program:
    """Where the jobs take the program from: variables, and what else the jobs say."""

    def __init__(self, variables, of_job=()):
        self.variables, self.of_job = variables, of_job


def wheel():
    """The wheel of the program, made from the tree, where jobs can fetch it; its URL."""
    where = files.ROOT / "wheels"
    run(E2E / "maturin/bin/maturin", "build", "--release", "--out", where, cwd=SOURCES)
    [made] = where.iterdir()
    return f"{files.URL}/wheels/{made.name}"


def session(binds, path):
    """What sshd starts for every session, of commands and files alike: it sees the system, read-only, and its own home."""
    seen = " ".join(f"--ro-bind {place} {place}" for place in SYSTEM) + "".join(f" --ro-bind {here} {there}" for here, there in binds)
    return f"""\
#!/bin/sh
exec bwrap --bind {WHERE}/tmp /tmp --bind {HOME} {ACCOUNT.pw_dir} {seen} --dev-bind /dev /dev --bind /proc /proc \\
  --setenv {MARK.replace("=", " ")} --setenv PATH {path}/usr/local/bin:/usr/bin:/bin --setenv CARGO_NET_OFFLINE true --chdir {ACCOUNT.pw_dir} \\
  -- /bin/sh -c "${{SSH_ORIGINAL_COMMAND:-exec /bin/sh}}"
"""


def provider(host_key):
    return f"""\
- image:
    name: node
    type: cloud
- flavor:
    name: node
- label:
    name: node
    image: node
    flavor: node
- section:
    name: node
    connection: static
    flavors:
      - name: node
- provider:
    name: node
    section: node
    nodes:
      - name: 127.0.0.1
        label: node
        connection-port: {NODE_SSH}
        host-key: "{host_key}"
    labels:
      - name: node
    images:
      - name: node
        python-path: /usr/bin/python3
        username: {ACCOUNT.pw_name}
"""
