//! How a repository sets up its release notes: reno's configuration file.

use std::collections::HashSet;

use regex::{Regex, RegexBuilder};
use serde_yaml::{Mapping, Value};

use super::uid::uid;
use crate::git::{GitError, Oid, Repository};

/// Where reno looks for its configuration, likeliest first.
const FILES: [&str; 2] = ["releasenotes/config.yaml", "reno.yaml"];
/// The directory that holds the directory of the notes.
const HOME: &str = "releasenotes";
/// Bytes of the largest configuration file.
const LARGEST: usize = 1 << 18;
/// Bytes of the largest compiled pattern.
const LARGEST_PATTERN: usize = 1 << 20;

/// The sections of a note and their titles, where the repository names no others.
const SECTIONS: [(&str, &str); 8] = [
    ("features", "New Features"),
    ("issues", "Known Issues"),
    ("upgrade", "Upgrade Notes"),
    ("deprecations", "Deprecation Notes"),
    ("critical", "Critical Issues"),
    ("security", "Security Issues"),
    ("fixes", "Bug Fixes"),
    ("other", "Other Notes"),
];

/// A section of release notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSection {
    /// Its key in a note.
    pub name: String,
    /// Its title in a report.
    pub title: String,
    /// 1 for a section of its own, 2 and 3 for what belongs to the one before.
    pub level: u8,
}

/// reno's configuration, with its defaults.
#[derive(Clone, Debug)]
pub struct NotesConfig {
    /// The directory of the notes.
    pub directory: String,
    /// The key of what comes before all sections.
    pub prelude: String,
    /// The sections, in the order of a report.
    pub sections: Vec<NoteSection>,
    /// The branch whose history is reported; `None` is what is looked at.
    pub branch: Option<String>,
    /// The branch that the others start from; `None` for the usual ones.
    pub default_branch: Option<String>,
    /// The oldest version to report.
    pub earliest_version: Option<String>,
    /// Whether the notes of pre-releases belong to their release.
    pub collapses_pre_releases: bool,
    /// Whether a report ends where the branch before it began.
    pub stops_at_branch_base: bool,
    /// Whether a merge that changes nothing is passed over, with what it merges.
    pub ignores_null_merges: bool,
    /// The title of what is not released yet.
    pub unreleased_title: Option<String>,
    /// What could not be understood, a phrase each; the default is used instead.
    pub problems: Vec<String>,
    pub(super) release_tag: Regex,
    pub(super) pre_release: Regex,
    pub(super) series_branch: Regex,
    pub(super) closed_branch: Regex,
    ignored: HashSet<String>,
}

impl Default for NotesConfig {
    fn default() -> Self {
        let section = |(name, title): (&str, &str)| NoteSection {
            name: name.to_owned(),
            title: title.to_owned(),
            level: 1,
        };
        let known = |text: &str| pattern(text).expect("the pattern is a constant of this file");
        Self {
            directory: format!("{HOME}/notes"),
            prelude: "prelude".to_owned(),
            sections: SECTIONS.map(section).to_vec(),
            branch: None,
            default_branch: None,
            earliest_version: None,
            collapses_pre_releases: true,
            stops_at_branch_base: true,
            ignores_null_merges: true,
            unreleased_title: None,
            problems: Vec::new(),
            release_tag: known(r"\A(?:v?[\d.ab]|rc)+\z"),
            pre_release: known(r"(?P<pre_release>\.v?\d+(?:[ab]|rc)+\d*)$"),
            series_branch: known("stable/.+"),
            closed_branch: known("(.+)-eo[lm]"),
            ignored: HashSet::new(),
        }
    }
}

impl NotesConfig {
    /// The configuration at `commit`.
    ///
    /// # Errors
    /// When the repository cannot be read there. A file that cannot be understood is no error: [`NotesConfig::problems`].
    pub fn at(repository: &Repository, commit: Oid) -> Result<Self, GitError> {
        for file in FILES {
            if let Some(blob) = repository.read(commit, file, LARGEST)? {
                return Ok(Self::read(file, &blob.bytes));
            }
        }
        Ok(Self::default())
    }

