//! The rules that say whether a version is the right one for what it releases.

use super::{Rule, commit, timing, version};

/// Whoever looks for the next version tries one after the other until none of these objects.
pub static NUMBERS: &[&Rule] = &[
    &timing::beta_too_late::RULE,
    &version::bump_too_small::RULE,
    &version::dependency_minor_bump::RULE,
    &version::duplicate_version::RULE,
    &commit::existing_tag::RULE,
    &timing::final_rc::RULE,
    &version::pre_release_progression::RULE,
    &timing::rc_too_early::RULE,
    &version::series_first::RULE,
    &version::series_first_bump::RULE,
    &version::version_jump::RULE,
    &version::version_order::RULE,
    &version::version_overtakes::RULE,
];
