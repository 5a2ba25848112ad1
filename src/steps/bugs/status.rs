//! The status *Fix Released* on the task of the series, where the site asks for it.

use super::send::{Lost, login, number_of, refused_by};
use super::{MOST, bug, bugs_of, wanted};
use crate::config::Optional;
use crate::facts::bugs::{Bug, Task};
use crate::facts::{Answer, Asks, Facts, Question as _, Unknown};
use crate::net::http::{Client, Options, Verb};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::tools::Tools;
use crate::steps::{frame, tag};
use crate::tree::deliverable::Status;

const ACTION: &str = "bug-status";
const IN_LEDGER: &str = "bug-status";
/// The status that is set.
const RELEASED: &str = "Fix Released";
/// The statuses that a release changes. Any other is somebody's decision.
const OPEN: [&str; 6] =
    ["New", "Confirmed", "Triaged", "In Progress", "Fix Committed", "Incomplete"];

/// Sets the status of the bugs that a release fixes.
#[derive(Clone, Copy, Debug)]
pub struct BugStatusKind;

impl StepKind for BugStatusKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "status of bug"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[tag::ACTION]
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        super::ask(part, Optional::BugStatus, facts, asks);
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (file, release, project) in wanted(part, Optional::BugStatus) {
            if frame::tag_of(&project.repo, before).is_none() {
                continue;
            }
            let step = |item: &str, action: Action, state: State| Step {
                repo: project.repo.value.clone(),
                action: action.item(item),
                state,
            };
            let action = || Action::new(self, release.version.text());
            let numbers = match bugs_of(file, release, project, facts) {
                Ok(numbers) => numbers,
                Err(state) => {
                    steps.push(step("all", action(), state));
                    continue;
                }
            };
            for number in numbers.iter().take(MOST) {
                let question = bug(&file.subject.config.launchpad, *number);
                let (link, state) = state(file, facts.get(&question));
                // The address of the task stands where the text of a comment would.
                let action = link.into_iter().fold(action(), Action::saying);
                let one = step(&format!("#{number}"), action, state);
                let gone = State::Ended("set before, and changed since".to_owned());
                steps.push(frame::once_ever(one, file.subject, self.memory(), gone));
            }
        }
        steps
    }
}

/// The address of the task, where there is one, and the state of the step.
fn state(file: &RequestedFile<'_>, found: Answer<&Bug>) -> (Option<String>, State) {
    let skipped = |why: &str| (None, State::Ended(format!("skipped: {why}")));
    let bug = match found {
        Answer::Known(bug) => bug,
        Answer::Absent => return skipped("it is private, or there is no such bug"),
        Answer::Unknown(why) => return (None, State::Unknown(why)),
    };
    if bug.is_private {
        return skipped("it is private");
    }
    if bug.is_duplicate {
        return skipped("it is a duplicate");
    }
    let targets = targets(file);
    let task = targets.iter().find_map(|name| bug.tasks.iter().find(|task| task.target == *name));
    let Some(task) = task else {
        return skipped(&format!("it has no task of `{}`", targets.join("` or `")));
    };
    let state = match task.status.as_str() {
        RELEASED => State::Done(format!("`{}` is {RELEASED}", task.target)),
        status if OPEN.contains(&status) => State::Create,
        status => State::Ended(format!("skipped: `{}` is `{status}`", task.target)),
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
        let login = login(tools)?;
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
                    return StepResult::WasThere(format!("`{}` is {RELEASED}", task.target));
                }
                Ok(Some(task)) if OPEN.contains(&task.status.as_str()) => {}
                Ok(Some(task)) => {
                    return StepResult::Ended(format!("skipped: it is `{}` now", task.status));
                }
                Ok(None) => return StepResult::Ended("skipped: the task is gone".to_owned()),
                Err(why) => return StepResult::Failed(why.to_string()),
            }
            let body = serde_json::json!({ "status": RELEASED }).to_string();
            let mut landed = || -> Result<bool, Lost> {
                let task = now().map_err(Lost::Unknown)?;
                Ok(task.is_some_and(|task| task.status == RELEASED))
            };
            let client = Client::new(Options::default());
            match client.send(Verb::Patch, link, Some(login), body.as_bytes(), &mut landed) {
                Ok(_) => StepResult::Made(format!("{link}, {RELEASED}")),
                Err(Lost::Unknown(why)) => StepResult::Unknown(Unknown::because(format_args!(
                    "the answer was lost, and the bug could not be read: {why}"
                ))),
                Err(Lost::Http(error)) => refused_by(error, &tools.found.launchpad_refused),
            }
        };
        Ok(Prepared::Here { object: None, send: Box::new(send) })
    }
}
