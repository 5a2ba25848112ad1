//! `tagkeeper announce`: sends the announcement of a tag.

use super::exit::Exit;
use super::opening::{Now, Opening};
use super::output::Output;
use crate::ops::announce::{Announcement, announce};
use crate::workspace::{Failure, Workspace};

/// Sends the announcement of a tag, where `announce: tag` leaves that to a job of the tag pipeline
///
/// Sends it once: the ledger says whether it went out. A tag that no release of the record names, or that tagkeeper did
/// not make, is not announced.
#[derive(clap::Args, Debug)]
pub(super) struct AnnounceArgs {
    /// The repository, as the files name it
    repo: String,
    /// The tag; `refs/tags/` before it is fine
    tag: String,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision whose record and configuration count, one that is merged
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(args: &AnnounceArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.opening.options()).at(&args.head);
    let workspace = Workspace::open_merged(&options)?;
    let Announcement { tag, result } = announce(&workspace, &args.repo, &args.tag)?;
    output.write(|out, _| writeln!(out, "announcement {tag} of {}: {result}", args.repo))?;
    Ok(result.worst().into())
}
