//! The file that a monitor reads: written after each run of `apply`, whole or not at all.

use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;

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
    let before = match fs::read_to_string(path) {
        Ok(text) => Metrics::read(&text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Metrics::default(),
        Err(error) => return Err(unwritten(path, &error)),
    };
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

/// A collector takes every `*.prom`, under whatever account it runs: the file gets that name when it is whole, and anybody
/// may read it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file =
        tempfile::Builder::new().prefix(".tagkeeper-").suffix(".new").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_permissions(Permissions::from_mode(0o644))?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
