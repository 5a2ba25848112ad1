//! The file of a deliverable in an older series.

use crate::tree::file::FilePath;
use crate::workspace::{Failure, Workspace};

/// The path of the same deliverable in the newest older series that has it.
///
/// # Errors
/// If the record cannot be read.
pub fn older_file(workspace: &Workspace, path: &str) -> Result<Option<String>, Failure> {
    let Ok(path) = FilePath::parse(path) else { return Ok(None) };
    let record = workspace.request()?.head;
    let mut older = record.series().older_than(path.dir());
    let file = older.find_map(|series| record.deliverable(&series.name, path.name()));
    Ok(file.map(|file| file.name.clone()))
}
