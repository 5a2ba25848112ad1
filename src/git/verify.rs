//! Whether a tag is signed by our key, and if not, what is wrong with it.

use std::path::Path;

use git2::Oid;

use super::error::GitError;
use super::program::Git;
use super::repository::Repository;
use super::scratch::Scratch;
use super::sign::{KeyError, Signer, ssh_public};
use super::tag::TagError;

/// What is wrong with a signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// The tag has none.
    #[error("the tag is not signed")]
    None,
    /// By a program of another kind, such as ssh where our key is one of gpg.
    #[error("it was made with a different kind of key from ours")]
    OtherKind,
    /// It was made for another text: tag or signature were changed.
    #[error("it does not match the text of the tag")]
    OtherWords,
    /// By a key that is not in the key ring, so it cannot be verified.
    #[error("it was made by a key that is not in the key ring, {0}")]
    UnknownKey(String),
    /// Good, and by another key than ours.
    #[error("it was made by {by}, not by {wanted}")]
    OtherKey {
        /// Fingerprint of the key.
        by: String,
        /// Our key, as it is named.
        wanted: String,
    },
    /// By a key that has expired.
    #[error("it was made by an expired key, {0}")]
    ExpiredKey(String),
    /// By a key that was revoked.
    #[error("it was made by a revoked key, {0}")]
    RevokedKey(String),
    /// The program does not understand the signature.
    #[error("it cannot be read: {0}")]
    Garbled(String),
}

/// What is known of the signature of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It was verified, and is by our key: the fingerprint.
    Good(String),
    /// The tag is not signed.
    None,
    /// It was looked at, and is not ours: why.
    Bad(BadSignature),
    /// It could not be verified: why.
    NotVerified(String),
}

/// The keys that are ours: the one that signs now, and those that the site lists for other times.
#[derive(Clone, Debug)]
pub struct Keys {
    /// The one that signs now.
    pub signer: Signer,
    /// Fingerprints, or long key ids, of the others.
    pub listed: Vec<String>,
}

impl Keys {
    fn has(&self, fingerprint: &str) -> bool {
        let fingerprint = fingerprint.to_ascii_uppercase();
        let is_it = |key: &String| {
            let key = key.trim_start_matches("0x").to_ascii_uppercase();
            key.len() >= 16 && fingerprint.ends_with(&key)
        };
        self.listed.iter().any(is_it)
    }
}

/// Looks at the signature of a tag object. A failure of the signing program, a key that is not here, or one that has expired
/// since says nothing about the tag.
pub fn signature_of(git: &Git, git_dir: &Path, object: Oid, keys: &Keys) -> Signature {
    let signer = &keys.signer;
    let error = match verify_tag(git, git_dir, object, signer) {
        Ok(fingerprint) => return Signature::Good(fingerprint),
        Err(error) => error,
    };
    match error {
        TagError::Key(KeyError::BadSignature(BadSignature::None)) => Signature::None,
        // A signature by a key that is not here can be ours where ours is not here either.
        TagError::Key(KeyError::BadSignature(why @ BadSignature::UnknownKey(_)))
            if !signer.is_here() =>
        {
            Signature::NotVerified(why.to_string())
        }
        TagError::Key(KeyError::BadSignature(
            why @ (BadSignature::Garbled(_) | BadSignature::ExpiredKey(_)),
        )) => Signature::NotVerified(why.to_string()),
        TagError::Key(KeyError::BadSignature(BadSignature::OtherKey { by, .. }))
            if keys.has(&by) =>
        {
            Signature::Good(by)
        }
        TagError::Key(KeyError::BadSignature(why)) => Signature::Bad(why),
        other => Signature::NotVerified(other.to_string()),
    }
}

/// Verifies that a tag object is signed by the key of `signer`; gives its fingerprint.
///
/// # Errors
/// [`KeyError::BadSignature`] when it is not, or why that could not be found out.
pub fn verify_tag(
    git: &Git,
    git_dir: &Path,
    object: Oid,
    signer: &Signer,
) -> Result<String, TagError> {
    // The configuration of the repository itself, which may name programs, does not count there.
    let scratch = Scratch::of(git_dir)?;
    verify_in_scratch(git, &scratch.git_dir(), object, signer)
}

