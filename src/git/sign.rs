//! Signing keys, and signatures made with them by `gpg` or `ssh-keygen`, as git does it.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use super::child::{self, Bounds, Group, Input, Trouble};
use super::gpg_home::GpgHome;
use super::keyring::usable;
use super::proven::created_by;
use super::verify::BadSignature;

/// A key to sign tags with, and the program that holds it.
#[derive(Clone, Debug)]
pub enum Signer {
    /// An OpenPGP key, in the key ring of `gpg`.
    Gpg {
        /// The program.
        program: PathBuf,
        /// Its home; that of the environment where there is none.
        home: Option<PathBuf>,
        /// Fingerprint, or a long key id, of the key or its signing subkey.
        key: String,
    },
    /// A key of ssh, in a file.
    Ssh {
        /// `ssh-keygen`.
        program: PathBuf,
        /// The private key, or a public one whose private key an agent holds.
        key: PathBuf,
    },
}

/// A key that can sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Fingerprint: 40 capital hex digits, or `SHA256:…`.
    pub fingerprint: String,
}

/// Why a key cannot sign, or a signature is not good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The operator's: a program that is not installed.
    #[error("`{program}` cannot be started: {why}; install it, or set the right path")]
    NoProgram {
        /// Which.
        program: String,
        /// What the system said.
        why: String,
    },
    /// The operator's: no such secret key.
    #[error("there is no secret key `{key}` in {place}")]
    Missing {
        /// As it was named.
        key: String,
        /// Which key ring or file.
        place: String,
    },
    /// The operator's: the time of the key is over.
    #[error("the key {key} expired on {when}")]
    Expired {
        /// Its fingerprint.
        key: String,
        /// The day.
        when: String,
    },
    /// The operator's: the clock is wrong, or the key.
    #[error("the key {key} was created on {created}, and the clock of this machine says {today}")]
    NotYet {
        /// Its fingerprint.
        key: String,
        /// The day on which it was created.
        created: String,
        /// The day by the clock.
        today: String,
    },
    /// The operator's: a key that must not be used.
    #[error("the key {key} is {state}")]
    Unusable {
        /// Its fingerprint.
        key: String,
        /// Revoked, disabled, not able to sign.
        state: &'static str,
    },
    /// The operator's: the key is named in a way that may mean several.
    #[error("`{0}` is not a fingerprint: give all 40 hexadecimal digits of the key")]
    Vague(String),
    /// The program failed.
    #[error("{doing}: {why}")]
    Failed {
        /// What was being done.
        doing: String,
        /// What the program said.
        why: String,
    },
    /// A signature that is not by the key.
    #[error("the signature is not good: {0}")]
    BadSignature(#[from] BadSignature),
}

impl KeyError {
    /// What happened and what to do about it, of a key that is named in `place`.
    pub fn with_help(&self, place: &str) -> String {
        let help = match self {
            Self::Missing { .. } => "import it, or name another",
            Self::Expired { .. } => "extend it, or name another",
            Self::NotYet { .. } => {
                return format!(
                    "{self}; set the clock right, or create the key again with the right date"
                );
            }
            Self::Unusable { .. } => "name another",
            Self::Vague(_) => "name it",
            Self::NoProgram { .. } | Self::Failed { .. } | Self::BadSignature(_) => {
                return self.to_string();
            }
        };
        format!("{self}; {help} in {place}")
    }
}

/// How gpg says that it has no such key: no secret key (17), no public key (9).
const ABSENT: &[&str] = &["[GNUPG:] ERROR keylist.getkey 17", "[GNUPG:] ERROR keylist.getkey 9"];

/// No program that signs needs longer; one that asks for a passphrase would wait forever.
const PATIENCE: Duration = Duration::from_secs(60);

