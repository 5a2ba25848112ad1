//! Many requests at once: an entry for every deliverable that needs one, in a branch for each group.
//!
//! A branch holds one commit on what is merged. Its `Change-Id` follows from topic and group, and its bytes from what is
//! merged and released, so a second run makes the same commits and changes nothing.

mod branch;
mod group;

use std::collections::BTreeMap;

use wildmatch::WildMatch;

use super::check::{CheckOptions, Preview, check_asking};
use super::list::Filter;
use super::new::{Kind, NewOptions, Prepared, StableBranch, prepare};
use crate::facts::Sources;
use crate::report::table::{Cell, Column, Table};
use crate::rules::{Closed, Level};
use crate::tree::scope::Base;
use crate::workspace::{Failure, FailureKind, Options, Workspace};
use branch::{Branch, State};
use group::{Entry, Group};

pub use group::By;

/// What is proposed.
#[derive(Clone, Debug)]
pub struct ProposeOptions {
    /// Of which kind the releases are; the least step that no rule objects to, where none is named.
    pub kind: Option<Kind>,
    /// Which deliverables.
    pub filter: Filter,
    /// Only deliverables with one of these names, with `*` and `?`; all where there are none.
    pub only: Vec<String>,
    /// The topic, which names the branches.
    pub topic: String,
    /// What goes into one change.
    pub by: By,
    /// The text of the messages below their first line, in place of what the releases bring.
    pub message: Option<String>,
    /// The most changes that are made.
    pub max: usize,
}

/// Makes a branch for each group of entries, where `does_write` says so, and lists what became of each deliverable.
///
/// # Errors
/// If the topic cannot name branches, there are more changes than `max`, or the record cannot be read. A deliverable that
/// needs nothing, is refused, or about which something is not known, is a row.
pub fn propose(options: &Options, asked: &ProposeOptions, write: Write) -> Result<Table, Failure> {
    group::check_topic(&asked.topic)?;
    let here = Workspace::open(options)?;
    let repository = &*here.repository;
    let none = || Failure::usage("the releases repository has no commit yet");
    let base = match repository.upstream_of_head()? {
        Some(base) => base,
        None => repository.head()?.ok_or_else(none)?,
    };
    let merged =
        Options { base: Base::Revision(base.to_string()), ..options.clone().at(base.to_string()) };
    let workspace = Workspace::open(&merged)?;
    let sources = workspace.sources()?;
    let mut found = entries(&workspace, &merged, asked, &sources)?;
    refuse_errors(&merged, &mut found, sources)?;
    group::hold_back(&mut found, asked.by);
    let groups = Group::all(&found, asked.by);
    if groups.len() > asked.max {
        return Err(Failure::refused(format!(
            "these would be {} changes, more than {}",
            groups.len(),
            asked.max
        ))
        .help("raise `--max`, group them with `--by team`, or name fewer with `--only`"));
    }
    branch::refuse_shared(&groups)?;
    let mut states = BTreeMap::new();
    for group in &groups {
        let branch = Branch::of(&workspace, base, group, asked)?;
        let state = match write {
            Write::Branches => branch.make(&workspace)?,
            Write::Nothing => branch.state,
        };
        states.insert(group.name.clone(), (branch.name, state));
    }
    Ok(table(&found, asked.by, &states))
}

/// Whether branches are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// In the local clone.
    Branches,
    /// They are not; the list says what would become of them.
    Nothing,
}

/// The entries of all deliverables that are meant.
fn entries(
    workspace: &Workspace,
    options: &Options,
    asked: &ProposeOptions,
    sources: &Sources,
) -> Result<Vec<Entry>, Failure> {
    let record = workspace.head_record()?;
    let globs: Vec<WildMatch> = asked.only.iter().map(|glob| WildMatch::new(glob)).collect();
    let mut found = Vec::new();
    for file in asked.filter.files(workspace, &record)?.entries {
        let name = file.path.name().to_owned();
        if !globs.is_empty() && !globs.iter().any(|glob| glob.matches(&name)) {
            continue;
        }
        let new = NewOptions {
            deliverable: name.clone(),
            kind: asked.kind,
            series: Some(file.series_name().to_owned()),
            commits: Vec::new(),
            branch: None,
            stable_branch: StableBranch::Usual,
        };
        let team = file.file.deliverable.team.as_ref().map(|team| team.value.clone());
        let prepared = prepare(options, &new, sources);
        let is_needed = |prepared: &Prepared| prepared.is_needed();
        let outcome = match prepared {
            Ok(prepared) if is_needed(&prepared) => Ok(prepared),
            Ok(_) => Err(("skipped", "nothing was merged since its last release".to_owned())),
            Err(failure) if failure.kind() == FailureKind::Outside => {
                let why = std::error::Error::source(&failure).map(ToString::to_string);
                Err(("unknown", format!("{failure}: {}", why.unwrap_or_default())))
            }
            Err(failure) => Err(("skipped", failure.to_string())),
        };
        found.push(Entry { name, team, series: file.series_name().to_owned(), outcome });
    }
    Ok(found)
}

/// Takes out what the check refuses.
fn refuse_errors(options: &Options, found: &mut [Entry], sources: Sources) -> Result<(), Failure> {
    let prepared = found.iter().filter_map(|entry| entry.outcome.as_ref().ok());
    let unsaved: BTreeMap<String, Vec<u8>> = prepared
        .map(|it| (it.rewrite.path.clone(), it.rewrite.after.clone().into_bytes()))
        .collect();
    if unsaved.is_empty() {
        return Ok(());
    }
    let workspace = Workspace::open(&Options { unsaved, ..options.clone() })?;
    let how = CheckOptions { closed: Closed::Skipped, preview: Preview::None };
    let report = check_asking(&workspace, sources, how)?.report;
    let errors = report.findings.iter().filter(|it| it.stands() && it.level == Level::Error);
    for error in errors {
        let is_it = |entry: &&mut Entry| {
            entry.outcome.as_ref().is_ok_and(|it| it.rewrite.path == error.file)
        };
        if let Some(entry) = found.iter_mut().find(is_it) {
            entry.outcome = Err(("refused", format!("{} [{}]", error.message, error.rule)));
        }
    }
    Ok(())
}

fn table(found: &[Entry], by: By, states: &BTreeMap<String, (String, State)>) -> Table {
    let columns = ["deliverable", "version", "state", "branch", "why"].map(Column::usual);
    let row = |entry: &Entry| -> Vec<Cell> {
        let group = states.get(&entry.group(by));
        match (&entry.outcome, group) {
            (Ok(prepared), Some((branch, state))) => vec![
                entry.name.clone().into(),
                prepared.version().into(),
                state.as_str().into(),
                branch.clone().into(),
                Cell::Nothing,
            ],
            (Ok(_), None) => Vec::new(),
            (Err((state, why)), _) => vec![
                entry.name.clone().into(),
                Cell::Nothing,
                (*state).into(),
                Cell::Nothing,
                why.clone().into(),
            ],
        }
    };
    let is_unknown = |entry: &&Entry| matches!(&entry.outcome, Err(("unknown", _)));
    Table {
        columns: columns.to_vec(),
        rows: found.iter().map(row).collect(),
        unknown: found.iter().filter(is_unknown).map(|entry| entry.name.clone()).collect(),
        ..Table::default()
    }
}
