//! What is missing, and what is there that nobody asked for: the record against the repositories. It acts on nothing.

mod follow_ups;
mod listed;
mod missing;
mod strays;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::artifacts::{of_newest, trust_of};
use super::meant::{deliverable, deliverables, hinted, no_series, unknown_team};
use crate::facts::all_refs::AllRefs;
use crate::facts::{Asks, Facts, Sources, gather};
use crate::ledger::LedgerSnapshot;
use crate::report::audit::{Audit, Look, Verdict};
use crate::report::explanation::pending_because;
use crate::tree::RepoName;
use crate::tree::deliverable::Location;
use crate::tree::file::FilePath;
use crate::tree::record::{File, Record};
use crate::workspace::{Failure, Workspace};

pub(super) use follow_ups::command_for;

use follow_ups::of_changes;
use listed::of_file;
use missing::Missing;
use strays::of_repositories;

/// What is looked at.
#[derive(Clone, Debug, Default)]
pub struct StatusOptions {
    /// Only this series.
    pub series: Option<String>,
    /// Only the deliverables of this team.
    pub team: Option<String>,
    /// Only these deliverables.
    pub deliverables: Vec<String>,
    /// Where it is looked.
    pub reach: AuditScope,
    /// Include closed series.
    pub closed: Closed,
}

/// Where it is looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditScope {
    /// In the mirrors on this machine, as they are.
    #[default]
    Mirrors,
    /// At the remotes, the package index, the host of the tarballs and Gerrit.
    Remotes,
}

/// Whether closed series are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// Only where they are named.
    #[default]
    LeftOut,
    /// Like all others.
    Included,
}

/// A file that is looked at.
struct Wanted {
    path: String,
    file: Arc<File>,
}

/// Compares what the record lists with what is there.
///
/// # Errors
/// When the record or the ledger cannot be read, or names something that is not in it.
pub fn status(workspace: &mut Workspace, options: &StatusOptions) -> Result<Audit, Failure> {
    let record = workspace.head_record()?;
    let wanted = wanted(workspace, &record, options)?;
    let sources = match options.reach {
        AuditScope::Mirrors => workspace.sources_for_reading()?,
        AuditScope::Remotes => workspace.sources()?,
    };
    let ledger = workspace.read_ledger()?;
    let facts = refs_of(&wanted, &sources, workspace.jobs);
    let missing = Missing::of(workspace, (&wanted, &facts), &sources, &ledger);
    let mut looks = Vec::new();
    for one in &wanted {
        looks.extend(of_file(workspace, one, (&facts, &missing), &ledger));
    }
    looks.extend(of_repositories(workspace, &record, &wanted, &facts));
    looks.extend(of_pending(&ledger, &wanted, &missing)?);
    if options.reach == AuditScope::Remotes {
        let trust = trust_of(&record);
        for one in &wanted {
            looks.extend(of_newest(&one.file, (&workspace.config, &sources, &trust)));
        }
        looks.extend(of_changes(workspace, &wanted, &sources, &ledger)?);
    }
    Ok(Audit::of(looks))
}

/// The files that the options name.
fn wanted(
    workspace: &Workspace,
    record: &Record,
    options: &StatusOptions,
) -> Result<Vec<Wanted>, Failure> {
    let is_closed =
        |path: &FilePath| !path.is_independent() && record.series().is_closed(path.series());
    let meant = |word| record.series().meant(word).map_or(word, |series| &series.name);
    let dir = options.series.as_deref().map(meant);
    let mut found = Vec::new();
    for path in record.paths().map_err(Failure::outside)? {
        let Ok(place) = FilePath::parse(&path) else { continue };
        let is_of_series = match dir {
            Some(dir) => place.series() == dir.trim_start_matches('_'),
            None => {
                options.closed == Closed::Included
                    || !options.deliverables.is_empty()
                    || !is_closed(&place)
            }
        };
        let is_named = options.deliverables.is_empty()
            || options.deliverables.iter().any(|name| name == place.name());
        if !is_of_series || !is_named || !workspace.wants(&path) {
            continue;
        }
        let Some(file) = record.file(&path).map_err(Failure::outside)? else { continue };
        let team = file.deliverable.team.as_ref().map(|team| team.value.as_str());
        if options.team.is_none() || options.team.as_deref() == team {
            found.push(Wanted { path, file });
        }
    }
    if found.is_empty() {
        return Err(nothing_wanted(record, options)?);
    }
    Ok(found)
}

/// Why no file is wanted: the first name that the record does not know.
fn nothing_wanted(record: &Record, options: &StatusOptions) -> Result<Failure, Failure> {
    let is_unknown = |name: &&String| {
        let word = name.trim_start_matches('_');
        record.series().meant(name).is_none() && word != "independent"
    };
    if let Some(name) = options.series.as_ref().filter(is_unknown) {
        return Ok(no_series(record, name));
    }
    let known = deliverables(record)?;
    if let Some(name) = options.deliverables.iter().find(|name| !known.contains(*name)) {
        let failure = Failure::usage(format!("there is no deliverable `{name}`"));
        return Ok(hinted(failure, deliverable(record, name)?));
    }
    let unknown = unknown_team(record, options.team.iter().map(String::as_str))?;
    Ok(unknown.unwrap_or_else(|| {
        Failure::usage("no deliverable file matches")
            .help("check the names of the series, the team and the deliverables")
    }))
}

/// The repositories that a release or a branch of a file is about.
fn repos_of(file: &File) -> BTreeSet<&str> {
    let releases = file.deliverable.releases.iter().flat_map(|release| &release.projects);
    let branches =
        file.deliverable.branches.iter().flat_map(|branch| match &branch.location.value {
            Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.as_str()).collect(),
            Location::Version(_) => Vec::new(),
        });
    let repos = releases.map(|project| project.repo.as_str()).chain(branches);
    repos.filter(|repo| !file.deliverable.is_retired(repo)).collect()
}

fn refs_of(wanted: &[Wanted], sources: &Sources, jobs: usize) -> Facts {
    let mut asks = Asks::default();
    for one in wanted {
        let repos = repos_of(&one.file).into_iter().filter_map(|repo| RepoName::parse(repo).ok());
        repos.for_each(|repo| asks.put(AllRefs { repo }));
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, jobs);
    facts
}

/// The command that deletes an ended branch.
fn deleting(branch: &str) -> String {
    format!("tagkeeper apply --delete-ended --yes {branch}")
}

/// What the ledger has as pending, but for what a look at a tag or branch says already.
fn of_pending(
    ledger: &LedgerSnapshot,
    wanted: &[Wanted],
    missing: &Missing,
) -> Result<Vec<Look>, Failure> {
    let state = ledger.state().map_err(Failure::outside)?;
    let is_wanted = |path: &str| wanted.iter().any(|one| one.path == path);
    let pending = state.pending.iter().filter(|pending| is_wanted(&pending.file));
    let pending = pending.filter(|pending| !missing.tells(pending));
    let look = |pending: &crate::ledger::Pending| {
        let why = pending_because(&pending.reason.to_string(), &pending.detail);
        let words = format!("since {:.0}, {why}", pending.since);
        let about = format!("{} {}", pending.file, pending.name);
        Look::new(&about, "pending", Verdict::Note, words).fixed_by("tagkeeper apply --pending")
    };
    Ok(pending.map(look).collect())
}
