//! One step, as data.

use serde::{Deserialize, Serialize};

use super::contract::StepKind;
use super::state::State;
use crate::tree::{CommitId, RepoName};

/// One thing to be done in one repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Name as in the files.
    pub repo: RepoName,
    /// What.
    #[serde(flatten)]
    pub action: Action,
    /// The state in which it was found.
    #[serde(flatten)]
    pub state: State,
}

/// What a step does. Its kind fills it in, so that reports and the executor need to know no kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The kind of step, such as `tag`.
    #[serde(rename = "action")]
    pub kind: String,
    /// Name of the tag, branch or version it is about.
    pub name: String,
    /// Which of several of its kind with that name, such as `gitreview` of the changes that follow a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// The commit that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// Its message, as it will be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What it changes in files, as a patch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// What it makes, as messages call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noun: Option<String>,
    /// The ref that it makes at the remote.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub full_ref: Option<String>,
    /// The kinds of steps of its repository that must be done before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
}

impl Action {
    /// A step of `kind` about `name`.
    pub fn new(kind: &(impl StepKind + ?Sized), name: &str) -> Self {
        Self {
            kind: kind.action().to_owned(),
            name: name.to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: Some(kind.noun().to_owned()),
            full_ref: kind.full_ref(name),
            needs: kind.needs().iter().map(ToString::to_string).collect(),
        }
    }

    /// The same, at a commit.
    #[must_use]
    pub fn at(self, commit: CommitId) -> Self {
        Self { commit: Some(commit), ..self }
    }

    /// The same, with a message.
    #[must_use]
    pub fn saying(self, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..self }
    }

    /// The same, as one of several of its kind.
    #[must_use]
    pub fn item(self, item: impl Into<String>) -> Self {
        Self { item: Some(item.into()), ..self }
    }

    /// What it is called beside its repository: `tag 1.0.0`, `follow-up gitreview for stable/lily`.
    pub fn label(&self) -> String {
        match &self.item {
            Some(item) => format!("{} {item} for {}", self.noun(), self.name),
            None => format!("{} {}", self.noun(), self.name),
        }
    }

    /// How it is called in a message.
    pub fn title_in(&self, repo: &str) -> String {
        let (noun, name) = (self.noun(), self.name());
        match &self.item {
            Some(item) => format!("{noun} `{item}` for `{name}` of `{repo}`"),
            None => format!("{noun} `{name}` of `{repo}`"),
        }
    }

    /// Whether `other`, in the same repository, must be done before it.
    pub fn needs(&self, other: &Self) -> bool {
        self.name == other.name && self.needs.contains(&other.kind)
    }

    /// Name of the tag, branch or version it is about.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it makes, as messages call it.
    pub fn noun(&self) -> &str {
        self.noun.as_deref().unwrap_or(&self.kind)
    }

    /// The ref that it makes at the remote; none where it makes none.
    pub fn full_ref(&self) -> Option<&str> {
        self.full_ref.as_deref()
    }

    /// Whether both ask for the same.
    pub fn is_same(&self, other: &Self) -> bool {
        let what = |action: &Self| {
            let Self { kind, name, item, commit, message, .. } = action.clone();
            (kind, name, item, commit, message)
        };
        what(self) == what(other)
    }
}

impl Step {
    /// Whether it pushes a ref, and so waits for the window of its release.
    pub fn pushes(&self) -> bool {
        self.action.full_ref().is_some()
    }

    /// How it is called in a message.
    pub fn title(&self) -> String {
        self.action.title_in(&self.repo)
    }

    /// Whether `other`, of the same release, must be done before this one.
    pub fn needs(&self, other: &Self) -> bool {
        self.repo == other.repo && self.action.needs(&other.action)
    }
}
