//! What the package index serves to installers at this moment: the files of a version, past every cache.

use std::sync::LazyLock;

use pep440_rs::Version;
use regex::Regex;
use serde::Deserialize;

use super::servers::below;
use super::{Answer, Cause, Question, Sources, Unknown};
use crate::package::normalized;

/// The files that the index serves for a version. Absent if it does not have the package.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServedFiles {
    /// Base URL of the index.
    pub index: String,
    /// Normalised name of the package.
    pub package: String,
    /// The version.
    pub version: String,
}

/// A file on the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedFile {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Its SHA-256, in hex, where the index says it.
    pub sha256: Option<String>,
    /// Whether it was yanked.
    pub is_yanked: bool,
}

/// What a file of a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// The source.
    Sdist,
    /// A built package.
    Wheel,
}

impl ServedFiles {
    /// The question about a version of the package `name`, however it is written.
    pub fn of(index: &str, name: &str, version: &str) -> Self {
        let (index, version) = (index.to_owned(), version.to_owned());
        Self { index, package: normalized(name), version }
    }
}

impl Question for ServedFiles {
    type Known = Vec<ServedFile>;

    fn lane(&self) -> &str {
        &self.package
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<ServedFile>> {
        let simple = format!("{}/simple", self.index.trim_end_matches('/'));
        let Some(url) = below(&simple, &self.package) else { return Answer::Absent };
        let url = format!("{url}/");
        sources.servers().fresh(&url, ACCEPT).and_then(|bytes| match files_in(&bytes, &url) {
            Some(files) => Answer::Known(
                files.into_iter().filter(|file| self.is_of_version(&file.name)).collect(),
            ),
            None => {
                let why = format!("{url}: not a page of the Simple index");
                Answer::Unknown(Unknown::at(&url, Cause::Unreadable, why))
            }
        })
    }
}

impl ServedFiles {
    fn is_of_version(&self, file: &str) -> bool {
        let Some((_, version)) = parts_of(file, &self.package) else { return false };
        match (version.parse::<Version>(), self.version.parse::<Version>()) {
            (Ok(found), Ok(wanted)) => found == wanted,
            _ => version == self.version,
        }
    }
}

/// The forms of PEP 691, the better one first; an index may have only the page.
const ACCEPT: &str = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1";

/// The kind and the version of a file of `package` by its name; `None` if it is of another package, or no package.
pub fn parts_of<'f>(file: &'f str, package: &str) -> Option<(FileKind, &'f str)> {
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        let (name, version) = (parts.next()?, parts.next()?);
        return (normalized(name) == package && parts.count() >= 3)
            .then_some((FileKind::Wheel, version));
    }
    let endings = [".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"];
    let stem = endings.iter().find_map(|ending| file.strip_suffix(ending))?;
    // Old names have hyphens in them, new ones underscores.
    let mut cuts = stem.match_indices('-').map(|(at, _)| at);
    let at = cuts.find(|at| normalized(&stem[..*at]) == package)?;
    Some((FileKind::Sdist, &stem[at + 1..]))
}

/// The files that a page of the index lists, in either form; `None` if it is anything else.
fn files_in(bytes: &[u8], url: &str) -> Option<Vec<ServedFile>> {
    let text = std::str::from_utf8(bytes).ok()?;
    if text.trim_start().starts_with('{') {
        let page: Page = serde_json::from_str(text).ok()?;
        return Some(page.files.into_iter().map(ServedFile::from).collect());
    }
    let is_page = text.to_ascii_lowercase().contains("<html");
    is_page.then(|| ANCHOR.captures_iter(text).map(|found| of_anchor(&found, url)).collect())
}

/// The page as PEP 691 has it.
#[derive(Deserialize)]
struct Page {
    files: Vec<IndexedFile>,
}

#[derive(Deserialize)]
struct IndexedFile {
    filename: String,
    url: String,
    #[serde(default)]
    hashes: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    yanked: Yanked,
}

/// `false`, `true`, or the reason.
#[derive(Deserialize)]
#[serde(untagged)]
enum Yanked {
    Is(bool),
    Because(String),
}

impl Default for Yanked {
    fn default() -> Self {
        Self::Is(false)
    }
}

