//! Everything as JSON: `releases.json`, documented by `releases.schema.json`.
//!
//! Key order, names and nulls are a contract: a change that is not an addition raises `version`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::at_once;
use super::book::{Book, Entry};
use super::links::Links;
use super::memo::Memo;
use super::stamp::Stamp;
use crate::tree::deliverable::{Location, Release};
use crate::tree::series::Series;

const VERSION: u32 = 1;
/// Where the data is.
pub(super) const PATH: &str = "releases.json";
/// The schema, as it is published next to the data.
pub(super) const SCHEMA: &str = include_str!("assets/releases.schema.json");

#[derive(Serialize)]
struct OneSeries<'b> {
    name: &'b str,
    release_id: Option<&'b str>,
    status: Option<&'static str>,
    slurp: bool,
    initial_release: Option<String>,
    next_phase: Option<Phase>,
    eol_date: Option<String>,
    signing_key: Option<Key<'b>>,
}

#[derive(Serialize)]
struct Phase {
    status: &'static str,
    date: Option<String>,
}

#[derive(Serialize)]
struct Key<'b> {
    fingerprint: &'b str,
    start: Option<String>,
    end: Option<String>,
}

#[derive(Serialize)]
struct OneFile<'b> {
    name: &'b str,
    series: &'b str,
    team: Option<&'b str>,
    r#type: &'b str,
    model: Option<&'b str>,
    releases: Vec<OneRelease<'b>>,
    branches: Vec<Branch<'b>>,
}

#[derive(Serialize)]
struct OneRelease<'b> {
    version: &'b str,
    merged: Option<String>,
    projects: Vec<Project<'b>>,
}

#[derive(Serialize)]
struct Project<'b> {
    repo: &'b str,
    commit: &'b str,
    archive: Option<String>,
    signature: Option<String>,
}

#[derive(Serialize)]
struct Branch<'b> {
    name: &'b str,
    version: Option<&'b str>,
}

/// The data of the whole record: a line for each deliverable file. The lines of files that did not change are taken from
/// what an earlier build wrote.
///
/// # Errors
/// When it cannot be written as JSON, which text always can.
pub(super) fn json(
    book: &Book<'_>,
    links: &Links<'_>,
    memo: Option<&Memo>,
) -> serde_json::Result<Vec<u8>> {
    let known = memo.map(lines).unwrap_or_default();
    let series: Vec<OneSeries<'_>> = book.record.series().all.iter().map(series).collect();
    let mut bytes = format!("{{\"version\":{VERSION},\"series\":").into_bytes();
    serde_json::to_writer(&mut bytes, &series)?;
    let line = |(): &mut (), entry: &Entry<'_>| match known.get(entry.name.as_str()) {
        Some((stamp, line)) if **stamp == entry.card.stamp => Ok(Cow::Borrowed(*line)),
        _ => serde_json::to_vec(&file(book, links, entry)).map(Cow::Owned),
    };
    bytes.extend_from_slice(BEFORE);
    for (number, line) in at_once::with(book.files(), || (), line).into_iter().enumerate() {
        let between = if number == 0 { "\n" } else { ",\n" };
        bytes.extend_from_slice(between.as_bytes());
        bytes.extend_from_slice(&line?);
    }
    bytes.extend_from_slice(b"\n]}\n");
    Ok(bytes)
}

/// What is between the series and the lines of the files.
const BEFORE: &[u8] = b",\"deliverables\":[";

/// The lines of an earlier build, with what they were made from, by the path of the file.
fn lines(memo: &Memo) -> BTreeMap<&str, (&Stamp, &[u8])> {
    let Some(data) = &memo.data else { return BTreeMap::new() };
    let mut lines = data.split(|byte| *byte == b'\n').skip(1);
    let line = |(path, card)| {
        let line = lines.next()?;
        let line = line.strip_suffix(b",").unwrap_or(line);
        Some((path, card, line))
    };
    let found: Vec<_> = memo.cards.iter().map_while(line).collect();
    // Less or more of them would be something else.
    let is_whole = found.len() == memo.cards.len() && lines.next() == Some(&b"]}"[..]);
    let found = found.into_iter().filter(|_| is_whole);
    found.map(|(path, card, line)| (path.as_str(), (&card.stamp, line))).collect()
}

fn series(series: &Series) -> OneSeries<'_> {
    let day = |day: &Option<crate::tree::place::Placed<jiff::civil::Date>>| {
        day.as_ref().map(|day| day.value.to_string())
    };
    OneSeries {
        name: &series.name,
        release_id: series.release_id.as_ref().map(|id| id.value.as_str()),
        status: series.status.as_ref().map(|status| status.as_str()),
        slurp: series.slurp,
        initial_release: day(&series.initial_release),
        next_phase: series
            .next_phase
            .as_ref()
            .map(|next| Phase { status: next.status.as_str(), date: day(&next.date) }),
        eol_date: day(&series.eol_date),
        signing_key: series.signing_key.as_ref().map(|key| Key {
            fingerprint: &key.key,
            start: day(&key.start),
            end: day(&key.end),
        }),
    }
}

fn file<'b>(book: &Book<'_>, links: &Links<'_>, entry: &'b Entry<'_>) -> OneFile<'b> {
    let deliverable = entry.deliverable();
    let kind = deliverable.effective_kind(&entry.path);
    let model = deliverable.effective_model(&entry.path);
    let branch = |branch: &'b crate::tree::deliverable::Branch| Branch {
        name: &branch.name,
        version: match &branch.location.value {
            Location::Version(version) => Some(version),
            Location::Commits(_) => None,
        },
    };
    OneFile {
        name: entry.path.name(),
        series: entry.path.series(),
        team: entry.team(),
        r#type: deliverable.words.kind.as_deref().unwrap_or(kind.as_str()),
        model: model.map(|model| deliverable.model_name(model)),
        releases: deliverable.releases.iter().map(|it| release(book, links, (entry, it))).collect(),
        branches: deliverable.branches.iter().map(branch).collect(),
    }
}

fn release<'b>(
    book: &Book<'_>,
    links: &Links<'_>,
    (entry, release): (&'b Entry<'_>, &'b Release),
) -> OneRelease<'b> {
    let project = |project: &'b crate::tree::deliverable::Project| {
        let archive = links.archive(entry, release, project);
        let signature = archive.as_ref().and_then(|url| links.signature(entry, release, url));
        Project { repo: &project.repo, commit: &project.hash, archive, signature }
    };
    OneRelease {
        version: release.version.text(),
        merged: book.landing(entry, release).map(|landing| landing.merged.to_string()),
        projects: release.projects.iter().map(project).collect(),
    }
}
