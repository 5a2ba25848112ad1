//! What is known of one release: what the ledger notes, what is pending, and what is there now.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::repeated::Repeated;
use crate::facts::{Asked, Cause, Unknown};
use crate::plan::{State, Step, held_until};
use crate::text::visible;

/// What is known of one release or branch of a deliverable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Format of the document.
    pub version: u32,
    /// The deliverable.
    pub deliverable: String,
    /// The version, or the branch.
    pub name: String,
    /// A line for each file and repository that it is listed for.
    pub listed: Vec<RepositoryNotes>,
    /// What later runs have to do for it.
    pub pending: Vec<PendingWork>,
    /// What was settled just now, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<String>,
    /// What the remotes show.
    pub now: RemoteState,
    /// The command that runs the post-merge job once more, where the site names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_again: Option<String>,
}

/// A repository of the release, with what the ledger notes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepositoryNotes {
    /// The file that lists it.
    pub file: String,
    /// The repository, as the file names it.
    pub repo: String,
    /// The steps that the ledger knows.
    pub steps: Vec<NotedStep>,
}

/// A step that the ledger knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotedStep {
    /// The name under which the ledger keeps it.
    pub step: String,
    /// How far it came.
    #[serde(flatten)]
    pub progress: StepProgress,
}

/// How far a step came, by the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "progress", rename_all = "kebab-case")]
pub enum StepProgress {
    /// It was done.
    Done {
        /// When.
        at: Timestamp,
        /// By whom.
        who: String,
        /// What was noted with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Another run is doing it.
    AtWork {
        /// Which run, and since when.
        run: String,
    },
    /// It was pushed. Whether it is there, the server says each time it is asked.
    Pushed {
        /// When.
        at: Timestamp,
        /// By whom.
        who: String,
    },
    /// It was begun. Whether it is there, the next run looks before it does it.
    Begun {
        /// When.
        at: Timestamp,
        /// By whom.
        who: String,
    },
    /// A server accepted it and does not show it, so that nobody but a person can find out whether it is there.
    NotShown {
        /// When it was begun.
        at: Timestamp,
        /// By whom.
        who: String,
        /// What became of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It was begun, and nobody but a person can find out whether it was done.
    Open {
        /// When.
        at: Timestamp,
        /// By whom.
        who: String,
    },
}

/// What a later run has to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PendingWork {
    /// The file that asks for it.
    pub file: String,
    /// Since when.
    pub since: Timestamp,
    /// The kind of reason, such as `held`.
    pub reason: String,
    /// The reason.
    pub detail: String,
    /// What happens next.
    pub next: Next,
}

/// What happens next to what is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Next {
    /// An operator settles it: nothing asks for it any more.
    Settle,
    /// The next run finds it done and takes it off the list.
    TakeOff,
    /// A run does it once nothing holds it back.
    InTime,
    /// The next run tries again.
    Again,
}

/// What the remotes show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemoteState {
    /// Nobody asked: no file lists the release.
    NotAsked,
    /// They could not be asked: why.
    Unknown(String),
    /// The steps of the release in the state that they show.
    Steps(Vec<StepNow>),
}

/// A step in the state that the remotes show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepNow {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// The command that does it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Explanation {
    /// Whether something is missing that a run of the job would make.
    fn has_work(&self) -> bool {
        match &self.now {
            RemoteState::Steps(steps) => steps.iter().any(|now| now.command.is_some()),
            RemoteState::NotAsked | RemoteState::Unknown(_) => false,
        }
    }
}

/// How a person settles a step.
const TO_RESOLVE: &str = "whether it was done, then add `--resolve done` or `--resolve redo`";

