//! Builds a Python package as the release jobs will, to see whether it builds.
//!
//! A build runs foreign code. It gets a throw-away clone with the new tag, and a cell without network, home, keys or anything else
//! of this machine. What it needs is installed beside the `python3` on the PATH, or comes as wheels: from a directory, or from the
//! package index.

mod cell;
mod fetch;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::git::{Oid, Repository};
use cell::{Cell, Ended, SIZE, last};
use fetch::fetch;

/// How packages are built.
#[derive(Clone, Debug)]
pub struct Builder {
    /// A directory of wheels that builds may need; without one, what is installed, or else what the index has.
    pub wheels: Option<PathBuf>,
    /// Base URL of the package index; `None` if it may not be asked.
    pub index: Option<String>,
}

/// What is to be built.
#[derive(Clone, Copy, Debug)]
pub struct BuildRequest<'a> {
    /// The commit.
    pub commit: Oid,
    /// The version, which is the name of the tag.
    pub tag: &'a str,
    /// What the build needs, as its files say, or why they do not.
    pub needs: Result<&'a [String], &'a str>,
}

/// How a try ended.
enum Tried {
    Ended(BuildOutcome),
    /// Something that the build needs is not there.
    Lacking(String),
}

/// What became of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildOutcome {
    /// It was built, and its README renders.
    Fine,
    /// It was built; why its README was not looked at.
    FineButReadme(String),
    /// Source distribution or wheel were not built: the end of what the build wrote.
    Failed(String),
    /// They were built with another version than the tag: this one.
    OtherVersion(String),
    /// They were built, and the README does not render.
    BadReadme(String),
}

/// Why nothing was built: a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotBuilt(pub(crate) String);

impl fmt::Display for NotBuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is asked of `python3`: where it is, and whether it has what a build needs.
const PROBE: &str = "import sys, importlib.util as u
print(sys.executable, sys.prefix, sys.base_prefix, *[str(bool(u.find_spec(n))) for n in ('build', 'twine')], sep='\\n')";

impl Builder {
    /// Builds the package as the version of its tag.
    ///
    /// # Errors
    /// If the machine cannot build, or something that the build needs is missing.
    pub fn build(
        &self,
        repository: &Repository,
        wanted: BuildRequest<'_>,
    ) -> Result<BuildOutcome, NotBuilt> {
        let python = Python::find()?;
        let directory = tempfile::Builder::new().prefix("tagkeeper-build-").tempdir();
        let directory =
            directory.map_err(|error| NotBuilt(format!("cannot make a directory: {error}")))?;
        let (source, out) = (directory.path().join("source"), directory.path().join("out"));
        fs::create_dir(&out)
            .map_err(|error| NotBuilt(format!("cannot make a directory: {error}")))?;
        let objects = repository
            .copy_with_tag(wanted.commit, wanted.tag, &source)
            .map_err(|error| NotBuilt(error.to_string()))?;
        let mut read_only = python.prefixes.clone();
        read_only.push(objects);
        let wheels = self.wheels.clone();
        let path = python.program.parent().unwrap_or(Path::new("/usr/bin")).to_owned();
        let directory_of_cell = directory.path().to_owned();
        let mut cell = Cell { directory: directory_of_cell, read_only, path, wheels, size: SIZE };
        cell.try_out()?;
        let said = match build_in(&cell, &python, wanted.tag, &out)? {
            Tried::Ended(outcome) => return Ok(outcome),
            Tried::Lacking(said) => said,
        };
        let Some(index) = self.index.as_ref().filter(|_| self.wheels.is_none()) else {
            return Err(lacking(&said));
        };
        let needs = wanted.needs.map_err(|why| NotBuilt(why.to_owned()))?;
        let wheels = directory.path().join("wheels");
        fetch(&python.program, index, needs, &wheels)?;
        cell.wheels = Some(wheels);
        match build_in(&cell, &python, wanted.tag, &out)? {
            Tried::Ended(outcome) => Ok(outcome),
            Tried::Lacking(said) => Err(lacking(&said)),
        }
    }
}

