//! What the events of a schedule are called and mean: the texts of `schedule.rst`, else what the calendar knows.

use std::collections::BTreeMap;

use super::book::capital;
use crate::calendar::Event;

/// The texts of the events of one series, by label.
#[derive(Clone, Debug, Default)]
pub(super) struct EventTexts(BTreeMap<String, EventText>);

/// A section of `schedule.rst`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EventText {
    pub(super) title: String,
    /// Its text as HTML.
    pub(super) html: String,
    /// Its text as plain paragraphs.
    pub(super) plain: String,
}

impl EventTexts {
    pub(super) fn insert(&mut self, label: String, text: EventText) {
        self.0.insert(label, text);
    }

    /// What the site says about an event.
    pub(super) fn get(&self, label: &str) -> Option<&EventText> {
        self.0.get(label)
    }

    /// The title of the event `label` of `series`.
    pub(super) fn title(&self, series: &str, label: &str) -> String {
        match (self.get(label), Event::named(series, label)) {
            (Some(text), _) => text.title.clone(),
            (None, Some(event)) => capital(event.meaning()),
            (None, None) => label.to_owned(),
        }
    }
}
