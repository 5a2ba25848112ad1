"""Servers on the loopback: Gerrit, Launchpad, StoryBoard and a package index over HTTP, and a mail server. What they keep is the end state."""

import base64
import http.server
import json
import re
import socketserver
import threading
import urllib.parse

from . import catalogue as fault
from .place import git

US = 7
GARBAGE = b"<html>\x01 502: the proxy says ]}' {\"entries\": [{\"x\": </html>\n"


class Kept:
    """What the servers keep of one run after the other."""

    def __init__(self, repositories):
        self.repositories = repositories
        self._lock = threading.RLock()
        self.clear()

    def clear(self):
        with self._lock:
            self.changes, self.reviews, self.comments, self.mails, self.statuses = [], [], [], [], {}

    def propose(self, project, branch, commit):
        """A change that somebody proposed before."""
        self.changes.append({
            "project": project, "branch": branch, "topic": "", "change_id": f"I{'9' * 40}", "subject": "Prune it",
            "commits": [commit], "status": "NEW"})

    # Gerrit

    def take_in(self):
        """Takes what was pushed to `refs/for/` since, as Gerrit does: a change by its Change-Id, or a patch set of it."""
        with self._lock:
            for directory in sorted(self.repositories.glob("*/*.git")):
                if not (directory / "refs/for").is_dir():
                    continue
                project = str(directory.relative_to(self.repositories)).removesuffix(".git")
                for line in git(directory, "for-each-ref", "--format=%(objectname) %(refname)", "refs/for").splitlines():
                    commit, name = line.split(" ", 1)
                    git(directory, "update-ref", "-d", name)
                    self._take(directory, project, commit, name.removeprefix("refs/for/"))
            return self.changes

    def _take(self, directory, project, commit, target):
        branch, _, topic = target.partition("%topic=")
        message = git(directory, "log", "-1", "--format=%B", commit)
        change_id = re.findall(r"^Change-Id: (I[0-9a-f]{40})$", message, re.MULTILINE)[-1]
        for change in self.changes:
            if (change["project"], change["branch"], change["change_id"]) == (project, branch, change_id):
                if commit not in change["commits"]:  # "no new changes"
                    change["commits"].append(commit)
                return
        git(directory, "update-ref", f"refs/changes/{len(self.changes) + 1}/1", commit)
        self.changes.append({
            "project": project, "branch": branch, "topic": topic, "change_id": change_id,
            "subject": message.splitlines()[0], "commits": [commit], "status": "NEW"})

    def gerrit(self, method, path, body):
        """Status and document of an answer of Gerrit."""
        with self._lock:
            if abandoned := re.fullmatch(r"changes/.+~(\d+)/abandon", path):
                return self._abandon(self.changes[int(abandoned[1]) - 1], body)
            if method == "POST":
                self.reviews.append((path, body))
                return 200, {}
            if branch := re.fullmatch(r"projects/(.+)/branches/(.+)", path):
                return self._branch(method, *map(urllib.parse.unquote, branch.groups()))
            if change := re.fullmatch(r"changes/(\d+)\?.*", path):
                return 200, self._document(self.changes[int(change[1]) - 1])
            if path == "accounts/self":
                return 200, {"_account_id": US, "name": "Bot"}
            if path == "config/server/version":
                return 200, "3.12.0"
            if path.startswith("changes/?"):
                query = urllib.parse.parse_qs(path.split("?", 1)[1]).get("q", [""])[0]
                return 200, [self._document(change) for change in self.take_in() if self._is_asked_for(change, query)]
            found = re.fullmatch(r"changes/(\d+)/revisions/([0-9a-f]{40})/files/(.+)/content", path)
            return self._content(*found.groups()) if found else (404, None)

    @staticmethod
    def _abandon(change, body):
        if change["status"] != "NEW":
            return 409, b"change is abandoned\n"
        change.update(status="ABANDONED", message=json.loads(body)["message"])
        return 200, {}

    def _branch(self, method, project, branch):
        directory, name = self.repositories / f"{project}.git", f"refs/heads/{branch}"
        if not git(directory, "for-each-ref", name):
            return 404, None
        if method == "DELETE":
            git(directory, "update-ref", "-d", name)
            return 204, b""
        return 200, {"ref": name, "can_delete": True}

    @staticmethod
    def _is_asked_for(change, query):
        if query.startswith("status:open"):
            is_there = f'project:"{change["project"]}"' in query and f'branch:"{change["branch"]}"' in query
            return is_there and change["status"] == "NEW"
        if query.startswith("change:"):
            return change["change_id"] == query.removeprefix("change:")
        return f'topic:"{change["topic"]}"' in query and f'project:"{change["project"]}"' in query

    def _document(self, change):
        number = 1 + self.changes.index(change)
        commit = change["commits"][-1]
        revision = {"_number": len(change["commits"]), "ref": f"refs/changes/{number}/1",
                    "uploader": {"_account_id": US, "name": "Bot"}, "files": {}}
        return {"_number": number, "change_id": change["change_id"], "project": change["project"], "branch": change["branch"],
                "subject": change["subject"], "status": change["status"], "created": "2026-08-21 12:00:00.000000000",
                "owner": {"_account_id": US}, "current_revision": commit, "revisions": {commit: revision}}

    def _content(self, number, commit, name):
        project = self.changes[int(number) - 1]["project"]
        place = f"{commit}:{urllib.parse.unquote(name)}"
        directory = self.repositories / f"{project}.git"
        kind = git(directory, "cat-file", "-t", place, may_fail=True)
        if kind != "blob":
            return (400, b"cannot retrieve content of directories\n") if kind == "tree" else (404, None)
        return 200, base64.b64encode(git(directory, "show", place).encode() + b"\n")

    # Launchpad

    def launchpad(self, method, path, body, url):
        """Status and document of an answer of Launchpad at `url`, on which every bug has a task of the rose."""
        with self._lock:
            if method == "PATCH":
                self.statuses[path.split("/")[-1]] = json.loads(body)["status"]
                return 200, {}
            number = path.split("/")[1].split("?")[0]
            if method == "POST":
                self.comments.append((number, urllib.parse.parse_qs(body).get("content", [""])[0]))
                return 201, {}
            if "/bug_tasks" in path:
                status = self.statuses.get(number, "In Progress")
                return 200, {"entries": [{"bug_target_name": "rose", "status": status, "self_link": f"{url}/rose/+bug/{number}"}]}
            if "/messages" in path:
                said = [text for of, text in self.comments if of == number]
                return 200, {"entries": [{"content": text} for text in ["it withers", *said]]}
            return 200, {"private": False, "duplicate_of_link": None}

    # StoryBoard

    def storyboard(self, method, path, body):
        """Status and document of an answer of StoryBoard, on which every story has a task of the rose."""
        with self._lock:
            story = "".join(re.findall(r"\d+", path)[:1])
            if method == "POST":
                self.comments.append((f"story {story}", json.loads(body)["content"]))
                return 200, {}
            if path.startswith("projects"):
                return 200, [{"id": 7, "name": "garden/rose"}]
            if path.startswith("tasks"):
                return 200, [{"story_id": int(story), "project_id": 7}]
            if "/timeline_events" in path:
                return 200, [{"comment": {"content": text}} for of, text in self.comments if of == f"story {story}"]
            return 200, {"id": int(story), "private": False}

    def index(self, path):
        """Every version of every package is there."""
        package = path.strip("/").split("/")[-1].replace("-", "_")
        return 200, f'<!DOCTYPE html><html><body><a href="/f/x">{package}-1.1.0.tar.gz</a></body></html>'.encode()

    # Mail

    def keep(self, text):
        with self._lock:
            self.mails.append(text)


