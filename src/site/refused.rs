//! Names that cannot be the address of a page.

use super::book::Book;
use super::mistake::Mistake;
use super::press::Press;
use crate::tree::place::Place;
use crate::tree::record::SERIES_STATUS;

/// What has a name.
#[derive(Clone, Copy)]
pub(super) enum Named<'n> {
    Series(&'n str),
    Deliverable(&'n str),
    Team(&'n str),
}

/// Reports that something has no page because its name `why`: a phrase.
pub(super) fn refuse(press: &mut Press<'_>, named: Named<'_>, why: &str) {
    let (word, name) = match named {
        Named::Series(name) => ("series", name),
        Named::Deliverable(name) => ("deliverable", name),
        Named::Team(name) => ("team", name),
    };
    let (file, place) = written(press.book, named);
    let message = format!("{word} `{name}` has no page: its name {why}");
    let mistake = Mistake::error(file, place, message).help(format!("rename the {word}"));
    press.mistakes.push(mistake);
}

/// Where the name is written: in the list of series, else in the first file that has it.
fn written<'b>(book: &'b Book<'_>, named: Named<'_>) -> (&'b str, Option<Place>) {
    let (entry, place) = match named {
        Named::Series(name) => match book.series(name) {
            Some(series) => return (SERIES_STATUS, Some(series.name.place)),
            None => (book.of_series(name).next(), None),
        },
        Named::Deliverable(name) => (book.of_deliverable(name).next(), None),
        Named::Team(name) => {
            let entry = book.of_team(name).next();
            (entry, entry.and_then(|entry| entry.deliverable().team.as_ref()).map(|it| it.place))
        }
    };
    (entry.map_or(SERIES_STATUS, |entry| &entry.name), place)
}
