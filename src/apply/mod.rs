//! Carries out a plan: signed tags and branches, one ref after the other.
//!
//! Nothing here reads YAML or decides what is to be done: a step that is to be made is made, any other is
//! passed on as it is. What stands at the remote is read again after every answer that was lost.

mod outcome;

pub use outcome::{Did, Outcome, ReleaseOutcome, StepOutcome, Worst};

use std::path::PathBuf;

use jiff::Timestamp;

use crate::git::{
    Destination, Git, GitError, Identity, KeyError, Oid, PushAnswer, Scratch, Signer, TagContent,
    TagTime, create_signed_tag, mask_credentials,
};
use crate::ledger::{Ledger, Mark, StepName};
use crate::plan::{Action, Held, Plan, PlannedRelease, State, Step};

/// The remotes, as apply needs them.
pub trait Remotes {
    /// Where refs of `repo` are pushed to.
    ///
    /// # Errors
    /// A phrase that says why `repo` has no URL.
    fn url(&self, repo: &str) -> Result<String, String>;

    /// The git directory of a copy of `repo` on this machine that holds the commits to be tagged.
    ///
    /// # Errors
    /// A phrase that says why there is none.
    fn copy(&self, repo: &str) -> Result<PathBuf, String>;

    /// What the ref names at the remote now; `None` where it is not there.
    ///
    /// # Errors
    /// A phrase that says why that is not known.
    fn reread(&self, repo: &str, full_ref: &str) -> Result<Option<Named>, String>;
}

/// What a ref names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// The object: of an annotated tag the tag itself.
    pub object: Oid,
    /// The commit behind it.
    pub commit: Oid,
}

/// Whether what was planned may still be done: a hold may be set while a run is under way.
pub trait Gate {
    /// What `release` has to wait for now, if anything.
    ///
    /// # Errors
    /// A phrase that says why that is not known; nothing is done then.
    fn held(&self, release: &PlannedRelease) -> Result<Option<Held>, String>;
}

/// What is needed to carry out a plan.
pub struct Workshop<'a> {
    /// The git program.
    pub git: &'a Git,
    /// The key.
    pub signer: &'a Signer,
    /// Where the key is named, for whoever has to name another.
    pub key_named_in: &'a str,
    /// In whose name tags are made.
    pub tagger: Identity,
    /// The time they bear.
    pub now: Timestamp,
    /// Asked before each ref is pushed.
    pub gate: &'a dyn Gate,
    /// The remotes.
    pub remotes: &'a dyn Remotes,
    /// Where it is noted that a tag is ours, before it leaves.
    pub ledger: &'a Ledger,
}

/// Carries out `plan`. Each release is looked at as a whole before its first push; one that fails
/// keeps none of the others back.
///
/// `told` hears of every step as it is done.
pub fn execute(
    plan: &Plan,
    workshop: &Workshop<'_>,
    told: &mut dyn FnMut(&StepOutcome),
) -> Outcome {
    let mut key = None;
    let releases = plan
        .releases
        .iter()
        .map(|release| one_release(release, workshop, &mut key, told))
        .collect();
    Outcome { releases, unread: plan.unread.clone(), ..Outcome::default() }
}

fn one_release(
    release: &PlannedRelease,
    workshop: &Workshop<'_>,
    key: &mut Option<Result<(), String>>,
    told: &mut dyn FnMut(&StepOutcome),
) -> ReleaseOutcome {
    let mut stopped = release.obstacle().map(to_be_settled);
    let mut scratches = Vec::new();
    if stopped.is_none()
        && let Err(why) = prepare(release, workshop, key, &mut scratches)
    {
        stopped = Some(why);
    }
    let mut steps: Vec<StepOutcome> = Vec::new();
    let mut held = None;
    for step in &release.steps {
        let did = match (&step.state, &stopped) {
            (State::Create, Some(why)) => Did::NotBegun(why.clone()),
            (State::Create, None) => {
                held = held.or_else(|| still_held(step, release, workshop));
                let is_kept = step.action.full_ref().is_some() || !is_tagged(&steps, &step.repo);
                match held.clone().filter(|_| is_kept) {
                    Some(held) => held,
                    None => make(step, workshop, &scratches),
                }
            }
            (state, _) => Did::of_state(state),
        };
        if did.is_bad() && stopped.is_none() {
            stopped = Some(to_be_settled(step));
        }
        let outcome = StepOutcome { repo: step.repo.clone(), action: step.action.clone(), did };
        told(&outcome);
        steps.push(outcome);
    }
    ReleaseOutcome { planned: release.clone(), steps }
}

