//! The changes in Gerrit by which commits came, and those that would bring them elsewhere.

use std::collections::BTreeSet;

use super::history::Landed;
use super::{Answer, Question, Sources, Unknown};
pub use crate::gerrit::Status;
use crate::gerrit::{Change, is_change_id};
use crate::git::RepoName;

/// So many commits are looked up: the query must fit into one request.
pub const MOST_CHANGES: usize = 100;
/// A commit may have changes on several branches.
const MOST_ANSWERS: usize = 500;

/// The changes of a repository with one of these Change-Ids, on any branch: one query. Absent if the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangesOf {
    /// The repository.
    pub repo: RepoName,
    /// The Change-Ids, at most [`MOST_CHANGES`].
    pub ids: BTreeSet<String>,
}

/// The changes that numbers or Change-Ids name, in any repository and on any branch: one query. Absent if the site has no
/// Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangesNamed {
    names: BTreeSet<String>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownChange {
    /// Its number.
    pub number: u64,
    /// Its project.
    pub project: String,
    /// Its `Change-Id:`.
    pub id: String,
    /// Its branch.
    pub branch: String,
    /// What became of it.
    pub status: Status,
}

impl ChangesOf {
    /// The question about the newest of `commits`; `None` where none of them names a change.
    pub fn the_newest(repo: &RepoName, commits: &[Landed]) -> Option<Self> {
        let ids = commits.iter().filter_map(|commit| commit.change_id.as_ref());
        let ids: BTreeSet<String> =
            ids.filter(|id| is_change_id(id)).take(MOST_CHANGES).cloned().collect();
        (!ids.is_empty()).then(|| Self { repo: repo.clone(), ids })
    }

    fn query(&self) -> String {
        let ids: Vec<String> = self.ids.iter().map(|id| format!("change:{id}")).collect();
        format!("project:\"{}\" ({})", self.repo, ids.join(" OR "))
    }
}

impl Question for ChangesOf {
    type Known = Vec<KnownChange>;

    fn lane(&self) -> &'static str {
        super::review::LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<KnownChange>> {
        found_by(&self.query(), sources)
    }
}

impl ChangesNamed {
    /// The questions about these changes; what is neither a number nor a Change-Id is left out.
    pub fn all<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let is_number = |name: &str| {
            !name.is_empty() && name.len() < 20 && name.bytes().all(|byte| byte.is_ascii_digit())
        };
        let names: BTreeSet<&str> =
            names.into_iter().filter(|name| is_number(name) || is_change_id(name)).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let one = |names: &[&str]| Self { names: names.iter().map(|&name| name.into()).collect() };
        names.chunks(MOST_CHANGES).map(one).collect()
    }

    fn query(&self) -> String {
        let names: Vec<String> = self.names.iter().map(|name| format!("change:{name}")).collect();
        names.join(" OR ")
    }
}

impl Question for ChangesNamed {
    type Known = Vec<KnownChange>;

    fn lane(&self) -> &'static str {
        super::review::LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<KnownChange>> {
        found_by(&self.query(), sources)
    }
}

fn found_by(query: &str, sources: &Sources) -> Answer<Vec<KnownChange>> {
    sources.gerrit().and_then(|gerrit| match gerrit.changes_found_by(query, MOST_ANSWERS) {
        Ok(changes) => Answer::Known(changes.into_iter().map(known).collect()),
        Err(error) => Answer::Unknown(Unknown::from(error)),
    })
}

fn known(change: Change) -> KnownChange {
    let Change { number, project, change_id: id, branch, status, .. } = change;
    KnownChange { number, project, id, branch, status }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_query_asks_for_the_newest_and_for_nothing_that_is_no_change_id() {
        let landed = |number: usize, id: Option<String>| Landed {
            hash: format!("{number:040x}"),
            subject: String::new(),
            author: String::new(),
            change_id: id,
            change: None,
            bugs: Vec::new(),
            notes: Vec::new(),
            sem_ver: Vec::new(),
        };
        let rose = RepoName::parse("garden/rose").unwrap();
        let id = |number: usize| format!("I{number:040x}");
        let hostile = "I1 OR status:open".to_owned();
        let commits = [landed(1, Some(id(1))), landed(2, Some(hostile)), landed(3, None)];
        let asked = ChangesOf::the_newest(&rose, &commits).unwrap();
        assert_eq!(asked.query(), format!("project:\"garden/rose\" (change:{})", id(1)));
        assert_eq!(ChangesOf::the_newest(&rose, &commits[1..]), None);
        let many: Vec<Landed> = (0..300).map(|at| landed(at, Some(id(at)))).collect();
        let asked = ChangesOf::the_newest(&rose, &many).unwrap();
        assert!(asked.ids.contains(&id(0)) && asked.ids.len() == MOST_CHANGES);
        assert!(crate::text::one_line(&asked.query()).len() < 8000, "it fits into a request");
    }

    #[test]
    fn changes_are_asked_for_by_number_or_id_and_a_hundred_at_a_time() {
        let id = format!("I{:040x}", 7);
        let asked = ChangesNamed::all(["12", &id, "12", "", "1 OR 2", "I12"]);
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].query(), format!("change:12 OR change:{id}"));
        let many: Vec<String> = (0..250).map(|at| at.to_string()).collect();
        assert_eq!(ChangesNamed::all(many.iter().map(String::as_str)).len(), 3);
    }
}
