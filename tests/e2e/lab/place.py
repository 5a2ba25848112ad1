"""Directories, ports, and the processes of this run."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[3]
E2E = Path(os.environ.get("E2E", "/var/tmp/tagkeeper-e2e"))
RUN = E2E / os.environ.get("E2E_RUN", "run")
LOGS = RUN / "logs"
PYTHON = E2E / "zuul/bin/python"

_FIRST = int(os.environ.get("E2E_PORT", "23100"))
PORTS = range(_FIRST, _FIRST + 9)
GERRIT_HTTP, GERRIT_SSH, ZOOKEEPER, POSTGRES, ZUUL_WEB, ZUUL_FINGER, SMTP, FILES, NODE_SSH = PORTS


class Broken(Exception):
    """The lab does not work; says what and where to look."""


def run(*command, cwd=None, env=None, stdin=None):
    """Runs a program to its end and returns what it wrote."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, input=stdin, text=True, capture_output=True,
        env={**os.environ, **env} if env else None, check=False,
    )
    if done.returncode:
        raise Broken(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def until(what, ask, seconds=60.0, every=0.2):
    """Asks until the answer is neither None nor False, and returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer is not None and answer is not False:
            return answer
        if time.monotonic() > end:
            raise Broken(f"{what}: not within {seconds:.0f} seconds")
        time.sleep(every)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


# Reads `+ GROUP` and `- GROUP` lines; when the run is gone, by whatever signal, it ends the groups that are left.
GUARD = """
trap '' INT TERM HUP PIPE
groups=' '
while read -r sign id; do
  case $sign in
    +) groups="$groups$id " ;;
    -) groups="${groups%% "$id" *} ${groups#* "$id" }" ;;
  esac
done
[ -z "${groups## }" ] && exit
for id in $groups; do kill -s TERM -- "-$id"; done
sleep 5
for id in $groups; do kill -s KILL -- "-$id"; done
"""


class Guard:
    """Ends the servers when this run is killed and cannot do so itself."""

    def __init__(self):
        self.shell = None

    def tell(self, sign, group):
        if self.shell is None:
            self.shell = subprocess.Popen(
                ["/bin/sh", "-c", GUARD, "e2e-guard"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                text=True, bufsize=1, start_new_session=True, cwd="/",
            )
        with contextlib.suppress(BrokenPipeError):
            self.shell.stdin.write(f"{sign} {group}\n")


class Process:
    """A server that this run started, and the only one that it stops."""

    started = []
    guard = Guard()
    # Set when the run ends: a thread that still makes servers must not start another.
    over = False

    def __init__(self, name, command, *, env=None, end=signal.SIGTERM):
        self.name, self.command, self.env, self.end = name, [str(word) for word in command], env or {}, end
        self.log = LOGS / f"{name}.log"
        self.process = None
        # The process group, until it was ended.
        self.group = None
        Process.started.append(self)

    def start(self):
        if Process.over:
            raise Broken(f"{self.name} is not started: the run is over")
        # A clean environment: that of the executor is seen by every job.
        env = {"HOME": str(RUN / "home"), "LANG": "C.UTF-8", "PATH": f"{PYTHON.parent}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **self.env}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True)
        self.group = self.process.pid
        Process.guard.tell("+", self.group)
        return self

    def serves(self, ready, seconds=90.0):
        """Waits until `ready` says so; fails at once when the process ends."""
        def ask():
            if self.process.poll() is not None:
                raise Broken(f"{self.name} ended; see {self.log}\n{self.tail()}")
            return ready()
        until(f"{self.name} answers (log: {self.log})", ask, seconds)
        return self

    def stop(self, how=None):
        self.ask_to_end(how)
        self.wait(30)

    def ask_to_end(self, how=None):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how or self.end)

    def wait(self, seconds):
        if self.group is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        # The group is its own: it was started in a session of its own. What the server started may outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        self.process.wait()
        Process.guard.tell("-", self.group)
        self.group = None

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all():
    """Asks all to end at once, and waits for them together."""
    running = [process for process in reversed(Process.started) if process.group is not None]
    for process in running:
        process.ask_to_end()
    end = time.monotonic() + 30
    for process in running:
        process.wait(max(0.1, end - time.monotonic()))
