//! One YAML file, changed value by value.

use super::Refused;
use super::find::{column, dash, has_comment, indentation, is_nothing, line_after};
use super::layout::{Layout, flow, flow_entry, style_of};
use super::region::{
    Beside, FoundValue, Region, above_comments, end_of, parts, position, region, whole_lines,
};
use super::splice::{Splice, splice};
use super::value::{EditedValue, Path, PathStep};
use crate::tree::lines::Lines;
use crate::tree::place::{Place, Problem, ProblemKind};
use crate::tree::yaml::{Around, Content, Node, Style, parse, quote};

/// A file that can be read, and its text.
#[derive(Clone, Debug)]
pub struct Document {
    text: String,
    root: Node,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// What makes it unreadable, or that it is empty.
    pub fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let empty = || Problem {
            kind: ProblemKind::Syntax,
            place: Place::TOP,
            message: "the file is empty".to_owned(),
            help: None,
            fix: None,
        };
        let root = parse(bytes)?.ok_or_else(empty)?;
        let text = std::str::from_utf8(bytes).map_err(|_| empty())?.to_owned();
        Ok(Self { text, root })
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the file says.
    pub fn value(&self) -> EditedValue {
        EditedValue::from(&self.root)
    }

    /// The value at `path`.
    pub fn get(&self, path: &Path) -> Option<EditedValue> {
        self.find(path).ok().map(|found| EditedValue::from(found.node))
    }

    /// Replaces the value at `path`. A scalar keeps its quotes where they can hold the new text.
    ///
    /// # Errors
    /// If there is no such value, or it cannot be replaced without changing more.
    pub fn set(&mut self, path: &Path, value: EditedValue) -> Result<(), Refused> {
        let found = self.find(path)?;
        if EditedValue::from(found.node) == value {
            return Ok(());
        }
        let mut expected = self.value();
        *expected.at(&path.0).ok_or_else(|| Refused::Missing(path.to_string()))? = value.clone();
        let splices = self.replacing(path, &found, &value)?;
        self.change(path, &[splices], &expected)
    }

    /// Adds `key` to the mapping at `path`.
    ///
    /// # Errors
    /// If the key is there, the mapping is not, or there is no single right place for it.
    pub fn insert(
        &mut self,
        path: &Path,
        key: &str,
        value: EditedValue,
        beside: Beside<'_>,
    ) -> Result<(), Refused> {
        let found = self.find(path)?;
        let entries = match &found.node.content {
            Content::Mapping(entries) => entries.as_slice(),
            Content::Scalar { .. } if is_nothing(found.node) => &[],
            _ => return Err(Refused::Kind { at: path.to_string(), expected: "a mapping" }),
        };
        let at = position(entries, beside).ok_or_else(|| {
            let (Beside::Before(key) | Beside::After(key)) = beside else {
                return Refused::Missing(path.to_string());
            };
            Refused::Missing(path.clone().key(key).to_string())
        })?;
        if entries.iter().any(|entry| entry.key.value == key) {
            return Err(Refused::Exists(path.clone().key(key).to_string()));
        }
        let whole = EditedValue::map([(key, value.clone())]);
        if entries.is_empty() && found.parent.is_some() {
            return self.set(path, whole);
        }
        let mut expected = self.value();
        match expected.at(&path.0) {
            Some(EditedValue::Map(all)) => all.insert(at, (key.to_owned(), value.clone())),
            _ => return Err(Refused::Missing(path.to_string())),
        }
        let tries = self.inserting(found.node, (at, beside), &(key.to_owned(), value));
        self.change(path, &tries, &expected)
    }

