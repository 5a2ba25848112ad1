//! What is wrong with a file that is not YAML, in the words of the people who write it.
//!
//! The parser says what it expected, where it gave up. That is often a line too late, and seldom what somebody did.

use std::sync::LazyLock;

use regex::Regex;

/// What is wrong, and what to write. Line and columns count from 0, columns in characters; the end is exclusive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) line: usize,
    pub(super) columns: (usize, usize),
    pub(super) message: String,
    pub(super) help: String,
}

/// A line such as `team widgets`: a word where a key should be, and no colon.
static NO_COLON: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\s*(?:- +)*)([A-Za-z][\w./-]*)(\s+[^#:\s].*)?\s*$"));
/// A key with its value.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    regex(r#"^(\s*(?:- +)*)((?:[A-Za-z][\w./-]*)|'[^']*'|"[^"]*"):(?:\s+(.*))?$"#)
});
/// A key whose value follows the colon without a blank.
static TIGHT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\s*(?:- +)*)([A-Za-z][\w./-]*):([^\s:/].*)$"));

/// A list item whose key follows the dash without a blank.
static TIGHT_DASH: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\s*)-([A-Za-z][\w./-]*:(?:\s.*)?)$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is valid")
}

/// Explains the error `info` of the parser, which gave up at `line` and `column`.
pub(super) fn explain(lines: &[&str], (line, column): (usize, usize), info: &str) -> Fault {
    let last = lines.len().saturating_sub(1);
    let (line, column) = if line > last { (last, usize::MAX) } else { (line, column) };
    let known = match info {
        _ if info.contains("invalid trailing content after") => Some(at(
            lines,
            line,
            column,
            "there is text after the closing quote",
            "put the whole text in quotes, and double a quote inside it: `'it''s'`",
        )),
        _ if info.contains("unknown escape character") => Some(at(
            lines,
            line,
            column,
            "a backslash in double quotes begins an escape, and this is none that YAML knows",
            "write `\\\\` for a backslash, or use single quotes",
        )),
        _ if info.contains("quoted scalar") && !info.contains("character") => {
            open_quote(lines, (line, column))
        }
        _ if info.contains("anchor or alias") || info.contains("unknown anchor") => Some(at(
            lines,
            line,
            column,
            "a text cannot begin with `*` or `&` unless it is quoted",
            "quote the text",
        )),
        _ if info.contains("unexpected character") => {
            let c = lines[line].chars().nth(column).unwrap_or('?');
            Some(at(
                lines,
                line,
                column,
                &format!("a text cannot begin with `{c}` unless it is quoted"),
                "quote the text",
            ))
        }
        _ if info.contains("flow")
            || info.contains("illegal placement")
            || info == "unexpected eof" =>
        {
            open_bracket(lines, (line, column))
        }
        _ if info.contains("block scalar") => Some(at(
            lines,
            line,
            column,
            "the text below a `|` or `>` is not indented evenly",
            "indent each line of the text by two columns more than its key",
        )),
        _ => None,
    };
    known
        .or_else(|| two_colons(lines, line))
        .or_else(|| no_colon(lines, line))
        .or_else(|| tight_colon(lines, line))
        .or_else(|| tight_dash(lines, line))
        .or_else(|| first_line(lines, line))
        .or_else(|| open_bracket(lines, (line, column)))
        .or_else(|| indentation(lines, line, info))
        .unwrap_or_else(|| {
            at(
                lines,
                line,
                column,
                &format!("this is not valid YAML: {info}"),
                "compare the line with a file that is accepted",
            )
        })
}

fn at(lines: &[&str], line: usize, column: usize, message: &str, help: &str) -> Fault {
    let length = lines[line].chars().count();
    let start = column.min(length.saturating_sub(1));
    let columns = (start, (start + 1).min(length));
    Fault { line, columns, message: message.to_owned(), help: help.to_owned() }
}

/// The quote that is still open where the parser gave up: it points at the quote, or behind.
fn open_quote(lines: &[&str], end: (usize, usize)) -> Option<Fault> {
    let (mut line, mut column) = end;
    let is_quote = |c: &char| matches!(c, '"' | '\'');
    let mut quote = lines.get(line)?.chars().nth(column).filter(is_quote);
    if quote.is_none() {
        (line, column) = walk(lines, end).1?;
        quote = lines[line].chars().nth(column);
    }
    let quote = quote?;
    let message = format!("the quote `{quote}` that begins here is never closed");
    Some(at(lines, line, column, &message, &format!("add `{quote}` at the end of the text")))
}

