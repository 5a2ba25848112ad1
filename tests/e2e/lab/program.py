"""tagkeeper as people start it by hand, in a clone of the releases repository of its own."""

import json
import os
import subprocess

from . import files, gerrit, mail
from .place import RUN, run
from .world import BOT, SSH

WHERE = RUN / "by-hand"
CLONE, LOGIN, MAIL_LOGIN, REPORT = (WHERE / name for name in ("releases", "login", "mail-login", "findings.json"))


class Program:
    said = ""  # What it wrote at last: a story that fails shows it.

    def __init__(self):
        run("rm", "-rf", WHERE)
        run("git", "clone", "-q", f"{gerrit.URL}/openstack/releases", CLONE)
        run("git", "-C", CLONE, "remote", "set-url", "--push", "origin", f"{SSH}/openstack/releases")
        for key, value in (("user.name", BOT[0]), ("user.email", BOT[1])):
            run("git", "-C", CLONE, "config", key, value)
        MAIL_LOGIN.write_text("\n".join(mail.LOGIN))

    def log_in(self, who, password=None):
        """In whose name it asks Gerrit from now on."""
        LOGIN.write_text(f"{who}\n{password or gerrit.password(who)}\n")

    def __call__(self, *arguments, login=LOGIN, env=None):
        """Runs it; its status and what it wrote."""
        command = [files.ROOT / "tagkeeper", *arguments, "--gerrit-login-file", login, "--cache", WHERE / "cache"]
        done = subprocess.run([str(word) for word in command], cwd=CLONE, env={**os.environ, **(env or {})}, text=True, capture_output=True, check=False)
        Program.said = f"status {done.returncode}\n{done.stdout}{done.stderr}"
        return done.returncode, done.stdout + done.stderr

    def check(self, number):
        """Has a change judged and commented on; the status, what it wrote, and the findings."""
        status, said = self("check", "--change", number, "--post", "--report", f"json={REPORT}")
        return status, said, json.loads(REPORT.read_text())["findings"]

    def approve(self, number):
        """Has it told whether a change is approved, and voted on; the status and what it wrote."""
        return self("approve", number, "--vote", "--approval-release-managers", "release-managers")

    def apply(self, *arguments):
        """Has what is merged tagged and announced, with the keys of the bot; the status and what it wrote."""
        run("git", "-C", CLONE, "pull", "-q", "--ff-only")
        ssh = f"ssh -i {gerrit.KEYS / 'tagkeeper'} -o UserKnownHostsFile={WHERE / 'known-hosts'} -o StrictHostKeyChecking=accept-new"
        return self("apply", "--mail-login-file", MAIL_LOGIN, *arguments, env={"GIT_SSH_COMMAND": ssh, "GNUPGHOME": str(RUN / "gnupg")})

    def has_touched(self):
        """What differs in its clone from what was cloned."""
        return run("git", "-C", CLONE, "status", "--porcelain")
