//! What was not checked, once for each cause: a host that is away is one matter, whatever was asked there.

use std::collections::{BTreeSet, HashMap};

use crate::facts::{Matter, Unknown};
use crate::rules::Finding;

/// A finding, with those that were not checked for the same cause.
#[derive(Clone, Debug)]
pub(super) struct Grouped<'f> {
    pub(super) finding: &'f Finding,
    /// The other rules.
    pub(super) rules: BTreeSet<&'static str>,
    /// The other repositories of the same host.
    pub(super) repos: BTreeSet<&'f str>,
}

/// The findings in their order; those that were not checked for the same cause make one group.
pub(super) fn by_cause<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Vec<Grouped<'f>> {
    let mut groups: Vec<Grouped<'f>> = Vec::new();
    let mut first: HashMap<Matter, usize> = HashMap::new();
    for finding in findings {
        let matter = finding.unknown.as_ref().map(Unknown::matter);
        let at = matter.as_ref().and_then(|matter| first.get(matter)).copied();
        let Some(at) = at else {
            first.extend(matter.map(|matter| (matter, groups.len())));
            groups.push(Grouped { finding, rules: BTreeSet::new(), repos: BTreeSet::new() });
            continue;
        };
        let Grouped { finding: shown, rules, repos } = &mut groups[at];
        let repo = finding.repo.as_deref();
        rules.extend(Some(finding.rule).filter(|rule| *rule != shown.rule));
        repos.extend(repo.filter(|repo| Some(*repo) != shown.repo.as_deref()));
    }
    groups
}

impl Grouped<'_> {
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
