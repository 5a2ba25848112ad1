//! What follows a tag: which kinds of steps are on, and how changes to projects are proposed.

use super::debug::named;
use super::site::Config;

/// What follows a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AfterTag {
    /// The kinds of steps that the site turned on.
    pub steps: Vec<Optional>,
    /// How changes to projects are proposed; `None`: on Gerrit, or as branches at a site without.
    pub proposals: Option<Proposals>,
    /// URL of the upper constraints of a branch, with `{id}`; empty for a site without.
    pub constraints_url: String,
    /// The files of a project that name the upper constraints.
    pub constraints_files: Vec<String>,
    /// The command that runs the post-merge job once more, with `{commit}`; empty for a site that names none.
    pub run_again: String,
}

/// A kind of step that is off until the site turns it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Optional {
    /// Changes to a repository after a branch was made.
    FollowUps,
    /// Changes to the upper constraints.
    Constraints,
    /// Comments on the bugs that a release fixes.
    Bugs,
    /// *Fix Released* on the bugs that a release fixes.
    BugStatus,
    /// Comments on the stories that a release is about.
    Stories,
    /// Notices to those downstream before the tag.
    Downstream,
    /// Signed statements about tags.
    Provenance,
}

/// How a change to a project is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposals {
    /// As a change on Gerrit.
    Gerrit,
    /// As a branch of the project.
    Branch,
    /// As a patch in this directory, perhaps with `~`.
    Directory(String),
}

/// The steps that nobody turns on or off here.
const ALWAYS: [&str; 4] = ["tag", "branch", "announcement", "announce"];

impl Optional {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::FollowUps,
        Self::Constraints,
        Self::Bugs,
        Self::BugStatus,
        Self::Stories,
        Self::Downstream,
        Self::Provenance,
    ];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FollowUps => "follow-ups",
            Self::Constraints => "constraints",
            Self::Bugs => "bugs",
            Self::BugStatus => "bug-status",
            Self::Stories => "stories",
            Self::Downstream => "downstream",
            Self::Provenance => "provenance",
        }
    }
}

impl Default for AfterTag {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            proposals: None,
            constraints_url: "https://releases.openstack.org/constraints/upper/{id}".to_owned(),
            constraints_files: vec!["tox.ini".to_owned()],
            run_again: String::new(),
        }
    }
}

impl AfterTag {
    /// Whether the site turned a kind of step on.
    pub fn does(&self, kind: Optional) -> bool {
        self.steps.contains(&kind)
    }

    /// The command that runs the post-merge job once more for a merged commit, where the site names one.
    pub fn run_again(&self, commit: &str) -> Option<String> {
        (!self.run_again.is_empty()).then(|| self.run_again.replace("{commit}", commit))
    }

    /// The same, with a kind of step turned on.
    pub fn turn_on(&mut self, kind: Optional) {
        if !self.does(kind) {
            self.steps.push(kind);
        }
    }

    /// Forgets what is OpenStack's own.
    pub(super) fn leave_openstack(&mut self) {
        if self.constraints_url == Self::default().constraints_url {
            self.constraints_url.clear();
        }
    }
}

impl Config {
    /// How changes to projects are proposed.
    pub fn proposals(&self) -> Proposals {
        match &self.after.proposals {
            Some(way) => way.clone(),
            None if self.gerrit.is_empty() => Proposals::Branch,
            None => Proposals::Gerrit,
        }
    }
}

pub(super) fn set_steps(config: &mut Config, names: &[String]) -> Result<(), String> {
    let mut steps = Vec::new();
    for name in names.iter().filter(|name| !ALWAYS.contains(&name.as_str())) {
        let known = Optional::ALL.into_iter().find(|kind| kind.as_str() == name);
        let kind = known.ok_or_else(|| {
            let known: Vec<String> =
                Optional::ALL.iter().map(|kind| format!("`{}`", kind.as_str())).collect();
            format!("{} is not a kind of step; name {}", named(name), known.join(", "))
        })?;
        if !steps.contains(&kind) {
            steps.push(kind);
        }
    }
    config.after.steps = steps;
    Ok(())
}

pub(super) fn set_proposals(config: &mut Config, value: &str) -> Result<(), String> {
    config.after.proposals = match value {
        "" => None,
        "gerrit" => Some(Proposals::Gerrit),
        "branch" => Some(Proposals::Branch),
        directory if directory.contains('/') => Some(Proposals::Directory(directory.to_owned())),
        _ => {
            return Err(format!(
                "`{value}` is neither `gerrit`, `branch` nor a directory; write a directory with a `/`, such as `./patches`"
            ));
        }
    };
    Ok(())
}

pub(super) fn set_constraints_url(config: &mut Config, value: &str) -> Result<(), String> {
    let is_url = value.starts_with("https://") || value.starts_with("http://");
    let is_plain = !value.contains(|c: char| c.is_whitespace() || c.is_control());
    let rest = value.replace("{id}", "");
    let is_usable = is_url && is_plain && value.contains("{id}") && !rest.contains(['{', '}']);
    if !is_usable && !value.is_empty() {
        return Err(format!("`{value}` is not a URL with `{{id}}` where the branch goes"));
    }
    value.clone_into(&mut config.after.constraints_url);
    Ok(())
}

pub(super) fn proposals_text(config: &Config) -> String {
    match &config.after.proposals {
        None => String::new(),
        Some(Proposals::Gerrit) => "gerrit".to_owned(),
        Some(Proposals::Branch) => "branch".to_owned(),
        Some(Proposals::Directory(directory)) => directory.clone(),
    }
}

pub(super) fn steps_text(config: &Config) -> String {
    let names = config.after.steps.iter().map(|kind| kind.as_str());
    names.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Config, Optional, Proposals};

    #[test]
    fn a_misspelled_kind_of_step_is_refused() {
        let mut config = Config::default();
        assert_eq!(config.set("steps", "tag, follow-ups,follow-ups"), Ok(()));
        assert_eq!(config.after.steps, [Optional::FollowUps]);
        let why = config.set("steps", "followups").unwrap_err();
        assert!(why.contains("`followups`") && why.contains("`follow-ups`"), "{why}");
    }

    #[test]
    fn another_site_has_neither_the_constraints_nor_the_gerrit_of_openstack() {
        let mut config = Config::default();
        assert_eq!(config.proposals(), Proposals::Gerrit);
        config.set("git", "/srv/{repo}").unwrap();
        assert_eq!(config.proposals(), Proposals::Branch);
        assert_eq!(config.after.constraints_url, "");
        config.set("proposals", "./patches").unwrap();
        assert_eq!(config.proposals(), Proposals::Directory("./patches".to_owned()));
        assert!(config.set("proposals", "gerit").is_err());
        for wrong in ["https://h/{id}/{x}", "https://h/", "ftp://h/{id}", "https://h/ {id}"] {
            assert!(config.set("constraints-url", wrong).is_err(), "{wrong}");
        }
    }
}
