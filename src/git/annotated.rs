//! Tag objects, read.

use git2::{ObjectType, Oid};

use super::error::GitError;
use super::history::Moment;
use super::repository::Repository;

/// The lines with which a signature begins, as git knows them.
const SIGNATURES: [&str; 4] = [
    "-----BEGIN PGP SIGNATURE-----",
    "-----BEGIN PGP MESSAGE-----",
    "-----BEGIN SSH SIGNATURE-----",
    "-----BEGIN SIGNED MESSAGE-----",
];

/// An annotated tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagObject {
    /// What it was put on.
    pub target: Oid,
    /// The name within the object: it must be that of the ref, but need not.
    pub name: String,
    /// Who made it; very old tags do not say.
    pub tagger: Option<Tagger>,
    /// The message without the signature.
    pub message: String,
    /// The signature, armoured.
    pub signature: Option<String>,
    /// The bytes of the object.
    pub raw: Vec<u8>,
}

/// Who made a tag, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagger {
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// When.
    pub time: Moment,
}

impl TagObject {
    /// Reads the bytes of a tag object; `None` when they are not one.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(raw);
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let field = |name: &str| {
            let mut lines = head.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
        };
        let (message, signature) = match signature_start(body) {
            Some(at) => (&body[..at], Some(body[at..].to_owned())),
            None => (body, None),
        };
        Some(Self {
            target: Oid::from_str(field("object")?).ok()?,
            name: field("tag")?.to_owned(),
            tagger: field("tagger").and_then(Tagger::parse),
            message: message.to_owned(),
            signature,
            raw: raw.to_owned(),
        })
    }
}

impl Tagger {
    /// Reads `Name <address> 1700000000 +0200`.
    fn parse(text: &str) -> Option<Self> {
        let (person, when) = text.rsplit_once('>')?;
        let (name, email) = person.split_once('<')?;
        let mut when = when.split_whitespace();
        let seconds = when.next()?.parse().ok()?;
        let zone: i32 = when.next().unwrap_or("+0000").parse().ok()?;
        let time = Moment { seconds, offset_minutes: zone / 100 * 60 + zone % 100 };
        Some(Self { name: name.trim().to_owned(), email: email.to_owned(), time })
    }
}

/// Where the last block that looks like a signature starts.
fn signature_start(body: &str) -> Option<usize> {
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        if SIGNATURES.iter().any(|first| line.starts_with(first)) {
            start = Some(at);
        }
        at += line.len();
    }
    start
}

impl Repository {
    /// The tag object `id`; `None` when there is no such object or it is not a tag object.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn tag_object(&self, id: Oid) -> Result<Option<TagObject>, GitError> {
        if self.kind(id)? != Some(ObjectType::Tag) {
            return Ok(None);
        }
        let doing = format!("reading the tag object {id}");
        let objects = self.inner.odb().map_err(|error| self.failed(&doing, &error))?;
        let object = objects.read(id).map_err(|error| self.failed(&doing, &error))?;
        TagObject::parse(object.data()).map(Some).ok_or_else(|| GitError::Corrupt {
            path: self.git_dir().to_owned(),
            why: format!("{id} is not a readable tag object"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "object aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\ntype commit\ntag 1.0\n";

    #[test]
    fn a_signed_tag_is_taken_apart() {
        for first in SIGNATURES {
            let raw = format!(
                "{HEAD}tagger A B <a@b.example> 1700000000 -0330\n\nwidget 1.0 release\n\nmeta:x: y\n{first}\nabc\n"
            );
            let tag = TagObject::parse(raw.as_bytes()).unwrap();
            assert_eq!(tag.target, Oid::from_str(&"a".repeat(40)).unwrap());
            assert_eq!(tag.message, "widget 1.0 release\n\nmeta:x: y\n");
            assert_eq!(tag.signature.unwrap(), format!("{first}\nabc\n"));
            let tagger = tag.tagger.unwrap();
            assert_eq!((tagger.name.as_str(), tagger.email.as_str()), ("A B", "a@b.example"));
            assert_eq!(tagger.time, Moment { seconds: 1_700_000_000, offset_minutes: -210 });
            assert_eq!(tag.raw, raw.as_bytes());
        }
    }

    #[test]
    fn a_tag_without_tagger_message_or_signature_is_a_tag() {
        let tag = TagObject::parse(HEAD.as_bytes()).unwrap();
        assert_eq!((tag.name.as_str(), tag.tagger, tag.signature), ("1.0", None, None));
        assert_eq!(tag.message, "");
        let quoted = format!("{HEAD}\nsee: -----BEGIN PGP SIGNATURE-----\n");
        assert_eq!(TagObject::parse(quoted.as_bytes()).unwrap().signature, None);
    }

    #[test]
    fn other_bytes_are_no_tag() {
        assert_eq!(TagObject::parse(b""), None);
        assert_eq!(TagObject::parse(b"object xyz\ntag 1\n\n"), None);
        assert_eq!(TagObject::parse(&[0xff, 0xfe]), None);
    }
}