impl From<IndexedFile> for ServedFile {
    fn from(listed: IndexedFile) -> Self {
        let IndexedFile { filename: name, url, mut hashes, yanked } = listed;
        let is_yanked = match yanked {
            Yanked::Is(is_yanked) => is_yanked,
            Yanked::Because(why) => {
                log::debug!("{name} was yanked: {why}");
                true
            }
        };
        Self { name, url, sha256: hashes.remove("sha256"), is_yanked }
    }
}

static ANCHOR: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?is)<a\s([^>]*)>\s*([^<]*?)\s*</a>";
    Regex::new(pattern).expect("the pattern is a constant")
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r#"(?i)\bhref\s*=\s*["']([^"']*)["']"#;
    Regex::new(pattern).expect("the pattern is a constant")
});

fn of_anchor(found: &regex::Captures<'_>, page: &str) -> ServedFile {
    let address = ADDRESS.captures(&found[1]).map(|found| found[1].replace("&amp;", "&"));
    let address = address.unwrap_or_default();
    let (address, fragment) =
        address.split_once('#').map_or((address.as_str(), ""), |(address, part)| (address, part));
    ServedFile {
        name: found[2].to_owned(),
        url: if address.contains("://") { address.to_owned() } else { beside(page, address) },
        sha256: fragment.strip_prefix("sha256=").map(str::to_owned),
        is_yanked: found[1].to_ascii_lowercase().contains("data-yanked"),
    }
}

/// A relative address on a page.
fn beside(page: &str, address: &str) -> String {
    let root = page.find("://").map_or(0, |at| at + 3);
    let host = page[root..].find('/').map_or(page.len(), |at| root + at);
    if address.starts_with('/') {
        return format!("{}{address}", &page[..host]);
    }
    let mut base = page.trim_end_matches('/').to_owned();
    let mut rest = address;
    while let Some(up) = rest.strip_prefix("../") {
        base.truncate(base.rfind('/').filter(|at| *at >= host).unwrap_or(base.len()));
        rest = up;
    }
    format!("{base}/{rest}")
}

#[cfg(test)]
mod tests {
    use super::{FileKind, beside, files_in, parts_of};

    #[test]
    fn old_and_new_names_of_files_are_known() {
        let table = [
            ("oslo.config-9.1.0.tar.gz", "oslo-config", Some((FileKind::Sdist, "9.1.0"))),
            ("oslo_config-9.1.0.tar.gz", "oslo-config", Some((FileKind::Sdist, "9.1.0"))),
            ("glance-store-4.0.0.zip", "glance-store", Some((FileKind::Sdist, "4.0.0"))),
            (
                "glance_store-4.0.0-py3-none-any.whl",
                "glance-store",
                Some((FileKind::Wheel, "4.0.0")),
            ),
            ("oslo.config-9.1.0.tar.gz.asc", "oslo-config", None),
            ("oslo.config-extra-1.0.tar.gz", "oslo-config", Some((FileKind::Sdist, "extra-1.0"))),
            ("other-9.1.0.tar.gz", "oslo-config", None),
        ];
        for (file, package, parts) in table {
            assert_eq!(parts_of(file, package), parts, "{file}");
        }
    }

    #[test]
    fn both_forms_of_a_page_are_read_and_nothing_else_is_taken_for_one() {
        let page = "<!DOCTYPE html><html><body><a href=\"../../f/a-1.0.tar.gz#sha256=ab\" data-yanked=\"broken\">a-1.0.tar.gz</a>\n<a href='https://f/a-1.1.tar.gz'>a-1.1.tar.gz</a></body></html>";
        let files = files_in(page.as_bytes(), "https://h/simple/a/").unwrap();
        assert_eq!(files.len(), 2);
        assert!(files[0].is_yanked && !files[1].is_yanked);
        assert_eq!(
            (files[0].url.as_str(), files[0].sha256.as_deref()),
            ("https://h/f/a-1.0.tar.gz", Some("ab"))
        );
        let json = r#"{"files": [{"filename": "a-1.0.tar.gz", "url": "x", "hashes": {"sha256": "ab"}, "yanked": "bad"}, {"filename": "b", "url": "y", "yanked": false}]}"#;
        let files = files_in(json.as_bytes(), "https://h/").unwrap();
        assert!(files[0].is_yanked && !files[1].is_yanked);
        for odd in ["", "log in", "{}", "[1]"] {
            assert_eq!(files_in(odd.as_bytes(), "https://h/"), None, "{odd}");
        }
        assert_eq!(beside("https://h/simple/a/", "/x"), "https://h/x");
    }
}
