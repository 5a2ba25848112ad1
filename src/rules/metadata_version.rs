//! The version that a package states in its own files.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::facts::repository::{FileAt, FolderAt};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::tree::deliverable::{Project, ReleaseType};

/// The result.
pub(super) enum Found {
    /// `file` states `version`.
    Version {
        /// Path in the repository.
        file: String,
        /// As written there.
        version: String,
    },
    /// There is no such file.
    Missing {
        /// Where it should be.
        file: String,
    },
    /// It could not be read.
    Unknown(Unknown),
}

const XSTATIC: &str = "xstatic/pkg";

/// Asks for the files that [`find`] reads.
pub(super) fn ask(kind: ReleaseType, project: &Project, facts: &Facts, asks: &mut Asks) {
    match kind {
        ReleaseType::Puppet => asks.put(FileAt::of(project, "metadata.json")),
        ReleaseType::Nodejs => asks.put(FileAt::of(project, "package.json")),
        ReleaseType::Xstatic => {
            asks.put(FolderAt::of(project, XSTATIC));
            if let Answer::Known(names) = facts.get(&FolderAt::of(project, XSTATIC)) {
                names.iter().for_each(|name| asks.put(FileAt::of(project, &init_of(name))));
            }
        }
        _ => {}
    }
}

/// The version in the files at the commit of `project`; `None` for release types without one.
pub(super) fn find(kind: ReleaseType, project: &Project, facts: &Facts) -> Option<Found> {
    match kind {
        ReleaseType::Puppet => Some(in_json(project, "metadata.json", facts)),
        ReleaseType::Nodejs => Some(in_json(project, "package.json", facts)),
        ReleaseType::Xstatic => Some(in_xstatic(project, facts)),
        _ => None,
    }
}

fn in_json(project: &Project, file: &str, facts: &Facts) -> Found {
    let bytes = match facts.get(&FileAt::of(project, file)) {
        Answer::Known(bytes) => bytes,
        Answer::Absent => return Found::Missing { file: file.to_owned() },
        Answer::Unknown(why) => return Found::Unknown(why),
    };
    let read: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
    match read.as_ref().map(|value| value.get("version").and_then(serde_json::Value::as_str)) {
        Ok(Some(version)) => Found::Version { file: file.to_owned(), version: version.to_owned() },
        Ok(None) => Found::Missing { file: file.to_owned() },
        Err(error) => {
            Found::Unknown(Unknown::because(format_args!("`{file}` is not JSON: {error}")))
        }
    }
}

fn in_xstatic(project: &Project, facts: &Facts) -> Found {
    let names = match facts.get(&FolderAt::of(project, XSTATIC)) {
        Answer::Known(names) => names,
        Answer::Absent => return Found::Missing { file: format!("{XSTATIC}/*/__init__.py") },
        Answer::Unknown(why) => return Found::Unknown(why),
    };
    for file in names.iter().map(|name| init_of(name)) {
        match facts.get(&FileAt::of(project, &file)) {
            Answer::Absent => {}
            Answer::Unknown(why) => return Found::Unknown(why),
            Answer::Known(bytes) => {
                let text = String::from_utf8_lossy(bytes);
                match package_version(&text) {
                    Some(Ok(version)) => return Found::Version { file, version },
                    Some(Err(())) => {
                        let why = format!(
                            "`PACKAGE_VERSION` in `{file}` is not a plain string, so it cannot be read"
                        );
                        return Found::Unknown(Unknown::because(why));
                    }
                    None => {}
                }
            }
        }
    }
    Found::Missing { file: format!("{XSTATIC}/*/__init__.py") }
}

/// `PACKAGE_VERSION` of an xstatic package: strings and earlier names, joined with `+`.
///
/// `None` if it is not set, `Err` if it is computed in another way. Nothing is executed.
fn package_version(python: &str) -> Option<Result<String, ()>> {
    static ASSIGNMENT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^([A-Z_]+)[ \t]*=[ \t]*([^#\r\n]+)").expect("the pattern is constant")
    });
    let mut values: HashMap<&str, Result<String, ()>> = HashMap::new();
    for found in ASSIGNMENT.captures_iter(python) {
        let (Some(name), Some(expression)) = (found.get(1), found.get(2)) else { continue };
        let value =
            expression.as_str().split('+').map(|term| text_of(term.trim(), &values)).collect();
        values.insert(name.as_str(), value);
    }
    values.remove("PACKAGE_VERSION")
}

fn text_of(term: &str, values: &HashMap<&str, Result<String, ()>>) -> Result<String, ()> {
    for quote in ['\'', '"'] {
        let inner = term.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(text) = inner.filter(|text| !text.contains([quote, '\\'])) {
            return Ok(text.to_owned());
        }
    }
    values.get(term).cloned().unwrap_or(Err(()))
}

fn init_of(package: &str) -> String {
    format!("{XSTATIC}/{package}/__init__.py")
}

#[cfg(test)]
mod tests {
    use super::package_version;

    #[test]
    fn strings_and_names_are_joined() {
        let python =
            "VERSION = '1.4.5'\nBUILD = \"2\" # of ours\nPACKAGE_VERSION = VERSION + '.' + BUILD\n";
        assert_eq!(package_version(python), Some(Ok("1.4.5.2".to_owned())));
    }

    #[test]
    fn a_computed_version_is_not_guessed() {
        assert_eq!(package_version("PACKAGE_VERSION = read('VERSION')\n"), Some(Err(())));
        assert_eq!(package_version("VERSION = '1'\n"), None);
    }
}
