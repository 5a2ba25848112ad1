//! What the ledger says of one release, and settling what a run left open.

mod settle;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::kinds::planned_kinds;
use super::meant::unlisted;
use super::plan::plan_with;
use super::status::command_for;
use crate::ledger::{
    Begun, LedgerEntry, LedgerSnapshot, LedgerState, PendingReason, Resolution, StepName,
    StepRecord,
};
use crate::plan::{Ground, Memory, Occasion, PlannedRelease, State, Step, StepKind};
use crate::report::explanation::{
    Explanation, Next, NotedStep, PendingWork, RemoteState, RepositoryNotes, StepNow, StepProgress,
};
use crate::steps::tag::TAG;
use crate::steps::{BRANCH, NOTICE};
use crate::tree::RepoName;
use crate::tree::deliverable::{Deliverable, Location};
use crate::tree::record::{File, Record};
use crate::tree::scope;
use crate::tree::snapshot::ItemKind;
use crate::workspace::{Failure, Workspace};

use settle::settle;

/// Which release is explained, and what an operator knows of it.
#[derive(Clone, Debug)]
pub struct ExplainOptions {
    /// The deliverable.
    pub deliverable: String,
    /// The version, or a branch.
    pub version: String,
    /// How to settle what a run left open.
    pub resolve: Option<Resolution>,
    /// The one step that is settled, by its name in the ledger; all that are open where none is named.
    pub step: Option<String>,
}

/// What the record has of the release.
#[derive(Default)]
struct Listed {
    /// The files that list it. The ledger has no entry of a repository whose name is wrong, but the file lists the release.
    files: BTreeSet<String>,
    entries: Vec<ExplainedEntry>,
}

/// An entry of the ledger that is explained.
struct ExplainedEntry {
    /// The file that lists it.
    path: String,
    repo: RepoName,
}

/// Settles what is asked for, then looks at what the ledger and the remotes say of the release.
///
/// # Errors
/// When no file lists the release, or the record or the ledger cannot be read or written.
pub fn explain(
    workspace: &mut Workspace,
    options: &ExplainOptions,
) -> Result<Explanation, Failure> {
    let record = workspace.head_record()?;
    let listed = listed(&record, options)?;
    let ledger = workspace.ledger()?;
    let state = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    if listed.files.is_empty() && !state.pending.iter().any(|pending| options.is_about(pending)) {
        return Err(unlisted(&record, &options.deliverable, &options.version));
    }
    let settled = match options.resolve {
        Some(how) => settle(options, how, workspace, (&ledger, &listed))?,
        None => Vec::new(),
    };
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let Listed { files, entries: listed } = listed;
    let entries = entries(options, &snapshot, listed)?;
    let state = snapshot.state().map_err(Failure::outside)?;
    let pending = pending(options, &state, (&files, &entries));
    let now = at_remotes(workspace, options, &files, &snapshot);
    let listed = entries.into_iter().map(|one| one.noted_by(workspace.present())).collect();
    Ok(Explanation {
        version: 1,
        deliverable: options.deliverable.clone(),
        name: options.version.clone(),
        listed,
        pending,
        settled,
        now,
        run_again: run_again(workspace)?,
    })
}

/// The command that runs the post-merge job once more, where the site names one.
fn run_again(workspace: &Workspace) -> Result<Option<String>, Failure> {
    let head = workspace.repository.resolve(workspace.head()).map_err(Failure::outside)?;
    Ok(head.and_then(|head| workspace.config.after.run_again(&head.to_string())))
}

/// What the ledger has of each repository of the release.
fn entries(
    options: &ExplainOptions,
    snapshot: &LedgerSnapshot,
    listed: Vec<ExplainedEntry>,
) -> Result<Vec<Known>, Failure> {
    let known = |listed: ExplainedEntry| {
        let entry = snapshot.entry(&listed.repo, &options.version).map_err(Failure::outside)?;
        Ok(Known { listed, entry })
    };
    listed.into_iter().map(known).collect()
}

/// A repository of the release, with what the ledger has of it.
struct Known {
    listed: ExplainedEntry,
    entry: Option<LedgerEntry>,
}

impl Known {
    /// Whether every step of which only the ledger knows was done. One that stands apart need not have been begun.
    fn is_settled(&self) -> bool {
        let Some(entry) = &self.entry else { return false };
        let is_open = |record: &StepRecord| record.done.is_none() && record.accepted.is_some();
        !entry.steps.values().any(is_open)
            && only_in_ledger().all(|kind| {
                let own = entry.steps.iter().filter(|(name, _)| kind.memory().covers(name));
                let mut own = own.map(|(_, record)| record.done.is_some()).peekable();
                (kind.is_apart() || own.peek().is_some()) && own.all(|is_done| is_done)
            })
    }

