//! `tagkeeper verify`: whether a tag is what was asked for.

use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::ops::verify::{VerifyOptions, releases_at, verify};
use crate::report::audit::Shown;
use crate::tree::RepoName;
use crate::workspace::{Failure, Options, Workspace};

/// Verify a tag: its signature, its key on that day, its message, its commit and its branch, against the releases repository
///
/// The keys that are trusted are those in `--keys`, else those that the releases repository publishes; the answer says which.
#[derive(clap::Args, Debug)]
pub(super) struct VerifyArgs {
    /// The repository, as the deliverable files name it
    repo: RepoName,
    /// The tag, with or without `refs/tags/`
    tag: String,
    /// Clone the releases repository from here [default: the one around the current directory]
    #[arg(long, value_name = "URL")]
    releases: Option<String>,
    /// Trust the keys in this directory: public keys of OpenPGP, and of ssh
    #[arg(long, value_name = "DIR")]
    keys: Option<PathBuf>,
    /// Read the tag from this clone [default: from `git:`]
    #[arg(long, value_name = "DIR")]
    clone: Option<PathBuf>,
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

pub(super) fn run(args: &VerifyArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let cloned = args.releases.as_deref().map(releases_at).transpose()?;
    let options = match &cloned {
        Some(cloned) => Options { directory: cloned.path().to_owned(), ..options },
        None => options,
    };
    let workspace = Workspace::open_merged(&options)?;
    let wanted = VerifyOptions {
        repo: args.repo.clone(),
        tag: args.tag.clone(),
        keys: args.keys.clone(),
        clone: args.clone.clone(),
    };
    let found = verify(&workspace, &wanted)?;
    output.audit(&found, Shown::All, args.format)
}
