//! Whether a mirror is as we left it.
//!
//! A power cut, a full disk or a hand may damage a mirror in ways that a quick look does not show, and that git reports as a
//! fault of the server or not at all. So what was left is noted: a mirror whose files have changed since is checked whole
//! before it is used again.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::error::GitError;

/// The note, in the mirror.
const STAMP: &str = "tagkeeper-stamp";

/// How our own files in a mirror begin; git ignores them.
const OURS: &str = "tagkeeper-";

/// What is noted: all files that a mirror is made of. What lies deeper is one object a file, of which there are none.
const NOTED: &[&str] = &["", "objects", "objects/info", "objects/pack"];

/// Files that git can do without. They are made again when they are needed.
const DERIVED: &[&str] = &["commit-graph", "commit-graphs", "multi-pack-index"];

/// Notes how the mirror is left. Only for the holder of its lock.
pub(super) fn note(mirror: &Path) -> Result<(), GitError> {
    let path = mirror.join(STAMP);
    let text = state(mirror)?;
    fs::write(&path, text).map_err(|error| GitError::io("cannot write", &path, &error))
}

/// Whether the mirror is as it was noted.
pub(super) fn is_unchanged(mirror: &Path) -> Result<bool, GitError> {
    let noted = fs::read_to_string(mirror.join(STAMP));
    Ok(noted.is_ok_and(|noted| state(mirror).is_ok_and(|state| state == noted)))
}

/// Makes the next run check the mirror whole.
pub(super) fn forget(mirror: &Path) {
    // Where that fails the mirror cannot be written, and not be made again either.
    drop(fs::remove_file(mirror.join(STAMP)));
}

/// The same for the mirrors whose objects the repository at `git_dir` reads.
pub(super) fn forget_below(git_dir: &Path) {
    let mut todo = vec![(git_dir.join("objects"), 0)];
    while let Some((objects, depth)) = todo.pop() {
        if let Some(mirror) = objects.parent().filter(|mirror| mirror.join(STAMP).is_file()) {
            forget(mirror);
        }
        // As deep as git itself goes.
        let alternates = fs::read_to_string(objects.join("info/alternates")).unwrap_or_default();
        if depth < 5 {
            todo.extend(alternates.lines().map(|line| (line.into(), depth + 1)));
        }
    }
}

/// Removes what git makes again by itself, so that it need not be checked.
pub(super) fn remove_derived(mirror: &Path) -> Result<(), GitError> {
    for directory in ["objects/info", "objects/pack"] {
        for name in DERIVED {
            let path = mirror.join(directory).join(name);
            let removed = match fs::symlink_metadata(&path) {
                Ok(data) if data.is_dir() => fs::remove_dir_all(&path),
                Ok(_) => fs::remove_file(&path),
                Err(_) => continue,
            };
            removed.map_err(|error| GitError::io("cannot remove", &path, &error))?;
        }
    }
    Ok(())
}

/// Name, size and time of each file, in order.
fn state(mirror: &Path) -> Result<String, GitError> {
    let mut lines = Vec::new();
    for below in NOTED {
        let directory = mirror.join(below);
        let failed = |error: &std::io::Error| GitError::io("cannot read", &directory, error);
        let entries = match directory.read_dir() {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(|error| failed(&error))?,
        };
        for entry in entries {
            let entry = entry.map_err(|error| failed(&error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let data = entry.metadata().map_err(|error| failed(&error))?;
            let mut line = format!("{below}/{name}");
            if data.is_file() {
                if name.starts_with(OURS) {
                    continue;
                }
                let _infallible =
                    write!(line, " {} {}.{:09}", data.size(), data.mtime(), data.mtime_nsec());
            }
            lines.push(line);
        }
    }
    lines.sort();
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let mirror = dir.path();
        fs::create_dir_all(mirror.join("objects/pack")).unwrap();
        fs::write(mirror.join("config"), "[core]").unwrap();
        fs::write(mirror.join("objects/pack/pack-1.pack"), "PACK").unwrap();
        assert!(!is_unchanged(mirror).unwrap());
        type Change = fn(&Path);
        let changes: [Change; 5] = [
            |mirror| fs::write(mirror.join("config"), "").unwrap(),
            |mirror| fs::remove_file(mirror.join("objects/pack/pack-1.pack")).unwrap(),
            |mirror| fs::write(mirror.join("packed-refs"), "x").unwrap(),
            |mirror| fs::create_dir(mirror.join("objects/ab")).unwrap(),
            forget,
        ];
        for change in changes {
            note(mirror).unwrap();
            assert!(is_unchanged(mirror).unwrap());
            change(mirror);
            assert!(!is_unchanged(mirror).unwrap());
        }
    }
}