    /// Adds `value` at the end of the list at `path`.
    ///
    /// # Errors
    /// If there is no such list, or no single right place for the value.
    pub fn append(&mut self, path: &Path, value: EditedValue) -> Result<(), Refused> {
        let found = self.find(path)?;
        let items = match &found.node.content {
            Content::Sequence(items) => items.as_slice(),
            Content::Scalar { .. } if is_nothing(found.node) => &[],
            _ => return Err(Refused::Kind { at: path.to_string(), expected: "a list" }),
        };
        let Some(last) = items.last() else {
            return self.set(path, EditedValue::List(vec![value]));
        };
        let mut expected = self.value();
        match expected.at(&path.0) {
            Some(EditedValue::List(all)) => all.push(value.clone()),
            _ => return Err(Refused::Missing(path.to_string())),
        }
        let tries = self.appending(found.node, last, &value);
        self.change(path, &tries, &expected)
    }

    /// Removes a key with its value, or an item of a list.
    ///
    /// # Errors
    /// If it is not there, is the only one, or cannot be taken out without changing more.
    pub fn remove(&mut self, path: &Path) -> Result<(), Refused> {
        let missing = || Refused::Missing(path.to_string());
        let found = self.find(path)?;
        let (step, above) = path.0.split_last().ok_or_else(missing)?;
        let parent = found.parent.ok_or_else(missing)?;
        let mut expected = self.value();
        let of_parent = expected.at(above).ok_or_else(missing)?;
        let at = match (step, of_parent) {
            (PathStep::Key(key), EditedValue::Map(entries)) => {
                let at = entries.iter().position(|(name, _)| name == key).ok_or_else(missing)?;
                entries.remove(at);
                at
            }
            (PathStep::Item(at), EditedValue::List(items)) => {
                items.remove(*at);
                *at
            }
            _ => return Err(missing()),
        };
        let splice = self.removing(path, parent, at)?;
        self.change(path, &[vec![splice]], &expected)
    }

    /// Makes the first of `tries` after which the file says what is expected.
    fn change(
        &mut self,
        path: &Path,
        tries: &[Vec<Splice>],
        expected: &EditedValue,
    ) -> Result<(), Refused> {
        for splices in tries {
            let Ok(text) = splice(&self.text, splices) else { continue };
            let Ok(Some(root)) = parse(text.as_bytes()) else { continue };
            if EditedValue::from(&root) == *expected {
                *self = Self { text, root };
                return Ok(());
            }
        }
        Err(Refused::NoPlace(path.to_string()))
    }

