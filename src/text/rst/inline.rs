//! Running text: literals, roles, links.

use std::collections::HashMap;

use crate::text::html::web;

/// What links and substitutions of a text lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    links: HashMap<String, String>,
    replaced: HashMap<String, String>,
    anonymous: Vec<String>,
}

impl Names {
    /// Takes what comes after `.. _`: `name: URL`. A name without a URL is a place in the text, and leads nowhere.
    pub(super) fn add(&mut self, text: &str) {
        if let Some(url) = text.strip_prefix("_:") {
            return self.add_anonymous(url.trim());
        }
        let quoted = text.strip_prefix('`').and_then(|rest| rest.split_once("`:"));
        let Some((name, url)) = quoted.or_else(|| text.split_once(": ")) else { return };
        let url = url.trim();
        if !url.is_empty() && !name.is_empty() {
            self.links.insert(normal(name), url.to_owned());
        }
    }

    /// Takes the URL of the next link without a name.
    pub(super) fn add_anonymous(&mut self, url: &str) {
        self.anonymous.push(url.to_owned());
    }

    /// Takes what `|name|` stands for.
    pub(super) fn replace(&mut self, name: &str, text: &str) {
        self.replaced.insert(name.trim().to_owned(), text.to_owned());
    }

    /// What a name leads to, where the text says it.
    pub(super) fn url(&self, name: &str) -> Option<&str> {
        self.links.get(&normal(name)).map(String::as_str)
    }
}

/// Names are the same whatever their case and their blanks.
pub(super) fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// How running text is written.
pub(super) trait Style {
    /// Text without markup.
    fn text(&self, text: &str) -> String;
    /// `` ``code`` ``.
    fn code(&self, text: &str) -> String;
    /// `**bold**`.
    fn strong(&self, text: &str) -> String;
    /// `*emphasised*`.
    fn emphasis(&self, text: &str) -> String;
    /// Text that leads to a URL, or to whatever else the text has there.
    fn link(&self, text: &str, target: &str) -> String;
    /// `` `text`_ `` with a name that the text does not explain.
    fn dangling(&self, text: &str) -> String;
    /// `` :name:`title <target>` ``, or without a title.
    fn role(&self, name: &str, title: Option<&str>, target: &str) -> String;
    /// `` `text` `` without a role.
    fn quoted(&self, text: &str) -> String;
    /// `|name|` that stands for nothing; `None` leaves it as it is written.
    fn undefined(&self, _name: &str) -> Option<String> {
        None
    }
}

/// As people write it in a mail: `` ``code`` `` as `` `code` ``, a link with its URL in brackets, a role as its text, bold text
/// as emphasised.
pub(super) struct Plain;

impl Style for Plain {
    fn text(&self, text: &str) -> String {
        text.to_owned()
    }

    fn code(&self, text: &str) -> String {
        format!("`{text}`")
    }

    fn strong(&self, text: &str) -> String {
        format!("*{text}*")
    }

    fn emphasis(&self, text: &str) -> String {
        format!("*{text}*")
    }

    fn link(&self, text: &str, target: &str) -> String {
        linked(text, target)
    }

    fn dangling(&self, text: &str) -> String {
        text.to_owned()
    }

    fn role(&self, name: &str, title: Option<&str>, target: &str) -> String {
        let shown = title.unwrap_or_else(|| short(target)).trim_start_matches('!');
        match title.is_none() && is_code(name) {
            true => self.code(shown),
            false => shown.to_owned(),
        }
    }

    fn quoted(&self, text: &str) -> String {
        self.code(text)
    }
}

/// Whether a role shows its text as code.
pub(super) fn is_code(role: &str) -> bool {
    !matches!(role, "ref" | "doc" | "term" | "bug" | "sub" | "sup" | "guilabel" | "abbr")
}

/// The last part of `~a.b.c`; any other text as it is.
pub(super) fn short(text: &str) -> &str {
    text.strip_prefix('~').map_or(text, |name| name.rsplit('.').next().unwrap_or(name))
}

/// `text` in a style.
pub(super) fn inline(text: &str, names: &Names, style: &dyn Style) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while !rest.is_empty() {
        let piece = if opens_after(before) { piece(rest, names, style) } else { None };
        let length = match piece {
            Some((shown, length)) => {
                // No markup opens right behind another one.
                before = Some('`');
                plain.push_str(&shown);
                length
            }
            None => {
                let (shown, length) = escape(rest).unwrap_or_else(|| one(rest));
                before = shown.chars().next_back().or(before);
                plain.push_str(&style.text(&shown));
                length
            }
        };
        rest = &rest[length..];
    }
    plain
}

/// Whether markup may begin after `before`: in the middle of a word it is text.
fn opens_after(before: Option<char>) -> bool {
    before.is_none_or(|c| {
        c.is_whitespace() || matches!(c, '\'' | '"' | '(' | '[' | '{' | '<' | '-' | '/' | ':')
    })
}

/// Bytes of the longest markup: what is longer is text. So a text of many beginnings and no end is read in one go.
const LONGEST: usize = 1000;

