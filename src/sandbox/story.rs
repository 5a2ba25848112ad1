//! What a release team does in the playground, command by command.

use std::env;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::Sandbox;

/// A command of the story.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
    /// What happens, in a sentence.
    pub what: &'static str,
    /// The command, as it is typed in the releases repository.
    pub command: &'static str,
    /// The exit status it has.
    pub status: i32,
}

/// The story: a request with a fault, the fix, plan, merge, tags, mail, and nothing left to do.
pub const fn story() -> &'static [Scene] {
    &[
        Scene {
            what: "Ann asks for a release of the trowel and of the watering can.",
            command: "git switch --quiet --create request && mkdir deliverables/hibiscus && \
                      cp ../request/*.yaml deliverables/hibiscus && git add --all && \
                      git commit --quiet --message 'Release trowel and watering-can'",
            status: 0,
        },
        Scene {
            what: "The check finds a fault, on its line.",
            command: "tagkeeper check",
            status: 1,
        },
        Scene {
            what: "She takes the version it suggests.",
            command: "sed -i 's/2\\.0\\.1/2.1.0/' deliverables/hibiscus/trowel.yaml && git commit --quiet --all --amend --no-edit",
            status: 0,
        },
        Scene { what: "Now it passes.", command: "tagkeeper check", status: 0 },
        Scene { what: "What will happen after the merge?", command: "tagkeeper plan", status: 0 },
        Scene {
            what: "A release manager approves, and the gate merges.",
            command: "git switch --quiet master && git merge --quiet --no-ff --message 'Merge \"Release trowel and watering-can\"' request",
            status: 0,
        },
        Scene {
            what: "The job after the merge tags, branches and announces.",
            command: "tagkeeper apply --since HEAD^",
            status: 0,
        },
        Scene {
            what: "The tag is signed.",
            command: "git -C ../git/garden/trowel.git verify-tag 2.1.0",
            status: 0,
        },
        Scene {
            what: "The branch is there.",
            command: "git -C ../git/garden/trowel.git branch --list",
            status: 0,
        },
        Scene { what: "So is the mail.", command: "cat ../mail/*trowel*", status: 0 },
        Scene { what: "A second run finds nothing to do.", command: "tagkeeper apply", status: 0 },
    ]
}

/// Types the story: each command and what it really says go to `out`. Gives the scene that went another way, if any.
///
/// # Errors
/// When a command cannot be started or `out` cannot be written.
pub fn play(sandbox: &Sandbox, out: &mut dyn Write) -> io::Result<Option<(Scene, Option<i32>)>> {
    for scene in story() {
        writeln!(out, "\n# {}\n$ {}", scene.what, scene.command)?;
        out.flush()?;
        let ran = typed(sandbox, scene.command)?;
        out.write_all(&ran.stdout)?;
        if ran.status.code() != Some(scene.status) {
            return Ok(Some((*scene, ran.status.code())));
        }
        if scene.status != 0 {
            writeln!(out, "(exit status {})", scene.status)?;
        }
    }
    Ok(None)
}

/// Runs a command as a shell in the releases repository would, this program first on its path.
fn typed(sandbox: &Sandbox, command: &str) -> io::Result<std::process::Output> {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(sandbox.releases())
        .stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        let is_setting = name.to_string_lossy().starts_with("TAGKEEPER_")
            || name.to_string_lossy().starts_with("GIT_");
        if is_setting {
            shell.env_remove(name);
        }
    }
    shell.envs(sandbox.environment()).env("PATH", path_with_us()?);
    shell.output()
}

fn path_with_us() -> io::Result<std::ffi::OsString> {
    let us = env::current_exe()?;
    let folder = us.parent().unwrap_or(Path::new("/")).to_owned();
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(std::iter::once(folder).chain(env::split_paths(&rest)))
        .map_err(io::Error::other)
}