/// The last bracket before the position that nothing closes.
fn open_bracket(lines: &[&str], end: (usize, usize)) -> Option<Fault> {
    let (line, column, bracket) = walk(lines, end).0.pop()?;
    let closing = if bracket == '[' { ']' } else { '}' };
    let message = format!("the bracket `{bracket}` that begins here is not closed");
    let help = format!("add `{closing}` after its last entry, and a comma between entries");
    Some(at(lines, line, column, &message, &help))
}

/// A bracket with its line and column.
type Bracket = (usize, usize, char);

/// The brackets and the quote that are open at `end`.
fn walk(lines: &[&str], end: (usize, usize)) -> (Vec<Bracket>, Option<(usize, usize)>) {
    let mut open: Vec<Bracket> = Vec::new();
    let mut quote: Option<(char, usize, usize)> = None;
    for (number, text) in lines.iter().enumerate().take(end.0 + 1) {
        let mut before = ' ';
        for (column, c) in text.chars().enumerate().filter(|(column, _)| (number, *column) < end) {
            match (quote, c) {
                (Some((q, ..)), c) if c == q && before != '\\' => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => break,
                (None, '\'' | '"') if matches!(before, ' ' | '[' | '{' | ',') => {
                    quote = Some((c, number, column));
                }
                (None, '[' | '{') if !open.is_empty() || begins_value(text, column) => {
                    open.push((number, column, c));
                }
                (None, ']' | '}') => drop(open.pop()),
                _ => {}
            }
            before = c;
        }
    }
    (open, quote.map(|(_, line, column)| (line, column)))
}

/// Whether a value begins in this column: in the middle of a text, a bracket is a character like others.
fn begins_value(text: &str, column: usize) -> bool {
    let before: String = text.chars().take(column).collect();
    let before = before.trim_end();
    before.is_empty() || before.ends_with([':', '-'])
}

/// `comment: see: there`.
fn two_colons(lines: &[&str], line: usize) -> Option<Fault> {
    let found = KEY.captures(lines[line])?;
    let value = found.get(3)?;
    let text = value.as_str();
    let is_quoted = text.starts_with(['\'', '"', '[', '{', '|', '>', '#']);
    let colon = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len))?;
    if is_quoted {
        return None;
    }
    let column = lines[line][..value.start() + colon].chars().count();
    let text = text.trim_end().replace('\'', "''");
    Some(at(
        lines,
        line,
        column,
        "a second colon: YAML takes the text before it for a key",
        &format!("quote the text: '{text}'"),
    ))
}

/// A key without its colon: on the line where the parser gave up, or the one above.
fn no_colon(lines: &[&str], line: usize) -> Option<Fault> {
    let is_shown = |number: &usize| is_content(lines[*number]);
    let near = (0..=line).rev().filter(is_shown).take(2);
    near.filter_map(|number| {
        let found = NO_COLON.captures(lines[number])?;
        let (before, word) = (found.get(1)?, found.get(2)?);
        // The text of the key above goes on here.
        let above = (0..number).rev().find(is_shown);
        let column = |text: &str| text.len() - text.trim_start_matches([' ', '-']).len();
        let goes_on = above.is_some_and(|above| {
            let has_value = KEY
                .captures(lines[above])
                .is_some_and(|found| found.get(3).is_some_and(|value| !value.as_str().is_empty()));
            let is_deeper = column(lines[number]) > column(lines[above]);
            is_deeper && (has_value || !KEY.is_match(lines[above]))
        });
        if goes_on {
            return None;
        }
        let (start, word) = (before.as_str().chars().count(), word.as_str());
        let value = found.get(3).map_or(" …", |rest| rest.as_str()).trim();
        Some(Fault {
            line: number,
            columns: (start, start + word.chars().count()),
            message: format!("there is no colon after `{word}`"),
            help: format!("write `{word}: {value}`"),
        })
    })
    .next()
}

/// `team:widgets`.
fn tight_colon(lines: &[&str], line: usize) -> Option<Fault> {
    let near = [Some(line), line.checked_sub(1)].into_iter().flatten();
    near.filter_map(|number| {
        let found = TIGHT.captures(lines[number])?;
        let (before, word, value) = (found.get(1)?, found.get(2)?, found.get(3)?);
        let start = before.as_str().chars().count();
        let word = word.as_str();
        Some(Fault {
            line: number,
            columns: (start, start + word.chars().count() + 1),
            message: format!("there is no blank after the colon of `{word}`"),
            help: format!("write `{word}: {}`", value.as_str()),
        })
    })
    .next()
}

