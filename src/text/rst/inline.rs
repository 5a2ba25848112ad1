//! Running text: literals, roles, links.

use std::collections::HashMap;

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

    fn url(&self, name: &str) -> Option<&str> {
        self.links.get(&normal(name)).map(String::as_str)
    }
}

/// Names are the same whatever their case and their blanks.
fn normal(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// `text` as people write it in a mail: `` ``code`` `` as `` `code` ``, a link with its URL in brackets, a role as its text,
/// bold text as emphasised.
pub(super) fn inline(text: &str, names: &Names) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let before = plain.chars().next_back();
        let piece = if opens_after(before) { piece(rest, names) } else { None };
        let (shown, length) = piece.or_else(|| escape(rest)).unwrap_or_else(|| one(rest));
        plain.push_str(&shown);
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
fn piece(rest: &str, names: &Names) -> Option<(String, usize)> {
    let starts = rest.starts_with(['`', ':', '*', '|', '[']) || !names.links.is_empty();
    if !starts {
        return None;
    }
    let rest = &rest[..rest.floor_char_boundary(LONGEST)];
    literal(rest)
        .or_else(|| role(rest))
        .or_else(|| quoted(rest, names))
        .or_else(|| strong(rest))
        .or_else(|| substitution(rest, names))
        .or_else(|| reference(rest, names))
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

fn literal(rest: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix("``")?;
    let end = inner.find("``").filter(|end| *end > 0)?;
    // A literal may end in a backquote itself.
    let end = end + inner[end..].bytes().take_while(|byte| *byte == b'`').count() - 2;
    Some((format!("`{}`", &inner[..end]), end + 4))
}

/// `` :role:`text` ``, `` :role:`text <target>` ``.
fn role(rest: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix(':')?;
    let (name, _) = inner.split_once(":`")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '+' | '.');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let start = name.len() + 3;
    let text = &rest[start..];
    let end = text.find('`').filter(|end| *end > 0)?;
    let shown = match titled(&text[..end]) {
        Some((title, _)) => title,
        None => text[..end]
            .strip_prefix('~')
            .map_or(&text[..end], |name| name.rsplit('.').next().unwrap_or(name)),
    };
    let is_code =
        !matches!(name, "ref" | "doc" | "term" | "bug" | "sub" | "sup" | "guilabel" | "abbr");
    let is_titled = titled(&text[..end]).is_some();
    let shown = shown.trim_start_matches('!');
    let shown = if is_code && !is_titled { format!("`{shown}`") } else { shown.to_owned() };
    Some((shown, start + end + 1))
}

/// `text <target>`.
fn titled(text: &str) -> Option<(&str, &str)> {
    let (title, target) = text.strip_suffix('>')?.rsplit_once('<')?;
    let title = title.trim();
    (!title.is_empty()).then_some((title, target.trim()))
}

/// `` `text <URL>`_ ``, `` `text`_ ``, `` `text` ``.
fn quoted(rest: &str, names: &Names) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('`').filter(|inner| !inner.starts_with('`'))?;
    let end = inner.find('`').filter(|end| *end > 0)?;
    let (text, after) = (&inner[..end], &inner[end + 1..]);
    let marks = after.bytes().take(2).take_while(|byte| *byte == b'_').count();
    let length = end + 2 + marks;
    if marks == 0 {
        return Some((rest[..length].to_owned(), length));
    }
    let shown = match titled(text) {
        Some((title, url)) => linked(title, names.url(url.trim_end_matches('_')).unwrap_or(url)),
        None if text.starts_with('<') => text.trim_matches(['<', '>']).to_owned(),
        None => match names.url(text) {
            Some(url) => linked(text, url),
            None if marks == 2 && names.anonymous.len() == 1 => linked(text, &names.anonymous[0]),
            None => text.to_owned(),
        },
    };
    Some((shown, length))
}

fn linked(text: &str, url: &str) -> String {
    if text == url || !url.contains(':') { text.to_owned() } else { format!("{text} ({url})") }
}

fn strong(rest: &str) -> Option<(String, usize)> {
    let inner = rest.strip_prefix("**").filter(|inner| !inner.starts_with([' ', '*']))?;
    let end = inner.find("**").filter(|end| *end > 0 && !inner[..*end].ends_with(' '))?;
    Some((format!("*{}*", &inner[..end]), end + 4))
}

fn substitution(rest: &str, names: &Names) -> Option<(String, usize)> {
    let inner = rest.strip_prefix('|')?;
    let name = &inner[..inner.find('|')?];
    let text = names.replaced.get(name)?;
    Some((text.clone(), name.len() + 2))
}

/// `name_` of a link that the text names, and `[1]_`.
fn reference(rest: &str, names: &Names) -> Option<(String, usize)> {
    let word = &rest[..rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len())];
    let end = word.rfind('_')?;
    let (name, after) = (&word[..end], &word[end + 1..]);
    let is_end = !after.starts_with(|c: char| c.is_alphanumeric());
    if name.starts_with('[') && name.ends_with(']') && is_end {
        return Some((name.to_owned(), end + 1));
    }
    let url = names.url(name).filter(|_| is_end)?;
    Some((linked(name, url), end + 1))
}
