//! One deliverable file.

mod effective;
mod named;
mod read;

use std::sync::Arc;

use super::place::{Place, Placed};
use super::words::words;
use super::{BadCommitId, CommitId};
use crate::version::{Form, Version};

pub use named::{NamedProject, ProjectAt};
pub use read::{BRANCH_KEYS, KEYS, PROJECT_KEYS, RELEASE_KEYS, SETTING_KEYS, read, read_in};

/// The content of a deliverable file, as far as it could be read.
///
/// A field that is missing or malformed is `None` (or left out of its list). Its problem is reported separately, so rules can
/// check the rest. A text that YAML reads as something else (`version: 1.10`) is reported and kept as written.
#[derive(Clone, Debug, Default)]
pub struct Deliverable {
    /// The team in charge, as governance names it.
    pub team: Option<Placed<String>>,
    /// `type`, as written; [`Deliverable::effective_kind`] applies the defaults.
    pub kind: Option<Placed<Kind>>,
    /// Launchpad project.
    pub launchpad: Option<Placed<String>>,
    /// StoryBoard project, a name or a number.
    pub storyboard: Option<Placed<String>>,
    /// Links to release notes: one for all, or one per repository.
    pub release_notes: Option<ReleaseNotes>,
    /// Whether the announcement links to the package index.
    pub include_pypi_link: Option<Placed<bool>>,
    /// `release-model`, as written; [`Deliverable::effective_model`] applies the directory.
    pub model: Option<Placed<Model>>,
    /// `artifact-link-mode`.
    pub artifact_link_mode: Option<Placed<ArtifactLinkMode>>,
    /// `repository-settings`, in the order of the file.
    pub repository_settings: Vec<RepositorySettings>,
    /// `release-type`.
    pub release_type: Option<Placed<ReleaseType>>,
    /// `stable-branch-type`.
    pub stable_branch_type: Option<Placed<StableBranchType>>,
    /// `stable-status`: overrides the status of the series.
    pub stable_status: Option<Placed<Status>>,
    /// `cycle-highlights`, paragraphs in RST.
    pub cycle_highlights: Vec<Placed<String>>,
    /// `releases`, oldest first.
    pub releases: Vec<Release>,
    /// `branches`, in the order of the file.
    pub branches: Vec<Branch>,
    /// The site's own words in the file. The fields above have the built-in ones that they are like.
    pub words: OwnWords,
    /// The release type that the site sets for this type, if any.
    pub usual_release_type: Option<ReleaseType>,
    /// The form of the versions in the file.
    pub form: Form,
    /// Where entries of `releases` and `branches`, or parts of them, were left out because they could not be read.
    pub lost: Vec<Place>,
    /// Keys of the file that have a value, or are misspelt, and could not be read.
    pub unread: Vec<&'static str>,
}

/// Words of the site, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// `type`.
    pub kind: Option<Arc<str>>,
    /// `release-model`.
    pub model: Option<Arc<str>>,
    /// `release-type`, or the one that the site sets for the type.
    pub release_type: Option<Arc<str>>,
}

/// One entry of `releases`.
#[derive(Clone, Debug)]
pub struct Release {
    /// The whole entry.
    pub place: Place,
    /// The version; also the name of the tag.
    pub version: Placed<Version>,
    /// The repositories that are tagged, each at its commit.
    pub projects: Vec<Project>,
    /// `diff-start`: where the change log starts, if not at the previous release.
    pub diff_start: Option<Placed<String>>,
    /// `flags`.
    pub flags: Vec<Placed<ReleaseFlag>>,
}

/// One repository of a release.
#[derive(Clone, Debug)]
pub struct Project {
    /// The whole entry.
    pub place: Place,
    /// Repository name, such as `openstack/oslo.config`.
    pub repo: Placed<String>,
    /// The commit, as written and unchecked.
    pub hash: Placed<String>,
    /// `comment`.
    pub comment: Option<Placed<String>>,
    /// `tarball-base`, if it differs from the repository's.
    pub tarball_base: Option<Placed<String>>,
}

/// One entry of `branches`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The whole entry.
    pub place: Place,
    /// Such as `stable/2026.1`.
    pub name: Placed<String>,
    /// Where the branch starts.
    pub location: Placed<Location>,
}

/// Where a branch starts. Two locations with the same content are equal, wherever they are in the file.
#[derive(Clone, Debug)]
pub enum Location {
    /// At the commits of this release of the file (or, for `upstream`, any text).
    Version(String),
    /// At a commit per repository: (repository, hash).
    Commits(Vec<(Placed<String>, Placed<String>)>),
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Version(a), Self::Version(b)) => a == b,
            (Self::Commits(a), Self::Commits(b)) => {
                let texts =
                    |commits: &[(Placed<String>, Placed<String>)]| -> Vec<(String, String)> {
                        commits
                            .iter()
                            .map(|(repo, hash)| (repo.value.clone(), hash.value.clone()))
                            .collect()
                    };
                texts(a) == texts(b)
            }
            (Self::Version(_), Self::Commits(_)) | (Self::Commits(_), Self::Version(_)) => false,
        }
    }
}

