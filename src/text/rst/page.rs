//! A whole page, read strictly.

use super::block::Block;
use super::html::{Marked, Writer, expanded};
use super::inline::{Names, Plain, Style, inline};
use super::parse::{Reading, blocks};
use crate::text::html::anchor;
use crate::text::prose::{Prose, Trouble};

pub use super::html::Places;

/// Roles that a page may use.
const ROLES: [&str; 22] = [
    "ref",
    "doc",
    "code",
    "literal",
    "file",
    "command",
    "program",
    "option",
    "envvar",
    "guilabel",
    "menuselection",
    "kbd",
    "term",
    "abbr",
    "sub",
    "sup",
    "emphasis",
    "strong",
    "class",
    "func",
    "mod",
    "title",
];

/// `source` as a page.
pub fn page(source: &str, places: &dyn Places) -> Prose {
    let source = normal(source);
    let lines: Vec<&str> = body(&source).map(str::trim_end).collect();
    let mut reading = Reading::for_page(&source);
    let found = blocks(&lines, &mut reading, 0);
    let labels = labels_of(&found);
    let titles = found.iter().filter_map(|block| match block {
        Block::Title(text, ..) => Some(text.as_str()),
        _ => None,
    });
    let titles: Vec<&str> = titles.collect();
    let own = Own { labels: &labels, titles: &titles, places };
    let troubles = troubles(&reading, &found, &own);
    let mut writer = Writer::new(&reading.names, &own, 1);
    writer.blocks(&found);
    let title = writer.headings.first().map(|heading| heading.title.clone());
    let title = title.map(|title| inline(&title, &Names::default(), &Plain));
    let headings = writer.headings.iter().skip(1).filter(|heading| heading.level == 2);
    let contents = headings.map(|it| (it.id.clone(), it.title.clone())).collect();
    Prose { title, html: writer.html, contents, labels, troubles }
}

/// A part of a page that has a label: what a schedule says about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its label.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its text as HTML, without the title.
    pub html: String,
    /// Its text as plain paragraphs.
    pub plain: String,
}

/// The labelled parts of a page. The page itself says what is wrong with it.
pub fn sections(source: &str, places: &dyn Places) -> Vec<Section> {
    let source = normal(source);
    let lines: Vec<&str> = source.lines().map(str::trim_end).collect();
    let mut reading = Reading::for_page(&source);
    let found = blocks(&lines, &mut reading, 0);
    let mut sections = Vec::new();
    for (at, block) in found.iter().enumerate() {
        let (Block::Label(label), Some(Block::Title(title, ..))) = (block, found.get(at + 1))
        else {
            continue;
        };
        let rest = &found[at + 2..];
        let is_end = |block: &Block| matches!(block, Block::Label(_) | Block::Title(..));
        let inner = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
        let mut writer = Writer::new(&reading.names, places, 4);
        writer.blocks(inner);
        sections.push(Section {
            label: label.clone(),
            title: inline(title, &reading.names, &Plain),
            html: writer.html,
            // Wrapped by whoever shows it.
            plain: super::rendered(inner, &reading.names, usize::MAX / 2).join("\n"),
        });
    }
    sections
}

fn normal(source: &str) -> String {
    source.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\t', "        ")
}

/// Without the fields at the beginning, such as `:orphan:`.
fn body(source: &str) -> impl Iterator<Item = &str> {
    source.lines().skip_while(|line| {
        line.trim().is_empty()
            || line.starts_with(':') && line[1..].contains(':') && !line.contains('`')
    })
}

/// The labels, each with the title that follows it, if one does.
fn labels_of(blocks: &[Block]) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if let Block::Label(name) = block {
            let next = blocks[at..].iter().find(|block| !matches!(block, Block::Label(_)));
            let title = match next {
                Some(Block::Title(title, ..)) => Some(title.clone()),
                _ => None,
            };
            found.push((name.clone(), title));
        }
    }
    found
}

/// The places of the page, and those of the site around it.
struct Own<'a> {
    labels: &'a [(String, Option<String>)],
    titles: &'a [&'a str],
    places: &'a dyn Places,
}

