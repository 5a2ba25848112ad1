//! Editing deliverable files: one or many, all or none.

mod action;

use std::collections::{BTreeMap, BTreeSet};

use wildmatch::WildMatch;

use super::check::{CheckOptions, Checked, Preview, check};
use super::disk::{root, text_of, write as write_files};
use super::located::dir_of;
use super::meant::{deliverable, hinted};
use crate::facts::Sources;
use crate::report::rewrite::Rewrite;
use crate::report::{Report, Strictness};
use crate::rules::{Closed, Level};
use crate::tree::record::Record;
use crate::tree::scope::Base;
use crate::workspace::{Failure, Options, Workspace};
pub use action::EditAction;
pub(in crate::ops) use action::Editing;

/// Which files are edited, and how.
#[derive(Clone, Debug)]
pub struct EditOptions {
    /// The name of a deliverable, with `*` and `?`; with a series before a slash, such as `gazpacho/oslo.*`.
    pub glob: String,
    /// The series, or `independent`; the one in development where neither this nor the glob names one.
    pub series: Option<String>,
    /// What is done to each file.
    pub action: EditAction,
}

/// Files after an edit, checked and not written yet.
#[derive(Debug)]
pub struct Edited {
    /// The files that change.
    pub rewrites: Vec<Rewrite>,
    /// What the check finds in them; nothing is checked if no file changes.
    pub report: Option<Report>,
    /// Whether the edit brings errors: then it is not written.
    pub is_refused: bool,
}

/// The files with the edit made, and what the check says about them. Nothing is written.
///
/// # Errors
/// If no file is meant, or one of them has no single right place for the edit.
pub fn edit(options: &Options, asked: &EditOptions) -> Result<Edited, Failure> {
    let workspace = Workspace::open(options)?;
    let request = workspace.request()?;
    let paths = paths(asked, &request.head)?;
    let sources = workspace.sources()?;
    let mut rewrites = Vec::new();
    for path in &paths {
        let Some(before) = text_of(&workspace, path)? else { continue };
        let after = edited(&workspace, &request.head, (path, &before), asked, &sources)?;
        let rewrite = Rewrite { path: path.clone(), before: Some(before), after };
        rewrites.extend(Some(rewrite).filter(Rewrite::differs));
    }
    // A check of no file would be one of all files.
    if rewrites.is_empty() {
        return Ok(Edited { rewrites, report: None, is_refused: false });
    }
    let report = judged(options, &workspace, &rewrites)?.report;
    let is_refused = report.is_refused(Strictness::Normal)
        && brings_errors(options, &workspace, &rewrites, &report)?;
    Ok(Edited { rewrites, report: Some(report), is_refused })
}

/// Writes the files, if each is still as it was.
///
/// # Errors
/// If one is not, or cannot be written, or the edit is refused.
pub fn write(options: &Options, edited: &Edited) -> Result<(), Failure> {
    match edited.is_refused {
        true => Err(Failure::refused("the edit introduces errors, so nothing was written")),
        false => write_files(&Workspace::open(options)?, &edited.rewrites),
    }
}

fn edited(
    workspace: &Workspace,
    record: &Record,
    (path, text): (&str, &str),
    asked: &EditOptions,
    sources: &Sources,
) -> Result<String, Failure> {
    let file = record.known_file(path).filter(|file| file.is_readable()).ok_or_else(|| {
        Failure::refused(format!("`{path}` cannot be read"))
            .help("`tagkeeper check --whole-file` shows what is wrong with it")
    })?;
    Editing { workspace, record, file: &file, sources }.apply(text, &asked.action)
}

/// The check of the files with their new texts.
fn judged(
    options: &Options,
    workspace: &Workspace,
    rewrites: &[Rewrite],
) -> Result<Checked, Failure> {
    let unsaved: BTreeMap<String, Vec<u8>> = rewrites
        .iter()
        .map(|rewrite| (rewrite.path.clone(), rewrite.after.clone().into_bytes()))
        .collect();
    look(&Options { unsaved, ..named(options, workspace, rewrites)? })
}

/// Whether one of the errors is not in the files as they are.
fn brings_errors(
    options: &Options,
    workspace: &Workspace,
    rewrites: &[Rewrite],
    report: &Report,
) -> Result<bool, Failure> {
    let before = Options { base: Base::None, ..named(options, workspace, rewrites)? };
    let before = look(&before)?.report;
    let errors = |report: &Report| -> BTreeSet<(String, &'static str, String)> {
        let all = report.findings.iter();
        let errors = all.filter(|it| it.stands() && it.level == Level::Error);
        errors.map(|it| (it.file.clone(), it.rule, it.message.clone())).collect()
    };
    Ok(!errors(report).is_subset(&errors(&before)))
}

fn look(options: &Options) -> Result<Checked, Failure> {
    let how = CheckOptions { closed: Closed::Skipped, preview: Preview::None };
    check(&Workspace::open(options)?, None, how)
}

fn named(
    options: &Options,
    workspace: &Workspace,
    rewrites: &[Rewrite],
) -> Result<Options, Failure> {
    let root = root(workspace)?;
    let paths = rewrites.iter().map(|rewrite| root.join(&rewrite.path)).collect();
    Ok(Options { paths, ..options.clone() })
}

/// The files that are meant, sorted.
fn paths(asked: &EditOptions, record: &Record) -> Result<Vec<String>, Failure> {
    let glob = asked.glob.strip_prefix("deliverables/").unwrap_or(&asked.glob);
    let glob = glob.strip_suffix(".yaml").unwrap_or(glob);
    let glob = match glob.contains('/') {
        true => glob.to_owned(),
        false => format!("{}/{glob}", dir_of(asked.series.as_deref(), Some(glob), record)?),
    };
    let pattern = WildMatch::new(&format!("deliverables/{glob}.yaml"));
    let mut paths = record.paths().map_err(Failure::outside)?;
    paths.retain(|path| pattern.matches(path));
    if !paths.is_empty() {
        return Ok(paths);
    }
    let name = glob.rsplit('/').next().unwrap_or(&glob);
    let failure = Failure::usage(format!("no deliverable file is called `{glob}`"));
    Err(hinted(failure, deliverable(record, name)?).help(
        "write the name as the files do, `*` for any part of it, and the series with `--series`",
    ))
}
