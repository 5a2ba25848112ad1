//! Which findings the trailers of a request override, and who has to approve that.

use super::finding::{COMMIT_MSG, Finding, Level, TagHold};
use super::judge::Case;
use super::overrides::OverrideTrailer;
use super::{Overridable, find};
use crate::calendar::Yields;
use crate::config::{Described, Voters};
use crate::facts::review::ApprovalOf;
use crate::facts::{Answer, Facts};

/// Marks findings that a trailer covers as overridden, and those trailers as used. Who has to approve may differ from file to
/// file; what is the same for several files is said once.
pub(super) fn silence(
    findings: &mut Vec<Finding>,
    trailers: &mut [OverrideTrailer],
    case: &Case<'_>,
    facts: &Facts,
) {
    let mut notes: Vec<Finding> = Vec::new();
    for finding in findings.iter_mut().filter(|finding| may_be_overridden(finding)) {
        let Some(trailer) =
            trailers.iter_mut().find(|trailer| trailer.covers(finding.rule, &finding.file))
        else {
            continue;
        };
        trailer.is_used = true;
        let note = approval_note((finding.rule, &finding.file), trailer, case, facts);
        let is_same = |one: &Finding| {
            (&one.commit, one.place, &one.message) == (&note.commit, note.place, &note.message)
        };
        if !notes.iter().any(is_same) {
            notes.push(note);
        }
        if refusal(trailer, &finding.file, case).is_some() {
            continue;
        }
        finding.overridden_by = Some(trailer.says.clone());
    }
    findings.append(&mut notes);
}

fn may_be_overridden(finding: &Finding) -> bool {
    let Some(rule) = find(finding.rule) else { return false };
    match (finding.level, finding.held) {
        (_, Some(TagHold { yields: Yields::Never, .. })) => false,
        (Level::Error, _) => finding.overridable == Overridable::Yes,
        (Level::CouldNotCheck, _) => rule.unchecked == Overridable::Yes,
        (Level::Warning, _) => true,
        (Level::Note, held) => held.is_some() || rule.overridable == Overridable::Yes,
    }
}

/// Who may approve an override for a file. At a site without Gerrit, the merge approves it.
fn voters(trailer: &OverrideTrailer, path: &str, case: &Case<'_>) -> Voters {
    if case.config.gerrit.is_empty() {
        return Voters::Anybody;
    }
    let mut changes = case.request.changes.iter().filter(|change| change.path == path);
    let file = changes.find_map(|change| change.after.as_ref().or(change.before.as_ref()));
    let who = file.and_then(|file| {
        file.path.as_ref().ok().map(|path| Described::of(&file.deliverable, path))
    });
    case.policy.voters(&trailer.says.rule, who.as_ref())
}

/// Why nobody can override the rule in the file, and what to do.
fn refusal(
    trailer: &OverrideTrailer,
    path: &str,
    case: &Case<'_>,
) -> Option<(String, &'static str)> {
    if let Some(why) = case.policy.override_mistake() {
        let reason = format!("who may override it is not known: {why}");
        return Some((reason, "fix `overrides` in the policy first"));
    }
    (voters(trailer, path, case) == Voters::Nobody).then(|| {
        let reason = "`overrides` of the policy names nobody who may override it there";
        (reason.to_owned(), "fix what it reports, or have the policy name a group")
    })
}

/// Asks who approved an override, if the policy names groups for that and there is a Gerrit.
pub(super) fn approval_of(
    trailer: &OverrideTrailer,
    path: &str,
    case: &Case<'_>,
) -> Option<ApprovalOf> {
    match voters(trailer, path, case) {
        Voters::Groups(groups) => Some(ApprovalOf { commit: trailer.says.commit.clone(), groups }),
        Voters::Anybody | Voters::Nobody => None,
    }
}

fn approval_note(
    (rule, path): (&'static str, &str),
    trailer: &OverrideTrailer,
    case: &Case<'_>,
    facts: &Facts,
) -> Finding {
    if let Some((reason, help)) = refusal(trailer, path, case) {
        let message = format!("`{rule}` is not overridden in {path}: {reason}");
        let mut note = Finding::new(rule, Level::Note, COMMIT_MSG, trailer.place, message);
        note.commit = Some(trailer.says.commit.clone());
        note.help = Some(help.to_owned());
        return note;
    }
    let question = approval_of(trailer, path, case);
    let groups = question.as_ref().map(|one| one.groups.join(", ")).unwrap_or_default();
    let answer = question.map(|question| facts.get(&question));
    let wanted =
        "ask one of them, other than the person who proposed it, for a positive vote on the change";
    let (approval, help) = match &answer {
        None => ("merging the request approves it".to_owned(), None),
        Some(Answer::Known(vote)) => {
            (format!("{} approved it ({}{:+})", vote.by, vote.label, vote.value), None)
        }
        Some(Answer::Absent) => (format!("nobody in {groups} has approved it yet"), Some(wanted)),
        Some(Answer::Unknown(why)) => (
            format!("it is not known whether anybody in {groups} approved it: {why}"),
            Some(wanted),
        ),
    };
    let message = format!("`{rule}` is overridden; {approval}");
    let mut note = Finding::new(rule, Level::Note, COMMIT_MSG, trailer.place, message);
    note.commit = Some(trailer.says.commit.clone());
    note.help = help.map(str::to_owned);
    note
}
