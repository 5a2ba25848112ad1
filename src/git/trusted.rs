//! Keys that somebody trusts, in a key ring of their own that is thrown away afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::scratch::OwnDirectory;
use super::sign::{KeyError, Signer};
use super::tag::TagError;
use super::verify::{BadSignature, verify_tag};
use super::{Git, Oid};

/// A key ring that holds the keys that are trusted, and no others.
#[derive(Debug)]
pub struct TrustedKeys {
    home: OwnDirectory,
    /// Fingerprints, in lower case hex.
    fingerprints: Vec<String>,
}

/// A signature that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Fingerprint, or long key id, of the key, in lower case hex.
    pub by: String,
    /// Whether the key has expired since.
    pub has_expired: bool,
}

impl TrustedKeys {
    /// A key ring with the keys in these files; `fingerprints` are theirs.
    ///
    /// # Errors
    /// When gpg cannot take them.
    pub fn new(files: &[Vec<u8>], fingerprints: Vec<String>) -> Result<Self, TagError> {
        let home = OwnDirectory::below(PathBuf::from("/tmp")).or_else(|_| OwnDirectory::new())?;
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700))
            .map_err(|error| GitError::io("cannot make a key ring in", home.path(), &error))?;
        let ring = Self { home, fingerprints };
        for file in files {
            let said = ring.signer("").gpg(&["--quiet", "--import"], file.clone())?;
            if said.status != Some(0) {
                let why = said.stderr.lines().last().unwrap_or_default().to_owned();
                return Err(KeyError::Failed { doing: "importing a key".to_owned(), why }.into());
            }
        }
        Ok(ring)
    }

    fn signer(&self, key: &str) -> Signer {
        let (program, home) = (PathBuf::from("gpg"), Some(self.home.path().to_owned()));
        Signer::Gpg { program, home, key: key.to_owned() }
    }

    /// Verifies that a tag object is signed by one of the keys.
    ///
    /// # Errors
    /// [`KeyError::BadSignature`] when it is not, or why that could not be found out.
    pub fn verify_tag(&self, git: &Git, git_dir: &Path, tag: Oid) -> Result<Verified, TagError> {
        let mut last = None;
        for key in &self.fingerprints {
            match verify_tag(git, git_dir, tag, &self.signer(key)) {
                Ok(by) => return Ok(Verified { by: by.to_lowercase(), has_expired: false }),
                Err(TagError::Key(KeyError::BadSignature(BadSignature::ExpiredKey(by)))) => {
                    return self.expired(&by);
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| {
            let (doing, why) = ("verifying a tag".to_owned(), "no key is trusted".to_owned());
            KeyError::Failed { doing, why }.into()
        }))
    }

    /// Verifies that `signature` is by one of the keys, and about `bytes`.
    ///
    /// # Errors
    /// [`KeyError::BadSignature`] when it is not, or why that could not be found out.
    pub fn verify_file(&self, bytes: &[u8], signature: &[u8]) -> Result<Verified, TagError> {
        let path = self.home.path().join("signature");
        fs::write(&path, signature).map_err(|error| GitError::io("cannot write", &path, &error))?;
        let shown = path.display().to_string();
        let said = self.signer("").gpg(&["--verify", &shown, "-"], bytes.to_vec())?;
        let word = |wanted: &str| {
            let mut lines = said.stderr.lines();
            let rest = lines.find_map(|line| line.strip_prefix("[GNUPG:] ")?.strip_prefix(wanted));
            rest.map(|rest| rest.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        };
        let first = |words: Vec<String>| words.into_iter().next().unwrap_or_default();
        let primary = word("VALIDSIG ").and_then(|words| words.into_iter().last());
        if let (Some(by), Some(_), Some(0)) = (primary, word("GOODSIG "), said.status) {
            return Ok(Verified { by: by.to_lowercase(), has_expired: false });
        }
        let bad = |why: BadSignature| TagError::from(KeyError::from(why));
        Err(if word("BADSIG ").is_some() {
            bad(BadSignature::OtherWords)
        } else if let Some(key) = word("EXPKEYSIG ") {
            return self.expired(&first(key));
        } else if let Some(key) = word("REVKEYSIG ") {
            bad(BadSignature::RevokedKey(first(key)))
        } else if let Some(key) = word("NO_PUBKEY ") {
            bad(BadSignature::UnknownKey(first(key)))
        } else {
            let plain = said.stderr.lines().filter(|line| !line.starts_with("[GNUPG:]"));
            bad(BadSignature::Garbled(plain.collect::<Vec<_>>().join("; ")))
        })
    }

    /// A key that has expired since made good signatures before.
    fn expired(&self, by: &str) -> Result<Verified, TagError> {
        let id = by.to_lowercase();
        let known = self.fingerprints.iter().find(|print| print.ends_with(&id));
        match known {
            Some(print) => Ok(Verified { by: print.clone(), has_expired: true }),
            None => Err(KeyError::from(BadSignature::ExpiredKey(by.to_owned())).into()),
        }
    }
}
