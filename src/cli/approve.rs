//! `tagkeeper approve`: whether the teams of a change have approved it.

use super::exit::Exit;
use super::opening::Opening;
use super::output::{Format, Output};
use crate::gerrit::ChangeName;
use crate::ops::approve::{approve, vote};
use crate::report::approval::{write, write_json};
use crate::workspace::{Failure, open_change};

/// Show whether the teams whose deliverables a Gerrit change touches have approved it, and who can
///
/// A team approves through its lead or a release liaison, as governance lists them: by a vote, or by uploading the patch
/// set. A release manager can approve instead, with a vote on the approval label.
#[derive(clap::Args, Debug)]
pub(super) struct ApproveArgs {
    /// Number, URL or Change-Id
    change: ChangeName,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Vote +1 on the approval label if all teams have approved; remove that vote if they have not
    #[arg(long)]
    vote: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &ApproveArgs, output: &Output) -> Result<Exit, Failure> {
    let (workspace, change) = open_change(&args.opening.options(), &args.change)?;
    let approval = approve(&workspace, &change)?;
    output.write(|out, style| match args.format {
        Format::Text => write(&approval, out, style),
        Format::Json => write_json(&approval, out),
    })?;
    if !approval.is_approved() && approval.is_undecided {
        return Ok(Exit::NoAnswer);
    }
    if args.vote {
        vote(&workspace, &change, &approval)?;
    }
    Ok(if approval.is_approved() { Exit::Fine } else { Exit::No })
}
