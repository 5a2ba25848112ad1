//! From text to a tree of nodes. Refuses constructs that no deliverable file needs.

use std::borrow::Cow;
use std::collections::HashSet;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::explain::explain;
use super::node::{Content, Entry, Node, Style};
use super::preflight::{preflight, problem, refuse_escapes};
use super::source::Source;
use super::{MAX_DEPTH, Meaning};
use crate::tree::place::{Place, Placed, Problem};

/// Reads the only document of a file; `None` if it is empty.
///
/// # Errors
/// The first problem, where reading stopped.
pub fn parse(bytes: &[u8]) -> Result<Option<Node>, Problem> {
    let (text, skipped) = preflight(bytes)?;
    let source = Source::new(text, skipped);
    Reader { parser: Parser::new_from_str(text), source }.document()
}

/// Up to this number of entries in a mapping, looking at each is cheaper than a set.
const FEW: usize = 16;

/// The keys of a mapping so far; a set once there are many.
#[derive(Default)]
struct Keys(HashSet<String>);

impl Keys {
    /// Whether `key` is not in `entries`, the ones before it.
    fn insert(&mut self, key: &str, entries: &[Entry]) -> bool {
        if entries.len() < FEW {
            return entries.iter().all(|entry| entry.key.value != key);
        }
        if self.0.is_empty() {
            self.0.extend(entries.iter().map(|entry| entry.key.value.clone()));
        }
        self.0.insert(key.to_owned())
    }
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    source: Source<'a>,
}

impl<'a> Reader<'a> {
    fn document(mut self) -> Result<Option<Node>, Problem> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) if root.is_some() => {
                    let help = "remove the second `---`: a file has one document";
                    return Err(self.refuse(span, "a second document begins here", help));
                }
                Event::DocumentStart(_) => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span, 0)?);
                }
                _ => {}
            }
        }
        Ok(root.filter(|node| node.meaning() != Some(Meaning::Null)))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Problem> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(self.broken(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Problem> {
        if depth > MAX_DEPTH {
            return Err(self.refuse(
                span,
                "nested too deeply",
                "use fewer levels: no file in a releases repository needs this many",
            ));
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_properties(span, anchor, tag.as_ref())?;
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    ScalarStyle::SingleQuoted => Style::Single,
                    ScalarStyle::DoubleQuoted => Style::Double,
                    ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
                };
                let place = match style {
                    Style::Single | Style::Double => self.source.quoted(span),
                    Style::Plain | Style::Block => self.source.scalar(span),
                };
                if style == Style::Double {
                    refuse_escapes(&text, place)?;
                }
                Ok(Node { place, content: Content::Scalar { text: text.into_owned(), style } })
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_properties(span, anchor, tag.as_ref())?;
                self.sequence(span, depth)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_properties(span, anchor, tag.as_ref())?;
                self.mapping(span, depth)
            }
            Event::Alias(_) => Err(self.refuse(
                span,
                "an alias (`*name`): the value is somewhere else in the file",
                "write the value here",
            )),
            _ => Err(self.refuse(
                span,
                "a value is missing",
                "complete the list or mapping at the end of the file",
            )),
        }
    }

    fn sequence(&mut self, start: Span, depth: usize) -> Result<Node, Problem> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                let ends =
                    items.first().zip(items.last()).map(|(first, last)| (first.place, last.place));
                let place = self.container(start, span, ends);
                return Ok(Node { place, content: Content::Sequence(items) });
            }
            let mut item = self.node(event, span, depth + 1)?;
            if is_nothing(&item) {
                item.place = self.source.before(span.start);
            }
            items.push(item);
        }
    }

    fn mapping(&mut self, start: Span, depth: usize) -> Result<Node, Problem> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = Keys::default();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                let ends = entries
                    .first()
                    .zip(entries.last())
                    .map(|(first, last)| (first.key.place, last.value.place));
                let place = self.container(start, span, ends);
                return Ok(Node { place, content: Content::Mapping(entries) });
            }
            let key = self.key(event, span, depth)?;
            if !seen.insert(&key.value, &entries) {
                let message = format!("duplicate key `{}`", key.value);
                return Err(problem(
                    key.place,
                    message,
                    Some("remove one of the two entries".to_owned()),
                ));
            }
            let (event, span) = self.next()?;
            let mut value = self.node(event, span, depth + 1)?;
            if is_nothing(&value) {
                value.place = key.place;
            }
            entries.push(Entry { key, value });
        }
    }

    fn key(
        &mut self,
        event: Event<'a>,
        span: Span,
        depth: usize,
    ) -> Result<Placed<String>, Problem> {
        let node = self.node(event, span, depth + 1)?;
        match node.content {
            Content::Scalar { text, style: Style::Plain } if text == "<<" => Err(problem(
                node.place,
                "a merge key (`<<`): programs read it differently".to_owned(),
                Some("write the keys here".to_owned()),
            )),
            Content::Scalar { text, .. } => Ok(Placed::new(text, node.place)),
            Content::Sequence(_) | Content::Mapping(_) => Err(problem(
                node.head(),
                "a key that is not text".to_owned(),
                Some("write a name before the colon".to_owned()),
            )),
        }
    }

    /// A flow container ends with a bracket of its own. The end of a block is empty.
    fn container(&self, start: Span, end: Span, ends: Option<(Place, Place)>) -> Place {
        let (first, last) = match ends {
            Some(ends) if end.is_empty() => ends,
            _ if end.is_empty() => {
                (self.source.character(start.start), self.source.character(start.start))
            }
            _ => (self.source.character(start.start), self.source.character(end.start)),
        };
        Place { end_line: last.end_line, end_column: last.end_column, ..first }
    }

    fn refuse_properties(
        &self,
        span: Span,
        anchor: usize,
        tag: Option<&Cow<'_, Tag>>,
    ) -> Result<(), Problem> {
        if anchor != 0 {
            return Err(self.refuse(
                span,
                "an anchor (`&name`): programs read it differently",
                "remove it, and write the value wherever it is needed",
            ));
        }
        if let Some(tag) = tag {
            return Err(self.refuse(
                span,
                &format!("the tag `{tag}`: programs read it differently"),
                "remove the word that begins with `!`",
            ));
        }
        Ok(())
    }

    fn refuse(&self, span: Span, what: &str, help: &str) -> Problem {
        problem(self.source.character(span.start), what.to_owned(), Some(help.to_owned()))
    }

    fn broken(&self, error: &ScanError) -> Problem {
        if error.info() == "recursion limit exceeded" {
            let place = self.source.character(*error.marker());
            return problem(place, "nested too deeply".to_owned(), None);
        }
        let lines = self.source.texts();
        let marker = error.marker();
        let at = (marker.line().saturating_sub(1), marker.col());
        let fault = explain(&lines, at, error.info());
        problem(self.source.on_line(fault.line, fault.columns), fault.message, Some(fault.help))
    }
}

/// The place of an empty value: its key, or the dash of an empty item.
fn is_nothing(node: &Node) -> bool {
    let Place { line, column, end_line, end_column } = node.place;
    (line, column) == (end_line, end_column)
}

#[cfg(test)]
mod tests;