/// `-version: 1.0.0`, on the line where the parser gave up or the one above.
fn tight_dash(lines: &[&str], line: usize) -> Option<Fault> {
    let near = (0..=line).rev().filter(|number| is_content(lines[*number])).take(2);
    near.filter_map(|number| {
        let found = TIGHT_DASH.captures(lines[number])?;
        let (before, item) = (found.get(1)?, found.get(2)?);
        let start = before.as_str().chars().count();
        Some(Fault {
            line: number,
            columns: (start, start + 1),
            message: "there is no blank after the dash".to_owned(),
            help: format!("write `- {}`", item.as_str().trim_end()),
        })
    })
    .next()
}

/// A first line that is indented, and others that are not: the parser takes the first one for the whole file.
fn first_line(lines: &[&str], line: usize) -> Option<Fault> {
    let first = (0..line).find(|number| is_content(lines[*number]))?;
    let indent = |number: usize| lines[number].chars().take_while(|c| *c == ' ').count();
    let (own, there) = (indent(first), indent(line));
    (own > 0 && there == 0 && KEY.is_match(lines[line])).then(|| Fault {
        line: first,
        columns: (0, own),
        message: format!(
            "this line is indented by {}, and `{}` below is not",
            columns_of(own),
            lines[line].trim()
        ),
        help: format!("remove the {} before it", if own == 1 { "blank" } else { "blanks" }),
    })
}

/// Whether the line holds more than blanks, a comment or the mark of a document.
fn is_content(line: &str) -> bool {
    let text = line.trim();
    !text.is_empty() && !text.starts_with('#') && text != "---"
}

/// A line that is not indented as those that it belongs to.
fn indentation(lines: &[&str], line: usize, info: &str) -> Option<Fault> {
    let is_about_it = ["block", "indentation", "not allowed in this context", "simple key"]
        .iter()
        .any(|part| info.contains(part));
    let text = lines[line];
    let own = text.chars().take_while(|c| *c == ' ').count();
    if !is_about_it || text.trim().is_empty() {
        return None;
    }
    let wanted = nearest(own, expected(lines, line, text.trim_start().starts_with("- ")));
    let columns = match wanted.as_slice() {
        [] => "as the lines around it".to_owned(),
        [0] => "like the first line: remove the blanks before it".to_owned(),
        [one] => format!("by {}", columns_of(*one)),
        [rest @ .., last] => {
            let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
            format!("by {} or {last} columns", rest.join(", "))
        }
    };
    Some(Fault {
        line,
        columns: (0, own.max(1).min(text.chars().count())),
        message: format!(
            "this line is indented by {}, which does not fit the lines above it",
            columns_of(own)
        ),
        help: format!("indent it {columns}"),
    })
}

/// The columns that are nearest to `own`: blanks are more often lost or added by ones and twos.
fn nearest(own: usize, mut columns: Vec<usize>) -> Vec<usize> {
    let least = columns.iter().map(|column| column.abs_diff(own)).min();
    columns.retain(|column| Some(column.abs_diff(own)) == least);
    columns
}

/// `1 column`, `4 columns`.
fn columns_of(count: usize) -> String {
    if count == 1 { "1 column".to_owned() } else { format!("{count} columns") }
}

/// The columns of the keys or dashes above that a line may continue.
fn expected(lines: &[&str], line: usize, is_item: bool) -> Vec<usize> {
    let mut columns = Vec::new();
    let mut limit = usize::MAX;
    for text in lines[..line].iter().rev() {
        let shown = text.trim_start_matches(' ');
        if shown.is_empty() || shown.starts_with('#') || shown == "---" {
            continue;
        }
        let start = text.chars().count() - shown.chars().count();
        let dashes = shown.chars().take_while(|c| matches!(c, '-' | ' ')).count();
        let has_dash = shown.starts_with("- ");
        let key = if has_dash { start + dashes } else { start };
        let candidates = if is_item { has_dash.then_some(start) } else { Some(key) };
        if let Some(column) = candidates.filter(|column| *column < limit) {
            columns.push(column);
            limit = column;
        }
        if start == 0 && !has_dash {
            break;
        }
    }
    columns.sort_unstable();
    columns.dedup();
    columns
}

#[cfg(test)]
mod tests;
