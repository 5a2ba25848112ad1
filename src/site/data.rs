//! Everything as JSON: `releases.json`, documented by `releases.schema.json`.
//!
//! Key order, names and nulls are a contract: a change that is not an addition raises `version`.

use serde::Serialize;

use super::book::{Book, Entry};
use super::links::Links;
use crate::tree::deliverable::{Location, Release};
use crate::tree::series::Series;

const VERSION: u32 = 1;
/// The schema, as it is published next to the data.
pub(super) const SCHEMA: &str = include_str!("assets/releases.schema.json");

#[derive(Serialize)]
struct Document<'b> {
    version: u32,
    series: Vec<OneSeries<'b>>,
    deliverables: Vec<OneFile<'b>>,
}

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

/// The data of the whole record.
///
/// # Errors
/// When it cannot be written as JSON, which text always can.
pub(super) fn json(book: &Book<'_>, links: &Links<'_>) -> serde_json::Result<Vec<u8>> {
    let document = Document {
        version: VERSION,
        series: book.record.series().all.iter().map(series).collect(),
        deliverables: book.files().iter().map(|entry| file(book, links, entry)).collect(),
    };
    let mut bytes = serde_json::to_vec(&document)?;
    bytes.push(b'\n');
    Ok(bytes)
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

fn file<'b>(book: &Book<'_>, links: &Links<'_>, entry: &'b Entry) -> OneFile<'b> {
    let deliverable = &entry.file.deliverable;
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
    (entry, release): (&'b Entry, &'b Release),
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
