//! How much of a commit's id people see.

/// Digits of a commit that was judged, planned or applied.
const NAMED: usize = 12;
/// Digits of a commit in a list of many, as git writes them.
const LISTED: usize = 9;
/// Digits of a whole id.
const WHOLE: usize = 40;

/// The first digits of a commit that is named by itself; what is not a whole id stays as it is.
pub(super) fn named(revision: &str) -> &str {
    first(revision, NAMED)
}

/// The first digits of a commit in a list; what is not a whole id stays as it is.
pub(super) fn listed(revision: &str) -> &str {
    first(revision, LISTED)
}

fn first(revision: &str, digits: usize) -> &str {
    revision.get(..digits).filter(|_| revision.len() >= WHOLE).unwrap_or(revision)
}
