//! What is pending in the ledger: asked for again, and remembered.

use std::sync::Arc;

use super::failure_mail::Untold;
use crate::apply::Outcome;
use crate::ledger::{
    Ledger, LedgerDraft, LedgerEntry, LedgerSnapshot, LedgerState, Pending, PendingReason,
};
use crate::plan::{Plan, PlannedRelease, StepKind as _};
use crate::steps::DownstreamKind;
use crate::tree::RepoName;
use crate::tree::record::Record;
use crate::tree::request::{Change, Request};
use crate::tree::scope::{self, ScopeError};
use crate::workspace::Failure;
use crate::workspace::Workspace;

/// A pending entry that is asked for again.
pub(super) struct AskedAgain {
    pub(super) pending: Pending,
    /// The file that lists it now.
    file: Option<String>,
}

impl AskedAgain {
    /// The entry, where the plan has nothing of it: it is not done for that.
    pub(super) fn left_by(self, plan: &Plan) -> Option<Pending> {
        // What of a whole file can be read is in the plan, and what cannot is pending again.
        if self.pending.is_whole_file() && self.file.is_some() {
            return None;
        }
        let file = self.file.as_ref().unwrap_or(&self.pending.file);
        (!plan.has(file, &self.pending.name)).then_some(self.pending)
    }
}

