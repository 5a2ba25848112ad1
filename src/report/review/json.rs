//! The page for programs, version 1: the document of `check --format json`, and what a reviewer wants to know.

use std::io::{self, Write};

use serde::Serialize;

use super::{Attention, DeliverableReview, Headline, ReviewPage, attention};
use crate::facts::Answer;
use crate::plan::Plan;
use crate::report::approval::ApprovalReport;
use crate::report::mail::PlannedMail;
use crate::report::{json, text};

/// Writes the page as one JSON document and a line end.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(page: &ReviewPage<'_>, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        headline: Headline::of(page),
        verdict: text::verdict(page.report),
        report: json::Document::of(page.report),
        notes: &page.report.notes,
        attention: attention(page),
        plan: page.plan.ok(),
        no_plan: page.plan.err(),
        approvals: &page.review.approvals,
        deliverables: &page.review.deliverables,
        mails: &page.review.mails,
    };
    crate::text::json::write(&document, out)
}

#[derive(Serialize)]
struct Document<'a> {
    headline: Headline,
    verdict: String,
    #[serde(flatten)]
    report: json::Document<'a>,
    notes: &'a [String],
    attention: Vec<Attention>,
    plan: Option<&'a Plan>,
    /// Why there is no plan.
    no_plan: Option<&'a str>,
    approvals: &'a Answer<ApprovalReport>,
    deliverables: &'a [DeliverableReview],
    mails: &'a [PlannedMail],
}
