//! The rules of a release request.
//!
//! A rule is one file with one `static`: id, level, scope, documentation, the facts it asks for and its check. Rules are pure: no I/O, no clock, no `Result`. [`ALL`] lists them.

mod common;
mod content;
mod dist;
mod effective_type;
mod end_tag;
mod finding;
mod job_templates;
mod judge;
mod listing;
mod looked;
mod missing_commit;
mod next_free;
mod numbers;
mod one_release;
mod overrides;
mod overriding;
mod questions;
mod subject;
mod suppression;
mod upkeep;

mod branch;
mod commit;
mod lifted;
mod outside;
mod people;
mod record;
mod schema;
mod timing;
mod urgent;
mod version;

pub use commit::branch_membership::{Expected, expected_branch};
pub use common::notes;
pub use content::{Wish, of_notes as wishes_of_notes, wish_of};
pub use finding::{
    COMMIT_MSG, Edit, Finding, Fix, Level, Override, Related, Reported, Sink, TagHold,
};
pub use judge::{Case, Closed, deliverables, judge, judge_by};
pub use lifted::lifted;
pub use numbers::NUMBERS;
pub use one_release::Previous;
pub use overrides::OverrideTrailer;
pub use questions::{asks, find_out, find_out_for};
pub use subject::{Clock, OneBranch, OneDeliverable, OneFile, OneRelease};
pub use suppression::Suppression;
pub use timing::course;

use crate::facts::{Asks, Facts};

/// A rule of the check.
pub struct Rule {
    /// Never renamed: reports, policies and commit messages name it.
    pub id: &'static str,
    /// The level of its findings, unless they or the policy say otherwise.
    pub level: Level,
    /// Whether a `Release-Override:` may override its errors (`E*`).
    pub overridable: Overridable,
    /// One line: what is wrong when it fires.
    pub summary: &'static str,
    /// Markdown: `## What it checks`, `## Why`, `## What to do`.
    pub docs: &'static str,
    /// What it looks at.
    pub scope: Scope,
    /// Whether it looks at files of closed series too.
    pub closed: Closed,
    /// The day by which it judges a request.
    pub day: Day,
    /// Whether a `Release-Override:` may take the place of a fact that could not be fetched.
    pub unchecked: Overridable,
    /// Whether its fixes go with those of other rules.
    pub fixes: FixesGo,
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
        fixes: FixesGo::Together,
    };
}

/// Whether a finding may be overridden by a reviewed reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overridable {
    /// `E*` of the rule tables.
    Yes,
    /// Some of the errors of a rule: those that [`Reported::overridable`] marks.
    InPart,
    /// Errors stand. Warnings and held findings may always be overridden.
    No,
}

/// Whether the fixes of a rule go with those of other rules in the same file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixesGo {
    /// They do.
    Together,
    /// Where it reports an error, its own correction comes first: what others report follows from that error, and to fix it
    /// would make things worse.
    Alone,
}

/// The day by which a rule judges a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// No date, or the current time.
    Any,
    /// The day of the proposal: reviewers do not make a request late.
    Proposal,
}

