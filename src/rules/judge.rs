//! Runs the rules over a request.

use std::collections::{HashMap, HashSet};

use jiff::{Timestamp, ToSpan as _};

use super::finding::{COMMIT_MSG, Edit, Finding, Level, Sink};
use super::looked::{Looked, MOST};
use super::overrides::OverrideTrailer;
use super::subject::Clock;
use super::suppression::Suppression;
use super::version::new_release_last;
use super::{ALL, Day, FixesGo, OneDeliverable, OneFile, Rule, Scope, common, find, overriding};
use crate::calendar::Yields;
use crate::config::{Config, POLICY, Policy};
use crate::facts::{Facts, Unknown};
use crate::tree::in_pieces;
use crate::tree::place::Place;
use crate::tree::record::SERIES_STATUS;
use crate::tree::request::{Change, Request};

/// What to judge, and by which configuration.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The request.
    pub request: &'a Request,
    /// Configuration of the site, from the base side.
    pub config: &'a Config,
    /// Levels of the rules, from the base side.
    pub policy: &'a Policy,
    /// Whether files of closed series are judged.
    pub closed: Closed,
    /// The times to judge by.
    pub clock: Clock,
    /// Why Gerrit could not say when the request was proposed; the clock has the date of the commit instead.
    pub unsure: Option<&'a Unknown>,
    /// Threads that judge files.
    pub threads: usize,
}

/// Whether files of closed series are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Only by the rules that look at closed series.
    Skipped,
    /// By every rule.
    Judged,
}

/// The findings of these rules about the files of the request, at the levels of the policy; nothing is overridden.
pub fn judge_by(rules: &[&'static Rule], case: &Case<'_>, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for looked in looked_at(case, &case.request.changes) {
        let file = looked.file;
        for rule in rules {
            let found = findings_of(rule, &looked, case, facts).into_iter();
            let name = file.deliverable_name();
            findings
                .extend(found.filter_map(|one| at_level_of_policy(one, rule, name, case.policy)));
        }
    }
    findings
}

/// The findings of all rules, sorted by file and place.
pub fn judge(case: &Case<'_>, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut suppressions = Suppression::of(case.policy);
    let changes = case.request.changes.as_slice();
    for some in in_pieces(changes, case.threads, |changes| of_files(case, changes, facts)) {
        findings.extend(some.findings);
        let silenced = some.silenced.into_iter();
        silenced.for_each(|(rule, name)| Suppression::note(&mut suppressions, rule, name));
    }
    suppressions.retain(|one| !one.is_used && one.can_be_judged(case));
    findings.extend(findings_of_request(case));
    findings.extend(common::findings(case.request, case.clock.now));
    let mut trailers = OverrideTrailer::of(&case.request.commits);
    overriding::silence(&mut findings, &mut trailers, case, facts);
    for rule in ALL {
        let mut found = Vec::new();
        match rule.scope {
            Scope::Overrides(check) => {
                check(&trailers, case, &mut Sink::new(rule, (COMMIT_MSG, ""), &mut found));
            }
            Scope::Suppressions(check) => {
                check(&suppressions, &mut Sink::new(rule, (POLICY, ""), &mut found));
            }
            _ => continue,
        }
        let found = found.into_iter();
        findings.extend(found.filter_map(|one| at_level_of_policy(one, rule, None, case.policy)));
    }
    findings.sort_by(|a, b| (&a.file, a.place, a.rule).cmp(&(&b.file, b.place, b.rule)));
    drop_fixes_of_others(&mut findings);
    drop_contradicting_fixes(&mut findings);
    findings
}

/// What the rules say about some of the files.
#[derive(Default)]
struct OfFiles<'a> {
    findings: Vec<Finding>,
    /// Rule and deliverable of each finding that the policy silences.
    silenced: Vec<(&'static str, Option<&'a str>)>,
}

fn of_files<'a>(case: &Case<'a>, changes: &'a [Change], facts: &Facts) -> OfFiles<'a> {
    let mut of = OfFiles::default();
    for looked in looked_at(case, changes) {
        let name = looked.file.deliverable_name();
        of.findings.extend(too_many(&looked));
        for rule in ALL {
            for finding in findings_of(rule, &looked, case, facts) {
                match at_level_of_policy(finding, rule, name, case.policy) {
                    Some(finding) => of.findings.push(finding),
                    None => of.silenced.push((rule.id, name)),
                }
            }
        }
    }
    of
}

/// Says that new releases were left out. No policy switches that off.
fn too_many(looked: &Looked<'_>) -> Option<Finding> {
    let (first, count) = looked.too_many()?;
    let file = &first.after.name;
    let message =
        format!("the request adds {count} releases to {file}: only the last {MOST} are checked");
    let rule = new_release_last::RULE.id;
    let finding = Finding::new(rule, Level::Error, file, first.release.version.place, message);
    let help = "propose each release of a deliverable in its own request".to_owned();
    Some(Finding { help: Some(help), ..finding })
}

/// Drops the fixes of other rules in files where a rule whose fixes go alone reports an error.
fn drop_fixes_of_others(findings: &mut [Finding]) {
    let is_alone = |one: &Finding| find(one.rule).is_some_and(|rule| rule.fixes == FixesGo::Alone);
    let files: HashSet<String> = findings
        .iter()
        .filter(|one| one.level == Level::Error && one.stands() && is_alone(one))
        .map(|one| one.file.clone())
        .collect();
    let others = findings.iter_mut().filter(|one| files.contains(&one.file) && !is_alone(one));
    others.for_each(|one| one.fix = None);
}

