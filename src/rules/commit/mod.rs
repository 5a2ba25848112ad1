//! Rules about the commits to tag.

pub(super) mod ancestry;
pub(super) mod branch_membership;
pub(super) mod diff_start;
pub(super) mod existing_tag;
pub(super) mod hash_exists;
pub(super) mod hash_format;
pub(super) mod release_type;
pub(super) mod repository_exists;
