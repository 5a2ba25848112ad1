//! The branch that requests are merged to, and the remote where it is.
//!
//! Each question has three answers: this remote, no remote, or unknown. Git says that there is none by listing none; any
//! failure is unknown.

use crate::git::{Git, GitError, GitOutput, Oid, RemoteUrl, bring_ref, ls_remote, ls_remote_trunk};

use crate::tree::scope;

use super::configuration::read_config;
use super::{Failure, Workspace};

/// What a trunk is usually called.
const USUAL: [&str; 2] = ["main", "master"];

/// The remote that the releases repository is pushed to.
#[derive(Clone, Debug)]
pub struct PushRemote {
    /// Its name, such as `origin`.
    pub name: String,
    /// Where it is.
    pub url: RemoteUrl,
}

/// The branch that requests are merged to, as it is now.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its remote; none where the repository has none.
    pub remote: Option<PushRemote>,
    /// Its name, such as `master`.
    pub branch: String,
    /// Its newest commit, which is here.
    pub tip: Oid,
}

impl Upstream {
    /// How people call it: `origin/master`.
    pub fn name(&self) -> String {
        match &self.remote {
            Some(remote) => format!("{}/{}", remote.name, self.branch),
            None => self.branch.clone(),
        }
    }

    /// The branch as a full ref.
    pub fn full_ref(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }
}

impl Workspace {
    /// The remote that the releases repository is pushed to; `None` where git lists no remote.
    ///
    /// # Errors
    /// When git does not say, or there are several and none is meant.
    pub fn push_remote(&self) -> Result<Option<PushRemote>, Failure> {
        let git = Git::find()?;
        let followed = self.followed_remote(&git)?;
        let listed =
            self.ask(&git, "listing the remotes of the releases repository", &["remote"])?;
        let names: Vec<&str> = listed.lines().collect();
        let Some(name) = chosen(&names, followed.as_deref())? else { return Ok(None) };
        self.remote_at(&git, name).map(Some)
    }

    /// The remote of that name; `None` where git lists none.
    ///
    /// # Errors
    /// When git does not say.
    pub fn remote_named(&self, name: &str) -> Result<Option<PushRemote>, Failure> {
        let git = Git::find()?;
        let listed =
            self.ask(&git, "listing the remotes of the releases repository", &["remote"])?;
        let is_there = listed.lines().any(|line| line == name);
        is_there.then(|| self.remote_at(&git, name)).transpose()
    }

    fn remote_at(&self, git: &Git, name: &str) -> Result<PushRemote, Failure> {
        let doing = format!("asking where the remote `{name}` of the releases repository is");
        let url = self.ask(git, &doing, &["remote", "get-url", "--push", name])?;
        // Several lines are several places to push to; the first is pushed to first.
        match url.lines().next().map(str::trim).filter(|url| !url.is_empty()) {
            Some(url) => Ok(PushRemote { name: name.to_owned(), url: RemoteUrl::new(url) }),
            None => Err(Failure::outside(format!("git names no URL of the remote `{name}`"))
                .help(format!("set it: git remote set-url {name} URL"))),
        }
    }

    /// The URL of that remote; the repository itself, where it has none.
    ///
    /// # Errors
    /// As [`push_remote`](Self::push_remote).
    pub fn push_url(&self) -> Result<String, Failure> {
        Ok(self.url_of(self.push_remote()?.as_ref()))
    }

    /// The URL of `remote`; the repository itself, where there is none.
    pub fn url_of(&self, remote: Option<&PushRemote>) -> String {
        match remote {
            Some(remote) => remote.url.secret_text().to_owned(),
            None => self.repository.common_dir().display().to_string(),
        }
    }

    /// The branch that requests are merged to, asked for now.
    ///
    /// # Errors
    /// When it cannot be found out which one it is, or it cannot be read.
    pub fn upstream(&self) -> Result<Upstream, Failure> {
        let git = Git::find()?;
        let remote = self.push_remote()?;
        if let Some(remote) = remote.as_ref().filter(|one| self.is_offline() && !one.url.is_local())
        {
            let PushRemote { name, url } = remote;
            return Err(Failure::usage(format!(
                "the remote `{name}` ({url}) cannot be asked with --offline, and it says what is merged"
            )));
        }
        let url = RemoteUrl::new(self.url_of(remote.as_ref()));
        let explained = |error| unreadable(error, remote.as_ref());
        let heads = ls_remote(&git, &url).map_err(explained)?.heads;
        let is_there = |name: &String| heads.contains_key(name);
        let usual = self.usual_trunk(&git, &url, is_there).map_err(explained)?;
        let trusted = match &usual {
            Some(usual) => self.trunk_in(&self.tip_of(&git, &url, usual).map_err(explained)?)?,
            None => self.config.trunk.clone(),
        };
        let branch = trusted.filter(is_there).or(usual);
        let branch = branch.ok_or_else(|| self.no_trunk(remote.as_ref()))?;
        let tip = self.tip_of(&git, &url, &branch).map_err(explained)?;
        let tip = tip.ok_or_else(|| self.no_trunk(remote.as_ref()))?;
        Ok(Upstream { remote, branch, tip })
    }

