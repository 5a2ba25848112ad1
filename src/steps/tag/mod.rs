//! Tags: at the planned commit done, at another a conflict, never moved.

mod maker;
pub mod message;

pub(super) use maker::{Maker, Words, maker};

use super::push::{Ours, Way, away, commit_of};
use super::tools::Tools;
use crate::config::PackageIndex;
use crate::facts::object::ObjectIn;
use crate::facts::pushed::{
    PushedCommit, PushedRepository, PushedSignature, PushedTag, PushedTrunk,
};
use crate::facts::ref_in_the_way::{RefInTheWay, RefKind};
use crate::facts::repository::Remote;
use crate::facts::{Answer, Asks, Facts, Question as _};
use crate::git::{OtherObject, TagContent, TagTime, create_signed_tag};
use crate::plan::{
    About, Action, CarryOut, Ground, Memory, Part, Prepared, Removed, RequestedFile, State, Step,
    StepKind, StepResult,
};
use crate::tree::deliverable::{NamedProject, Release, Status};
use crate::tree::{CommitId, RepoName};
use message::{Stage, TagMessage, harmless};

/// The word for a tag in plans, which what depends on it names.
pub(super) const ACTION: &str = TAG;
/// The same, for those who look for tags in a plan.
pub const TAG: &str = "tag";
/// Its name in the ledger.
pub const IN_LEDGER: &str = "tag";

/// Makes a signed tag.
#[derive(Clone, Copy, Debug)]
pub struct TagKind;

impl StepKind for TagKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn full_ref(&self, name: &str) -> Option<String> {
        Some(format!("refs/tags/{name}"))
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        if let Part::Removed(Removed { release, project, .. }) = part {
            asks.put(question(project, release));
        }
        let Some((file, release)) = part.release() else { return };
        for project in file.tagged(release) {
            let Ok(commit) = project.commit() else { continue };
            asks.put(PushedRepository { repo: project.name.clone() });
            asks.put(PushedTrunk { repo: project.name.clone() });
            ask_commit(&project.name, commit, facts, asks);
            asks.put(question(&project, release));
            asks.put(place_of(&project.name, RefKind::Tag, release.version.text()));
            // Who made a tag is worth the look only where it is the one that was asked for.
            let there = facts.get(&question(&project, release));
            if there.known().is_some_and(|there| there.peeled == commit.oid()) {
                asks.put(PushedSignature::of(&project.name, release.version.text()));
            }
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, _: &[Step]) -> Vec<Step> {
        match part {
            Part::Release { file, release, .. } => {
                let step = |project| self.step(file, release, &project, facts);
                file.tagged(release).map(step).collect()
            }
            Part::Branch { .. } => Vec::new(),
            Part::Removed(removed) => self.removed(removed, facts).into_iter().collect(),
        }
    }
}

impl TagKind {
    fn step(
        self,
        file: &RequestedFile<'_>,
        release: &Release,
        project: &NamedProject<'_>,
        facts: &Facts,
    ) -> Step {
        let name = release.version.text();
        let (repo, action) = (project.name.clone(), Action::new(&self, name));
        let commit = match project.commit() {
            Ok(commit) => commit,
            Err(why) => return Step { repo, action, state: State::Conflict(why.to_string()) },
        };
        let branch = branch_of(file, &project.name, facts);
        let message = message(file, release, project, facts).to_text();
        let state = match (facts.get(&question(project, release)), &message) {
            (Answer::Known(there), _) if there.peeled == commit.oid() => {
                State::Done(maker(file, release, project, facts).to_string())
            }
            (Answer::Known(there), _) => State::Conflict(format!(
                "tag `{name}` is at {}, but the file says {commit}; tags are never moved",
                there.peeled
            )),
            (Answer::Unknown(why), _) => State::Unknown(why),
            (Answer::Absent, message) => {
                let place = place_of(&project.name, RefKind::Tag, name);
                match (create_at(&place, commit, facts), branch, message) {
                    (State::Create, Answer::Unknown(why), _) => State::Unknown(why),
                    (State::Create, Answer::Absent, _) => {
                        State::Conflict(no_trunk(file, &project.repo))
                    }
                    (State::Create, _, Err(error)) => State::Conflict(error.to_string()),
                    (state, _, _) => state,
                }
            }
        };
        Step { repo, action: action.at(commit).saying(message.unwrap_or_default()), state }
    }

