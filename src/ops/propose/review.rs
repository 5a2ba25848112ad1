//! The change of Gerrit for a group: pushed to `refs/for/`, and nowhere else.

use jiff::Timestamp;

use super::became::Became;
use super::group::Group;
use super::invite::People;
use super::place::GerritProject;
use super::{ProposeOptions, Write};
use crate::facts::Unknown;
use crate::facts::proposed::{ProposalFate, found};
use crate::facts::pushed_files::Tree;
use crate::gerrit::{Gerrit, OpenChange, PatchsetCommit, Proposal, Proposed, Status, Uploader};
use crate::git::{AtPath, Destination, Git, Identity, NewCommit, Oid, Scratch};
use crate::plan::{State, StepResult};
use crate::steps::proposing::PatchsetOf;
use crate::workspace::{Failure, Upstream, Workspace};

/// Where groups are proposed, and what with.
pub(super) struct Reviewing<'a> {
    workspace: &'a Workspace,
    git: Git,
    gerrit: Gerrit,
    place: GerritProject,
    upstream: &'a Upstream,
    scratch: Scratch,
    who: Identity,
    topic: String,
}

impl<'a> Reviewing<'a> {
    /// Finds the place, and refuses a topic that is over.
    ///
    /// # Errors
    /// If there is no Gerrit or no login, it does not answer, or all changes of the topic have merged.
    pub(super) fn open(
        workspace: &'a Workspace,
        upstream: &'a Upstream,
        topic: &str,
    ) -> Result<Self, Failure> {
        let gerrit = workspace.gerrit()?.ok_or_else(|| {
            Failure::usage("no Gerrit is configured, so there is nowhere to propose changes")
                .help("set `gerrit` in `tagkeeper.yaml`, or leave out `--send` to make branches")
        })?;
        if !gerrit.is_named() {
            return Err(Failure::usage("changes are proposed in the name of a login")
                .help("name its file in `gerrit-login-file`"));
        }
        if workspace.is_offline() {
            return Err(Failure::usage("nothing can be proposed with --offline"));
        }
        let git = Git::find()?;
        let place = GerritProject::find(workspace, &gerrit, upstream.tip)?;
        let who = workspace.identity(&git)?;
        let scratch = Scratch::of(workspace.repository.common_dir())?;
        let topic = topic.to_owned();
        let reviewing = Self { workspace, git, gerrit, place, upstream, scratch, who, topic };
        reviewing.refuse_merged_topic()?;
        Ok(reviewing)
    }

    /// Topics are used once: what comes after all has merged belongs to another.
    fn refuse_merged_topic(&self) -> Result<(), Failure> {
        let place = (self.place.project.as_str(), self.upstream.branch.as_str());
        let changes = self.gerrit.with_topic(place, &self.topic).map_err(|error| {
            Failure::from(error).help("nothing was proposed: run again when Gerrit answers")
        })?;
        let is_over = !changes.is_empty() && changes.iter().all(|it| it.status == Status::Merged);
        match is_over {
            false => Ok(()),
            true => Err(Failure::refused(format!(
                "all changes of the topic `{}` have merged",
                self.topic
            ))
            .help("choose another topic, such as one with the date")),
        }
    }

