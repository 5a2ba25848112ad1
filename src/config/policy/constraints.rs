//! How long the constraints may lack a release.

use crate::tree::yaml::{Decoder, Field};

/// The keys.
pub(super) const KEYS: &[&str] = &["days"];

/// So many days after its tag the constraints have a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConstraintDays(pub u16);

impl Default for ConstraintDays {
    fn default() -> Self {
        Self(5)
    }
}

/// The days of `constraint-behind`; the usual ones where they cannot be read.
pub(super) fn read(decoder: &mut Decoder, field: Field<'_>) -> ConstraintDays {
    days(decoder, field).unwrap_or_default()
}

fn days(decoder: &mut Decoder, field: Field<'_>) -> Option<ConstraintDays> {
    let fields = decoder.fields(field, KEYS)?;
    let days = decoder.require(&fields, "days", "5");
    let days = days.and_then(|days| decoder.text_or_integer(days))?;
    if let Ok(number) = days.parse() {
        return Some(ConstraintDays(number));
    }
    let help = "write a whole number of days, such as 5".to_owned();
    decoder.problem(days.place, format!("`{}` is not a number of days", *days), Some(help));
    None
}

#[cfg(test)]
mod tests {
    use super::ConstraintDays;
    use crate::config::Policy;

    #[test]
    fn the_days_are_those_of_the_policy_and_a_mistake_in_them_holds_nothing() {
        let read = |text: &str| Policy::read(text.as_bytes());
        assert_eq!(read("constraint-behind: {days: 9}\n").0.constraints, ConstraintDays(9));
        let (usual, problems) = read("constraint-behind: {days: soon}\n");
        assert_eq!((usual.constraints, problems.len()), (ConstraintDays(5), 1));
        assert!(usual.broken.is_empty());
    }
}
