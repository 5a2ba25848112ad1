//! What `tagkeeper.yaml` says.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::after::AfterTag;
use super::authoring::Authoring;
use super::mail::Mail;
use super::pages::Pages;
use super::reviewing::ReviewConfig;
use crate::tree::RepoName;
use crate::tree::deliverable::Deliverable;
use crate::tree::terms::Terms;
use crate::version::BranchNames;

/// Name of the configuration at the top of the releases repository.
pub const CONFIG: &str = "tagkeeper.yaml";

/// What a site says about itself. The defaults are those of OpenStack.
#[derive(Clone, PartialEq, Eq)]
pub struct Config {
    /// URL template of the repositories, for reading.
    pub git: String,
    /// URL template to which tags and branches go; where only `git` is given, the same.
    pub push: Option<String>,
    /// The trunk of every repository; without one, the branch that the HEAD of each repository points to.
    pub trunk: Option<String>,
    /// The words of deliverable files that the site adds, and how it writes versions.
    pub terms: Arc<Terms>,
    /// What branches are called.
    pub branches: BranchNames,
    /// Base URL of Gerrit; empty for a site without.
    pub gerrit: String,
    /// Whether its repositories may be reviewed on a Gerrit: false where the site states that it has none.
    pub may_have_gerrit: bool,
    /// File with user and HTTP password at Gerrit, or a cookie file.
    pub gerrit_login_file: Option<String>,
    /// Who approves requests.
    pub approval: Approvers,
    /// The cache directory, perhaps with `~`.
    pub cache: String,
    /// Which series take nothing more.
    pub closed_series: ClosedSeries,
    /// Deliverables or repositories whose stable branches are not judged.
    pub stable_branch_exempt: Vec<String>,
    /// The key.
    pub signing: Signing,
    /// Where announcements go.
    pub mail: Mail,
    /// Who announces.
    pub announce: Announce,
    /// The ref that holds the ledger; a directory inside the git directory where there is none.
    pub ledger: Option<String>,
    /// Governance data: path or URL of its directory or of `projects.yaml`; empty for a site without.
    pub governance: String,
    /// Zuul's project data: path or URL; empty for a site without.
    pub zuul_projects: String,
    /// The package index.
    pub index: PackageIndex,
    /// The API of Launchpad; empty for a site without.
    pub launchpad: String,
    /// The API of StoryBoard; empty for a site without.
    pub storyboard: String,
    /// Base URL of the registry of npm; empty: none.
    pub npm: String,
    /// Who uploads to the package index; empty for a site without.
    pub uploader: String,
    /// The repository with the upper constraints; none for a site without.
    pub requirements_repo: Option<RepoName>,
    /// File with the OAuth token of Launchpad, as `launchpadlib` keeps it.
    pub launchpad_login_file: Option<String>,
    /// File with the token of StoryBoard.
    pub storyboard_login_file: Option<String>,
    /// What follows a tag.
    pub after: AfterTag,
    /// The release site.
    pub pages: Pages,
    /// What the commands that prepare requests go by.
    pub authoring: Authoring,
    /// What the reviewer's page asks of the site's servers.
    pub reviewing: ReviewConfig,
}

/// Which series take nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClosedSeries {
    /// Those whose life has ended, and all older ones.
    EndOfLife,
    /// These.
    Named(Vec<String>),
}

/// Where the packages of a site are published.
#[derive(Clone, PartialEq, Eq)]
pub enum PackageIndex {
    /// At this URL.
    At(String),
    /// The site does not say.
    Unstated,
    /// Nowhere: nothing the site writes speaks of an index.
    None,
}

/// Who announces releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Announce {
    /// `apply`, after the tag is pushed.
    Apply,
    /// A job of the tag pipeline.
    Tag,
    /// Nobody.
    Never,
}

/// Who approves requests, by Gerrit's names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approvers {
    /// The label of the teams' approval.
    pub label: String,
    /// The group of those who may approve for any team; without one, anybody who may vote on the label in Gerrit.
    pub release_managers: Option<String>,
}

