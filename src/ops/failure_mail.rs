//! A mail to those who run the site about what a run could not do; beside the comment on the change, which its authors read.

use crate::apply::{Outcome, ReleaseOutcome};
use crate::ledger::{Pending, PendingReason};
use crate::plan::ImpossibleEntry;
use crate::report::aftermath;
use crate::steps::Mails;
use crate::steps::announcement::{Addresses, Letter, Mail, MailOutcome};
use crate::text::{digest_of, one_line};
use crate::workspace::Workspace;

/// Titles in a subject at most.
const MOST_TITLES: usize = 3;

/// What failed and could not be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Untold(Vec<Pending>);

impl Untold {
    /// The entries, with a mark at each failure that nobody has been mailed about: a later run sends that mail.
    pub(super) fn among(&self, mut pending: Vec<Pending>) -> Vec<Pending> {
        for entry in &mut pending {
            let is_it = |one: &Pending| one.file == entry.file && one.name == entry.name;
            entry.untold = self.0.iter().any(is_it);
        }
        pending
    }
}

/// Sends one mail about what failed in this run and was not told before. `before` is what was pending.
///
/// A mail that cannot be sent does not change the outcome of the run.
pub(super) fn mail_about_failures(
    workspace: &Workspace,
    before: &[Pending],
    outcome: &Outcome,
) -> Untold {
    let to = &workspace.config.mail.failures;
    if to.is_empty() || workspace.is_offline() {
        return Untold::default();
    }
    let now = workspace.now;
    let Some((subject, body)) = message(before, outcome, now) else { return Untold::default() };
    let sent = match workspace.mails() {
        Ok(Some(mails)) => send(workspace, &mails, (&subject, &body)),
        Ok(None) => Err("the site sends no mail; set `mail.smtp` or `mail.directory`".to_owned()),
        Err(failure) => Err(failure.to_string()),
    };
    match sent {
        Ok(()) => Untold::default(),
        Err(why) => {
            log::warn!("could not send the failure mail to `mail.failures`: {why}");
            Untold(news(before, &outcome.pending(now)).cloned().collect())
        }
    }
}

/// What failed and was not told before. A failure is the same as long as no further step goes wrong, and none in another
/// way, whatever its words; what was resolved or waited meanwhile, and fails again, is a new one.
fn news<'p>(before: &[Pending], pending: &'p [Pending]) -> impl Iterator<Item = &'p Pending> {
    let is_told = |one: &Pending| {
        before.iter().any(|old| {
            let failed = !old.untold && old.reason != PendingReason::Held;
            // Several unreadable files may have one name in different folders.
            let is_it = match one.is_whole_file() {
                true => old.is_whole_file() && old.file == one.file,
                false => old.is_about(&one.file, &one.name),
            };
            failed && is_it && old.troubles.is_superset(&one.troubles)
        })
    };
    pending.iter().filter(move |one| one.reason != PendingReason::Held && !is_told(one))
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
        MailOutcome::Accepted(_) => Ok(()),
        MailOutcome::Refused(refusal) => Err(refusal.why),
        MailOutcome::Unknown(why) => Err(why.to_string()),
    }
}

