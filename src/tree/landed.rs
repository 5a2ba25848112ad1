//! When each entry came into the record, from its history.

mod arrivals;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

use jiff::Timestamp;

use crate::git::{GitError, Oid, Repository};
use arrivals::{Arrived, Chain, Start};

/// First word of the file that keeps what an earlier run found.
const FORMAT: &str = "tagkeeper-landed-1";
/// So many entries of one file in one commit were written down later than they were released.
const MANY: usize = 4;

/// When and by which change an entry came into the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordLanding {
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
    by_name: HashMap<String, HashMap<String, RecordLanding>>,
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
            log::info!("cannot keep the dates of the record in {}: {error}", path.display());
        }
        Ok(landings)
    }

    /// When `version` of `deliverable` came into the record, if its history shows it.
    pub fn get(&self, deliverable: &str, version: &str) -> Option<&RecordLanding> {
        self.by_name.get(deliverable)?.get(version)
    }

    /// When the file of a schedule at `path` was changed last.
    pub fn changed(&self, path: &str) -> Option<Timestamp> {
        self.schedules.get(path).copied()
    }

    /// Takes in what the commits of `chain` brought.
    fn follow(&mut self, repository: &Repository, chain: &Chain) -> Result<(), GitError> {
        for arrived in arrivals::of(repository, chain)? {
            self.take(arrived);
        }
        Ok(())
    }

    fn take(&mut self, arrived: Arrived) {
        match arrived {
            Arrived::Schedule { path, changed } => drop(self.schedules.insert(path, changed)),
            Arrived::File { name, versions, landing } => {
                let known = self.by_name.entry(name).or_default();
                let new: Vec<String> =
                    versions.into_iter().filter(|version| !known.contains_key(version)).collect();
                let landed = RecordLanding { is_backfilled: new.len() >= MANY, ..landing };
                known.extend(new.into_iter().map(|version| (version, landed.clone())));
            }
        }
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
                let RecordLanding { merged, proposed, change_id, is_backfilled } = landing;
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
        let landing = RecordLanding { merged, proposed, change_id, is_backfilled };
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

#[cfg(test)]
mod tests {
    use super::{Landings, Oid, RecordLanding, Timestamp, decode};

    #[test]
    fn what_is_kept_is_read_back_whole_or_not_at_all() {
        let head = Oid::from_str(&"a".repeat(40)).unwrap();
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let landing = RecordLanding {
            merged: at(20),
            proposed: at(10),
            change_id: Some("I1".to_owned()),
            is_backfilled: false,
        };
        let mut landings = Landings::default();
        let versions = landings.by_name.entry("widget".to_owned()).or_default();
        versions.insert("1.0.0".to_owned(), landing.clone());
        versions.insert("1.1.0".to_owned(), RecordLanding { change_id: None, ..landing });
        landings.schedules.insert("doc/source/zed/schedule.yaml".to_owned(), at(30));
        let text = landings.encode(head);
        assert_eq!(decode(&text), Some((landings, head)));
        assert_eq!(decode(&text[..text.len() - 3]), None);
        assert_eq!(decode("something else\n"), None);
    }
}
