//! What a reviewer wants to know about a request.

mod around;
mod asked;
mod bump;
mod deliverable;
mod graph;
mod repository;

use super::approve::{InReview, approvals};
use crate::facts::governance::Governed;
use crate::facts::review::ReviewOf;
use crate::facts::{Answer, Asks, Facts, Question, Sources, Unknown, gather};
use crate::report::approval::ApprovalReport;
use crate::report::review::Review;
use crate::rules::{Case, OneDeliverable, deliverables};
use crate::tree::RepoName;
use crate::workspace::{Failure, FetchedChange, Workspace};

/// How often facts may lead to further questions.
const ROUNDS: usize = 4;

/// Finds out what a reviewer wants to know about the request of `case`; `facts` are those that the rules asked for. What cannot
/// be found out is said in its place.
///
/// # Errors
/// When a part of the record cannot be read.
pub(super) fn review(
    workspace: &Workspace,
    case: &Case<'_>,
    change: Option<&FetchedChange>,
    (facts, sources): (&mut Facts, &Sources),
) -> Result<Review, Failure> {
    let files: Vec<OneDeliverable<'_>> = deliverables(case).collect();
    let others = around::repositories(&files);
    for _ in 0..ROUNDS {
        let mut asks = asks(workspace, case, (&files, &others), facts);
        files.iter().for_each(|file| around::asks(file, &others, &mut asks));
        if asks.is_answered(facts) {
            break;
        }
        gather(&asks, facts, sources, workspace.jobs);
    }
    let found = ReviewFacts { workspace, facts, others: &others };
    let deliverables = files.iter().map(|file| deliverable::review(file, &found)).collect();
    let approvals = approved(workspace, case, change, (facts, sources));
    let review = Review { approvals, deliverables, mails: Vec::new() };
    match case.request.failures().into_iter().next() {
        None => Ok(review),
        Some(failure) => Err(Failure::outside(failure)),
    }
}

/// What the parts of a review are made from.
struct ReviewFacts<'a> {
    workspace: &'a Workspace,
    facts: &'a Facts,
    /// The repositories that may depend on what is released.
    others: &'a [RepoName],
}

impl ReviewFacts<'_> {
    /// The answer to `question`, as a part of the review.
    fn get<Q: Question, T>(&self, question: &Q, of: impl FnOnce(&Q::Known) -> T) -> Answer<T> {
        self.facts.get(question).map(of)
    }
}

fn asks(
    workspace: &Workspace,
    case: &Case<'_>,
    (files, others): (&[OneDeliverable<'_>], &[RepoName]),
    facts: &Facts,
) -> Asks {
    let mut asks = Asks::default();
    if !workspace.config.governance.is_empty() {
        asks.put(Governed);
    }
    if let Some(own) = own(case) {
        asks.put(own);
    }
    for on in files.iter().flat_map(OneDeliverable::new_releases) {
        for project in on.tagged_projects() {
            repository::asks(&on, &project, others, (facts, &mut asks));
        }
    }
    asks
}

/// The change in review, if the request is one commit of a site with Gerrit.
fn own(case: &Case<'_>) -> Option<ReviewOf> {
    let commit = case.request.own.clone().filter(|_| !case.config.gerrit.is_empty())?;
    Some(ReviewOf { commit })
}

fn approved(
    workspace: &Workspace,
    case: &Case<'_>,
    change: Option<&FetchedChange>,
    (facts, sources): (&Facts, &Sources),
) -> Answer<ApprovalReport> {
    let in_review = match (change, own(case)) {
        (Some(fetched), _) => Answer::Known((&fetched.change, Some(&fetched.patchset))),
        (None, Some(own)) => facts.get(&own).map(|change| (change, change.patchset.as_ref())),
        (None, None) => Answer::Absent,
    };
    in_review.and_then(|(change, patchset)| {
        let Some(patchset) = patchset else { return Answer::Absent };
        match approvals(workspace, case.request, InReview { change, patchset }, sources) {
            Ok(report) => Answer::Known(report),
            Err(failure) => Answer::Unknown(Unknown::because(failure)),
        }
    })
}
