//! One step each: what is wanted, held against what is there.

use jiff::Timestamp;

use super::build::{Mails, Subject, tag};
use super::sheet::Sheet;
use super::tag_message::{Stage, TagMessage};
use super::{Action, State, Step};
use crate::config::Announce;
use crate::facts::pushed::{PushedBranch, PushedCommit, PushedRepository, PushedTrunk};
use crate::facts::{Answer, Facts};
use crate::ledger::StepName;
use crate::tree::deliverable::{Branch, Project, Release, Status};
use crate::tree::request::Change;
use crate::version::{branches_ended_by, tags_that_end};

pub(super) fn tag_step(
    sheet: &Sheet<'_>,
    release: &Release,
    project: &Project,
    facts: &Facts,
) -> Step {
    let name = release.version.text();
    let commit = project.hash.to_ascii_lowercase();
    let branch = branch_of(sheet, &project.repo, facts);
    let named = branch.known().map(String::as_str).unwrap_or_default();
    let message = message(sheet, release, project, named).to_text();
    let state = match (facts.get(&tag(&project.repo, name)), &message) {
        (Answer::Known(there), _) if there.peeled.to_string() == commit => {
            State::Done("the tag is there".to_owned())
        }
        (Answer::Known(there), _) => State::Conflict(format!(
            "tag `{name}` is at {}, and the file says {commit}; tags are never moved",
            there.peeled
        )),
        (Answer::Unknown(why), _) => State::Unknown(why.to_string()),
        (Answer::Absent, Err(error)) => State::Conflict(error.to_string()),
        (Answer::Absent, Ok(_)) => match (create_at(&project.repo, &commit, facts), branch) {
            (State::Create, Answer::Unknown(why)) => State::Unknown(why.to_string()),
            (State::Create, Answer::Absent) => State::Conflict(no_trunk(sheet, &project.repo)),
            (state, _) => state,
        },
    };
    let message = message.unwrap_or_default();
    Step {
        repo: project.repo.value.clone(),
        action: Action::Tag { name: name.to_owned(), commit, message },
        state,
    }
}

fn create_at(repo: &str, commit: &str, facts: &Facts) -> State {
    match facts.get(&PushedCommit { repo: repo.to_owned(), hash: commit.to_owned() }) {
        Answer::Known(()) => State::Create,
        Answer::Absent
            if facts.get(&PushedRepository { repo: repo.to_owned() }) == Answer::Absent =>
        {
            State::Conflict(format!("there is no repository `{repo}`"))
        }
        Answer::Absent => State::Conflict(format!("no branch or tag of `{repo}` holds {commit}")),
        Answer::Unknown(why) => State::Unknown(why.to_string()),
    }
}

fn message(sheet: &Sheet<'_>, release: &Release, project: &Project, branch: &str) -> TagMessage {
    let deliverable = &sheet.file.deliverable;
    let version = release.version.text();
    let by = sheet.introduction(version);
    let before = deliverable.releases.iter().take_while(|other| other.place != release.place);
    TagMessage {
        short_name: project.repo.rsplit('/').next().unwrap_or_default().to_owned(),
        version: version.to_owned(),
        stage: Stage::of(version),
        team: deliverable.team.as_ref().map(|team| team.value.clone()).unwrap_or_default(),
        diff_start: release.diff_start.as_ref().map(|start| start.value.clone()),
        series: sheet.path.series().to_owned(),
        branch: branch.to_owned(),
        pypi: deliverable.include_pypi_link.as_ref().is_some_and(|link| link.value),
        first: release.version.is_full()
            && !before.into_iter().any(|other| other.version.is_full()),
        release: by.map(|by| by.lines.clone()).unwrap_or_default(),
        overrides: by.into_iter().flat_map(|by| &by.overrides).map(ToString::to_string).collect(),
        waited: by.and_then(|by| by.waited.clone()),
        plan: None,
    }
}

/// The trunk for what is in development, else the branch of the series.
fn branch_of(sheet: &Sheet<'_>, repo: &str, facts: &Facts) -> Answer<String> {
    let series = sheet.subject.request.head.series().get(sheet.path.series());
    let status = series.and_then(|series| series.status.as_ref()).map(|status| status.value);
    match (series, status) {
        (None, _) | (_, None | Some(Status::Development | Status::Future)) => {
            facts.get(&PushedTrunk { repo: repo.to_owned() }).map(String::clone)
        }
        (Some(series), Some(_)) => Answer::Known(series.branch()),
    }
}

fn no_trunk(sheet: &Sheet<'_>, repo: &str) -> String {
    match &sheet.subject.config.trunk {
        Some(trunk) => {
            format!("`{repo}` has no branch `{trunk}`, which `trunk:` of the configuration names")
        }
        None => format!(
            "HEAD of `{repo}` points to no branch: point it at the trunk, or name that in `trunk:` of the configuration"
        ),
    }
}

