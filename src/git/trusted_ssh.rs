//! Keys of ssh that somebody trusts, as files that `ssh-keygen` reads.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::sign::{KeyError, Signer, SignerOutput, run};
use super::tag::TagError;
use super::verify::BadSignature;

const PROGRAM: &str = "ssh-keygen";
/// The name under which the keys are allowed.
const WHO: &str = "trusted";

/// Keys of ssh in a directory of ours.
#[derive(Debug)]
pub(super) struct SshKeys {
    keys: Vec<PathBuf>,
    allowed: PathBuf,
}

impl SshKeys {
    /// Writes public keys, a line each, into `directory`.
    pub(super) fn in_directory(directory: &Path, lines: &[String]) -> Result<Self, GitError> {
        let write = |path: PathBuf, text: String| {
            fs::write(&path, text).map_err(|error| GitError::io("cannot write", &path, &error))?;
            Ok::<_, GitError>(path)
        };
        let key = |(number, line): (usize, &String)| {
            write(directory.join(format!("ssh-{number}.pub")), format!("{line}\n"))
        };
        let keys = lines.iter().enumerate().map(key).collect::<Result<_, _>>()?;
        let allow = |line: &String| format!("{WHO} namespaces=\"git\" {line}\n");
        let allowed = write(directory.join("allowed"), lines.iter().map(allow).collect())?;
        Ok(Self { keys, allowed })
    }

    /// Each key as one that verifies the tags it made.
    pub(super) fn signers(&self) -> impl Iterator<Item = Signer> {
        self.keys.iter().map(|key| Signer::Ssh { program: PROGRAM.into(), key: key.clone() })
    }

    /// The fingerprint of the key that made the signature at `signature` for `bytes`.
    ///
    /// # Errors
    /// [`KeyError::BadSignature`] when none of these keys did, or why that could not be found out.
    pub(super) fn verify(&self, bytes: &[u8], signature: &Path) -> Result<String, TagError> {
        let trusted = ["-I".into(), WHO.into(), "-f".into(), self.allowed.clone().into()];
        let said = keygen("verify", &trusted, (bytes, signature))?;
        if let (Some(by), Some(0)) = (fingerprint(&said), said.status) {
            return Ok(by);
        }
        // By any key: what is wrong with it.
        let said = keygen("check-novalidate", &[], (bytes, signature))?;
        Err(KeyError::from(match (fingerprint(&said), said.status) {
            (Some(by), Some(0)) => BadSignature::UnknownKey(by),
            _ if said.stderr.contains("incorrect signature") => BadSignature::OtherWords,
            _ => BadSignature::Garbled(said.stderr.lines().collect::<Vec<_>>().join("; ")),
        })
        .into())
    }
}

fn keygen(
    verb: &str,
    more: &[OsString],
    (bytes, signature): (&[u8], &Path),
) -> Result<SignerOutput, KeyError> {
    let mut arguments: Vec<OsString> = ["-Y", verb, "-n", "git"].map(OsString::from).into();
    arguments.extend(more.iter().cloned());
    arguments.extend(["-s".into(), signature.into()]);
    run(Path::new(PROGRAM), &arguments, &[], bytes.to_vec())
}

/// The key that a good signature is by.
fn fingerprint(said: &SignerOutput) -> Option<String> {
    let text = String::from_utf8_lossy(&said.stdout);
    let is_good = text.contains("Good \"git\" signature");
    let by = text.split_whitespace().find(|word| word.starts_with("SHA256:"));
    by.filter(|_| is_good).map(str::to_owned)
}