/// Why the rest of a release waits for `step`.
fn to_be_settled(step: &Step) -> String {
    let Step { repo, action, .. } = step;
    format!("{} `{}` of `{repo}` has to be settled first", action.noun(), action.name())
}

/// Whether the tag of `repo` stands after these steps.
fn is_tagged(steps: &[StepOutcome], repo: &str) -> bool {
    steps.iter().any(|step| {
        step.repo == repo && matches!(step.action, Action::Tag { .. }) && step.did.stands()
    })
}

/// What keeps a step back that was to be done when the plan was made.
fn still_held(step: &Step, release: &PlannedRelease, workshop: &Workshop<'_>) -> Option<Did> {
    step.action.full_ref()?;
    match workshop.gate.held(release) {
        Ok(None) => None,
        Ok(Some(Held { until, reason })) => Some(Did::Held { until, reason }),
        Err(why) => Some(Did::NotBegun(format!("the policy could not be read again: {why}"))),
    }
}

/// Key and copies of all repositories, before anything leaves this machine.
fn prepare(
    release: &PlannedRelease,
    workshop: &Workshop<'_>,
    key: &mut Option<Result<(), String>>,
    scratches: &mut Vec<(String, Scratch)>,
) -> Result<(), String> {
    for step in release.steps.iter().filter(|step| step.state == State::Create) {
        if matches!(step.action, Action::Tag { .. }) {
            let named_in = workshop.key_named_in;
            let told = |error: KeyError| error.with_help(named_in);
            let check = || workshop.signer.check(workshop.now).map(drop).map_err(told);
            key.get_or_insert_with(check).clone()?;
        }
        let is_ready = scratches.iter().any(|(repo, _)| *repo == step.repo);
        if step.action.full_ref().is_some() && !is_ready {
            let copy = workshop.remotes.copy(&step.repo)?;
            let scratch = Scratch::of(&copy).map_err(|error| error.to_string())?;
            scratches.push((step.repo.clone(), scratch));
        }
    }
    Ok(())
}

fn make(step: &Step, workshop: &Workshop<'_>, scratches: &[(String, Scratch)]) -> Did {
    let scratch = scratches.iter().find(|(repo, _)| *repo == step.repo).map(|(_, scratch)| scratch);
    let (Some(scratch), Some(full_ref)) = (scratch, step.action.full_ref()) else {
        return Did::Awaiting;
    };
    let url = match workshop.remotes.url(&step.repo) {
        Ok(url) => url,
        Err(why) => return Did::Failed(why),
    };
    let object = match object_of(&step.action, workshop, scratch) {
        Ok(object) => object,
        Err(why) => return Did::Failed(why),
    };
    if let Err(why) = note_intent(step, workshop) {
        return Did::Failed(why);
    }
    let answer = Destination::new(workshop.git, &scratch.git_dir(), &url).create(object, &full_ref);
    let did = after_push(answer, object, step, &full_ref, workshop);
    note_branch(step, &did, workshop);
    did
}

/// Notes that a tag is about to be pushed. A run that is killed after the push leaves this behind, and the next one
/// announces the tag; one that was there all along is not announced.
fn note_intent(step: &Step, workshop: &Workshop<'_>) -> Result<(), String> {
    let Action::Tag { name, .. } = &step.action else { return Ok(()) };
    let mark = Mark::of_this_run(workshop.now, &workshop.tagger.email);
    let begun = workshop.ledger.begin(&step.repo, name, &StepName::tag(), &mark);
    begun.map(drop).map_err(|error| error.to_string())
}

