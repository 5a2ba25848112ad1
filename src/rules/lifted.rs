//! What the overrides of a request do for releases that are merged and wait: said before they are merged.

use std::collections::BTreeMap;

use super::overrides::OverrideTrailer;
use super::record::override_unused::counts_after_merge;
use super::urgent::{Listing, listing};
use crate::config::{Described, Policy, Voters};
use crate::tree::record::Record;
use crate::tree::request::Request;

/// A note for each release that waits and for each group of voters: which overrides count for it once they are merged.
pub fn lifted(request: &Request, policy: &Policy) -> Vec<String> {
    let mut found: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for trailer in OverrideTrailer::of(&request.commits) {
        let rule = &trailer.says.rule;
        for release in trailer.releases.iter().filter(|_| counts_after_merge(rule)) {
            let Some((name, version)) = release.split_once(' ') else { continue };
            if trailer.lifts(name, version)
                && let Some(who) = who(name, version, &request.head)
            {
                let condition = condition(&policy.voters(rule, Some(&who)));
                let rules = found.entry((release.value.clone(), condition)).or_default();
                rules.push(format!("`{rule}`"));
            }
        }
    }
    let note = |((release, condition), rules): ((String, String), Vec<String>)| {
        format!("overrides {} for {release} once it is merged{condition}", rules.join(" and "))
    };
    found.into_iter().map(note).collect()
}

/// The deliverable whose file lists the release.
fn who(name: &str, version: &str, head: &Record) -> Option<Described> {
    let Listing::Files(files) = listing(name, version, head) else { return None };
    let file = files.first()?;
    Some(Described::of(&file.deliverable, file.path.as_ref().ok()?))
}

/// What must happen besides.
fn condition(voters: &Voters) -> String {
    match voters {
        Voters::Anybody => String::new(),
        Voters::Groups(groups) => format!(", if a member of {} approves it", groups.join(" or ")),
        Voters::Nobody => ", but the policy lets nobody approve it".to_owned(),
    }
}
