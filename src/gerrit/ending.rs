//! The end of a branch: its open changes are abandoned, then it is deleted.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;

use super::{Change, Gerrit, GerritError, Status, name};
use crate::net::http::{HttpError, HttpProblem, Verb};

/// What became of a branch that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone: Gerrit said so.
    Now,
    /// The answer was lost, and Gerrit does not show the branch any more: it is gone, or hidden from the login.
    NoLongerShown,
    /// Gerrit does not show the branch: it was gone, or is hidden from the login.
    NotShown,
}

/// What a login may do with a branch, as Gerrit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MayDelete {
    /// It may delete it.
    Yes,
    /// It may not.
    No,
    /// Gerrit does not show the branch to it.
    NotShown,
}

/// `BranchInfo` of Gerrit's REST API: `can_delete` is left out where it is false.
#[derive(Deserialize)]
struct BranchInfo {
    #[serde(default)]
    can_delete: bool,
}

impl Gerrit {
    /// The open changes on a branch.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn open_changes_on(
        &self,
        (project, branch): (&str, &str),
    ) -> Result<Vec<Change>, GerritError> {
        let part =
            |key: &str, text: &str| format!("{key}:{}", name::encoded(&format!("\"{text}\"")));
        let parts = [part("project", project), part("branch", branch)];
        let changes = self.query(&format!("status:open+{}", parts.join("+")))?;
        let is_it = |change: &Change| change.project == project && change.branch == branch;
        Ok(changes.into_iter().filter(is_it).collect())
    }

    /// Abandons a change, with a message that says why. One that is closed already stays as it is.
    ///
    /// # Errors
    ///
    /// When Gerrit refuses or does not answer, or nobody's name is at hand.
    pub fn abandon(&self, change: &Change, message: &str) -> Result<(), GerritError> {
        self.must_be_named()?;
        let number = change.number;
        let url = self.url(&format!("changes/{}~{number}/abandon", name::encoded(&change.project)));
        let body = json!({ "message": message }).to_string();
        let mut is_closed =
            || Ok::<_, GerritError>(self.change(&number.into())?.status != Status::New);
        let sent =
            self.client.send(Verb::Post, &url, self.who.as_ref(), body.as_bytes(), &mut is_closed);
        match sent {
            // Somebody closed it first.
            Err(GerritError::Http(HttpError { problem: HttpProblem::Status(409), .. }))
                if is_closed()? =>
            {
                Ok(())
            }
            sent => sent.map(drop),
        }
    }

    /// Whether the login may delete a branch.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer.
    pub fn may_delete_branch(&self, branch: (&str, &str)) -> Result<MayDelete, GerritError> {
        let found = self.get::<BranchInfo>(&self.branch_url(branch))?;
        Ok(match found.map(|branch| branch.can_delete) {
            Some(true) => MayDelete::Yes,
            Some(false) => MayDelete::No,
            None => MayDelete::NotShown,
        })
    }

    /// Deletes a branch. After a lost answer it looks whether Gerrit still shows the branch.
    ///
    /// # Errors
    ///
    /// When Gerrit refuses or does not answer, or nobody's name is at hand.
    pub fn delete_branch(&self, branch: (&str, &str)) -> Result<Deleted, GerritError> {
        self.must_be_named()?;
        let url = self.branch_url(branch);
        let mut deleted = Deleted::Now;
        let mut is_gone = || {
            let is_gone = self.get::<IgnoredAny>(&url)?.is_none();
            if is_gone {
                deleted = Deleted::NoLongerShown;
            }
            Ok::<_, GerritError>(is_gone)
        };
        let sent = self.client.send(Verb::Delete, &url, self.who.as_ref(), b"", &mut is_gone);
        match sent {
            Ok(_) => Ok(deleted),
            Err(GerritError::Http(HttpError {
                problem: HttpProblem::Status(404 | 410), ..
            })) => Ok(Deleted::NotShown),
            Err(error) => Err(error),
        }
    }

    fn branch_url(&self, (project, branch): (&str, &str)) -> String {
        let (project, branch) = (name::encoded(project), name::encoded(branch));
        self.url(&format!("projects/{project}/branches/{branch}"))
    }

    fn must_be_named(&self) -> Result<(), GerritError> {
        if self.is_named() { Ok(()) } else { Err(GerritError::Nobody(self.base.clone())) }
    }
}
