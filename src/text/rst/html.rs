//! Blocks as HTML.

use super::block::{Block, Cell, Image, Insert, Item, Ruled, Table};
use super::inline::{Names, Style, inline, is_code, short};
use super::page::normal;
use super::parse::blocks;
use super::places::Places;
use super::reading::Reading;
use crate::text::html::{anchor, escaped, web};
use crate::text::ids::Ids;

/// A short text of the data as HTML: what is not known in it stays as it is written.
pub fn fragment(source: &str) -> String {
    let source = normal(source);
    let lines: Vec<&str> = source.lines().map(str::trim_end).collect();
    let mut reading = Reading::default();
    let found = blocks(&lines, &mut reading, 0);
    let mut writer = Writer::new(&reading.names, &Nowhere, 3);
    writer.blocks(&found);
    // One paragraph needs no frame of its own.
    match found.as_slice() {
        [Block::Paragraph(_)] => {
            writer.html.trim_end().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
        }
        _ => writer.html,
    }
}

/// For texts that lead to the web alone.
struct Nowhere;

impl Places for Nowhere {
    fn address(&self, target: &str) -> Result<String, String> {
        Err(format!("`{target}` is not on the web"))
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        Err(format!("there is no `{name}`"))
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        Err(format!("there is no `{name}`"))
    }
}

/// Running text as HTML.
pub(super) struct Marked<'a> {
    pub(super) places: &'a dyn Places,
}

impl Marked<'_> {
    /// What a link of the text leads to.
    ///
    /// # Errors
    /// Why it cannot be a link.
    pub(super) fn target(&self, target: &str) -> Result<String, String> {
        match web(target) {
            Some(url) => Ok(url.to_owned()),
            None => self.places.address(target),
        }
    }
}

fn linked(text: &str, address: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escaped(address), escaped(text))
}

impl Style for Marked<'_> {
    fn text(&self, text: &str) -> String {
        escaped(text).into_owned()
    }

    fn code(&self, text: &str) -> String {
        format!("<code>{}</code>", escaped(text))
    }

    fn strong(&self, text: &str) -> String {
        format!("<strong>{}</strong>", escaped(text))
    }

    fn emphasis(&self, text: &str) -> String {
        format!("<em>{}</em>", escaped(text))
    }

    fn link(&self, text: &str, target: &str) -> String {
        match self.target(target) {
            Ok(address) => linked(text, &address),
            Err(_) if text == target => self.text(text),
            Err(_) => self.text(&format!("{text} ({target})")),
        }
    }

    fn dangling(&self, text: &str) -> String {
        match self.places.label(text) {
            Ok((_, address)) => linked(text, &address),
            Err(_) => self.text(text),
        }
    }

    fn role(&self, name: &str, title: Option<&str>, target: &str) -> String {
        let found = match name {
            "ref" => self.places.label(target),
            "doc" => self.places.page(target),
            _ => Err(String::new()),
        };
        let shown = title.unwrap_or_else(|| short(target)).trim_start_matches('!');
        match found {
            Ok((own, address)) => linked(title.unwrap_or(&own), &address),
            Err(_) if title.is_none() && is_code(name) => self.code(shown),
            Err(_) => self.text(shown),
        }
    }

    fn quoted(&self, text: &str) -> String {
        format!("<cite>{}</cite>", escaped(text))
    }
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: usize,
    pub(super) id: String,
    pub(super) title: String,
}

/// Puts the HTML of blocks together.
pub(super) struct Writer<'a> {
    pub(super) html: String,
    names: &'a Names,
    marked: Marked<'a>,
    /// The level of the first heading.
    top: usize,
    /// The lines of titles that were seen: each kind is a level.
    levels: Vec<(char, Ruled)>,
    pub(super) headings: Vec<Heading>,
    /// The places that have a name already.
    ids: Ids,
}

