//! The branch of one change in the local clone.

use std::collections::BTreeMap;

use super::became::{AMENDED, Became, LEFT, PROPOSED, UNCHANGED};
use super::group::Group;
use super::{ProposeOptions, Write};
use crate::git::{CommitInfo, Git, Oid, TagTime, commit_files};
use crate::text::one_line;
use crate::workspace::{Failure, Workspace};

/// Bytes of the largest deliverable file.
const LARGEST: usize = 1 << 20;
/// What git takes for "there is no such ref".
const NOTHING: &str = "0000000000000000000000000000000000000000";

/// A branch with the commit of one change.
pub(super) struct Branch {
    name: String,
    state: State,
    commit: Oid,
    there: Option<Oid>,
}

/// What becomes of the branch of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is made.
    New,
    /// It holds an older proposal, which is replaced.
    Stale,
    /// It holds this proposal.
    Same,
    /// Somebody changed it or has it checked out: it is left alone.
    Edited,
}

impl Branch {
    /// What became of it.
    fn became(&self) -> Became {
        let (word, why) = match self.state {
            State::New => (PROPOSED, None),
            State::Stale => (AMENDED, None),
            State::Same => (UNCHANGED, None),
            State::Edited => (LEFT, Some("the branch was edited by a person".to_owned())),
        };
        Became { place: Some(self.name.clone()), why, ..Became::fine(word) }
    }

    /// The commit of `group` on `base`, and what its branch holds now. No ref is made.
    ///
    /// # Errors
    /// If the repository cannot be read or written.
    pub(super) fn of(
        workspace: &Workspace,
        base: Oid,
        group: &Group<'_>,
        asked: &ProposeOptions,
    ) -> Result<Self, Failure> {
        let repository = &*workspace.repository;
        let name = format!("propose/{}/{}", asked.topic, slug(&group.name));
        let there = repository.resolve(&format!("refs/heads/{name}"))?;
        let who = workspace.identity(&Git::find()?)?;
        let time = time_of(repository.commit(base)?);
        let files = group.files();
        let message = group.message(asked);
        let common = repository.common_dir();
        let proposal = (files.as_slice(), message.as_str());
        let says_the_same = there.map_or(Ok(false), |it| is_same(workspace, it, proposal))?;
        let commit = commit_files(common, Some(base), &files, (&who, time), &message)?;
        let state = match there {
            None => State::New,
            Some(_) if says_the_same => State::Same,
            Some(there) if is_ours(workspace, there, &name)? => State::Stale,
            Some(_) => State::Edited,
        };
        Ok(Self { name, state, commit, there })
    }

    /// Makes or moves the branch, where that is asked for and it is still as it was.
    ///
    /// # Errors
    /// If git refuses.
    pub(super) fn make(&self, workspace: &Workspace, write: Write) -> Result<Became, Failure> {
        let is_asked = write != Write::Nothing;
        if is_asked && matches!(self.state, State::New | State::Stale) {
            let old = self.there.map_or_else(|| NOTHING.to_owned(), |there| there.to_string());
            let (name, new) = (format!("refs/heads/{}", self.name), self.commit.to_string());
            Git::find()?
                .command(format!("making the branch {}", self.name))
                .git_dir(workspace.repository.common_dir())
                .args(["update-ref", &name, &new, &old])
                .must()?;
        }
        Ok(self.became())
    }
}

/// Whether a commit says the same: its message, and the whole texts of the files. What it is based on may be older.
fn is_same(
    workspace: &Workspace,
    commit: Oid,
    (files, message): (&[(String, Vec<u8>)], &str),
) -> Result<bool, Failure> {
    let repository = &*workspace.repository;
    let has_message = repository.commit(commit)?.is_some_and(|it| it.message == message);
    for (path, text) in files.iter().filter(|_| has_message) {
        let there = repository.read(commit, path, LARGEST)?;
        if there.is_none_or(|blob| blob.bytes != *text) {
            return Ok(false);
        }
    }
    Ok(has_message)
}

/// Whether a commit is as a run of ours made it: a person who amends it, or commits on top, gives it a time of its own.
fn is_ours(workspace: &Workspace, commit: Oid, branch: &str) -> Result<bool, Failure> {
    let repository = &*workspace.repository;
    if repository.trunk()?.as_deref() == Some(branch) {
        return Ok(false);
    }
    let Some(commit) = repository.commit(commit)? else { return Ok(false) };
    let [parent] = commit.parents.as_slice() else { return Ok(false) };
    let parent = repository.commit(*parent)?;
    let base = parent.map(|parent| parent.committer_time.seconds);
    Ok(base == Some(commit.committer_time.seconds) && base == Some(commit.author_time.seconds))
}

/// The time of the commit is that of what is merged: the same proposal has the same bytes.
fn time_of(base: Option<CommitInfo>) -> TagTime {
    let seconds = base.map_or(0, |commit| commit.committer_time.seconds);
    TagTime { seconds, offset_minutes: 0 }
}

/// Refuses groups whose branches would have one name, and a group without one: the second would overwrite the first.
///
/// # Errors
/// That, with their names.
pub(super) fn refuse_shared(groups: &[Group<'_>]) -> Result<(), Failure> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for group in groups {
        let slug = slug(&group.name);
        if slug.is_empty() {
            let message = format!("no branch can be named after `{}`", one_line(&group.name));
            return Err(Failure::refused(message).help("group the changes differently with `--by`"));
        }
        if let Some(other) = known.insert(slug.clone(), &group.name) {
            let (one, other) = (one_line(&group.name), one_line(other));
            let message = format!("`{other}` and `{one}` would share the branch `{slug}`");
            return Err(Failure::refused(message).help(
                "propose them one after the other with `--only`, or group them with `--by`",
            ));
        }
    }
    Ok(())
}

/// The name of a group as part of the name of a branch.
fn slug(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '-' };
    let words: String = name.to_lowercase().replace('.', "-").chars().map(plain).collect();
    words.trim_matches('-').to_owned()
}