    /// An entry that was taken out of the record after it was tagged.
    fn removed(self, removed: &Removed<'_>, facts: &Facts) -> Option<Step> {
        let Removed { subject, change, release, project } = removed;
        let state = match facts.get(&question(project, release)) {
            Answer::Absent => return None,
            Answer::Unknown(why) => State::Unknown(why),
            Answer::Known(there) => {
                let mut commits = subject.request.commits.iter();
                let by = commits.find(|commit| commit.paths.contains(&change.path));
                let by = by.map_or_else(
                    || "the working tree".to_owned(),
                    |commit| format!("commit {}", commit.id),
                );
                State::Conflict(format!(
                    "{by} removes an entry whose tag is there, at {}",
                    there.peeled
                ))
            }
        };
        let action =
            Action { commit: project.commit().ok(), ..Action::new(&self, release.version.text()) };
        let action = action.saying("");
        Some(Step { repo: project.name.clone(), action, state })
    }
}

fn question(project: &NamedProject<'_>, release: &Release) -> PushedTag {
    PushedTag { repo: project.name.clone(), name: release.version.text().to_owned() }
}

/// The question whether a ref could be made at `push:`.
pub(super) fn place_of(repo: &RepoName, kind: RefKind, name: &str) -> RefInTheWay {
    RefInTheWay { repo: repo.clone(), remote: Remote::Push, kind, name: name.to_owned() }
}

/// The state of a ref that is not there and is to name `commit`.
pub(super) fn create_at(place: &RefInTheWay, commit: CommitId, facts: &Facts) -> State {
    let repo = &place.repo;
    match facts.get(&PushedCommit { repo: repo.clone(), commit }) {
        Answer::Known(()) => place.clash(facts).map_or(State::Create, State::Conflict),
        Answer::Absent if facts.get(&PushedRepository { repo: repo.clone() }) == Answer::Absent => {
            State::Conflict(format!("there is no repository `{repo}`"))
        }
        Answer::Absent => State::Conflict(no_commit(repo, commit, facts)),
        Answer::Unknown(why) => State::Unknown(why),
    }
}

/// Asks whether `repo` has the commit, and if not, what the id names.
pub(super) fn ask_commit(repo: &RepoName, commit: CommitId, facts: &Facts, asks: &mut Asks) {
    let question = PushedCommit { repo: repo.clone(), commit };
    let has_repository = facts.get(&PushedRepository { repo: repo.clone() }).known().is_some();
    if has_repository && facts.get(&question) == Answer::Absent {
        asks.put(ObjectIn { repo: repo.clone(), commit });
    }
    asks.put(question);
}

/// Why there is no such commit.
fn no_commit(repo: &RepoName, id: CommitId, facts: &Facts) -> String {
    match facts.get(&ObjectIn { repo: repo.clone(), commit: id }) {
        Answer::Known(object @ OtherObject::Tag { commit: Some(commit), .. }) => {
            format!(
                "{id} in `{repo}` is {object}, not a commit: write the commit that it points to, {commit}"
            )
        }
        Answer::Known(object) => format!("{id} in `{repo}` is {object}, not a commit"),
        Answer::Absent | Answer::Unknown(_) => {
            format!("no branch or tag of `{repo}` contains {id}")
        }
    }
}

