//! Writes new values the way the file writes its old ones.

use super::find::{column, dash};
use super::value::EditedValue;
use crate::tree::lines::Lines;
use crate::tree::yaml::{Around, Content, Node, Style, quote};

/// How far things are indented, in columns.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// A mapping below its key.
    step: usize,
    /// A dash below its key, by the name of the key.
    lists: Vec<(String, usize)>,
    /// The content of an item behind its dash.
    gap: usize,
    line_end: &'static str,
}

/// What is usual where the file shows nothing.
const USUAL: usize = 2;

impl Layout {
    /// The layout of a file.
    pub(super) fn of(lines: &Lines<'_>, root: &Node) -> Self {
        let line_end = lines.line_end();
        let mut layout = Self { step: USUAL, lists: Vec::new(), gap: USUAL, line_end };
        layout.measure(lines, root);
        layout
    }

    /// Later lists win: new entries come after them.
    fn measure(&mut self, lines: &Lines<'_>, node: &Node) {
        match &node.content {
            Content::Scalar { .. } => {}
            Content::Sequence(items) => items.iter().for_each(|item| self.measure(lines, item)),
            Content::Mapping(entries) => {
                for entry in entries {
                    let of_key = usize::try_from(entry.key.place.column).unwrap_or(1) - 1;
                    self.measure_list(lines, &entry.key.value, of_key, &entry.value);
                    self.measure(lines, &entry.value);
                }
            }
        }
    }

    fn measure_list(&mut self, lines: &Lines<'_>, key: &str, of_key: usize, value: &Node) {
        let Content::Sequence(items) = &value.content else { return };
        if value.is_flow() {
            return;
        }
        let Some(last) = items.last() else { return };
        let Some(dash) = dash(lines, last) else { return };
        let of_dash = column(lines, dash);
        let Some(offset) = of_dash.checked_sub(of_key) else { return };
        self.lists.retain(|(name, _)| name != key);
        self.lists.push((key.to_owned(), offset));
        let of_item = usize::try_from(last.place.column).unwrap_or(1) - 1;
        let is_same_line =
            usize::try_from(last.place.line).is_ok_and(|line| line == lines.line_of(dash) + 1);
        if is_same_line && of_item > of_dash && !last.is_flow() {
            self.gap = of_item - of_dash;
        }
    }

    /// How far the dashes of the list under `key` are indented.
    fn list_offset(&self, key: &str) -> usize {
        let own = self.lists.iter().find(|(name, _)| name == key);
        own.or(self.lists.last()).map_or(USUAL, |(_, offset)| *offset)
    }

    /// What follows the colon of `key`, which is at the column `indent`: ` text`, or lines of its own.
    pub(super) fn below(
        &self,
        key: &str,
        value: &EditedValue,
        indent: usize,
        like: Option<&Node>,
    ) -> String {
        if is_inline(value, like) {
            return format!(" {}", flow(value, like, Around::Block));
        }
        match value {
            EditedValue::Text(text) => self.literal(text, indent),
            EditedValue::Bare(text) => format!(" {text}"),
            EditedValue::List(items) => {
                let dash = indent + self.list_offset(key);
                let like = like.and_then(last_item);
                items.iter().map(|item| self.line(dash, &self.item(item, dash, like))).collect()
            }
            EditedValue::Map(entries) => {
                let column = indent + self.step;
                let entry = |(key, value): &(String, EditedValue)| {
                    self.line(column, &self.entry(key, value, column, like))
                };
                entries.iter().map(entry).collect()
            }
        }
    }

    /// An entry of a mapping whose keys are at `column`, without the indentation of its first line.
    pub(super) fn entry(
        &self,
        key: &str,
        value: &EditedValue,
        column: usize,
        like: Option<&Node>,
    ) -> String {
        let like = like.and_then(|like| value_of(like, key));
        let name = quote(key, Style::Plain, Around::Block);
        format!("{name}:{}", self.below(key, value, column, like))
    }

    /// An item whose dash is at the column `dash`, from its dash.
    pub(super) fn item(&self, value: &EditedValue, dash: usize, like: Option<&Node>) -> String {
        match value {
            EditedValue::Map(entries) if !is_inline(value, like) => {
                let column = dash + self.gap;
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, value)| self.entry(key, value, column, like))
                    .collect();
                let between = self.line(column, "");
                format!("-{}{}", " ".repeat(self.gap - 1), entries.join(&between))
            }
            EditedValue::Text(text) if !is_inline(value, like) => {
                format!("-{}", self.literal(text, dash))
            }
            _ => format!("-{}{}", " ".repeat(self.gap - 1), flow(value, like, Around::Block)),
        }
    }

    /// A line end, the indentation, the text.
    pub(super) fn line(&self, column: usize, text: &str) -> String {
        format!("{}{}{text}", self.line_end, " ".repeat(column))
    }

    /// Several lines below a `|`.
    fn literal(&self, text: &str, indent: usize) -> String {
        let (body, keep) = match text.strip_suffix('\n') {
            Some(body) => (body, ""),
            None => (text, "-"),
        };
        let line = |line: &str| match line {
            "" => self.line_end.to_owned(),
            line => self.line(indent + USUAL, line),
        };
        format!(" |{keep}{}", body.split('\n').map(line).collect::<String>())
    }
}

/// Whether it is written on the line of its key or dash.
fn is_inline(value: &EditedValue, like: Option<&Node>) -> bool {
    let is_like_flow =
        like.is_some_and(|like| like.is_flow() && !EditedValue::from(like).is_empty());
    match value {
        EditedValue::Text(text) => !may_be_literal(text),
        EditedValue::Bare(_) => true,
        EditedValue::List(items) => {
            items.is_empty()
                || is_like_flow
                || items.iter().any(|item| matches!(item, EditedValue::List(_)))
        }
        EditedValue::Map(entries) => entries.is_empty() || is_like_flow,
    }
}

/// Whether a text has several lines and each can stand below a `|` as it is.
fn may_be_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.chars().all(|c| c == '\n' || !c.is_control())
}

/// A value on one line.
pub(super) fn flow(value: &EditedValue, like: Option<&Node>, around: Around) -> String {
    match value {
        EditedValue::Text(text) => quote(text, style_of(like), around),
        EditedValue::Bare(text) => text.clone(),
        EditedValue::List(items) => {
            let like = like.and_then(last_item);
            let items: Vec<String> =
                items.iter().map(|item| flow(item, like, Around::Flow)).collect();
            format!("[{}]", items.join(", "))
        }
        EditedValue::Map(entries) => {
            let entry = |(key, value): &(String, EditedValue)| flow_entry(key, value, like);
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// An entry between braces.
pub(super) fn flow_entry(key: &str, value: &EditedValue, like: Option<&Node>) -> String {
    let like = like.and_then(|like| value_of(like, key));
    let name = quote(key, Style::Plain, Around::Flow);
    format!("{name}: {}", flow(value, like, Around::Flow))
}

/// How a scalar is written.
pub(super) fn style_of(node: Option<&Node>) -> Style {
    match node.map(|node| &node.content) {
        Some(Content::Scalar { style: Style::Block, .. }) | None => Style::Plain,
        Some(Content::Scalar { style, .. }) => *style,
        Some(Content::Sequence(_) | Content::Mapping(_)) => Style::Plain,
    }
}

fn last_item(node: &Node) -> Option<&Node> {
    match &node.content {
        Content::Sequence(items) => items.last(),
        _ => None,
    }
}

fn value_of<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.content {
        Content::Mapping(entries) => {
            entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
        }
        _ => None,
    }
}
