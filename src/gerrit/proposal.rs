//! A change that a program proposes: where it is pushed to, and what has become of it.
//!
//! It is known by its `Change-Id`, which follows from what it does: a run that lost an answer finds the change again, and
//! none proposes it twice.

use super::change::PatchsetCommit;
use super::{Change, Gerrit, GerritError, Status};

/// What a program proposes, as Gerrit finds it again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Proposal {
    /// The repository.
    pub project: String,
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// The topic.
    pub topic: String,
    /// The `Change-Id:`.
    pub change_id: String,
}

/// What has become of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It is in review.
    Open(OpenChange),
    /// It was merged.
    Merged(u64),
    /// Somebody abandoned it.
    Abandoned(u64),
}

/// A proposal in review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenChange {
    /// The number of the change.
    pub number: u64,
    /// The commit of its newest patch set.
    pub commit: String,
    /// Who uploaded that.
    pub uploader: Uploader,
    /// What that commit says, where Gerrit shows it.
    pub written: Option<PatchsetCommit>,
}

/// Who uploaded a patch set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uploader {
    /// The account that asks.
    Us,
    /// Somebody else, or nobody knows.
    Another(String),
}

impl Proposal {
    /// The ref to which it is pushed, and nothing else: `refs/for/master%topic=new-release`.
    ///
    /// # Errors
    /// A phrase, when Gerrit would read an option into the branch or the topic.
    pub fn full_ref(&self) -> Result<String, String> {
        let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '%' | ',' | '=');
        for (what, text) in [("branch", &self.branch), ("topic", &self.topic)] {
            if text.is_empty() || text.contains(is_odd) {
                return Err(format!("`{text}` cannot be the {what} of a change"));
            }
        }
        Ok(format!("refs/for/{}%topic={}", self.branch, self.topic))
    }
}

impl Gerrit {
    /// What has become of a proposal; `None` if it was never proposed, or may not be seen.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn proposed(&self, proposal: &Proposal) -> Result<Option<Proposed>, GerritError> {
        let is_it = |change: &Change| {
            change.project == proposal.project
                && change.branch == proposal.branch
                && change.change_id == proposal.change_id
        };
        let changes = self.changes_named(&proposal.change_id)?;
        let mut found: Vec<Change> = changes.into_iter().filter(is_it).collect();
        found.sort_by_key(|change| match change.status {
            Status::New => 0,
            Status::Merged => 1,
            Status::Abandoned => 2,
        });
        let Some(change) = found.into_iter().next() else { return Ok(None) };
        Ok(Some(match change.status {
            Status::Merged => Proposed::Merged(change.number),
            Status::Abandoned => Proposed::Abandoned(change.number),
            Status::New => {
                let patchset = change.patchset.ok_or(GerritError::NoPatchset(change.number))?;
                let is_us = self.is_named() && self.myself()?.id == patchset.uploader.id;
                let uploader = if is_us {
                    Uploader::Us
                } else {
                    Uploader::Another(patchset.uploader.to_string())
                };
                Proposed::Open(OpenChange {
                    number: change.number,
                    commit: patchset.commit,
                    uploader,
                    written: patchset.written,
                })
            }
        }))
    }

    /// The open changes of a topic on a branch.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn open_with_topic(
        &self,
        place: (&str, &str),
        topic: &str,
    ) -> Result<Vec<Change>, GerritError> {
        self.of_topic(place, topic, "status:open+")
    }

    /// The changes of a topic on a branch, whatever became of them.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn with_topic(&self, place: (&str, &str), topic: &str) -> Result<Vec<Change>, GerritError> {
        self.of_topic(place, topic, "")
    }

    fn of_topic(
        &self,
        (project, branch): (&str, &str),
        topic: &str,
        also: &str,
    ) -> Result<Vec<Change>, GerritError> {
        let part = |name: &str, text: &str| {
            format!("{name}:{}", super::name::encoded(&format!("\"{text}\"")))
        };
        let parts = [part("project", project), part("branch", branch), part("topic", topic)];
        let changes = self.query(&format!("{also}{}", parts.join("+")))?;
        let is_it = |change: &Change| change.project == project && change.branch == branch;
        Ok(changes.into_iter().filter(is_it).collect())
    }

    /// Where people read a change.
    pub fn page_of(&self, project: &str, number: u64) -> String {
        format!("{}/c/{project}/+/{number}", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::Proposal;

    fn proposal(branch: &str, topic: &str) -> Proposal {
        let text = |text: &str| text.to_owned();
        Proposal {
            project: text("garden/rose"),
            branch: text(branch),
            topic: text(topic),
            change_id: format!("I{}", "0".repeat(40)),
        }
    }

    #[test]
    fn options_are_none_of_the_branch_or_the_topic() {
        let good = proposal("stable/lily", "create-lily").full_ref();
        assert_eq!(good.as_deref(), Ok("refs/for/stable/lily%topic=create-lily"));
        for (branch, topic) in [
            ("master%submit", "t"),
            ("master,x", "t"),
            ("master", "t,submit"),
            ("master", "t%private"),
            ("master", "a b"),
            ("", "t"),
            ("master", ""),
            ("master\n", "t"),
        ] {
            assert!(proposal(branch, topic).full_ref().is_err(), "{branch:?} {topic:?}");
        }
    }
}
