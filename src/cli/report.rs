//! `tagkeeper report`: the page that a reviewer reads.

use std::io;

use jiff::Timestamp;

use super::exit::Exit;
use super::opening::{Asking, Comparing, Now, Opening, moment};
use super::output::Output;
use crate::gerrit::ChangeName;
use crate::ops::check::{CheckOptions, Checked, Preview, check};
use crate::report::review::{Headline, ReviewPage, json, text};
use crate::report::{Strictness, html};
use crate::rules::Closed;
use crate::workspace::{Failure, Options, Workspace, open_change};

/// Show what a reviewer wants to know about a request: the verdict, what is asked, what it brings and what it leaves out
#[derive(clap::Args, Debug)]
pub(super) struct ReportArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    now: Now,
    /// When the request was proposed [default: as for `tagkeeper check`]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_PROPOSED", value_parser = moment)]
    proposed: Option<Timestamp>,
    #[command(flatten)]
    asking: Asking,
    /// Show files of closed series as `check --closed` judges them
    #[arg(long)]
    closed: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Treat facts that could not be fetched as errors
    #[arg(long)]
    strict: bool,
    /// Show the newest patch set of a Gerrit change, given by number, URL or Change-Id
    #[arg(long, value_name = "CHANGE", conflicts_with_all = ["base", "head", "whole_file"])]
    change: Option<ChangeName>,
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For a browser: one page that needs nothing else
    Html,
    /// For programs
    Json,
}

pub(super) fn run(args: &ReportArgs, output: &mut Output) -> Result<Exit, Failure> {
    let checked = args.check()?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    output.write(|out, style| {
        page(&checked, strictness, |page| match args.format {
            Format::Text => text::write(page, out, style),
            Format::Html => html::write(page, out),
            Format::Json => json::write(page, out),
        })
    })?;
    let mut headline = Headline::No;
    page(&checked, strictness, |page| {
        headline = Headline::of(page);
        Ok(())
    })?;
    Ok(if headline == Headline::No { Exit::No } else { Exit::Fine })
}

impl ReportArgs {
    fn check(&self) -> Result<Checked, Failure> {
        let options = self.comparing.onto(self.opening.options());
        let options = self.now.onto(self.asking.onto(options));
        let options = Options { proposed: self.proposed, ..options };
        let closed = if self.closed { Closed::Judged } else { Closed::Skipped };
        let how = CheckOptions { closed, preview: Preview::Review };
        match &self.change {
            None => check(&Workspace::open(&options)?, None, how),
            Some(name) => {
                let (workspace, change) = open_change(&options, name)?;
                check(&workspace, Some(&change), how)
            }
        }
    }
}

/// Hands the page of a request to `write`.
pub(super) fn page(
    checked: &Checked,
    strictness: Strictness,
    write: impl FnOnce(&ReviewPage<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let Checked { request, report, beside } = checked;
    let Some(found) = beside else {
        return Err(io::Error::other("the page was not asked for"));
    };
    let why = found.plan.as_ref().err().map(ToString::to_string).unwrap_or_default();
    let plan = found.plan.as_ref().map_err(|_| why.as_str());
    write(&ReviewPage { report, strictness, request, plan, review: &found.review })
}
