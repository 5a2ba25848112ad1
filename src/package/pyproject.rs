//! `pyproject.toml` (PEP 621). Dependency groups (PEP 735) are for developers: they are no requirements of the package.

use std::sync::Arc;

use pep440_rs::VersionSpecifiers;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided, text};
use super::requirement::specifiers;
use super::requirements::Requirements;

/// The name of the file.
const FILE: &str = "pyproject.toml";

/// What `pyproject.toml` says about the package.
#[derive(Debug, Default)]
pub(super) struct PyProject {
    /// Whether it describes a package: it has `[project]` or `[tool.poetry]`.
    pub(super) is_package: bool,
    /// The name.
    pub(super) name: Option<Sourced<String>>,
    /// What it is in one line.
    pub(super) about: Option<Sourced<String>>,
    /// The classifiers.
    pub(super) classifiers: Option<Vec<Sourced<String>>>,
    /// The Pythons that it allows.
    pub(super) requires_python: Option<Sourced<String>>,
    /// `dependencies`, and where.
    pub(super) dependencies: Option<Vec<Sourced<String>>>,
    /// `optional-dependencies`, each with the name of its extra.
    pub(super) optional: Option<Vec<(String, Sourced<String>)>>,
    /// The fields that the build backend adds.
    pub(super) dynamic: Vec<String>,
    /// The files in which setuptools finds the dependencies.
    pub(super) dependency_files: Option<Vec<String>>,
    /// The files in which setuptools finds those of each extra.
    pub(super) optional_files: Vec<(String, Vec<String>)>,
    /// The files in which setuptools finds the classifiers.
    pub(super) classifier_files: Option<Vec<String>>,
    /// What its build needs.
    pub(super) build_requires: Option<Vec<Sourced<String>>>,
    /// Whether pbr builds it.
    pub(super) is_pbr: bool,
    /// Whether its dependencies are in the own format of poetry.
    pub(super) is_poetry: bool,
}

impl PyProject {
    pub(super) fn read(files: &dyn ProjectFiles) -> FromFiles<Self> {
        let Some(text) = text(files, FILE)? else { return Ok(None) };
        let table = DeTable::parse(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + line_starts(&text).before(span.start));
            Undecided::because(format_args!("`{FILE}:{line}` is not TOML: {}", error.message()))
        })?;
        let lines = line_starts(&text);
        Reader { file: Arc::from(FILE), lines, top: table.get_ref() }.read().map(Some)
    }

    /// The Pythons that it allows.
    pub(super) fn requires_python(&self) -> FromFiles<VersionSpecifiers> {
        let Some(said) = &self.requires_python else { return Ok(None) };
        specifiers(&said.value).map(Some).map_err(|why| {
            Undecided::because(format_args!(
                "`{}`: `{}` cannot be read: {why}",
                said.origin, said.value
            ))
        })
    }

    /// Whether the build backend adds this field.
    pub(super) fn is_dynamic(&self, field: &str) -> bool {
        self.dynamic.iter().any(|name| name == field)
    }
}

/// Adds requirements that are written in the file.
pub(super) fn add_all<'a>(
    found: &mut Requirements,
    all: impl Iterator<Item = (Option<&'a str>, &'a Sourced<String>)>,
) {
    for (extra, said) in all {
        found.add(extra, &said.value, &said.origin.file, said.origin.line);
    }
}

/// Where the lines of a text begin.
struct LineStarts(Vec<usize>);

impl LineStarts {
    /// How many lines end before `at`.
    fn before(&self, at: usize) -> usize {
        self.0.partition_point(|end| *end < at)
    }
}

fn line_starts(text: &str) -> LineStarts {
    LineStarts(text.match_indices('\n').map(|(at, _)| at).collect())
}

struct Reader<'a> {
    file: Arc<str>,
    lines: LineStarts,
    top: &'a DeTable<'a>,
}

