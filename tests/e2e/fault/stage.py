"""Plays one run after the other: with a fault, and again without it; then says whether the end is the undisturbed one."""

import ctypes
import difflib
import email
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field

from . import catalogue as fault
from .calls import Calls
from .place import ENVIRONMENT, Broken, git, run
from .programs import Programs
from .servers import Kept, Mail, Web
from .world import ENDED, PROJECT, VERSION, World

# What is done from end to end: each begins when the one before has ended well.
STORY = (("apply", "--since", "HEAD^"), ("apply", "--delete-ended", "--yes", ENDED))
# With one job, the calls of a run come in the same order each time.
ONE_JOB = ("--jobs", "1")
LONGEST = 120
NEVER = -100
ERRNO = {fault.ERROR: 5, fault.FULL: 28}
REAPER = 36  # PR_SET_CHILD_SUBREAPER
AGENTS = ("gpg-agent", "ssh-agent", "scdaemon", "keyboxd")


@dataclass
class Run:
    status: int
    said: str


@dataclass
class Verdict:
    """What became of one fault: no words where all is well."""

    call: object
    fault: str
    words: str = ""
    is_settled: bool = False
    runs: list = field(default_factory=list)


def different(expected, found):
    """The lines in which two values differ."""
    texts = [json.dumps(value, indent=1, sort_keys=True).splitlines() for value in (expected, found)]
    lines = difflib.unified_diff(*texts, n=0, lineterm="")
    return " ".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