impl<'a> Writer<'a> {
    pub(super) fn new(names: &'a Names, places: &'a dyn Places, top: usize) -> Self {
        let (html, levels, headings) = (String::new(), Vec::new(), Vec::new());
        let ids = Ids::default();
        Self { html, names, marked: Marked { places }, top, levels, headings, ids }
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn running(&self, text: &str) -> String {
        inline(text, self.names, &self.marked)
    }

    fn put(&mut self, html: impl AsRef<str>) {
        self.html.push_str(html.as_ref());
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(text) => {
                let text = self.running(text);
                self.put(format!("<p>{text}</p>\n"));
            }
            Block::Title(text, under, ruled) => self.title(text, under, *ruled),
            Block::Label(name) => {
                let id = anchor(name);
                if self.ids.take(&id) {
                    self.put(format!("<span id=\"{id}\"></span>"));
                }
            }
            Block::Verbatim(lines) | Block::Literal(lines) => {
                self.put(format!("<pre tabindex=\"0\">{}</pre>\n", escaped(&lines.join("\n"))));
            }
            Block::Lines(lines) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|line| self.running(line.trim_start_matches('|').trim()))
                    .collect();
                self.put(format!("<p>{}</p>\n", lines.join("<br>\n")));
            }
            Block::Quote(inner) => self.within("<blockquote>\n", inner, "</blockquote>\n"),
            Block::Definition(term, inner) => {
                let term = self.running(term);
                self.within(&format!("<dl><dt>{term}</dt><dd>\n"), inner, "</dd></dl>\n");
            }
            Block::Admonition(word, inner) => {
                let word = self.running(word);
                let open = format!("<div class=\"note\"><p class=\"word\">{word}</p>\n");
                self.within(&open, inner, "</div>\n");
            }
            Block::List(items) => self.list(items),
            Block::Rubric(text) => {
                let text = self.running(text);
                self.put(format!("<p class=\"word\">{text}</p>\n"));
            }
            Block::Transition => self.put("<hr>\n"),
            Block::Image(image, inner) if inner.is_empty() => {
                let image = self.image(image);
                self.put(format!("<p>{image}</p>\n"));
            }
            Block::Image(image, inner) => {
                let image = self.image(image);
                let open = format!("<figure>{image}<figcaption>\n");
                self.within(&open, inner, "</figcaption></figure>\n");
            }
            Block::Contents(contents) => self.contents(&contents.pages),
            Block::Insert(insert) => self.insert(insert),
            Block::Table(table) => self.table(table),
        }
    }

    fn image(&self, image: &Image) -> String {
        let Image { place, about, target, .. } = image;
        let shown = match self.marked.places.address(place) {
            Ok(address) => {
                format!("<img src=\"{}\" alt=\"{}\">", escaped(&address), escaped(about))
            }
            Err(_) => escaped(about).into_owned(),
        };
        match target.as_ref().and_then(|target| self.marked.target(target).ok()) {
            Some(target) => format!("<a href=\"{}\">{shown}</a>", escaped(&target)),
            None => shown,
        }
    }

    /// What the site knows stands on a page of its own.
    fn insert(&mut self, insert: &Insert) {
        match self.marked.places.asked(&insert.asked()) {
            Ok(Some((title, address))) => {
                self.put(format!("<p>{}</p>\n", linked(&title, &address)));
            }
            Ok(None) => {}
            Err(_) => {
                let lines = escaped(&insert.lines.join("\n")).into_owned();
                self.put(format!("<pre tabindex=\"0\">{lines}</pre>\n"));
            }
        }
    }

    fn within(&mut self, open: &str, inner: &[Block], close: &str) {
        self.put(open);
        self.blocks(inner);
        self.put(close);
    }

    fn title(&mut self, text: &str, under: &str, ruled: Ruled) {
        let kind = (under.chars().next().unwrap_or_default(), ruled);
        let depth = match self.levels.iter().position(|known| *known == kind) {
            Some(depth) => depth,
            None => {
                self.levels.push(kind);
                self.levels.len() - 1
            }
        };
        let is_title = self.top == 1 && self.headings.is_empty();
        // A page has one title, and the template shows it.
        let level = if is_title { 1 } else { (self.top + depth).clamp(2, 6) };
        let id = self.ids.unique(&anchor(text));
        let html = self.running(text);
        if is_title {
            return self.headings.push(Heading { level, id, title: text.to_owned() });
        }
        self.put(format!("<h{level} id=\"{id}\">{html}</h{level}>\n"));
        self.headings.push(Heading { level, id, title: text.to_owned() });
    }

    fn list(&mut self, items: &[Item]) {
        let is_numbered =
            items.first().is_some_and(|item| item.marker.starts_with(|c: char| c.is_ascii_digit()));
        let name = if is_numbered { "ol" } else { "ul" };
        self.put(format!("<{name}>\n"));
        for item in items {
            match item.blocks.split_first() {
                // The text of an item stands on its line.
                Some((Block::Paragraph(text), rest))
                    if rest.iter().all(|block| matches!(block, Block::List(_))) =>
                {
                    let text = self.running(text);
                    self.within(&format!("<li>{text}\n"), rest, "</li>\n");
                }
                _ => self.within("<li>", &item.blocks, "</li>\n"),
            }
        }
        self.put(format!("</{name}>\n"));
    }

    fn contents(&mut self, pages: &[String]) {
        if pages.is_empty() {
            return;
        }
        self.put("<ul>\n");
        for name in &expanded(pages, self.marked.places) {
            let (title, name) = named(name);
            if let Ok((own, address)) = self.marked.places.page(name) {
                self.put(format!("<li>{}</li>\n", linked(title.unwrap_or(&own), &address)));
            }
        }
        self.put("</ul>\n");
    }

    fn table(&mut self, table: &Table) {
        let label = match &table.title {
            Some(title) => inline(title, self.names, &super::inline::Plain),
            None => "Table".to_owned(),
        };
        let label = escaped(&label).into_owned();
        self.put(format!(
            "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"{label}\"><table>\n"
        ));
        if let Some(title) = &table.title {
            let title = self.running(title);
            self.put(format!("<caption>{title}</caption>\n"));
        }
        for (number, row) in table.rows.iter().enumerate() {
            let tag = if number < table.headings { "th" } else { "td" };
            self.put("<tr>");
            row.iter().for_each(|cell| self.cell(tag, cell));
            self.put("</tr>\n");
        }
        self.put("</table></div>\n");
    }

    fn cell(&mut self, tag: &str, cell: &Cell) {
        let attribute = |name: &str, number: usize| match number {
            0 | 1 => String::new(),
            number => format!(" {name}=\"{number}\""),
        };
        let scope = match (tag, cell.across) {
            ("th", 0 | 1) => " scope=\"col\"",
            ("th", _) => " scope=\"colgroup\"",
            _ => "",
        };
        let (across, down) = (attribute("colspan", cell.across), attribute("rowspan", cell.down));
        let (open, close) = (format!("<{tag}{scope}{across}{down}>"), format!("</{tag}>"));
        match cell.blocks.as_slice() {
            [Block::Paragraph(text)] => {
                let text = self.running(text);
                self.put(format!("{open}{text}{close}"));
            }
            blocks => self.within(&open, blocks, &close),
        }
    }
}

/// Title and page of an entry of a toctree: `Title <page>`.
pub(super) fn named(entry: &str) -> (Option<&str>, &str) {
    match entry.strip_suffix('>').and_then(|entry| entry.split_once(" <")) {
        Some((title, page)) => (Some(title), page),
        None => (None, entry),
    }
}

/// The pages of a toctree, patterns replaced by what they match.
pub(super) fn expanded(pages: &[String], places: &dyn Places) -> Vec<String> {
    let one = |page: &String| match page.contains('*') {
        true => places.pages(page),
        false => vec![page.clone()],
    };
    pages.iter().flat_map(one).collect()
}
