//! One file of the request, with what every rule needs of it found out once.

use std::cell::{Cell, OnceCell};

use super::{Closed, OneDeliverable, OneFile, OneRelease, Rule};
use crate::facts::{Asks, Facts};

/// So many new releases of a file are judged, the last ones. More come from a mistake, and each is compared with all before it.
pub(super) const MOST: usize = 100;

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
            self.judged().iter().for_each(|on| on.ask_whether_tagged(asks));
        }
    }

    /// The new releases that are not tagged yet, as far as `facts` tell: there is something left to judge.
    pub(super) fn untagged(&self, facts: &Facts) -> &[OneRelease<'a>] {
        let is_untagged = |on: &OneRelease<'_>| !on.is_tagged(facts);
        self.untagged.get_or_init(|| self.judged().into_iter().filter(is_untagged).collect())
    }

    /// The first of the new releases, and how many there are, if they are too many to judge all.
    pub(super) fn too_many(&self) -> Option<(OneRelease<'a>, usize)> {
        let count = self.new_releases().count();
        let first = self.new_releases().next()?;
        (count > MOST).then_some((first, count))
    }

    fn judged(&self) -> Vec<OneRelease<'a>> {
        let mut new: Vec<_> = self.new_releases().collect();
        new.split_off(new.len().saturating_sub(MOST))
    }

    fn new_releases(&self) -> impl Iterator<Item = OneRelease<'a>> + use<'a> {
        self.deliverable.into_iter().flat_map(|on| on.new_releases())
    }
}
