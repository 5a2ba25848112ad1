//! Writing a file whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Puts a file into the place of the one that is there, with its mode; a new one has the usual mode. Whoever reads it
/// meanwhile sees the old one or the new one.
///
/// # Errors
/// When it cannot be written; then the old one is still there.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let there = match File::options().write(true).open(path) {
        Ok(there) => Some(there.metadata()?.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let usual = fs::Permissions::from_mode(0o666);
    let mut temp = tempfile::Builder::new().permissions(usual).tempfile_in(folder)?;
    temp.write_all(bytes)?;
    if let Some(mode) = there {
        temp.as_file().set_permissions(mode)?;
    }
    temp.as_file().sync_all()?;
    temp.persist(path)?;
    Ok(())
}