    /// Reads the bytes of the configuration file of that name.
    fn read(file: &str, bytes: &[u8]) -> Self {
        let mut config = Self::default();
        match serde_yaml::from_slice::<Value>(bytes) {
            Ok(Value::Mapping(options)) => config.set(file, &options),
            Ok(Value::Null) => {}
            Ok(_) => config.problems.push(format!("{file}: it is not a list of options")),
            Err(error) => config.problems.push(format!("{file}: {error}")),
        }
        config
    }

    fn set(&mut self, file: &str, options: &Mapping) {
        let mut read = Options { file, options, problems: Vec::new() };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(name) = read.take("notesdir", text) {
            self.directory = format!("{HOME}/{}", name.trim_matches('/'));
        }
        self.prelude = read.take("prelude_section_name", text).unwrap_or(self.prelude.clone());
        self.branch = read.take("branch", text);
        self.default_branch = read.take("default_branch", text);
        self.unreleased_title =
            read.take("unreleased_version_title", text).filter(|title| !title.is_empty());
        self.earliest_version = read.take("earliest_version", version);
        let flags = [
            ("collapse_pre_releases", &mut self.collapses_pre_releases),
            ("stop_at_branch_base", &mut self.stops_at_branch_base),
            ("ignore_null_merges", &mut self.ignores_null_merges),
        ];
        for (key, flag) in flags {
            *flag = read.take(key, Value::as_bool).unwrap_or(*flag);
        }
        if let Some(sections) = read.take("sections", sections) {
            self.sections = sections;
        }
        let names = read.take("ignore_notes", names).unwrap_or_default();
        self.ignored = names.iter().map(|name| uid(name).to_owned()).collect();
        let begins = |value: &Value| pattern(&format!("\\A(?:{}\n)", value.as_str()?));
        let within = |value: &Value| pattern(value.as_str()?);
        let ends = |value: &Value| {
            within(value).filter(|found| found.capture_names().any(|name| name == Some(GROUP)))
        };
        self.release_tag = read.take("release_tag_re", begins).unwrap_or(self.release_tag.clone());
        self.pre_release =
            read.take("pre_release_tag_re", ends).unwrap_or(self.pre_release.clone());
        self.series_branch =
            read.take("branch_name_re", within).unwrap_or(self.series_branch.clone());
        self.closed_branch =
            read.take("closed_branch_tag_re", within).unwrap_or(self.closed_branch.clone());
        self.problems = read.problems;
    }

    /// Whether the repository wants the note in that file left out.
    pub fn ignores(&self, file: &str) -> bool {
        self.ignored.contains(uid(file))
    }

    /// The version that a pre-release belongs to: `1.0.0` of `1.0.0.0rc1`; `None` for what is no pre-release.
    pub(super) fn without_pre_release(&self, version: &str) -> Option<String> {
        let found = self.pre_release.captures(version)?.name(GROUP)?;
        Some(format!("{}{}", &version[..found.start()], &version[found.end()..]))
    }

    /// The section that what stands under `name` belongs to: a part of a section is of that section.
    pub fn main_section(&self, name: &str) -> Option<&NoteSection> {
        let at = self.sections.iter().position(|section| section.name == name)?;
        self.sections[..=at].iter().rev().find(|section| section.level == 1)
    }
}

/// The part of the pattern for pre-releases that makes one.
const GROUP: &str = "pre_release";

/// The options of a file, with what is wrong with them.
struct Options<'a> {
    file: &'a str,
    options: &'a Mapping,
    problems: Vec<String>,
}

impl Options<'_> {
    /// The value of an option; a wrong one is noted, and counts as not there.
    fn take<T>(&mut self, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.options.get(key).filter(|value| !value.is_null())?;
        let found = read(value);
        if found.is_none() {
            self.problems.push(format!("{}: the value of `{key}` cannot be understood", self.file));
        }
        found
    }
}

