//! Reasons that are above already: a host that is away is one matter, however many steps wait for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::facts::{Matter, Unknown};
use crate::plan::StepResult;

/// Shorter reasons are repeated: looking one up would take longer than reading it.
const SHORT: usize = 60;

/// The reasons that are above already.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    /// The repository at which a reason is given in full.
    first: HashMap<Matter, String>,
    /// The reason in the line above.
    last: Option<String>,
}

impl Repeated {
    /// Why `repo` has to wait: in full the first time, then a reference to it.
    pub(super) fn reason(&mut self, repo: &str, reason: &str) -> String {
        self.shortened(repo, reason, Matter::Words(reason.to_owned()))
    }

    /// Why something about `repo` is unknown, in the same way; `words` say it.
    pub(super) fn unknown(&mut self, repo: &str, why: &Unknown, words: &str) -> String {
        self.shortened(repo, words, why.matter())
    }

    /// What became of a step in `repo`, in the same way; `words` say it.
    pub(super) fn result(&mut self, repo: &str, did: &StepResult, words: &str) -> String {
        match did {
            StepResult::Unknown(why) => self.unknown(repo, why, words),
            _ => self.reason(repo, words),
        }
    }

    fn shortened(&mut self, repo: &str, words: &str, matter: Matter) -> String {
        let is_last = self.last.replace(words.to_owned()).is_some_and(|last| last == words);
        match self.first.entry(matter) {
            Entry::Occupied(_) if is_last => "as above".to_owned(),
            Entry::Occupied(other) if words.len() > SHORT => {
                format!("as for {} above", other.get())
            }
            Entry::Occupied(_) => words.to_owned(),
            Entry::Vacant(new) => {
                new.insert(repo.to_owned());
                words.to_owned()
            }
        }
    }

    /// The line above gives no reason, or another one.
    pub(super) fn interrupt(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Cause;

    #[test]
    fn a_host_that_is_away_is_explained_once_for_all_its_repositories() {
        let mut repeated = Repeated::default();
        let away = |host: &str, repo: &str, after: u32| {
            let url = format!("https://{host}/{repo}");
            let words = format!("cannot reach {url}: no answer after {after} ms: connection lost");
            (Unknown::at(&url, Cause::Away, &words), words)
        };
        let mut reason =
            |repo: &str, (why, words): (Unknown, String)| repeated.unknown(repo, &why, &words);
        let rose = away("git.garden.example", "garden/rose", 7);
        assert_eq!(reason("garden/rose", rose.clone()), rose.1);
        assert_eq!(reason("garden/rose", rose), "as above");
        let lily = away("git.garden.example", "garden/lily", 11);
        assert_eq!(reason("garden/lily", lily), "as for garden/rose above");
        let other = away("other.example", "garden/lily", 7);
        assert_eq!(reason("garden/lily", other.clone()), other.1);
    }

    #[test]
    fn above_is_the_line_above_and_nothing_else() {
        let mut repeated = Repeated::default();
        let (why, long) = ("its tag waits", "outside its window, ".repeat(4));
        assert_eq!(repeated.reason("garden/rose", why), why);
        assert_eq!(repeated.reason("garden/rose", why), "as above");
        assert_eq!(repeated.reason("garden/rose", &long), long);
        repeated.interrupt();
        assert_eq!(repeated.reason("garden/rose", &long), "as for garden/rose above");
        assert_eq!(repeated.reason("garden/lily", why), why);
        assert_eq!(repeated.reason("garden/lily", &long), "as for garden/rose above");
    }
}
