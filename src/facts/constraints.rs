//! Upper constraints: the versions of packages that everything is tested with.

use super::repository::Remote;
use super::{Answer, Question, Sources};
use crate::git::RepoName;
use crate::package::normalized;

/// The file.
pub const UPPER_CONSTRAINTS: &str = "upper-constraints.txt";
/// The largest one that is read, in bytes.
const LARGEST: usize = 4 << 20;

/// The versions to which the upper constraints pin a package, one for each environment that they tell apart. Absent if they have no
/// line for it, or if there are none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pinned {
    /// The repository with the constraints.
    pub repo: RepoName,
    /// The branch to read; the trunk if it does not exist.
    pub branch: Option<String>,
    /// Name of the package, in any spelling.
    pub package: String,
}

impl Question for Pinned {
    type Known = Vec<String>;

    fn lane(&self) -> &str {
        &self.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<String>> {
        let bytes = sources.open(&self.repo, Remote::Git).and_then(|opened| {
            let tip_of = |branch: &String| opened.refs.heads.get(branch).copied();
            let trunk = || sources.trunk(&self.repo, Remote::Git);
            let tip = match self.branch.as_ref().and_then(tip_of) {
                Some(tip) => Answer::Known(tip),
                None => {
                    trunk().and_then(|name| tip_of(&name).map_or(Answer::Absent, Answer::Known))
                }
            };
            tip.and_then(|tip| {
                opened.ask(|repository| repository.read(tip, UPPER_CONSTRAINTS, LARGEST))
            })
        });
        bytes.and_then(|blob| {
            let pins = pins(&String::from_utf8_lossy(&blob.bytes), &self.package);
            if pins.is_empty() { Answer::Absent } else { Answer::Known(pins) }
        })
    }
}

/// The versions in the lines for `package`: `name===version`, with a marker where environments differ.
fn pins(text: &str, package: &str) -> Vec<String> {
    let wanted = normalized(package);
    let lines = text.lines().map(|line| line.split(['#', ';']).next().unwrap_or_default());
    let pinned = lines.filter_map(|line| line.split_once("=="));
    let own = pinned.filter(|(name, _)| normalized(name.trim()) == wanted);
    own.map(|(_, version)| version.trim_start_matches('=').trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::pins;

    #[test]
    fn a_package_is_found_by_any_spelling_of_its_name() {
        let text = "# Oslo.Config===1.0\noslo.config===9.1.0  # the newest\nOslo_Config===9.0.0;python_version=='3.9'\nother==2\noslo.config-x===3\n\nodd line\n";
        assert_eq!(pins(text, "oslo-config"), ["9.1.0", "9.0.0"]);
        assert_eq!(pins(text, "Other"), ["2"]);
        assert!(pins(text, "oslo").is_empty());
    }
}
