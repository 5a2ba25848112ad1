//! Releases that are merged, wait, and may not wait any longer.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::tree::place::Place;
use crate::tree::yaml::{Decoder, Field};

/// The keys of an entry.
pub(super) const KEYS: &[&str] = &["deliverable", "version", "reason", "until"];
/// Those that it must have.
pub(super) const REQUIRED: &[&str] = &["deliverable", "version", "reason"];

/// A release that waits for no window, no soak time and no orange hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urgent {
    /// Where it is in the policy.
    pub place: Place,
    /// The deliverable.
    pub deliverable: String,
    /// The version.
    pub version: String,
    /// Why.
    pub reason: String,
    /// The last day on which it counts, in UTC; none for as long as it is there.
    pub until: Option<Date>,
}

impl Urgent {
    /// Whether it is about a release at this time.
    pub fn is_about(&self, deliverable: &str, version: &str, now: Timestamp) -> bool {
        let today = now.to_zoned(TimeZone::UTC).date();
        self.deliverable == deliverable
            && self.version == version
            && self.until.is_none_or(|until| today <= until)
    }
}

/// Reads an entry; `None` for one with a mistake.
pub(super) fn read(decoder: &mut Decoder, item: Field<'_>) -> Option<Urgent> {
    let fields = decoder.fields(item, KEYS)?;
    let example = |key: &str| match key {
        "deliverable" => "diskimage-builder",
        "version" => "3.43.0",
        _ => "images do not boot",
    };
    let mut text =
        |key| decoder.require(&fields, key, example(key)).and_then(|field| decoder.text(field));
    let (deliverable, version, reason) = (text("deliverable"), text("version"), text("reason"));
    let until = match fields.get("until") {
        Some(field) => Some(decoder.date(field)?.value),
        None => None,
    };
    let reason = reason?;
    if reason.trim().is_empty() {
        let help = Some("say why it cannot wait".to_owned());
        decoder.problem(reason.place, "`reason` is empty".to_owned(), help);
        return None;
    }
    Some(Urgent {
        place: item.node.place,
        deliverable: deliverable?.value,
        version: version?.value,
        reason: reason.value,
        until,
    })
}