pub(super) fn branch_step(
    sheet: &Sheet<'_>,
    branch: &Branch,
    repo: String,
    point: String,
    facts: &Facts,
) -> Step {
    let name = &branch.name.value;
    let question = PushedBranch { repo: repo.clone(), name: name.clone(), point: point.clone() };
    let state = match facts.get(&question) {
        Answer::Known(there) if there.holds_point => {
            State::Done("the branch is there and holds its point".to_owned())
        }
        Answer::Known(there) => State::Conflict(format!(
            "branch `{name}` is there, at {}, and does not hold {point}",
            there.tip
        )),
        Answer::Unknown(why) => State::Unknown(why.to_string()),
        Answer::Absent => match ending(sheet, name, &repo, facts) {
            Answer::Known(by) => State::Ended(format!("`{by}` ended the branch")),
            Answer::Unknown(why) => State::Unknown(why.to_string()),
            Answer::Absent => match made_before(sheet, name, &repo) {
                Some(at) => State::Ended(format!(
                    "tagkeeper made it on {at}, and it has been deleted since; where it is wanted again, make it by hand"
                )),
                None => create_at(&repo, &point, facts),
            },
        },
    };
    Step { repo, action: Action::Branch { name: name.clone(), commit: point }, state }
}

/// When tagkeeper made the branch, by the ledger: what ends a feature branch is that it is deleted.
fn made_before(sheet: &Sheet<'_>, branch: &str, repo: &str) -> Option<Timestamp> {
    let entry = (sheet.subject.ledger)(repo, branch)?;
    entry.steps.get(&StepName::branch())?.done.as_ref().map(|done| done.at)
}

/// The tag, in the file or the repository, that ended a branch.
fn ending(sheet: &Sheet<'_>, branch: &str, repo: &str, facts: &Facts) -> Answer<String> {
    for name in tags_that_end(branch) {
        if sheet.file.deliverable.releases.iter().any(|release| release.version.text() == name) {
            return Answer::Known(name);
        }
        match facts.get(&tag(repo, &name)) {
            Answer::Known(_) => return Answer::Known(name),
            Answer::Unknown(why) => return Answer::Unknown(why),
            Answer::Absent => {}
        }
    }
    Answer::Absent
}

/// The branches that this release ends and that are still there.
pub(super) fn deletion_steps(release: &Release, project: &Project, facts: &Facts) -> Vec<Step> {
    let ended = branches_ended_by(release.version.text());
    let is_there = |name: &&String| {
        let point = project.hash.to_ascii_lowercase();
        facts
            .get(&PushedBranch { repo: project.repo.value.clone(), name: (*name).clone(), point })
            .known()
            .is_some()
    };
    let step = |name: &String| Step {
        repo: project.repo.value.clone(),
        action: Action::DeleteBranch { name: name.clone() },
        state: State::Operator(format!("`{}` ends it", release.version.text())),
    };
    ended.iter().filter(is_there).map(step).collect()
}

/// The announcement, where this run makes it. A tag that was there before tagkeeper has no mail of its own accord:
/// a wrong `--since` must not send eleven years of them.
pub(super) fn announce_step(
    sheet: &Sheet<'_>,
    release: &Release,
    project: &Project,
    tag: &State,
) -> Option<Step> {
    let version = release.version.text();
    if release.version.special().is_some() || sheet.subject.config.announce != Announce::Apply {
        return None;
    }
    let entry = (sheet.subject.ledger)(&project.repo, version);
    let record = |step| entry.as_ref().and_then(|entry| entry.steps.get(&step));
    let is_ours = *tag == State::Create || record(StepName::tag()).is_some();
    let state = match record(StepName::mail()) {
        Some(record) if record.done.is_some() => State::Done("the mail went out".to_owned()),
        Some(_) => State::Unknown(
            "a run began to send the mail and did not say how that ended; see `tagkeeper explain`"
                .to_owned(),
        ),
        None if matches!(tag, State::Unknown(_)) => {
            State::Unknown("whether its tag stands is not known".to_owned())
        }
        None if is_ours || sheet.subject.mails == Mails::OfEveryTag => State::Create,
        None => State::Operator(
            "tagkeeper did not make the tag, and no mail is recorded; `tagkeeper apply --release` sends one"
                .to_owned(),
        ),
    };
    Some(Step {
        repo: project.repo.value.clone(),
        action: Action::Announce { name: version.to_owned() },
        state,
    })
}

/// An entry that was taken out of the record after it was tagged.
pub(super) fn removed_step(
    subject: &Subject<'_>,
    change: &Change,
    release: &Release,
    project: &Project,
    facts: &Facts,
) -> Option<Step> {
    let name = release.version.text();
    let state = match facts.get(&tag(&project.repo, name)) {
        Answer::Absent => return None,
        Answer::Unknown(why) => State::Unknown(why.to_string()),
        Answer::Known(there) => {
            let by =
                subject.request.commits.iter().find(|commit| commit.paths.contains(&change.path));
            let by = by.map_or_else(
                || "the working tree".to_owned(),
                |commit| format!("commit {}", commit.id),
            );
            State::Conflict(format!(
                "{by} takes out an entry whose tag stands, at {}",
                there.peeled
            ))
        }
    };
    let action = Action::Tag {
        name: name.to_owned(),
        commit: project.hash.to_ascii_lowercase(),
        message: String::new(),
    };
    Some(Step { repo: project.repo.value.clone(), action, state })
}
