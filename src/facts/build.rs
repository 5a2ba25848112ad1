//! Whether a package builds as the version that it is to be released as.

pub use crate::build::{BuildOutcome, Builder};

use super::package::AtCommit;
use super::{Answer, Question, Sources, Unknown};
use crate::build::BuildRequest;
use crate::git::{CommitId, RepoName};
use crate::package::build_requirements;
use crate::tree::deliverable::ProjectAt;

/// What becomes of a build of the package at a commit, with the new tag. Absent unless this run builds packages.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BuildOf {
    /// The repository.
    pub repo: RepoName,
    /// The commit.
    pub commit: CommitId,
    /// The version, which is the name of the tag.
    pub version: String,
}

impl BuildOf {
    /// The question about the commit of `project`.
    pub fn of(project: &ProjectAt<'_>, version: &str) -> Self {
        Self { repo: project.name.clone(), commit: project.commit, version: version.to_owned() }
    }
}

impl Question for BuildOf {
    type Known = BuildOutcome;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<BuildOutcome> {
        let builder = match sources.builder() {
            None => return Answer::Absent,
            Some(Err(why)) => return Answer::Unknown(Unknown::because(why)),
            Some(Ok(builder)) => builder,
        };
        sources.in_either(&self.repo, |opened| {
            opened.held(self.commit).and_then(|commit| {
                let built = opened.ask(|repository| {
                    let files = AtCommit::of(repository, commit);
                    let needs = build_requirements(&files).map_err(|why| why.to_string());
                    files.finish()?;
                    let needs: Result<Vec<String>, String> =
                        needs.map(|all| all.iter().map(ToString::to_string).collect());
                    let needs = needs.as_ref().map(Vec::as_slice).map_err(String::as_str);
                    let wanted = BuildRequest { commit, tag: &self.version, needs };
                    Ok(Some(builder.build(repository, wanted)))
                });
                built.and_then(|built| match built {
                    Ok(outcome) => Answer::Known(outcome),
                    Err(why) => Answer::Unknown(Unknown::because(why)),
                })
            })
        })
    }
}
