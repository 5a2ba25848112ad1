"""Programs: every name on the PATH of a run leads to `call`, which asks here what is to happen.

The ssh of git is played: it runs the command on the repositories of this machine.
"""

import os
import shlex
import socket
import threading
from pathlib import Path

from . import catalogue as fault
from .place import HERE, REAL_PATH, Broken, run

GARBAGE = "\x01\x1b[31m* ??\tgarbage\tof\ta broken pipe (1)\nnot a line of anything: \x7f\n"
WORDS = {
    "gpg": (2, "gpg: signing failed: Input/output error\n"),
    "ssh-keygen": (255, "Couldn't sign message: communication with agent failed\n"),
    "ssh": (255, "ssh: connect to host garden.test port 22: Connection refused\n"),
}
NO_ANSWER = (128, "fatal: the remote end hung up unexpectedly\n")


class Asked:
    """One program that is about to be run."""

    def __init__(self, name, arguments, variables):
        self.name, self.arguments, self.variables = name, arguments, variables

    def what(self):
        """The kind of call, with nothing in it that differs from run to run."""
        if self.name == "git":
            return self._git()
        if self.name in ("gpg", "gpg2"):
            words = [word for word in ("--detach-sign", "--verify", "--list-secret-keys", "--list-keys", "--export", "--import")
                     if word in self.arguments]
            verb = words[0].lstrip("-") if words else "something else"
            return f"gpg {'sign' if verb == 'detach-sign' else verb}"
        if self.name == "ssh-keygen":
            if "-Y" in self.arguments:
                return f"ssh-keygen {self.arguments[self.arguments.index('-Y') + 1]}"
            return f"ssh-keygen {' '.join(word for word in self.arguments if word in ('-l', '-y'))}".strip()
        if self.name == "ssh":
            return f"ssh {' '.join(shlex.split(self.arguments[-1]))}".replace("/", "", 1) if self.arguments else "ssh"
        return f"{self.name} {' '.join(self.arguments[:1])}".strip()

    def _git(self):
        words, skips = [], False
        for word in self.arguments:
            if skips:
                skips = False
            elif word in ("-c", "-C"):
                skips = True
            elif not (word.startswith("--git-dir=") or word.startswith("--work-tree=")):
                words.append(word)
        verb, rest = (words or ["nothing"])[0], words[1:]
        if verb == "push":
            leases = [word.split("=", 1)[1].rsplit(":", 1)[0] for word in rest if word.startswith("--force-with-lease=")]
            return f"git push {self.repository()} {leases[0] if leases else 'something'}"
        if verb in ("fetch", "ls-remote"):
            refs = [word for word in rest if word.startswith("refs/") and "*" not in word] + (["HEAD"] if "HEAD" in rest else [])
            return " ".join(["git", verb, self.repository(), *refs[:1]])
        return f"git {verb}"

    def repository(self):
        """The repository that it talks to; an empty text for none."""
        for key, value in self.variables.items():
            name = self.variables.get(key.replace("GIT_CONFIG_VALUE_", "GIT_CONFIG_KEY_"), "")
            if key.startswith("GIT_CONFIG_VALUE_") and name.endswith(".url"):
                return value.split("/", 3)[-1]
        return ""


