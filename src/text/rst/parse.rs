//! Lines into blocks.

use super::block::{Block, Item};
use super::inline::Names;

/// How deep blocks may lie in each other; what is deeper stays as it is written.
const DEEPEST: usize = 12;

/// Directives that are a paragraph with a word before it.
const ADMONITIONS: [(&str, &str); 11] = [
    ("note", "Note"),
    ("warning", "Warning"),
    ("important", "Important"),
    ("caution", "Caution"),
    ("attention", "Attention"),
    ("danger", "Danger"),
    ("error", "Error"),
    ("hint", "Hint"),
    ("tip", "Tip"),
    ("seealso", "See also"),
    ("todo", "To do"),
];
/// Directives about a version, which is their first word.
const CHANGES: [(&str, &str); 3] = [
    ("deprecated", "Deprecated since"),
    ("versionadded", "New in"),
    ("versionchanged", "Changed in"),
];
/// Directives whose body is code.
const CODE: [&str; 5] = ["code", "code-block", "sourcecode", "parsed-literal", "prompt"];
/// Directives that set how others look, and show nothing.
const SILENT: [&str; 3] = ["highlight", "default-role", "role"];

/// The blocks of `lines`, which begin in the first column. The names of links go to `names`.
pub(super) fn blocks(lines: &[&str], names: &mut Names, depth: usize) -> Vec<Block> {
    if depth > DEEPEST {
        return vec![Block::Verbatim(owned(lines))];
    }
    let mut parser = Parser { lines, at: 0, names, depth, blocks: Vec::new() };
    while parser.at < lines.len() {
        parser.step();
    }
    parser.blocks
}

struct Parser<'a, 'n> {
    lines: &'a [&'a str],
    at: usize,
    names: &'n mut Names,
    depth: usize,
    blocks: Vec<Block>,
}

