//! When tags may be cut.

use jiff::Timestamp;

use super::hours::{Day, Hours};
use super::who::{self, Who};
use crate::tree::place::Place;
use crate::tree::yaml::{Decoder, Field};

/// The keys of a window in addition to those that say what it covers.
pub(super) const KEYS: &[&str] = &["days", "hours", "timezone", "on-call"];
/// The keys of somebody on call.
pub(super) const ON_CALL_KEYS: &[&str] = &["name", "days", "hours", "timezone"];

const WEEKDAYS: &[Day] = &[Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];

/// When tags may be cut, and of whom somebody must be at work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Where it is in the file.
    pub place: Place,
    /// Whose tags.
    pub who: Who,
    /// When.
    pub hours: Hours,
    /// At least one of them works then; nobody need where it is empty.
    pub on_call: Vec<OnCall>,
}

/// Somebody who looks after a release, and when they work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnCall {
    /// A name for messages: a person or a group.
    pub name: String,
    /// When they work.
    pub hours: Hours,
}

impl Window {
    /// Whether it is open at `at`, with somebody at work.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.hours.hold(at)
            && (self.on_call.is_empty() || self.on_call.iter().any(|one| one.hours.hold(at)))
    }

    /// Those who work at `at`.
    pub fn at_work(&self, at: Timestamp) -> impl Iterator<Item = &str> {
        self.on_call.iter().filter(move |one| one.hours.hold(at)).map(|one| one.name.as_str())
    }

    /// The moments from `after` on, within `days` days, at which it may open.
    pub fn beginnings(&self, after: Timestamp, days: i32) -> Vec<Timestamp> {
        let hours = std::iter::once(&self.hours).chain(self.on_call.iter().map(|one| &one.hours));
        hours.flat_map(|hours| hours.beginnings(after, days)).collect()
    }
}

pub(super) fn read(decoder: &mut Decoder, item: Field<'_>, who: &mut Who) -> Option<Window> {
    let known = [KEYS, who::KEYS].concat();
    let fields = decoder.fields(item, &known)?;
    *who = Who::read(decoder, &fields);
    let hours = Hours::read(decoder, &fields, Day::ALL);
    let on_call = match fields.get("on-call") {
        Some(list) => {
            let items: Vec<Field<'_>> = decoder.items(list).collect();
            if items.is_empty() {
                let help = "name somebody, or take it out where nobody need be at work".to_owned();
                decoder.problem(list.node.place, "`on-call` is empty".to_owned(), Some(help));
            }
            items.into_iter().filter_map(|item| on_call(decoder, item)).collect()
        }
        None => Vec::new(),
    };
    Some(Window { place: item.node.place, who: who.clone(), hours: hours?, on_call })
}

fn on_call(decoder: &mut Decoder, item: Field<'_>) -> Option<OnCall> {
    let fields = decoder.fields(item, ON_CALL_KEYS)?;
    let name = decoder.require(&fields, "name", "<name>").and_then(|field| decoder.text(field));
    decoder.require(&fields, "hours", "'09:00-17:00'");
    let hours = Hours::read(decoder, &fields, WEEKDAYS);
    Some(OnCall { name: name?.value, hours: hours? })
}
