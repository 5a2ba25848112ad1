//! What teams call their services, for the highlights of a series.
//!
//! The site does without a host that is down: what an earlier run found is kept, and nobody waits for long.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{fs, thread};

use crate::facts::governance::Governed;
use crate::facts::{Answer, Question as _};
use crate::site::Services;
use crate::workspace::{Failure, Workspace, replace_file};

/// How long to wait for an answer once everything else is ready.
const PATIENCE: Duration = Duration::from_millis(700);

/// A question that is being asked.
pub(super) struct Asked {
    answer: Receiver<Result<Services, String>>,
    kept: PathBuf,
}

/// Asks governance, in the background.
pub(super) fn ask(workspace: &Workspace) -> Result<Asked, Failure> {
    let (send, answer) = channel();
    let kept = workspace.cache().join("services.json");
    if workspace.config.governance.is_empty() {
        // A receiver that is gone wants no answer.
        let _ = send.send(Ok(Services::new()));
    } else {
        let sources = workspace.sources()?;
        thread::spawn(move || {
            let answer = match Governed.answer(&sources) {
                Answer::Known(governance) => Ok(governance.services()),
                Answer::Absent => Err("governance is not there".to_owned()),
                Answer::Unknown(why) => Err(why.to_string()),
            };
            let _ = send.send(answer);
        });
    }
    Ok(Asked { answer, kept })
}

impl Asked {
    /// The answer, else that of an earlier run with the reason why it is used.
    pub(super) fn wait(self) -> (Services, Option<String>) {
        let late = "governance did not answer in time".to_owned();
        match self.answer.recv_timeout(PATIENCE).map_err(|_| late).flatten() {
            Ok(services) => {
                if let Err(error) = keep(&self.kept, &services) {
                    log::info!("cannot cache the names of services: {error}");
                }
                (services, None)
            }
            Err(why) => match read(&self.kept) {
                Some(services) => (services, None),
                None => (Services::new(), Some(why)),
            },
        }
    }
}

fn keep(path: &Path, services: &Services) -> std::io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    replace_file(path, serde_json::to_string(services)?.as_bytes())
}

fn read(path: &Path) -> Option<Services> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
