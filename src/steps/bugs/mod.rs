//! One comment on each bug that a release fixes, ever: what was said is looked up before it is said again.

mod send;
mod status;

use crate::config::Optional;
use crate::facts::bugs::{Bug, ClosedBugs, LaunchpadBug, Task};
use crate::facts::{Answer, Asks, Facts};
use crate::plan::{
    About, CarryOut, Prepared, RequestedFile, State, Step, StepKind as _, StepResult,
};
use crate::steps::after_tag::{FollowsTag, Tagged};
use crate::steps::frame;
use crate::steps::tools::Tools;
use crate::steps::trackers::{
    Account, MOST, comment_on, fixed_in, is_said, number_of, range_of, skipped,
};
use crate::tree::deliverable::Release;
pub use status::BugStatusKind;

/// Says on a bug that a release fixes it.
#[derive(Clone, Copy, Debug)]
pub struct BugKind;

impl FollowsTag for BugKind {
    const NAME: &'static str = "bug";
    const NOUN: &'static str = "comment on bug";
    const SWITCH: Optional = Optional::Bugs;

    fn covers(&self, file: &RequestedFile<'_>, release: &Release) -> bool {
        has_bugs(file, release)
    }

    fn ask(&self, of: &Tagged<'_>, facts: &Facts, asks: &mut Asks) {
        ask(of, facts, asks);
    }

    fn steps(&self, of: &Tagged<'_>, _: &Step, facts: &Facts) -> Vec<Step> {
        let step = |item: &str, state: State| of.step(of.action(self).item(item), state);
        let numbers = match bugs_of(of, facts) {
            Ok(numbers) => numbers,
            Err(state) => return vec![step("all", state)],
        };
        let (text, api) = (fixed_in(of), &of.file.subject.config.launchpad);
        let comment = |number: &u64| {
            let found = facts.get(&bug(api, *number));
            let one = step(&format!("#{number}"), state(of.file, found, &text));
            let gone = State::Done("the comment was made before".to_owned());
            let one = frame::once_ever(one, of.file, self.memory(), gone);
            Step { action: one.action.saying(&text), ..one }
        };
        let mut steps: Vec<Step> = numbers.iter().take(MOST).map(comment).collect();
        if numbers.len() > MOST {
            let more = numbers.len() - MOST;
            let why = format!("{more} more bugs are fixed, and at most {MOST} are commented on");
            steps.push(step("more", State::Operator(why)));
        }
        steps
    }
}

/// Whether a release may fix bugs on Launchpad.
fn has_bugs(file: &RequestedFile<'_>, release: &Release) -> bool {
    let is_on = !file.subject.config.launchpad.is_empty();
    is_on && file.file.deliverable.launchpad.is_some() && release.version.special().is_none()
}

/// Asks for the bugs that a release of a repository fixes.
fn ask(of: &Tagged<'_>, facts: &Facts, asks: &mut Asks) {
    let Ok(Some(range)) = range_of(of) else { return };
    let question = ClosedBugs(range);
    if let Answer::Known(numbers) = facts.get(&question) {
        let api = &of.file.subject.config.launchpad;
        numbers.iter().take(MOST).for_each(|number| asks.put(bug(api, *number)));
    }
    asks.put(question);
}

/// The bugs that a release of a repository fixes.
///
/// # Errors
/// The state of the one step that takes their place, where they are not known.
fn bugs_of<'f>(of: &Tagged<'_>, facts: &'f Facts) -> Result<&'f [u64], State> {
    let lacks_commit = || {
        State::Operator(format!(
            "the commit of this release or of the one before is not in {}, so it is not known which bugs it fixes; look for them by hand",
            *of.project.repo
        ))
    };
    let Some(range) = range_of(of).map_err(|_| lacks_commit())? else {
        let why = "it is the first release of the repository in this file, so it is not known which bugs it fixes";
        return Err(State::Ended(why.to_owned()));
    };
    match facts.get(&ClosedBugs(range)) {
        Answer::Known(numbers) => Ok(numbers),
        Answer::Absent => Err(lacks_commit()),
        Answer::Unknown(why) => Err(State::Unknown(why)),
    }
}

fn bug(api: &str, number: u64) -> LaunchpadBug {
    LaunchpadBug { api: api.to_owned(), number }
}

/// A bug that may be spoken about.
///
/// # Errors
/// The state of the step, where there is none.
fn open_bug(found: Answer<&Bug>) -> Result<&Bug, State> {
    match found {
        Answer::Known(bug) if bug.is_private => Err(skipped("it is private")),
        Answer::Known(bug) if bug.is_duplicate => Err(skipped("it is a duplicate")),
        Answer::Known(bug) => Ok(bug),
        Answer::Absent => Err(skipped("it is private, or there is no such bug")),
        Answer::Unknown(why) => Err(State::Unknown(why)),
    }
}

fn state(file: &RequestedFile<'_>, found: Answer<&Bug>, text: &str) -> State {
    let bug = match open_bug(found) {
        Ok(bug) => bug,
        Err(state) => return state,
    };
    let project = file.file.deliverable.launchpad.as_ref().map_or("", |name| name.value.as_str());
    let below = format!("{project}/");
    let is_ours = |task: &Task| task.target == project || task.target.starts_with(&below);
    if !bug.tasks.iter().any(is_ours) {
        skipped(&format!("it has no task of `{project}`"))
    } else if is_said(&bug.messages, text) {
        State::Done("the comment is there".to_owned())
    } else {
        State::Create
    }
}

impl CarryOut<Tools<'_>> for BugKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let bug = bug(&tools.config.launchpad, number_of(about.step)?);
        comment_on(bug, about.step, Account::of_launchpad(tools), tools)
    }
}
