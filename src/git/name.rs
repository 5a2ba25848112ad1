//! The name of a repository, as the files write it.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The longest name: its mirror, lock and ledger entry must fit the limits of a file system.
const LONGEST: usize = 200;

/// A repository such as `openstack/oslo.config`: a name that stays below whatever it is appended to.
///
/// URLs, directories and ledger entries are made of names that the files of a request hold. Only a value of this type
/// gets into one, so no name leads out of a URL template or a cache.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoName(Arc<str>);

/// Why a text is not the name of a repository.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRepoName {
    /// There is nothing.
    #[error("a repository name must not be empty")]
    Empty,
    /// A URL, or a path with a host.
    #[error("{0:?} is a URL, not a repository name")]
    Url(String),
    /// Two slashes in a row, or one at either end.
    #[error("{0:?} is not a repository name: it has an empty part")]
    EmptyPart(String),
    /// `.`, `..` or `.git`: a part that names another directory than the repository's own.
    #[error("{name:?} is not a repository name: the part `{part}` leads somewhere else")]
    Dots {
        /// The text.
        name: String,
        /// The part.
        part: String,
    },
    /// A part that a program would take for an option.
    #[error("{name:?} is not a repository name: the part {part:?} starts with `-`")]
    Option {
        /// The text.
        name: String,
        /// The part.
        part: String,
    },
    /// A character that no name has.
    #[error("{name:?} is not a repository name: {character:?} is not allowed in one")]
    Character {
        /// The text.
        name: String,
        /// The first such character.
        character: char,
    },
    /// Too many bytes.
    #[error("a repository name has at most {LONGEST} characters, this one has {0}")]
    Long(usize),
}

impl RepoName {
    /// Reads a name.
    ///
    /// # Errors
    /// Why `text` is not one.
    pub fn parse(text: &str) -> Result<Self, BadRepoName> {
        let name = || text.to_owned();
        if text.is_empty() {
            return Err(BadRepoName::Empty);
        }
        if text.len() > LONGEST {
            return Err(BadRepoName::Long(text.chars().count()));
        }
        if text.contains("://") {
            return Err(BadRepoName::Url(name()));
        }
        if let Some(character) = text.chars().find(|character| !is_plain(*character)) {
            return Err(BadRepoName::Character { name: name(), character });
        }
        for part in text.split('/') {
            if part.is_empty() {
                return Err(BadRepoName::EmptyPart(name()));
            }
            if matches!(part, "." | "..") || part.eq_ignore_ascii_case(".git") {
                return Err(BadRepoName::Dots { name: name(), part: part.to_owned() });
            }
            if part.starts_with('-') {
                return Err(BadRepoName::Option { name: name(), part: part.to_owned() });
            }
        }
        Ok(Self(text.into()))
    }

    /// The name as the files write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `oslo.config`.
    pub fn short(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, short)| short)
    }
}

fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/')
}

impl FromStr for RepoName {
    type Err = BadRepoName;

    fn from_str(text: &str) -> Result<Self, BadRepoName> {
        Self::parse(text)
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Deref for RepoName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A map by name answers for a text, too. Equality, order and hash are those of the text.
impl Borrow<str> for RepoName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for RepoName {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other
    }
}

impl Serialize for RepoName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for RepoName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_repositories_are_names() {
        for name in ["openstack/oslo.config", "widget", "a/b/c", "org/.github", "x_1/y-2", "..x/y"]
        {
            assert_eq!(RepoName::parse(name).unwrap().to_string(), name);
        }
        assert_eq!(RepoName::parse("a/b/c").unwrap().short(), "c");
        assert_eq!(RepoName::parse("widget").unwrap().short(), "widget");
    }

    #[test]
    fn a_plan_with_something_else_than_a_name_is_refused() {
        let widget = RepoName::parse("openstack/widget").unwrap();
        assert_eq!(serde_json::to_value(&widget).unwrap(), "openstack/widget");
        assert!(serde_json::from_str::<RepoName>("\"a/../../x\"").is_err());
    }

    #[test]
    fn nothing_else_is_a_name() {
        for text in [
            "",
            "..",
            "../x",
            "a/..",
            "a/../../x",
            "./a",
            "a/.",
            "a/./b",
            "/a",
            "a/",
            "a//b",
            "-a",
            "a/-b",
            "--upload-pack=x/y",
            "a\\..\\b",
            "a/%2e%2e/b",
            "a b",
            " a",
            "a\n",
            "a\tb",
            "a\0b",
            "a?b",
            "a#b",
            "a:b",
            "me@host/a",
            "https://host/a",
            "ext::sh -c x",
            "a/.git",
            "a/.GIT/config",
            "a/{repo}",
            "~root/x",
            "a/é",
            "a/\u{2024}\u{2024}/b",
            "a\u{a0}b",
            "a\u{200b}b",
        ] {
            let error = RepoName::parse(text).expect_err(text).to_string();
            assert!(!error.contains(['\n', '\0', '\u{200b}']), "{error}");
        }
        assert!(RepoName::parse(&"a".repeat(LONGEST)).is_ok());
        assert_eq!(RepoName::parse(&"a".repeat(LONGEST + 1)), Err(BadRepoName::Long(LONGEST + 1)));
    }
}
