//! One comment on each bug that a release fixes, ever: what was said is looked up before it is said again.

mod send;

use crate::config::Optional;
use crate::facts::bugs::{Bug, ClosedBugs, LaunchpadBug};
use crate::facts::history::Range;
use crate::facts::{Answer, Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::tag;
use crate::steps::tools::Tools;
use crate::tree::deliverable::{Project, Release};

const ACTION: &str = "bug";
const IN_LEDGER: &str = "bug";
/// So many bugs of one release are commented on.
const MOST: usize = 50;

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
        for (file, release, project) in wanted(part) {
            let Some(range) = range_of(file, release, project) else { continue };
            let question = ClosedBugs(range);
            if let Answer::Known(numbers) = facts.get(&question) {
                let api = &file.subject.config.launchpad;
                numbers.iter().take(MOST).for_each(|number| asks.put(bug(api, *number)));
            }
            asks.put(question);
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (file, release, project) in wanted(part) {
            let tag = before
                .iter()
                .find(|step| step.repo == *project.repo && step.action.kind == tag::ACTION);
            if tag.is_some_and(|tag| !matches!(tag.state, State::Conflict(_) | State::Ended(_))) {
                steps.extend(self.steps(file, release, project, facts));
            }
        }
        steps
    }
}

/// The repositories of a part whose bugs are commented on.
fn wanted<'p>(part: &'p Part<'_>) -> Vec<(&'p RequestedFile<'p>, &'p Release, &'p Project)> {
    let config = part.subject().config;
    let Some((file, release)) = part.release() else { return Vec::new() };
    let is_on = config.after.does(Optional::Bugs) && !config.launchpad.is_empty();
    let has_tracker = file.file.deliverable.launchpad.is_some();
    if !is_on || !has_tracker || release.version.special().is_some() {
        return Vec::new();
    }
    file.tagged(release).map(|project| (file, release, project)).collect()
}

fn bug(api: &str, number: u64) -> LaunchpadBug {
    LaunchpadBug { api: api.to_owned(), number }
}

/// From the previous release of the repository in the file; none for the first one.
fn range_of(file: &RequestedFile<'_>, release: &Release, project: &Project) -> Option<Range> {
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
        let Some(range) = range_of(file, release, project) else {
            let why = "it is the first release of the repository in this file, so it is not known which bugs it fixes";
            return vec![step("all", State::Ended(why.to_owned()))];
        };
        let numbers = match facts.get(&ClosedBugs(range)) {
            Answer::Known(numbers) => numbers,
            Answer::Absent => {
                let why = format!(
                    "the commit of this release or of the one before is not in {repo}, so it is not known which bugs it fixes; look for them by hand"
                );
                return vec![step("all", State::Operator(why))];
            }
            Answer::Unknown(why) => return vec![step("all", State::Unknown(why))],
        };
        let text = comment(file, release, project);
        let mut steps: Vec<Step> = numbers
            .iter()
            .take(MOST)
            .map(|number| {
                let question = bug(&file.subject.config.launchpad, *number);
                let one = step(&format!("#{number}"), state(file, facts.get(&question), &text));
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
fn comment(file: &RequestedFile<'_>, release: &Release, project: &Project) -> String {
    let (name, version) = (file.path.name(), release.version.text());
    format!(
        "Fixed in {name} {version}.\n\nThe release {version} of {} holds the fix.",
        *project.repo
    )
}

/// Whether a message says it.
fn is_said(messages: &[String], text: &str) -> bool {
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
    let is_ours = |target: &String| target == project || target.starts_with(&below);
    if bug.is_private {
        skipped("it is private")
    } else if bug.is_duplicate {
        skipped("it is a duplicate")
    } else if !bug.targets.iter().any(is_ours) {
        skipped(&format!("it has no task of `{project}`"))
    } else if is_said(&bug.messages, text) {
        State::Done("the comment is there".to_owned())
    } else {
        State::Create
    }
}

impl CarryOut<Tools<'_>> for BugKind {
    fn preflight(&self, _: &Step, _: &Tools<'_>) -> Result<(), String> {
        Ok(())
    }

    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        send::prepare(about.step, tools)
    }
}
