//! From nodes to values, collecting every problem.
//!
//! Each method of [`Decoder`] returns the value, or returns `None` and keeps a [`Problem`]. A scalar with the wrong meaning
//! (`version: 1.10`) is reported, but its text is returned all the same, so that one run finds the problems behind it too.

use std::sync::Arc;

use jiff::civil::Date;

use super::field::{Field, Fields, Part};
use super::node::{Content, Entry, Node, Style};
use super::quote::{Around, quote};
use super::resolve::Meaning;
use super::suggest::{certain, nearest};
use crate::tree::place::{Fix, Place, Placed, Problem, ProblemKind};
use crate::tree::terms::Term;

/// A closed set of words, such as the values of `type`.
pub trait Word: Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];

    /// The word in the file.
    fn as_str(self) -> &'static str;
}

/// Reads values and collects problems.
#[derive(Debug, Default)]
pub struct Decoder {
    problems: Vec<Problem>,
    /// How many of them [`Decoder::take_note`] has returned.
    noted: usize,
}

impl Decoder {
    /// Every problem, in the order of the file.
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.place);
        self.problems
    }

    /// The problems since the last call. They also remain for [`Decoder::finish`].
    pub fn take_note(&mut self) -> Vec<Problem> {
        let since = self.problems[self.noted..].to_vec();
        self.noted = self.problems.len();
        since
    }

    /// Keeps a problem.
    pub fn problem(&mut self, place: Place, message: String, help: Option<String>) {
        self.fixable(place, message, help, None);
    }

    /// Keeps a problem, and what corrects it.
    fn fixable(
        &mut self,
        place: Place,
        message: String,
        help: Option<String>,
        fix: Option<(&str, String)>,
    ) {
        let fix = fix.map(|(description, text)| Fix::replace(description, place, text));
        self.problems.push(Problem { kind: ProblemKind::Shape, place, message, help, fix });
    }

    /// Keeps the problem that `word` is none of `known`.
    fn unknown_word<'w>(
        &mut self,
        place: Place,
        message: String,
        word: &str,
        known: impl Iterator<Item = &'w str> + Clone,
        style: Style,
    ) {
        let help = one_of(word, known.clone());
        let meant = certain(word, known);
        let fix = meant.map(|meant| ("correct the spelling", quote(meant, style, Around::Flow)));
        self.fixable(place, message, Some(help), fix);
    }

    /// A mapping with keys of `known` and no others.
    pub fn fields<'a>(&mut self, field: Field<'a>, known: &[&'static str]) -> Option<Fields<'a>> {
        let entries = self.entries(field)?;
        let mut meant = Vec::new();
        // One that is there already was not meant to be there twice. Found once: a file may have very many unknown keys.
        let is_free = |key: &&&str| entries.iter().all(|other| other.key.value != **key);
        let free: Vec<&str> = known.iter().filter(is_free).copied().collect();
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.value.as_str())) {
            let within = match field.part {
                Part::Whole => String::new(),
                Part::Value | Part::Item => format!(" in {}", field.called()),
            };
            let message = format!("unknown key `{}`{within}", entry.key.value);
            let help = one_of(&entry.key.value, known.iter().copied());
            meant.extend(nearest(&entry.key.value, known.iter().copied()));
            let fix = certain(&entry.key.value, free.iter().copied())
                .map(|meant| ("correct the spelling", meant.to_owned()));
            self.fixable(entry.key.place, message, Some(help), fix);
        }
        Some(Fields { entries, meant, of: field })
    }

    /// The value of a required key, such as `example`. A misspelt one is reported as that, and nothing more.
    pub fn require<'a>(
        &mut self,
        fields: &Fields<'a>,
        key: &str,
        example: &str,
    ) -> Option<Field<'a>> {
        let found = fields.get(key);
        if !fields.means(key) {
            let place = fields.of.node.head();
            let help = format!("add `{key}: {example}`");
            self.problem(place, format!("{} has no `{key}`", fields.of.called()), Some(help));
        }
        found
    }

    /// The entries of a mapping with any keys.
    pub fn entries<'a>(&mut self, field: Field<'a>) -> Option<&'a [Entry]> {
        match &field.node.content {
            Content::Mapping(entries) => Some(entries),
            _ => self.mismatch(field, "a mapping", None),
        }
    }

    /// The items of a list.
    pub fn items<'a>(&mut self, field: Field<'a>) -> impl Iterator<Item = Field<'a>> + use<'a> {
        let items: &'a [Node] = match &field.node.content {
            Content::Sequence(items) => items,
            Content::Scalar { text, .. } if text.starts_with('-') => {
                let item = text.strip_prefix('-').filter(|item| may_be_item(item));
                let fix = item.map(|item| ("make it a list of one item", format!("[{item}]")));
                let help = "a list item needs a space after its dash".to_owned();
                self.mismatch_with(field, "a list", Some(help), fix).unwrap_or_default()
            }
            _ => self.mismatch(field, "a list", None).unwrap_or_default(),
        };
        items.iter().map(move |node| field.item(node))
    }

    /// A text. If YAML reads it as something else, reports that it must be quoted and returns its text.
    pub fn text(&mut self, field: Field<'_>) -> Option<Placed<String>> {
        self.scalar(field, &[Meaning::Text])
    }

    /// A text. If YAML reads it as something else, reports that with `help` and `fix`, and returns its text.
    pub fn text_or(
        &mut self,
        field: Field<'_>,
        help: String,
        fix: Option<(&str, String)>,
    ) -> Option<Placed<String>> {
        let from = self.problems.len();
        let text = self.text(field);
        let place = field.node.place;
        let fix = fix.map(|(what, written)| Fix::replace(what, place, written));
        for problem in &mut self.problems[from..] {
            problem.help = Some(help.clone());
            problem.fix.clone_from(&fix);
        }
        text
    }

    /// A commit id. Git's null id names no commit, so there is no point in quoting it.
    pub fn commit_id(&mut self, field: Field<'_>) -> Option<Placed<String>> {
        let from = self.problems.len();
        let id = self.text(field);
        if id.as_ref().is_some_and(|id| id.len() == 40 && id.bytes().all(|byte| byte == b'0')) {
            self.problems.truncate(from);
        }
        id
    }

    /// A text or a whole number, as text.
    pub fn text_or_integer(&mut self, field: Field<'_>) -> Option<Placed<String>> {
        self.scalar(field, &[Meaning::Text, Meaning::Integer])
    }

    /// A text that may look like a number, such as `release-id: 2026.1`.
    pub fn text_or_number(&mut self, field: Field<'_>) -> Option<Placed<String>> {
        self.scalar(field, &[Meaning::Text, Meaning::Integer, Meaning::Float])
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, field: Field<'_>) -> Option<Placed<bool>> {
        match field.node.meaning() {
            Some(Meaning::Boolean(value)) => Some(Placed::new(value, field.node.place)),
            Some(Meaning::Text) => {
                let fix =
                    meant_boolean(field.node).map(|meant| ("write a boolean", meant.to_string()));
                let help = "write true or false".to_owned();
                self.mismatch_with(field, "a boolean", Some(help), fix)
            }
            _ => self.mismatch(field, "a boolean", None),
        }
    }

    /// A date, quoted or not.
    pub fn date(&mut self, field: Field<'_>) -> Option<Placed<Date>> {
        let text = self.scalar(field, &[Meaning::Text, Meaning::Date])?;
        match text.parse::<Date>() {
            Ok(date) if text.len() == "YYYY-MM-DD".len() => Some(Placed::new(date, text.place)),
            _ => {
                let message = format!("{} is not a date: `{}`", field.called(), text.value);
                self.problem(text.place, message, Some("write it as YYYY-MM-DD".to_owned()));
                None
            }
        }
    }

    /// One of a closed set of words.
    pub fn word<W: Word>(&mut self, field: Field<'_>) -> Option<Placed<W>> {
        let text = self.scalar(field, &[Meaning::Text])?;
        let found = W::ALL.iter().find(|word| word.as_str() == text.value);
        if found.is_none() {
            let part = if matches!(field.part, Part::Item) { "in" } else { "of" };
            let message = format!("unknown value `{}` {part} `{}`", text.value, field.name);
            let words = W::ALL.iter().map(|word| word.as_str());
            self.unknown_word(text.place, message, &text.value, words, field.style());
        }
        found.map(|&word| Placed::new(word, text.place))
    }

    /// A word that is built in or defined by the site: its meaning, and its name if the site defines it.
    pub fn term<W: Word>(
        &mut self,
        field: Field<'_>,
        own: &[Term<W>],
    ) -> Option<(Placed<W>, Option<Arc<str>>)> {
        let is_own = |term: &&Term<W>| field.is_text(&term.name);
        if let Some(term) = own.iter().find(is_own) {
            return Some((Placed::new(term.like, field.node.place), Some(Arc::clone(&term.name))));
        }
        let text = self.scalar(field, &[Meaning::Text])?;
        if let Some(word) = W::ALL.iter().find(|word| word.as_str() == text.value) {
            return Some((Placed::new(*word, text.place), None));
        }
        let part = if matches!(field.part, Part::Item) { "in" } else { "of" };
        let message = format!("unknown value `{}` {part} `{}`", text.value, field.name);
        let built_in = W::ALL.iter().map(|word| word.as_str());
        let known = own.iter().map(|term| &*term.name).chain(built_in);
        self.unknown_word(text.place, message, &text.value, known, field.style());
        None
    }

    fn scalar(&mut self, field: Field<'_>, accepted: &[Meaning]) -> Option<Placed<String>> {
        let Content::Scalar { text, .. } = &field.node.content else {
            return self.mismatch(field, "text", None);
        };
        let meaning = field.node.meaning()?;
        if meaning == Meaning::Null {
            return self.mismatch(field, "text", None);
        }
        if !accepted.contains(&meaning) {
            let message = format!(
                "{} must be text, but YAML reads `{text}` as {}",
                field.called(),
                meaning.describe()
            );
            let quoted = quote(text, Style::Single, Around::Flow);
            let help = format!("quote it: {quoted}");
            self.fixable(field.node.place, message, Some(help), Some(("quote it", quoted)));
        }
        Some(Placed::new(text.clone(), field.node.place))
    }

    fn mismatch<T>(&mut self, field: Field<'_>, expected: &str, help: Option<String>) -> Option<T> {
        self.mismatch_with(field, expected, help, None)
    }

    fn mismatch_with<T>(
        &mut self,
        field: Field<'_>,
        expected: &str,
        help: Option<String>,
        fix: Option<(&str, String)>,
    ) -> Option<T> {
        let message = match field.node.meaning() {
            Some(Meaning::Null) => format!("{} is empty: it must be {expected}", field.called()),
            _ => format!("{} must be {expected}, not {}", field.called(), field.described()),
        };
        self.fixable(field.node.head(), message, help, fix);
        None
    }
}

/// Whether an item that lacks the space before it is plain: one word.
fn may_be_item(item: &str) -> bool {
    !item.is_empty()
        && item.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        && !item.starts_with('-')
}

/// The boolean that people mean by a word of YAML 1.1, or by one in quotes.
fn meant_boolean(node: &Node) -> Option<bool> {
    let Content::Scalar { text, style } = &node.content else { return None };
    let is_one_line = *style != Style::Block;
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" if is_one_line => Some(true),
        "no" | "off" | "false" if is_one_line => Some(false),
        _ => None,
    }
}

fn one_of<'w>(word: &str, known: impl Iterator<Item = &'w str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("use one of: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests;
