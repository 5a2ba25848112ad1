//! reStructuredText as plain text, for mails and terminals, and as HTML, for the pages of a site.
//!
//! As plain text, paragraphs are wrapped; lists, literal blocks, admonitions and links are written the way people write them in a mail. What
//! is not known here stays as it is written: nothing is an error, and nothing is lost but comments and the names of links. A
//! page is read strictly: what is not known is reported with its line.

mod block;
mod directive;
mod explicit;
mod html;
mod inline;
mod lines;
mod marker;
mod page;
mod parse;
mod places;
mod reading;
mod strict;
mod table;

use block::{Block, Image, Item, Table};
use inline::{Names, Plain, inline as styled};
use reading::Reading;

use super::wrap;

pub use html::fragment as html;
pub use page::{Section, page, sections};
pub use places::{CustomDirective, Places};

/// Columns by which a block in a block is indented.
const STEP: usize = 4;
/// The narrowest text; deeper blocks are not indented further.
const NARROWEST: usize = 24;

/// `source` as plain text in lines of `width` columns, as far as its words allow. Ends without a line break.
pub fn plain(source: &str, width: usize) -> String {
    let source = source.replace("\r\n", "\n").replace('\t', "        ");
    let lines: Vec<&str> = source.lines().map(str::trim_end).collect();
    let mut reading = Reading::default();
    let blocks = parse::blocks(&lines, &mut reading, 0);
    rendered(&blocks, &reading.names, width).join("\n")
}

/// Running text as people write it in a mail.
fn inline(text: &str, names: &Names) -> String {
    styled(text, names, &Plain)
}

/// The lines of blocks, with an empty line between two of them.
fn rendered(blocks: &[Block], names: &Names, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        let next = match block {
            Block::Paragraph(text) => wrapped(&inline(text, names), width),
            Block::Title(text, underline, _) => vec![inline(text, names), underline.clone()],
            Block::Rubric(text) => vec![inline(text, names)],
            Block::Transition => vec!["----".to_owned()],
            Block::Label(_) | Block::Insert(_) => Vec::new(),
            Block::Image(image, inner) => {
                let mut lines = vec![picture(image)];
                lines.extend(nested(inner, names, width, STEP));
                lines
            }
            Block::Contents(contents) => contents.pages.clone(),
            Block::Table(it) => table(it, names, width),
            Block::Verbatim(text) => text.clone(),
            Block::Lines(text) => text.iter().map(|line| inline(line, names)).collect(),
            Block::Literal(text) => text.iter().map(|line| indented(line, STEP)).collect(),
            Block::Quote(inner) => nested(inner, names, width, STEP),
            Block::Definition(term, inner) => {
                let mut lines = wrapped(&inline(term, names), width);
                lines.extend(nested(inner, names, width, STEP));
                lines
            }
            Block::Admonition(word, inner) => admonition(word, inner, names, width),
            Block::List(items) => list(items, names, width),
        };
        if !lines.is_empty() && !next.is_empty() {
            lines.push(String::new());
        }
        lines.extend(next);
    }
    lines
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    wrap::hanging(text, "", width).lines().map(str::to_owned).collect()
}

fn indented(line: &str, columns: usize) -> String {
    if line.is_empty() { String::new() } else { " ".repeat(columns) + line }
}

fn nested(blocks: &[Block], names: &Names, width: usize, step: usize) -> Vec<String> {
    let width = width.saturating_sub(step).max(NARROWEST);
    rendered(blocks, names, width).iter().map(|line| indented(line, step)).collect()
}

fn picture(image: &Image) -> String {
    let Image { place, about, .. } = image;
    if about.is_empty() { place.clone() } else { format!("{about} ({place})") }
}

/// The rows one below the other, and the first line of each cell behind a dash.
fn table(table: &Table, names: &Names, width: usize) -> Vec<String> {
    let title = table.title.iter().map(|title| inline(title, names));
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().map(|cell| rendered(&cell.blocks, names, width).join(" "));
        format!("- {}", cells.collect::<Vec<_>>().join(" | "))
    });
    title.chain(rows).collect()
}

/// `Note: …`, the word before the first paragraph.
fn admonition(word: &str, inner: &[Block], names: &Names, width: usize) -> Vec<String> {
    match inner.split_first() {
        Some((Block::Paragraph(first), rest)) => {
            let mut blocks = vec![Block::Paragraph(format!("{word}: {first}"))];
            blocks.extend_from_slice(rest);
            rendered(&blocks, names, width)
        }
        _ => {
            let mut lines = vec![format!("{word}:")];
            lines.extend(nested(inner, names, width, STEP));
            lines
        }
    }
}

/// Items under each other; with an empty line between them where one of them has several paragraphs.
fn list(items: &[Item], names: &Names, width: usize) -> Vec<String> {
    let is_open = items.iter().any(|item| {
        item.blocks.iter().filter(|block| !matches!(block, Block::List(_))).count() > 1
    });
    let mut lines = Vec::new();
    for (number, item) in items.iter().enumerate() {
        if is_open && number > 0 {
            lines.push(String::new());
        }
        let step = item.marker.chars().count();
        let mut inner = nested(&item.blocks, names, width, step);
        match inner.first_mut() {
            Some(first) => first.replace_range(..step.min(first.len()), &item.marker),
            None => inner.push(item.marker.trim_end().to_owned()),
        }
        lines.extend(inner);
    }
    lines
}

#[cfg(test)]
mod tests;
