//! Hides from a replay what happened later.

use std::collections::HashSet;

use crate::git::Refs;
use crate::tree::index::Index;
use crate::version::{BranchNames, branches_ended_by};

/// Turns today's refs back for a replay: removes later tags, and restores branches that were deleted later.
#[derive(Debug, Default)]
pub struct Hidden(Option<Replay>);

#[derive(Debug)]
struct Replay {
    /// Repository and tag: created later.
    tags: HashSet<(String, String)>,
    /// Repository and tag: had ended a branch before the request.
    ended: HashSet<(String, String)>,
    /// The branch names of the site.
    names: BranchNames,
}

impl Hidden {
    /// Hides the tags that one of `later` lists and `then` does not. Restores the branches that had not ended in `before`, the
    /// record before the request: a branch is deleted after its end is tagged, and the tag still has its last commit.
    pub fn between<'a>(
        before: &Index,
        then: &Index,
        later: impl Iterator<Item = &'a Index>,
        names: &BranchNames,
    ) -> Self {
        let owned = |(repo, tag): (&str, &str)| (repo.to_owned(), tag.to_owned());
        let there: HashSet<_> = then.tags().collect();
        let tags = later.flat_map(Index::tags).filter(|tag| !there.contains(tag)).map(owned);
        let is_end = |tag: &str| !branches_ended_by(tag, names).is_empty();
        let ended = before.tags().filter(|(_, tag)| is_end(tag)).map(owned);
        Self(Some(Replay { tags: tags.collect(), ended: ended.collect(), names: names.clone() }))
    }

    /// Turns `refs` of `repo` back to the time of the replay.
    pub(super) fn turn_back(&self, repo: &str, refs: &mut Refs) {
        let Some(replay) = &self.0 else { return };
        let holds = |of: &HashSet<(String, String)>, tag: &str| {
            of.contains(&(repo.to_owned(), tag.to_owned()))
        };
        // Newest first: `-eom` comes before `-eol`, and `stable/` ended there.
        for (tag, target) in refs.tags.iter().rev() {
            if holds(&replay.ended, tag) {
                continue;
            }
            let is_unmaintained = holds(&replay.ended, &tag.replace("-eol", "-eom"));
            let mut ended = branches_ended_by(tag, &replay.names).into_iter();
            let branch = if is_unmaintained { ended.next_back() } else { ended.next() };
            if let Some(branch) = branch {
                refs.heads.entry(branch).or_insert(target.peeled);
            }
        }
        refs.tags.retain(|tag, _| !holds(&replay.tags, tag));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashSet};

    use super::{BranchNames, Hidden, Replay};
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

    fn turned_back(later: &[&str], ended: &[&str]) -> Refs {
        let of_nova = |tags: &[&str]| -> HashSet<_> {
            tags.iter().map(|tag| ("openstack/nova".to_owned(), (*tag).to_owned())).collect()
        };
        let hidden = Hidden(Some(Replay {
            tags: of_nova(later),
            ended: of_nova(ended),
            names: BranchNames::default(),
        }));
        let mut refs = refs();
        hidden.turn_back("openstack/nova", &mut refs);
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
