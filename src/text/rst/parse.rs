//! Lines into blocks.

use super::block::{Block, Item, Ruled};
use super::inline::Names;
use super::table;

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

/// Directives that only the program which built the old pages knew: the site has what they stood for.
const STAND_INS: [&str; 8] = [
    "datatemplate",
    "datatemplate:yaml",
    "ics",
    "serieshighlights",
    "deliverable",
    "independent-deliverables",
    "team",
    "signingkeys",
];

/// What is found while a text is read.
#[derive(Debug, Default)]
pub(super) struct Reading<'w> {
    /// The names of links.
    pub(super) names: Names,
    /// What is not known, with its line.
    pub(super) troubles: Vec<(usize, String)>,
    /// Running texts, with their lines.
    pub(super) texts: Vec<(usize, String)>,
    purpose: Purpose,
    /// The text of which all lines are parts.
    whole: &'w str,
    /// The line of what is no part of it.
    around: usize,
}

/// What a text is read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A mail: tables and pictures stay as they are written.
    #[default]
    Mail,
    /// A page.
    Page,
}

impl<'w> Reading<'w> {
    /// For the lines of `whole`, which become a page.
    pub(super) fn for_page(whole: &'w str) -> Self {
        Self { whole, around: 1, purpose: Purpose::Page, ..Self::default() }
    }

    /// The line of a part of the whole text, from 1.
    fn line_of(&self, part: &str) -> usize {
        // Both are parts of one text, so the distance between them is a place in it.
        let offset = (part.as_ptr() as usize).checked_sub(self.whole.as_ptr() as usize);
        let before = offset.and_then(|offset| self.whole.get(..offset));
        before.map_or(self.around, |before| before.matches('\n').count() + 1)
    }

    fn trouble(&mut self, part: &str, message: impl Into<String>) {
        let line = self.line_of(part);
        self.troubles.push((line, message.into()));
    }

    /// The blocks of a text that was put together: its lines count as the line of `part`.
    pub(super) fn apart(&mut self, part: &str, text: &str, depth: usize) -> Vec<Block> {
        let line = self.line_of(part);
        let around = std::mem::replace(&mut self.around, line);
        let whole = std::mem::take(&mut self.whole);
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let blocks = blocks(&lines, self, depth);
        (self.around, self.whole) = (around, whole);
        blocks
    }
}

/// The blocks of `lines`, which begin in the first column. The names of links go to `reading`.
pub(super) fn blocks(lines: &[&str], reading: &mut Reading<'_>, depth: usize) -> Vec<Block> {
    if depth > DEEPEST {
        if let Some(first) = lines.first() {
            reading.trouble(first, format!("blocks are nested more than {DEEPEST} deep"));
        }
        return vec![Block::Verbatim(owned(lines))];
    }
    let mut parser = Parser { lines, at: 0, reading, depth, blocks: Vec::new() };
    while parser.at < lines.len() {
        parser.step();
    }
    parser.blocks
}

struct Parser<'a, 'n, 'w> {
    lines: &'a [&'a str],
    at: usize,
    reading: &'n mut Reading<'w>,
    depth: usize,
    blocks: Vec<Block>,
}

