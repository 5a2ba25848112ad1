//! Which Pythons a package supports.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use pep440_rs::{Version, VersionSpecifiers};

use super::files::Sourced;

/// A minor version of Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Python {
    /// 3 of 3.11.
    pub major: u64,
    /// 11 of 3.11.
    pub minor: u64,
}

/// Each version with the day on which its maintenance ended or will end, from <https://devguide.python.org/versions/>.
/// The last ones are planned.
const ENDS: &[(u64, u64, Date)] = &[
    (2, 6, date(2013, 10, 29)),
    (2, 7, date(2020, 1, 1)),
    (3, 3, date(2017, 9, 29)),
    (3, 4, date(2019, 3, 18)),
    (3, 5, date(2020, 9, 30)),
    (3, 6, date(2021, 12, 23)),
    (3, 7, date(2023, 6, 27)),
    (3, 8, date(2024, 10, 7)),
    (3, 9, date(2025, 10, 31)),
    (3, 10, date(2026, 10, 31)),
    (3, 11, date(2027, 10, 31)),
    (3, 12, date(2028, 10, 31)),
    (3, 13, date(2029, 10, 31)),
    (3, 14, date(2030, 10, 31)),
    (3, 15, date(2031, 10, 31)),
    (3, 16, date(2032, 10, 31)),
    (3, 17, date(2033, 10, 31)),
];

/// What the classifiers of Python versions begin with.
const CLASSIFIER: &str = "Programming Language :: Python :: ";

impl Python {
    /// Those that a package supports: what its `requires-python` allows, else those in its classifiers, else those that are
    /// maintained on `day`.
    pub(super) fn supported(
        requires: Option<&VersionSpecifiers>,
        classifiers: &[Sourced<String>],
        day: Date,
    ) -> Vec<Self> {
        let all = ENDS.iter().map(|&(major, minor, end)| (Self { major, minor }, end));
        if let Some(requires) = requires {
            let is_allowed = |python: &Self| {
                let patches = [0, 1, 5, 99];
                patches.iter().any(|patch| {
                    requires.contains(&Version::new([python.major, python.minor, *patch]))
                })
            };
            return all.map(|(python, _)| python).filter(is_allowed).collect();
        }
        let stated: BTreeSet<Self> =
            classifiers.iter().filter_map(|line| Self::of_classifier(&line.value)).collect();
        if !stated.is_empty() {
            // Those that exist: a file may state any number of others.
            return all.map(|(python, _)| python).filter(|one| stated.contains(one)).collect();
        }
        all.filter(|(_, end)| day < *end).map(|(python, _)| python).collect()
    }

    fn of_classifier(text: &str) -> Option<Self> {
        let (major, minor) = text.strip_prefix(CLASSIFIER)?.split_once('.')?;
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::civil::date;

    use super::super::files::Sourced;
    use super::super::requirement::specifiers;
    use super::Python;

    fn supported(requires: Option<&str>, classifiers: &[&str]) -> Vec<(u64, u64)> {
        let file = Arc::from("setup.cfg");
        let classifiers: Vec<_> =
            classifiers.iter().map(|text| Sourced::at(&file, 1, (*text).to_owned())).collect();
        let requires = requires.map(|text| specifiers(text).unwrap());
        let found = Python::supported(requires.as_ref(), &classifiers, date(2026, 8, 1));
        found.into_iter().map(|python| (python.major, python.minor)).collect()
    }

    #[test]
    fn the_word_of_the_package_counts_before_the_calendar() {
        assert_eq!(supported(Some(">=3.9,<3.12"), &[]), [(3, 9), (3, 10), (3, 11)]);
        assert_eq!(supported(Some("!=3.3.*,<3.5"), &[])[..3], [(2, 6), (2, 7), (3, 4)]);
        assert_eq!(supported(Some(">=3.16.1"), &[]), [(3, 16), (3, 17)]);
        let listed =
            ["Programming Language :: Python :: 3", "Programming Language :: Python :: 2.7"];
        assert_eq!(supported(None, &listed), [(2, 7)]);
        assert_eq!(supported(None, &listed[..1]).first(), Some(&(3, 10)));
    }
}
