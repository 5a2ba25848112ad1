//! One comment on each bug that a release fixes, ever: what was said is looked up before it is said again.

mod send;
mod status;

use crate::config::Optional;
use crate::facts::bugs::{Bug, ClosedBugs, LaunchpadBug, Task};
use crate::facts::history::Range;
use crate::facts::{Answer, Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::tools::Tools;
use crate::steps::{frame, tag};
use crate::tree::deliverable::{Project, Release};
pub(super) use send::{Lost, number_of, refused_by};
pub use status::BugStatusKind;

const ACTION: &str = "bug";
const IN_LEDGER: &str = "bug";
/// So many bugs of one release are commented on.
pub(super) const MOST: usize = 50;

/// Says on a bug that a release fixes it.
#[derive(Clone, Copy, Debug)]
pub struct BugKind;

impl StepKind for BugKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "comment on bug"
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
        ask(part, Optional::Bugs, facts, asks);
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (file, release, project) in wanted(part, Optional::Bugs) {
            if frame::tag_of(&project.repo, before).is_some() {
                steps.extend(self.steps(file, release, project, facts));
            }
        }
        steps
    }
}

/// Asks for the bugs that a part fixes, for steps of `kind`.
fn ask(part: &Part<'_>, kind: Optional, facts: &Facts, asks: &mut Asks) {
    for (file, release, project) in wanted(part, kind) {
        let Some(range) = range_of(file, release, project) else { continue };
        let question = ClosedBugs(range);
        if let Answer::Known(numbers) = facts.get(&question) {
            let api = &file.subject.config.launchpad;
            numbers.iter().take(MOST).for_each(|number| asks.put(bug(api, *number)));
        }
        asks.put(question);
    }
}

/// The repositories of a part whose bugs have steps of `kind`.
fn wanted<'p>(
    part: &'p Part<'_>,
    kind: Optional,
) -> Vec<(&'p RequestedFile<'p>, &'p Release, &'p Project)> {
    let config = part.subject().config;
    let Some((file, release)) = part.release() else { return Vec::new() };
    let is_on = config.after.does(kind) && !config.launchpad.is_empty();
    let has_tracker = file.file.deliverable.launchpad.is_some();
    if !is_on || !has_tracker || release.version.special().is_some() {
        return Vec::new();
    }
    file.tagged(release).map(|project| (file, release, project)).collect()
}

/// The bugs that a release of a repository fixes.
///
/// # Errors
/// The state of the one step that takes their place, where they are not known.
fn bugs_of<'f>(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &Project,
    facts: &'f Facts,
) -> Result<&'f [u64], State> {
    let Some(range) = range_of(file, release, project) else {
        let why = "it is the first release of the repository in this file, so it is not known which bugs it fixes";
        return Err(State::Ended(why.to_owned()));
    };
    match facts.get(&ClosedBugs(range)) {
        Answer::Known(numbers) => Ok(numbers),
        Answer::Absent => Err(State::Operator(format!(
            "the commit of this release or of the one before is not in {}, so it is not known which bugs it fixes; look for them by hand",
            *project.repo
        ))),
        Answer::Unknown(why) => Err(State::Unknown(why)),
    }
}

fn bug(api: &str, number: u64) -> LaunchpadBug {
    LaunchpadBug { api: api.to_owned(), number }
}

/// From the previous release of the repository in the file; none for the first one.
pub(super) fn range_of(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &Project,
) -> Option<Range> {
    let releases = &file.file.deliverable.releases;
    let before = releases.iter().take_while(|other| other.place != release.place);
    let older = before.filter(|other| other.version.special().is_none()).filter_map(|other| {
        let found = other.projects.iter().find(|one| *one.repo == *project.repo)?;
        Some(found.hash.to_ascii_lowercase())
    });
    let older = Some(older.last()?);
    let newer = project.hash.to_ascii_lowercase();
    Some(Range { repo: project.repo.value.clone(), older, newer })
}

impl BugKind {
    fn steps(
        self,
        file: &RequestedFile<'_>,
        release: &Release,
        project: &Project,
        facts: &Facts,
    ) -> Vec<Step> {
        let repo = &project.repo.value;
        let step = |item: &str, state: State| Step {
            repo: repo.clone(),
            action: Action::new(&self, release.version.text()).item(item),
            state,
        };
        let numbers = match bugs_of(file, release, project, facts) {
            Ok(numbers) => numbers,
            Err(state) => return vec![step("all", state)],
        };
        let text = comment(file, release, project);
        let mut steps: Vec<Step> = numbers
            .iter()
            .take(MOST)
            .map(|number| {
                let question = bug(&file.subject.config.launchpad, *number);
                let one = step(&format!("#{number}"), state(file, facts.get(&question), &text));
                let gone = State::Done("the comment was made before".to_owned());
                let one = frame::once_ever(one, file.subject, self.memory(), gone);
                Step { action: one.action.saying(&text), ..one }
            })
            .collect();
        if numbers.len() > MOST {
            let more = numbers.len() - MOST;
            let why = format!("{more} more bugs are fixed, and at most {MOST} are commented on");
            steps.push(step("more", State::Operator(why)));
        }
        steps
    }
}

/// What is said; it names the repository and the version, by which it is found again.
pub(super) fn comment(file: &RequestedFile<'_>, release: &Release, project: &Project) -> String {
    let (name, version) = (file.path.name(), release.version.text());
    format!(
        "Fixed in {name} {version}.\n\nThe release {version} of {} holds the fix.",
        *project.repo
    )
}

/// Whether a message says it.
pub(super) fn is_said(messages: &[String], text: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let wanted = words(text);
    messages.iter().any(|message| words(message) == wanted)
}

fn state(file: &RequestedFile<'_>, found: Answer<&Bug>, text: &str) -> State {
    let skipped = |why: &str| State::Ended(format!("skipped: {why}"));
    let bug = match found {
        Answer::Known(bug) => bug,
        Answer::Absent => return skipped("it is private, or there is no such bug"),
        Answer::Unknown(why) => return State::Unknown(why),
    };
    let project = file.file.deliverable.launchpad.as_ref().map_or("", |name| name.value.as_str());
    let below = format!("{project}/");
    let is_ours = |task: &Task| task.target == project || task.target.starts_with(&below);
    if bug.is_private {
        skipped("it is private")
    } else if bug.is_duplicate {
        skipped("it is a duplicate")
    } else if !bug.tasks.iter().any(is_ours) {
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
        send::prepare(about.step, tools)
    }
}
