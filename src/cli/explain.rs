//! `tagkeeper explain`: what the ledger and the remotes say of one release, and settling what a run left open.

use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::ledger::Resolution;
use crate::ops::explain::{ExplainOptions, explain};
use crate::report::explanation;
use crate::text::json;
use crate::workspace::{Failure, Workspace};

/// Show what was done for a release, what is there now and what comes next, and settle a step that a killed run left open
#[derive(clap::Args, Debug)]
pub(super) struct ExplainArgs {
    /// The deliverable
    deliverable: String,
    /// The version, or a branch
    version: String,
    /// Settle a step that may or may not have been done, such as an announcement or a comment: it was done, or do it again. `done` also
    /// drops a pending entry that no file lists any longer
    #[arg(long, value_enum)]
    resolve: Option<How>,
    /// Settle only this step, such as `bug #1234`
    #[arg(long, value_name = "NAME", requires = "resolve")]
    step: Option<String>,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What an operator knows of a step.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum How {
    /// It was done
    Done,
    /// Do it again
    Redo,
}

impl From<How> for Resolution {
    fn from(how: How) -> Self {
        match how {
            How::Done => Self::Done,
            How::Redo => Self::Redo,
        }
    }
}

pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit, Failure> {
    let mut workspace =
        Workspace::open_merged(&args.now.onto(args.asking.onto(args.opening.options())))?;
    let asked = ExplainOptions {
        deliverable: args.deliverable.clone(),
        version: args.version.clone(),
        resolve: args.resolve.map(Into::into),
        step: args.step.clone(),
    };
    let explained = explain(&mut workspace, &asked)?;
    output.write(|out, _| match args.format {
        Format::Text => explanation::write(&explained, out),
        Format::Json => json::write(&explained, out),
    })?;
    Ok(Exit::Fine)
}
