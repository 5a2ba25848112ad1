//! `tagkeeper plan`: what would be tagged, branched and announced.

use std::path::PathBuf;

use serde::Serialize;

use super::exit::Exit;
use super::opening::{Asking, Comparing, Now, Opening};
use super::output::{Format, Output, write_whole};
use crate::ops::mails::planned_mails;
use crate::ops::plan::{Planned, is_refused, plan};
use crate::plan::Plan;
use crate::report::mail::PlannedMail;
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
    /// Also show the announcements as they will be sent, except for what only the finished tag can tell
    #[arg(long)]
    mail: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat steps in an unknown state as errors
    #[arg(long)]
    strict: bool,
}

pub(super) fn run(args: &PlanArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.comparing.onto(args.opening.options())));
    let workspace = Workspace::open_to_plan(&options)?;
    let Planned { plan, unread_ledger, .. } = plan(&workspace)?;
    let mails = if args.mail { Some(mails(&workspace, &plan)?) } else { None };
    if let Some(path) = &args.out {
        let mut bytes = Vec::new();
        json::write(&plan, &mut bytes)?;
        write_whole(path, &bytes)?;
    }
    output.write(|out, style| match args.format {
        Format::Text => {
            report::plan::write(&plan, out, style)?;
            mails.as_ref().map_or(Ok(()), |mails| report::mail::write(mails, out, style))
        }
        Format::Json => json::write(&WithMails { plan: &plan, mails: mails.as_deref() }, out),
    })?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    Ok(match (is_refused(&plan, strictness), unread_ledger.is_empty()) {
        (true, _) => Exit::No,
        (false, false) => Exit::NoAnswer,
        (false, true) => Exit::Fine,
    })
}

/// A plan, with the announcements that it leads to where they were asked for.
#[derive(Serialize)]
struct WithMails<'a> {
    #[serde(flatten)]
    plan: &'a Plan,
    #[serde(skip_serializing_if = "Option::is_none")]
    mails: Option<&'a [PlannedMail]>,
}

fn mails(workspace: &Workspace, plan: &Plan) -> Result<Vec<PlannedMail>, Failure> {
    let record = workspace.request()?.head;
    Ok(planned_mails(workspace, plan, &record, &workspace.sources()?))
}
