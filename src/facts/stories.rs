//! Stories that a release is about, and what StoryBoard knows of them.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::history::CommitRange;
use super::{Answer, Cause, Question, Sources, Unknown};
use crate::notes::{Tracker, bugs};

/// The form of every answer.
const JSON: &str = "application/json";

/// What the commits of a range name, each once. Absent where one of its commits does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedStories(pub CommitRange);

/// How a commit names a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StoryReference {
    /// By its number.
    Story(u64),
    /// By the number of one of its tasks.
    Task(u64),
}

/// The story of a task. Absent if there is no such task, or only some people see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoryOfTask {
    /// Base URL of the API.
    pub api: String,
    /// The number of the task.
    pub task: u64,
}

/// A story, as everybody sees it. Absent if there is none, or only some people see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Story {
    /// Base URL of the API.
    pub api: String,
    /// Its number.
    pub number: u64,
}

/// What StoryBoard says of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryState {
    /// Whether only some people may see it.
    pub is_private: bool,
    /// The numbers of the projects that it has tasks of.
    pub projects: Vec<u64>,
    /// The texts of its comments.
    pub comments: Vec<String>,
}

impl Question for NamedStories {
    type Known = Vec<StoryReference>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<StoryReference>> {
        self.0.ask(sources, |repository, older, newer| {
            let log = repository.log(older, newer)?;
            let mut found: Vec<StoryReference> =
                log.iter().flat_map(|commit| named_in(&commit.message)).collect();
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }
}

/// A commit that names a story and a task of it names one thing.
fn named_in(message: &str) -> Vec<StoryReference> {
    let all = bugs(message);
    let of = |tracker: Tracker| all.iter().filter(move |bug| bug.tracker == tracker);
    let stories: Vec<StoryReference> =
        of(Tracker::Story).map(|bug| StoryReference::Story(bug.number)).collect();
    match stories.is_empty() {
        true => of(Tracker::Task).map(|bug| StoryReference::Task(bug.number)).collect(),
        false => stories,
    }
}

fn read<T: DeserializeOwned>(sources: &Sources, api: &str, endpoint: &str) -> Answer<T> {
    let url = format!("{}/{endpoint}", api.trim_end_matches('/'));
    sources.servers().fresh_or_hidden(&url, JSON).and_then(|bytes| {
        serde_json::from_slice(&bytes).map_or_else(
            |why| {
                let why = format!("{url}: not what StoryBoard answers: {why}");
                Answer::Unknown(Unknown::at(&url, Cause::Unreadable, why))
            },
            Answer::Known,
        )
    })
}

impl Question for StoryOfTask {
    type Known = u64;

    fn lane(&self) -> &str {
        &self.api
    }

    fn answer(&self, sources: &Sources) -> Answer<u64> {
        read::<Task>(sources, &self.api, &format!("tasks/{}", self.task)).map(|task| task.story_id)
    }
}

impl Story {
    /// The texts of its comments.
    pub(crate) fn comments(&self, sources: &Sources) -> Answer<Vec<String>> {
        let endpoint = format!("stories/{}/timeline_events?event_type=user_comment", self.number);
        read::<Vec<Event>>(sources, &self.api, &endpoint)
            .map(|events| events.into_iter().filter_map(|event| event.comment?.content).collect())
    }
}

impl Question for Story {
    type Known = StoryState;

    fn lane(&self) -> &str {
        &self.api
    }

    fn answer(&self, sources: &Sources) -> Answer<StoryState> {
        let number = self.number;
        read::<Head>(sources, &self.api, &format!("stories/{number}")).and_then(|head| {
            let tasks = format!("tasks?story_id={number}");
            read::<Vec<Task>>(sources, &self.api, &tasks).and_then(|tasks| {
                self.comments(sources).map(|comments| StoryState {
                    is_private: head.private,
                    projects: tasks.iter().filter_map(|task| task.project_id).collect(),
                    comments,
                })
            })
        })
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    private: bool,
}

#[derive(Deserialize)]
struct Task {
    story_id: u64,
    project_id: Option<u64>,
}

#[derive(Deserialize)]
struct Event {
    comment: Option<Comment>,
}

#[derive(Deserialize)]
struct Comment {
    content: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::{StoryReference, named_in};

    #[test]
    fn a_story_counts_before_its_task_and_other_lines_name_none() {
        let table: [(&str, &[StoryReference]); 4] = [
            ("Fix\n\nStory: 2001\nTask: 7\n", &[StoryReference::Story(2001)]),
            ("Fix\n\nTask: #7\n", &[StoryReference::Task(7)]),
            (
                "Fix\n\nStory: 2001, 2002\n",
                &[StoryReference::Story(2001), StoryReference::Story(2002)],
            ),
            ("Story 2001\n\nsee story 2002\n", &[]),
        ];
        for (message, named) in table {
            assert_eq!(named_in(message), named, "{message}");
        }
    }
}
