//! Directives: `.. name:: argument`, with options and a body.

use super::block::{Block, Contents, Image, Insert};
use super::lines::owned;
use super::parse::Parser;
use super::table;

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
/// Notes with a title of their own.
const TITLED: [&str; 3] = ["admonition", "topic", "sidebar"];
/// Directives whose body is code.
const CODE: [&str; 5] = ["code", "code-block", "sourcecode", "parsed-literal", "prompt"];
/// Directives that set how others look, and show nothing.
const SILENT: [&str; 6] = ["highlight", "default-role", "role", "index", "meta", "tabularcolumns"];
/// Directives whose body is shown as if it stood alone. A `class` without one is about what comes next.
const FRAMES: [&str; 5] = ["class", "container", "compound", "glossary", "hlist"];
/// Options that take the body from elsewhere.
const ELSEWHERE: [&str; 2] = ["file", "url"];
/// Directives whose body is a quotation.
const QUOTES: [&str; 3] = ["epigraph", "highlights", "pull-quote"];

/// A directive.
#[derive(Clone, Copy)]
pub(super) struct Directive<'a> {
    name: &'a str,
    argument: &'a str,
    /// Options and content.
    body: &'a [&'a str],
    /// As it is written.
    lines: &'a [&'a str],
}

impl<'a> Directive<'a> {
    /// The directive whose first line is `first` without its dots, if it is one.
    pub(super) fn of(first: &'a str, body: &'a [&'a str], lines: &'a [&'a str]) -> Option<Self> {
        let (name, argument) = first.split_once("::")?;
        let is_name =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | ':' | '.');
        let fits = !name.is_empty() && name.chars().all(is_name);
        let fits = fits && (argument.is_empty() || argument.starts_with(' '));
        fits.then(|| Self { name, argument: argument.trim(), body, lines })
    }

    /// Name and value of the options.
    fn options(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let lines = self.body[..self.option_lines()].iter();
        lines.filter_map(|line| line.strip_prefix(':')?.split_once(':')).map(|(k, v)| (k, v.trim()))
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        self.options().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The line and the name of an option that takes the body from elsewhere.
    fn elsewhere(&self) -> Option<(&'a str, &'static str)> {
        let of = |line: &'a str| {
            let (name, _) = line.strip_prefix(':')?.split_once(':')?;
            let known = ELSEWHERE.into_iter().find(|known| known.eq_ignore_ascii_case(name))?;
            Some((line, known))
        };
        self.body[..self.option_lines()].iter().find_map(|line| of(line))
    }

    fn option_lines(&self) -> usize {
        let is_option = |line: &&&str| {
            line.strip_prefix(':').is_some_and(|rest| rest.contains(": ") || rest.ends_with(':'))
        };
        self.body.iter().take_while(is_option).count()
    }

    /// The body without the options before it.
    fn content(&self) -> Vec<&'a str> {
        let rest = self.body[self.option_lines()..].iter().skip_while(|line| line.is_empty());
        rest.copied().collect()
    }

    /// The body, which may begin behind the name.
    fn text(&self, first: &'a str) -> Vec<&'a str> {
        let first = Some(first).filter(|first| !first.is_empty());
        first.into_iter().chain(self.content()).collect()
    }

    /// The pages of a toctree, unless it is hidden, below their title.
    fn toctree(&self, line: usize) -> Vec<Block> {
        if self.option("hidden").is_some() {
            return Vec::new();
        }
        let pages = self.content().into_iter().map(str::trim).filter(|line| !line.is_empty());
        let pages = pages.map(str::to_owned).collect();
        let title = self.option("caption").map(|title| Block::Rubric(title.to_owned()));
        title.into_iter().chain([Block::Contents(Contents { line, pages })]).collect()
    }

    fn image(&self, line: usize) -> Image {
        Image {
            line,
            place: self.argument.to_owned(),
            about: self.option("alt").unwrap_or_default().to_owned(),
            target: self.option("target").map(str::to_owned),
        }
    }

    fn insert(&self, line: usize) -> Insert {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let (name, lines) = (self.name.to_owned(), owned(self.lines));
        Insert { line, name, options: self.options().map(own).collect(), lines }
    }
}

impl Parser<'_, '_, '_> {
    /// A directive; nothing for one that shows nothing.
    pub(super) fn directive(&mut self, directive: Directive<'_>) -> Vec<Block> {
        let Directive { name, lines, .. } = directive;
        if let Some((line, option)) = directive.elsewhere() {
            let why = format!("`:{option}:` is not allowed: the text must be in the page");
            self.reading.trouble(line, why);
        }
        if CODE.contains(&name) {
            let code = directive.content();
            return (!code.is_empty()).then(|| Block::Literal(owned(&code))).into_iter().collect();
        }
        if SILENT.contains(&name) {
            return Vec::new();
        }
        if FRAMES.contains(&name) {
            return self.inner(&directive.content());
        }
        if let Some(note) = self.note(directive) {
            return vec![note];
        }
        if !self.reading.is_for_page() {
            return vec![Block::Verbatim(owned(lines))];
        }
        self.of_page(directive).unwrap_or_else(|why| {
            self.reading.trouble(lines[0], why);
            vec![Block::Verbatim(owned(lines))]
        })
    }

