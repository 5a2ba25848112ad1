//! What git takes as the name of a tag or branch.

/// Why git takes `name` neither for a tag nor for a branch; `None` where it does (`git check-ref-format`).
pub fn ref_name_problem(name: &str) -> Option<&'static str> {
    let is_control = |character: char| character.is_ascii_control();
    let parts = || name.split('/');
    let problems: [(bool, &'static str); 12] = [
        (name.is_empty(), "it is empty"),
        (name == "HEAD", "`HEAD` names what is checked out"),
        (name == "@" || name.contains("@{"), "git gives `@` and `@{` another meaning"),
        (name.starts_with('-'), "it starts with `-`"),
        (name.contains(' '), "it has a space"),
        (name.chars().any(is_control), "it has a control character"),
        (name.contains(['~', '^', ':', '?', '*', '[', '\\']), "it has one of `~ ^ : ? * [ \\`"),
        (name.contains(".."), "it has two dots in a row"),
        (name.ends_with('.'), "it ends in a dot"),
        (parts().any(str::is_empty), "it has an empty part between slashes"),
        (parts().any(|part| part.starts_with('.')), "a part of it starts with a dot"),
        (parts().any(|part| part.ends_with(".lock")), "a part of it ends in `.lock`"),
    ];
    problems.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::ref_name_problem;

    #[test]
    fn names_that_git_takes_have_no_problem() {
        for name in
            ["1.0.0", "2024.1-eol", "stable/2026.1", "feature/a/b", "@a", "a@", "v1", "a-", "é"]
        {
            assert_eq!(ref_name_problem(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_that_git_refuses_have_one() {
        let names = [
            "", "@", "a@{1}", "1.0 0", "1.0\t", "1~rc1", "1^", "1:1", "1?", "1*", "1[", "1\\",
            "1..0", "1.", "1.lock", "a.lock/b", "/a", "a/", "a//b", ".a", "a/.b", "stable/",
            "\u{7f}a", "HEAD", "-a",
        ];
        for name in names {
            assert!(ref_name_problem(name).is_some(), "{name:?}");
        }
    }
}
