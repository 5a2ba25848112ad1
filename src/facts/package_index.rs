//! The package index: which packages and versions it has, and who may upload.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde::Deserialize;

use super::servers::{Absence, Keep, below};
use super::{Answer, Cause, Question, Sources, Unknown};
use crate::package::normalized;

/// A version that was uploaded stays taken, even if it is deleted.
const TAKEN: Duration = Duration::from_hours(24 * 365);

/// Whether the index has a version of a package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexedVersion {
    /// Base URL of the index.
    pub index: String,
    /// Normalised name of the package.
    pub package: String,
    /// The version.
    pub version: String,
}

/// Who may upload a package to the index; absent if the index does not have the package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IndexRoles {
    /// Base URL of the index.
    pub index: String,
    /// Normalised name of the package.
    pub package: String,
}

/// What somebody may do with a package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IndexRole {
    /// `Owner` or `Maintainer`.
    pub role: String,
    /// The account.
    pub user: String,
}

impl IndexedVersion {
    /// The question about a version of the package `name`, however it is written.
    pub fn of(index: &str, name: &str, version: &str) -> Self {
        let (index, version) = (index.to_owned(), version.to_owned());
        Self { index, package: normalized(name), version }
    }
}

impl Question for IndexedVersion {
    type Known = ();

    fn lane(&self) -> &str {
        &self.package
    }

    fn answer(&self, sources: &Sources) -> Answer<()> {
        let package = below(&format!("{}/pypi", self.index.trim_end_matches('/')), &self.package);
        let Some(url) = package.and_then(|package| below(&package, &self.version)) else {
            return Answer::Absent;
        };
        sources.servers().has(&format!("{url}/json"), Absence::Gone, Keep::For(TAKEN))
    }
}

impl IndexRoles {
    /// The question about the package `name`, however it is written.
    pub fn of(index: &str, name: &str) -> Self {
        Self { index: index.to_owned(), package: normalized(name) }
    }
}

impl Question for IndexRoles {
    type Known = Vec<IndexRole>;

    fn lane(&self) -> &str {
        &self.package
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<IndexRole>> {
        let api = format!("{}/pypi", self.index.trim_end_matches('/'));
        let Some(url) = below(&api, &self.package) else { return Answer::Absent };
        let url = format!("{url}/json");
        let page = sources.servers().page(&url, Absence::Gone, Keep::Nothing);
        page.and_then(|bytes| match serde_json::from_slice::<Package>(&bytes) {
            Ok(Package { ownership: Some(Ownership { roles }) }) => Answer::Known(roles),
            Ok(Package { ownership: None }) => self.asked_by_xml(sources, &api),
            Err(why) => unreadable(&url, format_args!("not the data of a package: {why}")),
        })
    }
}

impl IndexRoles {
    /// Asks by the old interface, which says nothing about whether the package exists.
    fn asked_by_xml(&self, sources: &Sources, api: &str) -> Answer<Vec<IndexRole>> {
        // A normalised name has no character that XML would need escaped.
        let question = format!(
            "<?xml version='1.0'?>\n<methodCall><methodName>package_roles</methodName>\
             <params><param><value><string>{}</string></value></param></params></methodCall>\n",
            self.package.replace(['<', '>', '&'], "")
        );
        let answer = sources.servers().posted(api, "text/xml", question.as_bytes());
        answer.required(api).and_then(|bytes| {
            let text = String::from_utf8_lossy(&bytes);
            match roles_in(&text) {
                Some(roles) => Answer::Known(roles),
                None => unreadable(api, "not a list of roles"),
            }
        })
    }
}

/// The data of a package, as far as we read it.
#[derive(Deserialize)]
struct Package {
    ownership: Option<Ownership>,
}

#[derive(Deserialize)]
struct Ownership {
    roles: Vec<IndexRole>,
}

fn unreadable<T>(url: &str, what: impl std::fmt::Display) -> Answer<T> {
    Answer::Unknown(Unknown::at(url, Cause::Unreadable, format_args!("{url}: {what}")))
}

/// A pair of texts in a list, as XML-RPC writes it.
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    let text = r"<value>\s*(?:<string>)?([^<]*)(?:</string>)?\s*</value>";
    let pair = format!(r"<data>\s*{text}\s*{text}\s*</data>");
    Regex::new(&pair).expect("the pattern is a constant")
});

/// The roles in an answer of XML-RPC; `None` if it is anything else.
fn roles_in(text: &str) -> Option<Vec<IndexRole>> {
    if !text.contains("<methodResponse>") || text.contains("<fault>") {
        return None;
    }
    let pairs = PAIR.captures_iter(text);
    let roles: Vec<IndexRole> = pairs
        .map(|pair| IndexRole { role: pair[1].trim().to_owned(), user: pair[2].trim().to_owned() })
        .collect();
    // The list itself is the one that is left.
    (text.matches("<data>").count() + text.matches("<data/>").count() == roles.len() + 1)
        .then_some(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(inner: &str) -> String {
        format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n{inner}</data></array></value>\n</param>\n</params>\n</methodResponse>\n"
        )
    }

    #[test]
    fn roles_are_read_and_nothing_else_is_taken_for_none() {
        let role = "<value><array><data>\n<value><string>Owner</string></value>\n<value>ann</value>\n</data></array></value>\n";
        let roles = roles_in(&response(&role.repeat(2))).unwrap();
        assert_eq!(roles.len(), 2);
        assert_eq!((roles[0].role.as_str(), roles[1].user.as_str()), ("Owner", "ann"));
        assert_eq!(roles_in(&response("")), Some(Vec::new()));
        for odd in [
            "<html>log in</html>".to_owned(),
            "<methodResponse><fault><value>too many</value></fault></methodResponse>".to_owned(),
            response("<value><array><data><value>Owner</value></data></array></value>"),
            "<methodResponse></methodResponse>".to_owned(),
            String::new(),
        ] {
            assert_eq!(roles_in(&odd), None, "{odd}");
        }
    }
}