    fn noted_by(self, now: Timestamp) -> RepositoryNotes {
        let steps = self.entry.map(|entry| entry.steps).unwrap_or_default();
        let noted = |(name, record): (StepName, StepRecord)| {
            let progress = progress(&name, record, now);
            NotedStep { step: name.to_string(), progress }
        };
        RepositoryNotes {
            file: self.listed.path,
            repo: self.listed.repo.to_string(),
            steps: steps.into_iter().map(noted).collect(),
        }
    }
}

/// The kinds of steps of which only the ledger knows whether they were done.
fn only_in_ledger() -> impl Iterator<Item = &'static dyn StepKind> {
    planned_kinds().into_iter().filter(|kind| matches!(kind.memory(), Memory::Only(_)))
}

/// Whether only the ledger knows whether a step was done.
fn is_only_noted(step: &StepName) -> bool {
    only_in_ledger().any(|kind| kind.memory().covers(step))
}

/// The kind of a step that a person settles where it is open: no server can be asked about it, or the server accepted it and
/// does not show it.
fn to_be_settled(step: &StepName, record: &StepRecord) -> Option<&'static dyn StepKind> {
    let is_it = record.done.is_none() && (record.accepted.is_some() || is_only_noted(step));
    let kind = || planned_kinds().into_iter().find(|kind| kind.memory().covers(step));
    is_it.then(kind).flatten()
}

fn progress(name: &StepName, record: StepRecord, now: Timestamp) -> StepProgress {
    let StepRecord { intent, done, accepted, note, .. } = record;
    match (done, accepted, intent.standing(now)) {
        (Some(done), _, _) => StepProgress::Done { at: done.at, who: done.who, note },
        (None, Some(sent), _) => StepProgress::NotShown { at: sent.at, who: sent.who, note },
        (None, None, Begun::AtWork(run)) => StepProgress::AtWork { run },
        (None, None, Begun::Over) if is_only_noted(name) => {
            StepProgress::Open { at: intent.at, who: intent.who }
        }
        (None, None, Begun::Over) if makes_a_ref(name) => {
            StepProgress::Pushed { at: intent.at, who: intent.who }
        }
        (None, None, Begun::Over) => StepProgress::Begun { at: intent.at, who: intent.who },
    }
}

/// Whether a step pushes a tag or a branch.
fn makes_a_ref(step: &StepName) -> bool {
    let is_pushed = |kind: &&dyn StepKind| [TAG, BRANCH].contains(&kind.action());
    planned_kinds().iter().filter(|kind| is_pushed(kind)).any(|kind| kind.memory().covers(step))
}

fn pending(
    options: &ExplainOptions,
    state: &LedgerState,
    (files, entries): (&BTreeSet<String>, &[Known]),
) -> Vec<PendingWork> {
    let is_done = !entries.is_empty() && entries.iter().all(Known::is_settled);
    let next = |reason: PendingReason| match reason {
        _ if files.is_empty() => Next::Settle,
        PendingReason::Held => Next::InTime,
        PendingReason::Unknown if is_done => Next::TakeOff,
        _ => Next::Again,
    };
    let of_release = state.pending.iter().filter(|pending| options.is_about(pending));
    let shown = of_release.map(|pending| PendingWork {
        file: pending.file.clone(),
        since: pending.since,
        reason: pending.reason.to_string(),
        detail: pending.detail.clone(),
        next: next(pending.reason),
    });
    shown.collect()
}

/// What is there now, with the command for what is not. Where nothing can be found out, that is said.
fn at_remotes(
    workspace: &mut Workspace,
    options: &ExplainOptions,
    files: &BTreeSet<String>,
    snapshot: &LedgerSnapshot,
) -> RemoteState {
    if files.is_empty() {
        return RemoteState::NotAsked;
    }
    match steps_now(workspace, &options.version, files, snapshot) {
        Err(failure) => RemoteState::Unknown(failure.to_string()),
        Ok(steps) => {
            let with_command = |(version, step): (Option<String>, Step)| {
                let command = match step.state {
                    // A release that is named gets no notice: it waits for nothing.
                    State::Create if step.action.kind == NOTICE => {
                        Some("tagkeeper apply --pending".to_owned())
                    }
                    State::Create => Some(command_for(&options.deliverable, version.as_deref())),
                    State::Held { .. } => Some("tagkeeper apply --pending".to_owned()),
                    _ => None,
                };
                StepNow { step, command }
            };
            RemoteState::Steps(steps.into_iter().map(with_command).collect())
        }
    }
}

/// The steps of a release or branch, each with the version that asks for it, in the state that the remotes show.
fn steps_now(
    workspace: &mut Workspace,
    name: &str,
    paths: &BTreeSet<String>,
    snapshot: &LedgerSnapshot,
) -> Result<Vec<(Option<String>, Step)>, Failure> {
    workspace.compare_with(workspace.head().to_owned())?;
    let mut request = workspace.request()?;
    for path in paths {
        request.commits.extend(scope::history_of(&workspace.repository, &workspace.wanted, path)?);
        request.add_unfinished(path, name);
    }
    let asked = (Occasion::Request, Ground::Real);
    let plan = plan_with(workspace, &request, &workspace.sources()?, snapshot, asked)?.plan;
    let own = plan.releases.into_iter().filter(|release| release.is_about(name));
    let steps_of = |release: PlannedRelease| {
        let version = release.version;
        release.steps.into_iter().map(move |step| (version.clone(), step))
    };
    Ok(own.flat_map(steps_of).collect())
}

