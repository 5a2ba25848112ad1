//! What could not be checked, told once: a host or document that cannot be had is one matter.

use std::collections::{BTreeSet, HashMap};

use super::said::without_particulars;
use crate::rules::Finding;

/// A finding, and what else could not be checked for its reason.
#[derive(Clone, Debug)]
pub(super) struct Told<'f> {
    pub(super) finding: &'f Finding,
    /// The other rules.
    pub(super) rules: BTreeSet<&'static str>,
    /// The other repositories of the same host.
    pub(super) repos: BTreeSet<&'f str>,
}

/// The findings in their order, one alone of those that could not be checked for the same reason.
pub(super) fn once<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Told<'f>> {
    let mut told: Vec<Told<'f>> = Vec::new();
    let mut first: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let reasons = reasons(finding);
        let Some(at) = reasons.iter().find_map(|reason| first.get(reason)).copied() else {
            first.extend(reasons.into_iter().map(|reason| (reason, told.len())));
            told.push(Told { finding, rules: BTreeSet::new(), repos: BTreeSet::new() });
            continue;
        };
        let Told { finding: shown, rules, repos } = &mut told[at];
        let repo = finding.repo.as_deref();
        rules.extend(Some(finding.rule).filter(|rule| *rule != shown.rule));
        repos.extend(repo.filter(|repo| Some(*repo) != shown.repo.as_deref()));
        first.extend(reasons.into_iter().map(|reason| (reason, at)));
    }
    told
}

/// Why it could not be checked: of its repository, and of any of the same host.
fn reasons(finding: &Finding) -> Vec<String> {
    let Some(why) = finding.unknown.as_ref().map(ToString::to_string) else { return Vec::new() };
    let of_host = finding.repo.as_deref().map(|repo| without_particulars(repo, &why));
    [why].into_iter().chain(of_host).collect()
}

impl Told<'_> {
    /// The other rules in a line; none where there are none.
    pub(super) fn other_rules(&self) -> Option<String> {
        listed(&self.rules)
    }

    /// The other repositories in a line; none where there are none.
    pub(super) fn other_repos(&self) -> Option<String> {
        listed(&self.repos)
    }
}

fn listed(names: &BTreeSet<&str>) -> Option<String> {
    let names: Vec<&str> = names.iter().copied().collect();
    (!names.is_empty()).then(|| names.join(", "))
}