/// The same in a repository of ours, which has no configuration but our own.
///
/// # Errors
/// As [`verify_tag`].
pub(super) fn verify_in_scratch(
    git: &Git,
    git_dir: &Path,
    object: Oid,
    signer: &Signer,
) -> Result<String, TagError> {
    let tag = Repository::open(git_dir)?.tag_object(object)?.ok_or_else(|| GitError::Missing {
        what: format!("the tag object {object}"),
        path: git_dir.to_owned(),
        why: "there is none of that id".to_owned(),
    })?;
    let signature = tag.signature.ok_or(KeyError::from(BadSignature::None))?;
    // git takes the program by the first line of the signature, and a repository may name one for each.
    if !signer.makes(&signature) {
        return Err(bad(BadSignature::OtherKind));
    }
    match signer {
        Signer::Gpg { key, .. } => {
            let verdict = Verdict::of(git, git_dir, object, signer, &[])?;
            verdict.of_gpg(key)
        }
        Signer::Ssh { program, key } => {
            let public = ssh_public(program, key)?;
            let allowed = git_dir.join("allowed-signers");
            std::fs::write(&allowed, format!("tagger namespaces=\"git\" {public}\n"))
                .map_err(|error| GitError::io("cannot write", &allowed, &error))?;
            let setting = format!("gpg.ssh.allowedSignersFile={}", allowed.display());
            let verdict = Verdict::of(git, git_dir, object, signer, &[setting])?;
            verdict.of_ssh(&key.display().to_string())
        }
    }
}

/// What git and the signing program say of a signature.
struct Verdict {
    is_good: bool,
    doing: String,
    status: Option<i32>,
    said: String,
}

impl Verdict {
    fn of(
        git: &Git,
        git_dir: &Path,
        object: Oid,
        signer: &Signer,
        more: &[String],
    ) -> Result<Self, TagError> {
        let doing = format!("verifying the tag {object}");
        let home = signer.home()?;
        let mut command = git.command(doing.clone()).git_dir(git_dir);
        for setting in signer.git_settings().iter().chain(more) {
            command = command.config(setting.clone());
        }
        for (key, value) in home.environment() {
            command = command.env(key, value);
        }
        let output = command.args(["verify-tag", "--raw", &object.to_string()]).run()?;
        let said = format!("{}{}", output.stderr, String::from_utf8_lossy(&output.stdout));
        Ok(Self { is_good: output.status == Some(0), doing, status: output.status, said })
    }

    fn of_gpg(&self, wanted: &str) -> Result<String, TagError> {
        let status = |word: &str| {
            let mut lines = self.said.lines();
            let rest = lines.find_map(|line| line.strip_prefix("[GNUPG:] ")?.strip_prefix(word));
            rest.map(|rest| rest.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        };
        let first = |words: Vec<String>| words.into_iter().next().unwrap_or_default();
        // The fingerprint of the signing key, and at the end that of its primary key.
        let prints = status("VALIDSIG ").unwrap_or_default();
        let ours = wanted.trim_start_matches("0x").to_ascii_uppercase();
        let is_ours = prints.first().into_iter().chain(prints.last()).any(|it| it.ends_with(&ours));
        match prints.last() {
            Some(primary) if self.is_good && status("GOODSIG ").is_some() && is_ours => {
                return Ok(primary.clone());
            }
            Some(by) if self.is_good => {
                let wanted = wanted.to_owned();
                return Err(bad(BadSignature::OtherKey { by: by.clone(), wanted }));
            }
            _ => {}
        }
        Err(if status("BADSIG ").is_some() {
            bad(BadSignature::OtherWords)
        } else if let Some(key) = status("EXPKEYSIG ") {
            bad(BadSignature::ExpiredKey(first(key)))
        } else if let Some(key) = status("REVKEYSIG ") {
            bad(BadSignature::RevokedKey(first(key)))
        } else if let Some(key) = status("NO_PUBKEY ") {
            bad(BadSignature::UnknownKey(first(key)))
        } else if self.said.lines().any(|line| line.starts_with("[GNUPG:] ")) {
            bad(BadSignature::Garbled(self.words()))
        } else {
            self.failed()
        })
    }

    /// ssh-keygen has no status lines; its words are the same in every language.
    fn of_ssh(&self, wanted: &str) -> Result<String, TagError> {
        let is_whole = self.said.contains("Good \"git\" signature");
        let print = self.said.split_whitespace().find(|word| word.starts_with("SHA256:"));
        match print.map(str::to_owned) {
            Some(print) if is_whole && self.is_good => Ok(print),
            Some(by) if is_whole => {
                Err(bad(BadSignature::OtherKey { by, wanted: wanted.to_owned() }))
            }
            _ if self.said.contains("incorrect signature") => Err(bad(BadSignature::OtherWords)),
            _ if self.said.contains("Could not verify signature") => {
                Err(bad(BadSignature::Garbled(self.words())))
            }
            _ => Err(self.failed()),
        }
    }

    /// The program did not come to a verdict.
    fn failed(&self) -> TagError {
        let Self { doing, status, said, .. } = self;
        GitError::Failed { doing: doing.clone(), status: *status, stderr: said.clone() }.into()
    }

    fn words(&self) -> String {
        let lines = self.said.lines().filter(|line| !line.starts_with("[GNUPG:]"));
        lines.collect::<Vec<_>>().join("; ")
    }
}

fn bad(why: BadSignature) -> TagError {
    KeyError::from(why).into()
}
