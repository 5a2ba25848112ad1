//! Files of the working tree, read and written so that nothing of somebody else's is lost.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::rewrite::Rewrite;
use crate::workspace::{Failure, Workspace, replace_file};

/// Writes what differs, all or nothing: after a look at all files, and with those that were written put back if one cannot be.
///
/// # Errors
/// If one of them was changed, is no plain file, or cannot be written.
pub(super) fn write(workspace: &Workspace, rewrites: &[Rewrite]) -> Result<(), Failure> {
    for Rewrite { path, before, .. } in rewrites {
        if text_of(workspace, path)? != *before {
            return Err(changed(path));
        }
    }
    let root = root(workspace)?;
    let mut written: Vec<&Rewrite> = Vec::new();
    for rewrite in rewrites.iter().filter(|rewrite| rewrite.differs()) {
        if let Err(error) = put(root, &rewrite.path, &rewrite.after) {
            let failure = Failure::outside(format!("cannot write {}", rewrite.path));
            return Err(failure.caused_by(error).help(taken_back(root, &written)));
        }
        written.push(rewrite);
    }
    Ok(())
}

fn put(root: &Path, path: &str, text: &str) -> io::Result<()> {
    let whole = root.join(path);
    whole.parent().map_or(Ok(()), fs::create_dir_all)?;
    replace_file(&whole, text.as_bytes())
}

/// Puts files back as they were; what a person has to know of that.
fn taken_back(root: &Path, written: &[&Rewrite]) -> String {
    let back = |rewrite: &&&Rewrite| match &rewrite.before {
        Some(before) => put(root, &rewrite.path, before).is_err(),
        None => fs::remove_file(root.join(&rewrite.path)).is_err(),
    };
    let left: Vec<&str> = written.iter().filter(back).map(|it| it.path.as_str()).collect();
    match left.as_slice() {
        [] => "no file was changed; fix that, and run again".to_owned(),
        left => {
            format!("these were written already and could not be put back: {}", left.join(", "))
        }
    }
}

/// The text of a plain file in the working tree; `None` if there is none.
///
/// # Errors
/// If it, or what is there in its place, cannot be read as text.
pub(super) fn text_of(workspace: &Workspace, path: &str) -> Result<Option<String>, Failure> {
    let failed = |error| Failure::outside(format!("cannot read {path}")).caused_by(error);
    let Some(whole) = plain(root(workspace)?, path).map_err(failed)? else {
        return Err(Failure::usage(format!(
            "`{path}` is a symbolic link or behind one, so it was not changed"
        ))
        .help("name the files to change, or replace the link with the file itself"));
    };
    match fs::read(&whole) {
        Ok(bytes) => String::from_utf8(bytes)
            .map(Some)
            .map_err(|_| Failure::refused(format!("`{path}` is not UTF-8"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

/// The whole path, if nothing on the way is a link.
fn plain(root: &Path, path: &str) -> io::Result<Option<PathBuf>> {
    let mut whole = root.to_owned();
    for part in path.split('/') {
        whole.push(part);
        match fs::symlink_metadata(&whole) {
            Ok(there) if there.is_symlink() => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Err(error),
        }
    }
    Ok(Some(root.join(path)))
}

/// The top of the working tree.
///
/// # Errors
/// If the repository has none.
pub(super) fn root(workspace: &Workspace) -> Result<&Path, Failure> {
    let none = || Failure::usage("the releases repository has no working tree");
    workspace.repository.work_dir().ok_or_else(none)
}

/// Somebody else changed a file, or it is no text.
pub(super) fn changed(path: &str) -> Failure {
    Failure::outside(format!("`{path}` changed while it was read, so nothing was written"))
        .help("run again")
}
