//! What is not known in a page, with its line.

use super::block::Block;
use super::html::{Marked, expanded, named};
use super::inline::{Style, inline};
use super::places::Places;
use super::reading::Reading;
use crate::text::prose::PageTrouble;

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

/// What is not known in the blocks and in the running texts.
pub(super) fn troubles(
    reading: &Reading<'_>,
    blocks: &[Block],
    places: &dyn Places,
) -> Vec<PageTrouble> {
    let mut found: Vec<PageTrouble> = reading
        .troubles
        .iter()
        .map(|(line, message)| PageTrouble { line: *line, message: message.clone() })
        .collect();
    for (line, text) in &reading.texts {
        let strict = Strict { marked: Marked { places }, found: std::cell::RefCell::default() };
        inline(text, &reading.names, &strict);
        let messages = strict.found.into_inner().into_iter();
        found.extend(messages.map(|message| PageTrouble { line: *line, message }));
    }
    let of_blocks = of_blocks(blocks, places).into_iter();
    found.extend(of_blocks.map(|(line, message)| PageTrouble { line, message }));
    found.sort_by(|a, b| a.line.cmp(&b.line).then_with(|| a.message.cmp(&b.message)));
    found.dedup();
    found
}

/// Pictures, pages and data of the site that are not there, with their lines.
fn of_blocks(blocks: &[Block], places: &dyn Places) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Image(image, _) => {
                let target = image.target.as_ref();
                let target = target.map(|target| Marked { places }.target(target));
                let missing = [places.address(&image.place).err(), target.and_then(Result::err)];
                found.extend(missing.into_iter().flatten().map(|why| (image.line, why)));
            }
            Block::Contents(contents) => {
                let pages = expanded(&contents.pages, places);
                let missing = pages.iter().filter_map(|page| places.page(named(page).1).err());
                found.extend(missing.map(|why| (contents.line, why)));
            }
            Block::Insert(insert) => {
                found.extend(places.asked(&insert.asked()).err().map(|why| (insert.line, why)));
            }
            _ => {}
        }
        block
            .inner()
            .for_each(|inner| found.extend(of_blocks(std::slice::from_ref(inner), places)));
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

    fn undefined(&self, name: &str) -> Option<String> {
        let why = format!("nothing in the page says what `|{name}|` stands for");
        self.found.borrow_mut().push(why);
        None
    }
}
