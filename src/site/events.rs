//! What the events of the schedules are called and mean: the texts of `schedule.rst`, else what the calendar knows.

use std::collections::BTreeMap;

use super::book::{Book, capital};
use super::names;
use super::prose::Library;
use crate::calendar::Event;
use crate::tree::series::SeriesList;

/// The texts of the events of one series, by label.
#[derive(Clone, Debug, Default)]
pub(super) struct EventTexts(BTreeMap<String, EventText>);

/// A section of `schedule.rst`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EventText {
    pub(super) title: String,
    /// Its text as plain paragraphs.
    pub(super) plain: String,
}

impl EventTexts {
    pub(super) fn insert(&mut self, label: String, text: EventText) {
        self.0.insert(label, text);
    }
}

/// The events of all schedules.
pub(super) struct Events<'a> {
    series: &'a SeriesList,
    library: &'a Library,
    texts: BTreeMap<String, EventTexts>,
}

/// An event, as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named<'e> {
    pub(super) title: String,
    /// Path of a page, and the place in it, where there is more about it.
    pub(super) place: Option<(String, String)>,
    /// What the schedule says about it.
    pub(super) text: &'e str,
}

impl Named<'_> {
    /// Where there is more about it, for the page at `from`.
    pub(super) fn address(&self, from: &str) -> Option<String> {
        let (path, place) = self.place.as_ref()?;
        Some(match path == from {
            true => format!("#{place}"),
            false => format!("{}{}#{place}", names::to_top(from), names::address(path)),
        })
    }
}

impl<'a> Events<'a> {
    /// Those of the series of `book`.
    pub(super) fn of(book: &'a Book<'_>, library: &'a Library) -> Self {
        let texts = book.order().iter().map(|name| (name.clone(), library.events(name)));
        Self { series: book.record.series(), library, texts: texts.collect() }
    }

    /// The event that the schedule of `series` calls `label`. It may be one of the series before or after it, such as the
    /// release at the beginning of a cycle.
    pub(super) fn named(&self, series: &str, label: &str) -> Named<'_> {
        if let Some(text) = self.texts.get(series).and_then(|texts| texts.0.get(label)) {
            let place = (super::pages::schedule::path(series), names::anchor(label));
            return Named { title: text.title.clone(), place: Some(place), text: &text.plain };
        }
        if let Some(event) = Event::named(series, label) {
            return Named { title: capital(event.meaning()), place: None, text: "" };
        }
        if let Some((title, path, place)) = self.library.label(label) {
            let place = Some((path.to_owned(), place.to_owned()));
            return Named { title: title.to_owned(), place, text: "" };
        }
        let around = self.series.older_than(series).chain(self.series.newer_than(series));
        let of_another = around
            .filter_map(|other| Some((&other.name, Event::named(&other.name, label)?)))
            .map(|(other, event)| format!("{}: {}", capital(other), event.meaning()))
            .next();
        let title = of_another.unwrap_or_else(|| words(label));
        Named { title, place: None, text: "" }
    }
}

/// A label without the letter of its series, as words: `h-nova-spec-freeze`.
fn words(label: &str) -> String {
    let rest = label.split_once('-').filter(|(letter, _)| letter.chars().count() == 1);
    capital(&rest.map_or(label, |(_, rest)| rest).replace('-', " "))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn an_event_that_nobody_describes_is_called_by_its_words() {
        assert_eq!(words("h-nova-spec-freeze"), "Nova spec freeze");
        assert_eq!(words("summit"), "Summit");
        assert_eq!(words("mid-cycle"), "Mid cycle");
    }
}
