//! Writing the site: whole, or not at all.
//!
//! The new site is put together next to the old one, with links to the files that stay the same, and then takes its place. So
//! a reader sees the one or the other, and nothing is written that did not change.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::Files;

/// The file that says that tagkeeper made a directory, and which files of it.
pub const MARKER: &str = ".tagkeeper-site.json";
const VERSION: u32 = 1;

/// What is in [`MARKER`].
#[derive(Serialize, Deserialize)]
struct Manifest {
    version: u32,
    files: BTreeSet<String>,
}

/// What was done; paths in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// New or changed.
    pub written: Vec<String>,
    /// Gone.
    pub removed: Vec<String>,
    /// As they were.
    pub kept: usize,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something is there that tagkeeper did not make.
    #[error("{path} is not a site that tagkeeper made")]
    Foreign {
        /// What is there.
        path: PathBuf,
    },
    /// Another run is at work.
    #[error("another run is writing next to {path}")]
    Busy {
        /// The directory.
        path: PathBuf,
    },
    /// The disk's.
    #[error("cannot write {path}")]
    Io {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Replaces the site at `directory` with `files`. Files that did not change are not written.
///
/// # Errors
/// When something else is there, or the disk fails; then what is there is untouched.
pub fn publish(files: &Files, directory: &Path) -> Result<Published, PublishError> {
    let target = Target::of(directory)?;
    let _lock = target.lock()?;
    let old = target.manifest()?;
    target.refuse_strangers(old.as_ref())?;
    let (published, same) = target.compare(files, old.as_ref())?;
    if old.is_some() && published.written.is_empty() && published.removed.is_empty() {
        return Ok(published);
    }
    let new = target.sibling("new");
    target.clear(&new)?;
    target.assemble(&new, files, &same).inspect_err(|_| drop(target.clear(&new)))?;
    target.swap(&new)?;
    Ok(published)
}

/// A directory to be replaced: its folder, and its name there.
struct Target {
    path: PathBuf,
    folder: PathBuf,
    name: String,
}

impl Target {
    fn of(directory: &Path) -> Result<Self, PublishError> {
        // A link stays one: what it leads to is replaced.
        let path = fs::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
        let foreign = || PublishError::Foreign { path: directory.to_owned() };
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(foreign)?.to_owned();
        let folder = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        Ok(Self { path, folder, name })
    }

    fn sibling(&self, word: &str) -> PathBuf {
        self.folder.join(format!(".{}.tagkeeper-{word}", self.name))
    }

    /// One run at a time in a folder.
    fn lock(&self) -> Result<File, PublishError> {
        let folder = File::open(&self.folder).map_err(failed(&self.folder))?;
        match folder.try_lock() {
            Ok(()) => Ok(folder),
            Err(fs::TryLockError::WouldBlock) => {
                Err(PublishError::Busy { path: self.path.clone() })
            }
            Err(fs::TryLockError::Error(source)) => {
                Err(PublishError::Io { path: self.folder.clone(), source })
            }
        }
    }

    /// What is there; `None` for nothing.
    fn manifest(&self) -> Result<Option<Manifest>, PublishError> {
        let foreign = || PublishError::Foreign { path: self.path.clone() };
        match fs::read(self.path.join(MARKER)) {
            Ok(bytes) => {
                let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
                Some(manifest).filter(|it| it.version == VERSION).ok_or_else(foreign).map(Some)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_dir(&self.path)
            {
                Ok(entries) => match entries.count() {
                    0 => Ok(None),
                    _ => Err(foreign()),
                },
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(failed(&self.path)(error)),
            },
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => Err(foreign()),
            Err(error) => Err(failed(&self.path)(error)),
        }
    }

    /// A file that is not in the manifest is somebody's: it would go with the old directory.
    fn refuse_strangers(&self, old: Option<&Manifest>) -> Result<(), PublishError> {
        let Some(old) = old else { return Ok(()) };
        let mut folders = vec![PathBuf::new()];
        while let Some(folder) = folders.pop() {
            let here = self.path.join(&folder);
            for entry in fs::read_dir(&here).map_err(failed(&here))? {
                let entry = entry.map_err(failed(&here))?;
                let path = folder.join(entry.file_name());
                let kind = entry.file_type().map_err(failed(&here))?;
                let is_ours =
                    path.to_str().is_some_and(|it| it == MARKER || old.files.contains(it));
                match (kind.is_dir(), is_ours) {
                    (true, _) => folders.push(path),
                    (false, true) => {}
                    (false, false) => {
                        return Err(PublishError::Foreign { path: self.path.join(path) });
                    }
                }
            }
        }
        Ok(())
    }

    /// What changes, and the paths of the files that do not.
    fn compare<'a>(
        &self,
        files: &'a Files,
        old: Option<&Manifest>,
    ) -> Result<(Published, BTreeSet<&'a str>), PublishError> {
        let mut published = Published::default();
        let mut same = BTreeSet::new();
        for (path, content) in files.iter() {
            let is_known = old.is_some_and(|old| old.files.contains(path));
            if is_known && holds(&self.path.join(path), content) {
                same.insert(path);
            } else {
                published.written.push(path.to_owned());
            }
        }
        let gone = old.into_iter().flat_map(|old| &old.files).filter(|path| !files.has(path));
        published.removed = gone.cloned().collect();
        published.kept = same.len();
        Ok((published, same))
    }

    /// The new site at `new`.
    fn assemble(
        &self,
        new: &Path,
        files: &Files,
        same: &BTreeSet<&str>,
    ) -> Result<(), PublishError> {
        fs::create_dir(new).map_err(failed(new))?;
        let mut folder = new.to_owned();
        for (path, content) in files.iter() {
            let place = new.join(path);
            let parent = place.parent().unwrap_or(new);
            if parent != folder {
                fs::create_dir_all(parent).map_err(failed(parent))?;
                parent.clone_into(&mut folder);
            }
            let is_linked =
                same.contains(path) && fs::hard_link(self.path.join(path), &place).is_ok();
            if !is_linked {
                fs::write(&place, content).map_err(failed(&place))?;
            }
        }
        let manifest = Manifest {
            version: VERSION,
            files: files.iter().map(|(path, _)| path.to_owned()).collect(),
        };
        let text = serde_json::to_string(&manifest).map_err(|error| failed(new)(error.into()))?;
        fs::write(new.join(MARKER), text + "\n").map_err(failed(new))
    }

    /// Puts `new` where the site is, in one step where the system can.
    fn swap(&self, new: &Path) -> Result<(), PublishError> {
        if !self.path.exists() {
            return fs::rename(new, &self.path).map_err(failed(&self.path));
        }
        match exchange(new, &self.path) {
            Ok(()) => self.clear(new),
            Err(_) => {
                let old = self.sibling("old");
                self.clear(&old)?;
                fs::rename(&self.path, &old).map_err(failed(&self.path))?;
                if let Err(error) = fs::rename(new, &self.path) {
                    fs::rename(&old, &self.path).map_err(failed(&self.path))?;
                    return Err(failed(&self.path)(error));
                }
                self.clear(&old)
            }
        }
    }

    /// Removes what an earlier run that was stopped left behind.
    fn clear(&self, sibling: &Path) -> Result<(), PublishError> {
        match fs::remove_dir_all(sibling) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(sibling)(error)),
            _ => Ok(()),
        }
    }
}

fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Whether the file has just that content.
fn holds(path: &Path, content: &[u8]) -> bool {
    let is_as_long =
        fs::symlink_metadata(path).is_ok_and(|it| it.is_file() && it.len() == content.len() as u64);
    is_as_long && fs::read(path).is_ok_and(|bytes| bytes == content)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    |source| PublishError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    fn site(pages: &[(&str, &str)]) -> Files {
        let mut files = Files::default();
        pages.iter().for_each(|(path, text)| files.put(path, path, *text).unwrap());
        files
    }

    fn inode(path: &Path) -> u64 {
        fs::metadata(path).unwrap().ino()
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_gone_goes() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("a/b/site");
        let first = publish(&site(&[("a.html", "1"), ("b/c.html", "2"), ("d/e.html", "3")]), &out);
        assert_eq!(first.unwrap().written.len(), 3);
        let before = inode(&out.join("b/c.html"));
        let second = publish(&site(&[("a.html", "4"), ("b/c.html", "2")]), &out).unwrap();
        assert_eq!(
            (second.written, second.removed),
            (vec!["a.html".into()], vec!["d/e.html".into()])
        );
        assert_eq!(inode(&out.join("b/c.html")), before);
        assert_eq!(fs::read_to_string(out.join("a.html")).unwrap(), "4");
        assert!(!out.join("d").exists());
        let again = publish(&site(&[("a.html", "4"), ("b/c.html", "2")]), &out).unwrap();
        assert_eq!(again, Published { kept: 2, ..Published::default() });
        assert_eq!(
            fs::read_dir(dir.path().join("a/b")).unwrap().count(),
            1,
            "nothing else is left"
        );
    }

    #[test]
    fn what_others_made_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("mine.txt"), "mine").unwrap();
        let files = site(&[("a.html", "1")]);
        assert!(matches!(publish(&files, &out), Err(PublishError::Foreign { .. })));
        fs::remove_file(out.join("mine.txt")).unwrap();
        publish(&files, &out).unwrap();
        fs::create_dir(out.join(".git")).unwrap();
        fs::write(out.join(".git/HEAD"), "x").unwrap();
        let error = publish(&site(&[("a.html", "2")]), &out).unwrap_err();
        assert!(error.to_string().contains(".git/HEAD"), "{error}");
        assert_eq!(fs::read_to_string(out.join("a.html")).unwrap(), "1");
        assert!(publish(&files, &dir.path().join("site/a.html")).is_err());
        fs::write(out.join(MARKER), "{}").unwrap();
        assert!(publish(&files, &out).is_err(), "a marker of somebody else");
    }

    #[test]
    fn what_a_stopped_run_left_does_no_harm_and_a_page_changed_by_hand_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        fs::create_dir_all(dir.path().join(".site.tagkeeper-new/x")).unwrap();
        publish(&site(&[("a.html", "1")]), &out).unwrap();
        fs::write(out.join("a.html"), "9").unwrap();
        assert_eq!(publish(&site(&[("a.html", "1")]), &out).unwrap().written, ["a.html"]);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