/// What the tag of a release will say. What people write is made one harmless line: no name blocks a release.
fn message(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &NamedProject<'_>,
    facts: &Facts,
) -> TagMessage {
    let branch = branch_of(file, &project.name, facts);
    let deliverable = &file.file.deliverable;
    let version = release.version.text();
    let by = file.introduction(version);
    let mut before = deliverable.releases.iter().take_while(|other| other.place != release.place);
    let lines = by.into_iter().flat_map(|by| &by.lines);
    TagMessage {
        short_name: project.name.short().to_owned(),
        version: version.to_owned(),
        stage: Stage::of(&release.version),
        team: harmless(deliverable.team.as_ref().map_or("", |team| team.value.as_str())),
        diff_start: release.diff_start.as_ref().map(|start| start.value.clone()),
        series: file.path.series().to_owned(),
        branch: branch.known().cloned().unwrap_or_default(),
        pypi: match (&deliverable.include_pypi_link, &file.subject.config.index) {
            (None, PackageIndex::None) => None,
            (link, _) => Some(link.as_ref().is_some_and(|link| link.value)),
        },
        first: release.version.is_full() && !before.any(|other| other.version.is_full()),
        release: lines.map(|(label, value)| (message::label(label), harmless(value))).collect(),
        overrides: by
            .into_iter()
            .flat_map(|by| by.given_overrides())
            .map(|one| harmless(&one.to_string()))
            .collect(),
        waited: by.and_then(|by| by.waited.as_deref()).map(harmless),
        playground: file.subject.ground == Ground::Playground,
        plan: None,
    }
}

/// The trunk for what is in development, else the branch of the series.
fn branch_of(file: &RequestedFile<'_>, repo: &RepoName, facts: &Facts) -> Answer<String> {
    let trunk = || facts.get(&PushedTrunk { repo: repo.clone() }).map(String::clone);
    let Some(series) = file.subject.request.head.series().get(file.path.series()) else {
        return trunk();
    };
    match series.status.as_ref().map(|status| status.value) {
        None | Some(Status::Development | Status::Future) => trunk(),
        Some(_) => {
            let mut of_series = series.branches(&file.subject.config.branches).into_iter();
            of_series.next().map_or_else(trunk, Answer::Known)
        }
    }
}

fn no_trunk(file: &RequestedFile<'_>, repo: &str) -> String {
    match &file.subject.config.trunk {
        Some(trunk) => {
            format!("`{repo}` has no branch `{trunk}`, which `trunk:` of the configuration names")
        }
        None => format!(
            "HEAD of `{repo}` does not point to a branch: point it to the trunk, or name the trunk in `trunk:` of the configuration"
        ),
    }
}

impl CarryOut<Tools<'_>> for TagKind {
    fn preflight(&self, step: &Step, tools: &Tools<'_>) -> Result<(), String> {
        tools.check_key()?;
        tools.scratch(&step.repo).map(drop)
    }

    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let action = &about.step.action;
        let content = TagContent {
            object: commit_of(about.step)?,
            name: action.name.clone(),
            tagger: tools.tagger.clone(),
            time: TagTime { seconds: tools.now.as_second(), offset_minutes: 0 },
            message: action.message.clone().unwrap_or_default(),
        };
        let key = tools.tag_key().map_err(StepResult::Failed)?;
        let way = Way::of(about.step, tools)?;
        let make = move || {
            let signed = create_signed_tag(way.git, &way.git_dir(), &content, key);
            let object = signed.map_err(|error| error.to_string())?.object;
            Ok(way.sending(object))
        };
        Ok(away(about.step, make, Ours::Noted(IN_LEDGER), tools))
    }

    fn is_at(&self, step: &Step, objects: &[String], tools: &Tools<'_>) -> bool {
        let question = PushedTag { repo: step.repo.clone(), name: step.action.name().to_owned() };
        let there = question.answer(tools.sources);
        there.known().is_some_and(|there| objects.contains(&there.object.to_string()))
    }
}
