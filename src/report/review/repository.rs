//! What a reviewer wants to know about one repository of a release.

use jiff::Timestamp;
use serde::Serialize;

use crate::facts::Answer;
use crate::facts::needs::MetadataField;

/// One repository of a release.
#[derive(Clone, Debug, Serialize)]
pub struct RepositoryReview {
    /// Its name.
    pub repo: String,
    /// The commit.
    pub commit: String,
    /// Where the commit is.
    pub position: Answer<PositionReview>,
    /// The branch that it comes from, with what it leaves out there; absent where it is on no such branch.
    pub branch: Answer<BranchReview>,
    /// Where the comparison begins: the version, tag or commit before; none at the first release.
    pub since: Answer<Option<String>>,
    /// The commits since then, newest first.
    pub commits: Answer<Vec<CommitLine>>,
    /// About how many of the commits Gerrit was asked; absent where the site has none, or no commit names a change.
    pub changes: Answer<usize>,
    /// How these commits hang together; absent where nothing comes before them.
    pub graph: Answer<GraphReview>,
    /// The commits that the release before has and this one has not.
    pub lost: Answer<Vec<CommitLine>>,
    /// How requirements changed.
    pub requirements: Answer<RequirementsReview>,
    /// How what its package says about itself changed.
    pub metadata: Answer<MetadataReview>,
    /// The release notes.
    pub notes: Answer<NotesReview>,
    /// The open changes that the site watches, by query.
    pub open_changes: Vec<QueryReview>,
    /// Who needs its package; absent where it is none.
    pub dependents: Answer<DependentsReview>,
}

/// The changes that a query found.
#[derive(Clone, Debug, Serialize)]
pub struct QueryReview {
    /// The query.
    pub query: String,
    /// The changes.
    pub changes: Answer<Vec<Link>>,
}

/// Who needs a package.
#[derive(Clone, Debug, Serialize)]
pub struct DependentsReview {
    /// How many other projects on this machine were looked at.
    pub looked_at: usize,
    /// How many requirements the code search knows; absent where it was not asked.
    pub searched: Answer<usize>,
    /// The requirements of the package.
    pub found: Vec<DependentLine>,
}

/// A requirement of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DependentLine {
    /// The repository that needs it.
    pub repo: String,
    /// As it is written.
    pub requirement: String,
    /// Where: `requirements.txt:12`.
    pub place: String,
}

/// Where a commit is.
#[derive(Clone, Debug, Serialize)]
pub struct PositionReview {
    /// The first line of its message.
    pub subject: String,
    /// When it was committed.
    pub committed: Timestamp,
    /// As `git describe` says it; none where no tag comes before it.
    pub describe: Option<String>,
    /// The tags at it.
    pub tags: Vec<String>,
    /// The branches that hold it, each with the description of its head.
    pub branches: Vec<BranchPosition>,
    /// The other branches, each with the description of its head.
    pub others: Vec<BranchPosition>,
}

/// A branch.
#[derive(Clone, Debug, Serialize)]
pub struct BranchPosition {
    /// Its name.
    pub name: String,
    /// The description of its head.
    pub describe: Option<String>,
    /// Whether the commit is its head.
    pub is_head: bool,
}

/// The branch that a release comes from.
#[derive(Clone, Debug, Serialize)]
pub struct BranchReview {
    /// Its name.
    pub name: String,
    /// Its commits after the release, newest first.
    pub left_out: Vec<CommitLine>,
}

/// A commit in a list.
#[derive(Clone, Debug, Serialize)]
pub struct CommitLine {
    /// Its id.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it; empty where that was not asked.
    pub author: String,
    /// Its change: the number, else the start of its id.
    pub change: Option<Link>,
    /// The open changes that would bring it to other branches.
    pub open: Vec<Link>,
    /// The bugs that it names.
    pub bugs: Vec<Link>,
    /// The release notes that it adds.
    pub notes: Vec<String>,
}

/// How commits hang together.
#[derive(Clone, Debug, Serialize)]
pub struct GraphReview {
    /// The merges that bring in a whole branch, newest first.
    pub branches: Vec<GraphCommit>,
    /// The rows of the drawing.
    pub rows: Vec<GraphRow>,
    /// How many further commits are not drawn.
    pub left_out: usize,
}

/// A row of the drawing of a graph.
#[derive(Clone, Debug, Serialize)]
pub struct GraphRow {
    /// The lines, as `git log --graph` draws them.
    pub lanes: String,
    /// The commit; none where lines only part or meet.
    pub at: Option<GraphCommit>,
}

/// A commit of a graph.
#[derive(Clone, Debug, Serialize)]
pub struct GraphCommit {
    /// Its id.
    pub commit: String,
    /// The tags and the branches at it.
    pub names: Vec<String>,
    /// The first line of its message.
    pub subject: String,
}

/// Words, and where they lead.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// The words.
    pub text: String,
    /// The address, where the site has one.
    pub url: Option<String>,
}

/// How requirements changed.
#[derive(Clone, Debug, Serialize)]
pub struct RequirementsReview {
    /// One after the other.
    pub changes: Vec<RequirementLine>,
    /// Why some are not known.
    pub undecided: Vec<String>,
    /// The changed lines of the files.
    pub diff: Vec<String>,
}

/// A changed requirement.
#[derive(Clone, Debug, Serialize)]
pub struct RequirementLine {
    /// `added`, `removed`, `raised`, `lowered` or `changed`.
    pub change: &'static str,
    /// The name.
    pub name: String,
    /// The file.
    pub file: String,
    /// The extra that needs it.
    pub extra: Option<String>,
    /// As it was.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// How what a package says about itself changed, beside its requirements.
#[derive(Clone, Debug, Serialize)]
pub struct MetadataReview {
    /// One after the other.
    pub changes: Vec<MetadataLine>,
    /// Why some are not known.
    pub undecided: Vec<String>,
}

/// A changed field of a package.
#[derive(Clone, Debug, Serialize)]
pub struct MetadataLine {
    /// Which.
    pub field: MetadataField,
    /// As it was.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// The release notes of a release.
#[derive(Clone, Debug, Serialize)]
pub struct NotesReview {
    /// By section.
    pub sections: Vec<NotesSection>,
    /// Those that cannot be read, and why.
    pub unreadable: Vec<String>,
}

/// A section of release notes.
#[derive(Clone, Debug, Serialize)]
pub struct NotesSection {
    /// Its title; none for what comes before all sections.
    pub title: Option<String>,
    /// Its texts, plain.
    pub texts: Vec<String>,
}
