//! Rules about branch entries.

pub(super) mod branch_prefix;
pub(super) mod stable_branch;