impl<'a> Reader<'a> {
    fn read(&self) -> Result<PyProject, Undecided> {
        let project = self.table(&["project"]);
        let poetry = self.table(&["tool", "poetry"]);
        let mut found = PyProject {
            is_package: project.is_some() || poetry.is_some_and(|it| it.contains_key("name")),
            is_poetry: project.is_none() && poetry.is_some(),
            build_requires: self.build_requires()?,
            is_pbr: self.is_pbr(),
            ..PyProject::default()
        };
        if let Some(poetry) = poetry {
            found.name = self.text(poetry, "name")?;
            found.about = self.text(poetry, "description").unwrap_or_default();
            found.classifiers = self.texts(poetry, "classifiers")?;
        }
        let Some(project) = project else { return Ok(found) };
        found.name = self.text(project, "name")?;
        found.about = self.text(project, "description").unwrap_or_default();
        found.classifiers = self.texts(project, "classifiers")?;
        found.requires_python = self.text(project, "requires-python")?;
        found.dependencies = self.texts(project, "dependencies")?;
        found.dynamic = values(self.texts(project, "dynamic")?);
        found.optional = self.optional(project)?;
        let of_setuptools = self.table(&["tool", "setuptools", "dynamic"]);
        if let Some(dynamic) = of_setuptools {
            found.dependency_files = self.files_of(dynamic, "dependencies")?;
            found.classifier_files = self.files_of(dynamic, "classifiers")?;
        }
        if let Some(optional) =
            self.table(&["tool", "setuptools", "dynamic", "optional-dependencies"])
        {
            for extra in optional.keys() {
                let name = extra.get_ref().to_string();
                let files = self.files_of(optional, &name)?.unwrap_or_default();
                found.optional_files.push((name, files));
            }
        }
        Ok(found)
    }

    fn build_requires(&self) -> FromFiles<Vec<Sourced<String>>> {
        self.table(&["build-system"]).map_or(Ok(None), |system| self.texts(system, "requires"))
    }

    fn is_pbr(&self) -> bool {
        let system = self.table(&["build-system"]);
        let backend =
            system.and_then(|it| it.get("build-backend")).and_then(|it| it.get_ref().as_str());
        backend.is_some_and(|backend| backend == "pbr" || backend.starts_with("pbr."))
    }

    fn table(&self, path: &[&str]) -> Option<&'a DeTable<'a>> {
        path.iter().try_fold(self.top, |table, key| table.get(*key)?.get_ref().as_table())
    }

    fn said<T>(&self, at: usize, value: T) -> Sourced<T> {
        Sourced::at(&self.file, 1 + self.lines.before(at), value)
    }

    fn text(&self, table: &DeTable<'_>, key: &str) -> FromFiles<Sourced<String>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        self.one(key, value).map(Some)
    }

    fn one(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<Sourced<String>, Undecided> {
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some(text) => Ok(self.said(at, text.trim().to_owned())),
            None => Err(self.unexpected(key, at)),
        }
    }

    fn texts(&self, table: &DeTable<'_>, key: &str) -> FromFiles<Vec<Sourced<String>>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let Some(items) = value.get_ref().as_array() else {
            return Err(self.unexpected(key, value.span().start));
        };
        items.iter().map(|item| self.one(key, item)).collect::<Result<_, _>>().map(Some)
    }

    fn optional(&self, project: &DeTable<'_>) -> FromFiles<Vec<(String, Sourced<String>)>> {
        let key = "optional-dependencies";
        let Some(value) = project.get(key) else { return Ok(None) };
        let Some(extras) = value.get_ref().as_table() else {
            return Err(self.unexpected(key, value.span().start));
        };
        let mut found = Vec::new();
        for extra in extras.keys() {
            let name = extra.get_ref().to_string();
            let texts = self.texts(extras, &name)?.unwrap_or_default();
            found.extend(texts.into_iter().map(|said| (name.clone(), said)));
        }
        Ok(Some(found))
    }

    /// The files in `key = {file = …}`; `None` if it is not there.
    fn files_of(&self, table: &DeTable<'_>, key: &str) -> FromFiles<Vec<String>> {
        let Some(value) = table.get(key) else { return Ok(None) };
        let Some(named) = value.get_ref().as_table() else {
            return Err(self.unexpected(key, value.span().start));
        };
        match self.text(named, "file") {
            Ok(one) => Ok(one.map(|said| vec![said.value])),
            Err(_) => Ok(self.texts(named, "file")?.map(|all| values(Some(all)))),
        }
    }

    fn unexpected(&self, key: &str, at: usize) -> Undecided {
        let line = 1 + self.lines.before(at);
        Undecided::because(format_args!("`{FILE}:{line}`: `{key}` does not have its usual form"))
    }
}

fn values(all: Option<Vec<Sourced<String>>>) -> Vec<String> {
    all.unwrap_or_default().into_iter().map(|said| said.value).collect()
}
