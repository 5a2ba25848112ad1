//! `tagkeeper init-series`: makes the files of a new series.

use super::difference::write_difference;
use super::exit::Exit;
use super::opening::{Asking, Opening};
use super::output::Output;
use crate::ops::init_series::{init_series, write};
use crate::report::rewrite::write_left;
use crate::workspace::Failure;

/// Create the files of a new series from those of the previous one
#[derive(clap::Args, Debug)]
pub(super) struct InitSeriesArgs {
    /// The new series, as data/series_status.yaml lists it
    series: String,
    /// Show the difference and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    asking: Asking,
}

pub(super) fn run(args: &InitSeriesArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.asking.onto(args.opening.options());
    let new = init_series(&options, &args.series)?;
    if !args.dry_run {
        write(&options, &new)?;
    }
    output.write(|out, _| {
        if args.dry_run {
            new.rewrites.iter().try_for_each(|rewrite| write_difference(rewrite, out))?;
        }
        write_left(&new.left, out)?;
        let would = if args.dry_run { "would be made" } else { "made" };
        let count = new.rewrites.len();
        writeln!(out, "{count} files of {} {would} from {}", args.series, new.from)
    })?;
    Ok(Exit::Fine)
}
