"""Which faults can happen at which call. A call that no line names fails the run: its faults have to be thought about first."""

import fnmatch

BEFORE = "killed before"
AFTER = "killed after"
ERROR = "error"
LOST = "answer lost"
HANG = "hang"
GARBAGE = "garbage"
FULL = "disk full"
REFUSED = "refused"
EXPIRED = "key expired"
AGENT = "agent gone"

FAULTS = (BEFORE, AFTER, ERROR, LOST, HANG, GARBAGE, FULL, REFUSED, EXPIRED, AGENT)

ANY = (BEFORE, AFTER, ERROR, HANG, GARBAGE)

# The first line that a call matches.
CATALOGUE = (
    ("git push *", (*ANY, LOST, FULL, REFUSED)),
    ("git fetch *", (*ANY, LOST, FULL)),
    ("git ls-remote *", (*ANY, LOST)),
    ("git init*", (*ANY, FULL)),
    ("git verify-tag*", (*ANY, FULL, EXPIRED)),
    ("git cat-file*", ANY),
    ("git merge-base*", ANY),
    ("git config*", ANY),
    ("git var*", ANY),
    ("git version", ANY),
    ("git remote*", ANY),
    ("git rev-list*", ANY),
    ("git pack-refs*", (*ANY, FULL)),
    ("git repack*", (*ANY, FULL)),
    ("git diff*", ANY),
    ("git for-each-ref", ANY),
    ("git hash-object", (*ANY, FULL)),
    # A dialogue: without its answers the other side waits, as with a hang. That git lost one is a fault of git's own calls.
    ("ssh *", ANY),
    ("gpg sign", (*ANY, FULL, EXPIRED, AGENT)),
    ("gpg *", (*ANY, EXPIRED, AGENT)),
    ("ssh-keygen sign", (*ANY, FULL, AGENT)),
    ("ssh-keygen *", ANY),
    # A bug or a story that may not be read is private: it is skipped and named, and nobody comes back to it.
    ("GET /launchpad/bugs/*", (*ANY, LOST)),
    ("GET /storyboard/*", (*ANY, LOST)),
    ("GET *", (*ANY, LOST, REFUSED)),
    ("POST *", (*ANY, LOST, REFUSED)),
    ("PATCH *", (*ANY, LOST, REFUSED)),
    ("DELETE *", (*ANY, LOST, REFUSED)),
    ("SMTP *", (*ANY, LOST, REFUSED)),
    ("ledger *", (BEFORE, AFTER, ERROR, FULL)),
)


def faults_of(call):
    """The faults of a call, and none where nobody has thought about it."""
    for pattern, faults in CATALOGUE:
        if fnmatch.fnmatchcase(call.what, pattern):
            return faults
    return ()
