//! The rules of a release request.
//!
//! A rule is one file with one `static`: id, level, what it applies to, its documentation, what
//! it asks and how it judges. Rules are pure: no I/O, no clock, no `Result`. [`ALL`] lists them.

mod common;
mod effective_type;
mod finding;
mod judge;
mod metadata_version;
mod overrides;
mod subject;

mod branch;
mod commit;
mod people;
mod record;
mod schema;
mod timing;
mod version;

pub use common::notes;
pub use finding::{COMMIT_MSG, Edit, Finding, Fix, Held, Level, Override, Related, Sink, Told};
pub use judge::{Case, Closed, asks, find_out, judge};
pub use overrides::Trailer;
pub use subject::{Clock, OneBranch, OneDeliverable, OneFile, OneRelease};

use crate::facts::{Asks, Facts};

/// A rule of the check.
pub struct Rule {
    /// Fixed for ever: reports, policies and commit messages name it.
    pub id: &'static str,
    /// The level of its findings, unless they or the policy say otherwise.
    pub level: Level,
    /// Whether a `Release-Override:` may silence it at error level (`E*`).
    pub overridable: Overridable,
    /// One line: what is wrong when it fires.
    pub summary: &'static str,
    /// Markdown: `## What it checks`, `## Why`, `## What to do`.
    pub docs: &'static str,
    /// What it looks at.
    pub scope: Scope,
    /// Whether it looks at files of closed series too.
    pub closed: Closed,
    /// The day it judges a request by.
    pub day: Day,
    /// Whether a `Release-Override:` may stand in for a fact that could not be fetched.
    pub unchecked: Overridable,
}

impl Rule {
    /// What most rules have in common.
    const USUAL: Self = Self {
        id: "",
        level: Level::Error,
        overridable: Overridable::No,
        summary: "",
        docs: "",
        scope: Scope::Files(|_, _| {}),
        closed: Closed::Skipped,
        day: Day::Any,
        unchecked: Overridable::Yes,
    };

    /// Whether it looks at `file`.
    fn looks_at(&self, file: &OneFile<'_>, closed: Closed) -> bool {
        [self.closed, closed].contains(&Closed::Judged) || !file.is_in_closed_series()
    }
}

/// Whether a finding may be overridden by a reviewed reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overridable {
    /// `E*` of the rule tables.
    Yes,
    /// An error is an error. Warnings and held findings may always be overridden.
    No,
}

/// The day by which a rule judges a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// It looks at no date, or at the clock: at what may be done now.
    Any,
    /// The day on which the request was proposed: reviewers do not make it late.
    Proposal,
}

/// What a rule looks at; the engine filters, so a rule does not.
#[derive(Clone, Copy)]
pub enum Scope {
    /// Every file the request touches, unreadable files too.
    Files(fn(&OneFile<'_>, &mut Sink<'_>)),
    /// Every file that the request touches, deleted ones too.
    Changes {
        /// What must be known.
        asks: fn(&OneFile<'_>, &Facts, &mut Asks),
        /// The judgement.
        check: fn(&OneFile<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every readable deliverable file that the request touches.
    Deliverables {
        /// What must be known.
        asks: fn(&OneDeliverable<'_>, &Facts, &mut Asks),
        /// The judgement.
        check: fn(&OneDeliverable<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every release that the request adds or changes in those files. Not one whose tags exist at the commits it names
    /// now: there the request corrects the record, and nothing is released.
    NewReleases {
        /// What must be known.
        asks: fn(&OneRelease<'_>, &Facts, &mut Asks),
        /// The judgement.
        check: fn(&OneRelease<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every branch entry of those files; [`OneBranch::is_new`] tells which the request adds or changes.
    Branches {
        /// What must be known.
        asks: fn(&OneBranch<'_>, &Facts, &mut Asks),
        /// The judgement.
        check: fn(&OneBranch<'_>, &Facts, &mut Sink<'_>),
    },
    /// The overrides of the request, after all other rules.
    Overrides(fn(&[Trailer], &mut Sink<'_>)),
}

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &commit::ancestry::RULE,
    &timing::beta_too_late::RULE,
    &commit::branch_membership::RULE,
    &branch::branch_prefix::RULE,
    &timing::branch_too_early::RULE,
    &timing::client_freeze::RULE,
    &commit::diff_start::RULE,
    &version::duplicate_version::RULE,
    &commit::existing_tag::RULE,
    &schema::filename::RULE,
    &timing::final_rc::RULE,
    &timing::final_too_early::RULE,
    &commit::hash_exists::RULE,
    &commit::hash_format::RULE,
    &timing::hold::RULE,
    &timing::late_in_week::RULE,
    &timing::library_freeze::RULE,
    &timing::membership_freeze::RULE,
    &version::new_release_last::RULE,
    &record::override_unused::RULE,
    &people::owner::RULE,
    &timing::phase_date::RULE,
    &timing::rc_too_early::RULE,
    &timing::rc1_deadline::RULE,
    &timing::rc1_with_branch::RULE,
    &timing::release_day::RULE,
    &commit::release_type::RULE,
    &timing::release_week::RULE,
    &timing::release_window::RULE,
    &record::released_entry_changed::RULE,
    &commit::repository_exists::RULE,
    &schema::repository_name::RULE,
    &timing::requirements_freeze::RULE,
    &schema::schema_rule::RULE,
    &version::series_final::RULE,
    &version::series_first::RULE,
    &version::series_open::RULE,
    &timing::soak::RULE,
    &branch::stable_branch::RULE,
    &people::team::RULE,
    &timing::trailing_deadline::RULE,
    &version::version_number::RULE,
    &version::version_order::RULE,
    &schema::yaml_syntax::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id).copied()
}