impl Eq for Location {}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version(version) => write!(f, "`{version}`"),
            Self::Commits(commits) => {
                let commits =
                    commits.iter().map(|(repo, hash)| format!("`{}` at `{}`", **repo, **hash));
                f.write_str(&commits.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// `release-notes`.
#[derive(Clone, Debug)]
pub enum ReleaseNotes {
    /// One link for the deliverable.
    Link(Placed<String>),
    /// (repository, link).
    PerRepository(Vec<(Placed<String>, Placed<String>)>),
}

/// The settings of one repository.
#[derive(Clone, Debug)]
pub struct RepositorySettings {
    /// Repository name.
    pub repo: Placed<String>,
    /// `flags`.
    pub flags: Vec<Placed<RepositoryFlag>>,
    /// Name on the package index, if it is not the repository's.
    pub pypi_name: Option<Placed<String>>,
    /// Base name of the tarballs, if it is not the repository's.
    pub tarball_base: Option<Placed<String>>,
}

words! {
    /// `type`: the kind of deliverable.
    Kind {
        /// A plugin of the dashboard.
        HorizonPlugin = "horizon-plugin",
        /// A library that other projects import.
        Library = "library",
        /// A library that talks to a service.
        ClientLibrary = "client-library",
        /// A service.
        Service = "service",
        /// A tempest plugin; never branches.
        TempestPlugin = "tempest-plugin",
        /// Anything else, and the default.
        Other = "other",
        /// Released after the rest of the series.
        Trailing = "trailing",
    }
}

words! {
    /// `release-model`.
    Model {
        /// Releases at any time of the cycle.
        CycleWithIntermediary = "cycle-with-intermediary",
        /// Milestones, then candidates, then the final release (old).
        CycleWithMilestones = "cycle-with-milestones",
        /// Releases after the rest of the cycle.
        CycleTrailing = "cycle-trailing",
        /// Never tagged.
        Untagged = "untagged",
        /// Candidates, then the final release.
        CycleWithRc = "cycle-with-rc",
        /// Released by the release team at the end of the cycle.
        CycleAutomatic = "cycle-automatic",
        /// No more releases.
        Abandoned = "abandoned",
        /// Outside the cycles.
        Independent = "independent",
    }
}

words! {
    /// `artifact-link-mode`: what the release site links to.
    ArtifactLinkMode {
        /// The tarballs.
        Tarball = "tarball",
        /// Nothing.
        None = "none",
    }
}

words! {
    /// `release-type`: how the artefacts of a release are built.
    ReleaseType {
        /// A Python service.
        PythonService = "python-service",
        /// A Python package on the index.
        PythonPypi = "python-pypi",
        /// A static file package.
        Xstatic = "xstatic",
        /// Fuel.
        Fuel = "fuel",
        /// A Node.js package.
        Nodejs = "nodejs",
        /// A Puppet module.
        Puppet = "puppet",
        /// A neutron plugin.
        Neutron = "neutron",
        /// The dashboard or a plugin.
        Horizon = "horizon",
        /// The manuals.
        OpenstackManuals = "openstack-manuals",
        /// Manila image elements.
        ManilaImageElements = "manila-image-elements",
        /// Virtual bare metal.
        OpenstackVirtualBaremetal = "openstack-virtual-baremetal",
        /// Anything else.
        Generic = "generic",
    }
}

words! {
    /// `stable-branch-type`: how branches of the file are written and checked.
    StableBranchType {
        /// At a release.
        Std = "std",
        /// At commits, without a tag.
        Tagless = "tagless",
        /// Created by somebody else.
        Upstream = "upstream",
        /// No branches.
        None = "none",
        /// Like `std`, plus `bugfix/X.Y` branches.
        StdWithVersions = "std-with-versions",
    }
}

words! {
    /// The phase of a series, or of one deliverable in it (`stable-status`).
    Status {
        /// Not started.
        Future = "future",
        /// In development.
        Development = "development",
        /// Stable, still released.
        Maintained = "maintained",
        /// Maintained by volunteers, without releases (old).
        ExtendedMaintenance = "extended maintenance",
        /// Maintained by volunteers, without releases.
        Unmaintained = "unmaintained",
        /// Closed.
        EndOfLife = "end of life",
    }
}

words! {
    /// A flag of a release.
    ReleaseFlag {
        /// Tagged in spite of a problem.
        Forced = "forced",
        /// Its artefacts were not signed.
        SkippedSig = "skipped-sig",
    }
}

words! {
    /// A flag of a repository.
    RepositoryFlag {
        /// No job builds its artefacts.
        NoArtifactBuildJob = "no-artifact-build-job",
        /// No longer in use: git is not asked about it.
        Retired = "retired",
    }
}
