//! One requirement: the package, the versions and the marker (PEP 508).
//!
//! Only what a comparison needs is read. `pep508_rs` would bring nine crates and a global table of simplified markers.

use std::fmt;
use std::str::FromStr as _;

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

use super::marker::Marker;
use super::name::{is_name, normalized};

/// The longest requirement that is read, in bytes.
const LONGEST: usize = 4096;

/// What a package needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The name, as written.
    pub name: String,
    /// Which versions; empty for any, and for a URL.
    pub specifiers: VersionSpecifiers,
    /// Where it comes from, if it is not the index.
    pub url: Option<String>,
    /// Where it counts; everywhere if there is none.
    pub marker: Option<Marker>,
    /// Name, versions and marker as written.
    text: String,
}

/// The lowest version that a requirement allows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minimum {
    /// The version.
    pub version: Version,
    /// Whether only higher versions are allowed (`>`).
    pub excluded: bool,
}

impl Requirement {
    /// Reads a requirement without a comment.
    ///
    /// # Errors
    /// A phrase that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err("it is too long".to_owned());
        }
        let end = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        if !is_name(name) {
            return Err("it does not begin with the name of a package".to_owned());
        }
        let rest = without_extras(rest.trim_start())?;
        let (versions, url, marker) = match rest.strip_prefix('@') {
            Some(place) => {
                let (url, marker) = split_marker(place.trim_start(), " ;");
                ("", Some(url.trim().to_owned()), marker)
            }
            None => {
                let (versions, marker) = split_marker(rest, ";");
                (versions, None, marker)
            }
        };
        let marker = marker.map(Marker::parse).transpose()?;
        let (name, text) = (name.to_owned(), text.to_owned());
        Ok(Self { name, specifiers: specifiers(versions)?, url, marker, text })
    }

    /// The name by which it is compared.
    pub fn normalized_name(&self) -> String {
        normalized(&self.name)
    }

    /// The lowest version that these specifiers allow, as far as they have a lower limit.
    pub fn minimum_of<'a>(
        specifiers: impl Iterator<Item = &'a VersionSpecifier>,
    ) -> Option<Minimum> {
        specifiers.filter_map(minimum).max()
    }
}

/// As written.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn minimum(specifier: &VersionSpecifier) -> Option<Minimum> {
    let excluded = match specifier.operator() {
        Operator::GreaterThan => true,
        Operator::GreaterThanEqual
        | Operator::TildeEqual
        | Operator::Equal
        | Operator::EqualStar
        | Operator::ExactEqual => false,
        Operator::NotEqual
        | Operator::NotEqualStar
        | Operator::LessThan
        | Operator::LessThanEqual => return None,
    };
    Some(Minimum { version: specifier.version().clone(), excluded })
}

/// Versions as in `>=1.2,!=1.5`, perhaps in brackets.
///
/// # Errors
/// What is wrong with them.
pub(super) fn specifiers(text: &str) -> Result<VersionSpecifiers, String> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    let parts = inner.split(',').map(str::trim).filter(|part| !part.is_empty());
    let read = |part| VersionSpecifier::from_str(part).map_err(|error| error.to_string());
    parts.map(read).collect::<Result<VersionSpecifiers, _>>()
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// What is behind the `[extra, other]`.
fn without_extras(text: &str) -> Result<&str, String> {
    let Some(inner) = text.strip_prefix('[') else { return Ok(text) };
    let (extras, rest) = inner.split_once(']').ok_or("it lacks a `]`")?;
    let mut names = extras.split(',').map(str::trim).filter(|name| !name.is_empty());
    if names.all(is_name) {
        Ok(rest.trim_start())
    } else {
        Err("its extras cannot be read".to_owned())
    }
}

/// What is before and after `mark`. No version contains a `;`.
fn split_marker<'a>(text: &'a str, mark: &str) -> (&'a str, Option<&'a str>) {
    match text.split_once(mark) {
        Some((before, marker)) if !marker.trim().is_empty() => (before, Some(marker)),
        Some((before, _)) => (before, None),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::Requirement;

    #[test]
    fn requirements_of_every_shape_are_read() {
        let table = [
            ("pbr", "pbr", "", None),
            ("pbr>=2.0.0", "pbr", ">=2.0.0", None),
            ("pbr!=2.1.0,>=2.0.0 ", "pbr", ">=2.0.0, !=2.1.0", None),
            ("PyYAML >= 3.12", "PyYAML", ">=3.12", None),
            ("requests[security, socks] ~= 2.8", "requests", "~=2.8", None),
            ("zope.interface (>=4.0,)", "zope.interface", ">=4.0", None),
            ("futures>=3.0;python_version=='2.7'", "futures", ">=3.0", None),
            ("x==1.*", "x", "==1.*", None),
            ("x===1.0", "x", "===1.0", None),
            (
                "x @ https://example.org/x.zip ; os_name=='nt'",
                "x",
                "",
                Some("https://example.org/x.zip"),
            ),
            ("x;", "x", "", None),
        ];
        for (text, name, versions, url) in table {
            let read = Requirement::parse(text).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(read.name, name, "{text}");
            assert_eq!(read.specifiers.to_string(), versions, "{text}");
            assert_eq!(read.url.as_deref(), url, "{text}");
            assert_eq!(
                read.marker.is_some(),
                text.contains("; o") || text.contains(";p"),
                "{text}"
            );
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let long = format!("x>={}", "1.".repeat(5000));
        for text in [
            "",
            ">=1",
            "x y",
            "x>=",
            "x>=1.0.*",
            "x[a",
            "x[?]",
            "x; nonsense",
            "-e .",
            "${X}",
            &long,
        ] {
            assert!(Requirement::parse(text).is_err(), "{text:.20}");
        }
    }

    #[test]
    fn a_minimum_is_the_highest_lower_limit() {
        let table = [
            ("x", None),
            ("x<2", None),
            ("x!=1.0", None),
            ("x>=1,<2", Some(("1", false))),
            ("x>1", Some(("1", true))),
            ("x>=1,>1", Some(("1", true))),
            ("x>=1,>=1.5", Some(("1.5", false))),
            ("x~=1.4", Some(("1.4", false))),
            ("x==1.4", Some(("1.4", false))),
        ];
        for (text, expected) in table {
            let read = Requirement::parse(text).unwrap();
            let found = Requirement::minimum_of(read.specifiers.iter())
                .map(|minimum| (minimum.version.to_string(), minimum.excluded));
            let expected = expected.map(|(version, excluded)| (version.to_owned(), excluded));
            assert_eq!(found, expected, "{text}");
        }
    }
}
