//! Making the tags and branches that merged requests ask for, and announcing the releases.

use std::path::{Path, PathBuf};

use super::acted_on::must_be_merged;
use super::aftermath::comment_on_changes;
use super::executing::Execution;
use super::failure_mail::{Untold, mail_about_failures};
use super::gate::{PolicyGate, current_policy};
use super::meant::unlisted;
use super::pending::{
    AskedAgain, ask_for_pending, begin_at, remember, remember_named, remember_pending,
    was_never_begun,
};
use super::plan::{Planned, compare_with_what_could_be_read, plan_with};
use crate::apply::Outcome;
use crate::config::read_named;
use crate::facts::Sources;
use crate::git::Git;
use crate::ledger::{Ledger, LedgerSnapshot, LedgerState, Pending};
use crate::plan::{Ground, Occasion, Plan, State, Step};
use crate::report::outcome::Reach;
use crate::steps::tag::message::PLAYGROUND;
use crate::tree::RepoName;
use crate::tree::request::Request;
use crate::tree::scope::{self, ScopeError};
use crate::workspace::{Failure, Workspace};

/// What is applied.
#[derive(Clone, Debug, Default)]
pub struct ApplyOptions {
    /// Which entries.
    pub entries: Entries,
    /// For real, or on a playground.
    pub ground: Ground,
    /// Where to begin when the ledger is empty.
    pub since: Option<String>,
    /// Refuse when the plan made now differs from the one in this file in anything but what was done since.
    pub plan: Option<PathBuf>,
    /// Only one kind of step of one repository.
    pub only: Option<OnlyStep>,
}

/// One kind of step of one repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnlyStep {
    /// The kind, as plans name it.
    pub kind: &'static str,
    /// The repository.
    pub repo: RepoName,
}

impl OnlyStep {
    /// Leaves nothing else in a plan.
    ///
    /// # Errors
    /// When what the step needs is not there.
    pub(super) fn keep(&self, plan: &mut Plan) -> Result<(), Failure> {
        for release in &mut plan.releases {
            let all = std::mem::take(&mut release.steps);
            let is_it = |step: &Step| step.action.kind == self.kind && step.repo == self.repo;
            let (kept, others): (Vec<Step>, Vec<Step>) = all.into_iter().partition(is_it);
            let lacks = |step: &Step| {
                let mut needed = others.iter().filter(|other| step.needs(other));
                needed.find(|other| !matches!(other.state, State::Done(_))).cloned()
            };
            if let Some(first) = kept.iter().find_map(lacks) {
                let message = format!("{} is not there: {}", first.title(), first.state);
                return Err(Failure::refused(message).help("`tagkeeper apply` makes it"));
            }
            release.steps = kept;
        }
        Ok(())
    }
}

/// Which entries of the record are applied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Entries {
    /// What was merged since the last run, and what is pending.
    #[default]
    New,
    /// What is pending; the ledger's mark stays.
    Pending,
    /// One release on purpose, whenever it was merged; the ledger's mark stays.
    Release {
        /// Its deliverable.
        deliverable: String,
        /// Its version.
        version: String,
    },
}

/// What a run of apply did.
#[derive(Debug)]
pub struct Applied {
    /// Step by step.
    pub outcome: Outcome,
    /// What it looked at.
    pub reach: Reach,
}

