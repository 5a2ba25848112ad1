//! `tagkeeper constraints`: proposes a release to the upper constraints.

use super::exit::Exit;
use super::opening::{Asking, Now, Opening, Playground};
use super::output::{Format, Output};
use crate::ops::constraints::{constraints, preview};
use crate::ops::plan::is_refused;
use crate::report;
use crate::report::Strictness;
use crate::text::json;
use crate::tree::RepoName;
use crate::workspace::{Failure, Workspace};

/// Propose a release to the upper constraints, as `apply` does with `steps: [constraints]`
///
/// Waits until the package index serves the version. A change that is in review, was abandoned, or was merged and taken
/// back is not proposed again.
#[derive(clap::Args, Debug)]
pub(super) struct ConstraintsArgs {
    /// The repository, as the deliverable files name it
    repo: RepoName,
    /// The version, whose tag is there
    version: String,
    /// Show the change and propose nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Merged revision to read deliverable files and configuration from
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
    #[command(flatten)]
    ground: Playground,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &ConstraintsArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let mut workspace = Workspace::open_merged(&options)?;
    let what = (&args.repo, args.version.as_str());
    if args.dry_run {
        let plan = preview(&mut workspace, what)?;
        output.write(|out, style| match args.format {
            Format::Text => report::plan::write(&plan, out, style),
            Format::Json => json::write(&plan, out),
        })?;
        return Ok(match (is_refused(&plan, Strictness::Normal), plan.is_known()) {
            (true, _) => Exit::No,
            (false, false) => Exit::NoAnswer,
            (false, true) => Exit::Fine,
        });
    }
    let applied = constraints(&mut workspace, what, args.ground.get())?;
    output.write(|out, style| match args.format {
        Format::Text => report::outcome::write(&applied.outcome, &applied.reach, out, style),
        Format::Json => json::write(&applied.outcome, out),
    })?;
    Ok(applied.outcome.worst().into())
}
