"""What a tag says about the review of the change that asked for it."""

from .scene import tag_text

NAMED = ("Code-Review", "Workflow")
MARK = "meta:release:"


def told_by(name, version):
    """The lines of a tag about it."""
    return [line.removeprefix(MARK) for line in tag_text(name, version).splitlines() if line.startswith(MARK)]


def at(gerrit, number):
    """The lines that it should have, as Gerrit has the change: who wrote it, which it is, and the votes on it."""
    change = gerrit.get(f"changes/{number}/?o=CURRENT_REVISION&o=CURRENT_COMMIT&o=DETAILED_LABELS&o=DETAILED_ACCOUNTS")
    commit = change["current_revision"]
    author = change["revisions"][commit]["commit"]["author"]
    by_account = {name: sorted(change["labels"][name]["all"], key=lambda vote: vote["_account_id"]) for name in NAMED}
    votes = [(name, vote) for name, given in by_account.items() for vote in given if vote.get("value")]
    return [
        f"Author: {address(author)}", f"Commit: {commit}", f"Change-Id: {change['change_id']}",
        *(f"{name}{vote['value']:+}: {address(vote)}" for name, vote in votes),
    ]


def address(person):
    return f"{person['name']} <{person['email']}>"
