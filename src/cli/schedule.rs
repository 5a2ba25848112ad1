//! `tagkeeper schedule`: the calendar around now.

use super::exit::Exit;
use super::opening::{Now, Opening};
use super::output::{Format, Output};
use crate::ops::schedule::{ScheduleOptions, schedule, waiting, waiting_tags};
use crate::report::schedule as write;
use crate::text::json;
use crate::workspace::{Failure, Workspace};

/// Show the calendar around now, and what may be released until when
#[derive(clap::Args, Debug)]
pub(super) struct ScheduleArgs {
    /// The deliverable [default: all of the series]
    deliverable: Option<String>,
    /// The series, or `independent` [default: the series in development]
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Only the deliverables of this team
    #[arg(long, value_name = "NAME", conflicts_with = "deliverable")]
    team: Option<String>,
    /// Show when the deliverable may be tagged next, and what it waits for
    #[arg(long, requires = "deliverable", conflicts_with_all = ["missing", "ics"])]
    next: bool,
    /// Show who has not released, branched or made a release candidate, by deadline
    #[arg(long, conflicts_with = "ics")]
    missing: bool,
    /// Show every release that is merged and whose tag waits for its time, as the ledger says
    #[arg(long, conflicts_with_all = ["deliverable", "team", "series", "next", "missing", "ics"])]
    waiting: bool,
    /// Write the same as an Atom feed
    #[arg(long, conflicts_with_all = ["waiting", "deliverable", "team", "series", "next", "missing", "ics", "format"])]
    feed: bool,
    /// Write the deadlines, release days and tags that wait as iCalendar; for one deliverable also its windows and its holds
    #[arg(long)]
    ics: bool,
    /// Output format; JSON has everything
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "ics")]
    format: Format,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision to read schedules and policy from
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(args: &ScheduleArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.opening.options()).at(&args.head);
    let asked = ScheduleOptions {
        deliverable: args.deliverable.clone(),
        series: args.series.clone(),
        team: args.team.clone(),
    };
    let workspace = Workspace::open_merged(&options)?;
    if args.waiting || args.feed {
        let tags = waiting_tags(&workspace)?;
        output.write(|out, style| match (args.feed, args.format) {
            (true, _) => write::waiting::feed(&tags, &workspace.config.pages.title, out),
            (false, Format::Json) => json::write(&tags, out),
            (false, Format::Text) => write::waiting::write(&tags, out, style),
        })?;
        return Ok(Exit::Fine);
    }
    let schedule = schedule(&workspace, &asked)?;
    let tags = match args.ics && args.deliverable.is_none() && args.team.is_none() {
        true => waiting_tags(&workspace)?,
        false => Vec::new(),
    };
    let waiting = match args.deliverable.as_deref().filter(|_| args.ics) {
        Some(deliverable) => waiting(&workspace, deliverable)?,
        None => Vec::new(),
    };
    let width = output.width();
    output.write(|out, style| match (args.ics, args.format) {
        (true, _) => write::ics::write(&schedule, (&waiting, &tags), out),
        (false, Format::Json) => write::json::write(&schedule, out),
        (false, Format::Text) if args.next => write::next(&schedule, out, (style, width)),
        (false, Format::Text) if args.missing => write::missing(&schedule, out, (style, width)),
        (false, Format::Text) => write::picture(&schedule, out, (style, width)),
    })?;
    Ok(Exit::Fine)
}
