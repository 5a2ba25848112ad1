"""The findings of a check beside what Gerrit shows on the change."""


def is_there(finding, comments):
    """Whether Gerrit shows the finding on its range."""
    start, end = (finding["line"], finding["column"] - 1), (finding["end_line"], finding["end_column"] - 1)
    for comment in comments.get(finding["file"], []):
        on = comment.get("range") or {}
        if (on.get("start_line"), on.get("start_character")) == start and (on.get("end_line"), on.get("end_character")) == end:
            if finding["message"] in comment["message"]:
                return True
    return False


def of(comments, who):
    """The same comments, those of one account only; files without any are left out."""
    written = {path: [one for one in said if one["author"].get("username") == who] for path, said in comments.items()}
    return {path: said for path, said in written.items() if said}
