//! What is stopped, by whom it is said, and until when.

use jiff::Timestamp;

use super::who::{self, Who};
use crate::tree::place::Place;
use crate::tree::words::words;
use crate::tree::yaml::{Content, Decoder, Field, Meaning};

words! {
    /// How much a hold stops.
    HoldStatus {
        /// Nobody tags.
        Red = "red",
        /// Tags only with an override.
        Orange = "orange",
        /// Nothing is stopped.
        Green = "green",
    }
}

/// A stop of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Where it is in the file.
    pub place: Place,
    /// Whose tags.
    pub who: Who,
    /// How much it stops.
    pub status: HoldStatus,
    /// From when on; always, where it is not given.
    pub from: Option<Timestamp>,
    /// Until when; until it is taken out, where it is not given.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
    /// Where to read more.
    pub link: Option<String>,
}

impl Hold {
    /// Whether it stops something at `at`.
    pub fn stops(&self, at: Timestamp) -> bool {
        self.status != HoldStatus::Green
            && self.from.is_none_or(|from| at >= from)
            && self.until.is_none_or(|until| at < until)
    }
}

/// The keys of a hold.
pub(super) const KEYS: &[&str] = &["status", "from", "until", "scope", "reason", "link"];

pub(super) fn read(decoder: &mut Decoder, item: Field<'_>, who: &mut Who) -> Option<Hold> {
    let fields = decoder.fields(item, KEYS)?;
    if let Some(scope) = fields.get("scope").and_then(|scope| decoder.fields(scope, who::KEYS)) {
        *who = Who::read(decoder, &scope);
    }
    let status = decoder.require(&fields, "status", "red").and_then(|field| decoder.word(field));
    let from = fields.get("from").and_then(|field| moment(decoder, field));
    let until = fields.get("until").and_then(|field| moment(decoder, field));
    let reason = decoder.require(&fields, "reason", "<why>").and_then(|field| decoder.text(field));
    let link = fields.get("link").and_then(|field| decoder.text(field)).map(|link| link.value);
    if let (Some(from), Some(until)) = (from, until)
        && until <= from
        && let Some(field) = fields.get("until")
    {
        let message = format!("the hold ends at {until}, but it begins at {from}");
        decoder.problem(field.node.place, message, Some("put `until` after `from`".to_owned()));
    }
    Some(Hold {
        place: item.node.place,
        who: who.clone(),
        status: status?.value,
        from,
        until,
        reason: reason?.value,
        link,
    })
}

/// A moment such as `2026-08-14T09:00Z`; nothing for `null`.
fn moment(decoder: &mut Decoder, field: Field<'_>) -> Option<Timestamp> {
    let Content::Scalar { text, .. } = &field.node.content else {
        decoder.text(field);
        return None;
    };
    if field.node.meaning() == Some(Meaning::Null) {
        return None;
    }
    let found = text.parse().ok();
    if found.is_none() {
        let help = "write it with its zone, such as 2026-08-14T09:00Z".to_owned();
        decoder.problem(
            field.node.place,
            format!("`{}`: `{text}` is not a time with its zone", field.name()),
            Some(help),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::config::Policy;

    fn read(entry: &str) -> (Policy, Vec<String>) {
        let (policy, problems) = Policy::read(format!("holds:\n  - {{{entry}}}\n").as_bytes());
        let problems = problems.into_iter();
        (policy, problems.map(|problem| format!("{} {}", problem.place, problem.message)).collect())
    }

    #[test]
    fn a_hold_stops_from_its_beginning_until_its_end() {
        let (policy, problems) = read(
            "status: orange, from: 2026-08-14T09:00Z, until: 2026-08-15 09:00:00+02:00, reason: x",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let stops = |at: &str| policy.holds[0].stops(at.parse().unwrap());
        assert!(stops("2026-08-14T09:00:00Z") && stops("2026-08-15T06:59:59Z"));
        assert!(!stops("2026-08-14T08:59:59Z") && !stops("2026-08-15T07:00:00Z"));
        let (open, _) = read("status: red, until: null, reason: x");
        assert!(open.holds[0].stops("2100-01-01T00:00:00Z".parse().unwrap()));
        let (green, _) = read("status: green, reason: x");
        assert!(!green.holds[0].stops("2026-01-01T00:00:00Z".parse().unwrap()));
    }

    #[test]
    fn a_hold_with_a_mistake_is_kept_as_broken() {
        for (entry, wanted) in [
            (
                "status: red, reason: x, from: 2026-08-15T09:00Z, until: 2026-08-14T09:00Z",
                "2:62 the hold ends at",
            ),
            ("status: read, reason: x", "2:14 unknown value `read` of `status`"),
            ("status: red", "2:6 an entry of `holds` has no `reason`"),
            (
                "status: red, reason: x, until: tomorrow",
                "2:37 `until`: `tomorrow` is not a time with its zone",
            ),
            ("status: red, reason: x, util: null", "2:30 unknown key `util`"),
        ] {
            let (policy, problems) = read(entry);
            assert!(problems[0].starts_with(wanted), "{entry}: {problems:?}");
            assert_eq!((policy.holds.len(), policy.broken.len()), (0, 1), "{entry}");
        }
    }

    #[test]
    fn what_is_beyond_reading_holds_everybody_and_the_rest_is_obeyed() {
        for text in
            ["holds: {\n", "- a\n", "hold:\n  - {status: red, reason: x}\n", "holds: none\n"]
        {
            let (policy, problems) = Policy::read(text.as_bytes());
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(policy.broken[0].who, super::Who::everybody(), "{text}");
        }
        let (policy, _) = Policy::read(b"hold: []\nsoak:\n  - {hours: 12}\n");
        assert_eq!((policy.broken.len(), policy.soak.len()), (1, 1));
    }
}
