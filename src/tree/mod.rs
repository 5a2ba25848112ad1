//! The releases repository as typed data in which every scalar keeps its place.

pub mod deliverable;
pub mod place;
pub mod schedule;
pub mod series;
