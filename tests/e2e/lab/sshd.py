"""An sshd of this run, for one account and its keys."""

import os
from pathlib import Path

from .place import NODE_SSH


def configure(where, more=""):
    """Writes its configuration into a directory that has `host_key` and `authorized_keys`; `more` lines stand at its end."""
    if os.getuid() == 0:
        # sshd wants it, and only the system's own service makes it.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (where / "sshd_config").write_text(f"""\
Port {NODE_SSH}
ListenAddress 127.0.0.1
HostKey {where}/host_key
AuthorizedKeysFile {where}/authorized_keys
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
StrictModes no
{more}""")


def command(where):
    """What starts it."""
    return ["/usr/sbin/sshd", "-D", "-e", "-f", where / "sshd_config"]
