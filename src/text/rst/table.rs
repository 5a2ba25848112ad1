//! Tables: grids, simple ones, and lists of lists.

use super::block::Block;
use super::parse::{Reading, is_table};

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
    let rows = if first.starts_with('+') { grid(lines)? } else { simple(lines)? };
    let mut block = |text: &String| reading.apart(first, text, depth);
    let cells = rows.rows.iter().map(|row| row.iter().map(&mut block).collect());
    Ok(Block::Table(rows.headings, cells.collect()))
}

/// The texts of the cells.
struct Rows {
    headings: usize,
    rows: Vec<Vec<String>>,
}

fn grid(lines: &[&str]) -> Result<Rows, &'static str> {
    const MERGED: &str = "a table with merged cells is not known";
    let first = lines.first().copied().unwrap_or_default();
    let bounds: Vec<usize> = first.match_indices('+').map(|(at, _)| at).collect();
    let (mut rows, mut headings, mut row) = (Vec::new(), 0, None::<Vec<String>>);
    for line in lines {
        if line.starts_with('+') {
            let same: Vec<usize> = line.match_indices('+').map(|(at, _)| at).collect();
            if same != bounds {
                return Err(MERGED);
            }
            rows.extend(row.take());
            if line.contains('=') {
                headings = rows.len();
            }
            continue;
        }
        // Columns are counted in characters.
        let chars: Vec<char> = line.chars().collect();
        let cells = row.get_or_insert_with(|| vec![String::new(); bounds.len().saturating_sub(1)]);
        for (cell, pair) in cells.iter_mut().zip(bounds.windows(2)) {
            let &[from, to] = pair else { continue };
            if chars.get(from) != Some(&'|') || chars.get(to) != Some(&'|') {
                return Err(MERGED);
            }
            let text: String = chars[from + 1..to].iter().collect();
            cell.push_str(text.strip_prefix(' ').unwrap_or(&text).trim_end());
            cell.push('\n');
        }
    }
    Ok(Rows { headings, rows })
}

fn simple(lines: &[&str]) -> Result<Rows, &'static str> {
    let first = lines.first().copied().unwrap_or_default();
    let columns = columns(first);
    let rules = lines.iter().filter(|line| is_table(line)).count();
    let (mut rows, mut headings, mut seen): (Vec<Vec<String>>, _, _) = (Vec::new(), 0, 0);
    for line in lines {
        if is_table(line) {
            seen += 1;
            if seen == 2 && rules > 2 {
                headings = rows.len();
            }
            continue;
        }
        if line.chars().all(|c| matches!(c, '-' | ' ')) && !line.is_empty() {
            return Err("a simple table with merged cells is not known");
        }
        let cells = cells(line, &columns);
        match rows.last_mut() {
            // Without a first cell, a line goes on with the row above.
            Some(row) if cells.first().is_some_and(String::is_empty) && rows_go_on(&cells) => {
                row.iter_mut().zip(&cells).for_each(|(cell, more)| {
                    cell.push('\n');
                    cell.push_str(more);
                });
            }
            _ if rows_go_on(&cells) => rows.push(cells),
            _ => {}
        }
    }
    Ok(Rows { headings, rows })
}

fn rows_go_on(cells: &[String]) -> bool {
    cells.iter().any(|cell| !cell.is_empty())
}

/// Where the columns of a simple table begin.
fn columns(rule: &str) -> Vec<usize> {
    let bytes = rule.as_bytes();
    let begins = |at: &usize| bytes[*at] == b'=' && (*at == 0 || bytes[at - 1] == b' ');
    (0..bytes.len()).filter(begins).collect()
}

fn cells(line: &str, columns: &[usize]) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let ends = columns.iter().skip(1).copied().chain([usize::MAX]);
    let cell = |(from, to): (&usize, usize)| {
        let (from, to) = ((*from).min(chars.len()), to.min(chars.len()));
        chars[from..to].iter().collect::<String>().trim().to_owned()
    };
    columns.iter().zip(ends).map(cell).collect()
}

/// The table that a list of lists stands for; `None` for anything else.
pub(super) fn of_lists(headings: usize, blocks: Vec<Block>) -> Option<Block> {
    let mut blocks = blocks.into_iter();
    let (Some(Block::List(rows)), None) = (blocks.next(), blocks.next()) else { return None };
    let row = |item: super::block::Item| {
        let mut inner = item.blocks.into_iter();
        match (inner.next(), inner.next()) {
            (Some(Block::List(cells)), None) => {
                Some(cells.into_iter().map(|cell| cell.blocks).collect())
            }
            _ => None,
        }
    };
    Some(Block::Table(headings, rows.into_iter().map(row).collect::<Option<_>>()?))
}
