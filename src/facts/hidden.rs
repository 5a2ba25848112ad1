//! Hides from a replay what happened later.

use std::collections::BTreeSet;

use crate::git::Refs;
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
    /// The record at later times.
    later: Vec<Texts>,
    /// The branch names of the site.
    names: BranchNames,
}

impl Hidden {
    /// Hides the tags that one of `later` lists and `then` does not. Restores the branches that had not ended in `before`, the
    /// record before the request: a branch is deleted after its end is tagged, and the tag still has its last commit.
    pub fn between(before: Texts, then: Texts, later: Vec<Texts>, names: BranchNames) -> Self {
        Self(Some(Replay { before, then, later, names }))
    }

    /// Turns `refs` of `repo` back to the time of the replay.
    pub(super) fn turn_back(&self, repo: &str, refs: &mut Refs) {
        let Some(replay) = &self.0 else { return };
        let is_end = |tag: &&str| !branches_ended_by(tag, &replay.names).is_empty();
        let ended = replay.before.versions_of(repo).into_iter().filter(is_end).collect();
        let then = replay.then.versions_of(repo);
        let later = replay.later.iter().flat_map(|texts| texts.versions_of(repo));
        let later = later.filter(|tag| !then.contains(tag)).collect();
        turn_back(refs, &later, &ended, &replay.names);
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

    use super::{BranchNames, Hidden, turn_back};
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

    #[test]
    fn nothing_is_turned_back_without_a_replay() {
        let mut refs = refs();
        let count = (refs.heads.len(), refs.tags.len());
        Hidden::default().turn_back("openstack/nova", &mut refs);
        assert_eq!((refs.heads.len(), refs.tags.len()), count);
    }
}
