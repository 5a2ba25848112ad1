//! The status *Fix Released* on the task of the series, where the site asks for it.

use super::{bug, bugs_of, has_bugs, open_bug};
use crate::config::Optional;
use crate::facts::bugs::{Bug, Task};
use crate::facts::{Answer, Asks, Facts, Question as _, Unknown};
use crate::net::http::{Client, HttpOptions, Verb};
use crate::plan::{
    About, Action, CarryOut, Prepared, RequestedFile, State, Step, StepKind as _, StepResult,
};
use crate::steps::after_tag::{FollowsTag, Tagged};
use crate::steps::frame;
use crate::steps::shown::read_back;
use crate::steps::tools::Tools;
use crate::steps::trackers::{Account, Lost, MOST, number_of, skipped};
use crate::tree::deliverable::{Release, Status};

/// The status that is set.
const RELEASED: &str = "Fix Released";
/// The statuses that a release changes. Any other is somebody's decision.
const OPEN: [&str; 6] =
    ["New", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Incomplete"];

/// Sets the status of the bugs that a release fixes.
#[derive(Clone, Copy, Debug)]
pub struct BugStatusKind;

impl FollowsTag for BugStatusKind {
    const NAME: &'static str = "bug-status";
    const NOUN: &'static str = "status of bug";
    const SWITCH: Optional = Optional::BugStatus;

    fn covers(&self, file: &RequestedFile<'_>, release: &Release) -> bool {
        has_bugs(file, release)
    }

    fn ask(&self, of: &Tagged<'_>, facts: &Facts, asks: &mut Asks) {
        super::ask(of, facts, asks);
    }

    fn steps(&self, of: &Tagged<'_>, _: &Step, facts: &Facts) -> Vec<Step> {
        let action = |item: &str| of.action(self).item(item);
        let numbers = match bugs_of(of, facts) {
            Ok(numbers) => numbers,
            Err(state) => return vec![of.step(action("all"), state)],
        };
        let api = &of.file.subject.config.launchpad;
        let status = |number: &u64| {
            let found = facts.get(&bug(api, *number));
            let (link, state) = state(of.file, found);
            // The address of the task stands where the text of a comment would.
            let action = link.into_iter().fold(action(&format!("#{number}")), Action::saying);
            let gone = State::Ended("set before, and changed since".to_owned());
            frame::once_ever(of.step(action, state), of.file, self.memory(), gone)
        };
        numbers.iter().take(MOST).map(status).collect()
    }
}

/// The address of the task, where there is one, and the state of the step.
fn state(file: &RequestedFile<'_>, found: Answer<&Bug>) -> (Option<String>, State) {
    let bug = match open_bug(found) {
        Ok(bug) => bug,
        Err(state) => return (None, state),
    };
    let targets = targets(file);
    let task = targets.iter().find_map(|name| bug.tasks.iter().find(|task| task.target == *name));
    let Some(task) = task else {
        return (None, skipped(&format!("it has no task of `{}`", targets.join("` or `"))));
    };
    let state = match task.status.as_str() {
        RELEASED => State::Done(format!("`{}` is {RELEASED}", task.target)),
        status if OPEN.contains(&status) => State::Create,
        status => skipped(&format!("`{}` is `{status}`", task.target)),
    };
    (Some(task.link.clone()), state)
}

/// The tasks of a series: of its id or its name; for what is in development, the project itself too.
fn targets(file: &RequestedFile<'_>) -> Vec<String> {
    let Some(project) = &file.file.deliverable.launchpad else { return Vec::new() };
    let series = file.subject.request.head.series().get(file.path.series());
    let mut found = Vec::new();
    if let Some(series) = series.filter(|_| !file.path.is_independent()) {
        let id = series.release_id.as_ref().map(|id| format!("{}/{}", project.value, id.value));
        found.extend(id);
        found.push(format!("{}/{}", project.value, *series.name));
        let status = series.status.as_ref().map(|status| status.value);
        if !matches!(status, None | Some(Status::Development | Status::Future)) {
            return found;
        }
    }
    found.push(project.value.clone());
    found
}

impl CarryOut<Tools<'_>> for BugStatusKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let account = Account::of_launchpad(tools);
        let login = account.login()?;
        let number = number_of(about.step)?;
        let link = about.step.action.message.as_deref().unwrap_or_default();
        let api = tools.config.launchpad.trim_end_matches('/');
        // What Launchpad names must be Launchpad's: the login goes nowhere else.
        if !link.starts_with(&format!("{api}/")) {
            return Err(StepResult::Failed(format!("{link} is not below {api}")));
        }
        let send = move || {
            let question = bug(&tools.config.launchpad, number);
            let now = || -> Result<Option<Task>, Unknown> {
                match question.answer(tools.sources) {
                    Answer::Known(bug) => Ok(bug.tasks.into_iter().find(|task| task.link == link)),
                    Answer::Absent => Ok(None),
                    Answer::Unknown(why) => Err(why),
                }
            };
            // Somebody may have set it since the plan was made.
            match now() {
                Ok(Some(task)) if task.status == RELEASED => {
                    let there = format!("`{}` is {RELEASED}", task.target);
                    return StepResult::WasThere(there).into();
                }
                Ok(Some(task)) if OPEN.contains(&task.status.as_str()) => {}
                Ok(Some(task)) => {
                    let why = format!("skipped: it is `{}` now", task.status);
                    return StepResult::Ended(why).into();
                }
                Ok(None) => {
                    return StepResult::Ended("skipped: the task is gone".to_owned()).into();
                }
                Err(why) => return StepResult::Failed(why.to_string()).into(),
            }
            let body = serde_json::json!({ "status": RELEASED }).to_string();
            let mut look = || -> Result<Option<Task>, Lost> {
                let task = now().map_err(Lost::Unknown)?;
                Ok(task.filter(|task| task.status == RELEASED))
            };
            let mut landed = || read_back(&mut look).map(|found| found.is_some());
            let client = Client::new(HttpOptions::default());
            let sent = client.send(Verb::Patch, link, Some(login), body.as_bytes(), &mut landed);
            account.result("bug", sent.map(drop), &mut landed, format!("{link}, {RELEASED}"))
        };
        Ok(Prepared::here(None, send))
    }
}
