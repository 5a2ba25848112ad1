//! What may come before a release in the history of its repository.
//!
//! The entry above it in the file need not: an independent deliverable may have two living lines (gnocchi 2.2.1 came after
//! 3.0.0). The previous release is the newest listed one that is an ancestor; git knows which one that is.

use super::deliverable::{Project, Release};
use crate::version::Version;

/// An earlier release of one repository.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its entry.
    pub release: &'a Release,
    /// The repository in that entry.
    pub project: &'a Project,
}

/// The releases of `repo` among `listed` that may be in the history of `version`, likeliest first: those with a lower
/// number, highest first. The tags that end a series are no releases.
pub fn earlier<'a>(
    listed: impl IntoIterator<Item = &'a Release>,
    repo: &str,
    version: &Version,
) -> Vec<Earlier<'a>> {
    let of_repo = |release: &'a Release| {
        let project = release.projects.iter().find(|project| *project.repo == *repo)?;
        Some(Earlier { release, project })
    };
    let own = rank(version);
    let is_lower = |other: &Earlier<'_>| match (rank(&other.release.version), own) {
        (Some(other), Some(own)) => other < own,
        (other, None) => other.is_some(),
        (None, Some(_)) => false,
    };
    let mut found: Vec<Earlier<'_>> =
        listed.into_iter().filter_map(of_repo).filter(is_lower).collect();
    found.sort_by(|a, b| rank(&b.release.version).cmp(&rank(&a.release.version)));
    found
}

/// Dates (kilo's 2015.1.4) came before the numbers; what is not a number has no rank.
fn rank(version: &Version) -> Option<(bool, &Version)> {
    let is_number = version.numbers().is_some() && version.special().is_none();
    is_number.then(|| (!version.is_dated(), version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::deliverable;

    fn earlier_than(version: &str, listed: &[&str]) -> Vec<String> {
        let entry = |version: &&str| {
            format!("  - {{version: '{version}', projects: [{{repo: o/rose, hash: '1'}}]}}\n")
        };
        let text = format!("releases:\n{}", listed.iter().map(entry).collect::<String>());
        let (file, _) = deliverable::read(text.as_bytes());
        let found = earlier(&file.releases, "o/rose", &Version::new(version));
        found.iter().map(|one| one.release.version.text().to_owned()).collect()
    }

    #[test]
    fn the_likeliest_is_the_next_lower_number() {
        let listed = ["2.2.0", "3.0.0", "2.2.1", "3.0.1.0rc1", "zed-eol"];
        assert_eq!(earlier_than("2.2.2", &listed), ["2.2.1", "2.2.0"]);
        assert_eq!(earlier_than("3.1.0", &listed), ["3.0.1.0rc1", "3.0.0", "2.2.1", "2.2.0"]);
        assert_eq!(earlier_than("2.0.0", &listed), [""; 0]);
    }

    #[test]
    fn dates_came_before_numbers_and_an_end_comes_after_all() {
        assert_eq!(earlier_than("4.0.0", &["2015.1.4", "3.0.0"]), ["3.0.0", "2015.1.4"]);
        assert_eq!(earlier_than("2015.1.5", &["2015.1.4", "3.0.0"]), ["2015.1.4"]);
        assert_eq!(earlier_than("zed-eol", &["1.0.0", "1.1.0"]), ["1.1.0", "1.0.0"]);
    }

    #[test]
    fn another_repository_is_another_history() {
        let (file, _) = deliverable::read(
            b"releases:\n  - {version: 1.0.0, projects: [{repo: o/fern, hash: '1'}]}\n",
        );
        assert_eq!(earlier(&file.releases, "o/rose", &Version::new("2.0.0")).len(), 0);
    }
}
