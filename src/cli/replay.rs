//! `tagkeeper replay`: runs the rules over the history.

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use super::opening::Opening;
use super::output::{Format, Output};
use crate::ops::replay::{Progress, ReplayOptions, replay};
use crate::report::replay::{write_json, write_text};
use crate::rules::{Closed, find};
use crate::workspace::{Failure, Workspace};

/// Runs the rules over the requests of the history and counts what they say, by rule and year
///
/// Each merge, and each commit that came without one, is judged against its first parent: by the record as it stood
/// then, by the day it was proposed, and by the configuration and policy of the revision where the replay ends. No
/// host is asked: what the files alone cannot decide is counted as not asked.
#[derive(clap::Args, Debug)]
pub(super) struct ReplayArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Judge what came after this revision, a commit that HEAD or its first parents reach [default: everything]
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Revision where the replay ends
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    /// List the findings of this rule, with their commits; may be given several times
    #[arg(long = "rule", value_name = "ID", value_parser = rule_id)]
    rules: Vec<&'static str>,
    /// Judge files of series that were closed then like others
    #[arg(long)]
    closed: bool,
    /// Threads that judge [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// How the counts are written
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
        Progress::Begins(commits) => bar.set_length(commits as u64),
        Progress::Advances(commits) => bar.inc(commits as u64),
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
        .ok_or_else(|| "it is no rule; `tagkeeper rules` lists them".to_owned())
}