fn build_in(cell: &Cell, python: &Python, tag: &str, out: &Path) -> Result<Tried, NotBuilt> {
    let program = python.program.to_string_lossy().into_owned();
    let mut build = vec![program.as_str(), "-m", "build", "--sdist", "--wheel", "--outdir", "/out"];
    if cell.wheels.is_none() {
        build.push("--no-isolation");
    }
    build.push("/source");
    let Ended { is_fine, output } = cell.run(&build)?;
    if !is_fine {
        let said = last(&output);
        return Ok(if is_lacking(&output) {
            Tried::Lacking(said)
        } else {
            Tried::Ended(BuildOutcome::Failed(said))
        });
    }
    let made = files(out);
    if let Some(other) =
        made.iter().filter_map(|name| version_of(name)).find(|it| !is_same(it, tag))
    {
        return Ok(Tried::Ended(BuildOutcome::OtherVersion(other.to_owned())));
    }
    let is_missing = |ending: &&str| !made.iter().any(|name| name.ends_with(*ending));
    if let Some(ending) = [".tar.gz", ".whl"].into_iter().find(is_missing) {
        let why = format!("the build ends without an error, but leaves no `{ending}` file");
        return Ok(Tried::Ended(BuildOutcome::Failed(why)));
    }
    if !python.has_twine {
        let why = "the Python package `twine` is not installed";
        return Ok(Tried::Ended(BuildOutcome::FineButReadme(why.to_owned())));
    }
    let made: Vec<String> = made.iter().map(|name| format!("/out/{name}")).collect();
    let mut check = vec![program.as_str(), "-m", "twine", "check"];
    check.extend(made.iter().map(String::as_str));
    let Ended { is_fine, output } = cell.run(&check)?;
    let outcome = if is_fine { BuildOutcome::Fine } else { BuildOutcome::BadReadme(last(&output)) };
    Ok(Tried::Ended(outcome))
}

/// Whether a build ended because something that it needs is not there.
fn is_lacking(output: &str) -> bool {
    let signs = [
        // `build`, by its age.
        "Missing dependencies",
        "Unmet dependencies",
        "ERROR Backend '",
        // pip.
        "No matching distribution found",
        "Could not find a version that satisfies",
    ];
    signs.iter().any(|sign| output.contains(sign))
}

fn lacking(said: &str) -> NotBuilt {
    NotBuilt(format!(
        "the build needs packages that are not available; install them, or name a directory of wheels with `--wheels`: {said}"
    ))
}

/// The names of the files that a build made, sorted.
fn files(out: &Path) -> Vec<String> {
    let entries = fs::read_dir(out).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The version in `name-1.0.tar.gz` or `name-1.0-py3-none-any.whl`.
fn version_of(file: &str) -> Option<&str> {
    match file.strip_suffix(".tar.gz") {
        Some(stem) => stem.rsplit_once('-').map(|(_, version)| version),
        None => file.strip_suffix(".whl")?.split('-').nth(1),
    }
}

fn is_same(version: &str, tag: &str) -> bool {
    let read = |text: &str| text.parse::<pep440_rs::Version>().ok();
    version == tag || read(version).is_some_and(|version| Some(version) == read(tag))
}

/// The interpreter on the PATH.
struct Python {
    program: PathBuf,
    /// Where it and its packages are, outside `/usr`.
    prefixes: Vec<PathBuf>,
    has_twine: bool,
}

impl Python {
    fn find() -> Result<Self, NotBuilt> {
        let output = Command::new("python3").args(["-I", "-c", PROBE]).output();
        let output =
            output.map_err(|error| NotBuilt(format!("cannot start `python3`: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let [program, prefix, base, has_build, has_twine] = lines.as_slice() else {
            return Err(NotBuilt("`python3` does not say where it is".to_owned()));
        };
        if *has_build != "True" {
            return Err(NotBuilt("`python3` has no package `build`: install it".to_owned()));
        }
        let mut prefixes: Vec<PathBuf> = [prefix, base].iter().map(PathBuf::from).collect();
        prefixes.dedup();
        prefixes.retain(|path| !path.starts_with("/usr"));
        let home = std::env::home_dir().unwrap_or_default();
        if prefixes.iter().any(|prefix| home.starts_with(prefix) || prefix.parent().is_none()) {
            return Err(NotBuilt(
                "`python3` has its files in a directory above the home directory".to_owned(),
            ));
        }
        Ok(Self { program: PathBuf::from(program), prefixes, has_twine: *has_twine == "True" })
    }
}

#[cfg(test)]
mod tests {
    use super::{is_lacking, is_same, version_of};

    #[test]
    fn what_is_not_installed_is_no_fault_of_the_package() {
        let said = [
            "ERROR Missing dependencies:\n\tpbr",
            "* Getting build dependencies\nERROR Unmet dependencies (checked against python3):",
            "ERROR Backend 'hatchling.build' is not available.",
            "ERROR: No matching distribution found for pbr>=6",
        ];
        assert!(said.into_iter().all(is_lacking));
        assert!(!is_lacking("error in setup command: 'x' must be a string"));
    }

    #[test]
    fn the_version_is_read_from_the_name_of_a_file() {
        assert_eq!(version_of("oslo_config-9.1.0.tar.gz"), Some("9.1.0"));
        assert_eq!(version_of("python-novaclient-1.0.0.0rc1.tar.gz"), Some("1.0.0.0rc1"));
        assert_eq!(version_of("oslo_config-9.1.0-py3-none-any.whl"), Some("9.1.0"));
        assert_eq!(version_of("README"), None);
        assert!(
            is_same("1.0", "1.0.0")
                && is_same("2.0.0.0rc1", "2.0.0.0rc1")
                && !is_same("1.0.1.dev1", "1.0.1")
        );
    }
}
