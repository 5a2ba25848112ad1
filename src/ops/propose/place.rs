//! Where the releases repository is reviewed.

use crate::gerrit::Gerrit;
use crate::git::{Oid, RemoteUrl};
use crate::ops::own_project::own_project;
use crate::workspace::{Failure, PushRemote, Workspace};

/// The remote that people who use `git-review` have.
const USUAL_REMOTE: &str = "gerrit";

/// A project of Gerrit, and where git pushes to it.
pub(super) struct GerritProject {
    /// The name of the project.
    pub(super) project: String,
    /// Where it is. It may hold a password.
    pub(super) url: RemoteUrl,
}

impl GerritProject {
    /// The project that `.gitreview` of `base` names, else the one of the remote's URL, and the remote `gerrit`, else the one
    /// that is pushed to. Over HTTP it is Gerrit itself, in the name of the login: the remote may be a mirror of it.
    ///
    /// # Errors
    /// If there is no remote, or no project is named.
    pub(super) fn find(workspace: &Workspace, gerrit: &Gerrit, base: Oid) -> Result<Self, Failure> {
        let remote = match workspace.remote_named(USUAL_REMOTE)? {
            Some(remote) => Some(remote),
            None => workspace.push_remote()?,
        };
        let PushRemote { name, url } = remote.ok_or_else(|| {
            Failure::usage("the releases repository has no remote to propose changes to")
                .help("add Gerrit as the remote `gerrit`: git remote add gerrit URL")
        })?;
        let named = own_project(&workspace.repository, base)?;
        let project = named.or_else(|| project_of_url(&url)).ok_or_else(|| {
            Failure::usage(format!(
                "no `.gitreview` says under which name Gerrit knows this repository, and the URL of the remote `{name}` does not either"
            ))
            .help("add a `.gitreview` with `project=` to the releases repository")
        })?;
        let url = match is_of_web(&url) {
            true => RemoteUrl::new(gerrit.git_url(&project)),
            false => url,
        };
        Ok(Self { project, url })
    }
}

/// What comes after the host of a URL: `openstack/releases` of `ssh://me@review.example:29418/openstack/releases`.
fn project_of_url(url: &RemoteUrl) -> Option<String> {
    let (_, rest) = url.secret_text().split_once("://")?;
    let (_, path) = rest.split_once('/')?;
    let path = path.strip_prefix("a/").unwrap_or(path).trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    Some(path.to_owned()).filter(|path| !path.is_empty() && !url.is_local())
}

fn is_of_web(url: &RemoteUrl) -> bool {
    ["https://", "http://"].iter().any(|scheme| url.secret_text().starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_what_comes_after_the_host() {
        let project = |url: &str| project_of_url(&RemoteUrl::new(url));
        let releases = Some("openstack/releases".to_owned());
        assert_eq!(project("ssh://me@review.example:29418/openstack/releases.git"), releases);
        assert_eq!(project("https://me:x@review.example/a/openstack/releases"), releases);
        assert_eq!(project("https://review.example/"), None);
        assert_eq!(project("file:///srv/git/openstack/releases.git"), None);
        assert_eq!(project("/srv/git/openstack/releases.git"), None);
    }
}
