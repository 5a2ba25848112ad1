"""The web server of a release site: rsync reaches its directory over ssh, and readers over HTTP."""

import os
import pwd
import shutil

from . import files, sshd
from .gerrit import KEYS
from .place import NODE_SSH, RUN, Process, listens, run

WHERE = RUN / "www"
ROOT = files.ROOT / "releases"
URL = f"{files.URL}/releases"
# Of a key of its own: the login to the web server opens nothing else.
KEY = KEYS / "publisher"
ACCOUNT = pwd.getpwuid(os.getuid()).pw_name
ADDRESS = f"{ACCOUNT}@127.0.0.1:{ROOT}"


class Www:
    def __init__(self):
        self.server = Process("www", sshd.command(WHERE))

    def start(self):
        """Starts it; what to put into `known_hosts`."""
        for path in (WHERE, ROOT):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        KEY.unlink(missing_ok=True)
        for path in (WHERE / "host_key", KEY):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path)
        shutil.copy(KEY.with_suffix(".pub"), WHERE / "authorized_keys")
        sshd.configure(WHERE)
        self.server.start().serves(lambda: listens(NODE_SSH))
        return f"[127.0.0.1]:{NODE_SSH} " + (WHERE / "host_key.pub").read_text()

    def stop(self):
        self.server.stop()