/// Carries out what the committed head of `workspace` asks for, and notes in the ledger what is done and what is pending.
///
/// # Errors
/// When nothing can be begun, or what was done could not be noted. What one release fails with is in the outcome.
pub fn apply(workspace: &mut Workspace, options: &ApplyOptions) -> Result<Applied, Failure> {
    let upstream = must_be_merged(workspace, options.ground)?;
    workspace.must_reach_remotes()?;
    let ledger = workspace.ledger()?;
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let state = snapshot.state().map_err(Failure::outside)?;
    let (request, asked) = asked_for(options, workspace, &state)?;
    let moves_mark = options.entries == Entries::New && workspace.wanted.paths.is_empty();
    if let (Some(base), None) = (&request.base, &state.applied_through)
        && moves_mark
    {
        begin_at(&ledger, workspace, &base.name())?;
    }
    let sources = workspace.sources_for_pushing()?;
    let occasion = match options.entries {
        Entries::New | Entries::Pending => Occasion::Request,
        Entries::Release { .. } => Occasion::OnPurpose,
    };
    let mut planned =
        plan_with(workspace, &request, &sources, &snapshot, (occasion, options.ground))?;
    if let Some(only) = &options.only {
        only.keep(&mut planned.plan)?;
    }
    let plan = &planned.plan;
    if let Some(path) = &options.plan {
        hold_against(path, plan)?;
    }
    let git = Git::find()?;
    let policy = || current_policy(&git, workspace, upstream.as_ref());
    let gate = PolicyGate {
        request: &request,
        introductions: &planned.introductions,
        policy: &policy,
        clock: &|| workspace.present(),
    };
    let mut outcome =
        carry_out(workspace, (&request, &planned), &sources, (&ledger, &snapshot), &gate)?;
    let looked_at: Vec<Pending> = asked.iter().map(|asked| asked.pending.clone()).collect();
    for pending in asked.into_iter().filter_map(|asked| asked.left_by(plan)) {
        if was_never_begun(workspace, &state, &snapshot, &pending)? {
            outcome.taken_back.push(format!("{} of {}", pending.name, pending.file));
        } else {
            outcome.left.push(pending);
        }
    }
    // Before it is remembered: a run that is killed here tells it again, rather than never.
    let untold = if moves_mark || options.entries == Entries::Pending {
        mail_about_failures(workspace, &state.pending, &outcome)
    } else {
        Untold::default()
    };
    let told = (&outcome, &untold);
    let reach = if options.entries == Entries::Pending {
        remember_pending(&ledger, workspace, &looked_at, told)?;
        Reach::Pending
    } else if moves_mark {
        remember(&ledger, workspace, &request, told)?;
        Reach::Through(request.head.name())
    } else {
        remember_named(&ledger, workspace, &outcome, options.only.is_some())?;
        Reach::Named
    };
    comment_on_changes(workspace, &outcome);
    Ok(Applied { outcome, reach })
}

/// From where the last run ended to the committed head, with what is pending; or one release on purpose.
pub(super) fn asked_for(
    options: &ApplyOptions,
    workspace: &mut Workspace,
    state: &LedgerState,
) -> Result<(Request, Vec<AskedAgain>), Failure> {
    if let Entries::Release { deliverable, version } = &options.entries {
        return Ok((one_release(workspace, deliverable, version)?, Vec::new()));
    }
    let base = match (&state.applied_through, &options.since) {
        (mark, _) if options.entries == Entries::Pending => {
            mark.iter().try_for_each(|mark| must_come_after_mark(workspace, mark))?;
            workspace.wanted.head.clone().unwrap_or_default()
        }
        (Some(from), since) => {
            if let Some(since) = since {
                scope::comes_after(&workspace.repository, &workspace.wanted, since)?;
                log::info!("--since is not used: the ledger already begins at {from}");
            }
            must_come_after_mark(workspace, from)?;
            from.clone()
        }
        (None, Some(from)) => {
            must_come_after(workspace, from, Failure::from)?;
            from.clone()
        }
        (None, None) => {
            return Err(Failure::usage("the ledger is empty, so it does not say where to begin")
                .help("name the last commit that needs no more work with `--since REV`; a job passes the old revision of the ref"));
        }
    };
    workspace.compare_with(base)?;
    let mut request = workspace.request()?;
    compare_with_what_could_be_read(workspace, &mut request)?;
    let asked = ask_for_pending(workspace, state, &mut request)?;
    Ok((request, asked))
}

