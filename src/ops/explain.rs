//! What the ledger says of one release, and settling what a run left open.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::kinds::planned_kinds;
use super::plan::plan_with;
use super::status::command_for;
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{
    Begun, Draft, Entry, Ledger, Mark, Pending, Reason, Resolution, Snapshot, State, StepName,
    StepRecord,
};
use crate::plan::{Ground, Memory, Occasion, PlannedRelease, State as PlanState, Step};
use crate::text::visible;
use crate::tree::deliverable::Location;
use crate::tree::record::{File, Record};
use crate::tree::scope;
use crate::tree::snapshot::ItemKind;
use crate::workspace::{Failure, Workspace};

/// Which release is explained, and what an operator knows of it.
#[derive(Clone, Debug)]
pub struct ExplainOptions {
    /// The deliverable.
    pub deliverable: String,
    /// The version, or a branch.
    pub version: String,
    /// How to settle what a run left open.
    pub resolve: Option<Resolution>,
}

/// An entry of the ledger that is explained.
struct Listed {
    /// The file that lists it.
    path: String,
    repo: String,
}

/// Settles what is asked for, then shows what the ledger says of the release, a line each.
///
/// # Errors
/// When no file lists the release, or the record or the ledger cannot be read or written.
pub fn explain(
    workspace: &mut Workspace,
    options: &ExplainOptions,
) -> Result<Vec<String>, Failure> {
    let record = workspace.head_record()?;
    let listed = listed(&record, options)?;
    let ledger = workspace.ledger()?;
    let state = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    if listed.is_empty() && !state.pending.iter().any(|pending| options.is_about(pending)) {
        return Err(Failure::usage(format!(
            "no file of `{}` lists `{}`",
            options.deliverable, options.version
        )));
    }
    let mut settled = Vec::new();
    if let Some(how) = options.resolve {
        settled = settle_steps(options, how, workspace, &ledger, &listed)?;
        if listed.is_empty() && how == Resolution::Done {
            settle_pending(options, workspace, &ledger)?;
            settled.push(format!("{} of {}: settled", options.version, options.deliverable));
        }
        if settled.is_empty() {
            settled.push(
                "nothing to settle: no step was begun without being noted as done".to_owned(),
            );
        }
    }
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let mut lines = Vec::new();
    let mut is_done = !listed.is_empty();
    for Listed { path, repo } in &listed {
        lines.push(format!("{repo} {} ({path})", options.version));
        match snapshot.entry(repo, &options.version).map_err(Failure::outside)? {
            None => {
                is_done = false;
                lines.push("  nothing was done for it yet".to_owned());
            }
            Some(entry) => {
                is_done &= is_settled(&entry);
                lines.extend(of_entry(&entry, workspace.present()));
            }
        }
    }
    let state = snapshot.state().map_err(Failure::outside)?;
    let next = match (listed.is_empty(), is_done) {
        (true, _) => Next::Settle,
        (false, true) => Next::TakeOff,
        (false, false) => Next::Again,
    };
    lines.extend(of_pending(options, &state, next));
    lines.extend(settled);
    lines.extend(at_remotes(workspace, options, &listed, &snapshot));
    Ok(lines.iter().map(|line| of_one_line(line)).collect())
}

/// What servers and people wrote begins no line of its own, and moves no cursor.
fn of_one_line(line: &str) -> String {
    visible(line).replace('\n', " ")
}

/// What is there now, a line for each step, with the command for what is not. Where nothing can be found out, that is said.
fn at_remotes(
    workspace: &mut Workspace,
    options: &ExplainOptions,
    listed: &[Listed],
    snapshot: &Snapshot,
) -> Vec<String> {
    if listed.is_empty() {
        return Vec::new();
    }
    let paths: BTreeSet<String> = listed.iter().map(|one| one.path.clone()).collect();
    let steps = match steps_now(workspace, &options.version, &paths, snapshot) {
        Ok(steps) => steps,
        Err(failure) => return vec![format!("at the remotes: could not be looked at: {failure}")],
    };
    let mut lines = vec!["at the remotes:".to_owned()];
    lines.extend(steps.iter().map(|(version, step)| {
        let line = format!("  {}: {}", step.title(), step.state);
        match &step.state {
            PlanState::Create => format!(
                "{line}; `{}` makes it",
                command_for(&options.deliverable, version.as_deref())
            ),
            PlanState::Held { .. } => {
                format!("{line}; `tagkeeper apply --pending` makes it when its time has come")
            }
            PlanState::Unknown(_) => format!("{line}; run again when it can be asked"),
            _ => line,
        }
    }));
    lines
}

/// The steps of a release or branch, each with the version that asks for it, in the state that the remotes show.
fn steps_now(
    workspace: &mut Workspace,
    name: &str,
    paths: &BTreeSet<String>,
    snapshot: &Snapshot,
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

/// The repositories of the release or branch, by the files that list it.
fn listed(record: &Record, options: &ExplainOptions) -> Result<Vec<Listed>, Failure> {
    let suffix = format!("/{}.yaml", options.deliverable);
    let mut found = Vec::new();
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
        let repos = repos_of(&file, &options.version);
        found.extend(repos.into_iter().map(|repo| Listed { path: path.clone(), repo }));
    }
    Ok(found)
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
    fn is_about(&self, pending: &Pending) -> bool {
        let file = pending.file.rsplit('/').next().and_then(|file| file.strip_suffix(".yaml"));
        file == Some(self.deliverable.as_str()) && pending.name == self.version
    }
}