def kind_of(method, path):
    """The kind of a request, without the numbers and names that differ from run to run."""
    path = re.sub(r"\b[0-9a-f]{40}\b|\bI[0-9a-f]{40}\b", "ID", urllib.parse.unquote(path))
    return f"{method} {path.split('&')[0]}"


class Web(http.server.ThreadingHTTPServer):
    """All HTTP servers in one, told apart by the first part of the path."""

    daemon_threads = True

    def __init__(self, calls, kept):
        super().__init__(("127.0.0.1", 0), _Request)
        self.calls, self.kept = calls, kept
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def handle_error(self, *_):
        """A client that is killed goes away in the middle."""


class _Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._meet()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def log_message(self, *_):
        """The harness shows the calls itself."""

    def _meet(self):
        calls = self.server.calls
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode(errors="replace")
        meets = calls.enter(kind_of(self.command, self.path))
        self.close_connection = True
        if meets == fault.BEFORE:
            calls.kill()
        elif meets == fault.HANG:
            calls.hang()
        elif meets == fault.ERROR:
            self._say(500, b"An internal error\n")
        elif meets == fault.REFUSED:
            self._say(403, b"You may not\n")
        elif meets == fault.GARBAGE:
            self._say(200, GARBAGE)
        else:
            status, answer = self._answer(body)
            if meets == fault.AFTER:
                calls.kill()
            elif meets is None:
                self._say(status, answer)
            # The answer is lost: the connection is closed without one.

    def _answer(self, body):
        name, path = self.path.lstrip("/").split("/", 1)
        if name == "index":
            return self.server.kept.index(path)
        if name == "launchpad":
            status, document = self.server.kept.launchpad(self.command, path, body, self.server.url("launchpad"))
            return status, json.dumps(document).encode()
        if name == "storyboard":
            status, document = self.server.kept.storyboard(self.command, path, body)
            return status, json.dumps(document).encode()
        status, document = self.server.kept.gerrit(self.command, path.removeprefix("a/"), body)
        if isinstance(document, bytes):
            return status, document
        return status, b"Not found\n" if status == 404 else b")]}'\n" + json.dumps(document).encode()

    def _say(self, status, body):
        kind = "text/html" if body.startswith((b"<!", b"<h")) else "application/json"
        if body.endswith(b"\n") and b"{" not in body:
            kind = "text/plain"
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)


