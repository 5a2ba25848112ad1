//! `tagkeeper site`: the release site as static files.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Now, Opening};
use super::output::Output;
use crate::facts::Network;
use crate::ops::site::{SiteOptions, SiteReport, site};
use crate::text::one_line;
use crate::tree::scope::Base;
use crate::workspace::{Failure, Options, Workspace};

/// Build the release site: pages, redirects, calendars, feeds and data
#[derive(clap::Args, Debug)]
pub(super) struct SiteArgs {
    /// Write the site into this directory; a directory that tagkeeper did not create is left alone
    #[arg(long, value_name = "DIR")]
    output: PathBuf,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision of which to show the data
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    /// Add a page, `changes.html`, that says what differs from the site of this revision
    #[arg(long, value_name = "REV")]
    compare: Option<String>,
    /// Use only this machine and the cache; contact no host
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(args: &SiteArgs, output: &Output) -> Result<Exit, Failure> {
    let network = if args.offline { Network::Offline } else { Network::Allowed };
    let options = args.now.onto(args.opening.options()).at(&args.head);
    // Nothing is compared, so a shallow clone will do.
    let options = Options { network, base: Base::None, ..options };
    let asked = SiteOptions { output: args.output.clone(), compare: args.compare.clone() };
    let report = site(&Workspace::open_merged(&options)?, &asked)?;
    output.to_stdout().write(|out, _| write(&report, out))?;
    Ok(if report.published.is_some() { Exit::Fine } else { Exit::No })
}

fn write(report: &SiteReport, out: &mut dyn Write) -> io::Result<()> {
    for mistake in &report.mistakes {
        writeln!(out, "{mistake}")?;
        if let Some(help) = &mistake.help {
            writeln!(out, "  help: {}", one_line(help))?;
        }
    }
    if let Some(why) = &report.not_asked {
        writeln!(out, "warning: the highlights have no names of services: {}", one_line(why))?;
    }
    match &report.published {
        Some(done) => writeln!(
            out,
            "{} written, {} removed, {} unchanged",
            count(done.written.len()),
            done.removed.len(),
            done.kept
        ),
        None => writeln!(out, "nothing was written: fix the errors above"),
    }
}

fn count(n: usize) -> String {
    if n == 1 { "1 file".to_owned() } else { format!("{n} files") }
}
