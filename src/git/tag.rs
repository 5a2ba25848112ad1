//! Signed tag objects: made without a ref, and verified before they may leave.

use std::path::Path;

use git2::Oid;

use super::error::GitError;
use super::program::Git;
use super::proven::{TagKey, is_whole};
use super::sign::{KeyError, MadeSignature};
use super::verify::verify_in_scratch;

/// Name and mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Such as `Release Bot`.
    pub name: String,
    /// Such as `bot@example.org`.
    pub email: String,
}

/// When a tag is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagTime {
    /// Seconds since 1970-01-01 00:00 UTC.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

/// What a tag will say, before it is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagContent {
    /// The commit.
    pub object: Oid,
    /// Its name.
    pub name: String,
    /// Who makes it.
    pub tagger: Identity,
    /// When.
    pub time: TagTime,
    /// Its message.
    pub message: String,
}

/// A tag that is signed and verified, and has no ref yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTag {
    /// The tag object.
    pub object: Oid,
    /// Fingerprint of the key.
    pub key: String,
}

/// Why there is no signed tag.
#[derive(Debug, thiserror::Error)]
pub enum TagError {
    /// A value that cannot be written in a tag.
    #[error("the tag cannot be written: {0}")]
    Content(String),
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Git.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl TagContent {
    /// The bytes that are signed.
    ///
    /// # Errors
    /// When a value would not end up where git looks for it.
    pub fn payload(&self) -> Result<Vec<u8>, TagError> {
        let line = |what: &str, text: &str| {
            let is_plain = !text.trim().is_empty() && !text.contains(['\n', '\r', '\0', '<', '>']);
            if is_plain {
                Ok(())
            } else {
                Err(TagError::Content(format!("{what} {text:?} is not one line of plain text")))
            }
        };
        if !git2::Tag::is_valid_name(&self.name) {
            return Err(TagError::Content(format!("git allows no tag named {:?}", self.name)));
        }
        line("the name of the tagger", &self.tagger.name)?;
        line("the address of the tagger", &self.tagger.email)?;
        if self.message.trim().is_empty() || self.message.contains('\0') {
            return Err(TagError::Content("the message is empty, or has a NUL in it".to_owned()));
        }
        // Git takes the last such line for the start of the signature.
        if self.message.lines().any(|line| line.starts_with("-----BEGIN ")) {
            return Err(TagError::Content("a line of the message looks like a signature".into()));
        }
        let Self { object, name, tagger, time, message } = self;
        let sign = if time.offset_minutes < 0 { '-' } else { '+' };
        let offset = time.offset_minutes.unsigned_abs();
        Ok(format!(
            "object {object}\ntype commit\ntag {name}\ntagger {} <{}> {} {sign}{:02}{:02}\n\n{}\n",
            tagger.name,
            tagger.email,
            time.seconds,
            offset / 60,
            offset % 60,
            message.trim_end()
        )
        .into_bytes())
    }
}

/// Makes a signed tag object in the scratch repository `git_dir`, without a ref, and verifies it: with git and the signing
/// program, unless one of the same `key` was verified so before, and gpg says that it made this signature as well.
///
/// # Errors
/// When the key cannot sign, the object cannot be written, or its signature does not verify.
pub fn create_signed_tag(
    git: &Git,
    git_dir: &Path,
    content: &TagContent,
    key: &TagKey,
) -> Result<SignedTag, TagError> {
    let payload = content.payload()?;
    let MadeSignature { mut text, by } = key.signer.sign_and_name(&payload)?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let bytes = [&payload, text.as_bytes()].concat();
    let doing = || format!("writing the tag `{}`", content.name);
    let object = git2::Repository::open(git_dir)
        .and_then(|repository| repository.odb()?.write(git2::ObjectType::Tag, &bytes))
        .map_err(|error| GitError::libgit2(doing(), git_dir, &error))?;
    let known = by.as_ref().filter(|_| is_whole(&bytes, &payload, &text));
    if let Some(primary) = known.and_then(|by| key.behind(by)) {
        return Ok(SignedTag { object, key: primary });
    }
    let primary = verify_in_scratch(git, git_dir, object, &key.signer)?;
    if let Some(by) = by {
        key.prove(by, &primary);
    }
    Ok(SignedTag { object, key: primary })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> TagContent {
        TagContent {
            object: Oid::from_str(&"a".repeat(40)).unwrap(),
            name: "1.0.0".into(),
            tagger: Identity { name: "Bot".into(), email: "bot@example.org".into() },
            time: TagTime { seconds: 1_700_000_000, offset_minutes: -90 },
            message: "widget 1.0.0 release\n".into(),
        }
    }

    #[test]
    fn the_payload_is_what_git_writes() {
        let text = String::from_utf8(content().payload().unwrap()).unwrap();
        let first = format!("object {}\ntype commit\ntag 1.0.0\n", "a".repeat(40));
        assert_eq!(
            text,
            first + "tagger Bot <bot@example.org> 1700000000 -0130\n\nwidget 1.0.0 release\n"
        );
    }

    #[test]
    fn no_value_becomes_a_header_or_a_signature() {
        type Change = fn(&mut TagContent);
        let changes: [(&str, Change); 9] = [
            ("a header", |tag| tag.name = "1.0\ntagger Eve <e@e> 0 +0000".into()),
            ("dots", |tag| tag.name = "1..0".into()),
            ("an option", |tag| tag.name = "-d".into()),
            ("a space", |tag| tag.name = "1 0".into()),
            ("two lines", |tag| tag.tagger.name = "A\nB".into()),
            ("an address in the name", |tag| tag.tagger.name = "A <a@b>".into()),
            ("no message", |tag| tag.message = " \n".into()),
            ("a NUL", |tag| tag.message = "a\0b".into()),
            ("a signature", |tag| tag.message += "-----BEGIN PGP SIGNATURE-----\n"),
        ];
        for (what, change) in changes {
            let mut tag = content();
            change(&mut tag);
            assert!(matches!(tag.payload(), Err(TagError::Content(_))), "{what}");
        }
    }
}
