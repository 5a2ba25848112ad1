//! Which file a command means that names a deliverable and perhaps a series.

use super::meant::no_series;
use crate::tree::file::INDEPENDENT;
use crate::tree::record::{Record, SERIES_STATUS};
use crate::version::Version;
use crate::workspace::Failure;

/// The folder to read: that of the named series, else of the one in development, else `_independent` for a deliverable
/// without a file there, unless a series has released a higher version since: then it was independent once.
pub(super) fn dir_of(
    series: Option<&str>,
    deliverable: Option<&str>,
    record: &Record,
) -> Result<String, Failure> {
    let list = record.series();
    if let Some(name) = series {
        return match list.meant(name) {
            Some(series) => Ok(series.name.value.clone()),
            None if name == "independent" || name == INDEPENDENT => Ok(INDEPENDENT.to_owned()),
            None => Err(no_series(record, name)),
        };
    }
    let current = list.current().map(|series| series.name.value.clone());
    if let Some(name) = deliverable {
        let is_in = |dir: &str| record.known_file(&path_of(dir, name)).is_some();
        let has_none = current.as_deref().is_none_or(|dir| !is_in(dir));
        let has_returned = || {
            let all = list.all.iter().filter_map(|series| newest_in(&series.name, name, record));
            let newest = newest_in(INDEPENDENT, name, record);
            // Where it has no release yet it has just moved there.
            current.is_some() && newest.is_some() && all.max() > newest
        };
        if has_none && is_in(INDEPENDENT) && !has_returned() {
            return Ok(INDEPENDENT.to_owned());
        }
    }
    current.ok_or_else(|| {
        let failure = Failure::usage("no series is in development");
        match record.series_problems().first() {
            Some(problem) => failure.help(format!(
                "name one with `--series`; {SERIES_STATUS}:{}: {}",
                problem.place, problem.message
            )),
            None => failure.help("name one with `--series`"),
        }
    })
}

/// The highest version that a folder has of a deliverable; tags that end a series are none.
fn newest_in(dir: &str, name: &str, record: &Record) -> Option<Version> {
    let file = record.known_file(&path_of(dir, name))?;
    let releases = file.deliverable.releases.iter();
    let versions = releases.filter(|release| release.version.special().is_none());
    versions.map(|release| release.version.value.clone()).max()
}

/// The path of a deliverable file.
pub(super) fn path_of(dir: &str, name: &str) -> String {
    format!("deliverables/{dir}/{name}.yaml")
}
