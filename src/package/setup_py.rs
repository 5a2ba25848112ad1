//! `setup.py`, which is never run.

use std::collections::HashMap;
use std::sync::Arc;

use pep440_rs::VersionSpecifiers;

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided, text};
use super::python::{Kind, Module, Value};
use super::requirement::specifiers;
use super::requirements::Requirements;

/// The name of the file.
const FILE: &str = "setup.py";

/// The arguments of `setup()`.
pub(super) struct SetupPy {
    file: Arc<str>,
    named: HashMap<String, Value>,
    /// Whether a dictionary adds arguments.
    has_more: bool,
}

impl SetupPy {
    pub(super) fn read(files: &dyn ProjectFiles) -> FromFiles<Self> {
        let Some(text) = text(files, FILE)? else { return Ok(None) };
        let mut calls = Module::read(&text, "setup").calls;
        // Without a call, or with several, nothing is known about the arguments.
        let call = if calls.len() == 1 { calls.pop() } else { None };
        let (named, has_more) = call.map_or((HashMap::new(), true), |it| (it.named, it.has_more));
        Ok(Some(Self { file: Arc::from(FILE), named, has_more }))
    }

    /// Whether pbr reads `setup.cfg`.
    pub(super) fn is_pbr(&self) -> bool {
        self.named.get("pbr").is_some_and(|value| value.kind == Kind::True)
    }

    /// The name.
    pub(super) fn name(&self, files: &dyn ProjectFiles) -> FromFiles<Sourced<String>> {
        let Some(value) = self.argument("name", files)? else { return Ok(None) };
        self.text("name", &value).map(Some)
    }

    /// What the package is in one line.
    pub(super) fn about(&self, files: &dyn ProjectFiles) -> FromFiles<Sourced<String>> {
        let Some(value) = self.argument("description", files)? else { return Ok(None) };
        self.text("description", &value).map(Some)
    }

    /// The classifiers.
    pub(super) fn classifiers(&self, files: &dyn ProjectFiles) -> FromFiles<Vec<Sourced<String>>> {
        let Some(value) = self.argument("classifiers", files)? else { return Ok(None) };
        match &value.kind {
            Kind::Text(text) => {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                Ok(Some(lines.map(|line| self.said(&value, line.to_owned())).collect()))
            }
            _ => self.texts("classifiers", &value).map(Some),
        }
    }

    /// The Pythons that the package allows.
    pub(super) fn requires_python(&self, files: &dyn ProjectFiles) -> FromFiles<VersionSpecifiers> {
        let Some(value) = self.argument("python_requires", files)? else { return Ok(None) };
        let said = self.text("python_requires", &value)?;
        specifiers(&said.value).map(Some).map_err(|why| {
            Undecided::because(format_args!(
                "`{}`: `{}` cannot be read: {why}",
                said.origin, said.value
            ))
        })
    }

    /// `install_requires`; `None` if it is not there.
    pub(super) fn requirements(&self, files: &dyn ProjectFiles) -> FromFiles<Requirements> {
        let Some(value) = self.argument("install_requires", files)? else { return Ok(None) };
        let mut found = Requirements::default();
        self.add("install_requires", None, &value, &mut found)?;
        Ok(Some(found))
    }

    /// Adds what `extras_require` lists. Says whether it is there.
    pub(super) fn add_extras(
        &self,
        files: &dyn ProjectFiles,
        found: &mut Requirements,
    ) -> Result<bool, Undecided> {
        let Some(value) = self.argument("extras_require", files)? else { return Ok(false) };
        let Kind::Map(extras) = &value.kind else {
            return Err(self.computed("extras_require", &value));
        };
        for (name, listed) in extras {
            let name = self.text("extras_require", name)?.value;
            let (name, marker) = name.split_once(':').unwrap_or((&name, ""));
            if !marker.is_empty() {
                return Err(self.computed("extras_require", listed));
            }
            self.add("extras_require", Some(name).filter(|name| !name.is_empty()), listed, found)?;
        }
        Ok(true)
    }

    fn add(
        &self,
        name: &str,
        extra: Option<&str>,
        value: &Value,
        found: &mut Requirements,
    ) -> Result<(), Undecided> {
        let listed = match &value.kind {
            Kind::Text(text) => {
                text.lines().map(|line| self.said(value, line.to_owned())).collect()
            }
            _ => self.texts(name, value)?,
        };
        for said in listed.iter().filter(|said| !said.value.trim().is_empty()) {
            found.add(extra, &said.value, &self.file, said.origin.line);
        }
        Ok(())
    }

    /// The argument of that name, unless it is `None`.
    fn argument(&self, name: &str, files: &dyn ProjectFiles) -> FromFiles<Value> {
        match self.named.get(name) {
            Some(value) if value.kind == Kind::Nothing => Ok(None),
            Some(value) => resolved(value, files).map(Some),
            None if self.has_more => Err(Undecided::because(format_args!(
                "`{FILE}` does not write out the arguments of `setup()`, and it is never run"
            ))),
            None => Ok(None),
        }
    }

    fn text(&self, name: &str, value: &Value) -> Result<Sourced<String>, Undecided> {
        match &value.kind {
            Kind::Text(text) => Ok(self.said(value, text.clone())),
            _ => Err(self.computed(name, value)),
        }
    }

    fn texts(&self, name: &str, value: &Value) -> Result<Vec<Sourced<String>>, Undecided> {
        let Kind::Many(items) = &value.kind else { return Err(self.computed(name, value)) };
        items.iter().map(|item| self.text(name, item)).collect()
    }

    fn said<T>(&self, value: &Value, said: T) -> Sourced<T> {
        Sourced::at(&self.file, value.line, said)
    }

    fn computed(&self, name: &str, value: &Value) -> Undecided {
        let line = value.line;
        Undecided::because(format_args!("`{FILE}:{line}` computes `{name}`, and it is never run"))
    }
}

/// The value, or the constant of the project's own module that it stands for.
fn resolved(value: &Value, files: &dyn ProjectFiles) -> Result<Value, Undecided> {
    let Kind::Foreign(module, name) = &value.kind else { return Ok(value.clone()) };
    let path = module.join("/");
    for candidate in [format!("{path}/__init__.py"), format!("{path}.py")] {
        if let Some(text) = text(files, &candidate)? {
            let constant = Module::read(&text, "setup").constants.remove(name);
            let kind = constant.map_or(Kind::Computed, |constant| constant.kind);
            return Ok(Value { line: value.line, kind });
        }
    }
    Ok(Value { line: value.line, kind: Kind::Computed })
}
