//! One comment on each story of StoryBoard that a release is about, ever.

mod send;

use crate::config::Optional;
use crate::facts::stories::{Named, NamedStories, Story, StoryOfTask, Told};
use crate::facts::tracker::StoryboardProjects;
use crate::facts::{Answer, Asks, Facts};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::bugs::{MOST, comment, is_said, range_of};
use crate::steps::tools::Tools;
use crate::steps::{frame, tag};
use crate::tree::deliverable::{Project, Release};

const ACTION: &str = "story";
const IN_LEDGER: &str = "story";

/// Says on a story that a release holds what it asked for.
#[derive(Clone, Copy, Debug)]
pub struct StoryKind;

impl StepKind for StoryKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "comment on story"
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
            let api = &file.subject.config.storyboard;
            asks.put(StoryboardProjects { api: api.clone() });
            let question = NamedStories(range);
            if let Answer::Known(named) = facts.get(&question) {
                for one in named.iter().take(MOST) {
                    if let Named::Task(task) = one {
                        asks.put(StoryOfTask { api: api.clone(), task: *task });
                    }
                    if let Answer::Known(number) = number_of(*one, api, facts) {
                        asks.put(Story { api: api.clone(), number });
                    }
                }
            }
            asks.put(question);
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (file, release, project) in wanted(part) {
            if frame::tag_of(&project.repo, before).is_some() {
                steps.extend(self.steps(file, release, project, facts));
            }
        }
        steps
    }
}

/// The repositories of a part whose stories are commented on.
fn wanted<'p>(part: &'p Part<'_>) -> Vec<(&'p RequestedFile<'p>, &'p Release, &'p Project)> {
    let config = part.subject().config;
    let Some((file, release)) = part.release() else { return Vec::new() };
    let is_on = config.after.does(Optional::Stories) && !config.storyboard.is_empty();
    let has_board = file.file.deliverable.storyboard.is_some();
    if !is_on || !has_board || release.version.special().is_some() {
        return Vec::new();
    }
    file.tagged(release).map(|project| (file, release, project)).collect()
}

fn number_of(named: Named, api: &str, facts: &Facts) -> Answer<u64> {
    match named {
        Named::Story(number) => Answer::Known(number),
        Named::Task(task) => {
            facts.get(&StoryOfTask { api: api.to_owned(), task }).map(|number| *number)
        }
    }
}

impl StoryKind {
    fn steps(
        self,
        file: &RequestedFile<'_>,
        release: &Release,
        project: &Project,
        facts: &Facts,
    ) -> Vec<Step> {
        let step = |item: &str, state: State| Step {
            repo: project.repo.value.clone(),
            action: Action::new(&self, release.version.text()).item(item),
            state,
        };
        let Some(range) = range_of(file, release, project) else {
            let why = "it is the first release of the repository in this file, so it is not known which stories it is about";
            return vec![step("all", State::Ended(why.to_owned()))];
        };
        let named = match facts.get(&NamedStories(range)) {
            Answer::Known(named) => named,
            Answer::Absent => {
                let why =
                    "the commit of this release or of the one before is not in the repository";
                return vec![step("all", State::Operator(why.to_owned()))];
            }
            Answer::Unknown(why) => return vec![step("all", State::Unknown(why))],
        };
        let text = comment(file, release, project);
        let api = &file.subject.config.storyboard;
        let mut steps: Vec<Step> = Vec::new();
        for one in named.iter().take(MOST) {
            let (item, state) = match number_of(*one, api, facts) {
                Answer::Known(number) => {
                    let found = facts.get(&Story { api: api.clone(), number });
                    (format!("#{number}"), state(file, found, &text, facts))
                }
                Answer::Absent => (format!("of {one}"), skipped("there is no such task")),
                Answer::Unknown(why) => (format!("of {one}"), State::Unknown(why)),
            };
            // Several tasks may be of one story.
            if !steps.iter().any(|known| known.action.item.as_ref() == Some(&item)) {
                let gone = State::Done("the comment was made before".to_owned());
                let one = frame::once_ever(step(&item, state), file.subject, self.memory(), gone);
                steps.push(Step { action: one.action.saying(&text), ..one });
            }
        }
        if named.len() > MOST {
            let more = named.len() - MOST;
            let why = format!("{more} more are named, and at most {MOST} are commented on");
            steps.push(step("more", State::Operator(why)));
        }
        steps
    }
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Story(number) => write!(f, "story {number}"),
            Self::Task(number) => write!(f, "task {number}"),
        }
    }
}

fn skipped(why: &str) -> State {
    State::Ended(format!("skipped: {why}"))
}

fn state(file: &RequestedFile<'_>, found: Answer<&Told>, text: &str, facts: &Facts) -> State {
    let story = match found {
        Answer::Known(story) => story,
        Answer::Absent => return skipped("it is private, or there is no such story"),
        Answer::Unknown(why) => return State::Unknown(why),
    };
    let api = file.subject.config.storyboard.clone();
    let named = file.file.deliverable.storyboard.as_ref().map_or("", |name| name.value.as_str());
    let ours = match facts.get(&StoryboardProjects { api }) {
        Answer::Known(projects) => projects
            .iter()
            .find(|one| one.name == named || one.id.to_string() == named)
            .map(|one| one.id),
        Answer::Absent => None,
        Answer::Unknown(why) => return State::Unknown(why),
    };
    if story.is_private {
        skipped("it is private")
    } else if !ours.is_some_and(|ours| story.projects.contains(&ours)) {
        skipped(&format!("it has no task of `{named}`"))
    } else if is_said(&story.comments, text) {
        State::Done("the comment is there".to_owned())
    } else {
        State::Create
    }
}

impl CarryOut<Tools<'_>> for StoryKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        send::prepare(about.step, tools)
    }
}