/// The signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// Which program signs.
    pub format: SigningFormat,
    /// Fingerprint, or the file of an ssh key; where there is none, the key that `series_status.yaml` names.
    pub key: Option<String>,
    /// Home of gpg, perhaps with `~`.
    pub home: Option<String>,
}

/// Which program signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningFormat {
    /// gpg.
    Gpg,
    /// ssh-keygen.
    Ssh,
}

impl Default for Config {
    fn default() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            git: text("https://opendev.org/{repo}"),
            push: Some(text("ssh://review.opendev.org:29418/{repo}")),
            trunk: Some(text("master")),
            terms: Arc::default(),
            branches: BranchNames::default(),
            gerrit: text("https://review.opendev.org"),
            may_have_gerrit: true,
            gerrit_login_file: None,
            approval: Approvers {
                label: text("PTL-Approved"),
                release_managers: Some(text("Release Managers")),
            },
            cache: text("~/.cache/tagkeeper"),
            closed_series: ClosedSeries::EndOfLife,
            stable_branch_exempt: ["gnocchi", "rally", "puppet-pacemaker", "openstack/tenks"]
                .map(text)
                .to_vec(),
            signing: Signing { format: SigningFormat::Gpg, key: None, home: None },
            mail: Mail {
                to: vec![text("release-announce@lists.openstack.org")],
                ..Mail::default()
            },
            announce: Announce::Apply,
            ledger: None,
            governance: text(
                "https://opendev.org/openstack/governance/raw/branch/master/reference",
            ),
            zuul_projects: text(
                "https://opendev.org/openstack/project-config/raw/branch/master/zuul.d/projects.yaml",
            ),
            index: PackageIndex::At(text("https://pypi.org")),
            launchpad: text("https://api.launchpad.net/1.0"),
            storyboard: text("https://storyboard.openstack.org/api/v1"),
            npm: String::new(),
            uploader: text("openstackci"),
            requirements_repo: RepoName::parse("openstack/requirements").ok(),
            launchpad_login_file: None,
            storyboard_login_file: None,
            after: AfterTag::default(),
            pages: Pages::default(),
            authoring: Authoring::default(),
            reviewing: ReviewConfig::default(),
        }
    }
}

impl Config {
    /// A page of bugs on the Launchpad whose API the site names; `None` for a site without.
    pub fn launchpad_page(&self, path: &str) -> Option<String> {
        let api = self.launchpad.strip_prefix("https://api.")?;
        let host = api.split('/').next().filter(|host| !host.is_empty())?;
        Some(format!("https://bugs.{host}/{path}"))
    }

    /// Forgets what is OpenStack's own, unless somebody set it to something else: another site has nothing of it.
    pub(super) fn leave_openstack(&mut self) {
        let of_openstack = Self::default();
        self.pages.leave_openstack();
        self.reviewing.leave_openstack();
        for (own, theirs) in [
            (&mut self.governance, &of_openstack.governance),
            (&mut self.zuul_projects, &of_openstack.zuul_projects),
            (&mut self.gerrit, &of_openstack.gerrit),
            (&mut self.launchpad, &of_openstack.launchpad),
            (&mut self.storyboard, &of_openstack.storyboard),
        ] {
            if own == theirs {
                own.clear();
            }
        }
        self.after.leave_openstack();
        if self.trunk == of_openstack.trunk {
            self.trunk = None;
        }
        if self.index == of_openstack.index {
            self.index = PackageIndex::Unstated;
        }
        for (own, theirs) in [
            (&mut self.stable_branch_exempt, &of_openstack.stable_branch_exempt),
            (&mut self.mail.to, &of_openstack.mail.to),
        ] {
            if own == theirs {
                own.clear();
            }
        }
    }

    /// The URL of the package index, where the site has one.
    pub fn index_url(&self) -> Option<&str> {
        match &self.index {
            PackageIndex::At(url) => Some(url),
            PackageIndex::Unstated | PackageIndex::None => None,
        }
    }

    /// Where tags and branches go.
    pub fn push_or_git(&self) -> &str {
        self.push.as_deref().unwrap_or(&self.git)
    }

