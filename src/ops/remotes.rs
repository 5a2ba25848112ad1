//! The remotes of a run, for apply.

use std::path::PathBuf;

use crate::facts::pushed_files::{FilesAt, PushedFiles};
use crate::facts::repository::Remote;
use crate::facts::{Answer, Question as _, Sources, Unknown};
use crate::git::{Git, Refs, RepoName, Repository, ls_remote};
use crate::steps::{RefTarget, Remotes};
use crate::workspace::{Failure, Workspace};

/// The remotes that `sources` reads.
pub(super) struct Pushing<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) sources: &'a Sources,
    pub(super) git: &'a Git,
}

impl Remotes for Pushing<'_> {
    fn url(&self, repo: &RepoName) -> String {
        self.sources.url(repo, Remote::Push).secret_text().to_owned()
    }

    fn copy(&self, repo: &RepoName) -> Result<PathBuf, String> {
        let opened = self.sources.open(repo, Remote::Push);
        match opened
            .and_then(|opened| opened.ask(|repository| Ok(Some(repository.git_dir().to_owned()))))
        {
            Answer::Known(path) => Ok(path),
            Answer::Absent => Err(format!("there is no repository `{repo}`")),
            Answer::Unknown(why) => Err(why.to_string()),
        }
    }

    fn reread(&self, repo: &RepoName, full_ref: &str) -> Result<Option<RefTarget>, String> {
        let url = self.sources.url(repo, Remote::Push);
        let refs = ls_remote(self.git, &url).map_err(|error| error.to_string())?;
        let tag = full_ref
            .strip_prefix("refs/tags/")
            .and_then(|name| refs.tags.get(name))
            .map(|tag| RefTarget { object: tag.object, commit: tag.peeled });
        let head = full_ref.strip_prefix("refs/heads/").and_then(|name| refs.heads.get(name));
        Ok(tag.or(head.map(|tip| RefTarget { object: *tip, commit: *tip })))
    }

    fn read_now(
        &self,
        repo: &RepoName,
        look: &mut dyn FnMut(&Repository, &Refs),
    ) -> Result<(), String> {
        // Other sources: the refs that were there when these were opened have changed since.
        let sources = self.workspace.sources_for_pushing();
        let sources = sources.map_err(|failure: Failure| failure.to_string())?;
        let read = sources.open(repo, Remote::Push).and_then(|opened| {
            opened.ask(|repository| {
                look(repository, &opened.refs);
                Ok(Some(()))
            })
        });
        match read {
            Answer::Known(()) => Ok(()),
            Answer::Absent => Err(format!("there is no repository `{repo}`")),
            Answer::Unknown(why) => Err(why.to_string()),
        }
    }

    fn edit_now(
        &self,
        files: &PushedFiles,
        look: &mut dyn FnMut(&Repository, &FilesAt),
    ) -> Answer<()> {
        let sources = match self.workspace.sources_for_pushing() {
            Ok(sources) => sources,
            Err(failure) => return Answer::Unknown(Unknown::because(failure)),
        };
        let found = files.answer(&sources);
        found.and_then(|at| {
            sources.open(&files.repo, Remote::Push).and_then(|opened| {
                opened.ask(|repository| {
                    look(repository, &at);
                    Ok(Some(()))
                })
            })
        })
    }
}
