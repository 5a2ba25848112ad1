//! What the build of a package needs (PEP 518).

use super::files::{ProjectFiles, Undecided};
use super::pyproject::PyProject;
use super::requirement::Requirement;
use super::setup_py::SetupPy;

/// What a build front end installs where a project says nothing.
const USUAL: [&str; 2] = ["setuptools>=40.8.0", "wheel"];

/// The requirements of the build: those of `[build-system]`, or else what `setup.py` usually needs.
///
/// # Errors
/// If a file cannot be read, or one of them is not the name of a package with versions.
pub fn build_requirements(files: &dyn ProjectFiles) -> Result<Vec<Requirement>, Undecided> {
    let pyproject = PyProject::read(files)?;
    let written = pyproject.and_then(|found| found.build_requires);
    let texts: Vec<String> = match written {
        Some(said) => said.into_iter().map(|said| said.value).collect(),
        None => {
            // Found out by running `setup.py`, which asks for it by `setup_requires`.
            let pbr = SetupPy::read(files)?.filter(SetupPy::is_pbr).map(|_| "pbr");
            USUAL.into_iter().chain(pbr).map(str::to_owned).collect()
        }
    };
    let read = |text: &String| {
        let requirement = Requirement::parse(text).map_err(|why| {
            Undecided::because(format_args!(
                "`{text}`, which the build needs, cannot be read: {why}"
            ))
        })?;
        match &requirement.url {
            None => Ok(requirement),
            Some(url) => Err(Undecided::because(format_args!(
                "the build needs `{}` from `{url}`, which is not the package index",
                requirement.name
            ))),
        }
    };
    texts.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::build_requirements;
    use crate::package::files::tests::Fake;

    fn of(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let found =
            build_requirements(&Fake::of(files.iter().copied())).map_err(|why| why.to_string())?;
        Ok(found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_build_system_says_what_it_needs() {
        let text = "[build-system]\nrequires = ['pbr>=6.1.1', \"tomli; python_version<'3.11'\"]\n";
        let found = of(&[("pyproject.toml", text)]).unwrap();
        assert_eq!(found, ["pbr>=6.1.1", "tomli; python_version<'3.11'"]);
        assert_eq!(of(&[("pyproject.toml", "[build-system]\nrequires = []\n")]), Ok(Vec::new()));
    }

    #[test]
    fn without_one_it_is_what_setuptools_needs_and_pbr_where_that_is_used() {
        assert_eq!(of(&[("setup.py", "setup()")]).unwrap(), ["setuptools>=40.8.0", "wheel"]);
        let text = "import setuptools\nsetuptools.setup(setup_requires=['pbr>=2.0.0'], pbr=True)\n";
        assert_eq!(of(&[("setup.py", text)]).unwrap(), ["setuptools>=40.8.0", "wheel", "pbr"]);
    }

    #[test]
    fn an_option_a_path_or_an_address_is_none() {
        for evil in ["--index-url=http://evil", "-r x", "/etc/x", "./x", "x @ file:///etc/passwd"] {
            let text = format!("[build-system]\nrequires = ['{evil}']\n");
            assert!(of(&[("pyproject.toml", &text)]).is_err(), "{evil}");
        }
    }
}
