//! Reasons that were said before: a host that is away is one matter, however many refs wait for it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Shorter reasons are said again: nobody looks up what takes no longer to read.
const SHORT: usize = 60;

/// What was said so far.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The repository whose reason was said in full, by that reason without what differs from one repository to another.
    first: HashMap<String, String>,
    /// The reason that was said last.
    last: String,
}

impl Said {
    /// Why `repo` has to wait: in full for the first time, later where that stands.
    pub(super) fn once(&mut self, repo: &str, reason: &str) -> String {
        let is_last = std::mem::replace(&mut self.last, reason.to_owned()) == reason;
        match self.first.entry(without_particulars(repo, reason)) {
            Entry::Occupied(_) if is_last => "as above".to_owned(),
            Entry::Occupied(other) if reason.len() > SHORT => {
                format!("as for {} above", other.get())
            }
            Entry::Occupied(_) => reason.to_owned(),
            Entry::Vacant(new) => {
                new.insert(repo.to_owned());
                reason.to_owned()
            }
        }
    }

    /// A line says something else: what stands above is not the last reason any more.
    pub(super) fn interrupted(&mut self) {
        self.last.clear();
    }
}

/// `reason` without the name of the repository, and without how long it took to fail.
pub(super) fn without_particulars(repo: &str, reason: &str) -> String {
    let words: Vec<&str> = reason.split(' ').collect();
    let is_time = |at: usize| {
        let unit = words.get(at + 1).is_some_and(|next| next.starts_with("ms"));
        unit && words[at].bytes().all(|byte| byte.is_ascii_digit())
    };
    let kept = (0..words.len()).filter(|at| !is_time(*at)).map(|at| words[at].replace(repo, "{}"));
    kept.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_said_in_full_once_for_all_repositories_of_a_host() {
        let mut said = Said::default();
        let away = |repo: &str, after: u32| {
            format!(
                "cannot reach https://git.garden.example/{repo}: no answer after {after} ms: gone"
            )
        };
        let (rose, lily) = (away("garden/rose", 7), away("garden/lily", 11));
        assert_eq!(said.once("garden/rose", &rose), rose);
        assert_eq!(said.once("garden/rose", &rose), "as above");
        assert_eq!(said.once("garden/lily", &lily), "as for garden/rose above");
        let other = "cannot reach https://other.example/garden/lily: no answer after 7 ms: gone";
        assert_eq!(said.once("garden/lily", other), other);
    }

    #[test]
    fn above_is_where_the_reason_stands_and_nothing_else() {
        let mut said = Said::default();
        let (why, long) = ("its tag waits", "outside its window, ".repeat(4));
        assert_eq!(said.once("garden/rose", why), why);
        assert_eq!(said.once("garden/rose", why), "as above");
        assert_eq!(said.once("garden/rose", &long), long);
        said.interrupted();
        assert_eq!(said.once("garden/rose", &long), "as for garden/rose above");
        assert_eq!(said.once("garden/lily", why), why);
        assert_eq!(said.once("garden/lily", &long), "as for garden/rose above");
    }
}
