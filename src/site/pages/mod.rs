//! The pages, one file for each kind.

pub(super) mod changes;
pub(super) mod deliverable;
pub(super) mod highlights;
pub(super) mod index;
pub(super) mod keys;
pub(super) mod listing;
pub(super) mod rules;
pub(super) mod schedule;
pub(super) mod series;
pub(super) mod team;
