//! Rules about versions and their order.

pub(super) mod duplicate_version;
pub(super) mod new_release_last;
pub(super) mod series_final;
pub(super) mod series_first;
pub(super) mod series_open;
pub(super) mod version_number;
pub(super) mod version_order;