    /// Where refs can be read as they are at `push`, without an account: ssh wants one, Gerrit's own web address does not.
    pub fn push_for_reading(&self) -> String {
        let push = self.push_or_git();
        let is_its_gerrit = host_of(push).is_some() && host_of(push) == host_of(&self.gerrit);
        if push.starts_with("ssh://") && is_its_gerrit {
            format!("{}/{{repo}}", self.gerrit.trim_end_matches('/'))
        } else {
            push.to_owned()
        }
    }

    /// Whether the stable branches of a deliverable are left alone: it or one of its repositories is named.
    pub fn is_stable_branch_exempt(&self, name: &str, deliverable: &Deliverable) -> bool {
        self.stable_branch_exempt.iter().any(|exempt| {
            exempt == name
                || deliverable.repository_settings.iter().any(|settings| *settings.repo == *exempt)
        })
    }
}

/// `path` with a leading `~` replaced by the home directory, where there is one; `~name` stays.
pub fn expand_home(path: &str, home: Option<&Path>) -> PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home.to_owned(),
        (Some(rest), Some(home)) if rest.starts_with('/') => {
            home.join(rest.trim_start_matches('/'))
        }
        _ => PathBuf::from(path),
    }
}

/// The host of a URL, without user and port.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split('/').next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Config, expand_home};
    use crate::tree::deliverable;

    #[test]
    fn pages_of_bugs_are_those_of_the_launchpad_that_the_site_names() {
        let page = |api: &str| {
            let config = Config { launchpad: api.to_owned(), ..Config::default() };
            config.launchpad_page("bugs/7")
        };
        let usual = page("https://api.launchpad.net/1.0");
        assert_eq!(usual.as_deref(), Some("https://bugs.launchpad.net/bugs/7"));
        let staging = page("https://api.staging.launchpad.net/devel");
        assert_eq!(staging.as_deref(), Some("https://bugs.staging.launchpad.net/bugs/7"));
        assert_eq!(
            [page(""), page("https://api."), page("http://127.0.0.1:8080")],
            [const { None }; 3]
        );
    }

    #[test]
    fn refs_are_read_where_no_account_is_needed() {
        let mut config = Config::default();
        assert_eq!(config.push_for_reading(), "https://review.opendev.org/{repo}");
        config.gerrit = String::new();
        assert_eq!(config.push_for_reading(), "ssh://review.opendev.org:29418/{repo}");
        config.push = Some("/srv/{repo}".to_owned());
        assert_eq!(config.push_for_reading(), "/srv/{repo}");
    }

    #[test]
    fn an_exemption_names_the_deliverable_or_one_of_its_repositories() {
        let (tenks, _) = deliverable::read(b"repository-settings:\n  openstack/tenks: {}\n");
        let config = Config::default();
        assert!(config.is_stable_branch_exempt("rally", &deliverable::Deliverable::default()));
        assert!(config.is_stable_branch_exempt("another-name", &tenks));
        assert!(!config.is_stable_branch_exempt("tenks", &deliverable::Deliverable::default()));
    }

    #[test]
    fn only_our_own_home_is_put_in() {
        let home = Some(Path::new("/home/ann"));
        let expanded = |path| expand_home(path, home);
        assert_eq!(expanded("~/.cache"), PathBuf::from("/home/ann/.cache"));
        assert_eq!(expanded("~//cache"), PathBuf::from("/home/ann/cache"));
        assert_eq!(expanded("~"), PathBuf::from("/home/ann"));
        assert_eq!(expanded("~bob/x"), PathBuf::from("~bob/x"));
        assert_eq!(expanded("/a/~/b"), PathBuf::from("/a/~/b"));
        assert_eq!(expand_home("~/x", None), PathBuf::from("~/x"));
    }

    #[test]
    fn gerrit_is_read_in_place_of_its_own_ssh_only() {
        let mut config = Config::default();
        assert_eq!(config.push_for_reading(), "https://review.opendev.org/{repo}");
        config.set("push", "ssh://bot@git.garden.example:29418/{repo}").unwrap();
        assert_eq!(config.push_for_reading(), "ssh://bot@git.garden.example:29418/{repo}");
        config.set("gerrit", "https://git.garden.example/").unwrap();
        assert_eq!(config.push_for_reading(), "https://git.garden.example/{repo}");
    }
}