/// The files that list the release or branch, and its repositories.
fn listed(record: &Record, options: &ExplainOptions) -> Result<Listed, Failure> {
    let suffix = format!("/{}.yaml", options.deliverable);
    let mut found = Listed::default();
    for path in record.paths()?.into_iter().filter(|path| path.ends_with(&suffix)) {
        let file = record.file(&path).map_err(|error| {
            Failure::outside(error)
                .help("a part of the record could not be read; fix the repository and run again")
        })?;
        let Some(file) = file else { continue };
        if file.path.is_ok() && file.kind == ItemKind::File && !file.is_readable() {
            return Err(Failure::refused(format!(
                "{path} cannot be read as YAML, so it is not known whether it lists `{}`",
                options.version
            ))
            .help("`tagkeeper check` shows the line; fix the file first"));
        }
        if !lists(&file, &options.version) {
            continue;
        }
        let repos = repos_of(&file, &options.version);
        let named = repos.iter().filter_map(|repo| RepoName::parse(repo).ok());
        found.entries.extend(named.map(|repo| ExplainedEntry { path: path.clone(), repo }));
        found.files.insert(path);
    }
    Ok(found)
}

/// Whether a file has a release or branch of that name.
fn lists(file: &File, name: &str) -> bool {
    let Deliverable { releases, branches, .. } = &file.deliverable;
    releases.iter().any(|release| release.version.text() == name)
        || branches.iter().any(|branch| *branch.name == name)
}

/// The repositories of a release or branch of a file.
fn repos_of(file: &File, name: &str) -> BTreeSet<String> {
    let releases = &file.deliverable.releases;
    let of_version = |version: &str| {
        let named = releases.iter().filter(|release| release.version.text() == version);
        let projects = named.flat_map(|release| &release.projects);
        projects.map(|project| project.repo.value.clone()).collect::<Vec<_>>()
    };
    let branches = file.deliverable.branches.iter().filter(|branch| *branch.name == name);
    let of_branches = branches.flat_map(|branch| match &branch.location.value {
        Location::Version(version) => of_version(version),
        Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.value.clone()).collect(),
    });
    of_branches.chain(of_version(name)).collect()
}

impl ExplainOptions {
    fn is_about(&self, pending: &crate::ledger::Pending) -> bool {
        let file = pending.file.rsplit('/').next().and_then(|file| file.strip_suffix(".yaml"));
        file == Some(self.deliverable.as_str()) && pending.name == self.version
    }
}

#[cfg(test)]
mod tests {
    use super::{StepName, StepProgress, StepRecord, progress, to_be_settled};
    use crate::ledger::{LedgerEntry, Mark};
    use jiff::Timestamp;

    #[test]
    fn only_tags_and_branches_were_pushed() {
        let at = Timestamp::UNIX_EPOCH;
        let begun = |name: &str| {
            let (name, mut entry) = (StepName::new(name), LedgerEntry::default());
            entry.begin(&name, &Mark { at, who: "job".to_owned(), run: None });
            let record: StepRecord = entry.steps.remove(&name).unwrap();
            progress(&name, record, at)
        };
        assert!(matches!(begun("tag"), StepProgress::Pushed { .. }));
        assert!(matches!(begun("bug 1234"), StepProgress::Begun { .. }));
        assert!(matches!(begun("provenance"), StepProgress::Begun { .. }));
        assert!(matches!(begun("mail"), StepProgress::Open { .. }));
    }

    #[test]
    fn a_person_settles_what_no_server_shows() {
        let at = Timestamp::UNIX_EPOCH;
        let mark = Mark { at, who: "job".to_owned(), run: None };
        let (mut entry, bug, tag) =
            (LedgerEntry::default(), StepName::new("bug #1"), StepName::new("tag"));
        entry.begin(&bug, &mark);
        entry.begin(&tag, &mark);
        let kind = |entry: &LedgerEntry, step| to_be_settled(step, &entry.steps[step]).is_some();
        assert!(!kind(&entry, &bug) && !kind(&entry, &tag), "the remotes can be asked");
        let sent = Mark { at: at + jiff::SignedDuration::from_mins(5), ..mark.clone() };
        entry.accept(&bug, &sent, "201".to_owned());
        assert!(kind(&entry, &bug));
        let shown = progress(&bug, entry.steps[&bug].clone(), at);
        let StepProgress::NotShown { at: shown_at, .. } = shown else { panic!("{shown:?}") };
        assert_eq!(shown_at, sent.at, "when it was sent, not when it was begun");
        entry.finish(&bug, &mark, None);
        assert!(!kind(&entry, &bug));
    }
}