class Programs:
    """The folder that is the PATH of a run, and the socket beside the programs in it."""

    def __init__(self, root, calls, repositories):
        self.root, self.calls, self.repositories = Path(root), calls, Path(repositories)
        self.path = self.root / "bin"
        self.path.mkdir(parents=True)
        compiler = os.environ.get("CC", "cc")
        run(compiler, "-O1", "-o", self.path / "call", HERE / "call.c")
        run(compiler, "-O1", "-o", self.root / "files", HERE / "files.c")
        self._real = {}
        for directory in REAL_PATH.split(":"):
            for entry in (os.scandir(directory) if os.path.isdir(directory) else ()):
                if entry.name != "call" and entry.name not in self._real and os.access(entry.path, os.X_OK):
                    self._real[entry.name] = entry.path
                    os.link(self.path / "call", self.path / entry.name)
        if "git" not in self._real:
            raise Broken("there is no git on the PATH")
        # What git starts finds the played ssh and, for the rest, this machine.
        self.inner = self.root / "inner"
        self.inner.mkdir()
        os.link(self.path / "call", self.inner / "ssh")
        (self.inner / "calls").symlink_to(self.path / "calls")
        self._listen()

    def _listen(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(self.path / "calls"))
        self._socket.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            line, _ = self._socket.accept()
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line):
        with line, line.makefile("rb") as stream:
            try:
                texts = self._texts(stream)
                name, count = next(texts), int(next(texts))
                arguments = [next(texts) for _ in range(count)]
                variables = dict(text.split("=", 1) for text in iter(lambda: next(texts), "") if "=" in text)
                self._answer(Asked(name, arguments, variables), line, texts)
            except (OSError, StopIteration):
                pass  # It was killed meanwhile, as it was meant to be.

    @staticmethod
    def _texts(stream):
        """The texts that come, each ended by a zero byte."""
        text = bytearray()
        while byte := stream.read(1):
            if byte == b"\0":
                yield text.decode(errors="surrogateescape")
                text.clear()
            else:
                text += byte

    def _answer(self, asked, line, texts):
        meets = self.calls.enter(asked.what())
        status, words = WORDS.get(asked.name, NO_ANSWER)
        if meets is None:
            self._begin(line, "exec", asked)
        elif meets == fault.BEFORE:
            self.calls.kill()
            self._end(line, 1)
        elif meets == fault.AFTER:
            self._begin(line, "run", asked)
            next(texts)
            self.calls.kill()
            self._end(line, 1)
        elif meets == fault.ERROR:
            self._end(line, status, errors=words)
        elif meets == fault.LOST:
            self._begin(line, "run", asked, TAGKEEPER_MUTE="1")
            next(texts)
            self._end(line, status, errors=words)
        elif meets == fault.HANG:
            self.calls.hang()
        elif meets == fault.GARBAGE:
            self._end(line, 0, output=GARBAGE)
        elif meets == fault.FULL:
            self._begin(line, "run", asked, TAGKEEPER_FULL="1")
            self._end(line, int(next(texts)))
        elif meets == fault.REFUSED:
            with self._refusing(asked.repository()):
                self._begin(line, "run", asked)
                self._end(line, int(next(texts)))
        elif meets == fault.EXPIRED:
            asked.arguments = ["--faked-system-time=4102444800!", *[
                word for word in asked.arguments if not word.startswith("--faked-system-time")]]
            self._begin(line, "exec", asked)
        elif meets == fault.AGENT:
            if asked.name == "gpg":
                run("gpgconf", "--kill", "gpg-agent", env={"GNUPGHOME": asked.variables.get("GNUPGHOME", "")}, may_fail=True)
                asked.arguments.insert(0, "--no-autostart")
            self._begin(line, "exec", asked, SSH_AUTH_SOCK="/nowhere")

    def _begin(self, line, verb, asked, **more):
        """Lets the real program run."""
        variables = {"PATH": f"{self.inner}:{REAL_PATH}", **more}
        program, command = self._real.get(asked.name), [asked.name, *asked.arguments]
        if asked.name == "ssh":
            program, command = "/bin/sh", ["sh", "-c", self._remotely(asked)]
            variables.update({name: "" for name in asked.variables if name.startswith("GIT_")})
            variables.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null")
        pairs = [f"{name}={value}" for name, value in variables.items()]
        self._send(line, [verb, str(len(pairs)), *pairs, program, *command])

    def _remotely(self, asked):
        """The command that ssh was given, on the repositories of this machine."""
        verb, path = shlex.split(asked.arguments[-1])
        directory = self.repositories / (path.strip("/").removesuffix(".git") + ".git")
        return f"exec git {verb.removeprefix('git-')} {shlex.quote(str(directory))}"

    def _end(self, line, status, output="", errors=""):
        self._send(line, ["exit", str(status), output, errors])

    @staticmethod
    def _send(line, texts):
        body = b"".join(text.encode(errors="surrogateescape") + b"\0" for text in texts)
        line.sendall(f"{len(body)}\n".encode() + body)

    def _refusing(self, repository):
        return _Hook(self.repositories / (repository.removesuffix(".git") + ".git"))


class _Hook:
    """Lets a repository refuse every ref for a while."""

    def __init__(self, directory):
        self.path = directory / "hooks/update"

    def __enter__(self):
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text("#!/bin/sh\necho 'this ref is not for you' >&2\nexit 1\n")
        self.path.chmod(0o755)

    def __exit__(self, *_):
        self.path.unlink()
