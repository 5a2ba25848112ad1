//! The notes that Gerrit's `reviewnotes` plugin adds to merged commits.

use super::ApprovalVote;
use crate::facts::people::Person;

/// The ref with these notes.
pub const REVIEW_NOTES: &str = "refs/notes/review";

/// The votes of a note: its lines `Code-Review+2: Bob Example <bob@example.org>`. Other lines are ignored.
pub fn votes(note: &str) -> Vec<ApprovalVote> {
    note.lines().filter_map(vote).collect()
}

fn vote(line: &str) -> Option<ApprovalVote> {
    let (what, who) = line.split_once(": ")?;
    let sign = what.rfind(['+', '-'])?;
    let (label, value) = what.split_at(sign);
    let value: i32 = value.parse().ok()?;
    let (name, email) = match who.trim().strip_suffix('>').and_then(|who| who.rsplit_once('<')) {
        Some((name, email)) => (name.trim(), email),
        None => (who.trim(), ""),
    };
    let by = Person { name: name.to_owned(), email: email.to_owned(), irc: None };
    (!label.is_empty() && value != 0).then(|| ApprovalVote { label: label.to_owned(), value, by })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn votes_are_read_and_other_lines_are_not() {
        let note = "Code-Review+2: Bob B. Example <bob@example.org>\nWorkflow+1: Cy\nVerified-1: Zuul <z@example.org>\n\
                    Code-Review+0: Ann <ann@example.org>\nSubmitted-by: Zuul\n\
                    Submitted-at: Thu, 06 Apr 2023 13:10:12 +0000\nReviewed-on: https://review.example.org/c/a-1/+/8\n\
                    Project: openstack/releases\nBranch: refs/heads/stable/a+1\n";
        let told: Vec<String> = votes(note).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "Code-Review+2: Bob B. Example <bob@example.org>",
                "Workflow+1: Cy",
                "Verified-1: Zuul <z@example.org>"
            ]
        );
    }
}
