//! `setup.cfg`, as setuptools and pbr read it.

use std::sync::Arc;

use pep440_rs::VersionSpecifiers;

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided, text};
use super::ini::{Entry, Ini};
use super::requirement::specifiers;
use super::requirements::{Requirements, without_comment};

/// The name of the file.
const FILE: &str = "setup.cfg";

/// What `setup.cfg` says.
pub(super) struct SetupCfg {
    file: Arc<str>,
    ini: Ini,
}

impl SetupCfg {
    pub(super) fn read(files: &dyn ProjectFiles) -> FromFiles<Self> {
        let Some(text) = text(files, FILE)? else { return Ok(None) };
        let ini = Ini::read(&text).map_err(|line| {
            Undecided::because(format_args!("`{FILE}:{line}` is neither a section nor a key"))
        })?;
        Ok(Some(Self { file: Arc::from(FILE), ini }))
    }

    /// `name` of `[metadata]`.
    pub(super) fn name(&self) -> Option<Sourced<String>> {
        let (line, name) = self.ini.get("metadata", "name")?.first()?;
        Some(Sourced::at(&self.file, line, name.to_owned()))
    }

    /// `summary` or `description` of `[metadata]`, unless it is in another file.
    pub(super) fn about(&self) -> Option<Sourced<String>> {
        let entries = ["summary", "description"].map(|key| self.ini.get("metadata", key));
        let (line, text) = entries.into_iter().flatten().find_map(Entry::first)?;
        let is_named = ["file:", "attr:"].iter().any(|word| text.starts_with(word));
        (!is_named).then(|| Sourced::at(&self.file, line, text.to_owned()))
    }

    /// The classifiers, in the file or in the one that it names.
    pub(super) fn classifiers(
        &self,
        files: &dyn ProjectFiles,
    ) -> Result<Vec<Sourced<String>>, Undecided> {
        let mut found = Vec::new();
        for key in ["classifier", "classifiers"] {
            let Some(entry) = self.ini.get("metadata", key) else { continue };
            if let Some(path) = named_file(entry) {
                found.extend(lines_of(files, path)?);
            } else {
                let line =
                    |(line, text): &(usize, String)| Sourced::at(&self.file, *line, text.clone());
                found.extend(entry.lines.iter().map(line));
            }
        }
        Ok(found)
    }

    /// The Pythons that the package allows.
    pub(super) fn requires_python(&self) -> FromFiles<VersionSpecifiers> {
        let keys = [
            ("metadata", "python_requires"),
            ("metadata", "requires_python"),
            ("options", "python_requires"),
        ];
        let mut entries = keys.iter().filter_map(|(section, key)| self.ini.get(section, key));
        let Some((line, text)) = entries.find_map(Entry::first) else { return Ok(None) };
        specifiers(text).map(Some).map_err(|why| {
            Undecided::because(format_args!("`{FILE}:{line}`: `{text}` cannot be read: {why}"))
        })
    }

    /// What `[options] install_requires` lists, or pbr's `requires_dist`; `None` if neither is there.
    pub(super) fn requirements(&self, files: &dyn ProjectFiles) -> FromFiles<Requirements> {
        let keys = [("options", "install_requires"), ("metadata", "requires_dist")];
        let mut entries = keys.iter().filter_map(|(section, key)| self.ini.get(section, key));
        let Some(entry) = entries.next() else { return Ok(None) };
        let mut found = Requirements::default();
        self.add(entry, None, files, &mut found)?;
        Ok(Some(found))
    }

    /// Adds what pbr's `[extras]` and `[options.extras_require]` list.
    pub(super) fn add_extras(
        &self,
        files: &dyn ProjectFiles,
        found: &mut Requirements,
    ) -> Result<(), Undecided> {
        for section in ["extras", "options.extras_require"] {
            let entries = self.ini.section(section).map(|it| it.entries.as_slice());
            for entry in entries.unwrap_or_default() {
                // `name:marker` is an old form of the marker of each requirement.
                let name = entry.written.split(':').next().unwrap_or_default();
                self.add(entry, Some(name).filter(|name| !name.is_empty()), files, found)?;
            }
        }
        Ok(())
    }

    fn add(
        &self,
        entry: &Entry,
        extra: Option<&str>,
        files: &dyn ProjectFiles,
        found: &mut Requirements,
    ) -> Result<(), Undecided> {
        if let Some(path) = named_file(entry) {
            return match found.add_file(files, extra, path)? {
                true => Ok(()),
                false => Err(missing(path)),
            };
        }
        for (line, text) in &entry.lines {
            let text = with_semicolon(without_comment(text).trim());
            if !text.is_empty() {
                found.add(extra, &text, &self.file, *line);
            }
        }
        Ok(())
    }
}

/// The file that a value names with `file:`.
fn named_file(entry: &Entry) -> Option<&str> {
    entry.first()?.1.strip_prefix("file:").map(str::trim)
}

fn missing(path: &str) -> Undecided {
    Undecided::because(format_args!("`{FILE}` names `{path}`, which does not exist"))
}

/// The lines of a file that are not empty.
fn lines_of(files: &dyn ProjectFiles, path: &str) -> Result<Vec<Sourced<String>>, Undecided> {
    let text = text(files, path)?.ok_or_else(|| missing(path))?;
    let file = Arc::from(path);
    let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, text)| !text.is_empty());
    Ok(lines.map(|(line, text)| Sourced::at(&file, line, text.to_owned())).collect())
}

/// pbr writes a `:` before a marker where everyone else has a `;`.
fn with_semicolon(text: &str) -> String {
    match text.split_once(':') {
        Some((requirement, marker)) if !text.contains(';') && !text.contains('@') => {
            format!("{requirement};{marker}")
        }
        _ => text.to_owned(),
    }
}