impl<'a> Parser<'a, '_> {
    /// Takes one block; always takes a line at least.
    fn step(&mut self) {
        let line = self.lines[self.at];
        if line.is_empty() {
            self.at += 1;
        } else if indent(line) > 0 {
            let lines = self.indented(usize::MAX);
            let inner = self.inner(&lines);
            self.blocks.push(Block::Quote(inner));
        } else if let Some(marker) = marker(line) {
            self.item(marker);
        } else if line == ".." || line.starts_with(".. ") {
            self.explicit();
        } else if let Some(url) = line.strip_prefix("__ ") {
            self.at += 1;
            self.names.add_anonymous(url.trim());
        } else if let Some(title) = self.title() {
            self.blocks.push(title);
        } else if is_table(line) {
            self.table();
        } else if line.starts_with("| ") || line == "|" {
            let lines = self.while_lines(|line| line.starts_with('|') || indent(line) > 0);
            self.blocks.push(Block::Lines(lines.iter().map(|line| (*line).to_owned()).collect()));
        } else if line.starts_with(">>> ") {
            let lines = self.while_lines(|_| true);
            self.blocks.push(Block::Literal(owned(&lines)));
        } else {
            self.paragraph();
        }
    }

    /// The lines from here that are not empty and are `wanted`.
    fn while_lines(&mut self, wanted: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let start = self.at;
        while self.lines.get(self.at).is_some_and(|line| !line.is_empty() && wanted(line)) {
            self.at += 1;
        }
        self.lines[start..self.at].to_vec()
    }

    /// The indented lines from here, without what all of them are indented by, up to `most` columns; empty ones in between
    /// belong to them.
    fn indented(&mut self, most: usize) -> Vec<&'a str> {
        let start = self.at;
        let mut end = start;
        while let Some(line) = self.lines.get(self.at) {
            if !line.is_empty() && indent(line) == 0 {
                break;
            }
            self.at += 1;
            if !line.is_empty() {
                end = self.at;
            }
        }
        self.at = end.max(start);
        dedented(&self.lines[start..end], most)
    }

    fn inner(&mut self, lines: &[&str]) -> Vec<Block> {
        blocks(lines, self.names, self.depth + 1)
    }

    /// An item of a list, with all that is indented below it.
    fn item(&mut self, marker: Marker) {
        let line = self.lines[self.at];
        let first = line[marker.columns..].trim_start();
        self.at += 1;
        let mut lines = vec![first];
        lines.extend(self.indented(line.len() - first.len()));
        let blocks = self.inner(&lines);
        let number = match self.blocks.last() {
            Some(Block::List(items)) => items.len() + 1,
            _ => 1,
        };
        let item = Item { marker: marker.written(number), blocks };
        match self.blocks.last_mut() {
            Some(Block::List(items)) if marker.is_like(&items[items.len() - 1].marker) => {
                items.push(item);
            }
            _ => self.blocks.push(Block::List(vec![item])),
        }
    }

    /// `.. something`: a directive, the name of a link, a footnote, or a comment.
    fn explicit(&mut self) {
        let start = self.at;
        let first = self.lines[start].get(3..).unwrap_or_default().trim();
        self.at += 1;
        let body = self.indented(usize::MAX);
        if let Some(name) = first.strip_prefix('_') {
            let whole = name.to_owned() + &body.concat();
            self.names.add(&whole);
        } else if let Some(name) = first.strip_prefix('|') {
            if let Some((name, text)) = name.split_once("| replace::") {
                self.names.replace(name, text.trim());
            }
        } else if first.starts_with('[') && first.contains(']') {
            let mut lines = vec![first];
            lines.extend(body);
            let text = lines.join(" ");
            self.blocks.push(Block::Paragraph(text));
        } else if let Some((name, argument)) = directive(first) {
            let block = self.directive(name, argument, &body);
            let as_written = || Block::Verbatim(owned(&self.lines[start..self.at]));
            let block = block.unwrap_or_else(|()| Some(as_written()));
            self.blocks.extend(block);
        }
    }

    /// A directive; `Err` for one that is not known, `Ok(None)` for one that shows nothing.
    fn directive(
        &mut self,
        name: &str,
        argument: &str,
        body: &[&str],
    ) -> Result<Option<Block>, ()> {
        if CODE.contains(&name) {
            let code = without_options(body);
            return Ok((!code.is_empty()).then(|| Block::Literal(owned(&code))));
        }
        if SILENT.contains(&name) {
            return Ok(None);
        }
        let known = |list: &[(&str, &str)]| {
            list.iter().find(|(known, _)| *known == name).map(|(_, word)| (*word).to_owned())
        };
        let body = without_options(body);
        let (word, lines) = if name == "admonition" {
            (argument.to_owned(), body)
        } else if let Some(word) = known(&CHANGES) {
            let (version, text) = argument.split_once(' ').unwrap_or((argument, ""));
            (format!("{word} {version}"), joined(text, body))
        } else {
            (known(&ADMONITIONS).ok_or(())?, joined(argument, body))
        };
        let inner = self.inner(&lines);
        Ok(Some(Block::Admonition(word, inner)))
    }

    /// A line with a line of equal signs (or other punctuation) below it, or around it.
    fn title(&mut self) -> Option<Block> {
        let line = |offset: usize| self.lines.get(self.at + offset).copied().unwrap_or_default();
        if let Some(rule) = rule(line(0)) {
            let is_between = rule == self::rule(line(2)).unwrap_or(' ') && !line(1).is_empty();
            let (text, under) = (line(1).trim().to_owned(), line(2).to_owned());
            let fits = is_between && self::rule(line(1)).is_none() && !is_table(line(0));
            self.at += if fits { 3 } else { 0 };
            return fits.then_some(Block::Title(text, under));
        }
        rule(line(1)).filter(|_| line(1).chars().count() >= 3)?;
        let (text, under) = (line(0).to_owned(), line(1).to_owned());
        self.at += 2;
        Some(Block::Title(text, under))
    }

    /// A table, up to an empty line.
    fn table(&mut self) {
        let lines = self.while_lines(|_| true);
        self.blocks.push(Block::Verbatim(owned(&lines)));
    }

    /// Running text, and what belongs to it: code after `::`, what a term means.
    fn paragraph(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(line) = self.lines.get(self.at) {
            let is_other = line.is_empty() || marker(line).is_some() || line.starts_with(".. ");
            if is_other || indent(line) > 0 && self.at == start + 1 {
                break;
            }
            self.at += 1;
        }
        let lines = &self.lines[start..self.at];
        let text = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        if let Some(before) = text.strip_suffix("::") {
            let text = match before.trim_end() {
                "" => None,
                trimmed if trimmed.len() < before.len() => Some(trimmed.to_owned()),
                trimmed => Some(format!("{trimmed}:")),
            };
            self.blocks.extend(text.map(Block::Paragraph));
            return self.literal();
        }
        if self.lines.get(self.at).is_some_and(|line| indent(line) > 0) {
            let meaning = self.indented(usize::MAX);
            let inner = self.inner(&meaning);
            return self.blocks.push(Block::Definition(text, inner));
        }
        self.blocks.push(Block::Paragraph(text));
    }

    /// The code after `::`, if there is any.
    fn literal(&mut self) {
        let mut next = self.at;
        while self.lines.get(next).is_some_and(|line| line.is_empty()) {
            next += 1;
        }
        if self.lines.get(next).is_some_and(|line| indent(line) > 0) {
            self.at = next;
            let code = self.indented(usize::MAX);
            self.blocks.push(Block::Literal(owned(&code)));
        }
    }
}