impl Signer {
    /// Whether the key is there and can sign at `at`: a signature is made for a trial, which shows what no listing
    /// does, such as a passphrase.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, at: Timestamp) -> Result<KeyInfo, KeyError> {
        let info = match self {
            Self::Gpg { key, .. } => self.check_gpg(key, at)?,
            Self::Ssh { program, key } => ssh_fingerprint(program, key)?,
        };
        self.signature("trying the key", b"trial\n", Some(at))?;
        Ok(info)
    }

    /// A detached signature of `payload`, in armour.
    ///
    /// # Errors
    /// When the program fails or makes none.
    pub fn sign(&self, payload: &[u8]) -> Result<String, KeyError> {
        self.sign_and_name(payload).map(|made| made.text)
    }

    /// The same, with the key that made it as far as the program says so.
    pub(super) fn sign_and_name(&self, payload: &[u8]) -> Result<MadeSignature, KeyError> {
        self.signature("signing the tag", payload, None)
    }

    /// Signs as of today, or as if it were `at`.
    fn signature(
        &self,
        doing: &str,
        payload: &[u8],
        at: Option<Timestamp>,
    ) -> Result<MadeSignature, KeyError> {
        let ended = match self {
            Self::Gpg { key, .. } => {
                let day = at.map(|at| format!("--faked-system-time={}", at.as_second()));
                let mut arguments: Vec<&str> = day.iter().map(String::as_str).collect();
                arguments.extend(["--detach-sign", "--armor", "--local-user", key]);
                self.gpg(&arguments, payload.to_vec())?
            }
            Self::Ssh { program, key } => {
                let arguments = [
                    OsString::from("-Y"),
                    "sign".into(),
                    "-n".into(),
                    "git".into(),
                    "-f".into(),
                    key.into(),
                ];
                run(program, &arguments, &[], payload.to_vec())?
            }
        };
        if ended.status != Some(0) {
            return Err(failed(doing, &ended));
        }
        let text = String::from_utf8_lossy(&ended.stdout).into_owned();
        if self.makes(&text) {
            Ok(MadeSignature { text, by: created_by(&ended.stderr) })
        } else {
            Err(KeyError::Failed { doing: doing.into(), why: "no signature came".into() })
        }
    }

    /// Whether a signature is of the kind that this key makes.
    pub(super) fn makes(&self, signature: &str) -> bool {
        let firsts: &[&str] = match self {
            Self::Gpg { .. } => &["-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----"],
            Self::Ssh { .. } => &["-----BEGIN SSH SIGNATURE-----"],
        };
        firsts.iter().any(|first| signature.starts_with(first))
    }

    /// Settings under which git verifies tags of this key.
    pub(super) fn git_settings(&self) -> Vec<String> {
        match self {
            Self::Gpg { program, .. } => {
                vec![
                    "gpg.format=openpgp".to_owned(),
                    format!("gpg.program={}", program.display()),
                    "gpg.minTrustLevel=undefined".into(),
                ]
            }
            Self::Ssh { program, .. } => {
                vec!["gpg.format=ssh".to_owned(), format!("gpg.ssh.program={}", program.display())]
            }
        }
    }

    /// Where gpg finds the key ring; none for a key of ssh.
    pub(super) fn home(&self) -> Result<GpgHome, KeyError> {
        match self {
            Self::Gpg { home, .. } => GpgHome::of(home.as_deref()),
            Self::Ssh { .. } => Ok(GpgHome::default()),
        }
    }

    /// Whether the public key is here, so that its signatures can be verified.
    pub(super) fn is_here(&self) -> bool {
        match self {
            Self::Gpg { key, .. } => {
                let listed = self.gpg(&["--with-colons", "--list-keys", key], Vec::new());
                listed.is_ok_and(|said| said.status == Some(0))
            }
            Self::Ssh { program, key } => ssh_public(program, key).is_ok(),
        }
    }

    pub(super) fn gpg(&self, arguments: &[&str], input: Vec<u8>) -> Result<SignerOutput, KeyError> {
        let Self::Gpg { program, .. } = self else {
            return Err(KeyError::Failed {
                doing: "asking gpg".into(),
                why: "the key is one of ssh".into(),
            });
        };
        let mut all: Vec<OsString> =
            ["--batch", "--no-tty", "--pinentry-mode=error", "--status-fd=2"]
                .iter()
                .map(OsString::from)
                .collect();
        all.extend(arguments.iter().map(OsString::from));
        let home = self.home()?;
        run(program, &all, &home.environment(), input)
    }

    fn check_gpg(&self, key: &str, at: Timestamp) -> Result<KeyInfo, KeyError> {
        let digits = key.trim_start_matches("0x");
        // A long key id, and the fingerprints of keys of version 4 and 5.
        if !matches!(digits.len(), 16 | 40 | 64)
            || !digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Err(KeyError::Vague(key.to_owned()));
        }
        let ended = self.gpg(
            &["--with-colons", "--fixed-list-mode", "--list-secret-keys", digits],
            Vec::new(),
        )?;
        let place = match self {
            Self::Gpg { home: Some(home), .. } => home.display().to_string(),
            Self::Gpg { .. } | Self::Ssh { .. } => "the key ring of gpg".to_owned(),
        };
        if ended.status != Some(0) {
            // Only gpg's own word means that the key is not there; a gpg that fails says nothing about it.
            let is_absent = ended.stderr.lines().any(|line| ABSENT.contains(&line));
            return Err(if is_absent {
                KeyError::Missing { key: key.to_owned(), place }
            } else {
                failed("looking for the key", &ended)
            });
        }
        let listing = String::from_utf8_lossy(&ended.stdout).into_owned();
        usable(&listing, digits, at).unwrap_or_else(|| {
            let why = format!("gpg listed something else than {key}");
            Err(KeyError::Failed { doing: "looking for the key".to_owned(), why })
        })
    }
}

