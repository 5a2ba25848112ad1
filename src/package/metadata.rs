//! What changed between two states of a package in what it says about itself, beside its requirements.

use std::fmt;

use serde::Serialize;

use super::Package;
use super::files::{FromFiles, Sourced, Undecided};

/// What a package says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MetadataField {
    /// The name of its distribution.
    Name,
    /// What it is, in one line.
    Summary,
    /// The Pythons on which it may be installed.
    RequiresPython,
    /// One of its trove classifiers.
    Classifier,
    /// Something that its build needs, as `[build-system]` says it.
    BuildRequirement,
}

/// A changed field. Of a field with several values each value is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedField {
    /// Which.
    pub field: MetadataField,
    /// As it was; `None` if it was not there.
    pub before: Option<String>,
    /// As it is; `None` if it is gone.
    pub after: Option<String>,
}

impl MetadataField {
    const ALL: [Self; 5] =
        [Self::Name, Self::Summary, Self::RequiresPython, Self::Classifier, Self::BuildRequirement];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Summary => "summary",
            Self::RequiresPython => "requires-python",
            Self::Classifier => "classifier",
            Self::BuildRequirement => "build-requirement",
        }
    }
}

impl fmt::Display for MetadataField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is different in `after`, and why some of it is not known.
pub fn metadata_changes(before: &Package, after: &Package) -> (Vec<ChangedField>, Vec<Undecided>) {
    let one = |said: &Sourced<String>| vec![said.value.clone()];
    let many = |all: &Vec<Sourced<String>>| all.iter().map(|said| said.value.clone()).collect();
    let of = |package: &Package, field| match field {
        MetadataField::Name => values(&package.name, one),
        MetadataField::Summary => values(&package.about, one),
        MetadataField::RequiresPython => {
            values(&package.requires_python, |all| vec![all.to_string()])
        }
        MetadataField::Classifier => values(&package.classifiers, many),
        MetadataField::BuildRequirement => values(&package.build_requires, many),
    };
    let (mut found, mut undecided) = (Vec::new(), Vec::new());
    for field in MetadataField::ALL {
        match (of(before, field), of(after, field)) {
            (Ok(was), Ok(is)) => found.extend(changed(field, &was, &is)),
            (Err(why), _) | (_, Err(why)) => undecided.push(why),
        }
    }
    (found, undecided)
}

/// The values of a field; none if the files do not have it.
fn values<T>(
    said: &FromFiles<T>,
    of: impl FnOnce(&T) -> Vec<String>,
) -> Result<Vec<String>, Undecided> {
    match said {
        Ok(said) => Ok(said.as_ref().map(of).unwrap_or_default()),
        Err(why) => Err(why.clone()),
    }
}

/// The values that are gone and those that came: side by side where there is one of each.
fn changed(field: MetadataField, was: &[String], is: &[String]) -> Vec<ChangedField> {
    let mut gone = was.iter().filter(|value| !is.contains(value)).cloned();
    let mut come = is.iter().filter(|value| !was.contains(value)).cloned();
    if was.len() <= 1 && is.len() <= 1 {
        let (before, after) = (gone.next(), come.next());
        let is_changed = before.is_some() || after.is_some();
        return is_changed.then_some(ChangedField { field, before, after }).into_iter().collect();
    }
    let gone = gone.map(|value| ChangedField { field, before: Some(value), after: None });
    let come = come.map(|value| ChangedField { field, before: None, after: Some(value) });
    gone.chain(come).collect()
}

#[cfg(test)]
mod tests {
    use super::metadata_changes;
    use crate::package::Package;
    use crate::package::files::tests::Fake;

    fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> (Vec<String>, usize) {
        let read = |files: &[(&str, &str)]| Package::read(&Fake::of(files.iter().copied()));
        let (found, undecided) = metadata_changes(&read(before), &read(after));
        let line = |value: &Option<String>| value.clone().unwrap_or_default();
        let lines = found
            .iter()
            .map(|one| format!("{}: {} -> {}", one.field, line(&one.before), line(&one.after)));
        (lines.collect(), undecided.len())
    }

    const PBR: (&str, &str) =
        ("setup.py", "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n");
    const OLD: &str = "[metadata]\nname = rose\nsummary = A rose\npython_requires = >=3.9\nclassifier =\n  Programming Language :: Python :: 3.9\n  Programming Language :: Python :: 3.10\n";

    #[test]
    fn what_moves_to_another_file_is_the_same() {
        let toml = "[build-system]\nrequires = ['pbr>=6.1.1']\nbuild-backend = 'pbr.build'\n[project]\nname = 'rose'\ndescription = 'A red rose'\nrequires-python = '>=3.10'\ndynamic = ['version', 'dependencies']\nclassifiers = ['Programming Language :: Python :: 3.10', 'Programming Language :: Python :: 3.11']\n";
        let (found, undecided) = told(&[PBR, ("setup.cfg", OLD)], &[PBR, ("pyproject.toml", toml)]);
        assert_eq!(
            found,
            [
                "summary: A rose -> A red rose",
                "requires-python: >=3.9 -> >=3.10",
                "classifier: Programming Language :: Python :: 3.9 -> ",
                "classifier:  -> Programming Language :: Python :: 3.11",
                "build-requirement:  -> pbr>=6.1.1",
            ]
        );
        assert_eq!(undecided, 0);
        assert_eq!(told(&[PBR, ("setup.cfg", OLD)], &[PBR, ("setup.cfg", OLD)]), (Vec::new(), 0));
    }

    #[test]
    fn what_cannot_be_read_is_not_the_same() {
        let (found, undecided) =
            told(&[PBR, ("setup.cfg", OLD)], &[PBR, ("setup.cfg", "[metadata\n")]);
        assert_eq!(found, [""; 0]);
        assert!(undecided > 0);
    }
}