impl StepProgress {
    fn words(&self) -> String {
        match self {
            Self::Done { at, who, note } => {
                let note = note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
                format!("done at {at:.0} by {who}{note}")
            }
            Self::AtWork { run } => format!("{run} and is doing it now"),
            Self::Pushed { at, who } => {
                format!("pushed at {at:.0} by {who}; the server says whether it is there")
            }
            Self::Begun { at, who } => {
                format!("begun at {at:.0} by {who}; the next run looks whether it is there")
            }
            Self::NotShown { at, who, note } => {
                let note = note.as_deref().unwrap_or("the server accepted it");
                format!("sent at {at:.0} by {who}: {note}; find out {TO_RESOLVE}")
            }
            Self::Open { at, who } => {
                format!("begun at {at:.0} by {who} and not noted as done; find out {TO_RESOLVE}")
            }
        }
    }
}

impl Next {
    fn words(self) -> &'static str {
        match self {
            Self::Settle => {
                "no file lists it any longer; find out whether a tag or branch of it was made, then add `--resolve done`"
            }
            Self::TakeOff => {
                "it is settled since: the next `tagkeeper apply` takes it off the list"
            }
            Self::InTime => "`tagkeeper apply --pending` does it once nothing holds it back",
            Self::Again => "the next `tagkeeper apply` tries again",
        }
    }
}

impl StepNow {
    /// What is to be done about it; a reason that is above already is not told again.
    fn words(&self, repeated: &mut Repeated) -> String {
        let Step { repo, state, .. } = &self.step;
        let title = self.step.title();
        match (state, &self.command) {
            (State::Held { until, reason }, command) => {
                let held = held_until(*until, &repeated.reason(repo, reason));
                let then = if until.is_some() { "then" } else { "once nothing holds it back" };
                let makes = command.iter().map(|command| format!("; `{command}` makes it {then}"));
                format!("{title}: {held}{}", makes.collect::<String>())
            }
            (State::Unknown(why), _) => {
                let said = why.to_string();
                let told = repeated.unknown(repo, why, &said);
                match told == said {
                    true => format!("{title}: unknown: {said}; {}", after(why)),
                    false => format!("{title}: unknown, {told}"),
                }
            }
            (State::Conflict(_), _) => {
                format!(
                    "{title}: {state}; correct the file or the repository, then run `tagkeeper apply --pending`"
                )
            }
            (_, Some(command)) => format!("{title}: {state}; `{command}` makes it"),
            (_, None) => format!("{title}: {state}"),
        }
    }
}

/// What comes first where something could not be found out.
fn after(why: &Unknown) -> &'static str {
    match (why.asked(), why.cause()) {
        (Asked::Here(_), Cause::Unreadable | Cause::Absent | Cause::Other) => {
            "repair or restore the repository, then run again"
        }
        _ => "run again when it can be asked",
    }
}

/// Why something is pending: the kind of reason, once, and what was said.
pub fn pending_because(reason: &str, detail: &str) -> String {
    match detail.strip_prefix(reason).and_then(|rest| rest.strip_prefix(": ")) {
        Some(rest) => format!("{reason}: {rest}"),
        None => format!("{reason}: {detail}"),
    }
}

/// Writes an explanation, a line for each thing that is known.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    for line in lines(explanation) {
        // What servers and people wrote begins no line of its own; the indent stays.
        writeln!(out, "{}", visible(&line).replace('\n', " "))?;
    }
    Ok(())
}

