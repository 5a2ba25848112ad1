//! Deliverable files in the wrong place.

use super::deliverable;
use super::record::DELIVERABLES;

/// Whether a file outside `deliverables/` looks like a deliverable file, by the name of its directory or by its content.
pub(super) fn is_stray(path: &str, bytes: &[u8]) -> bool {
    is_yaml(path)
        && !is_below(path)
        && (is_in_a_folder_like_ours(path) || says_what_ours_say(bytes))
}

/// Whether `path` is below `deliverables/`.
pub(super) fn is_below(path: &str) -> bool {
    path.strip_prefix(DELIVERABLES).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether the file name ends like that of a YAML file.
pub(super) fn is_yaml(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    matches!(ending.as_deref(), Some("yaml" | "yml"))
}

fn is_in_a_folder_like_ours(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders
        .split('/')
        .map(str::to_ascii_lowercase)
        .any(|folder| matches!(folder.as_str(), "deliverable" | "deliverables"))
}

fn says_what_ours_say(bytes: &[u8]) -> bool {
    let (deliverable, _) = deliverable::read(bytes);
    let has_projects = deliverable.releases.iter().any(|release| !release.projects.is_empty());
    has_projects || (deliverable.team.is_some() && deliverable.kind.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &[u8] = b"team: florists\ntype: library\n";

    #[test]
    fn a_file_with_what_ours_say_is_a_stray_wherever_it_lies() {
        for path in
            ["rose.yaml", "orchid/rose.YML", "data/rose.yaml", "Deliverables/orchid/rose.yaml"]
        {
            assert!(is_stray(path, OURS), "{path}");
        }
        let release =
            b"releases:\n  - version: 1.0.0\n    projects:\n      - {repo: a/b, hash: c}\n";
        assert!(is_stray("rose.yaml", release));
        for path in ["deliverables/orchid/rose.yaml", "deliverables/rose.yaml", "rose.txt", "yaml"]
        {
            assert!(!is_stray(path, OURS), "{path}");
        }
    }

    #[test]
    fn other_yaml_is_none_but_in_a_folder_of_nearly_our_name() {
        let other = b"- job:\n    name: test\n";
        for path in ["zuul.d/jobs.yaml", "data/series_status.yaml", ".pre-commit-config.yaml"] {
            assert!(!is_stray(path, other), "{path}");
        }
        for path in
            ["deliverable/orchid/rose.yaml", "DELIVERABLES/rose.yaml", "old/deliverables/rose.yml"]
        {
            assert!(is_stray(path, other), "{path}");
        }
    }
}
