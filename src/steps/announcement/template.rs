//! The words of announcements: the default template, or the site's own. A template may do and write so much and no more, uses
//! nothing but the files next to it, and writes no header.

use std::io::{self, Write};

use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, syntax::SyntaxConfig};

use super::Announcement;
use crate::text::wrap;

/// The template where the releases repository brings none.
pub const DEFAULT_TEMPLATE: Template<'static> =
    Template { name: "announcement.j2", text: include_str!("announcement.j2") };

/// Columns of a line.
pub(super) const WIDTH: usize = 72;
/// How much a template may do, in instructions of the engine.
const FUEL: u64 = 2_000_000;
/// How deep templates may use each other.
const DEPTH: usize = 20;
/// How much it may write, in bytes.
const LONGEST: usize = 512 << 10;

/// A template of the body.
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    /// The file, for messages.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// The template of a site, with the files next to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteTemplate {
    /// Its path, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The files next to it that it may include, by name.
    pub beside: Vec<(String, String)>,
}

impl SiteTemplate {
    /// The template itself.
    pub fn template(&self) -> Template<'_> {
        Template { name: &self.name, text: &self.text }
    }
}

impl Default for SiteTemplate {
    fn default() -> Self {
        let Template { name, text } = DEFAULT_TEMPLATE;
        Self { name: name.to_owned(), text: text.to_owned(), beside: Vec::new() }
    }
}

/// Fills a template in.
///
/// # Errors
/// What is wrong with it, with template and line.
pub(super) fn fill(
    template: Template<'_>,
    beside: &[(String, String)],
    facts: Value,
) -> Result<String, String> {
    let mut environment = environment();
    let wrong = |error: minijinja::Error| described(&error);
    for (name, text) in beside {
        environment.add_template(name, text).map_err(wrong)?;
    }
    environment.add_template(template.name, template.text).map_err(wrong)?;
    let mut out = Limited(Vec::new());
    let found = environment.get_template(template.name).map_err(wrong)?;
    let written = found.render_captured_to(facts, &mut out).map(drop);
    if out.0.len() > LONGEST {
        return Err(format!("{} writes more than {LONGEST} bytes", template.name));
    }
    written.map_err(wrong)?;
    String::from_utf8(out.0).map_err(|error| error.to_string())
}

/// The error with its cause: of an included template the place there.
fn described(error: &minijinja::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        words += &format!(": {inner}");
        cause = inner.source();
    }
    words
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the delimiters are the usual ones"),
    );
    environment.add_filter("wrap", |text: &str| wrap::paragraphs(text, WIDTH));
    environment
}

/// Takes so much and no more.
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        if self.0.len() > LONGEST {
            return Err(io::Error::other("it is too long"));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SiteTemplate {
    /// Whether it can be filled in: with a release that has everything, and with one that has nothing.
    ///
    /// # Errors
    /// What is wrong with it, with template and line.
    pub fn check(&self) -> Result<(), String> {
        for (released, news) in super::samples() {
            let filled = Announcement::in_words(&released, &news, self);
            filled.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}
