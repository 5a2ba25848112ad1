//! Handing the mail over.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::mail::Mail;
use crate::net::smtp::{self, MailOutcome, MailServer};

/// The way a mail goes.
#[derive(Clone)]
pub enum Delivery {
    /// To a mail server.
    Smtp(Box<MailServer>),
    /// Into a directory, one file per mail.
    Directory(PathBuf),
}

impl Delivery {
    /// Hands a mail over.
    ///
    /// A directory takes a mail once: the same again, sent on whatever day, is accepted and changes nothing; another mail
    /// under the same name is refused.
    pub fn deliver(&self, mail: &Mail) -> MailOutcome {
        match self {
            Self::Smtp(server) => smtp::deliver(server, mail.parcel()),
            Self::Directory(directory) => keep(directory, mail),
        }
    }
}

fn keep(directory: &Path, mail: &Mail) -> MailOutcome {
    let path = directory.join(mail.file_name());
    let message = &mail.parcel().message;
    match write_once(directory, &path, message) {
        Ok(()) => MailOutcome::Accepted(format!("written to {}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match std::fs::read(&path) {
            Ok(present) if undated(&present) == undated(message) => {
                MailOutcome::Accepted(format!("already in {}", path.display()))
            }
            Ok(_) => MailOutcome::refused(format!(
                "{} holds another announcement of the same release and was left alone; move it away to \
                 have this one written",
                path.display()
            )),
            Err(error) => MailOutcome::Unknown(format!("cannot read {}: {error}", path.display())),
        },
        Err(error) => MailOutcome::refused_for_now(format!(
            "cannot write the announcement {}: {error}; nothing was left there, run again when there is a \
             directory with room and the right to write",
            path.display()
        )),
    }
}

/// The mail without the day on which it is sent.
fn undated(message: &[u8]) -> Vec<&[u8]> {
    let lines = message.split_inclusive(|byte| *byte == b'\n');
    let mut is_head = true;
    lines
        .filter(|line| {
            is_head &= !matches!(*line, b"\r\n" | b"\n");
            !(is_head && line.starts_with(b"Date:"))
        })
        .collect()
}

/// The whole file or none, and never over another one.
fn write_once(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".announcement-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}
