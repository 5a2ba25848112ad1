//! The message of a tag: a contract with the jobs that read it after the push.
//!
//! ```text
//! oslo.config 9.1.0 release
//!
//! meta:version: 9.1.0
//! meta:team: oslo
//! meta:diff-start: -
//! meta:series: antelope
//! meta:branch: master
//! meta:release-type: release
//! meta:pypi: yes
//! meta:first: no
//! meta:release:Author: Ann Example <ann@example.org>
//! meta:release:Code-Review+2: Bob Example <bob@example.org>
//! meta:override: late-in-week: security fix, agreed with the release team
//! meta:waited: merged on Sun 2023-03-05 04:30 UTC; outside its window, mon, tue 08:00-11:00 Europe/Prague
//! meta:playground: yes
//! meta:plan: 4f1c…
//! ```
//!
//! [`TagMessage::to_text`] refuses whatever would not come back from [`TagMessage::parse`].

use std::fmt;

use crate::text;
use crate::version::{PreReleaseKind, Version};

/// What a tag says about its release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagMessage {
    /// The repository without its namespace, such as `oslo.config`.
    pub short_name: String,
    /// The version; also the name of the tag.
    pub version: String,
    /// What kind of release it is.
    pub stage: Stage,
    /// The team in charge.
    pub team: String,
    /// Where the change log begins, when it is not the previous release.
    pub diff_start: Option<String>,
    /// The series: the directory of the deliverable file without a leading `_`.
    pub series: String,
    /// `master` for the series in development, else the branch of the series.
    pub branch: String,
    /// Whether the announcement links to the package index; `None` where the site has none.
    pub pypi: Option<bool>,
    /// Whether this is the first full release in its file.
    pub first: bool,
    /// Who asked for and approved it: (label, value), such as (`Workflow+1`, `Ann <ann@…>`).
    pub release: Vec<(String, String)>,
    /// The rules that were overridden, each with its reason.
    pub overrides: Vec<String>,
    /// When the request was merged and what its tag waited for, if it did.
    pub waited: Option<String>,
    /// Whether it was made on a playground: it says nothing of what was reviewed, or when.
    pub playground: bool,
    /// The plan that made the tag.
    pub plan: Option<String>,
}

/// What kind of release a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// An alpha or a beta.
    Milestone,
    /// A release candidate.
    Candidate,
    /// A full release.
    Release,
}

impl Stage {
    /// The stage of a version: an alpha or beta is a milestone, a release candidate is one, anything else is a release.
    pub fn of(version: &Version) -> Self {
        match version.pre_release().map(|pre| pre.kind) {
            Some(PreReleaseKind::Alpha | PreReleaseKind::Beta) => Self::Milestone,
            Some(PreReleaseKind::Rc) => Self::Candidate,
            None => Self::Release,
        }
    }

