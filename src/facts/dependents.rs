//! Who depends on a package, by the site's code search: Hound, as at codesearch.opendev.org.

use std::collections::BTreeMap;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::servers::{Absence, Keep};
use super::{Answer, Cause, Question, Sources, Unknown};

/// More dependents are not read.
const MOST: usize = 2000;
/// The files that list requirements, as a regular expression.
const FILES: &str = r"(requirements[^/]*\.txt|requirements/[^/]+\.txt|pyproject\.toml|setup\.cfg)$";

/// The requirements on a package that the code search finds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FoundDependents {
    /// Base URL of the code search.
    pub search: String,
    /// Name of the package.
    pub package: String,
}

/// One requirement on a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundDependent {
    /// The repository, as the code search names it.
    pub repo: String,
    /// The requirement as it is written.
    pub text: String,
    /// Where: `requirements.txt:12`.
    pub place: String,
}

impl FoundDependents {
    /// The name at the beginning of a requirement: alone, or before what can come after a name.
    fn pattern(&self) -> String {
        let parts = self.package.split(['-', '_', '.']).filter(|part| !part.is_empty());
        let name: Vec<String> = parts.map(regex::escape).collect();
        format!(r#"^\s*["']?{}\s*([\[<>=!~;,"'#@]|$)"#, name.join("[-_.]+"))
    }

    fn url(&self) -> String {
        let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let base = self.search.trim_end_matches('/');
        let (pattern, files) = (part(&self.pattern()), part(FILES));
        format!("{base}/api/v1/search?repos=*&i=true&ctx=0&q={pattern}&files={files}")
    }
}

impl Question for FoundDependents {
    type Known = Vec<FoundDependent>;

    fn lane(&self) -> &str {
        &self.search
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<FoundDependent>> {
        let url = self.url();
        match sources.servers().page(&url, Absence::Gone, Keep::Nothing) {
            Answer::Known(bytes) => read(&bytes).map_or_else(
                |why| {
                    let why = format!("the code search at {} {why}", self.search);
                    Answer::Unknown(Unknown::at(&url, Cause::Unreadable, why))
                },
                Answer::Known,
            ),
            // A package without dependents is an empty list.
            Answer::Absent => {
                let why = format!("the code search at {} is not there", self.search);
                Answer::Unknown(Unknown::at(&url, Cause::Absent, why))
            }
            Answer::Unknown(why) => Answer::Unknown(why),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SearchResults {
    results: Option<BTreeMap<String, InRepo>>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InRepo {
    matches: Vec<InFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InFile {
    filename: String,
    matches: Vec<Match>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Match {
    line: String,
    line_number: u64,
}

/// The answer of the search; a phrase that says why it is none.
fn read(bytes: &[u8]) -> Result<Vec<FoundDependent>, String> {
    let found: SearchResults = serde_json::from_slice(bytes)
        .map_err(|error| format!("does not answer as Hound does: {error}"))?;
    let results = match (found.results, found.error) {
        (Some(results), None) => results,
        (_, Some(why)) => return Err(format!("could not search: {why}")),
        (None, None) => return Err("does not answer as Hound does".to_owned()),
    };
    let mut all = Vec::new();
    for (repo, InRepo { matches }) in results {
        for InFile { filename, matches } in matches {
            all.extend(matches.into_iter().map(|Match { line, line_number }| FoundDependent {
                repo: repo.clone(),
                text: written(&line).to_owned(),
                place: format!("{filename}:{line_number}"),
            }));
        }
    }
    all.truncate(MOST);
    Ok(all)
}

/// The requirement of a line, without the quotes and commas of TOML and without a comment.
fn written(line: &str) -> &str {
    let line = line.split(" #").next().unwrap_or(line).trim();
    let Some(quote) = line.chars().next().filter(|first| matches!(first, '"' | '\'')) else {
        return line;
    };
    let line = line.trim_end_matches(',').trim_end();
    line.strip_prefix(quote).and_then(|line| line.strip_suffix(quote)).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(package: &str) -> FoundDependents {
        FoundDependents { search: "https://search.example.org/".into(), package: package.into() }
    }

    #[test]
    fn the_pattern_takes_each_spelling_and_no_other_name() {
        let pattern = regex::RegexBuilder::new(&asked("Oslo.Config").pattern())
            .case_insensitive(true)
            .build()
            .unwrap();
        for line in ["oslo.config", "oslo-config>=1", "  \"oslo_config[x]~=2\",", "oslo.config ; x"]
        {
            assert!(pattern.is_match(line), "{line}");
        }
        for line in ["oslo.config.opts =", "# oslo.config", "oslo.configs>=1", "x-oslo.config"] {
            assert!(!pattern.is_match(line), "{line}");
        }
        assert!(!regex::Regex::new(&asked("a+b(").pattern()).unwrap().is_match("aab"));
        let url = asked("rose&repos=x").url();
        assert!(url.starts_with("https://search.example.org/api/v1/search?repos=*&"), "{url}");
        assert!(!url.contains("&repos=x"), "{url}");
    }

    #[test]
    fn an_answer_is_read_as_hound_writes_it_and_anything_else_is_no_answer() {
        let text = br#"{"Results": {"garden/vase": {"Matches": [{"Filename": "pyproject.toml", "Matches": [
            {"Line": "  \"rose>=1.0\",  # red", "LineNumber": 7, "Before": [], "After": []}]}], "FilesWithMatch": 1}}, "Stats": null}"#;
        let expected = FoundDependent {
            repo: "garden/vase".into(),
            text: "rose>=1.0".into(),
            place: "pyproject.toml:7".into(),
        };
        assert_eq!(read(text), Ok(vec![expected]));
        assert_eq!(written(r#"rose<2; python_version<"3.8""#), r#"rose<2; python_version<"3.8""#);
        assert_eq!(read(br#"{"Results": {}}"#), Ok(Vec::new()));
        for (text, why) in [
            (&br#"{"Error": "too slow"}"#[..], "could not search: too slow"),
            (b"{}", "does not answer as Hound does"),
            (b"<html>", "does not answer as Hound does"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.starts_with(why), "{said}");
        }
    }
}
