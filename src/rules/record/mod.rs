//! Rules about changes to released entries, and about overrides.

pub(super) mod override_unused;
pub(super) mod released_entry_changed;
