//! Keys that somebody trusts, of OpenPGP and of ssh, in a place of their own that is thrown away afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::scratch::OwnDirectory;
use super::sign::{KeyError, Signer};
use super::tag::TagError;
use super::trusted_ssh::SshKeys;
use super::verify::{BadSignature, verify_tag};
use super::{Git, Oid};

/// A key ring that holds the keys that are trusted, and no others.
#[derive(Debug)]
pub struct TrustedKeys {
    home: OwnDirectory,
    /// Fingerprints of OpenPGP, in lower case hex.
    fingerprints: Vec<String>,
    ssh: SshKeys,
}

/// A signature that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Fingerprint of the key: of OpenPGP in lower case hex, or its long key id; of ssh `SHA256:…`.
    pub by: String,
    /// Whether the key has expired since.
    pub has_expired: bool,
}

impl TrustedKeys {
    /// A key ring with the OpenPGP keys in these files; `fingerprints` are theirs. `ssh` are public keys of ssh, a line each.
    ///
    /// # Errors
    /// When gpg cannot take them.
    pub fn new(
        files: &[Vec<u8>],
        fingerprints: Vec<String>,
        ssh: &[String],
    ) -> Result<Self, TagError> {
        let home = OwnDirectory::below(PathBuf::from("/tmp")).or_else(|_| OwnDirectory::new())?;
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700))
            .map_err(|error| GitError::io("cannot make a key ring in", home.path(), &error))?;
        let ssh = SshKeys::in_directory(home.path(), ssh)?;
        let ring = Self { home, fingerprints, ssh };
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
        let signers = self.fingerprints.iter().map(|key| self.signer(key));
        for signer in signers.chain(self.ssh.signers()) {
            let is_ssh = matches!(signer, Signer::Ssh { .. });
            match verify_tag(git, git_dir, tag, &signer) {
                Ok(by) => {
                    let by = if is_ssh { by } else { by.to_lowercase() };
                    return Ok(Verified { by, has_expired: false });
                }
                Err(TagError::Key(KeyError::BadSignature(BadSignature::ExpiredKey(by)))) => {
                    return self.expired(&by);
                }
                // That a key is of another kind says nothing where one of its kind was tried.
                Err(TagError::Key(KeyError::BadSignature(BadSignature::OtherKind)))
                    if last.is_some() => {}
                Err(TagError::Key(KeyError::BadSignature(BadSignature::OtherKey {
                    by, ..
                }))) if is_ssh => last = Some(KeyError::from(BadSignature::UnknownKey(by)).into()),
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
        if signature.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
            let by = self.ssh.verify(bytes, &path)?;
            return Ok(Verified { by, has_expired: false });
        }
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
