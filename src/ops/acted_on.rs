//! What may be acted on: merged commits, by the clock of this machine.

use crate::plan::Ground;
use crate::workspace::{Failure, Upstream, Workspace};

/// The branch that the head of `workspace` is merged to; refuses a head that it does not contain, and a clock that was given.
/// A playground takes both, and then has no such branch where that cannot be found out.
pub(super) fn must_be_merged(
    workspace: &Workspace,
    ground: Ground,
) -> Result<Option<Upstream>, Failure> {
    if ground == Ground::Playground {
        return Ok(workspace.upstream().ok());
    }
    if workspace.has_given_clock() {
        return Err(Failure::usage("tags and mails bear the time of this machine: `--now` and `TAGKEEPER_NOW` are not accepted here")
            .help("leave the time out; `--playground` accepts it, and says so in every tag message"));
    }
    let upstream = workspace.upstream()?;
    if workspace.is_in(upstream.tip)? {
        return Ok(Some(upstream));
    }
    Err(Failure::usage(format!(
        "{} is not merged: {} does not contain it",
        workspace.head(),
        upstream.name()
    ))
    .help("merge the request first; only what is merged is tagged and announced"))
}
