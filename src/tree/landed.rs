//! When each entry came into the record, from its history.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

use jiff::Timestamp;
use memchr::memmem;

use super::file::FilePath;
use super::record::DELIVERABLES;
use super::request::change_id;
use super::yaml::MAX_BYTES;
use crate::git::{CommitInfo, Directories, GitError, Oid, Repository};

/// What is looked at.
const PARTS: &[&str] = &[DELIVERABLES, "doc/source"];
/// First word of the file that keeps what an earlier run found.
const FORMAT: &str = "tagkeeper-landed-1";
/// So many entries of one file in one commit were written down later than they were released.
const MANY: usize = 4;

/// When and by which change an entry came into the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// When it was merged.
    pub merged: Timestamp,
    /// When the change was written.
    pub proposed: Timestamp,
    /// Its Change-Id, where it has one.
    pub change_id: Option<String>,
    /// Whether it came with many others: then it was released before the record had it.
    pub is_backfilled: bool,
}

/// When the entries of a record came into it, by deliverable and version. A file that moves keeps its dates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Landings {
    by_name: HashMap<String, HashMap<String, Landing>>,
    /// When files of the schedules were changed last, by path.
    schedules: HashMap<String, Timestamp>,
}

impl Landings {
    /// Follows the first-parent chain of `head`. `kept` is a file with what an earlier run found; it is brought up to date.
    /// What lies behind the cut of a shallow clone has no date.
    ///
    /// # Errors
    /// If the repository cannot be read.
    pub fn of(repository: &Repository, head: Oid, kept: Option<&Path>) -> Result<Self, GitError> {
        let known = kept.and_then(|path| fs::read_to_string(path).ok());
        let known = known.as_deref().and_then(decode);
        if let Some((landings, _)) = known.as_ref().filter(|(_, at)| *at == head) {
            return Ok(landings.clone());
        }
        let since = known.as_ref().map(|(_, at)| *at);
        let chain = Chain::down_from(repository, head, since)?;
        let mut landings = match (known, chain.start) {
            (Some((landings, at)), Start::After(commit)) if at == commit => landings,
            _ => Self::default(),
        };
        landings.follow(repository, &chain)?;
        // A shallow clone knows less than a later run may.
        if let (Some(path), false) = (kept, chain.start == Start::Cut)
            && let Err(error) = store(path, &landings.encode(head))
        {
            log::info!("the dates of the record are not kept in {}: {error}", path.display());
        }
        Ok(landings)
    }

    /// When `version` of `deliverable` came into the record, if its history shows it.
    pub fn get(&self, deliverable: &str, version: &str) -> Option<&Landing> {
        self.by_name.get(deliverable)?.get(version)
    }

    /// When the file of a schedule at `path` was changed last.
    pub fn changed(&self, path: &str) -> Option<Timestamp> {
        self.schedules.get(path).copied()
    }

    fn follow(&mut self, repository: &Repository, chain: &Chain) -> Result<(), GitError> {
        let mut directories = Directories::default();
        let mut before = match chain.start {
            Start::After(commit) => Some(commit),
            Start::Root | Start::Cut => None,
        };
        for (at, commit) in chain.commits.iter().enumerate() {
            let is_cut = at == 0 && chain.start == Start::Cut;
            if !is_cut {
                self.step(repository, (before, *commit), &mut directories)?;
            }
            before = Some(*commit);
        }
        Ok(())
    }

