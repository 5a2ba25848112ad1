//! Rules about the record as a whole.

pub(super) mod override_unused;
pub(super) mod released_entry_changed;
