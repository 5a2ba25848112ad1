//! Rules about the record as a whole: models, released entries, overrides.

pub(super) mod abandoned;
pub(super) mod model;
pub(super) mod override_unused;
pub(super) mod released_entry_changed;
