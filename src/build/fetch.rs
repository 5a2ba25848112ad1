//! Brings what builds need from the package index: wheels alone, so that nothing of them is run outside a cell. pip opens its
//! connections itself; its bounds are set here.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::NotBuilt;
use super::cell::last;
use crate::git::child::{self, Bounds, Group, Input, Trouble};
use crate::git::mask_credentials;

/// Runs a program where it cannot fill a disk.
const SCRIPT: &str = include_str!("fetch.sh");
/// How long fetching may take.
const TIME: Duration = Duration::from_secs(300);
const OUTPUT: usize = 1024 * 1024;
/// How much can be fetched, as `mount` says it: the file system is in memory.
const SIZE: &str = "1g";
/// How much memory a process may take, in KiB.
const MEMORY: &str = "4194304";

/// Fetches wheels of `requirements`, and of what they need, from the index at `index` into the new directory `wheels`.
///
/// # Errors
/// If the index does not have one as a wheel, does not answer, or sends too much.
pub(super) fn fetch(
    python: &Path,
    index: &str,
    requirements: &[String],
    wheels: &Path,
) -> Result<(), NotBuilt> {
    let mut command = confined(wheels, SIZE)
        .map_err(|error| NotBuilt(format!("cannot make a directory: {error}")))?;
    command
        .arg(python)
        .args(["-I", "-m", "pip", "download", "--quiet", "--no-input"])
        .args(["--disable-pip-version-check", "--no-cache-dir", "--only-binary", ":all:"])
        .args(["--retries", "2", "--timeout", "15"])
        // A name is never taken for a path: there is none.
        .args(["--dest", ".", "--"])
        .args(requirements)
        // No argument: it may hold a login.
        .env("PIP_INDEX_URL", format!("{}/simple/", index.trim_end_matches('/')))
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env_remove("PIP_EXTRA_INDEX_URL")
        .env_remove("PIP_FIND_LINKS");
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

/// A command for the program that its arguments will name. The program has the network, and writes to a file system in memory
/// of `size`; its wheels come out to the new directory `wheels`.
///
/// # Errors
/// If a directory cannot be made.
fn confined(wheels: &Path, size: &str) -> io::Result<Command> {
    let room = wheels.with_extension("room");
    fs::create_dir(wheels)?;
    fs::create_dir(&room)?;
    let mut command = Command::new("unshare");
    command
        .args(["--user", "--map-root-user", "--mount", "--", "sh", "-c", SCRIPT, "fetch"])
        .env("ROOM", room)
        .env("ROOM_SIZE", size)
        .env("MEMORY", MEMORY)
        .env("WHEELS", wheels)
        .current_dir("/");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::confined;

    #[test]
    fn what_an_index_sends_fills_no_disk() {
        let directory = tempfile::tempdir().unwrap();
        let wheels = directory.path().join("wheels");
        let script = "head -c 12m /dev/zero > big.whl; ls -l big.whl >&2; head -c 12m /dev/zero > \"$TMPDIR/part\"; \
                      rm big.whl; echo x > a.whl; echo x > note; ln -s /etc/passwd b.whl";
        let ended = confined(&wheels, "8m").unwrap().args(["sh", "-c", script]).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        if said.starts_with("unshare: ") {
            return; // This machine makes no name spaces, and so fetches nothing.
        }
        assert!(ended.status.success(), "{said}");
        assert_eq!(said.matches("No space left").count(), 2, "{said}");
        let out = fs::read_dir(&wheels).unwrap();
        let names: Vec<_> = out.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.whl"]);
        let room = fs::read_dir(wheels.with_extension("room")).unwrap();
        assert_eq!(room.count(), 0);
    }

    #[test]
    fn a_program_that_fails_brings_nothing_out() {
        let directory = tempfile::tempdir().unwrap();
        let wheels = directory.path().join("wheels");
        let script = "echo x > a.whl; exit 3";
        let ended = confined(&wheels, "8m").unwrap().args(["sh", "-c", script]).status().unwrap();
        assert!(!ended.success());
        assert_eq!(fs::read_dir(&wheels).unwrap().count(), 0);
    }
}