/// Whether an entry that only waited, and that no file lists any more, was taken back before anything of it was begun: then
/// nothing is left to be settled.
pub(super) fn was_never_begun(
    workspace: &Workspace,
    state: &LedgerState,
    ledger: &LedgerSnapshot,
    pending: &Pending,
) -> Result<bool, Failure> {
    let Some(mark) =
        state.applied_through.as_ref().filter(|_| pending.reason == PendingReason::Held)
    else {
        return Ok(false);
    };
    let record = scope::record_at(&workspace.repository, mark, None)?
        .with_terms(Arc::clone(&workspace.config.terms));
    let file = record.file(&pending.file).map_err(Failure::outside)?;
    let Some(file) = file else { return Ok(false) };
    let projects = file.deliverable.releases.iter().flat_map(|release| &release.projects);
    let mut repos = projects.filter_map(|project| RepoName::parse(&project.repo).ok()).peekable();
    if repos.peek().is_none() {
        return Ok(false);
    }
    for repo in repos {
        let entry = ledger.entry(&repo, &pending.name).map_err(Failure::outside)?;
        if entry.is_some_and(|entry| !has_only_notices(&entry)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether all that was done is that those downstream were told. A notice that may or may not have gone out is to be settled.
fn has_only_notices(entry: &LedgerEntry) -> bool {
    let notices = DownstreamKind.memory();
    entry.steps.iter().all(|(name, record)| notices.covers(name) && record.done.is_some())
}

/// Asks again for what is pending.
pub(super) fn ask_for_pending(
    workspace: &Workspace,
    state: &LedgerState,
    request: &mut Request,
) -> Result<Vec<AskedAgain>, Failure> {
    let mut asked = Vec::new();
    for pending in state.pending.iter().filter(|pending| workspace.wants(&pending.file)) {
        let file = if pending.is_whole_file() {
            compare_again(workspace, pending, request)?
        } else {
            request.add_unfinished(&pending.file, &pending.name)
        };
        // Its commit lies before this range; the tag says who asked for it all the same. One that waits for its mail
        // has its tag.
        let history = file.as_ref().filter(|_| pending.reason != PendingReason::Unsent);
        let history =
            history.map(|file| scope::history_of(&workspace.repository, &workspace.wanted, file));
        for commit in history.transpose()?.unwrap_or_default() {
            if !request.commits.iter().any(|known| known.id == commit.id) {
                request.commits.push(commit);
            }
        }
        asked.push(AskedAgain { pending: pending.clone(), file });
    }
    Ok(asked)
}

/// Compares a file that could not be read with what it was before that; `None` where the file is gone.
fn compare_again(
    workspace: &Workspace,
    pending: &Pending,
    request: &mut Request,
) -> Result<Option<String>, Failure> {
    let path = &pending.file;
    let after = request.head.file(path).map_err(Failure::outside)?;
    let Some(after) = after else { return Ok(None) };
    let before = match (&pending.base, &request.base) {
        (Some(base), _) => scope::record_at(&workspace.repository, base, None)?.file(path),
        (None, Some(base)) => base.file(path),
        (None, None) => Ok(None),
    };
    let before = before.map_err(Failure::outside)?;
    request.changes.retain(|change| change.path != *path);
    request.changes.push(Change { path: path.clone(), before, after: Some(after) });
    Ok(Some(path.clone()))
}

/// Moves the mark of the ledger: everything up to the head is done, or pending.
pub(super) fn remember(
    ledger: &Ledger,
    workspace: &Workspace,
    request: &Request,
    (outcome, untold): (&Outcome, &Untold),
) -> Result<(), Failure> {
    let head = request.head.name();
    let mut ours = LedgerState {
        applied_through: Some(head.clone()),
        pending: untold.among(outcome.pending(workspace.now)),
        ..LedgerState::default()
    };
    let known = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    let base = request.base.as_ref().map(Record::name);
    ours.pending = remembering(ours.pending, &known, base.as_deref());
    if known.is_same(&ours) {
        return Ok(());
    }
    // Another run may have gone further meanwhile, even to a commit that is not here; its mark stays, and what either left
    // open is pending.
    let mut unsure = None;
    let mut is_behind = |other: &str| {
        match scope::comes_after(&workspace.repository, &workspace.wanted, other) {
            Ok(after) => !after,
            Err(ScopeError::NoRevision(_)) => true,
            // Nothing is lost as long as the older mark stays.
            Err(error) => {
                unsure = Some(error);
                true
            }
        }
    };
    ledger
        .update(&format!("Applied through {head}"), workspace.now, |draft| {
            let known = draft.state()?;
            draft.set_state(&match &known.applied_through {
                Some(other) if is_behind(other) => known.joined_by(&ours),
                _ => LedgerState { other: known.other, ..ours.clone() },
            })
        })
        .map_err(|error| {
            Failure::outside(error).help("the tags that were created stay; run again to continue")
        })?;
    match unsure {
        None => Ok(()),
        Some(error) => Err(Failure::from(error).help(format!(
            "the ledger could not note that everything up to {head} is applied; run again: nothing is done twice"
        ))),
    }
}

/// Records where the very first run begins, before it does anything: the next one may be given a later commit.
pub(super) fn begin_at(ledger: &Ledger, workspace: &Workspace, base: &str) -> Result<(), Failure> {
    let begin = |draft: &mut LedgerDraft<'_>| {
        let known = draft.state()?;
        if known.applied_through.is_some() {
            return Ok(());
        }
        draft.set_state(&LedgerState { applied_through: Some(base.to_owned()), ..known })
    };
    ledger
        .update(&format!("Begin at {base}"), workspace.now, begin)
        .map_err(|error| Failure::outside(error).help("nothing was done; run again"))
}

/// The entries, with what is known since when, and why at first.
fn remembering(mut pending: Vec<Pending>, known: &LedgerState, base: Option<&str>) -> Vec<Pending> {
    for entry in &mut pending {
        if entry.is_whole_file() {
            entry.base = base.map(str::to_owned);
        }
        let same = known.pending.iter().find(|old| is_same(old, entry));
        let moved = || known.pending.iter().find(|old| old.is_about(&entry.file, &entry.name));
        let Some(old) = same.or_else(moved) else { continue };
        entry.since = old.since;
        entry.base = old.base.clone().or(entry.base.take());
        keep_first_seen(entry, old);
        entry.waited = old.waited.clone().or(entry.waited.take());
        if old.until == entry.until {
            entry.planned = old.planned.or(entry.planned);
        }
    }
    pending
}

/// Leaves each commit the time at which it was first seen; another commit has its own.
fn keep_first_seen(entry: &mut Pending, old: &Pending) {
    // What cannot be made as it is asked for is not there to soak.
    let soaks = entry.reason != PendingReason::Refused || !entry.first_seen.is_empty();
    for (repo, seen) in old.first_seen.iter().filter(|_| soaks) {
        match entry.first_seen.get(repo) {
            Some(now) if now.commit != seen.commit => {}
            _ => drop(entry.first_seen.insert(repo.clone(), seen.clone())),
        }
    }
}

fn is_same(one: &Pending, other: &Pending) -> bool {
    one.file == other.file && one.name == other.name
}

/// Takes out what was pending and is done, and leaves the mark and whatever another run has added since.
pub(super) fn remember_pending(
    ledger: &Ledger,
    workspace: &Workspace,
    looked_at: &[Pending],
    (outcome, untold): (&Outcome, &Untold),
) -> Result<(), Failure> {
    let ours = untold.among(outcome.pending(workspace.now));
    let update = |draft: &mut LedgerDraft<'_>| {
        let known = draft.state()?;
        let ours = remembering(ours.clone(), &known, None);
        let others = known
            .pending
            .iter()
            .filter(|entry| !looked_at.iter().chain(&ours).any(|one| is_same(one, entry)));
        let pending = others.cloned().chain(ours.iter().cloned()).collect();
        let now = LedgerState { pending, ..known.clone() };
        if known.is_same(&now) { Ok(()) } else { draft.set_state(&now) }
    };
    ledger.update("Look at what is pending", workspace.now, update).map_err(|error| {
        Failure::outside(error)
            .help("the tags that were pushed stay; run again: it finds them done")
    })
}

/// Notes what was first seen by a run for entries that somebody named, so that their commits soak from then on. Unless it did
/// `only` one step, what it completed is not pending any more; the rest stays as it was.
pub(super) fn remember_named(
    ledger: &Ledger,
    workspace: &Workspace,
    outcome: &Outcome,
    only: bool,
) -> Result<(), Failure> {
    let ours = outcome.pending(workspace.now);
    let done = outcome.releases.iter().filter(|release| !only && release.is_complete());
    let done: Vec<&PlannedRelease> = done.map(|release| &release.planned).collect();
    let known = ledger.read().and_then(|snapshot| snapshot.state()).map_err(Failure::outside)?;
    let now = naming(&known, &ours, &done);
    if known.is_same(&now) {
        return Ok(());
    }
    let update = |draft: &mut LedgerDraft<'_>| {
        let known = draft.state()?;
        draft.set_state(&naming(&known, &ours, &done))
    };
    ledger.update("Look at what was named", workspace.now, update).map_err(|error| {
        Failure::outside(error)
            .help("the tags that were pushed stay; run again: it finds them done")
    })
}

