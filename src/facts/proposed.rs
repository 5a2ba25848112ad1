//! What has become of changes that were proposed.

use super::pushed_files::Tree;
use super::review::LANE;
use super::{Answer, Question, Sources, Unknown};
use crate::gerrit::{Gerrit, GerritError, Proposal, Proposed};
use crate::git::{AtPath, RepoName};

/// A proposal on Gerrit. Absent if it was never proposed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProposedOnGerrit {
    /// The proposal.
    pub proposal: Proposal,
    /// The files that it is about.
    pub paths: Vec<String>,
}

/// What has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposalFate {
    /// Its state.
    pub proposed: Proposed,
    /// Where people read it.
    pub page: String,
    /// The files as its newest patch set leaves them; empty unless it is open.
    pub files: Tree,
}

/// The open changes of a topic on a branch: number and `Change-Id`. Absent if the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenWithTopic {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch.
    pub branch: String,
    /// The topic.
    pub topic: String,
}

/// The open changes on a branch: where people read them. Absent if the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenOnBranch {
    /// The repository.
    pub repo: RepoName,
    /// Name of the branch.
    pub branch: String,
}

impl Question for OpenOnBranch {
    type Known = Vec<String>;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        sources.gerrit().and_then(|gerrit| {
            match gerrit.open_changes_on((&self.repo, &self.branch)) {
                Ok(open) => Answer::Known(
                    open.iter().map(|one| gerrit.page_of(&one.project, one.number)).collect(),
                ),
                Err(error) => Answer::Unknown(Unknown::from(error)),
            }
        })
    }
}

impl Question for ProposedOnGerrit {
    type Known = ProposalFate;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<ProposalFate> {
        sources.gerrit().and_then(|gerrit| match found(gerrit, &self.proposal, &self.paths) {
            Ok(Some(found)) => Answer::Known(found),
            Ok(None) => Answer::Absent,
            Err(error) => Answer::Unknown(Unknown::from(error)),
        })
    }
}

impl Question for OpenWithTopic {
    type Known = Vec<(u64, String)>;

    fn lane(&self) -> &'static str {
        LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<(u64, String)>> {
        sources.gerrit().and_then(|gerrit| {
            match gerrit.open_with_topic((&self.repo, &self.branch), &self.topic) {
                Ok(changes) => Answer::Known(
                    changes.into_iter().map(|change| (change.number, change.change_id)).collect(),
                ),
                Err(error) => Answer::Unknown(Unknown::from(error)),
            }
        })
    }
}

/// What has become of a proposal, with the files of its newest patch set where it is open.
///
/// # Errors
/// When Gerrit does not answer.
pub fn found(
    gerrit: &Gerrit,
    proposal: &Proposal,
    paths: &[String],
) -> Result<Option<ProposalFate>, GerritError> {
    let Some(proposed) = gerrit.proposed(proposal)? else { return Ok(None) };
    let mut files = Tree::new();
    let number = match &proposed {
        Proposed::Open(open) => {
            for path in paths {
                let at = match gerrit.file_in(open.number, &open.commit, path) {
                    Ok(bytes) => bytes.map_or(AtPath::Nothing, AtPath::File),
                    Err(error) if error.is_of_a_directory() => AtPath::Directory,
                    Err(error) => return Err(error),
                };
                files.insert(path.clone(), at);
            }
            open.number
        }
        Proposed::Merged(number) | Proposed::Abandoned(number) => *number,
    };
    let page = gerrit.page_of(&proposal.project, number);
    Ok(Some(ProposalFate { proposed, page, files }))
}
