//! Which tag ends which branch.

use super::special::{Special, SpecialKind};

/// The branches that `tag` ends, in the order in which a series goes through them; empty for a tag that ends none.
///
/// `<id>-eom` ends `stable/<id>`. `<id>-eol` ends `unmaintained/<id>`, and `stable/<id>` where the series skipped that phase.
/// A bugfix branch has its own end, written `bugfix-<id>-eol` or `bugfix/<id>-eol`.
pub fn branches_ended_by(tag: &str) -> Vec<String> {
    let Some(special) = Special::of(tag) else { return Vec::new() };
    let id = special.id();
    let bugfix = id.strip_prefix("bugfix-").or_else(|| id.strip_prefix("bugfix/"));
    match (special.kind(), bugfix) {
        (SpecialKind::Em | SpecialKind::Last, _) | (SpecialKind::Eom, Some(_)) => Vec::new(),
        (SpecialKind::Eol, Some(id)) => vec![format!("bugfix/{id}")],
        (SpecialKind::Eom, None) => vec![format!("stable/{id}")],
        (SpecialKind::Eol, None) => vec![format!("stable/{id}"), format!("unmaintained/{id}")],
    }
}

/// The tags any of which ends `branch`; empty for a branch that no tag ends, such as a feature branch.
pub fn tags_that_end(branch: &str) -> Vec<String> {
    match branch.split_once('/') {
        Some(("stable", id)) => vec![format!("{id}-eom"), format!("{id}-eol")],
        Some(("unmaintained", id)) => vec![format!("{id}-eol")],
        Some(("bugfix", id)) => vec![format!("bugfix-{id}-eol"), format!("bugfix/{id}-eol")],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{branches_ended_by, tags_that_end};

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
