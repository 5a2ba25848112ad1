//! Deleting: the changes first, and the branch only if its tag still holds all of it.

use super::{elsewhere, pages};
use crate::facts::Unknown;
use crate::gerrit::{Deleted, Gerrit, GerritError, MayDelete};
use crate::net::http::{HttpError, HttpProblem};
use crate::plan::{About, Prepared, StepResult};
use crate::steps::tools::Tools;
use crate::tree::RepoName;
use crate::version::tags_that_end;

/// What a 404 means for a branch that the remote has.
const HIDDEN: &str = "Gerrit does not show the branch to this login, and the remote has it";
/// The same, where it is not known what the remote has.
const NOT_SHOWN: &str = "Gerrit does not show the branch to this login";
const DELETED: &str = "Gerrit said that it deleted the branch";
/// Rounds of open changes: a server shows so many at a time, and new ones may come.
const ROUNDS: usize = 20;

pub(super) fn prepare<'t>(
    about: &About<'t>,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let gerrit = match &tools.gerrit {
        Ok(Some(gerrit)) if gerrit.is_named() => gerrit,
        Ok(_) => {
            let why = "no Gerrit login is set; set `gerrit-login-file`";
            return Err(StepResult::Unsent(why.to_owned()));
        }
        Err(why) => return Err(StepResult::Failed(why.clone())),
    };
    let branch = Branch {
        repo: &about.step.repo,
        name: about.step.action.name(),
        message: about.step.action.message.as_deref().unwrap_or_default(),
        gerrit,
        tools,
    };
    Ok(Prepared::here(None, move || branch.delete()))
}

/// A branch that is to be deleted.
struct Branch<'t> {
    repo: &'t RepoName,
    name: &'t str,
    message: &'t str,
    gerrit: &'t Gerrit,
    tools: &'t Tools<'t>,
}

impl Branch<'_> {
    fn delete(&self) -> StepResult {
        if let Some(result) = self.obstacle().or_else(|| self.refusal()) {
            return result;
        }
        let abandoned = match self.abandon_all() {
            Ok(abandoned) => abandoned,
            Err(error) => return failed(&error),
        };
        // A change may have been merged meanwhile.
        if let Some(result) = self.obstacle() {
            return result;
        }
        let abandoned =
            pages(&abandoned).map(|pages| format!("; abandoned {pages}")).unwrap_or_default();
        let made = StepResult::Made(format!("`{}` is deleted{abandoned}", self.name));
        let hidden = || StepResult::Failed(HIDDEN.to_owned());
        match self.gerrit.delete_branch((self.repo, self.name)) {
            // A yes may be that of a proxy.
            Ok(Deleted::Now) => {
                let still = StepResult::Failed(format!(
                    "{DELETED}, and the remote still has it; run again"
                ));
                self.read_again(made, still, DELETED)
            }
            Ok(Deleted::NoLongerShown) => self.read_again(made, hidden(), NOT_SHOWN),
            Ok(Deleted::NotShown) => {
                let gone = StepResult::WasThere("the branch is not there".to_owned());
                self.read_again(gone, hidden(), NOT_SHOWN)
            }
            Err(error) => self.read_again(made, failed(&error), &error.to_string()),
        }
    }

    /// What Gerrit would refuse: known before any change is abandoned for it.
    fn refusal(&self) -> Option<StepResult> {
        match self.gerrit.may_delete_branch((self.repo, self.name)) {
            Ok(MayDelete::Yes) => None,
            Ok(MayDelete::No) => Some(StepResult::Refused(format!(
                "Gerrit does not let this login delete `{}`; give it `delete` on `refs/heads/*`, and run again",
                self.name
            ))),
            Ok(MayDelete::NotShown) => Some(StepResult::Failed(HIDDEN.to_owned())),
            Err(error) => Some(failed(&error)),
        }
    }

    /// What keeps it from being deleted, as it is at the remote now.
    fn obstacle(&self) -> Option<StepResult> {
        let mut found = None;
        let look = self.tools.remotes.read_now(self.repo, &mut |_, refs| {
            let Some(tip) = refs.heads.get(self.name) else {
                found = Some(StepResult::WasThere("the branch is not there".to_owned()));
                return;
            };
            let names = tags_that_end(self.name, &self.tools.config.branches);
            let tags = names.iter().filter_map(|name| Some((name, refs.tags.get(name)?.peeled)));
            let tags: Vec<_> = tags.collect();
            if tags.iter().any(|(_, at)| at == tip) {
                return;
            }
            found = Some(StepResult::Conflict(match tags.first() {
                Some((name, at)) => elsewhere((*tip).into(), name, (*at).into()),
                None => "no tag ends the branch, so it is not deleted".to_owned(),
            }));
        });
        match look {
            Ok(()) => found,
            Err(why) => Some(StepResult::Failed(why)),
        }
    }

    /// Abandons every open change; where people read them.
    fn abandon_all(&self) -> Result<Vec<String>, GerritError> {
        let mut abandoned = Vec::new();
        for _ in 0..ROUNDS {
            let open = self.gerrit.open_changes_on((self.repo, self.name))?;
            if open.is_empty() {
                break;
            }
            for change in open {
                self.gerrit.abandon(&change, self.message)?;
                let page = self.gerrit.page_of(self.repo, change.number);
                if !abandoned.contains(&page) {
                    abandoned.push(page);
                }
            }
        }
        Ok(abandoned)
    }

    /// The answer of Gerrit, which `said` has in words, is not certain: what is there now decides.
    fn read_again(&self, gone: StepResult, there: StepResult, said: &str) -> StepResult {
        match self.tools.remotes.reread(self.repo, &format!("refs/heads/{}", self.name)) {
            Ok(None) => gone,
            Ok(Some(_)) => there,
            Err(unknown) => StepResult::Unknown(Unknown::because(format_args!(
                "{said}, but `{}` could not be read again: {unknown}",
                self.name
            ))),
        }
    }
}

fn failed(error: &GerritError) -> StepResult {
    match error {
        GerritError::Http(HttpError { problem: HttpProblem::Status(status), .. })
            if (400..500).contains(status) =>
        {
            StepResult::Refused(error.to_string())
        }
        _ => StepResult::Failed(error.to_string()),
    }
}
