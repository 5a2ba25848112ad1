//! A change that a step proposes to a project: on Gerrit, as a branch, or as a patch in a directory.
//!
//! Its state is read back from the branch first: where the edit would change nothing, it is done, whatever brought it there.
//! Then from what was proposed. Nothing is inferred from another step.

mod edit;
mod patchset;
mod send;
mod state;

pub(super) use edit::{Edit, Edited, Texts, edited, is_of_zuul, patch, why_not_a_path};
pub(crate) use patchset::PatchsetOf;
pub(super) use send::prepare;
pub(super) use state::{asks, branch_of, planned};

use crate::config::{Config, Proposals};
use crate::facts::pushed_files::BranchChoice;
use crate::gerrit::Proposal;
use crate::git::{RepoName, change_id};

/// What is proposed.
pub(super) struct ProposedChange {
    /// The repository that is changed.
    pub(super) repo: RepoName,
    /// The branch of it.
    pub(super) line: BranchChoice,
    /// The kind of change and what it is about, such as `gitreview` and `2026.1`: with the branch, they make it one change.
    pub(super) kind: String,
    /// See `kind`.
    pub(super) id: String,
    /// What the branch is named after, with the kind, that is pushed at a site without Gerrit: one for each change.
    pub(super) own: String,
    /// The topic on Gerrit.
    pub(super) topic: String,
    /// The first line of its message.
    pub(super) subject: String,
    /// The text below it.
    pub(super) body: String,
    /// The lines of the last paragraph, such as (`Sem-Ver`, `feature`).
    pub(super) footers: Vec<(String, String)>,
    /// The edit.
    pub(super) edit: Box<dyn Edit>,
}

impl ProposedChange {
    /// As it is known on Gerrit.
    fn on_gerrit(&self, branch: &str) -> Proposal {
        Proposal {
            project: self.repo.to_string(),
            branch: branch.to_owned(),
            topic: self.topic.clone(),
            change_id: self.change_id(branch),
        }
    }

    pub(super) fn change_id(&self, branch: &str) -> String {
        change_id(&["tagkeeper", &self.repo, branch, &self.kind, &self.id])
    }

    /// The branch that is pushed at a site without Gerrit.
    fn own_branch(&self) -> String {
        format!("tagkeeper/{}-{}", self.kind, self.own.replace('/', "-"))
    }

    /// The name of the patch in a directory.
    fn patch_file(&self, branch: &str) -> String {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let plain = |text: &str| -> String {
            text.chars().map(|c| if is_plain(c) { c } else { '-' }).collect()
        };
        let parts = [&self.repo, branch, &self.kind, &self.id].map(plain);
        format!("{}.patch", parts.join("--"))
    }

    /// The whole message. Only its last paragraph holds footers, and what people wrote is in none of them.
    fn message(&self, branch: &str) -> String {
        let mut footers = self.footers.clone();
        footers.push(("Change-Id".to_owned(), self.change_id(branch)));
        let lines: Vec<String> =
            footers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        let body = self.body.trim();
        let space = if body.is_empty() { "" } else { "\n\n" };
        format!("{}{space}{body}\n\n{}\n", self.subject, lines.join("\n"))
    }
}

/// How a site proposes changes.
fn way(config: &Config) -> Proposals {
    config.proposals()
}
