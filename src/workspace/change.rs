//! A change of Gerrit, fetched into the releases repository and opened like any other request.

use super::{Failure, Options, Workspace};
use crate::gerrit::{Change, ChangeName, Gerrit, GerritError, Patchset};
use crate::git::{Git, Oid, RemoteUrl, RepoName, bring_ref};

/// A change whose newest patch set is in the object store; no ref and no working tree was touched.
pub struct FetchedChange {
    /// Where it is from.
    pub gerrit: Gerrit,
    /// The change.
    pub change: Change,
    /// Its newest patch set.
    pub patchset: Patchset,
}

impl FetchedChange {
    /// How it is called: `change 4, patch set 2`.
    pub fn title(&self) -> String {
        format!("change {}, patch set {}", self.change.number, self.patchset.number)
    }
}

/// Brings the newest patch set of a change, and opens the releases repository at it. Its configuration is that of the
/// branch it is for, as it is now: neither the change nor the ones that it stands on can loosen their own check.
pub fn open_change(
    options: &Options,
    name: &ChangeName,
) -> Result<(Workspace, FetchedChange), Failure> {
    let here = Workspace::open_upstream(options)?;
    if here.is_offline() {
        return Err(Failure::usage("a Gerrit change cannot be fetched with --offline"));
    }
    let gerrit = here.gerrit()?.ok_or_else(|| {
        Failure::usage("no Gerrit is configured, so there is no change to read")
            .help("set `gerrit` in `tagkeeper.yaml`")
    })?;
    let change = gerrit.change(name)?;
    let patchset = change.patchset.clone().ok_or(GerritError::NoPatchset(change.number))?;
    let fetched = FetchedChange { gerrit, change, patchset };
    let url = url_of(&here, &fetched)?;
    let tip = fetch(&here, &url, &fetched.patchset.full_ref)?;
    if tip.to_string() != fetched.patchset.commit {
        return Err(Failure::outside(format!(
            "{} is {tip} at {}, and {} for Gerrit",
            fetched.patchset.full_ref,
            RemoteUrl::new(&url),
            fetched.patchset.commit
        ))
        .help("run again; if that does not help, `push` points to another server"));
    }
    let trusted = fetch(&here, &url, &format!("refs/heads/{}", fetched.change.branch))?;
    let workspace = Workspace::open_proposed(options, tip, trusted, fetched.change.created)?;
    Ok((workspace, fetched))
}

/// Where the change is fetched: in the name of the login, where Gerrit itself is read.
fn url_of(workspace: &Workspace, fetched: &FetchedChange) -> Result<String, Failure> {
    let project = RepoName::parse(&fetched.change.project).map_err(|error| {
        Failure::outside("Gerrit names a project that cannot be fetched").caused_by(error)
    })?;
    let template = workspace.config.push_for_reading();
    if template.starts_with(&format!("{}/", workspace.config.gerrit.trim_end_matches('/'))) {
        Ok(fetched.gerrit.git_url(project.as_str()))
    } else {
        Ok(RemoteUrl::from_template(&template, &project).secret_text().to_owned())
    }
}

fn fetch(workspace: &Workspace, url: &str, name: &str) -> Result<Oid, Failure> {
    let git = Git::find()?;
    let shown = RemoteUrl::new(url);
    let doing = format!("fetching {name} of {shown}");
    bring_ref(&git, workspace.repository.git_dir(), url, name, &doing)?.ok_or_else(|| {
        Failure::outside(format!("there is no {name} at {shown}")).help(
            "check that `push` names the server of the change, and that the login may read it",
        )
    })
}