impl<'a> Parser<'a, '_, '_> {
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
            self.reading.names.add_anonymous(url.trim());
        } else if let Some(title) = self.title() {
            self.blocks.push(title);
        } else if is_table(line) {
            self.table();
        } else if line.starts_with("| ") || line == "|" {
            let lines = self.while_lines(|line| line.starts_with('|') || indent(line) > 0);
            lines.iter().for_each(|line| self.running(line, line));
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
        blocks(lines, self.reading, self.depth + 1)
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
            match label(&whole) {
                Some(label) => self.blocks.push(Block::Label(label.to_owned())),
                None => self.reading.names.add(&whole),
            }
        } else if let Some(name) = first.strip_prefix('|') {
            if let Some((name, text)) = name.split_once("| replace::") {
                self.reading.names.replace(name, text.trim());
            } else {
                self.reading.trouble(self.lines[start], "only `replace` can define a substitution");
            }
        } else if first.starts_with('[') && first.contains(']') {
            let mut lines = vec![first];
            lines.extend(body);
            let text = lines.join(" ");
            self.running(first, &text);
            self.blocks.push(Block::Paragraph(text));
        } else if let Some((name, argument)) = directive(first) {
            let block = self.directive(name, argument, &body);
            let as_written = || Block::Verbatim(owned(&self.lines[start..self.at]));
            let block = block.unwrap_or_else(|why| {
                self.reading.trouble(self.lines[start], why);
                Some(as_written())
            });
            self.blocks.extend(block);
        }
    }

    /// A directive; `Err` for one that is not known, `Ok(None)` for one that shows nothing.
    fn directive(
        &mut self,
        name: &str,
        argument: &str,
        body: &[&str],
    ) -> Result<Option<Block>, String> {
        if let Some(file) = body.iter().find(|line| line.starts_with(":file:")) {
            self.reading.trouble(file, "`:file:` is not allowed: the text must be in the page");
        }
        if CODE.contains(&name) {
            let code = without_options(body);
            return Ok((!code.is_empty()).then(|| Block::Literal(owned(&code))));
        }
        let stands_in = self.reading.purpose == Purpose::Page && STAND_INS.contains(&name);
        if SILENT.contains(&name) || stands_in {
            return Ok(None);
        }
        match name {
            _ if self.reading.purpose == Purpose::Mail => {}
            "image" | "figure" => return Ok(Some(image(argument, body))),
            "toctree" => return Ok(toctree(body)),
            "contents" => return Ok(Some(Block::Contents(Vec::new()))),
            "list-table" => return self.list_table(argument, body).map(Some),
            "rubric" => return Ok(Some(Block::Paragraph(format!("**{argument}**")))),
            "table" => {
                let inner = self.inner(&without_options(body));
                return Ok(Some(Block::Quote(inner)));
            }
            "raw" | "include" | "literalinclude" => {
                return Err(format!("`{name}` is not allowed: the text must be in the page"));
            }
            _ => {}
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
            let word = known(&ADMONITIONS).ok_or_else(|| format!("unknown directive `{name}`"))?;
            (word, joined(argument, body))
        };
        let inner = self.inner(&lines);
        Ok(Some(Block::Admonition(word, inner)))
    }

    /// A list of lists as a table.
    fn list_table(&mut self, title: &str, body: &[&str]) -> Result<Block, String> {
        let headings = option(body, "header-rows").and_then(|n| n.parse().ok()).unwrap_or(0);
        let inner = self.inner(&without_options(body));
        let table =
            table::of_lists(headings, inner).ok_or("a `list-table` holds a list of lists")?;
        match title {
            "" => Ok(table),
            title => Ok(Block::Quote(vec![Block::Paragraph(title.to_owned()), table])),
        }
    }

    /// Notes running text with its line.
    fn running(&mut self, part: &str, text: &str) {
        let line = self.reading.line_of(part);
        self.reading.texts.push((line, text.to_owned()));
    }

    /// A line with a line of equal signs (or other punctuation) below it, or around it.
    fn title(&mut self) -> Option<Block> {
        let line = |offset: usize| self.lines.get(self.at + offset).copied().unwrap_or_default();
        if let Some(rule) = rule(line(0)) {
            let is_between = rule == self::rule(line(2)).unwrap_or(' ') && !line(1).is_empty();
            let original = line(1);
            let (text, under) = (original.trim().to_owned(), line(2).to_owned());
            let fits = is_between && self::rule(line(1)).is_none() && !is_table(line(0));
            self.at += if fits { 3 } else { 0 };
            if fits {
                self.running(original, &text);
            }
            return fits.then_some(Block::Title(text, under, Ruled::Around));
        }
        rule(line(1)).filter(|_| line(1).chars().count() >= 3)?;
        let original = line(0);
        let (text, under) = (original.to_owned(), line(1).to_owned());
        self.at += 2;
        self.running(original, &text);
        Some(Block::Title(text, under, Ruled::Below))
    }

    /// A table, up to an empty line.
    fn table(&mut self) {
        let start = self.at;
        let mut lines = self.while_lines(|_| true);
        if self.reading.purpose == Purpose::Mail {
            return self.blocks.push(Block::Verbatim(owned(&lines)));
        }
        // An empty line in a simple table parts rows; the table ends with its last rule.
        while lines.last().is_some_and(|line| !is_table(line)) && self.has_rule_ahead() {
            lines.push("");
            self.at += 1;
            lines.extend(self.while_lines(|_| true));
        }
        let read = table::read(&lines, self.depth + 1, self.reading);
        self.blocks.push(read.unwrap_or_else(|why| {
            self.reading.trouble(self.lines[start], why);
            Block::Verbatim(owned(&lines))
        }));
    }

    /// Whether the rows below an empty line end with the rule of a table.
    fn has_rule_ahead(&self) -> bool {
        let rows = self.lines[self.at..].iter().skip(1).take_while(|line| !line.is_empty());
        rows.last().is_some_and(|line| is_table(line))
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
        self.running(self.lines[start], &text);
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

/// A picture.
fn image(place: &str, body: &[&str]) -> Block {
    Block::Image(place.to_owned(), option(body, "alt").unwrap_or_default().to_owned())
}

/// The pages of a toctree, unless it is hidden.
fn toctree(body: &[&str]) -> Option<Block> {
    let is_hidden = body.iter().any(|line| line.trim() == ":hidden:");
    let pages = without_options(body).into_iter().map(str::trim).filter(|line| !line.is_empty());
    (!is_hidden).then(|| Block::Contents(pages.map(str::to_owned).collect()))
}

/// The value of `:name:` among the options of a directive.
fn option<'a>(body: &[&'a str], name: &str) -> Option<&'a str> {
    body.iter()
        .find_map(|line| line.strip_prefix(':')?.strip_prefix(name)?.strip_prefix(':'))
        .map(str::trim)
}

/// `name:` without anything behind it: a place in the text.
fn label(text: &str) -> Option<&str> {
    let name = text.strip_suffix(':').filter(|name| !name.is_empty() && *name != "_")?;
    let quoted = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
    Some(quoted.unwrap_or(name))
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
pub(super) fn is_table(line: &str) -> bool {
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

pub(super) fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
