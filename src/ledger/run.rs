//! Which run wrote a mark, and whether it is still at work.

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io;
use std::sync::OnceLock;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entry::Mark;

/// How long a run of another machine is taken to be at work after it began a step, in seconds. Sending a mail takes less.
const AT_WORK: i64 = 600;

/// One run of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// A random name.
    pub id: String,
    /// The host it runs on.
    pub host: String,
    /// Which boot and process namespace of that host its process id belongs to; empty where the system does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub space: String,
    /// Its process id.
    pub process: u32,
    /// When its process began, as the system counts; it distinguishes two processes of one id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
}

/// What is known of a step that a run began and has not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// The run that began it is still at work, or may be: in words.
    AtWork(String),
    /// It ended without a word.
    Over,
}

impl Run {
    /// The run that asks.
    pub fn this() -> &'static Self {
        static THIS: OnceLock<Run> = OnceLock::new();
        THIS.get_or_init(|| {
            let process = std::process::id();
            let host = read("/proc/sys/kernel/hostname").unwrap_or_else(|| "unknown".to_owned());
            let id = RandomState::new().hash_one((process, &host));
            Self {
                id: format!("{:08x}", id >> 32),
                host,
                space: space(),
                process,
                started: started(process).ok().flatten(),
            }
        })
    }

    /// Whether its process is alive; `None` where this machine does not know.
    fn is_alive(&self) -> Option<bool> {
        let here = Self::this();
        let is_comparable = !here.space.is_empty() && self.started.is_some();
        if !is_comparable || self.host != here.host || self.space != here.space {
            return None;
        }
        started(self.process).ok().map(|started| started == self.started)
    }
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "run {} on {}", self.id, self.host)
    }
}

impl Mark {
    /// A mark of this run.
    pub fn of_this_run(at: Timestamp, who: &str) -> Self {
        Self { at, who: who.to_owned(), run: Some(Run::this().clone()) }
    }

    /// What is known of a step that this mark began and no mark has ended. An older program names no run: nobody waits for it.
    pub fn standing(&self, now: Timestamp) -> Begun {
        let Some(run) = self.run.as_ref().filter(|run| *run != Run::this()) else {
            return Begun::Over;
        };
        let age = now.as_second().saturating_sub(self.at.as_second()).max(0);
        match run.is_alive() {
            Some(false) => Begun::Over,
            None if age >= AT_WORK => Begun::Over,
            Some(true) | None => Begun::AtWork(format!("{run} began it {age} s ago")),
        }
    }
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned())
}

/// The boot and the process namespace.
fn space() -> String {
    let boot = read("/proc/sys/kernel/random/boot_id");
    let namespace = fs::read_link("/proc/self/ns/pid").ok();
    match (boot, namespace) {
        (Some(boot), Some(namespace)) => format!("{boot} {}", namespace.display()),
        _ => String::new(),
    }
}

/// When a process began; `None` where there is none of that id.
///
/// # Errors
/// Where the system does not say: then the process may well be there.
fn started(process: u32) -> io::Result<Option<String>> {
    let stat = match fs::read_to_string(format!("/proc/{process}/stat")) {
        Ok(stat) => stat,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // The name of the program is in brackets and may hold anything; the time is the 20th field after it.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields);
    let started = fields.and_then(|fields| fields.split_whitespace().nth(19));
    started.map(|started| Some(started.to_owned())).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(run: Option<Run>) -> Mark {
        Mark { at: Timestamp::UNIX_EPOCH, who: "job".to_owned(), run }
    }

    fn after(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    fn elsewhere() -> Run {
        Run { id: "0badcafe".to_owned(), host: "elsewhere".to_owned(), ..Run::this().clone() }
    }

    #[test]
    fn a_young_step_of_another_machine_is_waited_for_and_an_old_one_is_not() {
        let of_other = mark(Some(elsewhere()));
        let words = "run 0badcafe on elsewhere began it 7 s ago".to_owned();
        assert_eq!(of_other.standing(after(7)), Begun::AtWork(words));
        assert_eq!(of_other.standing(after(AT_WORK)), Begun::Over);
        assert!(matches!(of_other.standing(after(-5)), Begun::AtWork(_)), "clocks differ");
    }

    #[test]
    fn a_run_of_this_machine_that_has_ended_is_not_waited_for() {
        let Some(started) = Run::this().started.clone() else { return };
        let dead =
            Run { id: "1".into(), started: Some(format!("{started}1")), ..Run::this().clone() };
        assert_eq!(mark(Some(dead)).standing(after(1)), Begun::Over);
        let alive = Run { id: "2".into(), ..Run::this().clone() };
        assert!(matches!(mark(Some(alive)).standing(after(AT_WORK * 2)), Begun::AtWork(_)));
    }

    #[test]
    fn nobody_waits_for_itself_or_for_a_program_that_names_no_run() {
        assert_eq!(mark(Some(Run::this().clone())).standing(after(1)), Begun::Over);
        assert_eq!(mark(None).standing(after(1)), Begun::Over);
    }
}
