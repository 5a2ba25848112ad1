//! `Release-Override:` trailers of commit messages.

use super::finding::Override;
use crate::tree::place::Place;
use crate::tree::request::Commit;

/// The word a trailer begins with.
const TRAILER: &str = "Release-Override:";

/// One trailer, as written.
#[derive(Clone, Debug)]
pub struct Trailer {
    /// Rule, reason and commit; the reason may be empty, and the rule unknown.
    pub says: Override,
    /// Where it stands in the message of its commit, which counts its lines from 1.
    pub place: Place,
    /// The files its commit touches: it speaks for no others.
    pub paths: Vec<String>,
    /// Whether a finding was silenced by it.
    pub is_used: bool,
}

impl Trailer {
    /// The trailers of `commits`, in the order of the commits.
    pub fn of(commits: &[Commit]) -> Vec<Self> {
        commits.iter().flat_map(of_commit).collect()
    }

    /// Whether it may silence findings of `rule` in `file`: it names the rule, gives a reason, and its commit touches the file.
    pub fn covers(&self, rule: &str, file: &str) -> bool {
        self.says.rule == rule
            && !self.says.reason.is_empty()
            && self.paths.iter().any(|path| path == file)
    }
}

fn of_commit(commit: &Commit) -> impl Iterator<Item = Trailer> + '_ {
    commit.message.lines().zip(1u32..).filter_map(|(text, line)| {
        let said = strip_word(text)?;
        let (rule, reason) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
        let end_column = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        Some(Trailer {
            says: Override {
                rule: rule.to_owned(),
                reason: reason.trim().to_owned(),
                commit: commit.id.clone(),
            },
            place: Place { line, column: 1, end_line: line, end_column },
            paths: commit.paths.clone(),
            is_used: false,
        })
    })
}

fn strip_word(line: &str) -> Option<&str> {
    let head = line.get(..TRAILER.len())?;
    head.eq_ignore_ascii_case(TRAILER).then(|| line[TRAILER.len()..].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str) -> Commit {
        Commit {
            id: "abc".into(),
            parent: None,
            author: "Ann <ann@example.org>".into(),
            message: message.into(),
            author_time: jiff::Timestamp::UNIX_EPOCH,
            paths: vec!["deliverables/a/b.yaml".into()],
        }
    }

    #[test]
    fn a_trailer_names_a_rule_and_a_reason() {
        let found = Trailer::of(&[commit(
            "Release b\n\nrelease-override: series-open  CVE fix \nChange-Id: I1\n",
        )]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].says.rule.as_str(), found[0].says.reason.as_str()),
            ("series-open", "CVE fix")
        );
        assert_eq!(found[0].place.line, 3);
        assert!(found[0].covers("series-open", "deliverables/a/b.yaml"));
        assert!(!found[0].covers("series-open", "deliverables/a/c.yaml"));
    }

    #[test]
    fn a_trailer_without_reason_covers_nothing() {
        let found = Trailer::of(&[commit("Release b\n\nRelease-Override: series-open\n")]);
        assert!(!found[0].covers("series-open", "deliverables/a/b.yaml"));
    }

    #[test]
    fn other_lines_are_no_trailers() {
        assert!(Trailer::of(&[commit("Talk of Release-Override: x\n é\n")]).is_empty());
    }
}
