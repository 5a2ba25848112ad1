//! The policy as it is now: a hold that is set while a run is under way stops what was not begun.

use std::rc::Rc;

use crate::apply::Gate;
use crate::calendar::Waiting;
use crate::config::{Described, POLICY, Policy};
use crate::git::{Git, bring_ref};
use crate::plan::{Held, Introductions, PlannedRelease, held};
use crate::tree::index::IndexCache;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::revision::Revision;
use crate::workspace::Failure;
use crate::workspace::Workspace;
use crate::workspace::remote_of;

/// Reads the policy of the releases repository's branch again, where it is pushed to.
pub(super) struct PolicyGate<'a> {
    workspace: &'a Workspace,
    request: &'a Request,
    introductions: &'a Introductions,
    git: &'a Git,
    url: String,
    /// The branch; `HEAD` stands for the default one.
    branch: String,
}

impl<'a> PolicyGate<'a> {
    pub(super) fn new(
        workspace: &'a Workspace,
        request: &'a Request,
        introductions: &'a Introductions,
        git: &'a Git,
    ) -> Result<Self, Failure> {
        let url = remote_of(git, workspace.repository.git_dir())?;
        let followed = workspace.repository.upstream_name_of_head()?;
        let branch = followed.unwrap_or_else(|| "HEAD".to_owned());
        Ok(Self { workspace, request, introductions, git, url, branch })
    }

    fn policy(&self) -> Result<Policy, String> {
        let git_dir = self.workspace.repository.git_dir();
        let doing = format!("reading `{POLICY}` again");
        let tip = bring_ref(self.git, git_dir, &self.url, &self.branch, &doing);
        let tip = tip.map_err(|error| error.to_string())?;
        let tip = tip.ok_or_else(|| format!("there is no `{}` at its remote", self.branch))?;
        let revision = Box::new(Revision::new(Rc::clone(&self.workspace.repository), tip));
        let record =
            Record::open(revision, IndexCache::default()).map_err(|error| error.to_string())?;
        Ok(Policy::of(&record).map_err(|error| error.to_string())?.0)
    }
}

impl Gate for PolicyGate<'_> {
    fn held(&self, release: &PlannedRelease) -> Result<Option<Held>, String> {
        let file = self.request.head.file(&release.file).map_err(|error| error.to_string())?;
        let Some((file, Ok(path))) = file.as_ref().map(|file| (file, &file.path)) else {
            return Err(format!("{} is not there", release.file));
        };
        let policy = self.policy()?;
        let who = Described::of(&file.deliverable, path);
        let name =
            release.version.as_deref().or_else(|| Some(release.steps.first()?.action.name()));
        let by =
            self.introductions.get(&(release.file.clone(), name.unwrap_or_default().to_owned()));
        let overrides = by.map(|by| by.overrides.as_slice()).unwrap_or_default();
        let waiting = Waiting::of(&policy, self.request.head.series(), who);
        Ok(held(&waiting, overrides, self.workspace.present()))
    }
}
