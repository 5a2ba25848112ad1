//! `tagkeeper replay`: runs the rules over the history.

use std::thread;

use indicatif::{ProgressBar, ProgressStyle};

use super::failure::{Exit, Failure};
use super::opening::{Look, Opening};
use super::output::{Format, Output};
use super::site::Site;
use crate::replay::{self, Judgement};
use crate::report::replay::{Replay, write_json, write_text};
use crate::rules::{Closed, find};
use crate::tree::scope;

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
    let site = Site::open_merged(&Look::of(&args.opening).at(Some(&args.head)))?;
    let arrivals = scope::arrivals(&site.repository, &args.head, args.since.as_deref())?;
    let newest = scope::record_at(&site.repository, &args.head, None)?;
    let judgement = Judgement {
        config: &site.config,
        policy: &site.policy,
        closed: if args.closed { Closed::Judged } else { Closed::Skipped },
        series: newest.series(),
        listed: &args.rules,
    };
    let jobs = args.jobs.or_else(|| thread::available_parallelism().ok().map(usize::from));
    let n_commits: usize = arrivals.iter().map(|arrival| arrival.brought.len()).sum();
    let bar = progress_bar(n_commits);
    let advance = |commits: usize| bar.inc(commits as u64);
    let git_dir = site.repository.git_dir();
    let tally = replay::run(git_dir, &arrivals, judgement, jobs.unwrap_or(1), &advance);
    bar.finish_and_clear();
    let tally = tally?;
    let replay = Replay {
        tally: &tally,
        since: args.since.as_deref(),
        head: &newest.name(),
        rules: &args.rules,
    };
    output.write(|out, style| match args.format {
        Format::Text => write_text(&replay, out, style),
        Format::Json => write_json(&replay, out),
    })?;
    Ok(Exit::Fine)
}

/// The bar shows itself on a terminal only.
fn progress_bar(n_commits: usize) -> ProgressBar {
    let bar = ProgressBar::new(n_commits as u64);
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
