//! A Python package, put together from the files that describe it.

use jiff::civil::Date;
use pep440_rs::VersionSpecifiers;

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided};
use super::pyproject::{PyProject, add_all};
use super::pythons::Python;
use super::requirements::{Requirements, first_of};
use super::setup_cfg::SetupCfg;
use super::setup_py::SetupPy;

/// A Python package as its files describe it.
#[derive(Clone, Debug)]
pub struct Package {
    /// The name of its distribution; `None` if there is no Python package, or no file states its name.
    pub name: FromFiles<Sourced<String>>,
    /// Its trove classifiers; `None` if there is no Python package.
    pub classifiers: FromFiles<Vec<Sourced<String>>>,
    /// What it is: one line.
    pub about: FromFiles<Sourced<String>>,
    /// The Pythons on which it may be installed.
    pub requires_python: FromFiles<VersionSpecifiers>,
    /// What its build needs, where `[build-system]` of `pyproject.toml` says so.
    pub build_requires: FromFiles<Vec<Sourced<String>>>,
    /// What it needs to be installed, with its extras, and without what its tests and its documentation need. `None` if there
    /// is no Python package.
    pub requirements: FromFiles<Requirements>,
}

/// The files that describe most packages.
pub const MAIN_FILES: [&str; 4] = ["pyproject.toml", "setup.cfg", "setup.py", "requirements.txt"];

/// The files in which pbr looks for requirements, the first one that exists.
const OF_PBR: [&str; 2] = ["requirements.txt", "tools/pip-requires"];

/// The three files; each may be missing, or unreadable by itself.
struct Sources<'a> {
    files: &'a dyn ProjectFiles,
    pyproject: FromFiles<PyProject>,
    setup_cfg: FromFiles<SetupCfg>,
    setup_py: FromFiles<SetupPy>,
}

impl Package {
    /// Reads the package whose files these are.
    pub fn read(files: &dyn ProjectFiles) -> Self {
        let sources = Sources {
            files,
            pyproject: PyProject::read(files),
            setup_cfg: SetupCfg::read(files),
            setup_py: SetupPy::read(files),
        };
        Self {
            name: sources.name(),
            classifiers: sources.classifiers(),
            about: sources.about(),
            requires_python: sources.requires_python(),
            build_requires: sources.build_requires(),
            requirements: sources.requirements(),
        }
    }

    /// What it is in one line, if its files say so.
    pub fn summary(&self) -> Option<String> {
        let about = self.about.as_ref().ok()?.as_ref()?;
        let words: Vec<&str> = about.value.split_whitespace().collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// The Pythons that it supports, once its files decide what they say of them.
    ///
    /// # Errors
    /// When it cannot be read what `requires-python` says.
    pub fn decided_pythons(&self, day: Date) -> Result<Vec<Python>, Undecided> {
        self.requires_python.as_ref().map_err(Clone::clone)?;
        Ok(self.pythons(day))
    }

    /// The Pythons that it supports: as `requires-python` or the classifiers say, else those that are maintained on `day`.
    pub fn pythons(&self, day: Date) -> Vec<Python> {
        let requires = self.requires_python.as_ref().ok().and_then(Option::as_ref);
        let listed = self.classifiers.as_ref().ok().and_then(Option::as_deref);
        Python::supported(requires, listed.unwrap_or_default(), day)
    }
}

impl<'a> Sources<'a> {
    /// `[project]` of `pyproject.toml`, or poetry's section, if it describes a package.
    fn project(&self) -> Result<Option<&PyProject>, Undecided> {
        let found = self.pyproject.as_ref().map_err(Clone::clone)?;
        Ok(found.as_ref().filter(|found| found.is_package))
    }

