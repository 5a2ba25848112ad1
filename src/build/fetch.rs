//! Brings what builds need from the package index: wheels alone, so that nothing of them is run outside a cell.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::NotBuilt;
use super::cell::last;
use crate::git::child::{self, Bounds, Group, Input, Trouble};
use crate::git::mask_credentials;

/// How long fetching may take.
const TIME: Duration = Duration::from_secs(300);
const OUTPUT: usize = 1024 * 1024;

/// Fetches wheels of `requirements`, and of what they need, from the index at `index` into the new directory `wheels`.
///
/// # Errors
/// If the index does not have one as a wheel, or does not answer.
pub(super) fn fetch(
    python: &Path,
    index: &str,
    requirements: &[String],
    wheels: &Path,
) -> Result<(), NotBuilt> {
    let made = fs::create_dir(wheels);
    made.map_err(|error| NotBuilt(format!("cannot make a directory: {error}")))?;
    let mut command = Command::new(python);
    command
        .args(["-I", "-m", "pip", "download", "--quiet", "--no-input"])
        .args(["--disable-pip-version-check", "--no-cache-dir", "--only-binary", ":all:"])
        .args(["--retries", "2", "--timeout", "15"])
        .args(["--dest", ".", "--"])
        .args(requirements)
        // No argument: it may hold a login.
        .env("PIP_INDEX_URL", format!("{}/simple/", index.trim_end_matches('/')))
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env_remove("PIP_EXTRA_INDEX_URL")
        .env_remove("PIP_FIND_LINKS")
        // A name is never taken for a path: here is none.
        .current_dir(wheels);
    let cannot = |why: &str| {
        NotBuilt(format!(
            "cannot fetch what the build needs ({}) from {}; name a directory of wheels with `--wheels`: {why}",
            requirements.join(", "),
            mask_credentials(index),
        ))
    };
    match child::run(
        &mut command,
        Input::Nothing,
        Bounds { time: TIME, output: OUTPUT },
        Group::Own,
    ) {
        Ok(ended) if ended.status.success() => Ok(()),
        Ok(ended) => Err(cannot(&last(&String::from_utf8_lossy(&ended.stderr)))),
        Err(Trouble::Io(error)) => Err(cannot(&error.to_string())),
        Err(Trouble::Time) => Err(cannot("it takes too long")),
        Err(Trouble::Size) => Err(cannot("pip wrote too much")),
    }
}
