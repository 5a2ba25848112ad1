//! One file of the request, with what every rule needs of it found out once.

use std::cell::{Cell, OnceCell};

use super::{Closed, OneDeliverable, OneFile, OneRelease, Rule};
use crate::facts::{Asks, Facts};

/// A file that rules look at, one after the other, with the same facts.
pub(super) struct Looked<'a> {
    /// The file.
    pub(super) file: OneFile<'a>,
    /// What it says, if it can be read.
    pub(super) deliverable: Option<OneDeliverable<'a>>,
    is_closed: bool,
    untagged: OnceCell<Vec<OneRelease<'a>>>,
    is_asked: Cell<bool>,
}

impl<'a> Looked<'a> {
    /// Looks at `file`. `closed` says whether every rule judges files of closed series.
    pub(super) fn at(file: OneFile<'a>, closed: Closed) -> Self {
        Self {
            file,
            deliverable: OneDeliverable::of(file),
            is_closed: closed == Closed::Skipped && file.is_in_closed_series(),
            untagged: OnceCell::new(),
            is_asked: Cell::new(false),
        }
    }

    /// Whether `rule` looks at it.
    pub(super) fn is_for(&self, rule: &Rule) -> bool {
        rule.closed == Closed::Judged || !self.is_closed
    }

    /// Asks, once, for what [`Looked::untagged`] needs.
    pub(super) fn ask_whether_tagged(&self, asks: &mut Asks) {
        if !self.is_asked.replace(true) {
            self.new_releases().for_each(|on| on.ask_whether_tagged(asks));
        }
    }

    /// The new releases that are not tagged yet, as far as `facts` tell: there is something left to judge.
    pub(super) fn untagged(&self, facts: &Facts) -> &[OneRelease<'a>] {
        let is_untagged = |on: &OneRelease<'_>| !on.is_tagged(facts);
        self.untagged.get_or_init(|| self.new_releases().filter(is_untagged).collect())
    }

    fn new_releases(&self) -> impl Iterator<Item = OneRelease<'a>> + use<'a> {
        self.deliverable.into_iter().flat_map(|on| on.new_releases())
    }
}
