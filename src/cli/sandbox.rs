//! `tagkeeper sandbox`: a playground on this machine.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::Exit;
use crate::git::Git;
use crate::sandbox::{Sandbox, SandboxError, make, play, rest, story};
use crate::workspace::Failure;

/// Makes a complete playground in a new directory, and shows what to type there
///
/// A releases repository, three project repositories, a signing key and a mail box: no network, nothing outside of
/// the directory.
#[derive(clap::Args, Debug)]
pub(super) struct SandboxArgs {
    /// The directory; it is made
    directory: PathBuf,
    /// Type the commands, showing each with what it really says
    #[arg(long)]
    play: bool,
}

pub(super) fn run(args: &SandboxArgs) -> Result<Exit, Failure> {
    let sandbox = make(&args.directory, &Git::find()?)?;
    let mut out = io::stdout().lock();
    let ended = if args.play { played(&sandbox, &mut out) } else { shown(&sandbox, &mut out) };
    rest(&sandbox);
    ended
}

fn played(sandbox: &Sandbox, out: &mut dyn Write) -> Result<Exit, Failure> {
    writeln!(out, "A garden with its releases repository is in {}.", sandbox.root.display())?;
    if let Some((scene, status)) = play(sandbox, out)? {
        let status =
            status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"));
        let message =
            format!("`{}` ended with {status} where {} was expected", scene.command, scene.status);
        return Err(Failure::outside(message)
            .help(format!("look at it in {}", sandbox.releases().display())));
    }
    writeln!(
        out,
        "\nThat was all. Go on in {}, after `. {}`.",
        sandbox.releases().display(),
        sandbox.root.join("env").display()
    )?;
    Ok(Exit::Fine)
}

fn shown(sandbox: &Sandbox, out: &mut dyn Write) -> Result<Exit, Failure> {
    let root = sandbox.root.display();
    writeln!(
        out,
        "A garden with its releases repository is in {root}.\nType next:\n\n  . {root}/env"
    )?;
    writeln!(out, "  cd {}", sandbox.releases().display())?;
    for scene in story() {
        writeln!(out, "\n  # {}\n  {}", scene.what, scene.command)?;
    }
    Ok(Exit::Fine)
}

impl From<SandboxError> for Failure {
    fn from(error: SandboxError) -> Self {
        match error {
            SandboxError::NotEmpty(_) => {
                Self::usage(error).help("name a directory that is not there yet")
            }
            SandboxError::Git(error) => error.into(),
            SandboxError::Io { .. } | SandboxError::Gpg(_) => Self::outside(error),
        }
    }
}
