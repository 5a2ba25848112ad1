//! What really happened, as data.

use jiff::Timestamp;

pub use crate::facts::history::Since;
use crate::steps::tag::message::Stage;
use crate::tree::RepoName;

/// A release of one repository, rebuilt from its tag.
#[derive(Clone, Debug)]
pub struct Released {
    /// The repository, such as `openstack/oslo.config`.
    pub repo: RepoName,
    /// The repository without its namespace.
    pub short_name: String,
    /// The version; also the name of the tag.
    pub version: String,
    /// What kind of release it is.
    pub stage: Stage,
    /// The team in charge.
    pub team: String,
    /// The deliverable the repository belongs to.
    pub deliverable: String,
    /// The series.
    pub series: ReleasedSeries,
    /// Whether this is the first full release in its file.
    pub is_first_full_release: bool,
    /// The commit that the tag points at.
    pub commit: String,
    /// When the tag was made.
    pub tagged: Timestamp,
    /// Where to look further.
    pub links: ReleaseLinks,
    /// Where the change log begins.
    pub since: Since,
    /// The change log without merges, newest first.
    pub changes: Vec<ReleasedCommit>,
    /// What `git diff --stat` says, empty where it says nothing of use.
    pub diffstat: String,
    /// The lines of the unified diff of the requirements files.
    pub requirement_changes: Vec<String>,
    /// The rules that were overridden, from the tag, each with its reason.
    pub overrides: Vec<String>,
    /// Who signed the tag.
    pub signed_by: SignedBy,
    /// What else a reader should know, such as why it had to wait.
    pub notes: Vec<String>,
}

/// Who signed a tag: sentences that say different things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// The signature was verified: the fingerprint of the key.
    Key(String),
    /// The tag has no signature.
    Nobody,
    /// The signature was not verified: why.
    NotVerified(String),
    /// The tag is not made yet.
    Later,
}

/// A series and its phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedSeries {
    /// Such as `hibiscus`.
    pub name: String,
    /// Its phase.
    pub phase: SeriesPhase,
}

/// The phase of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeriesPhase {
    /// In development.
    Development,
    /// Stable.
    Stable,
    /// There is none: released whenever it is ready.
    Independent,
}

/// Where to look further; every link is optional.
#[derive(Clone, Debug, Default)]
pub struct ReleaseLinks {
    /// Where problems are reported.
    pub bugs: Option<BugTracker>,
    /// The source repository.
    pub source: Option<String>,
    /// The release notes.
    pub release_notes: Option<String>,
    /// The project on the package index.
    pub pypi: Option<String>,
    /// The tarballs.
    pub download: Option<String>,
}

/// Where problems are reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BugTracker {
    /// The URL of a project on Launchpad.
    Launchpad(String),
    /// The URL of a project in StoryBoard.
    Storyboard(String),
}

/// One commit of the change log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedCommit {
    /// The short hash.
    pub hash: String,
    /// The first line of its message.
    pub subject: String,
}
