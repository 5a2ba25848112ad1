//! Servers that answer questions over HTTP.
//!
//! Few requests go to a server at the same time. Answers that last are kept on disk. A server that is down is left alone for
//! the rest of the run.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Answer, Cause, Network, Unknown};
use crate::net::http::{Client, Fetched, HttpError, HttpOptions, HttpProblem};
use crate::text::{server_of, without_login};

/// Requests that one server gets at the same time.
const MOST_AT_ONCE: usize = 4;
/// So many questions in a row without an answer, and a server is not asked any more.
const MOST_FAILURES: usize = 3;
/// How long a question may take, with all tries.
const OVERALL: Duration = Duration::from_secs(45);
/// The longest name of a file in which an answer is kept, in bytes.
const LONGEST_NAME: usize = 200;

/// All servers.
pub(super) struct Servers {
    client: Client,
    network: Network,
    /// The directory of the answers that are kept.
    kept: PathBuf,
    known: Mutex<HashMap<String, Arc<Server>>>,
}

/// How long a known answer may be used again. Nothing else is ever kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Not at all.
    Nothing,
    /// While nobody may be asked.
    ForOffline,
    /// For this long, and while nobody may be asked.
    For(Duration),
}

/// Which answers mean that something is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absence {
    /// Only 404 and 410.
    Gone,
    /// Every answer that the server would give again: 4xx, unless it asks for a login of a proxy, or for patience.
    Refused,
    /// What is gone, and what only some people may see: 401, 403, 404 and 410.
    Hidden,
}

impl Servers {
    pub(super) fn new(network: Network, kept: PathBuf) -> Self {
        let client = Client::new(HttpOptions { overall: OVERALL, ..HttpOptions::default() });
        Self { client, network, kept, known: Mutex::default() }
    }

    /// The same, with another client.
    pub(super) fn asking_with(self, client: Client) -> Self {
        Self { client, ..self }
    }

    /// What is at `url`.
    pub(super) fn page(&self, url: &str, absence: Absence, keep: Keep) -> Answer<Vec<u8>> {
        let copy = name_of_copy(url).map(|name| self.kept.join(name));
        self.kept_or(&copy, url, keep, || {
            self.ask(url, absence, |client| match client.get(url)? {
                Fetched::Found(bytes) => Ok(Some(bytes)),
                Fetched::NotFound => Ok(None),
            })
        })
    }

    /// What is at `url` at this moment, in one of the forms of `accept`, past every cache.
    pub(super) fn fresh(&self, url: &str, accept: &'static str) -> Answer<Vec<u8>> {
        self.kept_or(&None, url, Keep::Nothing, || {
            self.ask(url, Absence::Gone, |client| match client.get_fresh(url, accept)? {
                Fetched::Found(bytes) => Ok(Some(bytes)),
                Fetched::NotFound => Ok(None),
            })
        })
    }

    /// The same; what the server shows only to some people is absent.
    pub(super) fn fresh_or_hidden(&self, url: &str, accept: &'static str) -> Answer<Vec<u8>> {
        self.kept_or(&None, url, Keep::Nothing, || {
            self.ask(url, Absence::Hidden, |client| match client.get_fresh(url, accept)? {
                Fetched::Found(bytes) => Ok(Some(bytes)),
                Fetched::NotFound => Ok(None),
            })
        })
    }

    /// Whether there is anything at `url`.
    pub(super) fn has(&self, url: &str, absence: Absence, keep: Keep) -> Answer<()> {
        // Apart from the pages: a copy here is empty.
        let copy = name_of_copy(url).map(|name| self.kept.join("there").join(name));
        let found = self.kept_or(&copy, url, keep, || {
            self.ask(url, absence, |client| client.look(url).map(|()| Some(Vec::new())))
        });
        found.map(drop)
    }

    /// The answer of `url` to a question of the media type `kind`.
    pub(super) fn posted(&self, url: &str, kind: &'static str, body: &[u8]) -> Answer<Vec<u8>> {
        self.kept_or(&None, url, Keep::Nothing, || {
            self.ask(url, Absence::Gone, |client| client.ask(url, kind, body).map(Some))
        })
    }