    /// Takes in what is new in `commit`.
    fn step(
        &mut self,
        repository: &Repository,
        (before, commit): (Option<Oid>, Oid),
        directories: &mut Directories,
    ) -> Result<(), GitError> {
        let changes = repository.tree_changes(before, commit, PARTS, directories)?;
        let mut landing = None;
        for change in changes {
            let Some(side) = change.after.filter(|side| !side.is_submodule()) else { continue };
            if is_of_schedule(&change.path) {
                let of_commit = match &landing {
                    Some(landing) => landing,
                    None => landing.insert(landing_of(repository, commit)?),
                };
                self.schedules.insert(change.path, of_commit.merged);
                continue;
            }
            let Ok(path) = FilePath::parse(&change.path) else { continue };
            let Ok(bytes) = repository.read_blob(side.id, MAX_BYTES) else { continue };
            let known = self.by_name.entry(path.name().to_owned()).or_default();
            let new: Vec<&str> =
                versions(&bytes).into_iter().filter(|text| !known.contains_key(*text)).collect();
            if new.is_empty() {
                continue;
            }
            let of_commit = match &landing {
                Some(landing) => landing,
                None => landing.insert(landing_of(repository, commit)?),
            };
            let landed = Landing { is_backfilled: new.len() >= MANY, ..of_commit.clone() };
            known.extend(new.into_iter().map(|version| (version.to_owned(), landed.clone())));
        }
        Ok(())
    }

    fn encode(&self, head: Oid) -> String {
        let mut text = format!("{FORMAT} {head}\n");
        let mut schedules: Vec<_> = self.schedules.iter().collect();
        schedules.sort();
        for (path, changed) in schedules {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "/\t{path}\t{}", changed.as_second());
        }
        let mut names: Vec<_> = self.by_name.iter().collect();
        names.sort_by_key(|(name, _)| *name);
        for (name, versions) in names {
            let mut versions: Vec<_> = versions.iter().collect();
            versions.sort_by_key(|(version, _)| *version);
            for (version, landing) in versions {
                let Landing { merged, proposed, change_id, is_backfilled } = landing;
                let (merged, proposed) = (merged.as_second(), proposed.as_second());
                let (change, filled) = (change_id.as_deref().unwrap_or("-"), *is_backfilled);
                let _ = writeln!(
                    text,
                    "{name}\t{version}\t{merged}\t{proposed}\t{change}\t{}",
                    u8::from(filled)
                );
            }
        }
        text
    }
}

/// What [`Landings::encode`] wrote, and for which head; `None` for anything else.
fn decode(text: &str) -> Option<(Landings, Oid)> {
    let (first, rest) = text.split_once('\n')?;
    let head = Oid::from_str(first.strip_prefix(FORMAT)?.trim()).ok()?;
    let mut landings = Landings::default();
    for line in rest.lines() {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (name, version) = (next()?, next()?);
        if name == "/" {
            let changed = Timestamp::from_second(next()?.parse().ok()?).ok()?;
            landings.schedules.insert(version.to_owned(), changed);
            continue;
        }
        let mut moment = || Timestamp::from_second(next()?.parse().ok()?).ok();
        let (merged, proposed) = (moment()?, moment()?);
        let change_id = Some(next()?).filter(|id| *id != "-").map(str::to_owned);
        let is_backfilled = next()? == "1";
        let landing = Landing { merged, proposed, change_id, is_backfilled };
        let versions = match landings.by_name.get_mut(name) {
            Some(versions) => versions,
            None => landings.by_name.entry(name.to_owned()).or_default(),
        };
        versions.insert(version.to_owned(), landing);
    }
    Some((landings, head))
}

fn store(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut temp = tempfile::NamedTempFile::new_in(folder)?;
    temp.write_all(text.as_bytes())?;
    temp.persist(path).map(drop).map_err(|error| error.error)
}

/// Commits that follow each other by first parent, oldest first.
struct Chain {
    commits: Vec<Oid>,
    start: Start,
}

/// What comes before the first commit of a [`Chain`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Nothing.
    Root,
    /// This commit, which is known.
    After(Oid),
    /// What was not fetched.
    Cut,
}