impl Places for Own<'_> {
    fn address(&self, target: &str) -> Result<String, String> {
        self.places.address(target)
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        let id = anchor(name);
        let own = self.labels.iter().find(|(label, _)| anchor(label) == id);
        if let Some((label, title)) = own {
            return Ok((title.clone().unwrap_or_else(|| label.clone()), format!("#{id}")));
        }
        match self.titles.iter().find(|title| anchor(title) == id) {
            Some(title) => Ok(((*title).to_owned(), format!("#{id}"))),
            None => self.places.label(name),
        }
    }

    fn pages(&self, pattern: &str) -> Vec<String> {
        self.places.pages(pattern)
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        self.places.page(name)
    }
}

/// What is not known in the blocks and in the running texts.
fn troubles(reading: &Reading<'_>, blocks: &[Block], own: &Own<'_>) -> Vec<Trouble> {
    let mut found: Vec<Trouble> = reading
        .troubles
        .iter()
        .map(|(line, message)| Trouble { line: *line, message: message.clone() })
        .collect();
    for (line, text) in &reading.texts {
        let strict =
            Strict { marked: Marked { places: own }, found: std::cell::RefCell::default() };
        inline(text, &reading.names, &strict);
        let messages = strict.found.into_inner().into_iter();
        found.extend(messages.map(|message| Trouble { line: *line, message }));
    }
    for message in of_blocks(blocks, own) {
        found.push(Trouble { line: 1, message });
    }
    found.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.message.cmp(&b.message)));
    found.dedup();
    found
}

/// Pictures and pages that are not there.
fn of_blocks(blocks: &[Block], own: &Own<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Image(place, _) => found.extend(own.address(place).err()),
            Block::Contents(pages) => {
                let pages = expanded(pages, own);
                let names = pages.iter().map(|page| {
                    page.strip_suffix('>')
                        .and_then(|it| it.split_once(" <"))
                        .map_or(&**page, |it| it.1)
                });
                found.extend(names.filter_map(|name| own.page(name).err()));
            }
            Block::Quote(inner) | Block::Definition(_, inner) | Block::Admonition(_, inner) => {
                found.extend(of_blocks(inner, own));
            }
            Block::List(items) => {
                found.extend(items.iter().flat_map(|item| of_blocks(&item.blocks, own)));
            }
            Block::Table(_, rows) => {
                found.extend(rows.iter().flatten().flat_map(|cell| of_blocks(cell, own)));
            }
            Block::Paragraph(_)
            | Block::Title(..)
            | Block::Label(_)
            | Block::Verbatim(_)
            | Block::Lines(_)
            | Block::Literal(_) => {}
        }
    }
    found
}

/// Shows nothing, and notes what cannot be shown.
struct Strict<'a> {
    marked: Marked<'a>,
    found: std::cell::RefCell<Vec<String>>,
}

impl Strict<'_> {
    fn note(&self, result: Result<impl Sized, String>) -> String {
        self.found.borrow_mut().extend(result.err());
        String::new()
    }
}

impl Style for Strict<'_> {
    fn text(&self, _: &str) -> String {
        String::new()
    }

    fn code(&self, _: &str) -> String {
        String::new()
    }

    fn strong(&self, _: &str) -> String {
        String::new()
    }

    fn emphasis(&self, _: &str) -> String {
        String::new()
    }

    fn link(&self, _: &str, target: &str) -> String {
        self.note(self.marked.target(target))
    }

    fn dangling(&self, text: &str) -> String {
        let known = self.marked.places.label(text);
        self.note(known.map_err(|_| format!("nothing in the page says where `{text}` leads")))
    }

    fn role(&self, name: &str, _: Option<&str>, target: &str) -> String {
        match name {
            "ref" => self.note(self.marked.places.label(target)),
            "doc" => self.note(self.marked.places.page(target)),
            name if ROLES.contains(&name) => String::new(),
            name => self.note(Err::<(), _>(format!("unknown role `{name}`"))),
        }
    }

    fn quoted(&self, _: &str) -> String {
        String::new()
    }
}
