//! `tagkeeper explain`: what the ledger says of one release, and settling what a run left open.

use super::failure::{Exit, Failure};
use super::output::Output;
use super::site::{Opening, Site};
use crate::git::Git;
use crate::ledger::{Entry, Mark, Resolution, StepName};
use crate::tree::scope;

/// Shows what was done for a release, and settles a step that a killed run left open
#[derive(clap::Args, Debug)]
pub(super) struct ExplainArgs {
    /// The deliverable
    deliverable: String,
    /// The version
    version: String,
    /// Settle the announcement that was begun and not noted as done: it went out, or it is to be sent again
    #[arg(long, value_enum)]
    resolve: Option<How>,
    #[command(flatten)]
    pub(super) opening: Opening,
}

/// What an operator knows of a step.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum How {
    /// It had its effect.
    Done,
    /// It had not.
    Redo,
}

pub(super) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit, Failure> {
    let site = Site::open(&args.opening)?;
    let record = scope::record_at(&site.repository, "HEAD", None)?;
    let suffix = format!("/{}.yaml", args.deliverable);
    let mut repos: Vec<(String, String)> = Vec::new();
    for path in
        record.paths().map_err(Failure::outside)?.into_iter().filter(|path| path.ends_with(&suffix))
    {
        let file = record.file(&path);
        let releases = file.iter().flat_map(|file| &file.deliverable.releases);
        for release in releases.filter(|release| release.version.text() == args.version) {
            repos.extend(
                release.projects.iter().map(|project| (path.clone(), project.repo.value.clone())),
            );
        }
    }
    if repos.is_empty() {
        return Err(Failure::usage(format_args!(
            "no file of `{}` lists `{}`",
            args.deliverable, args.version
        )));
    }
    let ledger = site.ledger()?;
    if let Some(how) = args.resolve {
        let mark = Mark { at: site.now, who: site.identity(&Git::find()?)?.email };
        let how = match how {
            How::Done => Resolution::Done,
            How::Redo => Resolution::Redo,
        };
        for (_, repo) in &repos {
            ledger
                .resolve((repo, &args.version), &StepName::mail(), &mark, how)
                .map_err(Failure::outside)?;
        }
    }
    let snapshot = ledger.read().map_err(Failure::outside)?;
    let mut lines = Vec::new();
    for (path, repo) in &repos {
        lines.push(format!("{repo} {} ({path})", args.version));
        match snapshot.entry(repo, &args.version).map_err(Failure::outside)? {
            None => lines.push("  the ledger has nothing about it".to_owned()),
            Some(entry) => lines.extend(of_entry(&entry)),
        }
    }
    output.write(|out, _| lines.iter().try_for_each(|line| writeln!(out, "{line}")))?;
    Ok(Exit::Fine)
}

fn of_entry(entry: &Entry) -> impl Iterator<Item = String> + '_ {
    entry.steps.iter().map(|(name, record)| match &record.done {
        Some(done) => format!(
            "  {name}: done at {} by {}{}",
            done.at,
            done.who,
            record.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default()
        ),
        None => format!(
            "  {name}: begun at {} by {} and not noted as done; see whether it went out, then add `--resolve done` or `--resolve redo`",
            record.intent.at, record.intent.who
        ),
    })
}
