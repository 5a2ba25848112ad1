//! Signatures for which gpg itself vouches: what a key makes that has made one which was verified in full.

use std::sync::{Mutex, PoisonError};

use super::annotated::TagObject;
use super::sign::Signer;

/// The key that signs tags, with what is known of its signatures.
#[derive(Debug)]
pub struct TagKey {
    pub(super) signer: Signer,
    /// The key or subkey of gpg that made a signature which was verified in full, and the primary key behind it.
    proven: Mutex<Option<(String, String)>>,
}

impl TagKey {
    /// The key of `signer`, of whose signatures nothing is known yet.
    pub fn new(signer: Signer) -> Self {
        Self { signer, proven: Mutex::new(None) }
    }

    /// The primary key behind `by`, where a signature of it was verified in full.
    pub(super) fn behind(&self, by: &str) -> Option<String> {
        let proven = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        proven.as_ref().filter(|(key, _)| key == by).map(|(_, primary)| primary.clone())
    }

    /// Keeps that a signature by `by` was verified in full.
    pub(super) fn prove(&self, by: String, primary: &str) {
        let mut proven = self.proven.lock().unwrap_or_else(PoisonError::into_inner);
        *proven = Some((by, primary.to_owned()));
    }
}

/// The key that made one detached signature, by the status lines of gpg: `SIG_CREATED D <algorithms> <class> <time> <key>`.
pub(super) fn created_by(said: &str) -> Option<String> {
    let mut created = said.lines().filter_map(|line| line.strip_prefix("[GNUPG:] SIG_CREATED "));
    let (Some(one), None) = (created.next(), created.next()) else { return None };
    let fields: Vec<&str> = one.split_whitespace().collect();
    match fields[..] {
        ["D", .., key] if fields.len() == 6 => Some(key.to_owned()),
        _ => None,
    }
}

/// Whether git will find in these bytes the text that was signed, and all of the signature.
pub(super) fn is_whole(bytes: &[u8], payload: &[u8], signature: &str) -> bool {
    let is_ended = signature.trim_end().ends_with("\n-----END PGP SIGNATURE-----");
    let found = TagObject::parse(bytes).and_then(|tag| tag.signature);
    is_ended && found.is_some_and(|found| found == signature) && bytes.starts_with(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_detached_signature_names_its_key() {
        let line = |kind: &str| format!("[GNUPG:] SIG_CREATED {kind} 22 8 00 1796139306 AB\n");
        let said = format!("[GNUPG:] KEY_CONSIDERED CD 2\n{}", line("D"));
        assert_eq!(created_by(&said).as_deref(), Some("AB"));
        assert_eq!(created_by(&line("S")), None);
        assert_eq!(created_by(&line("D").repeat(2)), None);
        assert_eq!(created_by("[GNUPG:] SIG_CREATED D AB\n"), None);
        assert_eq!(created_by("SIG_CREATED D 22 8 00 1796139306 AB\n"), None);
    }

    #[test]
    fn a_signature_that_git_would_not_find_as_it_is_is_not_whole() {
        let payload = format!("object {}\ntype commit\ntag 1.0\n\nwords\n", "a".repeat(40));
        let whole = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n";
        let judged = |signature: &str| {
            let bytes = format!("{payload}{signature}");
            is_whole(bytes.as_bytes(), payload.as_bytes(), signature)
        };
        assert!(judged(whole));
        assert!(!judged(&whole[..whole.len() - 10]), "cut off");
        assert!(!judged(&whole.repeat(2)), "git takes the last one");
    }
}
