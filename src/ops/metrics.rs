//! The file that a monitor reads: written after each run of `apply`, whole or not at all.

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use jiff::Timestamp;
use rustix::fs::OFlags;
use rustix::io::Errno;

use super::apply::Applied;
use super::kinds::planned_kinds;
use crate::report::metrics::Metrics;
use crate::workspace::{Failure, FailureKind, Workspace};

/// Puts the numbers of a run that ended well or badly into the file at `path`.
///
/// # Errors
/// When the ledger cannot be read or the file not be written; the old one stays then.
pub fn publish(
    path: &Path,
    ran: Result<(&Workspace, &Applied), FailureKind>,
    now: Timestamp,
) -> Result<(), Failure> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let before = before(path).map_err(|error| unwritten(path, &error))?;
    let metrics = match ran {
        Ok((workspace, applied)) => {
            let ledger = workspace.read_ledger()?;
            let state = ledger.state().map_err(Failure::outside)?;
            let oldest = state.pending.iter().map(|pending| pending.since).min();
            let kinds = planned_kinds().map(|kind| kind.action());
            before.after(&applied.outcome, (&kinds, oldest), now)
        }
        Err(kind) => before.after_failure(cause(kind), now),
    };
    write(path, metrics.text().as_bytes()).map_err(|error| unwritten(path, &error))
}

/// The numbers of earlier runs.
fn before(path: &Path) -> io::Result<Metrics> {
    if is_stream(path) {
        return Ok(Metrics::default());
    }
    match fs::read_to_string(path) {
        Ok(text) => Ok(Metrics::read(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Metrics::default()),
        Err(error) => Err(error),
    }
}

fn cause(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Usage => "configuration",
        FailureKind::Refused => "refused",
        FailureKind::Outside => "outside",
    }
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    Failure::outside(format!("the metrics in {} were not renewed: {error}", path.display()))
        .help("the run itself is not affected; give its account the right to write there")
}

/// Whether there is a pipe or a device at `path`: it is written to, and neither read nor replaced.
fn is_stream(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file())
}

/// A pipe that nobody reads would hold up the run for as long.
fn open_stream(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).map_err(io::Error::other)?;
    File::options().append(true).custom_flags(flags).open(path).map_err(|error| {
        match Errno::from_io_error(&error) {
            Some(Errno::NXIO) => io::Error::other("it is a pipe, and nobody reads it"),
            _ => error,
        }
    })
}

/// A collector takes every `*.prom`, under whatever account it runs: the file gets that name when it is whole, and anybody
/// may read it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_stream(path) {
        return open_stream(path)?.write_all(bytes);
    }
    let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(".tagkeeper-").suffix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt as _, symlink};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    #[test]
    fn a_device_or_pipe_is_neither_read_nor_replaced_and_a_link_is_followed() {
        let full = Path::new("/dev/full");
        let done = publish(full, Err(FailureKind::Outside), Timestamp::UNIX_EPOCH);
        assert!(done.unwrap_err().to_string().contains("No space left"));
        assert!(fs::metadata(full).unwrap().file_type().is_char_device());

        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let done = publish(&pipe, Err(FailureKind::Outside), Timestamp::UNIX_EPOCH);
        assert!(done.unwrap_err().to_string().contains("nobody reads it"));

        let (file, link) = (dir.path().join("a.prom"), dir.path().join("link"));
        fs::write(&file, "").unwrap();
        symlink(&file, &link).unwrap();
        publish(&link, Err(FailureKind::Outside), Timestamp::UNIX_EPOCH).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(!fs::read(&file).unwrap().is_empty());
    }
}
