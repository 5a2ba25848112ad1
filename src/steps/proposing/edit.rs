//! What an edit makes of the files it is about, and what no edit may touch.

use std::collections::BTreeMap;

use crate::facts::pushed_files::Tree;
use crate::git::{AtPath, patch_of};

/// So many bytes are looked at to see whether a file is text.
const LOOKED_AT: usize = 8000;

/// An edit of some files of a branch; pure.
pub(in crate::steps) trait Edit {
    /// The paths that it wants to see.
    fn paths(&self) -> Vec<String>;

    /// What it makes of what is there.
    fn edited(&self, files: &Texts<'_>) -> Edited;
}

/// What an edit makes of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::steps) enum Edited {
    /// Everything is as it should be: why.
    AsItIs(String),
    /// These files, in their new form.
    Changed(Vec<(String, String)>),
    /// What is there cannot be edited: why.
    Refused(String),
}

/// The text files among those that an edit asked for.
pub(in crate::steps) struct Texts<'a> {
    files: BTreeMap<&'a str, &'a str>,
    directories: Vec<&'a str>,
}

impl<'a> Texts<'a> {
    /// The text of a file; `None` if it is not there.
    pub(in crate::steps) fn get(&self, path: &str) -> Option<&'a str> {
        self.files.get(path).copied()
    }

    /// Whether there is a directory of that name.
    pub(in crate::steps) fn has_directory(&self, path: &str) -> bool {
        self.directories.contains(&path)
    }

    fn of(tree: &'a Tree) -> Result<Self, String> {
        let (mut files, mut directories) = (BTreeMap::new(), Vec::new());
        for (path, found) in tree {
            match found {
                AtPath::Nothing => {}
                AtPath::Directory => directories.push(path.as_str()),
                AtPath::File(bytes) => {
                    files.insert(path.as_str(), text(path, bytes)?);
                }
                AtPath::TooLarge(size) => {
                    return Err(format!("`{path}` is too large to edit ({size} bytes)"));
                }
                AtPath::Link(at) => {
                    return Err(format!("`{at}` is a symbolic link, and links are not followed"));
                }
                AtPath::Submodule(at) => return Err(format!("`{at}` is a submodule")),
            }
        }
        Ok(Self { files, directories })
    }
}

fn text<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, String> {
    let is_binary = bytes.iter().take(LOOKED_AT).any(|byte| *byte == 0);
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_binary => Ok(text),
        _ => Err(format!("`{path}` is not a text file in UTF-8")),
    }
}

/// What `edit` makes of the files of a branch. An edit that would touch what none may touch is refused.
pub(in crate::steps) fn edited(edit: &dyn Edit, tree: &Tree) -> Edited {
    let texts = match Texts::of(tree) {
        Ok(texts) => texts,
        Err(why) => return Edited::Refused(why),
    };
    match edit.edited(&texts) {
        Edited::Changed(files) => {
            let changed: Vec<_> = files
                .into_iter()
                .filter(|(path, text)| texts.get(path) != Some(text.as_str()))
                .collect();
            match changed.iter().find_map(|(path, _)| why_not_a_path(path)) {
                Some(why) => Edited::Refused(why),
                None if changed.is_empty() => Edited::AsItIs("nothing would change".to_owned()),
                None => Edited::Changed(changed),
            }
        }
        other => other,
    }
}

/// Why no file at this path is ever written; `None` where it may be.
pub(in crate::steps) fn why_not_a_path(path: &str) -> Option<String> {
    let is_odd = |c: char| c.is_control() || c == '\\' || c == ':';
    let wrong = |part: &str| {
        matches!(part, "" | "." | "..")
            || part.ends_with(['.', ' '])
            || part.eq_ignore_ascii_case(".git")
            || part.to_ascii_lowercase().starts_with("git~")
            || ignoring_invisible(part).eq_ignore_ascii_case(".git")
    };
    if path.is_empty() || path.contains(is_odd) || path.split('/').any(wrong) {
        return Some(format!(
            "`{}` is not a plain path below the top of a repository",
            path.escape_debug()
        ));
    }
    None
}

/// Without the characters that some file systems leave out of names.
fn ignoring_invisible(part: &str) -> String {
    let is_seen = |c: &char| !matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    part.chars().filter(is_seen).collect()
}

/// Whether a file tells Zuul what to run.
pub(in crate::steps) fn is_of_zuul(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    matches!(first, "zuul.yaml" | ".zuul.yaml" | "zuul.d" | ".zuul.d")
}

/// The changed files as a patch.
pub(in crate::steps) fn patch(changed: &[(String, String)], tree: &Tree) -> String {
    let one = |(path, after): &(String, String)| {
        let before = match tree.get(path) {
            Some(AtPath::File(bytes)) => Some(bytes.as_slice()),
            _ => None,
        };
        patch_of(path, before, after.as_bytes()).unwrap_or_else(|error| format!("{error}\n"))
    };
    changed.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_of_zuul, why_not_a_path};

    #[test]
    fn only_plain_paths_below_the_top_are_written() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../b",
            "a//b",
            "./a",
            "a/",
            ".git/config",
            "a/.GIT/hooks/x",
            "git~1/x",
            ".g\u{200c}it/x",
            "a\\b",
            "C:x",
            "a\nb",
            "a./b",
            ".git./x",
        ] {
            assert!(why_not_a_path(path).is_some(), "{path:?}");
        }
        for path in
            ["tox.ini", ".gitreview", "a/b c/d.txt", ".github/x", "releasenotes/source/2026.1.rst"]
        {
            assert_eq!(why_not_a_path(path), None, "{path}");
        }
    }

    #[test]
    fn what_zuul_reads_is_known() {
        for path in ["zuul.d/jobs.yaml", ".zuul.yaml", "zuul.yaml", ".zuul.d/a/b.yaml"] {
            assert!(is_of_zuul(path), "{path}");
        }
        assert!(!is_of_zuul("doc/zuul.yaml") && !is_of_zuul("zuul.yaml.in"));
    }
}
