//! Bugs that a release fixes, and what Launchpad knows of them.

use serde::Deserialize;

use super::history::CommitRange;
use super::{Answer, Cause, Question, Sources, Unknown};
use crate::notes::{numbers, trailers};

/// So many pages of messages, or of tasks, are read of one bug.
const MOST_PAGES: usize = 20;
/// The form of every answer.
const JSON: &str = "application/json";

/// The bugs that the commits of a range close, by number. Absent where one of its commits does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClosedBugs(pub CommitRange);

/// A bug of Launchpad, as everybody sees it. Absent if there is none, or only some people see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LaunchpadBug {
    /// Base URL of the API.
    pub api: String,
    /// The number.
    pub number: u64,
}

/// What Launchpad says of a bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bug {
    /// Whether only some people may see it.
    pub is_private: bool,
    /// Whether it is a duplicate of another one.
    pub is_duplicate: bool,
    /// What it is about.
    pub tasks: Vec<Task>,
    /// The texts of its messages.
    pub messages: Vec<String>,
}

/// What a bug is about: a project, or a series of one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Task {
    /// Such as `nova` or `nova/2026.1`.
    #[serde(rename = "bug_target_name")]
    pub target: String,
    /// Such as `Fix Committed`.
    #[serde(default)]
    pub status: String,
    /// Its address in the API.
    #[serde(default, rename = "self_link")]
    pub link: String,
}

impl Question for ClosedBugs {
    type Known = Vec<u64>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<u64>> {
        self.0.ask(sources, |repository, older, newer| {
            let log = repository.log(older, newer)?;
            let mut found: Vec<u64> =
                log.iter().flat_map(|commit| closed_by(&commit.message)).collect();
            found.sort_unstable();
            found.dedup();
            Ok(found)
        })
    }
}

/// The trailers that close a bug, in lower case.
const CLOSES: [&str; 2] = ["closes-bug", "resolves-bug"];

/// The bugs that the trailers of a commit message say it closes. Other digits on the line are none.
fn closed_by(message: &str) -> Vec<u64> {
    trailers(message)
        .filter(|(key, _)| CLOSES.iter().any(|known| key.eq_ignore_ascii_case(known)))
        .flat_map(|(_, value)| numbers(value))
        .collect()
}

impl LaunchpadBug {
    fn url(&self) -> String {
        format!("{}/bugs/{}", self.api.trim_end_matches('/'), self.number)
    }

    /// Reads one document.
    fn read<T: for<'d> Deserialize<'d>>(&self, sources: &Sources, url: &str) -> Answer<T> {
        if !url.starts_with(&format!("{}/", self.api.trim_end_matches('/'))) {
            let why = format!("{}: it leads to {url}, which is not below the API", self.url());
            return Answer::Unknown(Unknown::at(&self.api, Cause::Unreadable, why));
        }
        sources.servers().fresh_or_hidden(url, JSON).and_then(|bytes| match serde_json::from_slice(
            &bytes,
        ) {
            Ok(document) => Answer::Known(document),
            Err(why) => {
                let why = format!("{url}: not what Launchpad answers: {why}");
                Answer::Unknown(Unknown::at(url, Cause::Unreadable, why))
            }
        })
    }

    /// The texts of all messages.
    pub(crate) fn messages(&self, sources: &Sources) -> Answer<Vec<String>> {
        let messages = self.all::<Message>(sources, "messages");
        messages.map(|all| all.into_iter().map(|message| message.content).collect())
    }

    /// All entries of a collection of the bug, page by page.
    fn all<T: for<'d> Deserialize<'d>>(&self, sources: &Sources, of: &str) -> Answer<Vec<T>> {
        let mut next = Some(format!("{}/{of}?ws.size=300", self.url()));
        let mut found = Vec::new();
        for _ in 0..MOST_PAGES {
            let Some(url) = next else { return Answer::Known(found) };
            match self.read::<Page<T>>(sources, &url) {
                Answer::Known(page) => {
                    found.extend(page.entries);
                    next = page.next_collection_link;
                }
                Answer::Absent => return Answer::Absent,
                Answer::Unknown(why) => return Answer::Unknown(why),
            }
        }
        let why = format!("{}: it has too many pages of `{of}` to be read", self.url());
        Answer::Unknown(Unknown::at(&self.api, Cause::TooLarge, why))
    }
}

impl Question for LaunchpadBug {
    type Known = Bug;

    fn lane(&self) -> &str {
        &self.api
    }

    fn answer(&self, sources: &Sources) -> Answer<Bug> {
        self.read::<Head>(sources, &self.url()).and_then(|head| {
            self.all::<Task>(sources, "bug_tasks").and_then(|tasks| {
                self.messages(sources).map(|messages| Bug {
                    is_private: head.private,
                    is_duplicate: head.duplicate_of_link.is_some(),
                    tasks,
                    messages,
                })
            })
        })
    }
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    private: bool,
    duplicate_of_link: Option<String>,
}

#[derive(Deserialize)]
struct Page<T> {
    entries: Vec<T>,
    next_collection_link: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
}

#[cfg(test)]
mod tests {
    use super::closed_by;

    #[test]
    fn only_exact_trailers_close_a_bug() {
        let table: [(&str, &[u64]); 13] = [
            ("Fix it\n\nCloses-Bug: #12\n", &[12]),
            ("Fix it\n\ncloses-bug: 12\nChange-Id: I1\n", &[12]),
            ("Fix it\n\nResolves-Bug: #12, #13 and #14\n", &[12, 13, 14]),
            ("Fix it\n\nCloses-Bug: #12 (since 2024, 3 times)\n", &[12]),
            ("Fix it\n\nno-close: #12\n> Closes-Bug: #13\n  Closes-Bug: #14\n", &[]),
            ("Closes-Bug #12\nRelated-Bug: #13\nPartial-Bug: #14\n", &[]),
            ("Fix it\n\nCloses-Bug: 12 of 13\n", &[12]),
            ("Fix it\n\nCloses-Bug: #12 (see #13)\n", &[12]),
            ("Fix it\n\nCloses-Bug: #12 (regression of #13)\n", &[12]),
            ("Fix it\n\nCloses-Bug: 12, 13\n", &[12, 13]),
            ("Fix it\n\nCloses-Bug: #13\n\nquotes a trailer\n\nCloses-Bug: #12\n", &[12]),
            ("Closes-Bug: #99999999999999999999\n", &[]),
            ("Closes-Bug: =Antelope\n", &[]),
        ];
        for (message, numbers) in table {
            assert_eq!(closed_by(message), numbers, "{message}");
        }
    }
}
