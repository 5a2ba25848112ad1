//! Rules about versions and their order.

pub(super) mod after_branch;
pub(super) mod bump_too_small;
pub(super) mod dependency_minor_bump;
pub(super) mod duplicate_version;
pub(super) mod em_tag;
pub(super) mod eol_tag;
pub(super) mod eom_tag;
pub(super) mod new_release_last;
pub(super) mod nothing_after_eol;
pub(super) mod pre_release_progression;
pub(super) mod previous_not_tagged;
pub(super) mod same_commit;
pub(super) mod same_commit_elsewhere;
pub(super) mod series_final;
pub(super) mod series_first;
pub(super) mod series_first_bump;
pub(super) mod series_open;
pub(super) mod slurp_end;
pub(super) mod version_jump;
pub(super) mod version_number;
pub(super) mod version_order;
pub(super) mod version_overtakes;