/// What a rule looks at; the engine filters, so a rule does not.
#[derive(Clone, Copy)]
pub enum Scope {
    /// Every file the request touches, unreadable files too.
    Files(fn(&OneFile<'_>, &mut Sink<'_>)),
    /// Every file that the request touches, deleted ones too.
    Changes {
        /// The facts it needs.
        asks: fn(&OneFile<'_>, &Facts, &mut Asks),
        /// The check.
        check: fn(&OneFile<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every readable deliverable file that the request touches.
    Deliverables {
        /// The facts it needs.
        asks: fn(&OneDeliverable<'_>, &Facts, &mut Asks),
        /// The check.
        check: fn(&OneDeliverable<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every release that the request adds or changes in those files, except one whose tags exist at the commits that it
    /// names: such a request corrects the record and releases nothing.
    NewReleases {
        /// The facts it needs.
        asks: fn(&OneRelease<'_>, &Facts, &mut Asks),
        /// The check.
        check: fn(&OneRelease<'_>, &Facts, &mut Sink<'_>),
    },
    /// Every branch entry of those files; [`OneBranch::is_new`] is true for those that the request adds or changes.
    Branches {
        /// The facts it needs.
        asks: fn(&OneBranch<'_>, &Facts, &mut Asks),
        /// The check.
        check: fn(&OneBranch<'_>, &Facts, &mut Sink<'_>),
    },
    /// The request as a whole, once. Findings are about the list of series.
    Request(fn(&Case<'_>, &mut Sink<'_>)),
    /// The overrides of the request, after all other rules.
    Overrides(fn(&[OverrideTrailer], &Case<'_>, &mut Sink<'_>)),
    /// The entries of the policy that switch a rule off and silenced nothing, where that is known; after all other rules.
    Suppressions(fn(&[Suppression<'_>], &mut Sink<'_>)),
}

/// Every rule, by id.
pub static ALL: &[&Rule] = &[
    &record::abandoned::RULE,
    &version::after_branch::RULE,
    &commit::ancestry::RULE,
    &timing::beta_too_late::RULE,
    &commit::branch_membership::RULE,
    &branch::branch_name_series::RULE,
    &branch::branch_point::RULE,
    &branch::branch_prefix::RULE,
    &timing::branch_too_early::RULE,
    &outside::bugtracker::RULE,
    &version::bump_too_small::RULE,
    &commit::classifier::RULE,
    &timing::client_freeze::RULE,
    &timing::constraint_behind::RULE,
    &version::dependency_minor_bump::RULE,
    &commit::diff_start::RULE,
    &version::duplicate_version::RULE,
    &version::em_tag::RULE,
    &commit::empty_release::RULE,
    &version::eol_tag::RULE,
    &version::eom_tag::RULE,
    &commit::existing_tag::RULE,
    &branch::feature_branch::RULE,
    &schema::filename::RULE,
    &timing::final_rc::RULE,
    &timing::final_too_early::RULE,
    &timing::forgotten_branch::RULE,
    &record::format_only::RULE,
    &commit::gitreview::RULE,
    &people::governance_inactive::RULE,
    &commit::hash_exists::RULE,
    &commit::hash_format::RULE,
    &timing::hold::RULE,
    &outside::index_exists::RULE,
    &timing::late_in_week::RULE,
    &timing::library_freeze::RULE,
    &timing::membership_freeze::RULE,
    &record::model::RULE,
    &version::new_release_last::RULE,
    &commit::not_head::RULE,
    &version::nothing_after_eol::RULE,
    &outside::open_change_conflict::RULE,
    &commit::orphan_submodule::RULE,
    &record::override_unused::RULE,
    &people::owner::RULE,
    &timing::phase_date::RULE,
    &version::pre_release_progression::RULE,
    &version::previous_not_tagged::RULE,
    &branch::previous_series_branched::RULE,
    &outside::pypi_permissions::RULE,
    &commit::pypi_readme::RULE,
    &timing::rc_too_early::RULE,
    &timing::rc1_deadline::RULE,
    &timing::rc1_with_branch::RULE,
    &timing::release_day::RULE,
    &outside::release_notes_link::RULE,
    &commit::release_type::RULE,
    &timing::release_week::RULE,
    &timing::release_window::RULE,
    &record::released_entry_changed::RULE,
    &commit::repository_exists::RULE,
    &schema::repository_name::RULE,
    &people::repository_set::RULE,
    &branch::requirements_branch_last::RULE,
    &timing::requirements_freeze::RULE,
    &version::same_commit::RULE,
    &version::same_commit_elsewhere::RULE,
    &schema::schema_rule::RULE,
    &commit::sdist::RULE,
    &version::series_final::RULE,
    &version::series_first::RULE,
    &version::series_first_bump::RULE,
    &record::series_key::RULE,
    &version::series_open::RULE,
    &version::slurp_end::RULE,
    &timing::soak::RULE,
    &branch::stable_branch::RULE,
    &commit::stale_gitreview::RULE,
    &record::subject_version::RULE,
    &record::suppression_unused::RULE,
    &commit::tarball_base::RULE,
    &people::team::RULE,
    &timing::trailing_deadline::RULE,
    &version::version_jump::RULE,
    &version::version_number::RULE,
    &version::version_order::RULE,
    &version::version_overtakes::RULE,
    &schema::yaml_style::RULE,
    &schema::yaml_syntax::RULE,
];

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id).copied()
}