    fn kept_or(
        &self,
        copy: &Option<PathBuf>,
        url: &str,
        keep: Keep,
        ask: impl FnOnce() -> Answer<Vec<u8>>,
    ) -> Answer<Vec<u8>> {
        let copy = copy.as_ref().filter(|_| keep != Keep::Nothing);
        let is_offline = self.network == Network::Offline;
        let bytes = copy.and_then(|copy| match (is_offline, keep) {
            (true, _) => fs::read(copy).ok(),
            (false, Keep::For(longest)) if is_younger(copy, longest) => fs::read(copy).ok(),
            (false, _) => None,
        });
        if let Some(bytes) = bytes {
            return Answer::Known(bytes);
        }
        if is_offline {
            let shown = without_login(url);
            let why = format!("{shown}: not fetched (--offline), and the cache has no copy");
            return Answer::Unknown(Unknown::at(url, Cause::Offline, why));
        }
        let answer = ask();
        if let (Answer::Known(bytes), Some(copy)) = (&answer, copy) {
            store(copy, bytes);
        }
        answer
    }

    /// Asks, unless the server was down before.
    fn ask<T>(
        &self,
        url: &str,
        absence: Absence,
        ask: impl FnOnce(&Client) -> Result<Option<T>, HttpError>,
    ) -> Answer<T> {
        let server = self.server(url);
        let turn = match server.take_turn(url) {
            Ok(turn) => turn,
            Err(why) => return Answer::Unknown(why),
        };
        let answer = match ask(&self.client) {
            Ok(Some(found)) => Answer::Known(found),
            Ok(None) => Answer::Absent,
            Err(error) if absence.is_meant_by(&error.problem) => Answer::Absent,
            Err(error) => Answer::Unknown(error.into()),
        };
        turn.end_with(&answer);
        answer
    }

    fn server(&self, url: &str) -> Arc<Server> {
        let name = server_of(url).unwrap_or_default();
        Arc::clone(lock(&self.known).entry(name).or_default())
    }
}

impl Absence {
    fn is_meant_by(self, problem: &HttpProblem) -> bool {
        match (self, problem) {
            (_, HttpProblem::Status(404 | 410))
            | (Self::Hidden, HttpProblem::Status(401 | 403)) => true,
            (Self::Refused, HttpProblem::Status(407 | 408 | 425 | 429)) => false,
            (Self::Refused, HttpProblem::Status(status)) => (400..500).contains(status),
            _ => false,
        }
    }
}

/// One server.
#[derive(Default)]
struct Server {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    busy: usize,
    /// Questions in a row without an answer.
    failures: Vec<Unknown>,
}

/// The right to ask once.
struct Turn<'a>(&'a Server);

impl Server {
    /// Waits for its turn. An error if the server is down.
    fn take_turn(&self, url: &str) -> Result<Turn<'_>, Unknown> {
        let mut state = lock(&self.state);
        while state.busy >= MOST_AT_ONCE {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        match state.failures.last() {
            Some(why) if state.failures.len() >= MOST_FAILURES => {
                let shown = without_login(url);
                let words = format!("{shown}: not asked, because its server did not answer: {why}");
                Err(why.clone().in_words(words))
            }
            _ => {
                state.busy += 1;
                Ok(Turn(self))
            }
        }
    }
}

impl Turn<'_> {
    fn end_with<T>(self, answer: &Answer<T>) {
        let mut state = lock(&self.0.state);
        match answer {
            Answer::Unknown(why) if why.cause().is_of_server() => state.failures.push(why.clone()),
            Answer::Unknown(_) => {}
            Answer::Known(_) | Answer::Absent => state.failures.clear(),
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).busy -= 1;
        self.0.freed.notify_one();
    }
}

/// What needs no escape in a part of a URL.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'+');

/// `name` below `base`, as one part of the path; `None` if a name could mean another place.
pub(super) fn below(base: &str, name: &str) -> Option<String> {
    let is_name = !matches!(name, "" | "." | "..");
    let name = utf8_percent_encode(name, SEGMENT);
    is_name.then(|| format!("{}/{name}", base.trim_end_matches('/')))
}

/// The name of the file for an answer; none if it would be too long.
fn name_of_copy(url: &str) -> Option<String> {
    let name = utf8_percent_encode(&without_login(url), SEGMENT).to_string();
    (name.len() <= LONGEST_NAME).then_some(name)
}

fn is_younger(file: &Path, than: Duration) -> bool {
    let modified = fs::metadata(file).and_then(|data| data.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < than))
}

/// Keeps an answer. A failure costs the next run a request, and nothing else.
fn store(copy: &Path, bytes: &[u8]) {
    let write = || {
        let directory = copy.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(bytes)?;
        file.persist(copy).map_err(std::io::Error::from)
    };
    if let Err(error) = write() {
        log::info!("cannot keep a copy in {}: {error}", copy.display());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
