//! The one word that a reader wants first.

use serde::Serialize;

use super::ReviewPage;
use crate::report::{Report, Strictness};

/// The answer about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Headline {
    /// Nothing speaks against it.
    Yes,
    /// It has errors, or asks for what cannot be done.
    No,
    /// Something that could speak against it was not fetched.
    NotJudged,
}

impl Headline {
    /// The answer of the rules alone.
    pub fn of_report(report: &Report, strictness: Strictness) -> Self {
        match report.is_refused(strictness) {
            true => Self::No,
            false if report.summary().could_not_check > 0 => Self::NotJudged,
            false => Self::Yes,
        }
    }

    /// The answer about a page: a plan in conflict is a no, and a plan that is not known is no yes.
    pub fn of(page: &ReviewPage<'_>) -> Self {
        let of_plan = match page.plan {
            Ok(plan) if plan.is_in_conflict() => Self::No,
            Ok(plan) if plan.is_known() => Self::Yes,
            Ok(_) | Err(_) => Self::NotJudged,
        };
        match (Self::of_report(page.report, page.strictness), of_plan) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::NotJudged,
        }
    }

    /// As it stands before a verdict.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "Passed",
            Self::No => "Refused",
            Self::NotJudged => "Not judged",
        }
    }
}