/// What markup at the beginning of `rest` is shown as, and how long it is.
fn piece(rest: &str, names: &Names, style: &dyn Style) -> Option<(String, usize)> {
    let is_address = rest.starts_with("http");
    let starts = rest.starts_with(['`', ':', '*', '|', '[']) || !names.links.is_empty();
    if !starts && !is_address {
        return None;
    }
    let rest = &rest[..rest.floor_char_boundary(LONGEST)];
    if let Some(found) = is_address.then(|| address(rest, style)).flatten() {
        return Some(found);
    }
    literal(rest, style)
        .or_else(|| role(rest, style))
        .or_else(|| quoted(rest, names, style))
        .or_else(|| strong(rest, style))
        .or_else(|| emphasis(rest, style))
        .or_else(|| substitution(rest, names, style))
        .or_else(|| reference(rest, names, style))
}

/// The character that comes next.
fn one(rest: &str) -> (String, usize) {
    let c = rest.chars().next().unwrap_or_default();
    (c.to_string(), c.len_utf8().max(1))
}

/// A backslash takes its meaning from the character after it, and a blank away.
fn escape(rest: &str) -> Option<(String, usize)> {
    let next = rest.strip_prefix('\\')?.chars().next()?;
    let shown = if next.is_whitespace() { String::new() } else { next.to_string() };
    Some((shown, 1 + next.len_utf8()))
}

fn literal(rest: &str, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix("``")?;
    let end = inner.find("``").filter(|end| *end > 0)?;
    // A literal may end in a backquote itself.
    let end = end + inner[end..].bytes().take_while(|byte| *byte == b'`').count() - 2;
    Some((style.code(&inner[..end]), end + 4))
}

/// `` :role:`text` ``, `` :role:`text <target>` ``.
fn role(rest: &str, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix(':')?;
    let (name, _) = inner.split_once(":`")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let start = name.len() + 3;
    let text = &rest[start..];
    let end = text.find('`').filter(|end| *end > 0)?;
    let (title, target) = match titled(&text[..end]) {
        Some((title, target)) => (Some(title), target),
        None => (None, &text[..end]),
    };
    Some((style.role(name, title, target), start + end + 1))
}

/// `text <target>`.
fn titled(text: &str) -> Option<(&str, &str)> {
    let (title, target) = text.strip_suffix('>')?.rsplit_once('<')?;
    let title = title.trim();
    (!title.is_empty()).then_some((title, target.trim()))
}

/// `` `text <URL>`_ ``, `` `text`_ ``, `` `text` ``.
fn quoted(rest: &str, names: &Names, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('`').filter(|inner| !inner.starts_with('`'))?;
    let end = inner.find('`').filter(|end| *end > 0)?;
    let (text, after) = (&inner[..end], &inner[end + 1..]);
    let marks = after.bytes().take(2).take_while(|byte| *byte == b'_').count();
    let length = end + 2 + marks;
    if marks == 0 {
        return Some((style.quoted(text), length));
    }
    let shown = match titled(text) {
        Some((title, url)) => match names.url(url.trim_end_matches('_')) {
            Some(url) => style.link(title, url),
            // An address may be written on two lines.
            None => style.link(title, &url.split_whitespace().collect::<String>()),
        },
        None if text.starts_with('<') => {
            let url = text.trim_matches(['<', '>']);
            style.link(url, url)
        }
        None => match names.url(text) {
            Some(url) => style.link(text, url),
            None if marks == 2 && names.anonymous.len() == 1 => {
                style.link(text, &names.anonymous[0])
            }
            None => style.dangling(text),
        },
    };
    Some((shown, length))
}

fn linked(text: &str, url: &str) -> String {
    if text == url || !url.contains(':') { text.to_owned() } else { format!("{text} ({url})") }
}

/// A web address without any markup. Punctuation at its end belongs to the sentence.
fn address(rest: &str, style: &dyn Style) -> Option<(String, usize)> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`');
    let url = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '}', '*', '_']);
    web(url).map(|url| (style.link(url, url), url.len()))
}

fn strong(rest: &str, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix("**").filter(|inner| !inner.starts_with([' ', '*']))?;
    let end = inner.find("**").filter(|end| *end > 0 && !inner[..*end].ends_with(' '))?;
    Some((style.strong(&inner[..end]), end + 4))
}

/// `*text*`: it ends before a blank or punctuation.
fn emphasis(rest: &str, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('*').filter(|inner| !inner.starts_with([' ', '*']))?;
    let end = inner.find('*').filter(|end| *end > 0 && !inner[..*end].ends_with(' '))?;
    let is_end = !inner[end + 1..].starts_with(|c: char| c.is_alphanumeric() || c == '*');
    is_end.then(|| (style.emphasis(&inner[..end]), end + 2))
}

fn substitution(rest: &str, names: &Names, style: &dyn Style) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('|')?;
    let name = &inner[..inner.find('|').filter(|end| *end > 0)?];
    let is_name = !name.starts_with(' ') && !name.ends_with(' ');
    let text = match names.replaced.get(name) {
        Some(text) => style.text(text),
        None if is_name => style.undefined(name)?,
        None => return None,
    };
    Some((text, name.len() + 2))
}

/// `name_` of a link that the text names, and `[1]_`.
fn reference(rest: &str, names: &Names, style: &dyn Style) -> Option<(String, usize)> {
    let word = &rest[..rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len())];
    let end = word.rfind('_')?;
    let (name, after) = (&word[..end], &word[end + 1..]);
    let is_end = !after.starts_with(|c: char| c.is_alphanumeric());
    if name.starts_with('[') && name.ends_with(']') && is_end {
        return Some((style.text(name), end + 1));
    }
    let url = names.url(name).filter(|_| is_end)?;
    Some((style.link(name, url), end + 1))
}
