//! What a project needs, and how that changed between two commits: every file that lists requirements, extras, and
//! `pyproject.toml`.

use std::collections::BTreeSet;

use super::history::CommitRange;
use super::package::AtCommit;
use super::{Answer, Question, Sources};
use crate::git::{GitError, Oid, RepoName, Repository};
use crate::package::{
    MAIN_FILES, Package, Requirement, Requirements, changes, metadata_changes, normalized,
};

pub use crate::package::{ChangedField, ChangedRequirement, MetadataField, RequirementChange};

/// How requirements changed between two commits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NeedsChanged(pub CommitRange);

/// Changed requirements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Those of the package, its extras too, then those of the other files, file by file.
    pub changes: Vec<ChangedRequirement>,
    /// What else the package says about itself, where that changed.
    pub metadata: Vec<ChangedField>,
    /// Why some of that is not known: phrases.
    pub undecided_metadata: Vec<String>,
    /// Why some are not known: phrases.
    pub undecided: Vec<String>,
    /// The changed lines of all these files, each behind its `+` or `-`.
    pub diff: Vec<String>,
}

/// What the trunk of a project needs, if the project is on this machine: nothing is fetched. Absent if it is not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NeedsAtHand {
    /// The repository.
    pub repo: RepoName,
}

/// One requirement of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The normalised name of what is needed.
    pub name: String,
    /// As it is written.
    pub text: String,
    /// Where: `requirements.txt:12`.
    pub place: String,
    /// The extra that needs it.
    pub extra: Option<String>,
    /// The lowest version that will do, where there is one.
    pub minimum: Option<String>,
}

impl Question for NeedsChanged {
    type Known = Needs;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Needs> {
        self.0.ask(sources, |repository, older, newer| match older {
            Some(older) => needs_between(repository, older, newer),
            None => Ok(Needs::default()),
        })
    }
}

impl Question for NeedsAtHand {
    type Known = Vec<Need>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Need>> {
        sources.at_hand(&self.repo).and_then(|opened| {
            let Some(tip) = sources.trunk_at_hand(&opened) else {
                return Answer::Absent;
            };
            opened.ask(|repository| {
                let files = AtCommit::of(repository, tip);
                let found = Package::read(&files).requirements;
                files.finish()?;
                Ok(found.ok().flatten().map(|all| needs(&all)))
            })
        })
    }
}

fn needs(requirements: &Requirements) -> Vec<Need> {
    let need = |needed: &crate::package::Needed| Need {
        name: needed.requirement.normalized_name(),
        text: needed.requirement.to_string(),
        place: needed.origin.to_string(),
        extra: needed.extra.clone(),
        minimum: Requirement::minimum_of(needed.requirement.specifiers.iter())
            .map(|least| least.version.to_string()),
    };
    requirements.all.iter().map(need).collect()
}

/// The name by which the index knows a distribution.
pub fn index_name(name: &str) -> String {
    normalized(name)
}

/// How requirements changed between two commits of a repository that is open.
///
/// # Errors
/// When git cannot read or bring the files. A file that cannot be understood is no error: [`Needs::undecided`].
pub fn needs_between(repository: &Repository, older: Oid, newer: Oid) -> Result<Needs, GitError> {
    let changed = repository.changed_paths(Some(older), newer, &[])?;
    let files: Vec<&str> =
        changed.iter().map(String::as_str).filter(|path| lists_requirements(path)).collect();
    if files.is_empty() {
        return Ok(Needs::default());
    }
    let diff = repository.changed_lines(older, newer, &files)?;
    let mut needs = Needs { diff, ..Needs::default() };
    let (before, after) = (AtCommit::of(repository, older), AtCommit::of(repository, newer));
    let mut told = BTreeSet::new();
    let (was, is) = (Package::read(&before), Package::read(&after));
    let (metadata, undecided) = metadata_changes(&was, &is);
    needs.metadata = metadata;
    match (was.requirements, is.requirements) {
        (Ok(was), Ok(is)) => {
            let (was, is) = (was.unwrap_or_default(), is.unwrap_or_default());
            let listed = was.all.iter().chain(&is.all);
            told.extend(listed.map(|needed| needed.origin.file.to_string()));
            needs.changes = changes(&was, &is);
        }
        (Err(why), _) | (_, Err(why)) => needs.undecided.push(why.to_string()),
    }
    for file in files.into_iter().filter(|file| is_list(file) && !told.contains(*file)) {
        match (Requirements::in_file(&before, file), Requirements::in_file(&after, file)) {
            (Ok(was), Ok(is)) => {
                let found = changes(&was.unwrap_or_default(), &is.unwrap_or_default());
                needs.changes.extend(found);
            }
            (Err(why), _) | (_, Err(why)) => needs.undecided.push(why.to_string()),
        }
    }
    // One file that cannot be read leaves several things open, and is named once.
    let mut said: BTreeSet<String> = needs.undecided.iter().cloned().collect();
    let undecided = undecided.iter().map(ToString::to_string);
    needs.undecided_metadata = undecided.filter(|why| said.insert(why.clone())).collect();
    before.finish()?;
    after.finish()?;
    Ok(needs)
}

/// Whether a file may say what a project needs: packages of Python, or of the system.
fn lists_requirements(path: &str) -> bool {
    is_list(path) || MAIN_FILES.contains(&path) || path == "bindep.txt"
}

/// `requirements.txt`, `test-requirements.txt`, `doc/requirements.txt`, `requirements/base.txt`.
fn is_list(path: &str) -> bool {
    let is_named = |part: &str| part.contains("requirements");
    path.ends_with(".txt") && path.rsplit('/').take(2).any(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_list_requirements_are_known_by_name() {
        for path in [
            "requirements.txt",
            "test-requirements.txt",
            "doc/requirements.txt",
            "requirements/base.txt",
            "driver-requirements.txt",
            "pyproject.toml",
            "setup.cfg",
            "bindep.txt",
        ] {
            assert!(lists_requirements(path), "{path}");
        }
        for path in ["README.txt", "requirements.md", "sub/setup.cfg", "a/requirements/b/c.txt"] {
            assert!(!lists_requirements(path), "{path}");
        }
    }
}