    /// Proposes the change of a group, where that is asked for, and says what became of it. A new one is shown to `people`.
    pub(super) fn propose(
        &self,
        group: &Group<'_>,
        (asked, write): (&ProposeOptions, Write),
        people: Option<&People>,
    ) -> Became {
        let files = group.files();
        let message = group.message(asked);
        let proposal = Proposal {
            project: self.place.project.clone(),
            branch: self.upstream.branch.clone(),
            topic: self.topic.clone(),
            change_id: group.change_id(&self.topic),
        };
        let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
        let reread = || found(&self.gerrit, &proposal, &paths).map_err(Unknown::from);
        let state = |found: &ProposalFate| self.state(found, (&files, &message));
        let before = match reread() {
            Ok(before) => before,
            Err(why) => return Became::of(StepResult::Unknown(why), None),
        };
        let page = before.as_ref().map(|found| found.page.clone());
        let done = before.as_ref().and_then(|found| StepResult::of_state(&state(found)));
        if let Some(result) = done {
            return Became::of(result, page);
        }
        if write == Write::Nothing {
            return Became::would_be(page);
        }
        let object = match self.commit(&files, &message) {
            Ok(object) => object,
            Err(error) => return Became::of(StepResult::Failed(error.to_string()), page),
        };
        let git_dir = self.scratch.git_dir();
        let destination = Destination::new(&self.git, &git_dir, self.place.url.secret_text());
        let patchset =
            PatchsetOf { proposal: &proposal, object, destination, reread: &reread, state: &state };
        let result = patchset.send().into_result();
        let is_new = matches!(result, StepResult::Made(_)) && page.is_none();
        let mut became = Became::of(result, page);
        if is_new && let Some(people) = people {
            became.notes = self.invite(people, group, &reread());
        }
        became
    }

    fn commit(&self, files: &[(String, Vec<u8>)], message: &str) -> Result<Oid, Failure> {
        let new = NewCommit { parent: self.upstream.tip, files, author: &self.who, message };
        Ok(self.scratch.commit(&self.workspace.repository, &new)?)
    }

    /// Asks the people of the group's teams; who could not be asked is a note.
    fn invite(
        &self,
        people: &People,
        group: &Group<'_>,
        found: &Result<Option<ProposalFate>, Unknown>,
    ) -> Vec<String> {
        let number = match found {
            Ok(Some(ProposalFate { proposed: Proposed::Open(open), .. })) => open.number,
            _ => return vec![format!("nobody was invited to the change of `{}`", group.name)],
        };
        people.invite(&self.gerrit, (&self.place.project, number), group)
    }

    /// What a change is to a group that wants these files and this message.
    fn state(&self, found: &ProposalFate, (files, message): (&[(String, Vec<u8>)], &str)) -> State {
        let page = &found.page;
        match &found.proposed {
            Proposed::Merged(_) => State::Ended(format!("{page} has merged")),
            Proposed::Abandoned(_) => {
                State::Ended(format!("{page} was abandoned; restore it to have it"))
            }
            Proposed::Open(open) if is_same(open, &found.files, (files, message)) => {
                State::Done(page.clone())
            }
            Proposed::Open(open) => match (&open.uploader, &open.written) {
                (Uploader::Another(who), _) => {
                    State::Open(format!("{page} has a patch set by {who}"))
                }
                (Uploader::Us, Some(written)) if !self.is_ours(written) => {
                    State::Open(format!("{page} was edited by a person"))
                }
                (Uploader::Us, _) => State::Create,
            },
        }
    }

    /// Whether a run made a commit: it bears the date of the one merged commit that it comes after. Who amends it gives it
    /// another.
    fn is_ours(&self, written: &PatchsetCommit) -> bool {
        let [parent] = written.parents.as_slice() else { return false };
        let Ok(parent) = parent.parse::<Oid>() else { return false };
        let Ok(Some(parent)) = self.workspace.repository.commit(parent) else { return false };
        let date = parent.committer_time.seconds;
        let is_at = |time: Timestamp| time.as_second() == date;
        is_at(written.authored) && is_at(written.committed)
    }
}

fn is_same(
    open: &OpenChange,
    there: &Tree,
    (files, message): (&[(String, Vec<u8>)], &str),
) -> bool {
    let has = |(path, text): &(String, Vec<u8>)| matches!(there.get(path), Some(AtPath::File(bytes)) if bytes == text);
    // A server that does not show the commit leaves the files alone to compare.
    let says = open.written.as_ref().is_none_or(|it| it.message.trim_end() == message.trim_end());
    files.iter().all(has) && says
}
