//! `tagkeeper plan`: what would be tagged, branched and announced.

use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Asking, Comparing, Now, Opening};
use super::output::{Format, Output, write_whole};
use crate::ops::plan::{Planned, is_refused, plan};
use crate::report::{self, Strictness};
use crate::text::json;
use crate::workspace::{Failure, Workspace};

/// Show what a request would tag, branch and announce; changes nothing and needs no write access
#[derive(clap::Args, Debug)]
pub(super) struct PlanArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Also write the plan to this file, for `apply --plan`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat steps in an unknown state as errors
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &PlanArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.comparing.onto(args.opening.options())));
    let Planned { plan, unread_ledger, .. } = plan(&Workspace::open(&options)?)?;
    if let Some(path) = &args.out {
        let mut bytes = Vec::new();
        json::write(&plan, &mut bytes)?;
        write_whole(path, &bytes)?;
    }
    output.write(|out, style| match args.format {
        Format::Text => report::plan::write(&plan, out, style),
        Format::Json => json::write(&plan, out),
    })?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    Ok(match (is_refused(&plan, strictness), unread_ledger.is_empty()) {
        (true, _) => Exit::No,
        (false, false) => Exit::NoAnswer,
        (false, true) => Exit::Fine,
    })
}
