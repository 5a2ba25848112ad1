//! Which tag ends which branch.

use super::branch::{BranchKind, BranchNames};
use super::special::{Special, SpecialKind};

/// The branches that `tag` ends, in the order in which a series goes through them; empty for a tag that ends none.
///
/// `<id>-eom` ends the stable branch. `<id>-eol` ends the unmaintained one, and the stable one where the series skipped that
/// phase. A bugfix branch has its own end, written `bugfix-<id>-eol` or `bugfix/<id>-eol`, with the prefix of the site.
pub fn branches_ended_by(tag: &str, names: &BranchNames) -> Vec<String> {
    let Some(special) = Special::of(tag) else { return Vec::new() };
    let id = special.id();
    let bugfix =
        bugfix_marks(names).into_iter().find_map(|mark| id.strip_prefix(&mark).map(str::to_owned));
    let of = |kinds: &[BranchKind], id: &str| {
        kinds.iter().filter_map(|kind| names.name(*kind, id)).collect()
    };
    match (special.kind(), bugfix) {
        (SpecialKind::Em | SpecialKind::Last, _) | (SpecialKind::Eom, Some(_)) => Vec::new(),
        (SpecialKind::Eol, Some(id)) => of(&[BranchKind::Bugfix], &id),
        (SpecialKind::Eom, None) => of(&[BranchKind::Stable], id),
        (SpecialKind::Eol, None) => of(&[BranchKind::Stable, BranchKind::Unmaintained], id),
    }
}

/// The tags any of which ends `branch`; empty for a branch that no tag ends, such as a feature branch.
pub fn tags_that_end(branch: &str, names: &BranchNames) -> Vec<String> {
    match names.read(branch) {
        Some((BranchKind::Stable, id)) => vec![format!("{id}-eom"), format!("{id}-eol")],
        Some((BranchKind::Unmaintained, id)) => vec![format!("{id}-eol")],
        Some((BranchKind::Bugfix, id)) => {
            bugfix_marks(names).into_iter().map(|mark| format!("{mark}{id}-eol")).collect()
        }
        Some((BranchKind::Feature, _)) | None => Vec::new(),
    }
}

/// How a tag that ends a bugfix branch begins: `bugfix-` or `bugfix/` for the prefix `bugfix/`.
fn bugfix_marks(names: &BranchNames) -> Vec<String> {
    let Some(prefix) = names.prefix(BranchKind::Bugfix) else { return Vec::new() };
    let mut marks = vec![format!("{}-", prefix.trim_end_matches(['/', '-'])), prefix.to_owned()];
    marks.dedup();
    marks
}

#[cfg(test)]
mod tests {
    use super::super::branch::{BranchKind, BranchNames};

    fn branches_ended_by(tag: &str) -> Vec<String> {
        super::branches_ended_by(tag, &BranchNames::default())
    }

    fn tags_that_end(branch: &str) -> Vec<String> {
        super::tags_that_end(branch, &BranchNames::default())
    }

    #[test]
    fn a_site_has_its_own_names_and_may_lack_a_kind() {
        let mut names = BranchNames::default();
        names.set(BranchKind::Stable, Some("release-")).unwrap();
        names.set(BranchKind::Unmaintained, None).unwrap();
        names.set(BranchKind::Bugfix, Some("hotfix-")).unwrap();
        assert_eq!(super::tags_that_end("release-1.2", &names), ["1.2-eom", "1.2-eol"]);
        assert_eq!(super::branches_ended_by("1.2-eol", &names), ["release-1.2"]);
        assert_eq!(super::tags_that_end("hotfix-1.2", &names), ["hotfix-1.2-eol"]);
        assert_eq!(super::branches_ended_by("hotfix-1.2-eol", &names), ["hotfix-1.2"]);
        assert!(super::tags_that_end("stable/1.2", &names).is_empty());
    }

    #[test]
    fn every_kind_of_branch_that_ends_has_its_tags() {
        assert_eq!(tags_that_end("stable/2024.1"), ["2024.1-eom", "2024.1-eol"]);
        assert_eq!(tags_that_end("unmaintained/zed"), ["zed-eol"]);
        assert_eq!(tags_that_end("bugfix/8.4"), ["bugfix-8.4-eol", "bugfix/8.4-eol"]);
        assert!(tags_that_end("feature/zmq").is_empty());
        assert!(tags_that_end("stable").is_empty());
    }

    #[test]
    fn a_tag_ends_the_branches_of_its_phase_and_no_others() {
        assert_eq!(branches_ended_by("2024.1-eom"), ["stable/2024.1"]);
        assert_eq!(branches_ended_by("zed-eol"), ["stable/zed", "unmaintained/zed"]);
        assert_eq!(branches_ended_by("bugfix-8.4-eol"), ["bugfix/8.4"]);
        assert_eq!(branches_ended_by("bugfix/8.4-eol"), ["bugfix/8.4"]);
        for tag in ["2024.1-em", "zed-last", "bugfix-8.4-eom", "1.0.0", "-eol", "eol"] {
            assert!(branches_ended_by(tag).is_empty(), "{tag}");
        }
    }

    #[test]
    fn both_directions_agree() {
        for branch in ["stable/2024.1", "stable/zed", "unmaintained/zed", "bugfix/8.4"] {
            for tag in tags_that_end(branch) {
                assert!(branches_ended_by(&tag).contains(&branch.to_owned()), "{tag} {branch}");
            }
        }
        for tag in ["2024.1-eom", "zed-eol", "bugfix-8.4-eol", "bugfix/8.4-eol"] {
            for branch in branches_ended_by(tag) {
                assert!(tags_that_end(&branch).contains(&tag.to_owned()), "{tag} {branch}");
            }
        }
    }
}
