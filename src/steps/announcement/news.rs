//! What a release brings, in the words of its project: the release notes since the version before it.

use super::read_back::{ReleaseError, TagAtHand, TagWords, read, since};
use crate::facts::needs::{Needs, needs_between};
use crate::facts::package::package_in;
use crate::notes::{NoteSection, Notes, ReleaseNote, notes_between};
use crate::text::{rst, visible};

/// Columns of a line.
const WIDTH: usize = 72;
/// Columns of what is in a list.
const ITEM: usize = WIDTH - 2;

/// What the project says of a release, beside what its tag says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The release notes since the version before.
    pub notes: Notes,
    /// What the package is, in its own words.
    pub description: Option<String>,
    /// How its requirements changed since the version before.
    pub needs: Needs,
    /// Where the request was reviewed.
    pub request: Option<String>,
}

/// A part of the release notes, as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// The title; none for what stands before all sections.
    pub(super) title: Option<String>,
    /// The lines below the title.
    pub(super) lines: Vec<String>,
}

/// What the project says of the release of that tag.
///
/// # Errors
/// As [`released`](super::released).
pub fn news(tag: &TagAtHand<'_>) -> Result<News, ReleaseError> {
    news_of(tag, &read(tag)?)
}

pub(super) fn news_of(tag: &TagAtHand<'_>, said: &TagWords) -> Result<News, ReleaseError> {
    let (_, from) = since(tag, said)?;
    let repository = tag.repository;
    Ok(News {
        notes: notes_between(repository, from, said.commit)?,
        description: package_in(repository, said.commit)?.summary(),
        needs: match from {
            Some(from) => needs_between(repository, from, said.commit)?,
            None => Needs::default(),
        },
        request: request(tag, said),
    })
}

/// Where the request was reviewed: its change on the site's Gerrit.
fn request(tag: &TagAtHand<'_>, said: &TagWords) -> Option<String> {
    let gerrit = tag.config.gerrit.trim_end_matches('/');
    let mut lines = said.message.release.iter();
    let (_, id) = lines.find(|(label, _)| label == "Change-Id")?;
    let is_id = id.starts_with('I') && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_id && !gerrit.is_empty()).then(|| format!("{gerrit}/q/{id}"))
}

impl News {
    /// The notes by section, in the order of a report, as lines that fit into a mail.
    pub(super) fn parts(&self) -> Vec<Part> {
        let preludes = self.notes.notes.iter().filter_map(|note| note.prelude.as_deref());
        let lines = apart(preludes.map(|text| safe(text, WIDTH)).collect());
        let prelude = Part { title: None, lines };
        let sections = self.notes.sections.iter().map(|section| self.part(section));
        std::iter::once(prelude).chain(sections).filter(|part| !part.lines.is_empty()).collect()
    }

    fn part(&self, section: &NoteSection) -> Part {
        let texts = |note: &ReleaseNote| note.section(&section.name).map(item).collect::<Vec<_>>();
        let items: Vec<Vec<String>> = self.notes.notes.iter().flat_map(texts).collect();
        let is_open = items.iter().any(|item| item.iter().any(String::is_empty));
        let lines = if is_open { apart(items) } else { items.concat() };
        Part { title: Some(visible(&section.title).replace('\n', " ")), lines }
    }

    /// The names of the notes that could not be read.
    pub(super) fn unreadable(&self) -> Vec<String> {
        let mut files: Vec<String> =
            self.notes.bad.iter().map(|bad| visible(&bad.file).replace('\n', " ")).collect();
        files.dedup();
        files
    }
}

/// A text of a note as an item of a list.
fn item(text: &str) -> Vec<String> {
    let lines = safe(text, ITEM).into_iter().enumerate();
    let lines = lines.map(|(number, line)| match (number, line.is_empty()) {
        (0, _) => format!("* {line}"),
        (_, true) => line,
        (_, false) => format!("  {line}"),
    });
    lines.collect()
}

/// reStructuredText as lines that do no harm.
fn safe(text: &str, width: usize) -> Vec<String> {
    visible(&rst::plain(text, width)).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// With an empty line between two texts.
fn apart(texts: Vec<Vec<String>>) -> Vec<String> {
    let mut lines = Vec::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(text);
    }
    lines
}
