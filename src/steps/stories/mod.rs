//! One comment on each story of StoryBoard that a release is about, ever.

mod send;

use crate::config::Optional;
use crate::facts::stories::{NamedStories, Story, StoryOfTask, StoryReference, StoryState};
use crate::facts::tracker::StoryboardProjects;
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

/// Says on a story that a release holds what it asked for.
#[derive(Clone, Copy, Debug)]
pub struct StoryKind;

impl FollowsTag for StoryKind {
    const NAME: &'static str = "story";
    const NOUN: &'static str = "comment on story";
    const SWITCH: Optional = Optional::Stories;

    fn covers(&self, file: &RequestedFile<'_>, release: &Release) -> bool {
        let is_on = !file.subject.config.storyboard.is_empty();
        is_on && file.file.deliverable.storyboard.is_some() && release.version.special().is_none()
    }

    fn ask(&self, of: &Tagged<'_>, facts: &Facts, asks: &mut Asks) {
        let Ok(Some(range)) = range_of(of) else { return };
        let api = &of.file.subject.config.storyboard;
        asks.put(StoryboardProjects { api: api.clone() });
        let question = NamedStories(range);
        if let Answer::Known(named) = facts.get(&question) {
            for one in named.iter().take(MOST) {
                if let StoryReference::Task(task) = one {
                    asks.put(StoryOfTask { api: api.clone(), task: *task });
                }
                if let Answer::Known(number) = story_of(*one, api, facts) {
                    asks.put(Story { api: api.clone(), number });
                }
            }
        }
        asks.put(question);
    }

    fn steps(&self, of: &Tagged<'_>, _: &Step, facts: &Facts) -> Vec<Step> {
        let step = |item: &str, state: State| of.step(of.action(self).item(item), state);
        let named = match stories_of(of, facts) {
            Ok(named) => named,
            Err(state) => return vec![step("all", state)],
        };
        let text = fixed_in(of);
        let mut steps: Vec<Step> = Vec::new();
        for one in named.iter().take(MOST) {
            let (item, state) = state_of(of.file, *one, &text, facts);
            // Several tasks may be of one story.
            if !steps.iter().any(|known| known.action.item.as_ref() == Some(&item)) {
                let gone = State::Done("the comment was made before".to_owned());
                let one = frame::once_ever(step(&item, state), of.file, self.memory(), gone);
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

/// The story that is named, or that a named task belongs to.
fn story_of(named: StoryReference, api: &str, facts: &Facts) -> Answer<u64> {
    match named {
        StoryReference::Story(number) => Answer::Known(number),
        StoryReference::Task(task) => {
            facts.get(&StoryOfTask { api: api.to_owned(), task }).map(|number| *number)
        }
    }
}

/// The stories and tasks that a release of a repository names.
///
/// # Errors
/// The state of the one step that takes their place, where they are not known.
fn stories_of<'f>(of: &Tagged<'_>, facts: &'f Facts) -> Result<&'f [StoryReference], State> {
    let lacks_commit = || {
        let why = "the commit of this release or of the one before is not in the repository";
        State::Operator(why.to_owned())
    };
    let Some(range) = range_of(of).map_err(|_| lacks_commit())? else {
        let why = "it is the first release of the repository in this file, so it is not known which stories it is about";
        return Err(State::Ended(why.to_owned()));
    };
    match facts.get(&NamedStories(range)) {
        Answer::Known(named) => Ok(named),
        Answer::Absent => Err(lacks_commit()),
        Answer::Unknown(why) => Err(State::Unknown(why)),
    }
}

/// Which of several steps the comment for `named` is, and its state.
fn state_of(
    file: &RequestedFile<'_>,
    named: StoryReference,
    text: &str,
    facts: &Facts,
) -> (String, State) {
    let api = &file.subject.config.storyboard;
    match story_of(named, api, facts) {
        Answer::Known(number) => {
            let found = facts.get(&Story { api: api.clone(), number });
            (format!("#{number}"), state(file, found, text, facts))
        }
        Answer::Absent => (format!("of {named}"), skipped("there is no such task")),
        Answer::Unknown(why) => (format!("of {named}"), State::Unknown(why)),
    }
}

impl std::fmt::Display for StoryReference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Story(number) => write!(f, "story {number}"),
            Self::Task(number) => write!(f, "task {number}"),
        }
    }
}

fn state(file: &RequestedFile<'_>, found: Answer<&StoryState>, text: &str, facts: &Facts) -> State {
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
        let api = tools.config.storyboard.clone();
        let story = Story { api, number: number_of(about.step)? };
        comment_on(story, about.step, Account::of_storyboard(tools), tools)
    }
}
