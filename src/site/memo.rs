//! What an earlier build left for the next one: it is kept in the site itself, next to what it is about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::card::Cards;
use super::stamp::Stamp;

/// What an earlier build made, and from what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memo {
    /// The program, the configuration and the list of series: another one makes everything anew.
    pub(super) made_by: Stamp,
    /// What files were made from, by path. Of those only that are as they were written.
    pub(super) stamps: BTreeMap<String, Stamp>,
    /// What is known of the deliverable files.
    pub(super) cards: Cards,
    /// `releases.json`, if it is as it was written.
    #[serde(skip)]
    pub(super) data: Option<Vec<u8>>,
}

impl Memo {
    /// Whether the file at `path` was made from the same.
    pub(super) fn has(&self, path: &str, stamp: &Stamp) -> bool {
        self.stamps.get(path) == Some(stamp)
    }
}
