//! What the ledger says of one release, and settling what a run left open.

use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{Draft, Entry, Ledger, Mark, Pending, Reason, Resolution, State, StepName};
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

/// Settles what is asked for, then tells what the ledger says of the release, a line each.
///
/// # Errors
/// When no file lists the release, or the ledger cannot be read or written.
pub fn explain(workspace: &Workspace, options: &ExplainOptions) -> Result<Vec<String>, Failure> {
    let record = workspace.head_record()?;
    let suffix = format!("/{}.yaml", options.deliverable);
    let mut repos: Vec<(String, String)> = Vec::new();
    let mut is_listed = false;
    for path in
        record.paths().map_err(Failure::outside)?.into_iter().filter(|path| path.ends_with(&suffix))
    {
        let file = record.file(&path);
        let mut branches = file.iter().flat_map(|file| &file.deliverable.branches);
        is_listed |= branches.any(|branch| *branch.name == options.version);
        let releases = file.iter().flat_map(|file| &file.deliverable.releases);
        for release in releases.filter(|release| release.version.text() == options.version) {
            repos.extend(
                release.projects.iter().map(|project| (path.clone(), project.repo.value.clone())),
            );
        }
    }
    let ledger = workspace.ledger()?;
    let state = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    is_listed |= !repos.is_empty();
    if !is_listed && !state.pending.iter().any(|pending| options.is_about(pending)) {
        return Err(Failure::usage(format!(
            "no file of `{}` lists `{}`",
            options.deliverable, options.version
        )));
    }
    let mut settled = Vec::new();
    if let Some(how) = options.resolve {
        settled = settle_mails(options, how, workspace, &ledger, &repos)?;
        if !is_listed && matches!(how, Resolution::Done) {
            settle_pending(options, workspace, &ledger)?;
            settled.push(format!("{} of {}: settled", options.version, options.deliverable));
        }
        if settled.is_empty() {
            settled.push(
                "nothing was settled: no announcement of it was begun and not noted as done"
                    .to_owned(),
            );
        }
    }
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let mut lines = Vec::new();
    let mut n_announced = 0;
    for (path, repo) in &repos {
        lines.push(format!("{repo} {} ({path})", options.version));
        match snapshot.entry(repo, &options.version).map_err(Failure::outside)? {
            None => lines.push("  nothing of it was begun".to_owned()),
            Some(entry) => {
                n_announced += usize::from(is_announced(&entry));
                lines.extend(of_entry(&entry));
            }
        }
    }
    let state = snapshot.state().map_err(Failure::outside)?;
    let next = match (is_listed, !repos.is_empty() && n_announced == repos.len()) {
        (false, _) => Next::Settle,
        (true, true) => Next::TakeOff,
        (true, false) => Next::Again,
    };
    lines.extend(of_pending(options, &state, next));
    lines.extend(settled);
    Ok(lines)
}

impl ExplainOptions {
    fn is_about(&self, pending: &Pending) -> bool {
        let file = pending.file.rsplit('/').next().and_then(|file| file.strip_suffix(".yaml"));
        file == Some(self.deliverable.as_str()) && pending.name == self.version
    }
}

fn settle_mails(
    options: &ExplainOptions,
    how: Resolution,
    workspace: &Workspace,
    ledger: &Ledger,
    repos: &[(String, String)],
) -> Result<Vec<String>, Failure> {
    let next = match (how, workspace.config.announce) {
        (Resolution::Done, _) => "noted as sent".to_owned(),
        (Resolution::Redo, Announce::Tag) => "open again: `tagkeeper announce` sends it".to_owned(),
        (Resolution::Redo, Announce::Apply | Announce::Never) => {
            "open again: the next `tagkeeper apply` sends it".to_owned()
        }
    };
    let mark = Mark::of_this_run(workspace.now, &workspace.identity(&Git::find()?)?.email);
    let mut settled = Vec::new();
    for (_, repo) in repos {
        let was_open = ledger
            .resolve((repo, &options.version), &StepName::mail(), &mark, how)
            .map_err(Failure::outside)?;
        if was_open {
            settled.push(format!("the announcement of {repo} {} is {next}", options.version));
        }
    }
    Ok(settled)
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
    /// The next run finds it done: all its announcements are.
    TakeOff,
    /// The next run tries again.
    Again,
}

impl Next {
    fn of(self, reason: Reason) -> &'static str {
        match (self, reason) {
            (Self::Settle, _) => {
                "no file lists it any more; see whether a tag or branch of it was made, then add `--resolve done`"
            }
            (Self::TakeOff, Reason::Unknown) => {
                "its announcements are settled since: the next `tagkeeper apply` takes it off the list"
            }
            (Self::TakeOff | Self::Again, Reason::Held) => {
                "`tagkeeper apply --pending` tags it when its time has come"
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

fn is_announced(entry: &Entry) -> bool {
    entry.steps.get(&StepName::mail()).is_some_and(|record| record.done.is_some())
}

fn of_entry(entry: &Entry) -> impl Iterator<Item = String> + '_ {
    entry.steps.iter().map(|(name, record)| match &record.done {
        // Whether it stands, the server says: it is asked each time.
        None if *name != StepName::mail() => {
            format!("  {name}: pushed at {} by {}", record.intent.at, record.intent.who)
        }
        Some(done) => format!(
            "  {name}: done at {} by {}{}",
            done.at,
            done.who,
            record.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default()
        ),
        None => format!(
            "  {name}: begun at {} by {} and not noted as done; see whether it went out, then add `--resolve done` or `--resolve redo`",
            record.intent.at, record.intent.who
        ),
    })
}
