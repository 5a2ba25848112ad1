//! Rules about branch entries.

pub(super) mod branch_name_series;
pub(super) mod branch_point;
pub(super) mod branch_prefix;
pub(super) mod feature_branch;
pub(super) mod previous_series_branched;
pub(super) mod requirements_branch_last;
pub(super) mod stable_branch;
