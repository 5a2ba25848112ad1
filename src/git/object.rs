//! Objects that are not commits, where the id of a commit is expected.

use std::fmt;

use git2::{ErrorCode, ObjectType, Oid};

use super::error::GitError;
use super::repository::Repository;

/// An object that is not a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtherObject {
    /// The object of an annotated tag.
    Tag {
        /// The name that the object bears.
        name: String,
        /// The commit that it points to, if it points to one.
        commit: Option<Oid>,
    },
    /// A directory.
    Tree,
    /// The content of a file.
    Blob,
}

impl Repository {
    /// What the object `id` is; `None` where it is a commit or not here.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn other_object(&self, id: Oid) -> Result<Option<OtherObject>, GitError> {
        Ok(match self.kind(id)? {
            Some(ObjectType::Tag) => match self.tag_object(id)? {
                Some(tag) => {
                    Some(OtherObject::Tag { name: tag.name, commit: self.commit_of_tag(id)? })
                }
                None => None,
            },
            Some(ObjectType::Tree) => Some(OtherObject::Tree),
            Some(ObjectType::Blob) => Some(OtherObject::Blob),
            Some(_) | None => None,
        })
    }

    /// The only object whose id begins with `prefix` (at least 4 hex digits), if it is a commit.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn only_commit_with(&self, prefix: &str) -> Result<Option<Oid>, GitError> {
        let doing = format!("looking for a commit that begins with {prefix}");
        let object = self.inner.find_object_by_prefix(prefix, None);
        match object {
            Ok(object) => Ok((object.kind() == Some(ObjectType::Commit)).then(|| object.id())),
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::NotFound | ErrorCode::Ambiguous | ErrorCode::InvalidSpec
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.failed(&doing, &error)),
        }
    }

    fn commit_of_tag(&self, id: Oid) -> Result<Option<Oid>, GitError> {
        let doing = format!("reading the tag object {id}");
        let object = self.inner.find_object(id, Some(ObjectType::Tag));
        let object = object.map_err(|error| self.failed(&doing, &error))?;
        match object.peel(ObjectType::Commit) {
            Ok(commit) => Ok(Some(commit.id())),
            Err(error) if matches!(error.code(), ErrorCode::Peel | ErrorCode::InvalidSpec) => {
                Ok(None)
            }
            Err(error) => Err(self.failed(&doing, &error)),
        }
    }
}

impl fmt::Display for OtherObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { name, .. } => write!(f, "the tag object of `{name}`"),
            Self::Tree => f.write_str("a tree"),
            Self::Blob => f.write_str("a blob"),
        }
    }
}
