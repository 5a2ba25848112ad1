//! Which keys an audit trusts, and where it has them from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::git::{BadSignature, KeyError, TagError, TrustedKeys, Verified};
use crate::report::audit::{Look, Verdict};
use crate::tree::key_file::{fingerprints, path_of, ssh_keys};
use crate::tree::record::Record;

/// Keys that are trusted, in words and in a key ring.
pub(super) struct Trust {
    keys: Result<TrustedKeys, String>,
    /// Published keys that could not be read: they may have made a signature that no other key made.
    lost: Vec<String>,
    /// Where they are from.
    pub(super) root: String,
}

impl Trust {
    /// The keys of a directory.
    pub(super) fn in_directory(directory: &Path) -> Self {
        let root = format!("the keys in {}", directory.display());
        let read = || -> Result<TrustedKeys, String> {
            let mut files = Vec::new();
            for entry in fs::read_dir(directory).map_err(|error| error.to_string())? {
                let path = entry.map_err(|error| error.to_string())?.path();
                if path.is_file() {
                    files.push(fs::read(&path).map_err(|error| error.to_string())?);
                }
            }
            ring(files)
        };
        Self { keys: read(), lost: Vec::new(), root }
    }

    /// The keys that the releases repository publishes for its series.
    pub(super) fn of_record(record: &Record) -> Self {
        let root = format!("the keys that the releases repository publishes at {}", record.name());
        let keys = record.series().all.iter().filter_map(|series| series.signing_key.as_ref());
        let paths: BTreeSet<String> = keys.map(|key| path_of(&key.key.value)).collect();
        let (mut files, mut lost) = (Vec::new(), Vec::new());
        for path in paths {
            match record.bytes(&path) {
                Ok(Some(file)) if !fingerprints(&file).is_empty() => files.push(file),
                Ok(Some(_)) => lost.push(format!("`{path}` holds no armored OpenPGP key")),
                Ok(None) => lost.push(format!("`{path}` is missing")),
                Err(error) => lost.push(format!("`{path}` could not be read: {error}")),
            }
        }
        let keys = match (files.is_empty(), lost.is_empty()) {
            (true, false) => Err(lost.join("; ")),
            (true, true) => Err("no series names one; name it as `signing-key` in `data/series_status.yaml` and publish it in `doc/source/static`, or use `--keys DIRECTORY`".to_owned()),
            _ => ring(files),
        };
        let root = match lost.is_empty() {
            true => root,
            false => format!("{root}, without some of them: {}", lost.join("; ")),
        };
        Self { keys, lost, root }
    }

    /// What a signature turned out to be.
    pub(super) fn judge(
        &self,
        about: &str,
        what: &str,
        verify: impl FnOnce(&TrustedKeys) -> Result<Verified, TagError>,
    ) -> (Look, Option<Verified>) {
        let look = |verdict, words: String| Look::new(about, what, verdict, words);
        let keys = match &self.keys {
            Ok(keys) => keys,
            Err(why) => {
                let words = format!("not verified: {} could not be used: {why}", self.root);
                return (look(Verdict::NotChecked, words), None);
            }
        };
        match verify(keys) {
            Ok(verified) => {
                let since = if verified.has_expired { ", which has expired since" } else { "" };
                let words = format!("good, by key {}{since}", verified.by);
                (look(Verdict::Good, words), Some(verified))
            }
            Err(TagError::Key(KeyError::BadSignature(BadSignature::None))) => {
                (look(Verdict::Bad, "there is none".to_owned()), None)
            }
            Err(TagError::Key(KeyError::BadSignature(why))) if !self.lost.is_empty() => {
                let lost = self.lost.join("; ");
                let words = format!("not by a key that could be read ({why}): {lost}");
                (look(Verdict::NotChecked, words), None)
            }
            Err(TagError::Key(KeyError::BadSignature(why))) => {
                (look(Verdict::Bad, format!("not by a trusted key: {why}")), None)
            }
            Err(error) => (look(Verdict::NotChecked, format!("not verified: {error}")), None),
        }
    }
}

fn ring(files: Vec<Vec<u8>>) -> Result<TrustedKeys, String> {
    let ssh: Vec<String> = files.iter().flat_map(|file| ssh_keys(file)).collect();
    let files: Vec<Vec<u8>> =
        files.into_iter().filter(|file| !fingerprints(file).is_empty()).collect();
    let mut prints: Vec<String> = files.iter().flat_map(|file| fingerprints(file)).collect();
    prints.sort();
    prints.dedup();
    if prints.is_empty() && ssh.is_empty() {
        return Err("it contains no public key of OpenPGP or ssh".to_owned());
    }
    TrustedKeys::new(&files, prints, &ssh).map_err(|error| error.to_string())
}

/// Whether `series_status.yaml` names the key for the day of a signature.
pub(super) fn of_that_day(about: &str, record: &Record, by: &str, at: Timestamp) -> Look {
    let day = at.to_zoned(TimeZone::UTC).date();
    let same = |key: &str| {
        if by.starts_with("SHA256:") {
            return key == by;
        }
        let key = key.trim_start_matches("0x").to_lowercase();
        key.len() >= 16 && (by.ends_with(&key) || key.ends_with(by))
    };
    let keys = record.series().all.iter().filter_map(|series| {
        let key = series.signing_key.as_ref()?;
        same(&key.key.value).then_some((series, key))
    });
    let keys: Vec<_> = keys.collect();
    let is_of_day = keys.iter().find(|(_, key)| {
        key.start.as_ref().is_none_or(|start| start.value <= day)
            && key.end.as_ref().is_none_or(|end| day <= end.value)
    });
    let look = |verdict, words: String| Look::new(about, "key", verdict, words);
    match (is_of_day, keys.first()) {
        (Some((series, _)), _) => {
            look(Verdict::Good, format!("the key of `{}`, valid on {day}", *series.name))
        }
        (None, Some((series, _))) => look(
            Verdict::Bad,
            format!("the key of `{}`, which was not in use on {day}", *series.name),
        ),
        (None, None) => {
            look(Verdict::Bad, format!("no series names the key {by} in `series_status.yaml`"))
        }
    }
}
