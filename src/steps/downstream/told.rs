//! What the ledger says was told of a release.

use jiff::Timestamp;

use super::IN_LEDGER;
use crate::facts::Answer;
use crate::ledger::{Begun, LedgerEntry};
use crate::plan::RequestedFile;
use crate::tree::deliverable::{NamedProject, Release};

/// Behind a time that was told before, and then another one.
const AGAIN: &str = ", again";

/// The notices of a release.
#[derive(Clone, Debug, Default)]
pub(super) struct NoticesSent {
    pub(super) deliverable: String,
    /// Those that went out, with the moment, oldest first.
    pub(super) sent: Vec<(String, Timestamp)>,
    /// One that was begun, and what is known of it.
    pub(super) open: Option<(String, Begun)>,
}

impl NoticesSent {
    /// What the ledger says; absent where it knows nothing of the release.
    pub(super) fn of(
        file: &RequestedFile<'_>,
        project: &NamedProject<'_>,
        release: &Release,
    ) -> Answer<Self> {
        let entry = (file.subject.ledger)(&project.name, release.version.text());
        entry.map(|entry| Self::in_entry(file.path.name(), &entry, file.subject.now))
    }

    fn in_entry(deliverable: &str, entry: &LedgerEntry, now: Timestamp) -> Self {
        let mut told = Self { deliverable: deliverable.to_owned(), ..Self::default() };
        for (name, record) in &entry.steps {
            let name = name.to_string();
            let Some(item) = name.strip_prefix(IN_LEDGER).and_then(|rest| rest.strip_prefix(' '))
            else {
                continue;
            };
            match &record.done {
                Some(done) => told.sent.push((item.to_owned(), done.at)),
                None => told.open = Some((item.to_owned(), record.intent.standing(now))),
            }
        }
        told.sent.sort_by_key(|(_, at)| *at);
        told
    }

    /// The time that was told last.
    pub(super) fn last(&self) -> Option<&str> {
        self.sent.last().map(|(item, _)| item.trim_end_matches(AGAIN))
    }

    /// The item of the next notice: one of its own, also where the time was told before.
    pub(super) fn next(&self, when: &str) -> String {
        let mut item = when.to_owned();
        while self.sent.iter().any(|(sent, _)| *sent == item) {
            item.push_str(AGAIN);
        }
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Mark, StepName};

    fn mark(second: i64) -> Mark {
        Mark { at: Timestamp::from_second(second).unwrap(), who: "job".to_owned(), run: None }
    }

    #[test]
    fn a_time_that_comes_back_is_told_again_and_none_is_told_twice_in_a_row() {
        let mut entry = LedgerEntry::default();
        for (second, when) in [(1, "Mon"), (2, "Tue")] {
            let name = StepName::new(&format!("{IN_LEDGER} {when}"));
            entry.begin(&name, &mark(second));
            entry.finish(&name, &mark(second), None);
        }
        entry.finish(&StepName::new("mail"), &mark(9), None);
        let told = NoticesSent::in_entry("rose", &entry, Timestamp::UNIX_EPOCH);
        assert_eq!((told.last(), told.next("Wed").as_str()), (Some("Tue"), "Wed"));
        let again = told.next("Mon");
        entry.finish(&StepName::new(&format!("{IN_LEDGER} {again}")), &mark(3), None);
        let told = NoticesSent::in_entry("rose", &entry, Timestamp::UNIX_EPOCH);
        assert_eq!(told.last(), Some("Mon"));
    }

    #[test]
    fn one_that_was_begun_and_not_noted_as_sent_is_open() {
        let mut entry = LedgerEntry::default();
        entry.begin(&StepName::new(&format!("{IN_LEDGER} Mon")), &mark(1));
        let told = NoticesSent::in_entry("rose", &entry, Timestamp::UNIX_EPOCH);
        assert_eq!(told.open, Some(("Mon".to_owned(), Begun::Over)));
    }
}
