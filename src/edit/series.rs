//! The file of a deliverable for its next series.

use super::Refused;
use super::document::Document;
use super::value::Path;

/// What belongs to one series and is not carried on.
const OF_ONE_SERIES: [&str; 5] =
    ["releases", "branches", "release-notes", "cycle-highlights", "stable-status"];

/// The text of a deliverable file without what belongs to its series; all other bytes stay.
///
/// # Errors
/// If the file cannot be read, or would lose something else.
pub fn without_releases(text: &str) -> Result<String, Refused> {
    let mut document = Document::read(text.as_bytes()).map_err(|problem| {
        Refused::Unreadable(format!("{}: {}", problem.place, problem.message))
    })?;
    for key in OF_ONE_SERIES {
        let path = Path::root().key(key);
        if document.get(&path).is_some() {
            document.remove(&path)?;
        }
    }
    Ok(document.text().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_series_goes_and_the_rest_stays_as_it_is_written() {
        let text = "---\n# ours\nteam: 'garden'   # who\nrelease-notes: https://x.example/\ncycle-highlights:\n  - |\n    Much\n\n    more.\ntype: library\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: a/b\n        hash: c\nbranches:\n  - name: stable/z\n    location: 1.0.0\n";
        assert_eq!(
            without_releases(text).unwrap(),
            "---\n# ours\nteam: 'garden'   # who\ntype: library\n"
        );
        assert_eq!(without_releases("team: a\n").unwrap(), "team: a\n");
        assert!(without_releases("releases: []\n").is_err(), "nothing would be left");
        assert!(without_releases("a: [").is_err());
    }
}
