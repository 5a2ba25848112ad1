//! Writing the site: whole, or not at all.
//!
//! The new site is put together next to the old one, with links to the files that stay the same, and then takes its place. So
//! a reader sees the one or the other, and nothing is written that did not change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::Built;
use super::at_once;
use super::files::{Files, Made};
use super::standing::{MARKER, Manifest, PublishError, Standing, Written, failed, read_marker};

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

/// Puts what was built where `standing` is. Files that did not change are not written.
///
/// # Errors
/// When somebody else has written there since, or the disk fails; then what is there is untouched.
pub fn publish(built: Built, standing: &Standing) -> Result<Published, PublishError> {
    let Built { files, mut memo, .. } = built;
    let target = Target { standing };
    let _lock = target.lock()?;
    let (published, same) = target.compare(&files);
    let stamps =
        files.iter().filter_map(|(path, made)| Some((path.to_owned(), made.stamp.clone()?)));
    memo.stamps = stamps.collect();
    if !standing.is_new() && published.written.is_empty() && published.removed.is_empty() {
        let files = written_in(&standing.path, &files)?;
        target.note(&standing.path, &Manifest::new(files, memo))?;
        return Ok(published);
    }
    let new = target.sibling("new");
    target.clear(&new)?;
    let assembled = target
        .assemble(&new, &files, &same)
        .and_then(|files| target.note(&new, &Manifest::new(files, memo)));
    assembled.inspect_err(|_| drop(target.clear(&new)))?;
    target.swap(&new)?;
    Ok(published)
}

/// How the files in `directory` look.
fn written_in(directory: &Path, files: &Files) -> Result<BTreeMap<String, Written>, PublishError> {
    files.paths().map(|path| Ok((path.to_owned(), written_at(&directory.join(path))?))).collect()
}

/// How the file at `place` looks.
fn written_at(place: &Path) -> Result<Written, PublishError> {
    let found = fs::symlink_metadata(place).map_err(failed(place))?;
    Ok(Written::of(&found))
}

/// A directory to be replaced.
struct Target<'a> {
    standing: &'a Standing,
}

