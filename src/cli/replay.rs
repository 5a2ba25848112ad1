//! `tagkeeper replay`: runs the rules over the history.

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use super::opening::Opening;
use super::output::{Format, Output};
use crate::ops::replay::{ReplayOptions, ReplayProgress, replay};
use crate::report::replay::{write_json, write_text};
use crate::rules::{Closed, find};
use crate::workspace::{Failure, Workspace};

/// Run the rules over past requests, and count the findings by rule and year
///
/// Each merge, and each commit without a merge, is checked against its first parent, with the deliverable files of that
/// time, the day it was proposed, and the configuration and policy of the last revision. No host is asked: questions
/// that the files alone cannot answer are counted as not asked.
#[derive(clap::Args, Debug)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Start after this revision, a commit in the first-parent history of the last one [default: everything]
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Last revision
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    /// List the findings of this rule with their commits; may be repeated
    #[arg(long = "rule", value_name = "ID", value_parser = rule_id)]
    rules: Vec<&'static str>,
    /// Check files of series that were closed then with all rules
    #[arg(long)]
    closed: bool,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &ReplayArgs, output: &mut Output) -> Result<Exit, Failure> {
    let workspace = Workspace::open_merged(&args.opening.options().at(&args.head))?;
    let options = ReplayOptions {
        since: args.since.clone(),
        rules: args.rules.clone(),
        closed: if args.closed { Closed::Judged } else { Closed::Skipped },
        jobs: args.jobs,
    };
    let bar = progress_bar();
    let replay = replay(&workspace, &options, &|progress| match progress {
        ReplayProgress::Begins(commits) => bar.set_length(commits as u64),
        ReplayProgress::Advances(commits) => bar.inc(commits as u64),
    });
    bar.finish_and_clear();
    let replay = replay?;
    output.write(|out, style| match args.format {
        Format::Text => write_text(&replay, out, style),
        Format::Json => write_json(&replay, out),
    })?;
    Ok(Exit::Fine)
}

/// The bar shows itself on a terminal only.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::no_length();
    let style =
        ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} commits, {eta} left");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn rule_id(text: &str) -> Result<&'static str, String> {
    find(text)
        .map(|rule| rule.id)
        .ok_or_else(|| "there is no such rule; `tagkeeper rules` lists them".to_owned())
}