/// A version; `1.10` without quotes has lost its zero and is none.
fn version(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn names(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(names) => Some(names.split(',').map(|name| name.trim().to_owned()).collect()),
        Value::Sequence(names) => {
            names.iter().map(|name| name.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    }
}

fn sections(value: &Value) -> Option<Vec<NoteSection>> {
    let section = |entry: &Value| {
        let entry = entry.as_sequence().filter(|entry| (2..=3).contains(&entry.len()))?;
        let level = match entry.get(2) {
            None => 1,
            Some(level) => {
                u8::try_from(level.as_u64()?).ok().filter(|level| (1..=3).contains(level))?
            }
        };
        let text = |at: usize| entry[at].as_str().map(str::to_owned);
        Some(NoteSection { name: text(0)?, title: text(1)?, level })
    };
    value.as_sequence()?.iter().map(section).collect()
}

/// A pattern as reno reads it: blanks and comments in it do not count.
fn pattern(text: &str) -> Option<Regex> {
    RegexBuilder::new(text).ignore_whitespace(true).size_limit(LARGEST_PATTERN).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> NotesConfig {
        NotesConfig::read("reno.yaml", text.as_bytes())
    }

    #[test]
    fn what_a_repository_sets_is_taken() {
        let config = read(
            "---\nnotesdir: news/\nbranch: stable/x\nearliest_version: 1.2.0\ncollapse_pre_releases: false\n\
             stop_at_branch_base: false\nunreleased_version_title: In Development\nprelude_section_name: summary\n\
             ignore_notes:\n  - a-1234567890abcdef.yaml\n  - fedcba0987654321\n\
             sections:\n  - [features, New]\n  - [features_cli, Command Line, 2]\n",
        );
        assert_eq!(config.directory, "releasenotes/news");
        assert_eq!(config.branch.as_deref(), Some("stable/x"));
        assert_eq!(config.earliest_version.as_deref(), Some("1.2.0"));
        assert!(!config.collapses_pre_releases && !config.stops_at_branch_base);
        assert_eq!(config.unreleased_title.as_deref(), Some("In Development"));
        assert_eq!(config.prelude, "summary");
        assert!(config.ignores("releasenotes/news/renamed-1234567890abcdef.yaml"));
        assert!(config.ignores("b-fedcba0987654321.yaml") && !config.ignores("c-0.yaml"));
        assert_eq!(config.main_section("features_cli").unwrap().name, "features");
        assert_eq!(config.main_section("fixes"), None);
        assert_eq!(config.problems, [""; 0]);
    }

    #[test]
    fn what_cannot_be_understood_is_said_and_the_default_stands() {
        let config =
            read("notesdir: 7\nsections: {a: b}\npre_release_tag_re: '(oops'\nunknown: 1\n");
        assert_eq!(config.directory, "releasenotes/notes");
        assert_eq!(config.sections.len(), 8);
        assert_eq!(config.problems.len(), 3, "{:?}", config.problems);
        assert_eq!(read("- a").problems, ["reno.yaml: it is not a list of options"]);
        assert_eq!(read("a: [").problems.len(), 1);
        assert_eq!(read("").problems, [""; 0]);
        assert_eq!(read("pre_release_tag_re: 'rc'").problems.len(), 1, "it has no such group");
    }

    #[test]
    fn tags_are_told_apart_by_patterns() {
        let config = read(
            "release_tag_re: |\n  v[0-9]+ # ours\npre_release_tag_re: |\n  (?P<pre_release>-alpha)$ # theirs\n",
        );
        assert!(config.release_tag.is_match("v1.0.0") && !config.release_tag.is_match("1-v1"));
        assert_eq!(config.without_pre_release("v1-alpha").as_deref(), Some("v1"));
        let usual = NotesConfig::default();
        assert_eq!(usual.without_pre_release("1.0.0.0rc1").as_deref(), Some("1.0.0"));
        assert_eq!(usual.without_pre_release("1.0.0"), None);
        assert!(
            usual.release_tag.is_match("8.0.0.0b1") && !usual.release_tag.is_match("newton-eol")
        );
    }
}
