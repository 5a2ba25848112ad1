//! A mail to those who run the site about what a run could not do; beside the comment on the change, which its authors read.

use std::collections::BTreeSet;

use crate::apply::{Outcome, ReleaseOutcome};
use crate::ledger::{Pending, Reason};
use crate::report::aftermath;
use crate::steps::Mails;
use crate::steps::announcement::{Addresses, Letter, Mail, Outcome as Delivered};
use crate::text::{digest_of, one_line};
use crate::workspace::Workspace;

/// Titles in a subject at most.
const MOST_TITLES: usize = 3;

/// Sends one mail about what failed in this run and had not failed in the same way before. `before` is what was pending.
///
/// A mail that cannot be sent does not change the outcome of the run.
pub(super) fn mail_about_failures(workspace: &Workspace, before: &[Pending], outcome: &Outcome) {
    let to = &workspace.config.mail.failures;
    if to.is_empty() || workspace.is_offline() {
        return;
    }
    let Some((subject, body)) = message(before, outcome, workspace.now) else { return };
    let sent = match workspace.mails() {
        Ok(Some(mails)) => send(workspace, &mails, (&subject, &body)),
        Ok(None) => Err("the site sends no mail; set `mail.smtp` or `mail.directory`".to_owned()),
        Err(failure) => Err(failure.to_string()),
    };
    if let Err(why) = sent {
        log::warn!("`mail.failures` could not be told about the failure: {why}");
    }
}

fn send(workspace: &Workspace, mails: &Mails, (subject, body): (&str, &str)) -> Result<(), String> {
    let name = format!("failure-{}", &digest_of(body.as_bytes())[..16]);
    let letter = Letter { name: &name, purpose: "failure", subject, body };
    let addresses = Addresses {
        from: mails.mail.from.clone().unwrap_or_default(),
        to: workspace.config.mail.failures.clone(),
        reply_to: mails.mail.reply_to.clone(),
    };
    let mail = Mail::of(&letter, &addresses, workspace.present());
    match mails.delivery.deliver(&mail.map_err(|error| error.to_string())?) {
        Delivered::Accepted(_) => Ok(()),
        Delivered::Refused(refusal) => Err(refusal.why),
        Delivered::Unknown(why) => Err(why.to_string()),
    }
}

/// Subject and text; `None` where nothing failed anew.
fn message(
    before: &[Pending],
    outcome: &Outcome,
    now: jiff::Timestamp,
) -> Option<(String, String)> {
    let known: BTreeSet<_> = before.iter().map(signature).collect();
    let pending = outcome.pending(now);
    let new: Vec<&Pending> = pending
        .iter()
        .filter(|one| one.reason != Reason::Held && !known.contains(&signature(one)))
        .collect();
    let is_new = |release: &&ReleaseOutcome| {
        new.iter()
            .any(|one| release.planned.file == one.file && release.planned.is_about(&one.name))
    };
    let releases: Vec<&ReleaseOutcome> = outcome.releases.iter().filter(is_new).collect();
    let table = aftermath::table(&releases);
    let unread = outcome.unread.iter().filter(|_| new.iter().any(|one| one.is_whole_file()));
    let unread: Vec<String> = unread.map(|line| format!("    {}", one_line(line))).collect();
    let parts: Vec<String> =
        table.into_iter().chain(Some(unread.join("\n")).filter(|text| !text.is_empty())).collect();
    if parts.is_empty() {
        return None;
    }
    let mut titles: Vec<String> = releases.iter().map(|one| one.planned.title()).collect();
    titles.extend(new.iter().filter(|one| one.is_whole_file()).map(|one| one.file.clone()));
    let more = titles.len().saturating_sub(MOST_TITLES);
    titles.truncate(MOST_TITLES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let subject = one_line(&format!("tagkeeper: not complete: {}{more}", titles.join(", ")));
    let body = format!(
        "tagkeeper could not do everything that merged requests ask for:\n\n{}\n\nThe rest is pending: fix the cause, and the next \
         run does it. Steps that are done are\nnot repeated. `tagkeeper explain DELIVERABLE VERSION` shows what is known of a release.\n",
        parts.join("\n\n")
    );
    Some((subject, body))
}

/// What makes two failures one.
fn signature(one: &Pending) -> (String, String, String, String) {
    let file = one.file.rsplit('/').next().unwrap_or(&one.file).to_owned();
    (file, one.name.clone(), one.reason.to_string(), one.detail.clone())
}

#[cfg(test)]
mod tests {
    use super::message;
    use crate::apply::{Outcome, ReleaseOutcome, StepOutcome};
    use crate::ops::in_memory::release;
    use crate::plan::{Action, StepResult};
    use jiff::Timestamp;

    fn outcome(did: StepResult) -> Outcome {
        let action = Action {
            kind: "tag".to_owned(),
            name: "1.0.0".to_owned(),
            item: None,
            commit: None,
            message: None,
            patch: None,
            noun: None,
            full_ref: Some("refs/tags/1.0.0".to_owned()),
            needs: Vec::new(),
        };
        let step = StepOutcome { repo: "garden/trowel".to_owned(), action, did };
        let release = ReleaseOutcome { planned: release("1.0.0"), steps: vec![step] };
        Outcome { releases: vec![release], ..Outcome::default() }
    }

    #[test]
    fn a_failure_is_told_once_and_another_one_again() {
        let now = Timestamp::UNIX_EPOCH;
        let refused = outcome(StepResult::Refused("not permitted".to_owned()));
        let (subject, body) = message(&[], &refused, now).unwrap();
        assert_eq!(subject, "tagkeeper: not complete: trowel 1.0.0 (hibiscus)");
        assert!(body.contains("NOT DONE tag 1.0.0 of garden/trowel"), "{body}");
        let before = refused.pending(now);
        assert_eq!(message(&before, &refused, now), None);
        let other = outcome(StepResult::Failed("the host is away".to_owned()));
        assert!(message(&before, &other, now).is_some());
    }

    #[test]
    fn what_waits_for_its_time_or_is_done_is_no_failure() {
        for did in [
            StepResult::Held { until: None, reason: "a window".to_owned() },
            StepResult::Made("4f1c".to_owned()),
        ] {
            assert_eq!(message(&[], &outcome(did), Timestamp::UNIX_EPOCH), None);
        }
    }
}