/// The beginning of an item: the columns that it takes, and what it says.
#[derive(Clone, Copy)]
struct Marker {
    columns: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bullet(char),
    Number(u32, char),
    Counted(char),
}

impl Marker {
    fn written(self, number: usize) -> String {
        match self.kind {
            Kind::Bullet(bullet) => format!("{bullet} "),
            Kind::Number(number, end) => format!("{number}{end} "),
            Kind::Counted(end) => format!("{number}{end} "),
        }
    }

    /// Whether an item that begins so goes on with a list whose last item began with `other`.
    fn is_like(self, other: &str) -> bool {
        let is_number = other.starts_with(|c: char| c.is_ascii_digit());
        match self.kind {
            Kind::Bullet(bullet) => other.starts_with(bullet),
            Kind::Number(..) | Kind::Counted(_) => is_number,
        }
    }
}

/// `- `, `* `, `+ `, `1. `, `2) `, `#. `.
fn marker(line: &str) -> Option<Marker> {
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    if matches!(first, '-' | '*' | '+' | '•') && (rest.starts_with(' ') || rest.is_empty()) {
        return Some(Marker { columns: first.len_utf8(), kind: Kind::Bullet(first) });
    }
    let (number, rest) = match first {
        '#' => (None, rest),
        '0'..='9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            (Some(line[..digits].parse().ok()?), &line[digits..])
        }
        _ => return None,
    };
    let end = rest.chars().next().filter(|end| matches!(end, '.' | ')'))?;
    let kind = number.map_or(Kind::Counted(end), |number| Kind::Number(number, end));
    let columns = line.len() - rest.len() + 1;
    line[columns..].starts_with(' ').then_some(Marker { columns, kind })
}

/// `name:: argument`.
fn directive(text: &str) -> Option<(&str, &str)> {
    let (name, argument) = text.split_once("::")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | ':' | '.');
    let fits = !name.is_empty() && name.chars().all(is_name);
    (fits && (argument.is_empty() || argument.starts_with(' '))).then(|| (name, argument.trim()))
}

/// The body of a directive without the `:option:` lines before it.
fn without_options<'a>(body: &[&'a str]) -> Vec<&'a str> {
    let is_option = |line: &&&str| {
        line.strip_prefix(':').is_some_and(|rest| rest.contains(": ") || rest.ends_with(':'))
    };
    let options = body.iter().take_while(is_option).count();
    let rest = body[options..].iter().skip_while(|line| line.is_empty());
    rest.copied().collect()
}

fn joined<'a>(first: &'a str, body: Vec<&'a str>) -> Vec<&'a str> {
    let first = Some(first).filter(|first| !first.is_empty());
    first.into_iter().chain(body).collect()
}

/// The punctuation of a line that consists of it: the line of a title.
fn rule(line: &str) -> Option<char> {
    let first = line.chars().next().filter(char::is_ascii_punctuation)?;
    let is_ruled = line.len() >= 3 && line.chars().all(|c| c == first);
    is_ruled.then_some(first)
}

/// The first line of a table: `+---+`, `=== ===`.
fn is_table(line: &str) -> bool {
    let is_grid = line.starts_with("+-") || line.starts_with("+=");
    let is_simple = line.contains(' ') && line.starts_with("==");
    is_grid && line.ends_with('+') || is_simple && line.chars().all(|c| matches!(c, '=' | ' '))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Without the blanks that all lines begin with, up to `most`.
fn dedented<'a>(lines: &[&'a str], most: usize) -> Vec<&'a str> {
    let filled = lines.iter().filter(|line| !line.is_empty());
    let least = filled.map(|line| indent(line)).min().unwrap_or(0).min(most);
    lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect()
}

fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
