//! `tagkeeper artifacts`: what was published of a release.

use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::ops::artifacts::artifacts;
use crate::report::audit::Shown;
use crate::tree::RepoName;
use crate::workspace::{Failure, Workspace};

/// Check the published artefacts of a release: sdist and wheel on the index, tarball and its signature
#[derive(clap::Args, Debug)]
pub(super) struct ArtifactsArgs {
    /// The repository, as the deliverable files name it
    repo: RepoName,
    /// The version
    version: String,
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

pub(super) fn run(args: &ArtifactsArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let workspace = Workspace::open_merged(&options)?;
    let found = artifacts(&workspace, (&args.repo, &args.version))?;
    output.audit(&found, Shown::All, args.format)
}
