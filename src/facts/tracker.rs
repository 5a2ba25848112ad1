//! Bug trackers: Launchpad and StoryBoard.

use std::time::Duration;

use serde::Deserialize;

use super::servers::{Absence, Keep, below};
use super::{Answer, Cause, Question, Sources, Unknown};

/// Projects of trackers come and go slowly, and only those that exist are remembered.
const KEPT: Duration = Duration::from_hours(24 * 7);
/// The list grows: a project that was added a moment ago must be found.
const LIST_KEPT: Duration = Duration::from_mins(10);

/// Whether Launchpad has a project.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LaunchpadProject {
    /// Base URL of its API.
    pub api: String,
    /// Name of the project.
    pub name: String,
}

/// The projects of StoryBoard.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoryboardProjects {
    /// Base URL of its API.
    pub api: String,
}

/// A project of StoryBoard.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StoryboardProject {
    /// Its number.
    pub id: u64,
    /// Its name, such as `openstack/ironic`.
    pub name: String,
}

impl Question for LaunchpadProject {
    type Known = ();

    fn lane(&self) -> &str {
        &self.name
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        match below(&self.api, &self.name) {
            Some(url) => sources.servers().has(&url, Absence::Refused, Keep::For(KEPT)),
            None => Answer::Absent,
        }
    }
}

impl Question for StoryboardProjects {
    type Known = Vec<StoryboardProject>;

    fn lane(&self) -> &str {
        &self.api
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<StoryboardProject>> {
        let url = format!("{}/projects", self.api.trim_end_matches('/'));
        let page = sources.servers().page(&url, Absence::Gone, Keep::For(LIST_KEPT));
        let page = page.required(&url);
        page.and_then(|bytes| match serde_json::from_slice(&bytes) {
            Ok(projects) => Answer::Known(projects),
            Err(why) => {
                let why = format!("{url}: not a list of projects: {why}");
                Answer::Unknown(Unknown::at(&url, Cause::Unreadable, why))
            }
        })
    }
}