    /// The words of the tag message.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Milestone => "development milestone",
            Self::Candidate => "release candidate",
            Self::Release => "release",
        }
    }

    fn from_words(words: &str) -> Option<Self> {
        [Self::Milestone, Self::Candidate, Self::Release]
            .into_iter()
            .find(|stage| stage.as_str() == words)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a tag message could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagMessageError {
    /// The first line has another form.
    #[error(
        "the tag message begins with `{0}`, not with `<repository> <version> \
         <development milestone|release candidate|release>`; consider whether a release job made this tag"
    )]
    FirstLine(String),
    /// A line that readers rely on is not there.
    #[error(
        "the tag message has no line `meta:{0}:`; consider whether a release job made this tag"
    )]
    Missing(&'static str),
    /// A line that may be there once is there again, and says something else.
    #[error("the tag message has two different values for `meta:{0}:`")]
    Twice(&'static str),
    /// A line says something else than the first line.
    #[error("the tag message says `meta:{key}: {value}`, but `{first_line}` in its first line")]
    Contradiction {
        /// The line.
        key: &'static str,
        /// What it says.
        value: String,
        /// What the first line says.
        first_line: String,
    },
    /// `yes` or `no` was expected.
    #[error("the tag message says `meta:{0}: {1}`, but only `yes` and `no` are allowed")]
    NoYesOrNo(&'static str, String),
    /// A value that would not be read back as it was.
    #[error(
        "{0} {1:?} cannot be written into a tag message: it must be one line of text, not \
         empty, without space around it"
    )]
    Unwritable(&'static str, String),
}

impl TagMessage {
    /// Writes the message.
    ///
    /// # Errors
    ///
    /// [`TagMessageError::Unwritable`] for a value with a line break or another control
    /// character in it, an empty one, or one that a reader would take for something else.
    pub fn to_text(&self) -> Result<String, TagMessageError> {
        self.refuse_unwritable()?;
        let head = format!("{} {} {}\n\n", self.short_name, self.version, self.stage);
        let singles = [
            ("version", self.version.as_str()),
            ("team", &self.team),
            ("diff-start", self.diff_start.as_deref().unwrap_or("-")),
            ("series", &self.series),
            ("branch", &self.branch),
            ("release-type", self.stage.as_str()),
        ];
        let flags = [("pypi", self.pypi), ("first", Some(self.first))];
        let flags = flags.iter().filter_map(|(key, flag)| Some((*key, yes_or_no((*flag)?))));
        let mut lines: Vec<String> = singles
            .into_iter()
            .chain(flags)
            .map(|(key, value)| format!("meta:{key}: {value}\n"))
            .collect();
        lines.extend(
            self.release.iter().map(|(label, value)| format!("meta:release:{label}: {value}\n")),
        );
        lines.extend(self.overrides.iter().map(|text| format!("meta:override: {text}\n")));
        lines.extend(self.waited.iter().map(|text| format!("meta:waited: {text}\n")));
        lines.extend(self.playground.then(|| PLAYGROUND.to_owned()));
        lines.extend(self.plan.iter().map(|plan| format!("meta:plan: {plan}\n")));
        Ok(head + &lines.concat())
    }

    fn refuse_unwritable(&self) -> Result<(), TagMessageError> {
        word("the repository name", &self.short_name)?;
        word("the version", &self.version)?;
        word("the series", &self.series)?;
        word("the branch", &self.branch)?;
        one_line("the team", &self.team)?;
        if let Some(start) = &self.diff_start {
            word("the start of the change log", start)?;
        }
        for (label, value) in &self.release {
            word("the label", label)?;
            if label.contains(':') {
                return Err(TagMessageError::Unwritable("the label", label.clone()));
            }
            one_line("the value of a `meta:release:` line", value)?;
        }
        for text in &self.overrides {
            one_line("the override", text)?;
        }
        if let Some(text) = &self.waited {
            one_line("what the tag waited for", text)?;
        }
        self.plan.as_deref().map_or(Ok(()), |plan| one_line("the plan", plan))
    }

    /// Reads a message; lines it does not know and the signature at the end are left alone.
    ///
    /// # Errors
    ///
    /// When the first line or a line that readers rely on is missing, or lines contradict each
    /// other: then the tag was not made by a release job, and nothing may be concluded from it.
    pub fn parse(text: &str) -> Result<Self, TagMessageError> {
        let mut lines = text.lines().take_while(|line| !line.starts_with("-----BEGIN "));
        let (short_name, version, stage) = first_line(lines.next().unwrap_or_default())?;
        let meta = Meta::read(lines)?;
        let said = meta.one("version")?;
        if said != version {
            return Err(contradiction("version", said, &version));
        }
        let said = meta.one("release-type")?;
        if said != stage.as_str() {
            return Err(contradiction("release-type", said, stage.as_str()));
        }
        Ok(Self {
            short_name,
            version,
            stage,
            team: meta.one("team")?.to_owned(),
            diff_start: Some(meta.any("diff-start")?)
                .filter(|start| !matches!(*start, "-" | ""))
                .map(str::to_owned),
            series: meta.one("series")?.to_owned(),
            branch: meta.one("branch")?.to_owned(),
            pypi: meta.maybe_flag("pypi")?,
            first: meta.flag("first")?,
            release: meta.release,
            overrides: meta.overrides,
            waited: meta.waited,
            playground: meta.playground,
            plan: meta.plan,
        })
    }
}

/// The line of a tag that was made on a playground.
pub const PLAYGROUND: &str = "meta:playground: yes\n";

/// Lines of which there is one, in the order of the contract.
const SINGLES: [&str; 8] =
    ["version", "team", "diff-start", "series", "branch", "release-type", "pypi", "first"];

/// The `meta:` lines, sorted by kind.
#[derive(Default)]
struct Meta {
    singles: [Option<String>; SINGLES.len()],
    release: Vec<(String, String)>,
    overrides: Vec<String>,
    waited: Option<String>,
    playground: bool,
    plan: Option<String>,
}

impl Meta {
    fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Self, TagMessageError> {
        let mut meta = Self::default();
        for line in lines.filter_map(|line| line.strip_prefix("meta:")) {
            if let Some(line) = line.strip_prefix("release:") {
                meta.release.push(pair(line));
                continue;
            }
            let (key, value) = pair(line);
            match key.as_str() {
                "override" => meta.overrides.push(value),
                "waited" => set(&mut meta.waited, "waited", value)?,
                "playground" => meta.playground = true,
                "plan" => set(&mut meta.plan, "plan", value)?,
                _ => {
                    if let Some(at) = SINGLES.iter().position(|single| *single == key) {
                        set(&mut meta.singles[at], SINGLES[at], value)?;
                    }
                }
            }
        }
        Ok(meta)
    }

    fn any(&self, key: &'static str) -> Result<&str, TagMessageError> {
        SINGLES
            .iter()
            .position(|single| *single == key)
            .and_then(|at| self.singles[at].as_deref())
            .ok_or(TagMessageError::Missing(key))
    }

    fn one(&self, key: &'static str) -> Result<&str, TagMessageError> {
        Some(self.any(key)?).filter(|value| !value.is_empty()).ok_or(TagMessageError::Missing(key))
    }

    fn maybe_flag(&self, key: &'static str) -> Result<Option<bool>, TagMessageError> {
        match self.any(key) {
            Ok(_) => self.flag(key).map(Some),
            Err(_) => Ok(None),
        }
    }

    fn flag(&self, key: &'static str) -> Result<bool, TagMessageError> {
        match self.one(key)? {
            "yes" => Ok(true),
            "no" => Ok(false),
            other => Err(TagMessageError::NoYesOrNo(key, other.to_owned())),
        }
    }
}

fn first_line(line: &str) -> Result<(String, String, Stage), TagMessageError> {
    let mut words = line.trim_end().splitn(3, ' ');
    words
        .next()
        .zip(words.next())
        .zip(words.next().and_then(Stage::from_words))
        .filter(|((name, version), _)| !name.is_empty() && !version.is_empty())
        .map(|((name, version), stage)| (name.to_owned(), version.to_owned(), stage))
        .ok_or_else(|| TagMessageError::FirstLine(line.to_owned()))
}

fn pair(line: &str) -> (String, String) {
    let (key, value) = line.split_once(':').unwrap_or((line, ""));
    (key.trim().to_owned(), value.trim().to_owned())
}

fn set(slot: &mut Option<String>, key: &'static str, value: String) -> Result<(), TagMessageError> {
    if slot.as_ref().is_some_and(|present| *present != value) {
        return Err(TagMessageError::Twice(key));
    }
    *slot = Some(value);
    Ok(())
}

fn contradiction(key: &'static str, value: &str, first_line: &str) -> TagMessageError {
    TagMessageError::Contradiction {
        key,
        value: value.to_owned(),
        first_line: first_line.to_owned(),
    }
}

fn yes_or_no(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

fn one_line(what: &'static str, value: &str) -> Result<(), TagMessageError> {
    let fine = !value.is_empty() && value.trim() == value && text::one_line(value) == value;
    if fine { Ok(()) } else { Err(TagMessageError::Unwritable(what, value.to_owned())) }
}

/// One line without a space, which is neither the sign for "none" nor the start of a signature.
fn word(what: &'static str, value: &str) -> Result<(), TagMessageError> {
    one_line(what, value)?;
    if value.contains(char::is_whitespace) || value.starts_with('-') {
        return Err(TagMessageError::Unwritable(what, value.to_owned()));
    }
    Ok(())
}

/// Text from elsewhere as one line of a tag message, with single spaces: what would hide or steer something is written as
/// `\u{202e}`; `-` where nothing is left.
pub fn harmless(text: &str) -> String {
    let line = text::one_line(text);
    let words: Vec<&str> = line.split_whitespace().collect();
    if words.is_empty() { "-".to_owned() } else { words.join(" ") }
}

/// A label as one word without a colon, as it can come before a value.
pub fn label(text: &str) -> String {
    let word = text::one_line(text).replace([' ', ':'], "-");
    let word = word.trim_start_matches('-');
    if word.is_empty() { "label".to_owned() } else { word.to_owned() }
}

#[cfg(test)]
mod tests;