    fn find(&self, path: &Path) -> Result<FoundValue<'_>, Refused> {
        let mut found =
            FoundValue { node: &self.root, entry: None, around: Around::Block, parent: None };
        for step in &path.0 {
            let parent = found.node;
            let around = if parent.is_flow() { Around::Flow } else { found.around };
            let (entry, node) = match (step, &parent.content) {
                (PathStep::Key(key), Content::Mapping(entries)) => {
                    let entry = entries.iter().find(|entry| entry.key.value == *key);
                    (entry, entry.map(|entry| &entry.value))
                }
                (PathStep::Item(index), Content::Sequence(items)) => (None, items.get(*index)),
                _ => (None, None),
            };
            let node = node.ok_or_else(|| Refused::Missing(path.to_string()))?;
            found = FoundValue { node, entry, around, parent: Some(parent) };
        }
        Ok(found)
    }

    fn replacing(
        &self,
        path: &Path,
        found: &FoundValue<'_>,
        value: &EditedValue,
    ) -> Result<Vec<Splice>, Refused> {
        let no_place = || Refused::NoPlace(path.to_string());
        let lines = Lines::new(&self.text);
        let node = found.node;
        let is_on_its_own = matches!(&node.content, Content::Scalar { style, .. } if *style != Style::Block)
            && !is_nothing(node);
        match value {
            EditedValue::Text(text) if is_on_its_own => {
                let range = lines.bytes(node.place).ok_or_else(no_place)?;
                return Ok(vec![Splice::new(
                    range,
                    quote(text, style_of(Some(node)), found.around),
                )]);
            }
            EditedValue::Bare(text) if is_on_its_own => {
                let range = lines.bytes(node.place).ok_or_else(no_place)?;
                return Ok(vec![Splice::new(range, text.clone())]);
            }
            _ => {}
        }
        let Region { range, column, key } = region(&lines, found).ok_or_else(no_place)?;
        if has_comment(&lines, range.clone(), node) {
            return Err(Refused::Comments(path.to_string()));
        }
        let layout = Layout::of(&lines, &self.root);
        let like = (!is_nothing(node)).then_some(node);
        let text = match (found.around, key) {
            (Around::Flow, _) => format!(" {}", flow(value, like, Around::Flow)),
            (Around::Block, Some(key)) => layout.below(key, value, column, like),
            (Around::Block, None) => layout.item(value, column, like).split_off(1),
        };
        let has_lines_of_its_own = text.starts_with(['\n', '\r']);
        if is_nothing(node) && has_lines_of_its_own {
            // Behind a comment on the line of the key.
            let line = lines.line_of(range.start);
            let end = lines.whole(line).start + lines.line(line).len();
            return Ok(vec![Splice::new(end..end, text)]);
        }
        Ok(vec![Splice::new(range, text)])
    }

    fn inserting(
        &self,
        mapping: &Node,
        (at, beside): (usize, Beside<'_>),
        (key, value): &(String, EditedValue),
    ) -> Vec<Vec<Splice>> {
        let lines = Lines::new(&self.text);
        let Content::Mapping(entries) = &mapping.content else { return Vec::new() };
        let bytes = |place| lines.bytes(place);
        if mapping.is_flow() {
            let splice = match (entries.get(at), at.checked_sub(1).and_then(|at| entries.get(at))) {
                (Some(next), _) => bytes(next.key.place).map(|next| {
                    Splice::new(
                        next.start..next.start,
                        format!("{}, ", flow_entry(key, value, None)),
                    )
                }),
                (None, Some(last)) => end_of(&lines, last).map(|end| {
                    Splice::new(end..end, format!(", {}", flow_entry(key, value, None)))
                }),
                (None, None) => bytes(mapping.place)
                    .map(|all| Splice::new(all, format!("{{{}}}", flow_entry(key, value, None)))),
            };
            return splice.into_iter().map(|splice| vec![splice]).collect();
        }
        let layout = Layout::of(&lines, &self.root);
        let Some(first) = entries.first().and_then(|entry| bytes(entry.key.place)) else {
            return Vec::new();
        };
        let of_keys = column(&lines, first.start);
        let entry = layout.entry(key, value, of_keys, None);
        let before = at.checked_sub(1).and_then(|at| entries.get(at));
        match (before.filter(|_| !matches!(beside, Beside::Before(_))), entries.get(at)) {
            (Some(last), _) => {
                let end = end_of(&lines, last);
                end.map(|end| self.below(end, of_keys, &layout.line(of_keys, &entry)))
                    .unwrap_or_default()
            }
            (None, Some(next)) => {
                let Some(next) = bytes(next.key.place) else { return Vec::new() };
                let start = above_comments(&lines, next.start, at);
                let text = format!("{entry}{}", layout.line(of_keys, ""));
                vec![vec![Splice::new(start..start, text)]]
            }
            (None, None) => Vec::new(),
        }
    }

    fn appending(&self, list: &Node, last: &Node, value: &EditedValue) -> Vec<Vec<Splice>> {
        let lines = Lines::new(&self.text);
        let Some(end) = lines.bytes(last.place).map(|range| range.end) else { return Vec::new() };
        if list.is_flow() {
            return self.appending_in_brackets(list, end, &flow(value, Some(last), Around::Flow));
        }
        let Some(dash) = dash(&lines, last) else { return Vec::new() };
        let of_dash = column(&lines, dash);
        let layout = Layout::of(&lines, &self.root);
        let item = layout.item(value, of_dash, Some(last));
        self.below(end, of_dash, &layout.line(of_dash, &item))
    }

    /// In one line, or each item on a line of its own as the last one is.
    fn appending_in_brackets(&self, list: &Node, end: usize, item: &str) -> Vec<Vec<Splice>> {
        let lines = Lines::new(&self.text);
        let Content::Sequence(items) = &list.content else { return Vec::new() };
        let Some(last) = items.last() else { return Vec::new() };
        let here = vec![Splice::new(end..end, format!(", {item}"))];
        let line = lines.line_of(end);
        let is_alone = lines.bytes(last.place).is_some_and(|last| {
            lines.text()[lines.whole(line).start..last.start].trim().is_empty()
        });
        let line_ends = lines.whole(line).start + lines.line(line).len();
        let rest = &lines.text()[end..line_ends];
        let behind = rest.trim_start().strip_prefix(',');
        if !is_alone || rest.contains(']') {
            return vec![here];
        }
        let pad = " ".repeat(indentation(lines.line(line)));
        let comma = if behind.is_some() { "," } else { "" };
        let below =
            Splice::new(line_ends..line_ends, format!("{}{pad}{item}{comma}", lines.line_end()));
        match behind {
            Some(_) => vec![vec![below], here],
            None if line_ends == end => {
                vec![vec![Splice::new(end..end, format!(",{}{pad}{item}", lines.line_end()))], here]
            }
            None => vec![vec![Splice::new(end..end, ","), below], here],
        }
    }

    /// Ways to put lines behind a block value that ends at `end`: right behind it, or behind the blank lines that may be
    /// part of it.
    fn below(&self, end: usize, column: usize, text: &str) -> Vec<Vec<Splice>> {
        let lines = Lines::new(&self.text);
        let line = line_after(&lines, end, column);
        let blank = (line..lines.count())
            .take_while(|line| {
                lines.line(*line).trim().is_empty() && lines.whole(*line).end < lines.text().len()
            })
            .count();
        let at = |line: usize| {
            let start = lines.whole(line).start;
            let before = lines.whole(line - 1);
            let is_ended = start > before.start && lines.text()[..start].ends_with('\n');
            let text = if is_ended {
                let without = text.strip_prefix(lines.line_end()).unwrap_or(text);
                format!("{without}{}", lines.line_end())
            } else {
                text.to_owned()
            };
            vec![Splice::new(start..start, text)]
        };
        if blank == 0 { vec![at(line)] } else { vec![at(line), at(line + blank)] }
    }

    fn removing(&self, path: &Path, parent: &Node, at: usize) -> Result<Splice, Refused> {
        let no_place = || Refused::NoPlace(path.to_string());
        let lines = Lines::new(&self.text);
        let parts = parts(&lines, parent).ok_or_else(no_place)?;
        let part = parts.get(at).ok_or_else(no_place)?.clone();
        if parent.is_flow() {
            let range = match (parts.get(at + 1), at.checked_sub(1)) {
                (Some(next), _) => part.start..next.start,
                (None, Some(before)) => parts[before].end..part.end,
                (None, None) => part,
            };
            if has_comment(&lines, range.clone(), parent) {
                return Err(Refused::Comments(path.to_string()));
            }
            return Ok(Splice::new(range, ""));
        }
        if parts.len() == 1 {
            return Err(Refused::OnlyOne(path.to_string()));
        }
        let first = lines.line_of(part.start);
        let start = lines.whole(first).start;
        if lines.text()[start..part.start].trim().is_empty() {
            let after = line_after(&lines, part.end, column(&lines, part.start));
            return Ok(Splice::new(whole_lines(&lines, first, after), ""));
        }
        // The first key of an item, on the line of its dash: the next one takes its place.
        let next = parts.get(at + 1).ok_or_else(no_place)?;
        if has_comment(&lines, part.end..next.start, parent) {
            return Err(Refused::Comments(path.to_string()));
        }
        Ok(Splice::new(part.start..next.start, ""))
    }
}

#[cfg(test)]
mod tests;
