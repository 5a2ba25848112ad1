//! What a line looks like.

/// Columns by which a line is indented.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Without the blanks that all lines begin with, up to `most`.
pub(super) fn dedented<'a>(lines: &[&'a str], most: usize) -> Vec<&'a str> {
    let filled = lines.iter().filter(|line| !line.is_empty());
    let least = filled.map(|line| indent(line)).min().unwrap_or(0).min(most);
    lines.iter().map(|line| line.get(least..).unwrap_or_default()).collect()
}

/// The punctuation of a line that consists of it: the line of a title.
pub(super) fn rule(line: &str) -> Option<char> {
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

pub(super) fn owned(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}
