//! `tagkeeper apply`: creates the tags and branches, and announces the releases.

use std::path::PathBuf;

use jiff::Timestamp;

use super::exit::Exit;
use super::opening::{Asking, Now, Opening, Playground};
use super::output::{Format, Output};
use crate::ops::apply::{Applied, ApplyOptions, Entries, apply};
use crate::ops::delete_ended::{Chosen, Deletions, delete_ended};
use crate::ops::metrics::publish;
use crate::ops::shadow::shadow;
use crate::report;
use crate::report::outcome::Reach;
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
    /// Refuse if the plan now differs from this file in anything but what was done since; with `--delete-ended`, delete the
    /// branches that it names
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
    /// Write nothing: compare what would have been made with the tags, branches and mails that other jobs made
    #[arg(long, conflicts_with_all = ["plan", "pending"])]
    shadow: bool,
    /// The mails that the other jobs sent: an mbox, or a directory of mails
    #[arg(long, value_name = "PATH", requires = "shadow")]
    old_mails: Option<PathBuf>,
    /// Delete branches that their tags have ended, those that `--yes` or the file of `--plan` names; list them without either
    #[arg(long, conflicts_with_all = ["release", "since", "pending", "shadow"])]
    delete_ended: bool,
    /// Delete this ended branch in every repository, or in those of the named files; may be repeated
    #[arg(long, value_name = "BRANCH", requires = "delete_ended", conflicts_with = "plan")]
    yes: Vec<String>,
    /// Write metrics for monitoring to this file, in the text format of Prometheus
    #[arg(long, value_name = "FILE", env = "TAGKEEPER_METRICS")]
    metrics: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

impl ApplyArgs {
    /// Whether it is no run for a part, whose numbers would hide those of the rest.
    fn looks_at_everything(&self) -> bool {
        self.paths.is_empty() && self.release.is_empty()
    }

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

fn compare(args: &ApplyArgs, options: &Options, output: &mut Output) -> Result<Exit, Failure> {
    let mut workspace = Workspace::open_merged(options)?;
    let found = shadow(&mut workspace, &args.options(), args.old_mails.as_ref())?;
    output.write(|out, style| match args.format {
        Format::Text => report::shadow::write(&found, out, style),
        Format::Json => json::write(&found, out),
    })?;
    Ok(found.worst().into())
}

fn delete(args: &ApplyArgs, options: &Options, output: &mut Output) -> Result<Exit, Failure> {
    let chosen = match (&args.plan, args.yes.as_slice()) {
        (Some(path), _) => Chosen::Plan(path.clone()),
        (None, []) => Chosen::Nothing,
        (None, names) => Chosen::Branches(names.to_vec()),
    };
    let mut workspace = Workspace::open_merged(options)?;
    match delete_ended(&mut workspace, &chosen, args.ground.get())? {
        Deletions::Listed(plan) => {
            output.write(|out, style| match args.format {
                Format::Text => report::plan::write_ends(&plan, out, style),
                Format::Json => json::write(&plan, out),
            })?;
            Ok(Exit::Fine)
        }
        Deletions::Deleted(outcome) => {
            output.write(|out, style| match args.format {
                Format::Text => report::outcome::write(&outcome, &Reach::Named, out, style),
                Format::Json => json::write(&outcome, out),
            })?;
            Ok(outcome.worst().into())
        }
    }
}

/// Applies, and renews the metrics whatever came of it. That they could not be renewed does not change how the run ended.
fn run_and_measure(args: &ApplyArgs, options: &Options) -> Result<Applied, Failure> {
    let ran = Workspace::open_merged(options).and_then(|mut workspace| {
        let applied = apply(&mut workspace, &args.options())?;
        Ok((workspace, applied))
    });
    if let Some(path) = args.metrics.as_ref().filter(|_| args.looks_at_everything()) {
        let measured = ran.as_ref().map(|(workspace, applied)| (workspace, applied));
        let measured = measured.map_err(Failure::kind);
        if let Err(failure) = publish(path, measured, Timestamp::now()) {
            log::warn!("{failure}");
        }
    }
    ran.map(|(_, applied)| applied)
}

pub(super) fn run(args: &ApplyArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let options = Options { paths: args.paths.clone(), ..options };
    if args.shadow {
        return compare(args, &options, output);
    }
    if args.delete_ended {
        return delete(args, &options, output);
    }
    let applied = run_and_measure(args, &options)?;
    output.write(|out, style| match args.format {
        Format::Text => report::outcome::write(&applied.outcome, &applied.reach, out, style),
        Format::Json => json::write(&applied.outcome, out),
    })?;
    Ok(applied.outcome.worst().into())
}
