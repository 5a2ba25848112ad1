//! What can be the name of a tag or branch, as `git check-ref-format` has it.

/// Why git has no ref of that name, such as `refs/tags/1..0`; `None` where it may.
pub(super) fn why_no_ref(full_ref: &str) -> Option<&'static str> {
    let name = full_ref.splitn(3, '/').nth(2).unwrap_or_default();
    let parts = || name.split('/');
    let is_bad =
        |c: char| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    if name.is_empty() || parts().any(str::is_empty) {
        Some("a part of it is empty")
    } else if name.contains(is_bad) {
        Some("it has a space, a control character or one of `~^:?*[\\` in it")
    } else if name.contains("..")
        || parts().any(|part| part.starts_with('.'))
        || name.ends_with('.')
    {
        Some("it has a dot where git allows none")
    } else if parts().any(|part| part.ends_with(".lock")) {
        Some("it ends in `.lock`")
    } else if name.contains("@{") || name == "@" {
        Some("git reserves `@` and `@{`")
    } else if name == "HEAD" || name.starts_with('-') {
        Some("git reads it as an option or as the current branch")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::why_no_ref;

    #[test]
    fn names_that_git_refuses_are_refused() {
        let bad = [
            "", "1..0", "1.0~rc1", "1.0^", "1:0", "1?0", "1*0", "1[0", "1\\0", "1 0", "1\t0",
            "1.0.lock", "1.0@{1}", "@", "HEAD", "-d", ".1", "1.0.", "a/.b", "a//b", "/a", "a/",
            "a.lock/b", "1\u{7f}0",
        ];
        for name in bad {
            assert!(why_no_ref(&format!("refs/tags/{name}")).is_some(), "{name:?}");
        }
        for name in [
            "1.0.0",
            "1.0.0rc1",
            "v1.0",
            "bugfix/8.4-eol",
            "stable/2026.1",
            "a@b",
            "1.0-é",
            "a.locked",
            "x-HEAD",
        ] {
            assert_eq!(why_no_ref(&format!("refs/tags/{name}")), None, "{name:?}");
        }
    }
}
