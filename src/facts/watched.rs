//! Open changes that a site watches.

use super::{Answer, Question, Sources, Unknown};

/// More open changes than a reviewer reads.
const MOST: usize = 100;

/// The changes in Gerrit that a query finds; absent if the site has no Gerrit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Watched {
    /// The query, as in Gerrit's search box.
    pub query: String,
}

/// A change that a query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedChange {
    /// Its number.
    pub number: u64,
    /// Its project.
    pub project: String,
    /// The first line of its message.
    pub subject: String,
}

impl Question for Watched {
    type Known = Vec<WatchedChange>;

    fn lane(&self) -> &'static str {
        super::review::LANE
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<WatchedChange>> {
        sources.gerrit().and_then(|gerrit| match gerrit.changes_found_by(&self.query, MOST) {
            Ok(changes) => {
                let change = |change: crate::gerrit::Change| WatchedChange {
                    number: change.number,
                    project: change.project,
                    subject: change.subject,
                };
                Answer::Known(changes.into_iter().map(change).collect())
            }
            Err(error) => Answer::Unknown(Unknown::from(error)),
        })
    }
}
