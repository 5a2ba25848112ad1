//! The full id of a commit.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Oid;

/// The id of a commit: 40 hexadecimal digits, in lower case. A shorter one, which git would complete, is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId(Oid);

/// Why a text is not the id of a commit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCommitId {
    /// It has another length, or other characters.
    #[error("`{0}` is not a full commit id: write all 40 hexadecimal digits")]
    NotFull(String),
    /// Git's null id.
    #[error("`{0}` is git's null id, which names no commit")]
    Null(String),
}

impl CommitId {
    /// The id that `text` is, in either case of letters.
    ///
    /// # Errors
    /// For anything else, and for git's null id, which names no commit.
    pub fn parse(text: &str) -> Result<Self, BadCommitId> {
        let is_full = text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match Oid::from_str(text) {
            Ok(id) if is_full && id.is_zero() => Err(BadCommitId::Null(text.to_owned())),
            Ok(id) if is_full => Ok(Self(id)),
            _ => Err(BadCommitId::NotFull(text.to_owned())),
        }
    }

    /// The id as git's library takes it.
    pub fn oid(self) -> Oid {
        self.0
    }
}

impl From<Oid> for CommitId {
    fn from(id: Oid) -> Self {
        Self(id)
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CommitId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn only_a_full_id_is_one() {
        let id = CommitId::parse(&FULL.to_uppercase()).unwrap();
        assert_eq!(id.to_string(), FULL);
        for other in ["", "0123456", &FULL[1..], &"0".repeat(40), &FULL.replace('a', "g")] {
            assert!(CommitId::parse(other).is_err(), "{other}");
        }
    }

    #[test]
    fn a_plan_with_half_an_id_is_refused() {
        assert_eq!(serde_json::to_value(CommitId::parse(FULL).unwrap()).unwrap(), FULL);
        assert!(serde_json::from_str::<CommitId>("\"0123456\"").is_err());
    }
}
