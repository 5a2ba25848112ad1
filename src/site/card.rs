//! What the lists of the site say about a deliverable file, so that a file that did not change need not be read.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::stamp::Stamp;
use crate::tree::deliverable::Deliverable;

/// The cards of a site, by path in the releases repository.
pub(super) type Cards = BTreeMap<String, Card>;

/// What the lists say about one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Card {
    /// Git's id of the content.
    pub(super) id: String,
    /// Of the file and the dates of its releases: what its line in the data was made from.
    pub(super) stamp: Stamp,
    pub(super) team: Option<String>,
    /// The versions, in the order of the file.
    pub(super) versions: Vec<String>,
    /// The repositories, sorted.
    pub(super) repos: BTreeSet<String>,
    pub(super) has_highlights: bool,
}

impl Card {
    /// The card of a file with the content `id`. Its stamp comes later.
    pub(super) fn of(id: &str, deliverable: &Deliverable) -> Self {
        let settings = deliverable.repository_settings.iter().map(|settings| &settings.repo);
        let releases = deliverable.releases.iter();
        let projects = releases.clone().flat_map(|release| &release.projects);
        let repos = settings.chain(projects.map(|project| &project.repo));
        Self {
            id: id.to_owned(),
            stamp: Stamp::default(),
            team: deliverable.team.as_ref().map(|team| team.value.clone()),
            versions: releases.map(|release| release.version.text().to_owned()).collect(),
            repos: repos.map(|repo| repo.value.clone()).collect(),
            has_highlights: !deliverable.cycle_highlights.is_empty(),
        }
    }
}
