//! `tagkeeper apply`: creates the tags and branches, and announces the releases.

use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Asking, Now, Opening, Playground};
use super::output::{Format, Output};
use crate::ops::apply::{ApplyOptions, Entries, apply};
use crate::report;
use crate::text::json;
use crate::workspace::{Failure, Options, Workspace};

/// Create the signed tags and branches that merged requests ask for, and announce the releases
///
/// Continues from where the last run ended, as the ledger says, and retries what is pending. Run it as often as you
/// like: what is done is not done again.
#[derive(clap::Args, Debug)]
pub(super) struct ApplyArgs {
    /// Apply only these deliverable files or folders; the ledger's mark does not move
    paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Merged revision to apply
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Where to begin when the ledger is empty: the last commit that needs no more work
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Refuse if the plan now differs from this file in anything but what was done since
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Apply this one release, whenever it was merged; the ledger's mark does not move
    #[arg(long, num_args = 2, value_names = ["DELIVERABLE", "VERSION"], conflicts_with_all = ["paths", "since"])]
    release: Vec<String>,
    /// Apply only what is pending, such as tags that waited for their window; the ledger's mark does not move
    #[arg(long, conflicts_with_all = ["release", "since"])]
    pending: bool,
    #[command(flatten)]
    ground: Playground,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl ApplyArgs {
    fn options(&self) -> ApplyOptions {
        let entries = match self.release.as_slice() {
            [deliverable, version] => {
                Entries::Release { deliverable: deliverable.clone(), version: version.clone() }
            }
            _ if self.pending => Entries::Pending,
            _ => Entries::New,
        };
        let (ground, since, plan) = (self.ground.get(), self.since.clone(), self.plan.clone());
        ApplyOptions { entries, ground, since, plan, only: None }
    }
}

pub(super) fn run(args: &ApplyArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let options = Options { paths: args.paths.clone(), ..options };
    let applied = apply(&mut Workspace::open_merged(&options)?, &args.options())?;
    output.write(|out, style| match args.format {
        Format::Text => report::outcome::write(&applied.outcome, &applied.reach, out, style),
        Format::Json => json::write(&applied.outcome, out),
    })?;
    Ok(applied.outcome.worst().into())
}
