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


class Process:
    """A server that this run started, and the only one that it stops."""

    started = []

    def __init__(self, name, command, *, env=None, end=signal.SIGTERM):
        self.name, self.command, self.env, self.end = name, [str(word) for word in command], env or {}, end
        self.log = LOGS / f"{name}.log"
        self.process = None
        Process.started.append(self)

    def start(self):
        # A clean environment: that of the executor is seen by every job.
        env = {"HOME": str(RUN / "home"), "LANG": "C.UTF-8", "PATH": f"{PYTHON.parent}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **self.env}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env, start_new_session=True)
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
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(how or self.end)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            # The group is its own: it was started in a session of its own.
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self, lines=15):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop_all():
    for process in reversed(Process.started):
        process.stop()
