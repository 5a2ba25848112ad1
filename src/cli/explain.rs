//! `tagkeeper explain`: what the ledger says of one release, and settling what a run left open.

use super::failure::{Exit, Failure};
use super::opening::{Look, Now, Opening};
use super::output::Output;
use super::site::Site;
use crate::config::Announce;
use crate::git::Git;
use crate::ledger::{Draft, Entry, Ledger, Mark, Pending, Reason, Resolution, State, StepName};
use crate::tree::scope;

/// Shows what was done for a release, and settles a step that a killed run left open
#[derive(clap::Args, Debug)]
pub(super) struct ExplainArgs {
    /// The deliverable
    deliverable: String,
    /// The version, or a branch
    version: String,
    /// Settle the announcement that was begun and not noted as done: it went out, or it is to be sent again; or,
    /// with `done`, what is pending and listed in no file any more
    #[arg(long, value_enum)]
    resolve: Option<How>,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
}

/// What an operator knows of a step.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum How {
    /// It had its effect.
    Done,
    /// It had not.
    Redo,
}

pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit, Failure> {
    let site = Site::open_merged(&Look { now: args.now, ..Look::of(&args.opening) })?;
    let record = scope::record_at(&site.repository, "HEAD", None)?;
    let suffix = format!("/{}.yaml", args.deliverable);
    let mut repos: Vec<(String, String)> = Vec::new();
    let mut is_listed = false;
    for path in
        record.paths().map_err(Failure::outside)?.into_iter().filter(|path| path.ends_with(&suffix))
    {
        let file = record.file(&path);
        let mut branches = file.iter().flat_map(|file| &file.deliverable.branches);
        is_listed |= branches.any(|branch| *branch.name == args.version);
        let releases = file.iter().flat_map(|file| &file.deliverable.releases);
        for release in releases.filter(|release| release.version.text() == args.version) {
            repos.extend(
                release.projects.iter().map(|project| (path.clone(), project.repo.value.clone())),
            );
        }
    }
    let ledger = site.ledger()?;
    let state = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    is_listed |= !repos.is_empty();
    if !is_listed && !state.pending.iter().any(|pending| args.is_about(pending)) {
        return Err(Failure::usage(format_args!(
            "no file of `{}` lists `{}`",
            args.deliverable, args.version
        )));
    }
    let mut settled = Vec::new();
    if let Some(how) = args.resolve {
        settled = settle_mails(args, how, &site, &ledger, &repos)?;
        if !is_listed && matches!(how, How::Done) {
            settle_pending(args, &site, &ledger)?;
            settled.push(format!("{} of {}: settled", args.version, args.deliverable));
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
        lines.push(format!("{repo} {} ({path})", args.version));
        match snapshot.entry(repo, &args.version).map_err(Failure::outside)? {
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
    lines.extend(of_pending(args, &state, next));
    lines.extend(settled);
    output.write(|out, _| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(Exit::Fine)
}

impl ExplainArgs {
    fn is_about(&self, pending: &Pending) -> bool {
        let file = pending.file.rsplit('/').next().and_then(|file| file.strip_suffix(".yaml"));
        file == Some(self.deliverable.as_str()) && pending.name == self.version
    }
}

fn settle_mails(
    args: &ExplainArgs,
    how: How,
    site: &Site,
    ledger: &Ledger,
    repos: &[(String, String)],
) -> Result<Vec<String>, Failure> {
    let next = match (how, site.config.announce) {
        (How::Done, _) => "noted as sent".to_owned(),
        (How::Redo, Announce::Tag) => "open again: `tagkeeper announce` sends it".to_owned(),
        (How::Redo, Announce::Apply | Announce::Never) => {
            "open again: the next `tagkeeper apply` sends it".to_owned()
        }
    };
    let mark = Mark::of_this_run(site.now, &site.identity(&Git::find()?)?.email);
    let how = match how {
        How::Done => Resolution::Done,
        How::Redo => Resolution::Redo,
    };
    let mut settled = Vec::new();
    for (_, repo) in repos {
        let was_open = ledger
            .resolve((repo, &args.version), &StepName::mail(), &mark, how)
            .map_err(Failure::outside)?;
        if was_open {
            settled.push(format!("the announcement of {repo} {} is {next}", args.version));
        }
    }
    Ok(settled)
}

/// Takes out what is pending and listed nowhere.
fn settle_pending(args: &ExplainArgs, site: &Site, ledger: &Ledger) -> Result<(), Failure> {
    let message = format!("Settle {} of {}", args.version, args.deliverable);
    let take_out = |draft: &mut Draft<'_>| {
        let mut state = draft.state()?;
        state.pending.retain(|pending| !args.is_about(pending));
        draft.set_state(&state)
    };
    ledger.update(&message, site.now, take_out).map_err(Failure::outside)
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
    args: &'a ExplainArgs,
    state: &'a State,
    next: Next,
) -> impl Iterator<Item = String> + use<'a> {
    let pending = state.pending.iter().filter(|pending| args.is_about(pending));
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
