//! What a reviewer wants to know about a request beside the findings: what is asked, what is in it, what it leaves out.
//!
//! A [`Review`] is plain data, found by `ops`. Each fact is an [`Answer`]: what could not be fetched is shown as not checked,
//! never as nothing.

mod attention;
mod headline;
pub mod json;
mod repository;
mod schema;
pub mod text;
mod told;

use jiff::Timestamp;
use serde::Serialize;

pub(super) use attention::anchor;
pub use attention::{Attention, attention};
pub use headline::Headline;
pub use repository::{
    BranchPosition, BranchReview, CommitLine, DependentLine, DependentsReview, GraphCommit,
    GraphReview, GraphRow, Link, MetadataLine, MetadataReview, NotesReview, NotesSection,
    PositionReview, QueryReview, RepositoryReview, RequirementLine, RequirementsReview,
};
pub use schema::page_schema;
pub(super) use told::ReasonsShown;

use super::approval::ApprovalReport;
use super::mail::PlannedMail;
use super::{Report, Strictness};
use crate::facts::people::Person;
use crate::facts::{Answer, Unknown};
use crate::plan::Plan;
use crate::tree::request::Request;

/// A request on one page: the findings, what would be done, and what a reviewer wants to know.
#[derive(Clone, Copy, Debug)]
pub struct ReviewPage<'a> {
    /// The outcome of the check.
    pub report: &'a Report,
    /// What counts as a no.
    pub strictness: Strictness,
    /// What was judged.
    pub request: &'a Request,
    /// What it would lead to, or why that is not known.
    pub plan: Result<&'a Plan, &'a str>,
    /// What else was found out.
    pub review: &'a Review,
}

/// What a reviewer wants to know about a request.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// Who has approved it; absent where nothing is in review.
    pub approvals: Answer<ApprovalReport>,
    /// By file.
    pub deliverables: Vec<DeliverableReview>,
    /// The announcements as they will be sent.
    pub mails: Vec<PlannedMail>,
}

/// One deliverable file of the request.
#[derive(Clone, Debug, Serialize)]
pub struct DeliverableReview {
    /// The name of the deliverable.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The series, or `independent`.
    pub series: String,
    /// The status of the series.
    pub status: Option<&'static str>,
    /// What is asked: one sentence.
    pub asked: String,
    /// The team, with those who speak for it.
    pub team: Option<TeamReview>,
    /// The type.
    pub kind: String,
    /// The release model.
    pub model: Option<String>,
    /// Its other series, newest first.
    pub other_series: Vec<SeriesVersion>,
    /// The other deliverables of the team in this series.
    pub siblings: Vec<Sibling>,
    /// Who builds on it, as the policy says.
    pub downstream: DownstreamReview,
    /// What the request releases.
    pub releases: Vec<ReleaseReview>,
}

/// A team and those who speak for it.
#[derive(Clone, Debug, Serialize)]
pub struct TeamReview {
    /// Its name.
    pub name: String,
    /// Its lead and its release liaisons; absent where governance does not list the team, or the site has no governance.
    pub people: Answer<TeamSpeakers>,
}

/// Who speaks for a team.
#[derive(Clone, Debug, Serialize)]
pub struct TeamSpeakers {
    /// Its lead.
    pub ptl: Option<Person>,
    /// Its liaisons to the release team.
    pub liaisons: Vec<Person>,
    /// Why somebody may be missing.
    pub gap: Option<Unknown>,
}

/// The newest version of the deliverable in another series.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesVersion {
    /// The series.
    pub series: String,
    /// Its status.
    pub status: Option<&'static str>,
    /// The newest version; none where nothing was released.
    pub newest: Option<String>,
}

/// Another deliverable of the team.
#[derive(Clone, Debug, Serialize)]
pub struct Sibling {
    /// Its name.
    pub name: String,
    /// Its newest version in the series.
    pub newest: Option<String>,
}

/// One release that the request adds or changes.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseReview {
    /// The version.
    pub version: String,
    /// Whether it marks the end of a series or of its maintenance: that such a tag brings nothing new is normal.
    pub is_end: bool,
    /// What its tag will wait for.
    pub wait: WaitShown,
    /// The step that its content asks for; absent where that is not asked, as for a pre-release or the end of a series.
    pub suggested: Answer<SuggestedBump>,
    /// By repository.
    pub repositories: Vec<RepositoryReview>,
}

/// When the tag can be made if the request merges now.
#[derive(Clone, Debug, Default, Serialize)]
pub struct WaitShown {
    /// What it waits for, one after the other.
    pub stops: Vec<Stop>,
    /// When nothing holds it any more; none if that is not known.
    pub free: Option<Timestamp>,
}

/// One wait.
#[derive(Clone, Debug, Serialize)]
pub struct Stop {
    /// Since when.
    pub from: Timestamp,
    /// Why: a phrase each.
    pub reasons: Vec<String>,
}

/// The step from the version before that the content of a release asks for.
#[derive(Clone, Debug, Serialize)]
pub struct SuggestedBump {
    /// `patch`, `minor` or `major`.
    pub bump: &'static str,
    /// The version before.
    pub after: String,
    /// The version that this would be.
    pub version: Option<String>,
    /// Why: a phrase each; none for a patch.
    pub reasons: Vec<String>,
    /// Whether the requested version is at least that.
    pub is_met: bool,
}

/// Who builds on a deliverable, as the policy says.
#[derive(Clone, Debug, Serialize)]
pub struct DownstreamReview {
    /// Their repositories.
    pub repos: Vec<String>,
    /// The addresses that want to know.
    pub mail: Vec<String>,
    /// Their jobs. Such tests are unstable by nature: a result is never a reason to refuse.
    pub jobs: Vec<JobReview>,
}

/// The newest results of a job.
#[derive(Clone, Debug, Serialize)]
pub struct JobReview {
    /// The project that it runs for.
    pub project: String,
    /// Its name.
    pub job: String,
    /// Newest first.
    pub builds: Answer<Vec<BuildLine>>,
}

/// One run of a job.
#[derive(Clone, Debug, Serialize)]
pub struct BuildLine {
    /// Such as `SUCCESS`.
    pub result: String,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where its log is.
    pub url: Option<String>,
}
