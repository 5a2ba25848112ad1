//! Files with sections of `key = value`, read as Python's `configparser` reads them, with the line of each value.
//!
//! The crates for this format give no lines, and a dependency is reported with the line that asks for it.

use std::collections::HashMap;

/// The sections of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Ini {
    sections: Vec<Section>,
    by_name: HashMap<String, usize>,
    current: Option<usize>,
}

/// One section.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    /// As written between the brackets.
    pub(super) name: String,
    /// In order.
    pub(super) entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// In lower case, with `_` for `-`.
    pub(super) key: String,
    /// As written.
    pub(super) written: String,
    /// The lines of the value that are not empty, trimmed, with their numbers.
    pub(super) lines: Vec<(usize, String)>,
}

impl Entry {
    /// Its first line that is not empty.
    pub(super) fn first(&self) -> Option<(usize, &str)> {
        self.lines.first().map(|(line, text)| (*line, text.as_str()))
    }
}

impl Section {
    /// The last entry with that key, in lower case and with `_`.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }
}

impl Ini {
    /// The sections of `text`.
    ///
    /// # Errors
    /// The number of the first line that is neither a section, a key nor part of a value.
    pub(super) fn read(text: &str) -> Result<Self, usize> {
        let mut found = Self::default();
        // Where the open value is, and how far its key is indented.
        let mut open: Option<(usize, usize)> = None;
        for (line, raw) in (1..).zip(text.lines()) {
            let trimmed = raw.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            let indent = raw.len() - raw.trim_start().len();
            match open {
                Some((section, of_key)) if indent > of_key => {
                    let entry = found.sections[section].entries.last_mut().ok_or(line)?;
                    entry.lines.push((line, trimmed.to_owned()));
                }
                _ if trimmed.starts_with('[') => {
                    let name = trimmed[1..].rsplit_once(']').ok_or(line)?.0;
                    found.enter(name);
                    open = None;
                }
                _ => {
                    let section = found.current.ok_or(line)?;
                    found.sections[section].entries.push(entry(line, trimmed).ok_or(line)?);
                    open = Some((section, indent));
                }
            }
        }
        Ok(found)
    }

    /// The section of that name.
    pub(super) fn section(&self, name: &str) -> Option<&Section> {
        self.by_name.get(name).map(|at| &self.sections[*at])
    }

    /// All sections, in the order in which they begin.
    pub(super) fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The entry `key` of the section `section`.
    pub(super) fn get(&self, section: &str, key: &str) -> Option<&Entry> {
        self.section(section)?.get(key)
    }
}

impl Ini {
    /// Goes on in the section of that name, which may have been open before.
    fn enter(&mut self, name: &str) {
        let next = self.sections.len();
        let at = *self.by_name.entry(name.to_owned()).or_insert(next);
        if at == next {
            self.sections.push(Section { name: name.to_owned(), entries: Vec::new() });
        }
        self.current = Some(at);
    }
}

fn entry(line: usize, text: &str) -> Option<Entry> {
    let (key, value) = text.split_once(['=', ':'])?;
    let (written, value) = (key.trim().to_owned(), value.trim());
    let key = written.to_lowercase().replace('-', "_");
    let first = (!value.is_empty()).then(|| (line, value.to_owned()));
    (!key.is_empty()).then(|| Entry { key, written, lines: first.into_iter().collect() })
}

#[cfg(test)]
mod tests {
    use super::Ini;

    fn lines<'a>(ini: &'a Ini, section: &str, key: &str) -> Vec<(usize, &'a str)> {
        let entry = ini.get(section, key);
        entry.map(|it| it.lines.iter().map(|(n, s)| (*n, s.as_str())).collect()).unwrap_or_default()
    }

    #[test]
    fn values_go_on_in_indented_lines() {
        let text = "# of ours\n[metadata]\nName = x\nclassifier =\n    A :: B\n\n    # no\n    C :: D\n  ; no\n    E\npython-requires: >=3.8\n";
        let ini = Ini::read(text).unwrap();
        assert_eq!(lines(&ini, "metadata", "name"), [(3, "x")]);
        assert_eq!(
            lines(&ini, "metadata", "classifier"),
            [(5, "A :: B"), (8, "C :: D"), (10, "E")]
        );
        assert_eq!(lines(&ini, "metadata", "python_requires"), [(11, ">=3.8")]);
        assert_eq!(lines(&ini, "metadata", "version"), []);
    }

    #[test]
    fn indented_keys_are_keys_when_they_are_not_deeper() {
        let ini = Ini::read("[a]\n\tpath = x\n\turl = y\n[a]\nz = 1 = 2\n").unwrap();
        assert_eq!(lines(&ini, "a", "path"), [(2, "x")]);
        assert_eq!(lines(&ini, "a", "url"), [(3, "y")]);
        assert_eq!(lines(&ini, "a", "z"), [(5, "1 = 2")]);
        assert_eq!(ini.sections().len(), 1);
    }

    #[test]
    fn other_lines_are_refused_by_number() {
        assert_eq!(Ini::read("x = 1\n").unwrap_err(), 1);
        assert_eq!(Ini::read("[a]\nx = 1\nhello\n").unwrap_err(), 3);
        assert_eq!(Ini::read("[a\n").unwrap_err(), 1);
        assert_eq!(Ini::read("[a]\n  deeper\n").unwrap_err(), 2);
        assert!(Ini::read("").is_ok());
    }
}
