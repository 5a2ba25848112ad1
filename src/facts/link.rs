//! Links that a deliverable file contains.

use std::time::Duration;

use super::servers::{Absence, Keep};
use super::{Answer, Question, Sources};

/// A page that exists is looked at again the next day.
const KEPT: Duration = Duration::from_hours(24);

/// Whether there is a page at a URL; absent if the server refuses to show one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Linked {
    /// `http` or `https`.
    pub url: String,
}

impl Question for Linked {
    type Known = ();

    fn lane(&self) -> &str {
        &self.url
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        sources.servers().has(&self.url, Absence::Refused, Keep::For(KEPT))
    }
}
