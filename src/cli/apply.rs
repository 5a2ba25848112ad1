//! `tagkeeper apply`: makes the tags and branches, and announces them.

use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::ops::apply::{ApplyOptions, Entries, apply};
use crate::report;
use crate::text::json;
use crate::workspace::{Failure, Options, Workspace};

/// Makes the signed tags and branches that merged requests ask for, and announces the releases
///
/// Goes on where the last run ended, which the ledger says, and makes up for what is pending. Run it any number of
/// times: what is done is not done again.
#[derive(clap::Args, Debug)]
pub(super) struct ApplyArgs {
    /// Only these deliverable files or folders; the ledger's mark stays
    paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision to apply, one that is merged
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Where to begin when the ledger is empty: the last commit that needs nothing more
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Refuse when the plan made now differs from this file in anything but what was done since
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Apply one release of the record on purpose, whenever it was merged; the ledger's mark stays
    #[arg(long, num_args = 2, value_names = ["DELIVERABLE", "VERSION"], conflicts_with_all = ["paths", "since"])]
    release: Vec<String>,
    /// Look only at what is pending, such as tags that waited for their window; the ledger's mark stays
    #[arg(long, conflicts_with_all = ["release", "since"])]
    pending: bool,
    /// How the outcome is written
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
        ApplyOptions { entries, since: self.since.clone(), plan: self.plan.clone() }
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