/// A signature that was just made.
pub(super) struct MadeSignature {
    /// In armour.
    pub(super) text: String,
    /// Fingerprint of the key or subkey that made it, as gpg says; ssh-keygen does not say.
    pub(super) by: Option<String>,
}

fn ssh_fingerprint(program: &Path, key: &Path) -> Result<KeyInfo, KeyError> {
    if let Err(error) = fs::metadata(key) {
        return Err(KeyError::Missing {
            key: key.display().to_string(),
            place: format!("that file ({error})"),
        });
    }
    let ended = run(program, &["-l".into(), "-f".into(), key.into()], &[], Vec::new())?;
    let text = String::from_utf8_lossy(&ended.stdout).into_owned();
    let fingerprint = text.split_whitespace().find(|word| word.starts_with("SHA256:"));
    match fingerprint {
        Some(fingerprint) if ended.status == Some(0) => {
            Ok(KeyInfo { fingerprint: fingerprint.to_owned() })
        }
        _ => Err(failed("reading the ssh key", &ended)),
    }
}

/// The public half of an ssh key, in one line.
pub(super) fn ssh_public(program: &Path, key: &Path) -> Result<String, KeyError> {
    if let Ok(text) = fs::read_to_string(key)
        && ["ssh-", "ecdsa-", "sk-"].iter().any(|kind| text.starts_with(kind))
    {
        return Ok(text.trim().to_owned());
    }
    let ended = run(
        program,
        &["-y".into(), "-P".into(), "".into(), "-f".into(), key.into()],
        &[],
        Vec::new(),
    )?;
    if ended.status != Some(0) {
        return Err(failed("reading the ssh key", &ended));
    }
    Ok(String::from_utf8_lossy(&ended.stdout).trim().to_owned())
}

fn failed(doing: &str, ended: &SignerOutput) -> KeyError {
    let said = ended
        .stderr
        .lines()
        .filter(|line| !line.starts_with("[GNUPG:]"))
        .collect::<Vec<_>>()
        .join("; ");
    let status = ended.status.map_or_else(
        || "it was ended by a signal".to_owned(),
        |status| format!("exit status {status}"),
    );
    let why = if said.is_empty() { status } else { format!("{said} ({status})") };
    KeyError::Failed { doing: doing.to_owned(), why }
}

/// Runs a signing program with no more environment than it needs.
pub(super) fn run(
    program: &Path,
    arguments: &[OsString],
    more: &[(OsString, OsString)],
    input: Vec<u8>,
) -> Result<SignerOutput, KeyError> {
    let name = program.display().to_string();
    let mut command = std::process::Command::new(program);
    command.args(arguments).env_clear().env("LC_ALL", "C");
    for key in ["PATH", "HOME", "TMPDIR", "GNUPGHOME", "SSH_AUTH_SOCK", "XDG_RUNTIME_DIR"] {
        if let Some(value) = std::env::var_os(key) {
            command.env(key, value);
        }
    }
    // A locked key is an error at once, also where there is a terminal to ask at.
    command.env("SSH_ASKPASS_REQUIRE", "force").env("SSH_ASKPASS", "/bin/false");
    command.envs(more.iter().map(|(key, value)| (key, value)));
    let bounds = Bounds { time: PATIENCE, output: 1 << 20 };
    match child::run(&mut command, Input::Bytes(input), bounds, Group::Own) {
        Ok(ended) => Ok(SignerOutput {
            status: ended.status.code(),
            stdout: ended.stdout,
            stderr: String::from_utf8_lossy(&ended.stderr).into_owned(),
        }),
        Err(Trouble::Io(error)) => {
            Err(KeyError::NoProgram { program: name, why: error.to_string() })
        }
        Err(Trouble::Time) => {
            let why = format!(
                "`{name}` gave no answer within {} s; does the key want a passphrase?",
                PATIENCE.as_secs()
            );
            Err(KeyError::Failed { doing: "signing".into(), why })
        }
        Err(Trouble::Size) => Err(KeyError::Failed {
            doing: "signing".into(),
            why: format!("`{name}` wrote more than it should"),
        }),
    }
}

/// How a signing program ended and what it said.
pub(super) struct SignerOutput {
    pub(super) status: Option<i32>,
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: String,
}
