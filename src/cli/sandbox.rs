//! `tagkeeper sandbox`: a playground on this machine.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::Exit;
use crate::git::Git;
use crate::sandbox::{Sandbox, SandboxError, SiteKind, make, play, rest};
use crate::workspace::Failure;

/// Create a complete sandbox in a new directory, and show what to type there
///
/// It has a releases repository, project repositories, a signing key and a mail box. It contacts no host, and touches
/// nothing outside of its directory.
#[derive(clap::Args, Debug)]
pub(super) struct SandboxArgs {
    /// The directory to create
    directory: PathBuf,
    /// Run the commands, and show each with its output
    #[arg(long)]
    play: bool,
    /// Which kind of site to make
    #[arg(long, value_enum, default_value_t = Kind::Openstack)]
    site: Kind,
}

/// The kinds of sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// As OpenStack's: with governance data and Zuul's project data
    Openstack,
    /// Nothing but git, with its own trunk, versions and branch names
    Plain,
}

pub(super) fn run(args: &SandboxArgs) -> Result<Exit, Failure> {
    let kind = match args.site {
        Kind::Openstack => SiteKind::Openstack,
        Kind::Plain => SiteKind::Plain,
    };
    let sandbox = make(&args.directory, kind, &Git::find()?)?;
    let mut out = io::stdout().lock();
    let ended = if args.play { played(&sandbox, &mut out) } else { shown(&sandbox, &mut out) };
    rest(&sandbox);
    ended
}

fn played(sandbox: &Sandbox, out: &mut dyn Write) -> Result<Exit, Failure> {
    writeln!(out, "The sandbox is in {}.", sandbox.root.display())?;
    if let Some((scene, status)) = play(sandbox, out)? {
        let status =
            status.map_or_else(|| "a signal".to_owned(), |status| format!("status {status}"));
        let message =
            format!("`{}` ended with {status} where {} was expected", scene.command, scene.status);
        return Err(Failure::outside(message)
            .help(format!("look at it in {}", sandbox.releases().display())));
    }
    writeln!(out, "\nThe end. To go on yourself, type:\n")?;
    enter(sandbox, out)?;
    leave(sandbox, out)?;
    Ok(Exit::Fine)
}

fn shown(sandbox: &Sandbox, out: &mut dyn Write) -> Result<Exit, Failure> {
    writeln!(out, "The sandbox is in {}. Type:\n", sandbox.root.display())?;
    enter(sandbox, out)?;
    for scene in sandbox.story() {
        writeln!(out, "\n  # {}\n  {}", scene.what, scene.command)?;
    }
    leave(sandbox, out)?;
    Ok(Exit::Fine)
}

fn enter(sandbox: &Sandbox, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  . {}", sandbox.root.join("env").display())?;
    writeln!(out, "  cd {}", sandbox.releases().display())
}

fn leave(sandbox: &Sandbox, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nTo leave the sandbox and remove it:\n\n  leave_sandbox && cd")?;
    writeln!(out, "  rm -rf {}", sandbox.root.display())
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
