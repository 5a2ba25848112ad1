//! `tagkeeper status`: what is missing, and what nobody asked for.

use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::facts::Network;
use crate::ops::status::{AuditScope, Closed, StatusOptions, status};
use crate::report::audit::Shown;
use crate::workspace::{Failure, Options, Workspace};

/// Compare what the record lists with the tags, branches and announcements that are there; changes nothing
///
/// Each problem names the command that fixes it. Without `--remote`, tags and branches are read from
/// the mirrors on this machine.
#[derive(clap::Args, Debug)]
pub(super) struct StatusArgs {
    /// Only these deliverables
    #[arg(value_name = "DELIVERABLE")]
    deliverables: Vec<String>,
    /// Only this series
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Only the deliverables of this team
    #[arg(long, value_name = "NAME")]
    team: Option<String>,
    /// Include closed series
    #[arg(long)]
    all: bool,
    /// Ask the remotes, the package index, the host of the tarballs and Gerrit
    #[arg(long, conflicts_with = "offline")]
    remote: bool,
    /// Also list what is in order
    #[arg(long)]
    good: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision of the releases repository
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &StatusArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let network = if args.remote { Network::Allowed } else { Network::Offline };
    let mut workspace = Workspace::open_merged(&Options { network, ..options })?;
    let wanted = StatusOptions {
        series: args.series.clone(),
        team: args.team.clone(),
        deliverables: args.deliverables.clone(),
        reach: if args.remote { AuditScope::Remotes } else { AuditScope::Mirrors },
        closed: if args.all { Closed::Included } else { Closed::LeftOut },
    };
    let found = status(&mut workspace, &wanted)?;
    let shown = if args.good { Shown::All } else { Shown::Trouble };
    output.audit(&found, shown, args.format)
}
