//! What was said in review about commits that are merged: for their tags.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::approval::ApprovalVote;
use crate::approval::notes::{REVIEW_NOTES, votes};
use crate::gerrit::{Change, Gerrit, Status};
use crate::git::{Git, Oid, bring_ref};
use crate::plan::Votes;
use crate::tree::request::Commit;
use crate::workspace::Failure;
use crate::workspace::Workspace;

/// The labels whose votes a tag names.
const NAMED: &[&str] = &["Code-Review", "Workflow"];

/// The reviews of merged commits. Each is asked for once.
pub(super) struct Reviews<'a> {
    workspace: &'a Workspace,
    /// None where the site has no Gerrit.
    gerrit: Option<Gerrit>,
    notes: OnceCell<Result<Option<Oid>, String>>,
    changes: RefCell<BTreeMap<String, Result<Option<Change>, String>>>,
}

impl<'a> Reviews<'a> {
    /// Nothing is asked yet.
    pub(super) fn new(workspace: &'a Workspace) -> Result<Self, Failure> {
        let gerrit = workspace.gerrit()?;
        let (notes, changes) = Default::default();
        Ok(Self { workspace, gerrit, notes, changes })
    }

    /// The lines of a tag about the review of `commit`, with whether it could be read. Where there are no votes to name, one
    /// line says why.
    pub(super) fn lines(&self, commit: &Commit) -> (Vec<(String, String)>, Votes) {
        if self.gerrit.is_none() {
            return (Vec::new(), Votes::Known);
        }
        let not = |why: &str| vec![("Votes".to_owned(), format!("not known: {why}"))];
        match self.votes(&commit.id) {
            Ok(Some(votes)) => {
                let named = votes.iter().filter(|vote| NAMED.contains(&vote.label.as_str()));
                let line = |vote: &ApprovalVote| {
                    (format!("{}{:+}", vote.label, vote.value), one_line(&vote.by))
                };
                (named.map(line).collect(), Votes::Known)
            }
            Ok(None) => {
                let why = unreviewed(&commit.id);
                (not(&why), Votes::Unreviewed(why))
            }
            Err(why) => {
                let why = one_line(why);
                (not(&why), Votes::Unknown(why))
            }
        }
    }

    /// The votes on a commit: from its review note, else from its change; none where it was merged without a review.
    fn votes(&self, commit: &str) -> Result<Option<Vec<ApprovalVote>>, String> {
        if let Some(note) = self.note(commit)? {
            return Ok(Some(votes(&note)));
        }
        let Some(gerrit) = &self.gerrit else { return Ok(Some(Vec::new())) };
        let change = self.change(gerrit, commit)?;
        let early = |change: Change| {
            change.votes.iter().filter(|vote| !vote.is_late).map(Into::into).collect()
        };
        Ok(change.map(early))
    }

    /// The review note of a commit. Where notes cannot be read Gerrit may still answer, so that is no failure.
    fn note(&self, commit: &str) -> Result<Option<String>, String> {
        let tip = self.notes.get_or_init(|| self.tip_of_notes());
        let (Ok(Some(tip)), Ok(id)) = (tip, Oid::from_str(commit)) else { return Ok(None) };
        let note = self.workspace.repository.note(*tip, id).map_err(|error| error.to_string())?;
        Ok(note.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn tip_of_notes(&self) -> Result<Option<Oid>, String> {
        if self.workspace.is_offline() {
            return Ok(None);
        }
        let git = Git::find().map_err(|error| error.to_string())?;
        let git_dir = self.workspace.repository.common_dir();
        let url = self.workspace.push_url().map_err(|failure| failure.to_string())?;
        bring_ref(&git, git_dir, &url, REVIEW_NOTES, "reading the review notes")
            .inspect_err(|error| log::info!("{error}"))
            .map_err(|error| error.to_string())
    }

    /// The change by which a commit was merged; none where it was pushed without one.
    pub(super) fn change(&self, gerrit: &Gerrit, commit: &str) -> Result<Option<Change>, String> {
        if self.workspace.is_offline() {
            return Err("nothing may be asked (--offline)".to_owned());
        }
        let ask = || {
            let found = gerrit.changes_of(commit).map_err(|error| error.to_string())?;
            let is_it = |change: &Change| change.is_at(commit) && change.status == Status::Merged;
            Ok(found.into_iter().find(is_it))
        };
        self.changes.borrow_mut().entry(commit.to_owned()).or_insert_with(ask).clone()
    }
}

fn unreviewed(commit: &str) -> String {
    let commit = commit.get(..12).unwrap_or(commit);
    format!("Gerrit shows no merged change of the commit {commit}")
}

/// As a line of a tag takes it.
fn one_line(text: impl ToString) -> String {
    text.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
