//! The kind of the next release, where nobody names one: the least step that no rule about numbers objects to.

use std::collections::BTreeSet;

use super::before::Before;
use super::heads::Head;
use super::{Kind, Setting};
use crate::facts::{Facts, Sources, gather};
use crate::rules::{Case, Closed, Finding, Level, NUMBERS, OneDeliverable, find_out_for, judge_by};
use crate::tree::deliverable::{Kind as Type, Model, Release};
use crate::version::PreReleaseKind;
use crate::workspace::{Failure, Workspace};

/// The kinds that may come next, the least first.
///
/// # Errors
/// If there is nothing to release.
pub(super) fn kinds(
    on: &OneDeliverable<'_>,
    before: &Before,
    heads: &[Head],
) -> Result<Vec<Kind>, Failure> {
    let newest = before.newest();
    let is_same = newest.is_some_and(|newest| is_at(newest, heads));
    let pre = newest.and_then(|newest| newest.version.pre_release()).map(|pre| pre.kind);
    let has_candidates = matches!(
        on.model(),
        Some(Model::CycleWithRc | Model::CycleWithMilestones | Model::CycleTrailing)
    );
    match (newest, pre) {
        (_, Some(PreReleaseKind::Rc)) if is_same => Ok(vec![Kind::Final]),
        (_, Some(PreReleaseKind::Rc)) => Ok(vec![Kind::Rc, Kind::Final]),
        (Some(newest), _) if is_same => Err(nothing_new(newest)),
        (None, _) | (_, Some(_)) if has_candidates => Ok(vec![Kind::Rc, Kind::Milestone]),
        // A test plugin has no number for fixes of its own.
        (None, _) if on.kind() != Type::TempestPlugin => Ok(vec![Kind::Feature, Kind::Major]),
        _ => Ok(vec![Kind::Bugfix, Kind::Feature, Kind::Major]),
    }
}

fn is_at(release: &Release, heads: &[Head]) -> bool {
    heads.iter().all(|head| {
        let mut projects = release.projects.iter();
        projects.any(|it| *it.repo == *head.repo && it.commit() == Ok(head.commit))
    })
}

fn nothing_new(newest: &Release) -> Failure {
    Failure::refused(format!("nothing was merged since `{}`", newest.version.text()))
        .help("name a kind to release the same commits again")
}

/// Tries one kind after the other, and gives the first that no rule objects to, else the first with warnings only, and why
/// it was not an earlier one.
pub(super) struct Trial {
    tried: Vec<(Kind, Vec<Finding>)>,
}

impl Trial {
    pub(super) fn new() -> Self {
        Self { tried: Vec::new() }
    }

    /// What the rules say about the text with the entry of that kind; whether it is the one.
    ///
    /// # Errors
    /// If a fact that decides is not known.
    pub(super) fn suits(
        &mut self,
        kind: Kind,
        (setting, version, text): (&Setting, &str, &str),
        sources: &Sources,
    ) -> Result<bool, Failure> {
        let findings = objections(&setting.with(text)?, setting, version, sources)?;
        let is_fine = findings.is_empty();
        self.tried.push((kind, findings));
        Ok(is_fine)
    }

    /// The kind to take, with the reason: the last one tried if nothing objects to it.
    ///
    /// # Errors
    /// If rules refuse every kind.
    pub(super) fn verdict(&self) -> Result<(Kind, String), Failure> {
        let is_refused = |found: &[Finding]| found.iter().any(|it| it.level == Level::Error);
        let is_fine = |(_, found): &(Kind, Vec<Finding>)| {
            !is_refused(found) && found.iter().all(|it| self.is_shared(it))
        };
        let fine = self.tried.iter().position(is_fine);
        let chosen = fine.or_else(|| self.tried.iter().position(|(_, it)| !is_refused(it)));
        let Some(chosen) = chosen else {
            let why = self.tried.iter().map(|(kind, found)| format!("{kind}: {}", said(found)));
            return Err(Failure::refused("every next version is refused")
                .help(why.collect::<Vec<_>>().join("\n"))
                .help("name a kind to write the entry anyway"));
        };
        let (kind, _) = self.tried[chosen];
        let of_step = |found: &[Finding]| -> Vec<Finding> {
            found.iter().filter(|it| !self.is_shared(it)).cloned().collect()
        };
        let smaller = self.tried[..chosen].iter().map(|(_, found)| said(&of_step(found)));
        Ok((kind, smaller.filter(|why| !why.is_empty()).collect::<Vec<_>>().join("; ")))
    }

    /// Whether a rule warns of every kind alike: that says nothing about the step.
    fn is_shared(&self, finding: &Finding) -> bool {
        let is_it = |other: &Finding| other.rule == finding.rule && other.repo == finding.repo;
        finding.level == Level::Warning
            && self.tried.iter().all(|(_, found)| found.iter().any(is_it))
    }
}

fn said(findings: &[Finding]) -> String {
    let messages: BTreeSet<&str> = findings.iter().map(|it| it.message.as_str()).collect();
    messages.into_iter().collect::<Vec<_>>().join("; ")
}

/// What the rules about numbers say about `version`.
fn objections(
    workspace: &Workspace,
    setting: &Setting,
    version: &str,
    sources: &Sources,
) -> Result<Vec<Finding>, Failure> {
    let request = workspace.request()?;
    let case = Case {
        request: &request,
        config: &workspace.config,
        policy: &workspace.policy,
        closed: Closed::Judged,
        clock: workspace.clock(),
        unsure: None,
        threads: 1,
    };
    let facts = find_out_for(NUMBERS, &case, |asks, facts: &mut Facts| {
        gather(asks, facts, sources, workspace.jobs);
        Ok::<_, Failure>(())
    })?;
    let mut findings = judge_by(NUMBERS, &case, &facts);
    findings.retain(|it| it.file == setting.path && it.release.as_deref() == Some(version));
    match findings.iter().find(|it| it.level == Level::CouldNotCheck) {
        Some(unknown) => {
            Err(Failure::outside(format!("cannot decide about `{version}`: {}", unknown.message))
                .help("run again when it can be reached, or name a kind; nothing was written"))
        }
        None => {
            findings.retain(|it| matches!(it.level, Level::Error | Level::Warning));
            Ok(findings)
        }
    }
}