/// Subject and text; `None` where nothing failed anew.
fn message(
    before: &[Pending],
    outcome: &Outcome,
    now: jiff::Timestamp,
) -> Option<(String, String)> {
    let pending = outcome.pending(now);
    let new: Vec<&Pending> = news(before, &pending).collect();
    let is_new = |release: &&ReleaseOutcome| {
        new.iter()
            .any(|one| release.planned.file == one.file && release.planned.is_about(&one.name))
    };
    let releases: Vec<&ReleaseOutcome> = outcome.releases.iter().filter(is_new).collect();
    let table = aftermath::table(&releases);
    let unread = outcome.unread.iter().filter(|_| new.iter().any(|one| one.is_whole_file()));
    let is_new_one = |entry: &&ImpossibleEntry| {
        new.iter().any(|one| one.file == entry.file && one.name == entry.name)
    };
    let impossible: Vec<&ImpossibleEntry> = outcome.impossible.iter().filter(is_new_one).collect();
    let lines = unread.cloned().chain(impossible.iter().map(ToString::to_string));
    let lines: Vec<String> = lines.map(|line| format!("    {}", one_line(&line))).collect();
    let parts: Vec<String> =
        table.into_iter().chain(Some(lines.join("\n")).filter(|text| !text.is_empty())).collect();
    if parts.is_empty() {
        return None;
    }
    let mut titles: Vec<String> = releases.iter().map(|one| one.planned.title()).collect();
    titles.extend(impossible.iter().map(|entry| entry.title()));
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

#[cfg(test)]
mod tests {
    use super::{Untold, message};
    use crate::apply::{Outcome, ReleaseOutcome, StepOutcome};
    use crate::ops::in_memory::release;
    use crate::plan::{Action, ImpossibleEntry, StepResult};
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
        let step = StepOutcome { repo: "garden/trowel".parse().unwrap(), action, did };
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
    fn a_failure_in_other_words_is_the_same_and_one_that_comes_back_is_not() {
        let now = Timestamp::UNIX_EPOCH;
        let failed = |words: &str| outcome(StepResult::Failed(words.to_owned()));
        let before = failed("no route to 10.0.0.1 after 3 ms").pending(now);
        assert_eq!(message(&before, &failed("no route to 10.0.0.2 after 7 ms"), now), None);
        let mut further = failed("no route");
        further.releases[0]
            .steps
            .extend(outcome(StepResult::Failed("it".into())).releases[0].steps.clone());
        further.releases[0].steps[1].action.name = "stable/hibiscus".to_owned();
        assert!(message(&before, &further, now).is_some(), "another step");
        assert_eq!(message(&further.pending(now), &failed("no route"), now), None, "one less");
        let waits = outcome(StepResult::Held { until: None, reason: "a window".to_owned() });
        assert!(message(&waits.pending(now), &failed("no route"), now).is_some(), "it waited");
        assert!(message(&[], &failed("no route"), now).is_some(), "it was resolved");
    }

    #[test]
    fn a_failure_that_could_not_be_told_is_told_later() {
        let now = Timestamp::UNIX_EPOCH;
        let refused = outcome(StepResult::Refused("not permitted".to_owned()));
        let untold = Untold(refused.pending(now)).among(refused.pending(now));
        assert!(message(&untold, &refused, now).is_some());
        let told = Untold::default().among(untold);
        assert_eq!(message(&told, &refused, now), None);
    }

    #[test]
    fn another_unreadable_file_of_the_same_name_is_told_too() {
        let now = Timestamp::UNIX_EPOCH;
        let unreadable = |series: &str| {
            let file = format!("deliverables/{series}/trowel.yaml");
            Outcome {
                unread: vec![format!("{file}: it cannot be read")],
                unreadable: vec![file],
                ..Outcome::default()
            }
        };
        let before = unreadable("hibiscus").pending(now);
        assert_eq!(message(&before, &unreadable("hibiscus"), now), None);
        let (subject, _) = message(&before, &unreadable("rose"), now).unwrap();
        assert!(subject.ends_with("deliverables/rose/trowel.yaml"), "{subject}");
    }

    #[test]
    fn an_entry_that_nobody_can_make_is_told_once_and_with_no_file_that_cannot_be_read() {
        let now = Timestamp::UNIX_EPOCH;
        let entry = ImpossibleEntry {
            file: "deliverables/hibiscus/trowel.yaml".to_owned(),
            line: 9,
            name: "stable/2026.2".to_owned(),
            why: "this file has no release `1.0.0`".to_owned(),
        };
        let none = Outcome { impossible: vec![entry], ..Outcome::default() };
        let (subject, body) = message(&[], &none, now).unwrap();
        assert!(
            subject.ends_with("stable/2026.2 of deliverables/hibiscus/trowel.yaml"),
            "{subject}"
        );
        assert!(
            body.contains("trowel.yaml:9: `stable/2026.2` is not planned: this file"),
            "{body}"
        );
        assert_eq!(message(&none.pending(now), &none, now), None);
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
