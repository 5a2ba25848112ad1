//! What is kept beside an entry as files of their own, so that other programs can check them: a signed statement about a tag.
//!
//! `openstack/oslo.config/9.1.0.provenance/statement.json`, with its signature next to it.

use super::name::files_of;
use super::store::{Ledger, LedgerDraft, LedgerError, LedgerSnapshot};
use crate::git::RepoName;
use jiff::Timestamp;

const STATEMENT: &str = "statement.json";
const SIGNATURE: &str = "statement.json.sig";

/// A statement and its detached signature, in armour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The bytes that are signed.
    pub text: Vec<u8>,
    /// The signature.
    pub signature: Vec<u8>,
}

impl Statement {
    /// Where the statement about a version of a repository is, below the ledger.
    ///
    /// # Errors
    /// When one of them cannot be the name of a file.
    pub fn path(repo: &RepoName, version: &str) -> Result<String, LedgerError> {
        Ok(format!("{}/{STATEMENT}", folder(repo, version)?))
    }
}

/// No entry has a file in it: the names of entries end in `.json`, and a repository has no part like this.
fn folder(repo: &RepoName, version: &str) -> Result<String, LedgerError> {
    let entry = files_of(repo, version)?.swap_remove(0);
    Ok(format!("{}.provenance", entry.trim_end_matches(".json")))
}

impl Ledger {
    /// Keeps a statement, in place of one that is there.
    ///
    /// # Errors
    /// When the ledger cannot be read or written.
    pub fn keep(
        &self,
        (repo, version): (&RepoName, &str),
        statement: &Statement,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let folder = folder(repo, version)?;
        self.update(
            &format!("Keep the provenance of {repo} {version}"),
            at,
            |draft: &mut LedgerDraft<'_>| {
                draft.put(format!("{folder}/{STATEMENT}"), statement.text.clone());
                draft.put(format!("{folder}/{SIGNATURE}"), statement.signature.clone());
                Ok(())
            },
        )
    }
}

impl LedgerSnapshot {
    /// The statement about a version of a repository; `None` where none is kept, or its signature is not.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn statement(
        &self,
        repo: &RepoName,
        version: &str,
    ) -> Result<Option<Statement>, LedgerError> {
        let folder = folder(repo, version)?;
        let text = self.bytes(&format!("{folder}/{STATEMENT}"))?;
        let signature = self.bytes(&format!("{folder}/{SIGNATURE}"))?;
        Ok(text.zip(signature).map(|(text, signature)| Statement { text, signature }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_is_no_entry() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::Directory(dir.path().to_owned());
        let rose = RepoName::parse("garden/Rose").unwrap();
        let read = || ledger.read().unwrap().statement(&rose, "1.0.0").unwrap();
        assert_eq!(read(), None);
        let kept = Statement { text: b"{}".to_vec(), signature: b"sig".to_vec() };
        ledger.keep((&rose, "1.0.0"), &kept, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(read(), Some(kept));
        assert_eq!(ledger.read().unwrap().entry(&rose, "1.0.0").unwrap(), None);
        assert!(Statement::path(&rose, "../1").is_err());
    }
}
