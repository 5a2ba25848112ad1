//! Tables between lines of `=`. A line of `-` below a row joins its columns.

use super::super::lines::is_table;
use super::{Drawn, DrawnCell};

/// The table in `lines`.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(lines: &[&str]) -> Result<Drawn, &'static str> {
    let columns = spans(lines.first().copied().unwrap_or_default(), '=');
    let rules = lines.iter().filter(|line| is_table(line)).count();
    let mut drawn = Drawn::default();
    let mut row: Vec<&str> = Vec::new();
    let mut seen = 0;
    for line in lines {
        let is_rule = is_table(line);
        let is_joining = !line.is_empty() && line.chars().all(|c| matches!(c, '-' | ' '));
        if is_rule {
            seen += 1;
            drawn.rows.extend(cells(&mut row, &columns, &columns)?);
            if seen == 2 && rules > 2 {
                drawn.headings = drawn.rows.len();
            }
        } else if is_joining {
            drawn.rows.extend(cells(&mut row, &spans(line, '-'), &columns)?);
        } else {
            // Without a first cell, a line goes on with the row above.
            let goes_on = line.chars().take(second(&columns)).all(|c| c == ' ');
            if !goes_on || row.is_empty() {
                drawn.rows.extend(cells(&mut row, &columns, &columns)?);
            }
            row.push(line);
        }
    }
    Ok(drawn)
}

/// First and last column, counted in characters.
type Span = (usize, usize);

/// Where the second column begins.
fn second(columns: &[Span]) -> usize {
    columns.get(1).map_or(usize::MAX, |span| span.0)
}

/// The parts of a line that consist of `c`.
fn spans(line: &str, c: char) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for (at, _) in line.chars().enumerate().filter(|(_, found)| *found == c) {
        match spans.last_mut().filter(|last| last.1 + 1 == at) {
            Some(last) => last.1 = at,
            None => spans.push((at, at)),
        }
    }
    spans
}

/// The cells of the lines of one row, which is taken; `None` without a line.
fn cells(
    row: &mut Vec<&str>,
    spans: &[Span],
    columns: &[Span],
) -> Result<Option<Vec<DrawnCell>>, &'static str> {
    let lines: Vec<Vec<char>> = row.drain(..).map(|line| line.chars().collect()).collect();
    if lines.iter().all(|line| line.iter().all(|c| *c == ' ')) {
        return Ok(None);
    }
    let mut cells = Vec::with_capacity(spans.len());
    for (number, span) in spans.iter().enumerate() {
        let is_inside = |column: &&Span| column.0 >= span.0 && column.1 <= span.1;
        let across = columns.iter().filter(is_inside).count();
        let is_last = number + 1 == spans.len();
        let starts = columns.iter().any(|column| column.0 == span.0);
        if across == 0 || !starts {
            return Err("a line of `-` in a table does not fit its columns");
        }
        let next = spans.get(number + 1).map(|next| next.0);
        let crosses = |line: &Vec<char>| {
            let between = (span.1 + 1).min(line.len())..next.unwrap_or(0).min(line.len());
            !is_last && line.get(between).unwrap_or_default().iter().any(|c| *c != ' ')
        };
        if lines.iter().any(crosses) {
            return Err("a text in a table crosses the border of its column");
        }
        let end = next.unwrap_or(usize::MAX);
        let part = |line: &Vec<char>| {
            let (from, to) = (span.0.min(line.len()), end.min(line.len()));
            line[from..to].iter().collect::<String>().trim_end().to_owned()
        };
        let text = lines.iter().map(part).collect::<Vec<_>>();
        let text: Vec<&str> = text.iter().map(String::as_str).collect();
        let text = super::super::lines::dedented(&text, usize::MAX).join("\n");
        cells.push(DrawnCell { across, down: 1, text: text.trim_end().to_owned() });
    }
    Ok(Some(cells))
}

#[cfg(test)]
mod tests {
    use super::{DrawnCell, read};

    fn texts(lines: &[&str]) -> Vec<String> {
        let cell = |cell: &DrawnCell| format!("{}:{}", cell.across, cell.text.replace('\n', "/"));
        let rows = read(lines).unwrap().rows.into_iter();
        rows.map(|row| row.iter().map(cell).collect::<Vec<_>>().join("; ")).collect()
    }

    #[test]
    fn a_line_without_a_first_cell_goes_on_with_its_row() {
        let lines = ["===  ===", "a    b", "     c", "", "d    e is long", "===  ==="];
        assert_eq!(texts(&lines), ["1:a; 1:b/c", "1:d; 1:e is long"]);
    }

    #[test]
    fn a_line_of_dashes_joins_columns() {
        let lines = [
            "=====  =====  ======",
            "   Inputs     Output",
            "------------  ------",
            "  A      B    A or B",
            "=====  =====  ======",
            "no     no     no",
            "=====  =====  ======",
        ];
        assert_eq!(texts(&lines), ["2:Inputs; 1:Output", "1:A; 1:B; 1:A or B", "1:no; 1:no; 1:no"]);
        assert_eq!(read(&lines).unwrap().headings, 2);
    }

    #[test]
    fn a_text_across_a_border_is_a_mistake() {
        let lines = ["===  ===", "a text  b", "===  ==="];
        assert!(read(&lines).unwrap_err().contains("crosses the border"));
        assert!(read(&["===  ===", "a    b", "--- ----", "===  ==="]).is_err());
    }
}
