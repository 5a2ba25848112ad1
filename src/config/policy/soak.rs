//! How old commits must be before they are released.

use jiff::SignedDuration;

use super::who::{self, Who};
use crate::tree::place::Place;
use crate::tree::yaml::{Decoder, Field};

/// How long commits stay merged before they are tagged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Soak {
    /// Where it is in the file.
    pub place: Place,
    /// Whose commits.
    pub who: Who,
    /// How long.
    pub time: SignedDuration,
}

/// The keys of a soak time in addition to those that say what it covers.
pub(super) const KEYS: &[&str] = &["hours"];

pub(super) fn read(decoder: &mut Decoder, item: Field<'_>, who: &mut Who) -> Option<Soak> {
    let known = [KEYS, who::KEYS].concat();
    let fields = decoder.fields(item, &known)?;
    *who = Who::read(decoder, &fields);
    let hours =
        decoder.require(&fields, "hours", "24").and_then(|field| decoder.text_or_integer(field))?;
    let Some(number) = hours.parse::<u16>().ok().filter(|number| *number > 0) else {
        let help = format!("write a whole number from 1 to {}, such as 12", u16::MAX);
        decoder.problem(hours.place, format!("`{}` is not a number of hours", *hours), Some(help));
        return None;
    };
    Some(Soak {
        place: item.node.place,
        who: who.clone(),
        time: SignedDuration::from_hours(number.into()),
    })
}
