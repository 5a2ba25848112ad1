//! What an operator would make now of the tags and branches that the files list and that are not there.

use super::Wanted;
use crate::facts::all_refs::AllRefs;
use crate::facts::{Answer, Facts, Sources};
use crate::ledger::{LedgerSnapshot, Pending, PendingReason};
use crate::ops::plan::plan_with;
use crate::plan::{Ground, Occasion, PlannedRelease, State, held_until};
use crate::report::audit::{Look, Verdict};
use crate::tree::RepoName;
use crate::tree::deliverable::Location;
use crate::tree::request::Request;
use crate::workspace::{Failure, Workspace};

/// The releases and branches of which a ref is missing, as they are planned now.
#[derive(Default)]
pub(super) struct Missing {
    releases: Vec<PlannedRelease>,
}

impl Missing {
    /// Plans what is missing, as `apply --release` would. Where it cannot be planned, nobody knows more than that it is missing.
    pub(super) fn of(
        workspace: &mut Workspace,
        (wanted, facts): (&[Wanted], &Facts),
        sources: &Sources,
        ledger: &LedgerSnapshot,
    ) -> Self {
        let names: Vec<(&str, &str)> = wanted
            .iter()
            .flat_map(|one| names(one, facts).map(|name| (&*one.path, name)))
            .collect();
        if names.is_empty() {
            return Self::default();
        }
        let mut planned = || -> Result<Vec<PlannedRelease>, Failure> {
            workspace.compare_with(workspace.head().to_owned())?;
            let mut request: Request = workspace.request()?;
            for (path, name) in &names {
                request.add_unfinished(path, name);
            }
            let asked = (Occasion::OnPurpose, Ground::Real);
            Ok(plan_with(workspace, &request, sources, ledger, asked)?.plan.releases)
        };
        match planned() {
            Ok(releases) => Self { releases },
            Err(failure) => {
                log::warn!("what is missing could not be planned: {failure}");
                Self::default()
            }
        }
    }

    /// A look at a ref that is missing, in `words`; `command` makes it, where it can be made.
    pub(super) fn look(
        &self,
        (about, what): (&str, &str),
        (repo, full_ref): (&RepoName, &str),
        (words, command): (String, String),
    ) -> Look {
        let mut steps = self.releases.iter().flat_map(|release| &release.steps);
        let step =
            steps.find(|step| step.repo == *repo && step.action.full_ref() == Some(full_ref));
        let look = |verdict, words: String| Look::new(about, what, verdict, words);
        match step.map(|step| &step.state) {
            Some(State::Held { until, reason }) => {
                let then = if until.is_some() { "then" } else { "once nothing holds it back" };
                let held = held_until(*until, reason);
                look(Verdict::Note, format!("{held}; `tagkeeper apply` makes it {then}"))
            }
            Some(State::Conflict(why)) => look(
                Verdict::Bad,
                format!(
                    "{words}, and it cannot be made: {why}; correct the file or the repository"
                ),
            ),
            _ => look(Verdict::Bad, words).fixed_by(command),
        }
    }

    /// Whether a pending entry is held, and a look at its tag or branch says so.
    pub(super) fn tells(&self, pending: &Pending) -> bool {
        let is_held = |release: &PlannedRelease| {
            release.steps.iter().any(|step| matches!(step.state, State::Held { .. }))
        };
        let mut own = self.releases.iter();
        let is_it = |one: &PlannedRelease| one.file == pending.file && one.is_about(&pending.name);
        pending.reason == PendingReason::Held && own.any(|one| is_it(one) && is_held(one))
    }
}

/// The versions and branches of a file of which a repository that could be read lacks the ref.
fn names<'a>(one: &'a Wanted, facts: &Facts) -> impl Iterator<Item = &'a str> + use<'a> {
    let deliverable = &one.file.deliverable;
    let lacks = |repo: &str, is_there: &dyn Fn(&crate::git::Refs) -> bool| {
        let Ok(name) = RepoName::parse(repo) else { return false };
        !deliverable.is_retired(repo)
            && match facts.get(&AllRefs { repo: name }) {
                Answer::Known(refs) => !is_there(refs),
                Answer::Absent | Answer::Unknown(_) => false,
            }
    };
    let mut found: Vec<&str> = Vec::new();
    for release in &deliverable.releases {
        let version = release.version.text();
        let has_tag = |refs: &crate::git::Refs| refs.tags.contains_key(version);
        if release.projects.iter().any(|project| lacks(&project.repo, &has_tag)) {
            found.push(version);
        }
    }
    for branch in &deliverable.branches {
        let has_it = |refs: &crate::git::Refs| refs.heads.contains_key(branch.name.as_str());
        let repos: Vec<&str> = match &branch.location.value {
            Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.as_str()).collect(),
            Location::Version(version) => deliverable
                .releases
                .iter()
                .filter(|release| release.version.text() == version)
                .flat_map(|release| &release.projects)
                .map(|project| project.repo.as_str())
                .collect(),
        };
        if repos.into_iter().any(|repo| lacks(repo, &has_it)) {
            found.push(branch.name.as_str());
        }
    }
    found.into_iter()
}