impl Chain {
    fn down_from(repository: &Repository, head: Oid, since: Option<Oid>) -> Result<Self, GitError> {
        let mut commits = Vec::new();
        let mut next = head;
        let start = loop {
            if Some(next) == since {
                break Start::After(next);
            }
            commits.push(next);
            match repository.parents(next) {
                Ok(parents) => match parents.first() {
                    Some(parent) => next = *parent,
                    None => break Start::Root,
                },
                Err(GitError::Missing { .. } | GitError::Shallow { .. }) => break Start::Cut,
                Err(error) => return Err(error),
            }
        };
        commits.reverse();
        Ok(Self { commits, start })
    }
}

/// `schedule.yaml` and `schedule.rst`.
fn is_of_schedule(path: &str) -> bool {
    path.starts_with("doc/source/") && path.contains("/schedule.")
}

/// When `commit` was merged, and when the change that it brought was written.
fn landing_of(repository: &Repository, commit: Oid) -> Result<Landing, GitError> {
    let at = |seconds| Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let read = |id| match repository.commit(id) {
        Err(GitError::Missing { .. } | GitError::Shallow { .. }) => Ok(None),
        other => other,
    };
    let merge = read(commit)?;
    let merged = merge.as_ref().map_or(Timestamp::UNIX_EPOCH, |it| at(it.committer_time.seconds));
    let change = match merge.as_ref().and_then(|merge| merge.parents.get(1)) {
        Some(second) => read(*second)?,
        None => merge,
    };
    let proposed = change.as_ref().map_or(merged, |it: &CommitInfo| at(it.author_time.seconds));
    let change_id = change.and_then(|it| change_id(&it.message).map(ToOwned::to_owned));
    Ok(Landing { merged, proposed: proposed.min(merged), change_id, is_backfilled: false })
}

/// The texts after `version:` in a deliverable file, in every way in which YAML writes them on one line. For dates only: 14,000
/// states are looked through, and an entry that is missed has no date.
fn versions(bytes: &[u8]) -> Vec<&str> {
    const KEY: &[u8] = b"version:";
    let is_key =
        |at: &usize| at.checked_sub(1).is_none_or(|before| b" {\n,".contains(&bytes[before]));
    let after = |at: usize| {
        let rest = &bytes[at + KEY.len()..];
        let line = &rest[..memchr::memchr2(b'\n', b',', rest).unwrap_or(rest.len())];
        let text = str::from_utf8(line).ok()?;
        let text = text.split(" #").next()?.trim().trim_end_matches('}').trim();
        let text = text.trim_matches(['\'', '"']);
        let is_plain = !text.is_empty() && !text.contains(char::is_whitespace);
        is_plain.then_some(text)
    };
    memmem::find_iter(bytes, KEY).filter(is_key).filter_map(after).collect()
}

#[cfg(test)]
mod tests {
    use super::{Landing, Landings, Oid, Timestamp, decode, versions};

    #[test]
    fn versions_are_found_however_they_are_written() {
        let text = b"releases:\n- projects: []\n  version: 1.0.0\n- version: '1.1.0'  # later\n  projects: []\n\
            - {version: 2.0, projects: []}\n- {projects: [], version: \"2.1.0\"}\nupstream-version: 9\nversion:\n";
        assert_eq!(versions(text), ["1.0.0", "1.1.0", "2.0", "2.1.0"]);
    }

    #[test]
    fn what_is_kept_is_read_back_whole_or_not_at_all() {
        let head = Oid::from_str(&"a".repeat(40)).unwrap();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let landing = Landing {
            merged: at(20),
            proposed: at(10),
            change_id: Some("I1".to_owned()),
            is_backfilled: false,
        };
        let mut landings = Landings::default();
        let versions = landings.by_name.entry("widget".to_owned()).or_default();
        versions.insert("1.0.0".to_owned(), landing.clone());
        versions.insert("1.1.0".to_owned(), Landing { change_id: None, ..landing });
        landings.schedules.insert("doc/source/zed/schedule.yaml".to_owned(), at(30));
        let text = landings.encode(head);
        assert_eq!(decode(&text), Some((landings, head)));
        assert_eq!(decode(&text[..text.len() - 3]), None);
        assert_eq!(decode("something else\n"), None);
    }
}
