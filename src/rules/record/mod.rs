//! Rules about the record as a whole: models, released entries, overrides, the list of series.

pub(super) mod abandoned;
pub(super) mod format_only;
pub(super) mod model;
pub(super) mod override_unused;
pub(super) mod released_entry_changed;
pub(super) mod series_key;
pub(super) mod subject_version;
pub(super) mod suppression_unused;
