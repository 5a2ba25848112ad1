"""Where things are, and running programs."""

import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[2]
REAL_PATH = os.environ.get("PATH", os.defpath)

# What a program sees instead of this machine.
ENVIRONMENT = {
    "LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ann Example", "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann Example", "GIT_COMMITTER_EMAIL": "ann@example.org",
}


class Broken(Exception):
    """The harness cannot do its work."""


def run(*command, text=None, cwd=None, env=None, may_fail=False):
    """The standard output of a program of this machine."""
    done = subprocess.run(
        [str(part) for part in command], input=text if isinstance(text, bytes) else (text or "").encode(), cwd=cwd,
        env={"PATH": REAL_PATH, **ENVIRONMENT, **(env or {})}, capture_output=True)
    if done.returncode != 0 and not may_fail:
        raise Broken(f"{' '.join(map(str, command))}: status {done.returncode}: {done.stderr.decode(errors='replace')}")
    return done.stdout.decode(errors="replace")


def git(directory, *arguments, **more):
    return run("git", "-C", directory, *arguments, **more).strip()
