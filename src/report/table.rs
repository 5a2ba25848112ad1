//! A list with columns, as text, JSON, CSV or names alone.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::text::one_line;

/// A list: rows with a cell for each column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// A cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What the reader must know: lower-case phrases without full stop.
    pub notes: Vec<String>,
    /// What could not be found out: phrases that name where it was asked.
    pub unknown: Vec<String>,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, also the key in JSON.
    pub name: &'static str,
    /// Whether it is shown where nobody chooses.
    pub is_usual: bool,
}

impl Column {
    /// One that is shown where nobody chooses.
    pub const fn usual(name: &'static str) -> Self {
        Self { name, is_usual: true }
    }

    /// One that is shown on request.
    pub const fn further(name: &'static str) -> Self {
        Self { name, is_usual: false }
    }
}

/// What is in a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    #[default]
    Nothing,
    /// A text.
    Text(String),
    /// A number.
    Number(usize),
    /// Yes or no.
    Truth(bool),
    /// Several texts.
    List(Vec<String>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Truth(true) => "yes".to_owned(),
            Self::Truth(false) => "no".to_owned(),
            Self::List(texts) => texts.join(", "),
        }
    }
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListForm {
    /// Aligned columns.
    Text,
    /// An array of objects.
    Json,
    /// RFC 4180, with a line of names; a cell that a spreadsheet would take for a formula is made a text.
    Csv,
    /// The first column, each name once.
    Names,
}

impl Table {
    /// The same with these columns, in that order; the usual ones where none are named.
    ///
    /// # Errors
    /// The name that no column has.
    pub fn with_columns(mut self, names: &[String]) -> Result<Self, String> {
        let chosen: Vec<usize> = match names.is_empty() {
            true => (0..self.columns.len()).filter(|at| self.columns[*at].is_usual).collect(),
            false => names.iter().map(|name| self.position(name)).collect::<Result<_, _>>()?,
        };
        for row in &mut self.rows {
            *row = chosen.iter().map(|at| row.get(*at).cloned().unwrap_or_default()).collect();
        }
        self.columns = chosen.into_iter().map(|at| self.columns[at]).collect();
        Ok(self)
    }

    fn position(&self, name: &str) -> Result<usize, String> {
        let found = self.columns.iter().position(|column| column.name == name);
        found.ok_or_else(|| name.to_owned())
    }

    /// The names of all columns, for messages.
    pub fn column_names(&self) -> String {
        self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// Writes the list.
    ///
    /// # Errors
    /// What writing to `out` gives.
    pub fn write(&self, form: ListForm, out: &mut dyn Write) -> io::Result<()> {
        match form {
            ListForm::Text => self.write_text(out),
            ListForm::Json => crate::text::json::write(&self.objects(), out),
            ListForm::Csv => self.write_csv(out),
            ListForm::Names => self.write_names(out),
        }
    }

    fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        let shown: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| one_line(&cell.text())).collect())
            .collect();
        let head: Vec<String> = self.columns.iter().map(|column| column.name.to_owned()).collect();
        let width = |at: usize| {
            let cells = shown.iter().chain([&head]).map(|row| row[at].chars().count());
            cells.max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        for row in [&head].into_iter().chain(&shown) {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        let notes = self.notes.iter().map(|note| format!("note: {note}"));
        let unknown = self.unknown.iter().map(|what| format!("not known: {what}"));
        notes.chain(unknown).try_for_each(|line| writeln!(out, "{}", one_line(&line)))
    }

    fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let head = self.columns.iter().map(|column| csv(column.name));
        write!(out, "{}\r\n", head.collect::<Vec<_>>().join(","))?;
        for row in &self.rows {
            let cells = row.iter().map(|cell| csv(&cell.text()));
            write!(out, "{}\r\n", cells.collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }

    fn write_names(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut seen = std::collections::HashSet::new();
        let names = self.rows.iter().filter_map(|row| row.first()).map(Cell::text);
        for name in names.filter(|name| seen.insert(name.clone())) {
            writeln!(out, "{}", one_line(&name))?;
        }
        Ok(())
    }

    fn objects(&self) -> Vec<Object<'_>> {
        self.rows.iter().map(|row| Object { columns: &self.columns, row }).collect()
    }
}

/// A row as an object: names to cells.
struct Object<'a> {
    columns: &'a [Column],
    row: &'a [Cell],
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.row) {
            map.serialize_entry(column.name, cell)?;
        }
        map.end()
    }
}

/// A cell of CSV. What begins like a formula gets an apostrophe, which spreadsheets do not show.
fn csv(text: &str) -> String {
    let text = one_line(text);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let safe = if is_formula { format!("'{text}") } else { text };
    match safe.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row =
            |name: &str, count| vec![Cell::from(name), Cell::Number(count), Cell::Truth(true)];
        Table {
            columns: vec![Column::usual("name"), Column::usual("count"), Column::further("odd")],
            rows: vec![row("=1+1", 3), row("a \"b\", c", 10), row("=1+1", 4)],
            ..Table::default()
        }
    }

    fn written(table: &Table, form: ListForm) -> String {
        let mut out = Vec::new();
        table.write(form, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn each_form_has_the_chosen_columns() {
        let usual = table().with_columns(&[]).unwrap();
        assert_eq!(
            written(&usual, ListForm::Text),
            "name      count\n=1+1      3\na \"b\", c  10\n=1+1      4\n"
        );
        assert_eq!(
            written(&usual, ListForm::Csv),
            "name,count\r\n'=1+1,3\r\n\"a \"\"b\"\", c\",10\r\n'=1+1,4\r\n"
        );
        assert_eq!(written(&usual, ListForm::Names), "=1+1\na \"b\", c\n");
        let odd = table().with_columns(&["odd".to_owned(), "count".to_owned()]).unwrap();
        let json: serde_json::Value = serde_json::from_str(&written(&odd, ListForm::Json)).unwrap();
        assert_eq!(json[0], serde_json::json!({"odd": true, "count": 3}));
        assert_eq!(table().with_columns(&["nope".to_owned()]).unwrap_err(), "nope");
    }

    #[test]
    fn formulas_and_control_characters_do_no_harm() {
        for text in ["=1", "+1", "-1", "@x", "\t=1"] {
            assert!(!csv(text).starts_with(['=', '+', '-', '@', '\t']), "{text:?}: {}", csv(text));
        }
        assert_eq!(csv("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb c");
    }
}