    fn setup_cfg(&self) -> Result<Option<&SetupCfg>, Undecided> {
        self.setup_cfg.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn setup_py(&self) -> Result<Option<&SetupPy>, Undecided> {
        self.setup_py.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn is_pbr(&self) -> Result<bool, Undecided> {
        let backend = self.pyproject.as_ref().map_err(Clone::clone)?;
        let is_built = backend.as_ref().is_some_and(|found| found.is_pbr);
        Ok(is_built || self.setup_py()?.is_some_and(SetupPy::is_pbr))
    }

    /// Whether there is a Python package at all.
    fn is_package(&self) -> Result<bool, Undecided> {
        Ok(self.project()?.is_some()
            || self.setup_py()?.is_some()
            || self.setup_cfg()?.is_some_and(|file| file.name().is_some()))
    }

    /// What an argument of `setup()` says, else `setup.cfg`. With pbr it is the other way round.
    fn of_setup<T>(
        &self,
        of_py: impl Fn(&SetupPy, &'a dyn ProjectFiles) -> FromFiles<T>,
        of_cfg: impl Fn(&SetupCfg, &'a dyn ProjectFiles) -> FromFiles<T>,
    ) -> FromFiles<T> {
        let in_cfg = || match self.setup_cfg()? {
            Some(file) => of_cfg(file, self.files),
            None => Ok(None),
        };
        let in_py = || match self.setup_py()? {
            Some(file) => of_py(file, self.files),
            None => Ok(None),
        };
        if self.is_pbr()? {
            return Ok(match in_cfg()? {
                Some(found) => Some(found),
                // What else is in a dictionary of arguments changes nothing that pbr reads.
                None => in_py().unwrap_or(None),
            });
        }
        Ok(match in_py()? {
            Some(found) => Some(found),
            None => in_cfg()?,
        })
    }

    fn name(&self) -> FromFiles<Sourced<String>> {
        if let Some(project) = self.project()? {
            return match &project.name {
                Some(name) => Ok(Some(name.clone())),
                None => Err(Undecided::because("`[project]` in `pyproject.toml` has no `name`")),
            };
        }
        let stated = self.of_setup(SetupPy::name, |file, _| Ok(file.name()))?;
        match (stated, self.setup_py()?) {
            (None, Some(file)) => file.name(self.files),
            (stated, _) => Ok(stated),
        }
    }

    fn about(&self) -> FromFiles<Sourced<String>> {
        match self.project()? {
            Some(project) if project.about.is_some() => Ok(project.about.clone()),
            _ => self.of_setup(SetupPy::about, |file, _| Ok(file.about())),
        }
    }

    fn classifiers(&self) -> FromFiles<Vec<Sourced<String>>> {
        if !self.is_package()? {
            return Ok(None);
        }
        let of_setup = || {
            let of_cfg = |file: &SetupCfg, files: &'a dyn ProjectFiles| {
                file.classifiers(files).map(|all| Some(all).filter(|all| !all.is_empty()))
            };
            self.of_setup(SetupPy::classifiers, of_cfg).map(|found| Some(found.unwrap_or_default()))
        };
        let Some(project) = self.project()? else { return of_setup() };
        match (&project.classifiers, project.is_dynamic("classifiers")) {
            (Some(all), _) => Ok(Some(all.clone())),
            (None, true) if project.classifier_files.is_none() => of_setup(),
            (None, true) => {
                self.lines_of(project.classifier_files.as_deref().unwrap_or_default()).map(Some)
            }
            (None, false) => Ok(Some(Vec::new())),
        }
    }

    fn lines_of(&self, paths: &[String]) -> Result<Vec<Sourced<String>>, Undecided> {
        let mut found = Vec::new();
        for path in paths {
            let text = super::files::text(self.files, path)?.ok_or_else(|| missing(path))?;
            let file = std::sync::Arc::from(path.as_str());
            let lines = (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty());
            found.extend(lines.map(|(line, text)| Sourced::at(&file, line, text.to_owned())));
        }
        Ok(found)
    }

    fn requires_python(&self) -> FromFiles<VersionSpecifiers> {
        match self.project()? {
            Some(project) if !project.is_dynamic("requires-python") => project.requires_python(),
            _ => self.of_setup(SetupPy::requires_python, |file, _| file.requires_python()),
        }
    }

    fn build_requires(&self) -> FromFiles<Vec<Sourced<String>>> {
        let found = self.pyproject.as_ref().map_err(Clone::clone)?;
        Ok(found.as_ref().and_then(|found| found.build_requires.clone()))
    }

    fn requirements(&self) -> FromFiles<Requirements> {
        if !self.is_package()? {
            return Ok(None);
        }
        let Some(project) = self.project()? else {
            let mut found = self.of_installation()?;
            self.add_extras(&mut found)?;
            return Ok(Some(found));
        };
        if project.is_poetry {
            let why =
                "`pyproject.toml` lists its dependencies for poetry, in a form that is not read";
            return Err(Undecided::because(why));
        }
        let mut found = self.of_project(project)?;
        self.add_optional(project, &mut found)?;
        Ok(Some(found))
    }

    /// The dependencies of a package with `[project]`.
    fn of_project(&self, project: &PyProject) -> Result<Requirements, Undecided> {
        if let Some(all) = &project.dependencies {
            let mut found = Requirements::default();
            add_all(&mut found, all.iter().map(|said| (None, said)));
            return Ok(found);
        }
        if let Some(paths) =
            project.dependency_files.as_ref().filter(|_| project.is_dynamic("dependencies"))
        {
            let mut found = Requirements::default();
            paths.iter().try_for_each(|path| self.add_file(None, path, &mut found))?;
            return Ok(found);
        }
        let elsewhere = self.of_installation()?;
        if project.is_dynamic("dependencies") {
            return if self.has_setup()? || self.is_pbr()? {
                Ok(elsewhere)
            } else {
                Err(added("dependencies"))
            };
        }
        // Builds differ over what is written elsewhere without being called dynamic.
        if elsewhere == Requirements::default() {
            Ok(elsewhere)
        } else {
            Err(not_dynamic("dependencies"))
        }
    }

    /// Whether setuptools has other files to read than `pyproject.toml`.
    fn has_setup(&self) -> Result<bool, Undecided> {
        Ok(self.setup_cfg()?.is_some() || self.setup_py()?.is_some())
    }

    fn add_optional(&self, project: &PyProject, found: &mut Requirements) -> Result<(), Undecided> {
        const FIELD: &str = "optional-dependencies";
        if let Some(all) = &project.optional {
            add_all(found, all.iter().map(|(extra, said)| (Some(extra.as_str()), said)));
        }
        for (extra, paths) in project.optional_files.iter().filter(|_| project.is_dynamic(FIELD)) {
            paths.iter().try_for_each(|path| self.add_file(Some(extra), path, found))?;
        }
        if project.optional.is_some() || !project.optional_files.is_empty() {
            return Ok(());
        }
        let mut elsewhere = Requirements::default();
        self.add_extras(&mut elsewhere)?;
        match project.is_dynamic(FIELD) {
            true if !self.has_setup()? => Err(added(FIELD)),
            false if elsewhere != Requirements::default() => Err(not_dynamic(FIELD)),
            _ => {
                found.all.append(&mut elsewhere.all);
                found.unreadable.append(&mut elsewhere.unreadable);
                Ok(())
            }
        }
    }

    fn add_file(
        &self,
        extra: Option<&str>,
        path: &str,
        found: &mut Requirements,
    ) -> Result<(), Undecided> {
        match found.add_file(self.files, extra, path)? {
            true => Ok(()),
            false => Err(missing(path)),
        }
    }

    /// The dependencies that setuptools or pbr find outside `pyproject.toml`.
    fn of_installation(&self) -> Result<Requirements, Undecided> {
        if self.is_pbr()?
            && let Some(found) = first_of(self.files, &OF_PBR)?
        {
            return Ok(found);
        }
        let found = self.of_setup(SetupPy::requirements, SetupCfg::requirements)?;
        Ok(found.unwrap_or_default())
    }

    fn add_extras(&self, found: &mut Requirements) -> Result<(), Undecided> {
        let is_pbr = self.is_pbr()?;
        let in_py = match self.setup_py()? {
            Some(file) if !is_pbr => file.add_extras(self.files, found)?,
            _ => false,
        };
        match self.setup_cfg()? {
            Some(file) if !in_py => file.add_extras(self.files, found),
            _ => Ok(()),
        }
    }
}

fn missing(path: &str) -> Undecided {
    Undecided::because(format_args!(
        "`{path}`, where requirements or classifiers are, does not exist"
    ))
}

fn added(field: &str) -> Undecided {
    Undecided::because(format_args!(
        "the build backend in `pyproject.toml` adds the `{field}`, and it is never run"
    ))
}

fn not_dynamic(field: &str) -> Undecided {
    Undecided::because(format_args!(
        "`pyproject.toml` has `[project]` without `{field}`, and other files have some: add `{field}` to `dynamic`"
    ))
}

#[cfg(test)]
mod tests;