class Stage:
    def __init__(self, root, ledger, program, looks_at_files=True, longest=LONGEST):
        ctypes.CDLL(None).prctl(REAPER, 1, 0, 0, 0)
        self.root, self.program, self.ledger, self._longest = root, program, ledger, longest
        self._looks_at_files = looks_at_files and ledger == "directory"
        self.calls = Calls()
        self.kept = Kept(root / "play/git")
        self.world = World(root, Web(self.calls, self.kept), Mail(self.calls, self.kept), ledger)
        self.world.make()
        self.programs = Programs(root, self.calls, self.world.git)
        self._agent = self._begin_agent() if ledger == "ref" else None
        self._files = root / "files.socket"
        self._listen()

    def close(self):
        self.world.end_agent()
        if self._agent:
            self._agent.terminate()
            self._agent.wait()

    # Runs

    def undisturbed(self):
        """The calls of a run that nothing disturbs, in their order, and its end state."""
        self.begin()
        first = self.play(*ONE_JOB)
        calls = self.calls.made
        if first.status != 0:
            raise Broken(f"the undisturbed run ends with status {first.status}:\n{first.said}")
        return calls, self.state()

    def disturbed(self, call, kind, expected):
        """What becomes of a run in which a call meets a fault, once it is run again without."""
        verdict = Verdict(call, kind)
        self.begin(call, kind)
        verdict.runs.append(self.play(*ONE_JOB))
        verdict.words = self._after_fault(verdict.runs[0], expected) or self._again(verdict) or self.difference(expected)
        self.world.end_agent()
        return verdict

    def begin(self, call=None, kind=None):
        self.world.end_agent()
        self.world.restore()
        self.kept.clear()
        self.kept.propose(PROJECT, ENDED, git(self.world.git / f"{PROJECT}.git", "rev-parse", ENDED))
        self.calls.begin(call, kind)

    def _after_fault(self, run, expected):
        """What is wrong right after the fault."""
        if not self.calls.is_met:
            return "the call did not come again, so it met no fault"
        if run.status == NEVER:
            return run.said
        if "panicked at" in run.said:
            return "it panicked"
        if left := self._processes():
            return f"still running: {left}"
        if run.status == 0 and self._pending() == expected["ledger"]["state.json"]["pending"] and (difference := self.difference(expected)):
            return f"it ended with status 0, and {difference}"
        return ""

    def _again(self, verdict):
        """Runs it again as the messages say; what is wrong with that."""
        for _ in range(3):
            self.calls.begin()
            again = self.play(*ONE_JOB)
            verdict.runs.append(again)
            if again.status == 0:
                return ""
            settle = re.search(r"`?tagkeeper explain (\S+) ([^\s`]+)`?", again.said)
            if not settle or verdict.is_settled:
                break
            # An operator looks whether it arrived.
            verdict.is_settled = True
            has_mail = any(f"{settle[1]} {settle[2]}" in mail for mail in self.kept.mails)
            # These servers show all that they keep: what one accepted and does not show is not there.
            how = "done" if has_mail and "accepted it" not in again.said else "redo"
            verdict.runs.append(self.tagkeeper("explain", settle[1], settle[2], "--resolve", how))
        return f"run again without the fault, it ends with status {verdict.runs[-1].status}"

    def play(self, *options):
        """The story from its beginning, with these options of `apply`, up to what does not end well."""
        said = ""
        for command, *arguments in STORY:
            ended = self.tagkeeper(command, *options, *arguments)
            said += ended.said
            if ended.status != 0:
                break
        return Run(ended.status, said)

    def tagkeeper(self, *arguments, cwd=None):
        """Runs the program in the world, until its end."""
        command = [self.program, *arguments]
        if self._looks_at_files:
            command = [self.root / "files", self._files, self._ledger(), *command]
        self.calls.begin_process()
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd or self.world.releases, env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        if not self._looks_at_files:
            self.calls.process = process.pid
        try:
            said, _ = process.communicate(timeout=self._longest)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return Run(NEVER, f"it did not end within {self._longest} s")
        finally:
            self.calls.process = None
            self.calls.over.set()
        return Run(process.returncode, said.decode(errors="replace"))

    def _environment(self):
        return {
            **ENVIRONMENT, "PATH": str(self.programs.path), "HOME": str(self.world.home), "TMPDIR": str(self.world.temporary),
            "SSH_AUTH_SOCK": str(self.root / "agent"),
        }

    def _ledger(self):
        return self.world.releases / ".git/tagkeeper/ledger"

    def _begin_agent(self):
        socket_of_agent = self.root / "agent"
        agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(socket_of_agent)], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not self._answers(socket_of_agent):
            if time.monotonic() > until:
                raise Broken("ssh-agent does not begin")
            time.sleep(0.01)
        run("ssh-add", "-q", self.world.ssh_key(), env={"SSH_AUTH_SOCK": str(socket_of_agent)})
        self.world.ssh_key().unlink()
        return agent

    @staticmethod
    def _answers(path):
        with socket.socket(socket.AF_UNIX) as line:
            return line.connect_ex(str(path)) == 0

    # The files of the ledger

    def _listen(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self._files))
        listener.listen(8)

        def accept():
            while True:
                line, _ = listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

    def _serve(self, line):
        with line, line.makefile("rb") as stream:
            texts = Programs._texts(stream)
            try:
                for what in texts:
                    line.sendall(f"{self._about_file(what, next(texts))}\n".encode())
            except (OSError, StopIteration):
                pass

    def _about_file(self, what, path):
        if what == "process":
            self.calls.process = int(path)
            return "go"
        if what == "done":
            self.calls.kill()
            return "go"
        meets = self.calls.enter(f"ledger {what} {path.lstrip('/') or '.'}")
        if meets == fault.BEFORE:
            self.calls.kill()
        if meets == fault.AFTER:
            return "tell"
        return f"fail {ERRNO[meets]}" if meets in ERRNO else "go"

    # The end

    def state(self):
        """What the world holds, without what differs from run to run."""
        self.kept.take_in()
        return {
            "refs": self._refs(), "mails": self._mails(), "changes": self._changes(),
            "comments": sorted(self.kept.comments), "statuses": self.kept.statuses, "ledger": self._ledger_files(), "left over": self._left_over(),
        }

    def difference(self, expected):
        """In what the world differs from the undisturbed one, in words."""
        found = self.state()
        return "; ".join(f"{part}: {different(expected[part], found[part])}" for part in expected if found[part] != expected[part])

    def _pending(self):
        return self._ledger_files().get("state.json", {}).get("pending")

    def _refs(self):
        refs = {}
        for name in ("rose", "lily", "requirements"):
            directory = self.world.git / f"garden/{name}.git"
            listing = git(directory, "for-each-ref", "--format=%(refname) %(objecttype) %(*objectname)%(objectname)",
                          "refs/heads", "refs/tags")
            for line in listing.splitlines():
                ref, kind, commit = line.split(" ")
                refs[f"{name} {ref}"] = self._tag(directory, ref) if kind == "tag" else commit
        return refs

    @staticmethod
    def _tag(directory, ref):
        """A tag, without its time and the bytes of its signature."""
        text = git(directory, "cat-file", "tag", ref)
        text, _, signature = text.partition("-----BEGIN ")
        # That the votes were not known is a thing that a tag may say for ever.
        text = re.sub(r"(?m)^meta:release:Votes: not known.*\n", "", text)
        return re.sub(r"> \d+ \+0000", ">", text) + signature.split("-----")[0]

    def _mails(self):
        found = []
        for text in self.kept.mails:
            mail = email.message_from_string(text)
            body = mail.get_payload(decode=True).decode()
            found.append({"subject": mail["Subject"], "to": mail["To"], "body": re.sub(r"[0-9a-f]{40}|[0-9-]{10} [0-9:]{8} UTC", "…", body).splitlines()})
        return sorted(found, key=lambda mail: mail["subject"])

    def _changes(self):
        found = []
        for change in self.kept.changes:
            directory = self.world.git / f"{change['project']}.git"
            trees = [git(directory, "rev-parse", f"{commit}^{{tree}}") for commit in change["commits"]]
            found.append({**change, "commits": trees})
        return sorted(found, key=lambda change: (change["project"], change["branch"], change["change_id"]))

    def _ledger_files(self):
        """Each file of the ledger: which steps are done, how far it was applied, what is pending."""
        if self.ledger == "directory":
            root = self._ledger()
            files = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.json")}
        else:
            directory = self.world.git / "garden/releases.git"
            listing = git(directory, "ls-tree", "-r", "--name-only", "refs/tagkeeper/ledger", may_fail=True)
            names = [name for name in listing.splitlines() if name.endswith(".json")]
            files = {name: git(directory, "show", f"refs/tagkeeper/ledger:{name}") for name in names}
        return {name: self._without_times(json.loads(text)) for name, text in sorted(files.items())}

    @staticmethod
    def _without_times(document):
        if "steps" in document:
            return {name: "done" if record["done"] else "begun" for name, record in document["steps"].items()}
        if "_type" in document:
            return {"statement about": [subject["name"] for subject in document["subject"]]}
        return {
            "applied-through": document.get("applied-through"),
            "pending": [f"{one['file']} {one['name']}: {one['reason']}" for one in document.get("pending", [])],
        }

    def _left_over(self):
        left = [str(path.relative_to(self.world.play)) for path in self.world.temporary.iterdir()]
        for root in (self.world.releases, self.world.git):
            for folder, _, names in os.walk(root):
                left += [f"{folder}/{name}" for name in names if name.endswith(".lock") and name != ".lock"]
                left += [f"{folder}/{name}" for name in names if name.startswith(".tmp") or name == ".next"]
        outgoing = git(self.world.releases, "for-each-ref", "--format=%(refname)", "refs/tagkeeper/outgoing")
        return sorted(left + outgoing.splitlines())

    def _processes(self):
        """What a run left running, after the time that its watchdog takes."""
        until = time.monotonic() + 10
        while True:
            left = [name for name in self._children() if name not in AGENTS]
            if not left or time.monotonic() > until:
                return ", ".join(left)
            time.sleep(0.02)

    def _children(self):
        """The names of our children; orphans of a run become ours."""
        for process in self._ids():
            if self._agent and process == self._agent.pid:
                continue
            try:
                if os.waitpid(process, os.WNOHANG) == (0, 0):
                    with open(f"/proc/{process}/comm") as comm:
                        yield comm.read().strip()
            except (ChildProcessError, FileNotFoundError, ProcessLookupError):
                pass

    @staticmethod
    def _ids():
        found = []
        for task in os.listdir("/proc/self/task"):
            try:
                with open(f"/proc/self/task/{task}/children") as children:
                    found += [int(word) for word in children.read().split()]
            except FileNotFoundError:
                pass  # A thread of a server that has ended meanwhile.
        return found


__all__ = ["PROJECT", "VERSION", "Broken", "Stage"]
