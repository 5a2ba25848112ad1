//! Hides from a replay what happened later.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::git::{GitError, Refs, Repository};
use crate::tree::index::texts::Texts;
use crate::version::{BranchNames, branches_ended_by};

/// Turns today's refs back for a replay: removes later tags, and restores branches that were deleted later.
#[derive(Debug, Default)]
pub struct Hidden(Option<Replay>);

#[derive(Debug)]
struct Replay {
    /// The record before the request.
    before: Texts,
    /// The record at that time.
    then: Texts,
    /// The time of that record.
    when: Timestamp,
    /// The record at later times.
    later: Vec<Texts>,
    /// The branch names of the site.
    names: BranchNames,
}

impl Hidden {
    /// Hides the tags and branches that one of `later` lists and `then` does not, and what came to a branch after `when`.
    /// Restores the branches that had not ended in `before`, the record before the request: a branch is deleted after its end
    /// is tagged, and the tag still has its last commit.
    pub fn between(
        before: Texts,
        (then, when): (Texts, Timestamp),
        later: Vec<Texts>,
        names: BranchNames,
    ) -> Self {
        Self(Some(Replay { before, then, when, later, names }))
    }

    /// Turns `refs` of `repo`, which `repository` is a copy of, back to the time of the replay.
    pub(super) fn turn_back(
        &self,
        repo: &str,
        refs: &mut Refs,
        repository: &Repository,
    ) -> Result<(), GitError> {
        let Some(replay) = &self.0 else { return Ok(()) };
        let is_end = |tag: &&str| !branches_ended_by(tag, &replay.names).is_empty();
        let ended = replay.before.versions_of(repo).into_iter().filter(is_end).collect();
        let then = replay.then.versions_of(repo);
        let later = replay.later.iter().flat_map(|texts| texts.versions_of(repo));
        let later = later.filter(|tag| !then.contains(tag)).collect();
        turn_back(refs, &later, &ended, &replay.names);
        let then = replay.then.branches_of(repo);
        for branch in replay.later.iter().flat_map(|texts| texts.branches_of(repo)) {
            if !then.contains(branch) {
                refs.heads.remove(branch);
            }
        }
        let mut heads = BTreeMap::new();
        for (branch, tip) in &refs.heads {
            if let Some(tip) = repository.tip_at(*tip, replay.when.as_second())? {
                heads.insert(branch.clone(), tip);
            }
        }
        refs.heads = heads;
        Ok(())
    }
}

/// Removes the tags in `later`, and restores the branches that a tag ended, except for those of `ended`.
fn turn_back(refs: &mut Refs, later: &BTreeSet<&str>, ended: &BTreeSet<&str>, names: &BranchNames) {
    // Newest first: `-eom` comes before `-eol`, and `stable/` ended there.
    for (tag, target) in refs.tags.iter().rev() {
        if ended.contains(tag.as_str()) {
            continue;
        }
        let is_unmaintained = ended.contains(tag.replace("-eol", "-eom").as_str());
        let mut branches = branches_ended_by(tag, names).into_iter();
        let branch = if is_unmaintained { branches.next_back() } else { branches.next() };
        if let Some(branch) = branch {
            refs.heads.entry(branch).or_insert(target.peeled);
        }
    }
    refs.tags.retain(|tag, _| !later.contains(tag.as_str()));
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{BranchNames, turn_back};
    use crate::git::{Oid, Refs, TagRef};

    fn oid(digit: char) -> Oid {
        Oid::from_str(&digit.to_string().repeat(40)).unwrap()
    }

    fn refs() -> Refs {
        let tag = |name: &str, digit| {
            (name.to_owned(), TagRef { object: oid(digit), peeled: oid(digit) })
        };
        Refs {
            heads: BTreeMap::from([("master".to_owned(), oid('a'))]),
            tags: BTreeMap::from([
                tag("1.0.0", '1'),
                tag("kilo-eol", '2'),
                tag("zed-eom", '3'),
                tag("zed-eol", '4'),
                tag("bugfix-8.6-eol", '5'),
                tag("bugfix/8.4-eol", '6'),
            ]),
        }
    }

    fn turned_back(later: &[&'static str], ended: &[&'static str]) -> Refs {
        let set = |tags: &[&'static str]| tags.iter().copied().collect();
        let mut refs = refs();
        turn_back(&mut refs, &set(later), &set(ended), &BranchNames::default());
        refs
    }

    #[test]
    fn branches_that_ended_later_are_there_again() {
        let refs = turned_back(&["zed-eom", "zed-eol"], &[]);
        assert_eq!(refs.heads.get("stable/kilo"), Some(&oid('2')));
        assert_eq!(refs.heads.get("bugfix/8.6"), Some(&oid('5')));
        assert_eq!(refs.heads.get("bugfix/8.4"), Some(&oid('6')));
        assert!(!refs.tags.contains_key("zed-eom"));
        assert!(refs.tags.contains_key("kilo-eol"), "the record never lists it");
    }

    #[test]
    fn a_branch_that_had_ended_stays_away_and_its_successor_comes_back() {
        let refs = turned_back(&["zed-eol"], &["zed-eom", "kilo-eol"]);
        assert_eq!(refs.heads.get("stable/kilo"), None);
        assert_eq!(refs.heads.get("stable/zed"), None);
        assert_eq!(refs.heads.get("unmaintained/zed"), Some(&oid('4')));
    }
}
