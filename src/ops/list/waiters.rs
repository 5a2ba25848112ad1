//! Who waits for what is not released: projects on this machine that need a higher version than there is.

use crate::facts::needs::{Need, NeedsAtHand, index_name};
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::rules::OneDeliverable;
use crate::tree::RepoName;
use crate::version::Version;
use crate::workspace::Workspace;

/// What the projects of a record need, as far as they are on this machine.
pub(super) struct Waiters {
    needs: Vec<(RepoName, Vec<Need>)>,
}

impl Waiters {
    /// Looks at the trunks of these repositories. Nothing is fetched.
    pub(super) fn find(workspace: &Workspace, repos: Vec<RepoName>, sources: &Sources) -> Self {
        let (mut asks, mut facts) = (Asks::default(), Facts::default());
        repos.iter().for_each(|repo| asks.put(NeedsAtHand { repo: repo.clone() }));
        gather(&asks, &mut facts, sources, workspace.jobs);
        let of = |repo: RepoName| match facts.get(&NeedsAtHand { repo: repo.clone() }) {
            Answer::Known(needs) => Some((repo, needs.clone())),
            Answer::Absent | Answer::Unknown(_) => None,
        };
        Self { needs: repos.into_iter().filter_map(of).collect() }
    }

    /// The projects that need more of a repository's package than its newest release: `nova: oslo.config>=10.1.0`.
    /// Trunks need what comes from trunks: of older series nobody is named.
    pub(super) fn of(&self, on: &OneDeliverable<'_>, repo: &str, newest: &str) -> Vec<String> {
        if on.series.is_some() && !on.is_current() {
            return Vec::new();
        }
        let settings = on.deliverable().settings(repo);
        let own = settings.and_then(|settings| settings.pypi_name.as_ref());
        let name = index_name(own.map_or_else(|| short(repo), |name| name.as_str()));
        let newest = Version::new(newest);
        let is_more = |need: &&Need| {
            let least = need.minimum.as_deref().map(Version::new);
            need.name == name && least.is_some_and(|least| least > newest)
        };
        let others = self.needs.iter().filter(|(other, _)| **other != *repo);
        let waiting = others.filter_map(|(other, needs)| {
            let need = needs.iter().find(is_more)?;
            Some(format!("{}: {}", short(other), need.text))
        });
        waiting.collect()
    }
}

/// The name of a repository without its namespace.
pub(super) fn short(repo: &str) -> &str {
    repo.rsplit('/').next().unwrap_or(repo)
}
