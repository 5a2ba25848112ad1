//! A change of Gerrit, brought into the releases repository and opened like any other request.

use super::failure::Failure;
use super::opening::Look;
use super::site::Site;
use crate::gerrit::{Change, ChangeName, Gerrit, GerritError, Patchset};
use crate::git::{Git, Oid, RemoteUrl, RepoName, bring_ref};

/// A change whose newest patch set is in the object store; no ref and no working tree was touched.
pub(super) struct Brought {
    pub(super) gerrit: Gerrit,
    pub(super) change: Change,
    pub(super) patchset: Patchset,
}

impl Brought {
    /// How it is called: `change 4, patch set 2`.
    pub(super) fn title(&self) -> String {
        format!("change {}, patch set {}", self.change.number, self.patchset.number)
    }
}

/// Brings the newest patch set of a change, and opens the releases repository at it. Its configuration is that of the
/// branch it is for, as it is now: neither the change nor the ones that it stands on can loosen their own check.
pub(super) fn open_change(look: &Look, name: &ChangeName) -> Result<(Site, Brought), Failure> {
    let here = Site::open_upstream(look)?;
    if here.is_offline() {
        return Err(Failure::usage("a change of Gerrit cannot be had with --offline"));
    }
    let gerrit = here.gerrit()?.ok_or_else(|| {
        Failure::usage("there is no Gerrit to have the change from")
            .help("set `gerrit` in `tagkeeper.yaml`")
    })?;
    let change = gerrit.change(name)?;
    let patchset = change.patchset.clone().ok_or(GerritError::NoPatchset(change.number))?;
    let brought = Brought { gerrit, change, patchset };
    let url = url_of(&here, &brought)?;
    let tip = bring(&here, &url, &brought.patchset.full_ref)?;
    if tip.to_string() != brought.patchset.commit {
        return Err(Failure::outside(format_args!(
            "{} is {tip} at {}, and {} for Gerrit",
            brought.patchset.full_ref,
            RemoteUrl::new(&url),
            brought.patchset.commit
        ))
        .help("run again; where that does not help, `push` is the URL of another server"));
    }
    let trusted = bring(&here, &url, &format!("refs/heads/{}", brought.change.branch))?;
    let site = Site::open_proposed(look, tip, trusted, brought.change.created)?;
    Ok((site, brought))
}

/// Where the change is fetched: in the name of the login, where Gerrit itself is read.
fn url_of(site: &Site, brought: &Brought) -> Result<String, Failure> {
    let project = RepoName::parse(&brought.change.project)
        .map_err(|error| Failure::outside(format_args!("Gerrit names the project: {error}")))?;
    let template = site.config.push_for_reading();
    if template.starts_with(&format!("{}/", site.config.gerrit.trim_end_matches('/'))) {
        Ok(brought.gerrit.git_url(project.as_str()))
    } else {
        Ok(RemoteUrl::from_template(&template, &project).secret_text().to_owned())
    }
}

fn bring(site: &Site, url: &str, name: &str) -> Result<Oid, Failure> {
    let git = Git::find()?;
    let shown = RemoteUrl::new(url);
    let doing = format!("fetching {name} of {shown}");
    bring_ref(&git, site.repository.git_dir(), url, name, &doing)?.ok_or_else(|| {
        Failure::outside(format_args!("there is no {name} at {shown}"))
            .help("consider whether `push` names the server of the change, and whether the login may read it")
    })
}

impl From<GerritError> for Failure {
    fn from(error: GerritError) -> Self {
        Self::outside(error)
    }
}