/// An older head does not list yet what is pending since: it would look as if it had been taken out.
fn must_come_after(
    workspace: &Workspace,
    mark: &str,
    failure: impl FnOnce(ScopeError) -> Failure,
) -> Result<(), Failure> {
    let comes_after = scope::comes_after(&workspace.repository, &workspace.wanted, mark);
    if comes_after.map_err(failure)? {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "the head does not descend from {mark}, up to which everything was applied"
    ))
    .help("apply the branch that changes are merged to; a head that was already applied needs nothing"))
}

/// [`must_come_after`] the mark of the ledger, which may be a commit that nobody fetched.
fn must_come_after_mark(workspace: &Workspace, mark: &str) -> Result<(), Failure> {
    must_come_after(workspace, mark, |error| {
        let is_missing = matches!(&error, ScopeError::NoRevision(missing) if missing == mark);
        let failure = Failure::from(error);
        match is_missing {
            true => failure.help("the ledger names this commit as the last one that was applied; fetch the history that has it"),
            false => failure,
        }
    })
}

pub(super) fn one_release(
    workspace: &mut Workspace,
    deliverable: &str,
    version: &str,
) -> Result<Request, Failure> {
    workspace.compare_with(workspace.wanted.head.clone().unwrap_or_default())?;
    let mut request = workspace.request()?;
    let paths = request.head.paths().map_err(Failure::outside)?;
    let name = format!("/{deliverable}.yaml");
    let mut files: Vec<String> = Vec::new();
    for path in paths.into_iter().filter(|path| path.ends_with(&name)) {
        let file = request.head.file(&path).map_err(Failure::outside)?;
        let mut releases = file.iter().flat_map(|file| &file.deliverable.releases);
        if releases.any(|release| release.version.text() == version) {
            files.push(path);
        }
    }
    match files.as_slice() {
        [] => Err(unlisted(&request.head, deliverable, version)),
        [file] => {
            request.commits = scope::history_of(&workspace.repository, &workspace.wanted, file)?;
            request.add_unfinished(file, version);
            Ok(request)
        }
        several => {
            Err(Failure::usage(format!("`{version}` is listed in {}", several.join(" and "))))
        }
    }
}

fn hold_against(path: &Path, now: &Plan) -> Result<(), Failure> {
    let doing = |error: &dyn std::fmt::Display| {
        Failure::usage(format!("reading the plan {}: {error}", path.display()))
    };
    let bytes = read_named(path).map_err(|error| doing(&error))?;
    let planned: Plan = serde_json::from_slice(&bytes).map_err(|error| doing(&error))?;
    let differences = on_real_ground(planned).differences(&on_real_ground(now.clone()));
    if differences.is_empty() {
        return Ok(());
    }
    let message =
        format!("the plan of {} no longer holds:\n  {}", path.display(), differences.join("\n  "));
    Err(Failure::refused(message).help("nothing was done; look at the plan again"))
}

/// The plan without what `--playground` adds to its messages: the operator asked for that just now.
fn on_real_ground(mut plan: Plan) -> Plan {
    for step in plan.releases.iter_mut().flat_map(|release| &mut release.steps) {
        if let Some(message) = &mut step.action.message {
            *message = message.replace(PLAYGROUND, "");
        }
    }
    plan
}

fn carry_out(
    workspace: &Workspace,
    (request, planned): (&Request, &Planned),
    sources: &Sources,
    (ledger, snapshot): (&Ledger, &LedgerSnapshot),
    gate: &PolicyGate<'_>,
) -> Result<Outcome, Failure> {
    let plan = &planned.plan;
    if plan.releases.is_empty() {
        return Ok(Outcome::without_steps(plan));
    }
    let git = Git::find()?;
    let keys = workspace.keys(&request.head)?;
    let mails = workspace.mails()?;
    let execution = Execution {
        workspace,
        git: &git,
        record: &request.head,
        sources,
        ledger,
        noted: snapshot,
        gate,
        keys: Ok(&keys),
        mails: mails.as_ref(),
    };
    execution.execute(plan)
}