    /// A directive that is a note.
    fn note(&mut self, directive: Directive<'_>) -> Option<Block> {
        let Directive { name, argument, .. } = directive;
        let known = |list: &[(&str, &str)]| {
            list.iter().find(|(known, _)| *known == name).map(|(_, word)| (*word).to_owned())
        };
        let (word, lines) = if TITLED.contains(&name) {
            self.reading.running(argument, argument);
            (argument.to_owned(), directive.content())
        } else if let Some(word) = known(&CHANGES) {
            let (version, text) = argument.split_once(' ').unwrap_or((argument, ""));
            (format!("{word} {version}"), directive.text(text.trim()))
        } else {
            (known(&ADMONITIONS)?, directive.text(argument))
        };
        Some(Block::Admonition(word, self.inner(&lines)))
    }

    /// A directive that only a page shows.
    ///
    /// # Errors
    /// Why it cannot be shown.
    fn of_page(&mut self, directive: Directive<'_>) -> Result<Vec<Block>, String> {
        let Directive { name, argument, lines, .. } = directive;
        let line = self.reading.line_of(lines[0]);
        let content = directive.content();
        let block = match name {
            "image" => Block::Image(directive.image(line), Vec::new()),
            "figure" => Block::Image(directive.image(line), self.inner(&content)),
            "toctree" => return Ok(directive.toctree(line)),
            "contents" => Block::Contents(Contents { line, pages: Vec::new() }),
            "rubric" | "centered" => {
                self.reading.running(argument, argument);
                Block::Rubric(argument.to_owned())
            }
            "list-table" | "table" | "csv-table" => return self.table_of(directive).map(one),
            name if QUOTES.contains(&name) => Block::Quote(self.inner(&content)),
            "raw" | "include" | "literalinclude" => {
                return Err(format!("`{name}` is not allowed: the text must be in the page"));
            }
            _ => Block::Insert(directive.insert(line)),
        };
        Ok(one(block))
    }

    /// A table with a title: drawn, as a list of lists, or as lines of values.
    fn table_of(&mut self, directive: Directive<'_>) -> Result<Block, String> {
        let Directive { name, argument, lines, .. } = directive;
        let headings = match directive.option("header-rows") {
            None => 0,
            Some(n) => n.parse().map_err(|_| format!("`{n}` is not a number of rows"))?,
        };
        self.reading.running(argument, argument);
        let content = directive.content();
        let mut table = match name {
            "csv-table" => {
                let header = directive.option("header");
                table::of_values(header, headings, &content, |text| {
                    self.reading.running(lines[0], text);
                })?
            }
            "list-table" => {
                let inner = self.inner(&content);
                table::of_lists(headings, inner).ok_or("a `list-table` holds a list of lists")?
            }
            _ => match <[Block; 1]>::try_from(self.inner(&content)) {
                Ok([Block::Table(table)]) => table,
                _ => return Err("a `table` holds one table".to_owned()),
            },
        };
        table.title = Some(argument).filter(|title| !title.is_empty()).map(str::to_owned);
        Ok(Block::Table(table))
    }
}

fn one(block: Block) -> Vec<Block> {
    vec![block]
}