class Mail(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it accepts."""

    daemon_threads = True

    def __init__(self, calls, kept):
        super().__init__(("127.0.0.1", 0), _Session)
        self.calls, self.kept = calls, kept
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A client that is killed goes away in the middle."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        if self._meet("greeting", lambda: "220 mail.example.org ESMTP") is None:
            return
        while line := self.rfile.readline().decode(errors="replace").strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            is_answered = self._meet(verb, lambda: self._reply(verb))
            if is_answered is None or verb == "QUIT":
                return
            if verb == "DATA" and is_answered and self._meet("text", self._take(self._text())) is None:
                return

    @staticmethod
    def _reply(verb):
        return {"EHLO": "250-mail.example.org\r\n250 8BITMIME", "DATA": "354 go ahead", "QUIT": "221 bye"}.get(verb, "250 fine")

    def _text(self):
        lines = []
        while (line := self.rfile.readline().decode(errors="replace")) not in (".\r\n", ""):
            lines.append(line.removeprefix(".") if line.startswith("..") else line)
        return "".join(lines)

    def _take(self, text):
        def take():
            self.server.kept.keep(text)
            return "250 2.0.0 kept"
        return take

    def _meet(self, what, answer):
        """Whether it was answered as it should be; none where the session is over."""
        calls = self.server.calls
        meets = calls.enter(f"SMTP {what}")
        if meets == fault.BEFORE:
            calls.kill()
        elif meets == fault.HANG:
            calls.hang()
        elif meets == fault.AFTER:
            answer()
            calls.kill()
        elif meets == fault.LOST:
            answer()
        elif meets in (fault.ERROR, fault.REFUSED, fault.GARBAGE):
            words = {fault.ERROR: "451 try again later", fault.REFUSED: "550 5.7.1 not from you", fault.GARBAGE: "\x01?? what"}
            self.wfile.write(f"{words[meets]}\r\n".encode())
            return False
        else:
            self.wfile.write(f"{answer()}\r\n".encode())
            return True
        return None
