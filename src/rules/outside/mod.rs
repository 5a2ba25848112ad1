//! Rules that ask servers: bug trackers, the package index, links, Gerrit.

pub(super) mod bugtracker;
pub(super) mod index_exists;
pub(super) mod open_change_conflict;
pub(super) mod pypi_permissions;
pub(super) mod release_notes_link;
