//! In which state a proposed change is found.

use super::{Edited, ProposedChange, edited, patch, way};
use crate::config::{Config, Proposals};
use crate::facts::patches::PatchIn;
use crate::facts::proposed::{ProposalFate, ProposedOnGerrit};
use crate::facts::pushed_files::{BranchChoice, FilesAt, PushedFiles};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::gerrit::{Proposed, Uploader};
use crate::plan::{Action, State};
use crate::steps::frame::{SentBefore, unless_sent};

/// Asks for what [`planned`] needs.
pub(in crate::steps) fn asks(
    change: &ProposedChange,
    config: &Config,
    facts: &Facts,
    asks: &mut Asks,
) {
    let files = on_branch(change);
    if let Answer::Known(at) = facts.get(&files) {
        match way(config) {
            Proposals::Gerrit => asks.put(on_gerrit(change, &at.branch)),
            Proposals::Branch => asks.put(on_own_branch(change)),
            Proposals::Directory(directory) => {
                asks.put(in_directory(change, &directory, &at.branch));
            }
        }
    }
    asks.put(files);
}

/// The action, with its message and its patch, and the state in which it is. `sent` says what the ledger has noted of it.
pub(in crate::steps) fn planned(
    change: &ProposedChange,
    action: Action,
    config: &Config,
    facts: &Facts,
    sent: &Answer<SentBefore>,
) -> (Action, State) {
    let at = match facts.get(&on_branch(change)) {
        Answer::Known(at) => at,
        Answer::Unknown(why) => return (action, State::Unknown(why)),
        Answer::Absent => return (action, State::Operator(no_branch(change))),
    };
    let action = action.saying(change.message(&at.branch));
    match edited(&*change.edit, &at.files) {
        Edited::AsItIs(why) => (action, State::Done(why)),
        Edited::Refused(why) => (action, State::Operator(format!("not proposed: {why}"))),
        Edited::Changed(files) => {
            let state = proposed(change, at, config, facts, sent);
            (Action { patch: Some(patch(&files, &at.files)), ..action }, state)
        }
    }
}

/// The branch that a change is about, once it is known.
pub(in crate::steps) fn branch_of(change: &ProposedChange, facts: &Facts) -> Answer<String> {
    facts.get(&on_branch(change)).map(|at| at.branch.clone())
}

/// The state of a change whose edit is not on the branch.
fn proposed(
    change: &ProposedChange,
    at: &FilesAt,
    config: &Config,
    facts: &Facts,
    sent: &Answer<SentBefore>,
) -> State {
    match way(config) {
        Proposals::Gerrit => match facts.get(&on_gerrit(change, &at.branch)) {
            Answer::Known(found) => of_found(change, found),
            Answer::Absent if config.gerrit.is_empty() => State::Conflict(
                "`proposals` is `gerrit`, and the site names no Gerrit; set `gerrit`".to_owned(),
            ),
            Answer::Absent => unless_made(sent, "its change"),
            Answer::Unknown(why) => State::Unknown(not_known(why)),
        },
        Proposals::Branch => match facts.get(&on_own_branch(change)) {
            Answer::Known(own) => of_own_branch(change, own),
            Answer::Absent => unless_made(sent, "its branch"),
            Answer::Unknown(why) => State::Unknown(not_known(why)),
        },
        Proposals::Directory(directory) => {
            match facts.get(&in_directory(change, &directory, &at.branch)) {
                Answer::Known(path) => State::Open(format!("the patch is in {path}")),
                Answer::Absent => unless_made(sent, "its patch"),
                Answer::Unknown(why) => State::Unknown(not_known(why)),
            }
        }
    }
}

/// The state of a change that Gerrit knows.
pub(super) fn of_found(change: &ProposedChange, found: &ProposalFate) -> State {
    let page = &found.page;
    match &found.proposed {
        Proposed::Merged(_) => {
            State::Ended(format!("{page} made this change, and it has been reverted since"))
        }
        Proposed::Abandoned(_) => State::Ended(format!(
            "{page} was abandoned, so it is not proposed again; restore that change if it is still wanted"
        )),
        Proposed::Open(open) => match (edited(&*change.edit, &found.files), &open.uploader) {
            (Edited::Changed(_), Uploader::Us) => State::Create,
            (Edited::Changed(_), Uploader::Another(who)) => State::Open(format!(
                "{page} is in review, with a patch set by {who} that is left as it is"
            )),
            (Edited::AsItIs(_) | Edited::Refused(_), _) => {
                State::Open(format!("{page} is in review"))
            }
        },
    }
}

fn of_own_branch(change: &ProposedChange, own: &FilesAt) -> State {
    let branch = &own.branch;
    match edited(&*change.edit, &own.files) {
        Edited::AsItIs(_) => State::Open(format!("branch `{branch}` waits to be merged")),
        Edited::Changed(_) | Edited::Refused(_) => State::Operator(format!(
            "branch `{branch}` is there and does not hold this change; merge it or delete it, and run again"
        )),
    }
}

/// What was made once and is gone was thrown away by somebody.
fn unless_made(sent: &Answer<SentBefore>, what: &str) -> State {
    let why = "is gone without being merged; it is not proposed again";
    unless_sent(sent, State::Ended(format!("it was proposed before, and {what} {why}")))
}

fn not_known(why: Unknown) -> Unknown {
    let words = format!("whether it was proposed: {why}");
    why.in_words(words)
}

fn no_branch(change: &ProposedChange) -> String {
    match &change.line {
        BranchChoice::Named(name) | BranchChoice::From { branch: name, .. } => {
            format!("`{}` has no branch `{name}`", change.repo)
        }
        BranchChoice::FirstOf(_) | BranchChoice::Trunk => format!("`{}` has no trunk", change.repo),
    }
}

pub(super) fn on_branch(change: &ProposedChange) -> PushedFiles {
    PushedFiles { repo: change.repo.clone(), line: change.line.clone(), paths: change.edit.paths() }
}

fn on_gerrit(change: &ProposedChange, branch: &str) -> ProposedOnGerrit {
    ProposedOnGerrit { proposal: change.on_gerrit(branch), paths: change.edit.paths() }
}

fn on_own_branch(change: &ProposedChange) -> PushedFiles {
    PushedFiles { line: BranchChoice::Named(change.own_branch()), ..on_branch(change) }
}

fn in_directory(change: &ProposedChange, directory: &str, branch: &str) -> PatchIn {
    PatchIn { directory: directory.to_owned(), name: change.patch_file(branch) }
}
