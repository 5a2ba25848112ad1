//! Proposing a change: a commit on top of the branch as it is now, and the way it leaves.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::patchset::{PatchsetOf, not_there};
use super::state::{of_found, on_branch};
use super::{Edited, ProposedChange, edited, way};
use crate::config::Proposals;
use crate::facts::patches::PatchIn;
use crate::facts::proposed::{ProposalFate, found};
use crate::facts::pushed_files::FilesAt;
use crate::facts::{Answer, Unknown};
use crate::git::{Destination, GitError, NewCommit, Oid, PushAnswer, Repository, mask_credentials};
use crate::plan::{Prepared, Sent, StepResult};
use crate::steps::tools::Tools;

/// Makes the commit, with the message that was planned. It leaves this machine when it is sent.
pub(in crate::steps) fn prepare<'t>(
    change: ProposedChange,
    message: Option<&str>,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let failed = StepResult::Failed;
    let scratch = tools.scratch(&change.repo).map_err(failed)?;
    let mut made = Err(StepResult::Failed(format!("`{}` was not read", change.repo)));
    let look = &mut |repository: &Repository, at: &FilesAt| {
        made = commit(&change, message, (repository, at), tools)
            .map(|object| (object, at.branch.clone()));
    };
    match tools.remotes.edit_now(&on_branch(&change), look) {
        Answer::Known(()) => {}
        Answer::Absent => {
            return Err(StepResult::Failed(format!("the branch of `{}` is gone", change.repo)));
        }
        Answer::Unknown(why) => return Err(StepResult::Failed(why.to_string())),
    }
    let (object, branch) = made?;
    let proposal = Sending { change, branch, object, tools };
    let send = move || match way(tools.config) {
        Proposals::Gerrit => proposal.to_gerrit(),
        Proposals::Branch => proposal.as_branch().into(),
        Proposals::Directory(directory) => {
            let mail = scratch.mail_of(object);
            proposal.as_patch(&directory, mail).into()
        }
    };
    Ok(Prepared::here(Some(object.to_string()), send))
}

/// The commit that makes the edit on top of the branch.
fn commit(
    change: &ProposedChange,
    message: Option<&str>,
    (repository, at): (&Repository, &FilesAt),
    tools: &Tools<'_>,
) -> Result<Oid, StepResult> {
    let files = match edited(&*change.edit, &at.files) {
        Edited::Changed(files) => files,
        Edited::AsItIs(why) => return Err(StepResult::WasThere(why)),
        Edited::Refused(why) => return Err(StepResult::Operator(format!("not proposed: {why}"))),
    };
    let files: Vec<(String, Vec<u8>)> =
        files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    let message = message.map_or_else(|| change.message(&at.branch), str::to_owned);
    let new = NewCommit { parent: at.tip, files: &files, author: tools.tagger, message: &message };
    let scratch = tools.scratch(&change.repo).map_err(StepResult::Failed)?;
    scratch.commit(repository, &new).map_err(|error| StepResult::Failed(error.to_string()))
}

/// A commit that is about to be proposed.
struct Sending<'t> {
    change: ProposedChange,
    branch: String,
    object: Oid,
    tools: &'t Tools<'t>,
}

impl Sending<'_> {
    fn push(&self, full_ref: &str) -> Result<Result<PushAnswer, GitError>, String> {
        let repo = &self.change.repo;
        let scratch = self.tools.scratch(repo)?;
        let url = self.tools.remotes.url(repo);
        let git_dir = scratch.git_dir();
        Ok(Destination::new(self.tools.git, &git_dir, &url).create(self.object, full_ref))
    }

    fn to_gerrit(&self) -> Sent {
        let scratch = match self.tools.scratch(&self.change.repo) {
            Ok(scratch) => scratch,
            Err(why) => return StepResult::Failed(why).into(),
        };
        let url = self.tools.remotes.url(&self.change.repo);
        let git_dir = scratch.git_dir();
        let patchset = PatchsetOf {
            proposal: &self.change.on_gerrit(&self.branch),
            object: self.object,
            destination: Destination::new(self.tools.git, &git_dir, &url),
            reread: &|| self.reread(),
            state: &|found| of_found(&self.change, found),
        };
        patchset.send()
    }

    /// What Gerrit knows of the change now.
    fn reread(&self) -> Result<Option<ProposalFate>, Unknown> {
        let gerrit = self.tools.gerrit.as_ref().map_err(Unknown::because)?;
        let Some(gerrit) = gerrit else { return Ok(None) };
        let proposal = self.change.on_gerrit(&self.branch);
        found(gerrit, &proposal, &self.change.edit.paths()).map_err(Unknown::from)
    }

    fn as_branch(&self) -> StepResult {
        let full_ref = format!("refs/heads/{}", self.change.own_branch());
        let why = match self.push(&full_ref) {
            Ok(Ok(PushAnswer::Created | PushAnswer::Moved)) => {
                return StepResult::Made(format!("branch `{}`", self.change.own_branch()));
            }
            Ok(Ok(PushAnswer::Refused { reason })) => {
                return StepResult::Refused(mask_credentials(&reason));
            }
            Ok(Ok(PushAnswer::AlreadyThere | PushAnswer::Taken)) => {
                "another run made the branch first".to_owned()
            }
            Ok(Ok(PushAnswer::Unknown { why })) => why,
            Ok(Err(error)) => return StepResult::Failed(error.to_string()),
            Err(why) => return StepResult::Failed(why),
        };
        let branch = self.change.own_branch();
        match self.tools.remotes.reread(&self.change.repo, &full_ref) {
            Ok(Some(there)) if there.object == self.object => {
                StepResult::Made(format!("branch `{branch}`"))
            }
            Ok(Some(_)) => StepResult::Open(format!("branch `{branch}` waits to be merged")),
            Ok(None) => not_there(&why),
            Err(unknown) => StepResult::Unknown(Unknown::because(format_args!(
                "{why}, and `{full_ref}` could not be read again: {unknown}"
            ))),
        }
    }

    fn as_patch(&self, directory: &str, mail: Result<Vec<u8>, GitError>) -> StepResult {
        let name = self.change.patch_file(&self.branch);
        let path = PatchIn { directory: directory.to_owned(), name }.path();
        let written = mail.map_err(|error| error.to_string()).and_then(|bytes| {
            write_whole(&path, &bytes).map_err(|error| format!("{}: {error}", path.display()))
        });
        match written {
            Ok(()) => StepResult::Made(path.display().to_string()),
            Err(why) => StepResult::Failed(format!("the patch could not be written: {why}")),
        }
    }
}

/// Writes a file whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
