//! The meaning of a plain scalar, by the rules of YAML 1.2 as ruamel applies them (the reader that release teams use).

use std::sync::LazyLock;

use regex::Regex;

/// The meaning of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`; never `yes` or `on`.
    Boolean(bool),
    /// A whole number, in any base.
    Integer,
    /// A number with a fraction or exponent.
    Float,
    /// A date, with or without a time.
    Date,
    /// Text.
    Text,
}

impl Meaning {
    /// For messages: `a number`, `a boolean`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Boolean(_) => "a boolean",
            Self::Integer | Self::Float => "a number",
            Self::Date => "a date",
            Self::Text => "text",
        }
    }
}

/// Numbers in YAML 1.2 as ruamel reads them: underscores and leading zeros included.
static INTEGER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+)$")
});

static FLOAT: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?",
        r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+",
        r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?",
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
    ))
});

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(
        r"^[0-9]{4}-(?:[0-9]{2}-[0-9]{2}|[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?",
        r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$"
    ))
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// The meaning of a plain scalar.
pub(super) fn plain(text: &str) -> Meaning {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Meaning::Null,
        "true" | "True" | "TRUE" => return Meaning::Boolean(true),
        "false" | "False" | "FALSE" => return Meaning::Boolean(false),
        _ => {}
    }
    if is_plainly_text(text) {
        return Meaning::Text;
    }
    match text.as_bytes()[0] {
        b'0'..=b'9' | b'+' | b'-' if INTEGER.is_match(text) => Meaning::Integer,
        b'0'..=b'9' | b'+' | b'-' | b'.' if FLOAT.is_match(text) => Meaning::Float,
        b'0'..=b'9' if DATE.is_match(text) => Meaning::Date,
        _ => Meaning::Text,
    }
}

/// Whether the patterns can be skipped: most scalars are names, versions and commit ids.
fn is_plainly_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let may_be_hex = text.contains("0x");
    match bytes[0] {
        b'+' | b'-' | b'.' => false,
        // No number or date has two dots, or one of these letters outside `0x…`.
        b'0'..=b'9' => {
            let dots = bytes.iter().filter(|byte| **byte == b'.').count();
            dots > 1
                || !may_be_hex && bytes.iter().any(|byte| matches!(byte, b'a' | b'c' | b'd' | b'f'))
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::{DATE, FLOAT, INTEGER, Meaning, is_plainly_text, plain};

    fn all(texts: &[&str], meaning: Meaning) {
        for text in texts {
            assert_eq!(plain(text), meaning, "{text}");
        }
    }

    #[test]
    fn words_of_yaml_1_1_are_text() {
        all(
            &[
                "yes",
                "no",
                "on",
                "off",
                "y",
                "tRUE",
                "nUll",
                "12:30:45",
                "1.2.3",
                "0.1.2-eol",
                "--1",
                "_1",
            ],
            Meaning::Text,
        );
        all(&["true", "True", "TRUE"], Meaning::Boolean(true));
        all(&["false"], Meaning::Boolean(false));
        all(&["", "~", "null"], Meaning::Null);
    }

    #[test]
    fn numbers_come_in_every_dress() {
        all(
            &["1", "007", "+1", "-1", "1_000", "0b11", "0o17", "0x1F", &"1".repeat(40)],
            Meaning::Integer,
        );
        all(&["1.10", "4.3", "1e3", "1.", ".5", "-.inf", ".nan", "1111e1111"], Meaning::Float);
        all(&["0xg", "1.2e", ".", "+", "-retired", "1.0rc1"], Meaning::Text);
    }

    #[test]
    fn days_and_moments_are_dates() {
        all(
            &[
                "2027-01-01",
                "2027-1-1 12:00:00",
                "2027-01-01T12:00:00Z",
                "2027-01-01T12:00:00.5+01:00",
            ],
            Meaning::Date,
        );
        all(&["2027-1-1", "2027-01", "27-01-01"], Meaning::Text);
    }

    proptest! {
        #[test]
        fn what_is_plainly_text_matches_no_pattern(text in "[-+.0-9a-zA-Z_:]{1,12}") {
            let matches = [&INTEGER, &FLOAT, &DATE].iter().any(|pattern| pattern.is_match(&text));
            let begins_so = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
            prop_assert!(!is_plainly_text(&text) || !begins_so || !matches, "{text}");
        }
    }
}