/// Notes that a branch was made. Without the note it is made again by a later run only where it was deleted and is asked
/// for once more.
fn note_branch(step: &Step, did: &Did, workshop: &Workshop<'_>) {
    let (Action::Branch { name, .. }, Did::Made(object)) = (&step.action, did) else { return };
    let mark = Mark::of_this_run(workshop.now, &workshop.tagger.email);
    let noted = workshop.ledger.finish(&step.repo, name, &StepName::branch(), &mark, object);
    if let Err(error) = noted {
        log::warn!("branch {name} of {} is made, and not noted: {error}", step.repo);
    }
}

/// The object that the ref is to name: a new signed tag, or the commit itself.
fn object_of(action: &Action, workshop: &Workshop<'_>, scratch: &Scratch) -> Result<Oid, String> {
    match action {
        Action::Tag { name, commit, message } => {
            let content = TagContent {
                object: oid(commit)?,
                name: name.clone(),
                tagger: workshop.tagger.clone(),
                time: TagTime { seconds: workshop.now.as_second(), offset_minutes: 0 },
                message: message.clone(),
            };
            create_signed_tag(workshop.git, &scratch.git_dir(), &content, workshop.signer)
                .map(|signed| signed.object)
                .map_err(|error| error.to_string())
        }
        Action::Branch { commit, .. } => oid(commit),
        Action::Announce { .. } | Action::DeleteBranch { .. } => {
            Err("nothing is pushed for this step".to_owned())
        }
    }
}

fn oid(hash: &str) -> Result<Oid, String> {
    Oid::from_str(hash).map_err(|error| format!("`{hash}` is no commit id: {error}"))
}

fn after_push(
    answer: Result<PushAnswer, GitError>,
    object: Oid,
    step: &Step,
    full_ref: &str,
    workshop: &Workshop<'_>,
) -> Did {
    match answer {
        Ok(PushAnswer::Created | PushAnswer::Moved) => Did::Made(object.to_string()),
        Ok(PushAnswer::AlreadyThere) => Did::WasThere("made by another run".to_owned()),
        Ok(PushAnswer::Refused { reason }) => Did::Refused(mask_credentials(&reason)),
        Ok(PushAnswer::Taken) => {
            read_again(object, step, full_ref, workshop, "another run made the ref first")
        }
        Ok(PushAnswer::Unknown { why }) => read_again(object, step, full_ref, workshop, &why),
        Err(error) => Did::Failed(error.to_string()),
    }
}

/// The answer was lost, or somebody was faster: what stands there now decides.
fn read_again(object: Oid, step: &Step, full_ref: &str, workshop: &Workshop<'_>, why: &str) -> Did {
    match workshop.remotes.reread(&step.repo, full_ref) {
        Ok(Some(there)) if there.object == object => Did::Made(object.to_string()),
        Ok(Some(there)) if is_at(step, there.commit) => {
            Did::WasThere("made by another run".to_owned())
        }
        Ok(Some(there)) => Did::Conflict(format!(
            "{why}; `{full_ref}` is {} now: run again to have it judged",
            there.object
        )),
        Ok(None) => Did::Failed(format!("{why}; `{full_ref}` is not there: run again")),
        Err(unknown) => {
            Did::Unknown(format!("{why}, and `{full_ref}` could not be read again: {unknown}"))
        }
    }
}

/// Whether a ref at `commit` is what the step wants.
fn is_at(step: &Step, there: Oid) -> bool {
    match &step.action {
        Action::Tag { commit, .. } | Action::Branch { commit, .. } => oid(commit) == Ok(there),
        Action::Announce { .. } | Action::DeleteBranch { .. } => false,
    }
}
