//! The policy as it is now: a hold that is set while a run is under way stops what was not begun.

use jiff::Timestamp;

use crate::apply::Gate;
use crate::calendar::{Cycle, FinalOpening, Waiting};
use crate::config::{Described, POLICY, Policy};
use crate::git::{Git, bring_ref};
use crate::plan::{HeldUntil, Introductions, PlannedRelease, held};
use crate::tree::deliverable::Release;
use crate::tree::index::cache::TextCache;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::revision::Revision;
use crate::workspace::{Upstream, Workspace};

/// Holds a release back by the policy and the time at the moment it is asked.
pub(super) struct PolicyGate<'a> {
    pub(super) request: &'a Request,
    pub(super) introductions: &'a Introductions,
    /// The policy now, or why it is unknown.
    pub(super) policy: &'a dyn Fn() -> Result<Policy, String>,
    /// The time now.
    pub(super) clock: &'a dyn Fn() -> Timestamp,
}

impl Gate for PolicyGate<'_> {
    fn held(&self, release: &PlannedRelease) -> Result<Option<HeldUntil>, String> {
        let file = self.request.head.file(&release.file).map_err(|error| error.to_string())?;
        let Some((file, Ok(path))) = file.as_ref().map(|file| (file, &file.path)) else {
            return Err(format!("{} is not there", release.file));
        };
        let policy = (self.policy)()?;
        let who = Described::of(&file.deliverable, path);
        let name =
            release.version.as_deref().or_else(|| Some(release.steps.first()?.action.name()));
        let by =
            self.introductions.get(&(release.file.clone(), name.unwrap_or_default().to_owned()));
        let overrides = by.map(|by| by.overrides.as_slice()).unwrap_or_default();
        let opening = Cycle::of(&self.request.head, path.series()).and_then(|cycle| {
            let all = &file.deliverable.releases;
            let is_its = |other: &Release| Some(other.version.text()) == release.version.as_deref();
            let at = all.iter().position(is_its)?;
            FinalOpening::of(&cycle, (&file.deliverable, path), &all[..at], &all[at].version)
        });
        let waiting = Waiting::of(&policy, self.request.head.series(), who).with_final(opening);
        Ok(held(&waiting, overrides, (self.clock)()))
    }
}

/// The policy of the branch that requests are merged to, read now where it is pushed to; of HEAD of the repository itself
/// on a playground without such a branch.
pub(super) fn current_policy(
    git: &Git,
    workspace: &Workspace,
    upstream: Option<&Upstream>,
) -> Result<Policy, String> {
    let git_dir = workspace.repository.common_dir();
    let url = workspace.url_of(upstream.and_then(|upstream| upstream.remote.as_ref()));
    let branch = upstream.map_or_else(|| "HEAD".to_owned(), Upstream::full_ref);
    let tip = bring_ref(git, git_dir, &url, &branch, &format!("reading `{POLICY}` again"));
    let tip = tip.map_err(|error| error.to_string())?;
    let tip = tip.ok_or_else(|| format!("there is no `{branch}` at its remote"))?;
    let revision = Box::new(Revision::new(&workspace.repository, tip));
    let record = Record::open(revision, TextCache::default()).map_err(|error| error.to_string())?;
    Ok(Policy::of(&record).map_err(|error| error.to_string())?.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::in_memory::{PATH, introduced, record, release};

    /// What keeps the release back, where that is the policy.
    fn gate(policy: Result<&str, &str>, overrides: &[&str]) -> Result<Option<String>, String> {
        let paths = vec![PATH.to_owned()];
        let request = Request::between(record(&[]), record(&["1.0.0"]), paths, Vec::new());
        let introductions = introduced("1.0.0", overrides);
        let read = || match policy {
            Ok(text) => Ok(Policy::read(text.as_bytes()).0),
            Err(why) => Err(why.to_owned()),
        };
        let gate = PolicyGate {
            request: &request,
            introductions: &introductions,
            policy: &read,
            clock: &|| "2026-08-19T12:00:00Z".parse().unwrap(),
        };
        Ok(gate.held(&release("1.0.0"))?.map(|held| held.reason))
    }

    const RED: &str = "holds:\n  - {status: red, reason: the key was stolen}\n";

    #[test]
    fn a_policy_without_holds_lets_a_release_pass() {
        assert_eq!(gate(Ok(""), &[]), Ok(None));
    }

    #[test]
    fn a_hold_that_is_set_meanwhile_stops_a_release() {
        let held = gate(Ok(RED), &[]).unwrap().unwrap();
        assert!(held.contains("the key was stolen"), "{held}");
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_unknown_and_lets_nothing_pass() {
        assert_eq!(gate(Err("the host is away"), &[]), Err("the host is away".to_owned()));
    }

    #[test]
    fn a_file_that_is_gone_is_unknown() {
        let paths = vec![PATH.to_owned()];
        let request = Request::between(record(&[]), record(&[]), paths, Vec::new());
        let gate = PolicyGate {
            request: &request,
            introductions: &introduced("1.0.0", &[]),
            policy: &|| Ok(Policy::default()),
            clock: &|| Timestamp::UNIX_EPOCH,
        };
        let gone = PlannedRelease { file: "deliverables/x/y.yaml".to_owned(), ..release("1.0.0") };
        assert!(gate.held(&gone).is_err());
    }
}