fn lines(explanation: &Explanation) -> Vec<String> {
    let Explanation { name, listed, pending, settled, now, run_again, .. } = explanation;
    let mut lines = Vec::new();
    for RepositoryNotes { file, repo, steps } in listed {
        lines.push(format!("{repo} {name} ({file})"));
        if steps.is_empty() {
            lines.push("  nothing was done for it yet".to_owned());
        }
        let noted =
            steps.iter().map(|noted| format!("  {}: {}", noted.step, noted.progress.words()));
        lines.extend(noted);
    }
    let mut repeated = Repeated::default();
    for PendingWork { file, since, reason, detail, next } in pending {
        let why = pending_because(reason, &repeated.reason(file, detail));
        lines.push(format!("{name} of {file}: pending since {since:.0}, {why}; {}", next.words()));
    }
    lines.extend(settled.iter().cloned());
    match now {
        RemoteState::NotAsked => {}
        RemoteState::Unknown(why) => {
            lines.push(format!("at the remotes: could not be looked at: {why}"));
        }
        RemoteState::Steps(steps) => {
            lines.push("at the remotes:".to_owned());
            lines.extend(steps.iter().map(|now| format!("  {}", now.words(&mut repeated))));
        }
    }
    if let Some(command) = run_again.as_ref().filter(|_| explanation.has_work()) {
        lines.push(format!("to run the job again: `{command}`"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{
        Explanation, Next, NotedStep, PendingWork, RemoteState, RepositoryNotes, StepNow,
        StepProgress, write,
    };
    use crate::plan::{State, Step};

    fn step(state: serde_json::Value) -> Step {
        let mut step = serde_json::json!({"repo": "garden/rose", "action": "tag", "name": "1.1.0"});
        step.as_object_mut().unwrap().extend(state.as_object().unwrap().clone());
        serde_json::from_value(step).unwrap()
    }

    fn explained() -> Explanation {
        let at = "2026-06-15T16:00:00Z".parse().unwrap();
        let who = "bot@example.org".to_owned();
        let steps = vec![
            NotedStep {
                step: "tag".into(),
                progress: StepProgress::Pushed { at, who: who.clone() },
            },
            NotedStep { step: "announcement".into(), progress: StepProgress::Open { at, who } },
        ];
        Explanation {
            version: 1,
            deliverable: "rose".into(),
            name: "1.1.0".into(),
            listed: vec![RepositoryNotes {
                file: "deliverables/lily/rose.yaml".into(),
                repo: "garden/rose".into(),
                steps,
            }],
            pending: vec![PendingWork {
                file: "deliverables/lily/rose.yaml".into(),
                since: at,
                reason: "unknown".into(),
                detail: "no route\n  tag: done\u{1b}[2K".into(),
                next: Next::Again,
            }],
            settled: Vec::new(),
            now: RemoteState::Steps(vec![StepNow {
                step: step(serde_json::json!({"state": "create"})),
                command: Some("tagkeeper apply --release rose 1.1.0".into()),
            }]),
            run_again: Some("zuul-client enqueue-ref".into()),
        }
    }

    fn written(explanation: &Explanation) -> String {
        let mut out = Vec::new();
        write(explanation, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_known_is_a_line_each_and_a_server_begins_none_of_its_own() {
        insta::assert_snapshot!(written(&explained()), @r"
        garden/rose 1.1.0 (deliverables/lily/rose.yaml)
          tag: pushed at 2026-06-15T16:00:00Z by bot@example.org; the server says whether it is there
          announcement: begun at 2026-06-15T16:00:00Z by bot@example.org and not noted as done; find out whether it was done, then add `--resolve done` or `--resolve redo`
        1.1.0 of deliverables/lily/rose.yaml: pending since 2026-06-15T16:00:00Z, unknown: no route   tag: done\u{1b}[2K; the next `tagkeeper apply` tries again
        at the remotes:
          tag `1.1.0` of `garden/rose`: to be made; `tagkeeper apply --release rose 1.1.0` makes it
        to run the job again: `zuul-client enqueue-ref`
        ");
    }

    #[test]
    fn the_job_is_run_again_only_where_it_would_do_something() {
        let done = step(serde_json::json!({"state": "done", "why": "at 1234"}));
        assert!(matches!(done.state, State::Done(_)));
        let now = RemoteState::Steps(vec![StepNow { step: done, command: None }]);
        assert!(!written(&Explanation { now, ..explained() }).contains("enqueue-ref"));
        let unknown = RemoteState::Unknown("no route".into());
        assert!(!written(&Explanation { now: unknown, ..explained() }).contains("enqueue-ref"));
    }
}