    /// The branch of the remote's HEAD, else the only one of the usual names.
    fn usual_trunk(
        &self,
        git: &Git,
        url: &RemoteUrl,
        is_there: impl Fn(&String) -> bool + Copy,
    ) -> Result<Option<String>, GitError> {
        // HEAD of the repository itself is what is checked out, which says nothing about what is merged.
        let is_remote = url.secret_text() != self.url_of(None);
        let head = if is_remote { ls_remote_trunk(git, url)?.filter(is_there) } else { None };
        let usual: Vec<String> = USUAL.map(str::to_owned).into_iter().filter(is_there).collect();
        Ok(head.or_else(|| <[String; 1]>::try_from(usual).ok().map(|[only]| only)))
    }

    /// `trunk:` as it was merged at `tip`, unless the operator names it: a topic branch that is checked out must not say of
    /// itself that it is the trunk.
    fn trunk_in(&self, tip: &Option<Oid>) -> Result<Option<String>, Failure> {
        let Some(tip) = tip.filter(|_| !self.options.names("trunk")) else {
            return Ok(self.config.trunk.clone());
        };
        let record = scope::record_at(&self.repository, &tip.to_string(), None)?;
        Ok(read_config(None, &record)?.0.trunk)
    }

    /// The newest commit of a branch, which is here then.
    fn tip_of(&self, git: &Git, url: &RemoteUrl, branch: &str) -> Result<Option<Oid>, GitError> {
        let full_ref = format!("refs/heads/{branch}");
        let doing = format!("reading {full_ref} of the releases repository");
        bring_ref(git, self.repository.common_dir(), url.secret_text(), &full_ref, &doing)
    }

    fn no_trunk(&self, remote: Option<&PushRemote>) -> Failure {
        let place = match remote {
            Some(PushRemote { name, url }) => format!("the remote `{name}` ({url})"),
            None => "the releases repository".to_owned(),
        };
        let named = match &self.config.trunk {
            Some(trunk) => format!("`{trunk}`"),
            None => "`main` or `master`".to_owned(),
        };
        Failure::usage(format!(
            "cannot tell which branch of {place} is merged to: it has no {named}"
        ))
        .help("set `trunk` to the name of the branch")
    }

    /// The remote that the checked-out branch follows.
    fn followed_remote(&self, git: &Git) -> Result<Option<String>, Failure> {
        let Some(branch) = self.repository.trunk()? else { return Ok(None) };
        let pattern = format!("refs/heads/{branch}");
        let format = "--format=%(refname) %(upstream:remotename)";
        let doing = "asking which remote HEAD follows";
        let listed = self.ask(git, doing, &["for-each-ref", format, &pattern])?;
        let followed = listed.lines().find_map(|line| line.strip_prefix(&format!("{pattern} ")));
        Ok(followed.map(str::to_owned).filter(|name| !name.is_empty()))
    }

    /// What git says about the releases repository; every status but 0 is a failure.
    fn ask(&self, git: &Git, doing: &str, arguments: &[&str]) -> Result<String, Failure> {
        let command = git.command(doing).git_dir(self.repository.git_dir()).args(arguments);
        let GitOutput { status, stdout, stderr } = command.run()?;
        match status {
            Some(0) => Ok(String::from_utf8_lossy(&stdout).into_owned()),
            _ => Err(GitError::Failed { doing: doing.to_owned(), status, stderr }.into()),
        }
    }
}

/// The remote that is meant: the one that is followed, else the only one, else `origin`.
fn chosen<'a>(names: &[&'a str], followed: Option<&str>) -> Result<Option<&'a str>, Failure> {
    let named = |wanted: &str| names.iter().copied().find(|name| *name == wanted);
    match (followed.and_then(named).or_else(|| named("origin")), names) {
        (Some(name), _) => Ok(Some(name)),
        (None, []) => Ok(None),
        (None, [only]) => Ok(Some(only)),
        (None, several) => Err(Failure::usage(format!(
            "the releases repository has the remotes {}, and none of them is `origin` or followed by HEAD",
            several.join(", ")
        ))
        .help("say where changes are merged: git branch --set-upstream-to=REMOTE/BRANCH")),
    }
}

/// Why the branch could not be read, and which remote that is.
fn unreadable(error: GitError, remote: Option<&PushRemote>) -> Failure {
    let Some(PushRemote { name, url }) = remote else { return error.into() };
    if matches!(error, GitError::NullRemote { .. }) {
        return Failure::usage(format!(
            "the remote `{name}` of the releases repository is {url}, as in every checkout that Zuul makes, so tagkeeper cannot see what is merged"
        ))
        .help(format!("run `git remote set-url {name} URL` with the URL of the releases repository, as the role tagkeeper-releases does"));
    }
    Failure::outside(format!(
        "cannot read the remote `{name}` ({url}) of the releases repository, which says what is merged: {error}"
    ))
    .help(format!("check its URL, and change it if it is wrong: git remote set-url {name} URL"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remote_that_is_meant() {
        let name = |names: &[&'static str], followed| chosen(names, followed).unwrap();
        assert_eq!(name(&[], None), None);
        assert_eq!(name(&["gerrit"], None), Some("gerrit"));
        assert_eq!(name(&["gerrit", "origin"], None), Some("origin"));
        assert_eq!(name(&["gerrit", "origin"], Some("gerrit")), Some("gerrit"));
        assert_eq!(name(&["origin"], Some(".")), Some("origin"), "it follows a branch of its own");
        assert!(chosen(&["ann", "bob"], None).is_err(), "either may be meant");
    }
}
