//! Rules about teams.

pub(super) mod team;
