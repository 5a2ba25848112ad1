//! Tables that are drawn with `+`, `-` and `|`. A cell may take several rows and columns.

use std::collections::BTreeSet;

use super::{Drawn, DrawnCell};

/// Characters of the largest table: its cells are looked for in all directions.
const LARGEST: usize = 100_000;
const BROKEN: &str = "the lines of a table do not meet";

/// The table in `lines`.
///
/// # Errors
/// What is wrong with the drawing.
pub(super) fn read(lines: &[&str]) -> Result<Drawn, &'static str> {
    let grid = Grid::of(lines)?;
    let boxes = grid.boxes()?;
    let rows: BTreeSet<usize> = boxes.iter().flat_map(|cell| [cell.top, cell.bottom]).collect();
    let columns: BTreeSet<usize> = boxes.iter().flat_map(|cell| [cell.left, cell.right]).collect();
    let headings = grid.rule_of_headings().map_or(0, |line| rows.range(..line).count());
    let mut drawn = Drawn { headings, rows: Vec::new() };
    drawn.rows.resize_with(rows.len().saturating_sub(1), Vec::new);
    // By line, then by column.
    for cell in &boxes {
        let row = rows.range(..cell.top).count();
        drawn.rows[row].push(DrawnCell {
            across: columns.range(cell.left..cell.right).count(),
            down: rows.range(cell.top..cell.bottom).count(),
            text: grid.text(cell),
        });
    }
    Ok(drawn)
}

/// The characters, all lines of one length. Columns are counted in characters.
struct Grid {
    lines: Vec<Vec<char>>,
    width: usize,
}

/// A cell, with the lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Bounds {
    top: usize,
    left: usize,
    bottom: usize,
    right: usize,
}

impl Grid {
    fn of(lines: &[&str]) -> Result<Self, &'static str> {
        let mut lines: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
        let width = lines.iter().map(Vec::len).max().unwrap_or(0);
        if width * lines.len() > LARGEST {
            return Err("a table this large is not known");
        }
        lines.iter_mut().for_each(|line| line.resize(width, ' '));
        Ok(Self { lines, width })
    }

    /// The cells, which fill the whole drawing.
    fn boxes(&self) -> Result<Vec<Bounds>, &'static str> {
        let mut corners = BTreeSet::from([(0, 0)]);
        let mut done = BTreeSet::new();
        let mut boxes = BTreeSet::new();
        let mut area = 0;
        while let Some((top, left)) = corners.pop_first() {
            let is_border = top + 1 >= self.lines.len() || left + 1 >= self.width;
            if is_border || !done.insert((top, left)) {
                continue;
            }
            let cell = self.box_at(top, left).ok_or(BROKEN)?;
            area += (cell.bottom - top) * (cell.right - left);
            corners.extend([(top, cell.right), (cell.bottom, left)]);
            boxes.insert(cell);
        }
        let whole = self.lines.len().saturating_sub(1) * self.width.saturating_sub(1);
        if area == whole { Ok(boxes.into_iter().collect()) } else { Err(BROKEN) }
    }

    /// The smallest cell with that corner.
    fn box_at(&self, top: usize, left: usize) -> Option<Bounds> {
        let rights = self.along(top, left + 1..self.width, is_level);
        rights.into_iter().find_map(|right| {
            let bottoms = self.down(right, top + 1..self.lines.len());
            bottoms.into_iter().find_map(|bottom| {
                let cell = Bounds { top, left, bottom, right };
                self.is_closed(&cell).then_some(cell)
            })
        })
    }

    /// The crossings in a line, as far as it is drawn.
    fn along(
        &self,
        line: usize,
        columns: std::ops::Range<usize>,
        drawn: fn(char) -> bool,
    ) -> Vec<usize> {
        let cells = columns.map(|column| (column, self.lines[line][column]));
        let cells = cells.take_while(|(_, c)| drawn(*c) || *c == '+');
        cells.filter(|(_, c)| *c == '+').map(|(column, _)| column).collect()
    }

    fn down(&self, column: usize, lines: std::ops::Range<usize>) -> Vec<usize> {
        let cells = lines.map(|line| (line, self.lines[line][column]));
        let cells = cells.take_while(|(_, c)| matches!(c, '|' | '+'));
        cells.filter(|(_, c)| *c == '+').map(|(line, _)| line).collect()
    }

    /// Whether the lines at its left and below it are drawn.
    fn is_closed(&self, cell: &Bounds) -> bool {
        self.lines[cell.bottom][cell.left] == '+'
            && self.lines[cell.bottom][cell.left..=cell.right]
                .iter()
                .all(|c| is_level(*c) || *c == '+')
            && (cell.top..=cell.bottom).all(|line| matches!(self.lines[line][cell.left], '|' | '+'))
    }

    /// The line below the headings.
    fn rule_of_headings(&self) -> Option<usize> {
        let is_rule = |line: &[char]| {
            line.first() == Some(&'+') && line.contains(&'=') && !line.contains(&'|')
        };
        (1..self.lines.len().saturating_sub(1)).find(|at| is_rule(&self.lines[*at]))
    }

    /// What is in a cell, without the blanks that all its lines begin with.
    fn text(&self, cell: &Bounds) -> String {
        let inner = |line: usize| -> String {
            self.lines[line][cell.left + 1..cell.right].iter().collect::<String>()
        };
        let lines: Vec<String> = (cell.top + 1..cell.bottom).map(inner).collect();
        let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
        super::super::lines::dedented(&lines, usize::MAX).join("\n")
    }
}

fn is_level(c: char) -> bool {
    matches!(c, '-' | '=')
}

#[cfg(test)]
mod tests {
    use super::{BROKEN, read};

    fn shown(lines: &[&str]) -> Result<(usize, Vec<String>), &'static str> {
        let drawn = read(lines)?;
        let cell = |cell: &super::DrawnCell| {
            format!("{}x{} {}", cell.across, cell.down, cell.text.trim().replace('\n', "/"))
        };
        let row = |row: &Vec<super::DrawnCell>| row.iter().map(cell).collect::<Vec<_>>().join("; ");
        Ok((drawn.headings, drawn.rows.iter().map(row).collect()))
    }

    #[test]
    fn a_cell_may_take_rows_and_columns() {
        let (headings, rows) = shown(&[
            "+--------------+-----+",
            "| Week         | All |",
            "+======+=======+=====+",
            "| Oct  | R-2   | é   |",
            "|      |       +-----+",
            "|      |       | b   |",
            "+------+-------+-----+",
        ])
        .unwrap();
        assert_eq!(headings, 1);
        assert_eq!(rows, ["2x1 Week; 1x1 All", "1x2 Oct; 1x2 R-2; 1x1 é", "1x1 b"]);
    }

    #[test]
    fn what_is_not_drawn_to_its_end_is_no_table() {
        assert_eq!(shown(&["+---+---+", "| a | b |", "+---+"]), Err(BROKEN));
        assert_eq!(shown(&["+---+---+", "| a   b |", "+---+---+"]).unwrap().1, ["1x1 a   b"]);
        assert_eq!(shown(&["+---+", "| a |"]), Err(BROKEN));
        assert_eq!(shown(&["+---+", "| a  ", "+---+"]), Err(BROKEN));
        assert!(shown(&["+-+".repeat(40_000).as_str(), "| |", "+-+"]).is_err());
    }
}
