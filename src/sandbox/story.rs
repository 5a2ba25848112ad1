//! What a release team does in the playground, command by command.

use std::env;
use std::io::{self, Write};
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

/// Types the story: each command and what it really says go to `out`. Gives the scene that went another way, if any.
///
/// # Errors
/// When a command cannot be started or `out` cannot be written.
pub fn play(sandbox: &Sandbox, out: &mut dyn Write) -> io::Result<Option<(Scene, Option<i32>)>> {
    for scene in sandbox.story() {
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
    let mut path = vec![sandbox.programs()];
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let path = env::join_paths(path).map_err(io::Error::other)?;
    shell.envs(sandbox.confined()).env("PATH", path);
    shell.output()
}
