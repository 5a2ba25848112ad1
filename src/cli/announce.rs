//! `tagkeeper announce`: sends the announcement of a tag.

use super::exit::Exit;
use super::opening::{Now, Opening, Playground};
use super::output::Output;
use crate::ops::announce::{Announcement, announce};
use crate::workspace::{Failure, Workspace};

/// Send the announcement of a tag, for sites where a job in the tag pipeline does that (`announce: tag`)
///
/// Sends it once: the ledger says whether it was sent. A tag that no deliverable file lists, or that tagkeeper did not
/// create, is not announced.
#[derive(clap::Args, Debug)]
pub(super) struct AnnounceArgs {
    /// The repository, as the deliverable files name it
    repo: String,
    /// The tag, with or without `refs/tags/`
    tag: String,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Merged revision to read deliverable files and configuration from
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    ground: Playground,
}

pub(super) fn run(args: &AnnounceArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.opening.options()).at(&args.head);
    let workspace = Workspace::open_merged(&options)?;
    let Announcement { tag, result } =
        announce(&workspace, (&args.repo, &args.tag), args.ground.get())?;
    output.write(|out, _| writeln!(out, "announcement {tag} of {}: {result}", args.repo))?;
    Ok(result.worst().into())
}