/// The state, with what a run for named entries first saw, and without what it completed.
fn naming(known: &LedgerState, ours: &[Pending], done: &[&PlannedRelease]) -> LedgerState {
    let mut state = known.clone();
    let is_done = |entry: &Pending| {
        done.iter().any(|release| release.file == entry.file && release.is_about(&entry.name))
    };
    state.pending.retain(|entry| !is_done(entry));
    for entry in ours.iter().filter(|entry| !entry.first_seen.is_empty()) {
        match state.pending.iter_mut().find(|old| old.is_about(&entry.file, &entry.name)) {
            Some(old) => {
                let before = old.clone();
                old.first_seen = entry.first_seen.clone();
                keep_first_seen(old, &before);
            }
            // Nobody was mailed about what else went wrong.
            None => state
                .pending
                .push(Pending { untold: entry.reason != PendingReason::Held, ..entry.clone() }),
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Sighting;
    use crate::ops::in_memory::{PATH, release};
    use crate::plan::ImpossibleEntry;

    fn pending(name: &str, since: &str) -> Pending {
        let why = (PendingReason::Held, "outside its window".to_owned());
        Pending::new((PATH, name), why, since.parse().unwrap())
    }

    fn state(pending: Vec<Pending>) -> LedgerState {
        LedgerState { pending, ..LedgerState::default() }
    }

    const MONDAY: &str = "2026-08-17T12:00:00Z";
    const TUESDAY: &str = "2026-08-18T12:00:00Z";

    #[test]
    fn an_entry_keeps_since_when_and_for_what_it_waits() {
        let old = Pending { waited: Some("a window".to_owned()), ..pending("1.0.0", MONDAY) };
        let new = Pending { waited: Some("a failure".to_owned()), ..pending("1.0.0", TUESDAY) };
        let known = state(vec![old.clone()]);
        let kept = remembering(vec![new, pending("2.0.0", TUESDAY)], &known, None);
        assert_eq!(kept, [old.clone(), pending("2.0.0", TUESDAY)]);
        let moved = Pending { file: PATH.replace("hibiscus", "rose"), ..pending("1.0.0", TUESDAY) };
        assert_eq!(
            remembering(vec![moved], &known, None)[0].since,
            old.since,
            "in another folder too"
        );
    }

    /// An entry of which this commit of `garden/trowel` was seen on `day`.
    fn seen(day: &str, commit: &str, reason: PendingReason) -> Pending {
        let seen = Sighting { commit: commit.repeat(40), at: day.parse().unwrap() };
        Pending {
            reason,
            first_seen: [("garden/trowel".to_owned(), seen)].into(),
            ..pending("1.0.0", day)
        }
    }

    #[test]
    fn a_commit_that_waits_is_first_seen_once_unless_it_is_refused_meanwhile() {
        let held = |day: &str, commit: &str| seen(day, commit, PendingReason::Held);
        let unseen = |reason| Pending { reason, ..pending("1.0.0", TUESDAY) };
        let after = |old: Pending, new: Pending| {
            let entry = remembering(vec![new], &state(vec![old]), None).remove(0);
            entry.first_seen.into_values().map(|seen| seen.at).collect::<Vec<_>>()
        };
        let (monday, tuesday) = (vec![MONDAY.parse().unwrap()], vec![TUESDAY.parse().unwrap()]);
        assert_eq!(after(held(MONDAY, "a"), held(TUESDAY, "a")), monday);
        assert_eq!(after(held(MONDAY, "a"), held(TUESDAY, "b")), tuesday, "another commit");
        assert_eq!(after(held(MONDAY, "a"), unseen(PendingReason::Failed)), monday);
        assert_eq!(after(held(MONDAY, "a"), unseen(PendingReason::Refused)), []);
        let mail_refused = seen(TUESDAY, "a", PendingReason::Refused);
        assert_eq!(after(held(MONDAY, "a"), mail_refused), monday, "another step is refused");
        assert_eq!(after(unseen(PendingReason::Refused), held(TUESDAY, "a")), tuesday);
    }

    #[test]
    fn a_run_for_a_named_release_notes_what_it_first_saw_and_leaves_the_rest() {
        let failed = Pending { detail: "no route".to_owned(), ..pending("1.0.0", MONDAY) };
        let failed = Pending { reason: PendingReason::Failed, ..failed };
        let held = seen(TUESDAY, "a", PendingReason::Held);
        let known = state(vec![failed.clone(), pending("2.0.0", MONDAY)]);
        let now = naming(&known, std::slice::from_ref(&held), &[]);
        let noted = Pending { first_seen: held.first_seen.clone(), ..failed };
        assert_eq!(now.pending, [noted, pending("2.0.0", MONDAY)]);
        assert!(!known.is_same(&now), "it is written");
        assert_eq!(naming(&state(Vec::new()), std::slice::from_ref(&held), &[]).pending, [held]);
        assert_eq!(naming(&known, &[pending("3.0.0", MONDAY)], &[]), known);
        let done = release("1.0.0");
        assert_eq!(naming(&known, &[], &[&done]).pending, [pending("2.0.0", MONDAY)]);
    }

    #[test]
    fn an_entry_that_the_plan_does_not_have_is_left() {
        let plan = |versions: &[&str]| {
            let releases = versions.iter().map(|version| release(version)).collect();
            Plan { releases, ..Plan::default() }
        };
        let asked = || AskedAgain { pending: pending("1.0.0", MONDAY), file: None };
        assert_eq!(asked().left_by(&plan(&["1.0.0"])), None);
        assert_eq!(asked().left_by(&plan(&["2.0.0"])), Some(pending("1.0.0", MONDAY)));
        let moved =
            AskedAgain { file: Some("deliverables/rose/trowel.yaml".to_owned()), ..asked() };
        assert!(moved.left_by(&plan(&["1.0.0"])).is_some(), "the plan has it in another file only");
        let impossible = |name: &str| {
            let (file, name) = (PATH.to_owned(), name.to_owned());
            let one = ImpossibleEntry { file, line: 9, name, why: "it starts nowhere".to_owned() };
            Plan { impossible: vec![one], ..plan(&[]) }
        };
        assert_eq!(asked().left_by(&impossible("1.0.0")), None, "it stays pending as it is");
        assert!(asked().left_by(&impossible("2.0.0")).is_some());
    }
}
