//! Tables: drawn as grids or between rules, as lists of lists, and as lines of values.

mod grid;
mod simple;

use super::block::{Block, Cell, Item, Table};
use super::reading::Reading;

/// A table whose cells are not read yet.
#[derive(Debug, Default, PartialEq, Eq)]
struct Drawn {
    headings: usize,
    rows: Vec<Vec<DrawnCell>>,
}

/// A cell of a [`Drawn`] table.
#[derive(Debug, PartialEq, Eq)]
struct DrawnCell {
    /// Columns.
    across: usize,
    /// Rows.
    down: usize,
    text: String,
}

/// The table in `lines`.
///
/// # Errors
/// What it has that is not known: a phrase.
pub(super) fn read(
    lines: &[&str],
    depth: usize,
    reading: &mut Reading<'_>,
) -> Result<Block, &'static str> {
    let first = lines.first().copied().unwrap_or_default();
    let drawn = if first.starts_with('+') { grid::read(lines)? } else { simple::read(lines)? };
    let mut cell = |cell: DrawnCell| {
        let DrawnCell { across, down, text } = cell;
        Cell { across, down, blocks: reading.apart(first, &text, depth) }
    };
    let rows = drawn.rows.into_iter().map(|row| row.into_iter().map(&mut cell).collect());
    Ok(Block::Table(Table { title: None, headings: drawn.headings, rows: rows.collect() }))
}

/// The table that a list of lists stands for; `None` for anything else.
pub(super) fn of_lists(headings: usize, blocks: Vec<Block>) -> Option<Table> {
    let [Block::List(rows)] = <[Block; 1]>::try_from(blocks).ok()? else { return None };
    let row = |item: Item| match <[Block; 1]>::try_from(item.blocks) {
        Ok([Block::List(cells)]) => {
            let cell = |cell: Item| Cell { across: 1, down: 1, blocks: cell.blocks };
            Some(cells.into_iter().map(cell).collect())
        }
        _ => None,
    };
    let rows = rows.into_iter().map(row).collect::<Option<_>>()?;
    Some(Table { title: None, headings, rows })
}

/// The table of lines of values with commas between them; `note` is given each running text.
///
/// # Errors
/// Why it is none: a phrase.
pub(super) fn of_values(
    header: Option<&str>,
    headings: usize,
    lines: &[&str],
    mut note: impl FnMut(&str),
) -> Result<Table, String> {
    let lines = header.into_iter().chain(lines.iter().copied());
    let mut rows = Vec::new();
    for line in lines.filter(|line| !line.is_empty()) {
        let values = values(line).ok_or("a quote in a `csv-table` is not closed on its line")?;
        let cell = |text: String| {
            note(&text);
            Cell { across: 1, down: 1, blocks: vec![Block::Paragraph(text)] }
        };
        rows.push(values.into_iter().map(cell).collect());
    }
    Ok(Table { title: None, headings: headings + usize::from(header.is_some()), rows })
}

/// The values of a line; `None` where a quote is not closed.
fn values(line: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = line.trim();
    loop {
        let (value, after) = match rest.strip_prefix('"') {
            Some(quoted) => until_quote(quoted)?,
            None => {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim().to_owned(), &rest[end..])
            }
        };
        values.push(value);
        match after.trim_start().strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return Some(values),
        }
    }
}

/// What is before the next single quote, with double ones as one, and what is after it.
fn until_quote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('"')?;
        value.push_str(before);
        match after.strip_prefix('"') {
            Some(next) => {
                value.push('"');
                rest = next;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn values_may_hold_commas_and_quotes_in_quotes() {
        assert_eq!(values("a, \"b, \"\"c\"\"\" ,d").unwrap(), ["a", "b, \"c\"", "d"]);
        assert_eq!(values("").unwrap(), [""]);
        assert_eq!(values("a, \"b"), None);
    }
}