/// The findings about the request as a whole.
fn findings_of_request(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in ALL {
        let Scope::Request(check) = rule.scope else { continue };
        let mut found = Vec::new();
        check(case, &mut Sink::new(rule, (SERIES_STATUS, ""), &mut found));
        let found = found.into_iter();
        findings.extend(found.filter_map(|one| at_level_of_policy(one, rule, None, case.policy)));
    }
    findings
}

/// Where two fixes write different texts in one place, the one of the weaker finding goes: with both, neither is right.
fn drop_contradicting_fixes(findings: &mut [Finding]) {
    let mut in_order: Vec<&mut Finding> = findings.iter_mut().collect();
    in_order.sort_by_key(|finding| finding.level);
    let mut written: HashMap<(String, Place), String> = HashMap::new();
    for finding in in_order {
        let Some(fix) = finding.fix.take() else { continue };
        let key = |edit: &Edit| (finding.file.clone(), edit.place);
        let agrees = |edit: &Edit| written.get(&key(edit)).is_none_or(|text| *text == edit.text);
        if fix.edits.iter().all(agrees) {
            let new: Vec<_> = fix.edits.iter().map(|edit| (key(edit), edit.text.clone())).collect();
            written.extend(new);
            finding.fix = Some(fix);
        }
    }
}

/// The readable deliverable files of a request, as rules see them.
pub fn deliverables<'a>(case: &Case<'a>) -> impl Iterator<Item = OneDeliverable<'a>> + use<'a> {
    files(case, &case.request.changes).filter_map(OneDeliverable::of)
}

pub(super) fn files<'a>(
    case: &Case<'a>,
    changes: &'a [Change],
) -> impl Iterator<Item = OneFile<'a>> + use<'a> {
    let Case { request, config, policy, clock, .. } = *case;
    changes.iter().map(move |change| OneFile { request, config, policy, clock, change })
}

/// The files of the request, each judged as proposed when it was written, unless the clock says when.
fn looked_at<'a>(
    case: &Case<'a>,
    changes: &'a [Change],
) -> impl Iterator<Item = Looked<'a>> + use<'a> {
    let closed = case.closed;
    files(case, changes).map(move |file| Looked::at(file.proposed_at(file.proposed()), closed))
}

/// The findings of a rule about a file. If the day of the proposal is unknown, and the result differs between the days since
/// the commit was written, the rule could not check.
fn findings_of(
    rule: &'static Rule,
    looked: &Looked<'_>,
    case: &Case<'_>,
    facts: &Facts,
) -> Vec<Finding> {
    let as_written = found(rule, looked, facts);
    let Some(why) = case.unsure.filter(|_| rule.day == Day::Proposal) else { return as_written };
    let file = looked.file;
    let on = |day| found(rule, &Looked::at(file.proposed_at(day), case.closed), facts);
    let is_same = |(a, b): (&Finding, &Finding)| (a.level, a.place) == (b.level, b.place);
    let is_other = |other: &Vec<Finding>| {
        other.len() != as_written.len() || !other.iter().zip(&as_written).all(is_same)
    };
    let other = days(file.proposed(), file.clock.now).map(on).find(is_other);
    // At least one of the two results has a finding.
    let differing = other.iter().flat_map(|other| other.iter().chain(&as_written)).next();
    let Some(place) = differing.map(|finding| finding.place) else { return as_written };
    let mut findings = Vec::new();
    let mut sink = Sink::new(rule, file.path_and_text(), &mut findings);
    sink.could_not_check(place, "when this was proposed", why);
    findings
}

fn found(rule: &'static Rule, looked: &Looked<'_>, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    check(rule, looked, facts, &mut Sink::new(rule, looked.file.path_and_text(), &mut findings));
    findings
}

/// A time on each day from `first`, and `last`.
fn days(first: Timestamp, last: Timestamp) -> impl Iterator<Item = Timestamp> {
    let next = |day: &Timestamp| day.checked_add(24.hours()).ok();
    std::iter::successors(Some(first), next).take_while(move |day| *day < last).chain([last])
}

fn check(rule: &Rule, looked: &Looked<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if !looked.is_for(rule) {
        return;
    }
    let deliverable = &looked.deliverable;
    match rule.scope {
        Scope::Files(check) => check(&looked.file, sink),
        Scope::Request(_) | Scope::Overrides(_) | Scope::Suppressions(_) => {}
        Scope::Changes { check, .. } => check(&looked.file, facts, sink),
        Scope::Deliverables { check, .. } => {
            deliverable.iter().for_each(|on| check(on, facts, sink));
        }
        Scope::NewReleases { check, .. } => {
            looked.untagged(facts).iter().for_each(|on| check(on, facts, sink));
        }
        Scope::Branches { check, .. } => {
            let branches = deliverable.iter().flat_map(OneDeliverable::branches);
            branches.for_each(|on| check(&on, facts, sink));
        }
    }
}

/// The finding at the level that the policy sets. A finding weaker than its rule is never raised, and what could not be checked
/// stays so. Switching `hold` off does not hide a red hold, because it does not lift one.
fn at_level_of_policy(
    mut finding: Finding,
    rule: &Rule,
    deliverable: Option<&str>,
    policy: &Policy,
) -> Option<Finding> {
    let Some(set) = policy.level_of(rule.id, deliverable) else { return Some(finding) };
    let is_red = finding.held.is_some_and(|held| held.yields == Yields::Never);
    let Some(level) = Level::of_policy(set) else { return is_red.then_some(finding) };
    let is_main = finding.level == rule.level;
    if finding.level != Level::CouldNotCheck && (is_main || level > finding.level) {
        finding.level = level;
    }
    Some(finding)
}