/// Settles the steps of which only the ledger knows whether they were done.
fn settle_steps(
    options: &ExplainOptions,
    how: Resolution,
    workspace: &Workspace,
    ledger: &Ledger,
    listed: &[Listed],
) -> Result<Vec<String>, Failure> {
    let mark = Mark::of_this_run(workspace.present(), &workspace.identity(&Git::find()?)?.email);
    let mut settled = Vec::new();
    for kind in planned_kinds() {
        let Memory::Only(name) = kind.memory() else { continue };
        for Listed { repo, .. } in listed {
            let was_open = ledger
                .resolve((repo, &options.version), &StepName::new(name), &mark, how)
                .map_err(Failure::outside)?;
            if was_open {
                let what = format!("the {} of {repo} {}", kind.noun(), options.version);
                settled.push(format!("{what} is {}", after(how, workspace)));
            }
        }
    }
    Ok(settled)
}

/// What comes of a step that was settled.
fn after(how: Resolution, workspace: &Workspace) -> &'static str {
    match (how, workspace.config.announce) {
        (Resolution::Done, _) => "noted as done",
        (Resolution::Redo, Announce::Tag) => "open again: `tagkeeper announce` sends it",
        (Resolution::Redo, Announce::Apply | Announce::Never) => {
            "open again: the next `tagkeeper apply` does it"
        }
    }
}

/// Takes out what is pending and listed nowhere.
fn settle_pending(
    options: &ExplainOptions,
    workspace: &Workspace,
    ledger: &Ledger,
) -> Result<(), Failure> {
    let message = format!("Settle {} of {}", options.version, options.deliverable);
    let take_out = |draft: &mut Draft<'_>| {
        let mut state = draft.state()?;
        state.pending.retain(|pending| !options.is_about(pending));
        draft.set_state(&state)
    };
    ledger.update(&message, workspace.now, take_out).map_err(Failure::outside)
}

/// What happens next to what is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// An operator settles it: nothing asks for it any more.
    Settle,
    /// The next run finds it done.
    TakeOff,
    /// The next run tries again.
    Again,
}

impl Next {
    fn of(self, reason: Reason) -> &'static str {
        match (self, reason) {
            (Self::Settle, _) => {
                "no file lists it any more; find out whether a tag or branch of it was made, then add `--resolve done`"
            }
            (Self::TakeOff, Reason::Unknown) => {
                "it is settled since: the next `tagkeeper apply` takes it off the list"
            }
            (Self::TakeOff | Self::Again, Reason::Held) => {
                "`tagkeeper apply --pending` does it when its time has come"
            }
            (Self::TakeOff | Self::Again, _) => "the next `tagkeeper apply` tries again",
        }
    }
}

fn of_pending<'a>(
    options: &'a ExplainOptions,
    state: &'a State,
    next: Next,
) -> impl Iterator<Item = String> + use<'a> {
    let pending = state.pending.iter().filter(|pending| options.is_about(pending));
    pending.map(move |Pending { file, name, since, reason, detail, .. }| {
        let next = next.of(*reason);
        format!("{name} of {file}: pending since {since:.0}, {reason}: {detail}; {next}")
    })
}

/// Whether every step of which only the ledger knows was done.
fn is_settled(entry: &Entry) -> bool {
    let only_here = planned_kinds().into_iter().filter_map(|kind| match kind.memory() {
        Memory::Only(name) => Some(StepName::new(name)),
        Memory::Nothing | Memory::Beside(_) => None,
    });
    let is_done =
        |name: StepName| entry.steps.get(&name).is_some_and(|record| record.done.is_some());
    only_here.into_iter().all(is_done)
}

fn of_entry(entry: &Entry, now: Timestamp) -> Vec<String> {
    let is_only_here = |name: &StepName| {
        planned_kinds().iter().any(|kind| {
            matches!(kind.memory(), Memory::Only(_)) && kind.memory().name().as_ref() == Some(name)
        })
    };
    let line = |(name, record): (&StepName, &StepRecord)| {
        let intent = &record.intent;
        match (&record.done, intent.standing(now)) {
            (Some(done), _) => format!(
                "  {name}: done at {} by {}{}",
                done.at,
                done.who,
                record.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default()
            ),
            (None, Begun::AtWork(who)) => format!("  {name}: {who} and is doing it now"),
            // Whether it is there, the server says: it is asked each time.
            (None, Begun::Over) if !is_only_here(name) => {
                format!(
                    "  {name}: pushed at {} by {}; the server says whether it is there",
                    intent.at, intent.who
                )
            }
            (None, Begun::Over) => format!(
                "  {name}: begun at {} by {} and not noted as done; find out whether it was done, then add `--resolve done` or `--resolve redo`",
                intent.at, intent.who
            ),
        }
    };
    entry.steps.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::of_one_line;

    #[test]
    fn a_reply_of_a_server_stays_on_its_line() {
        let forged = "  tag: unknown: no\r\n  tag: done\u{1b}[2K";
        let shown = of_one_line(forged);
        assert!(!shown.contains(['\n', '\r', '\u{1b}']), "{shown}");
        assert!(shown.starts_with("  tag: unknown: no   tag: done"), "{shown}");
    }
}