impl Target<'_> {
    fn sibling(&self, word: &str) -> PathBuf {
        self.standing.folder.join(format!(".{}.tagkeeper-{word}", self.standing.name))
    }

    /// One run at a time in a folder, and none on top of what it has not seen.
    fn lock(&self) -> Result<File, PublishError> {
        let Standing { path, folder, marker, .. } = self.standing;
        fs::create_dir_all(folder).map_err(failed(folder))?;
        let lock = File::open(folder).map_err(failed(folder))?;
        match lock.try_lock() {
            Ok(()) if read_marker(path)? == *marker => Ok(lock),
            Ok(()) | Err(fs::TryLockError::WouldBlock) => {
                Err(PublishError::Busy { path: path.clone() })
            }
            Err(fs::TryLockError::Error(source)) => {
                Err(PublishError::Io { path: folder.clone(), source })
            }
        }
    }

    /// What changes, and the paths of the files that do not.
    fn compare<'f>(&self, files: &'f Files) -> (Published, BTreeSet<&'f str>) {
        let Standing { path: site, files: old, .. } = self.standing;
        let mut published = Published::default();
        let mut same = BTreeSet::new();
        for (path, Made { content, .. }) in files.iter() {
            let is_same = match content {
                None => true,
                Some(content) => old.contains_key(path) && holds(&site.join(path), content),
            };
            if is_same {
                same.insert(path);
            } else {
                published.written.push(path.to_owned());
            }
        }
        let gone = old.keys().filter(|path| !files.has(path));
        published.removed = gone.cloned().collect();
        published.kept = same.len();
        (published, same)
    }

    /// Puts the new site together at `new`, but for its marker, and says how its files look.
    fn assemble(
        &self,
        new: &Path,
        files: &Files,
        same: &BTreeSet<&str>,
    ) -> Result<BTreeMap<String, Written>, PublishError> {
        fs::create_dir(new).map_err(failed(new))?;
        let folders: BTreeSet<&Path> =
            files.paths().filter_map(|path| Path::new(path).parent()).collect();
        for folder in folders {
            let place = new.join(folder);
            fs::create_dir_all(&place).map_err(failed(&place))?;
        }
        let files: Vec<(&str, &Made)> = files.iter().collect();
        let put = |(): &mut (), (path, made): &(&str, &Made)| {
            let (place, old) = (new.join(path), self.standing.path.join(path));
            if !(same.contains(path) && fs::hard_link(&old, &place).is_ok()) {
                let put = match &made.content {
                    Some(content) => fs::write(&place, content),
                    None => fs::copy(&old, &place).map(drop),
                };
                put.map_err(failed(&place))?;
            }
            Ok(((*path).to_owned(), written_at(&place)?))
        };
        at_once::with(&files, || (), put).into_iter().collect()
    }

    /// Writes the marker into `directory`, in one step.
    fn note(&self, directory: &Path, manifest: &Manifest) -> Result<(), PublishError> {
        let text = serde_json::to_vec(manifest).map_err(|error| failed(directory)(error.into()))?;
        if directory == self.standing.path && self.standing.marker.as_ref() == Some(&text) {
            return Ok(());
        }
        let begun = self.sibling("marker");
        fs::write(&begun, text).map_err(failed(&begun))?;
        let place = directory.join(MARKER);
        fs::rename(&begun, &place).map_err(failed(&place))
    }

    /// Puts `new` where the site is, in one step where the system can.
    fn swap(&self, new: &Path) -> Result<(), PublishError> {
        let path = &self.standing.path;
        if !path.exists() {
            return fs::rename(new, path).map_err(failed(path));
        }
        match exchange(new, path) {
            Ok(()) => self.clear(new),
            Err(_) => {
                let old = self.sibling("old");
                self.clear(&old)?;
                fs::rename(path, &old).map_err(failed(path))?;
                if let Err(error) = fs::rename(new, path) {
                    fs::rename(&old, path).map_err(failed(path))?;
                    return Err(failed(path)(error));
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::super::memo::Memo;
    use super::super::stamp::Stamper;
    use super::*;

    fn site(pages: &[(&str, &str)]) -> Built {
        let mut files = Files::default();
        pages.iter().for_each(|(path, text)| files.put(path, path, *text).unwrap());
        Built { files, memo: Memo::default(), mistakes: Vec::new() }
    }

    fn publish(built: &Built, directory: &Path) -> Result<Published, PublishError> {
        let mut files = Files::default();
        for path in built.files.paths() {
            files.put(path, path, built.files.get(path).unwrap()).unwrap();
        }
        let built = Built { files, memo: built.memo.clone(), mistakes: Vec::new() };
        super::publish(built, &Standing::open(directory)?)
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

    #[test]
    fn what_was_made_from_the_same_stays_only_while_nobody_has_changed_it() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let stamp = Stamper::new().text("a").finish();
        let made = |content: Option<&str>| {
            let mut files = Files::default();
            let content = content.map(Vec::from);
            files.add("a.html", "a", Made { content, stamp: Some(stamp.clone()) }).unwrap();
            Built { files, memo: Memo::default(), mistakes: Vec::new() }
        };
        super::publish(made(Some("1")), &Standing::open(&out).unwrap()).unwrap();
        let standing = Standing::open(&out).unwrap();
        assert!(standing.memo().has("a.html", &stamp));
        let kept = super::publish(made(None), &standing).unwrap();
        assert_eq!(kept, Published { kept: 1, ..Published::default() });
        fs::write(out.join("a.html"), "9").unwrap();
        assert!(!Standing::open(&out).unwrap().memo().has("a.html", &stamp));
    }

    #[test]
    fn a_run_does_not_replace_what_another_one_wrote_meanwhile() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        let standing = Standing::open(&out).unwrap();
        publish(&site(&[("a.html", "1")]), &out).unwrap();
        let late = super::publish(site(&[("a.html", "2")]), &standing);
        assert!(matches!(late, Err(PublishError::Busy { .. })));
        assert_eq!(fs::read_to_string(out.join("a.html")).unwrap(), "1");
    }

    #[test]
    fn a_site_of_an_older_program_is_ours() {
        let dir = tempfile::tempdir().unwrap();
        let out = dir.path().join("site");
        fs::create_dir(&out).unwrap();
        fs::write(out.join("a.html"), "1").unwrap();
        fs::write(out.join(MARKER), "{\"version\":1,\"files\":[\"a.html\"]}\n").unwrap();
        let done = publish(&site(&[("a.html", "1"), ("b.html", "2")]), &out).unwrap();
        assert_eq!((done.written, done.kept), (vec!["b.html".to_owned()], 1));
    }
}
