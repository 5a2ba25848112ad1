//! Many requests at once: what every deliverable needs, as a change for each group on Gerrit, or as a branch of the local
//! clone.
//!
//! A change is one commit on what is merged. Its `Change-Id` follows from topic and group, and its bytes from what is merged
//! and released, so a second run makes the same commits and changes nothing.

mod became;
mod branch;
mod entries;
mod group;
mod invite;
mod place;
mod purpose;
mod releases;
mod review;

use std::collections::BTreeMap;

use super::check::{CheckOptions, Preview, check_asking};
use super::list::Filter;
use crate::facts::Sources;
use crate::git::Oid;
use crate::plan::Worst;
use crate::report::table::{Cell, Column, Table};
use crate::rules::{Closed, Level};
use crate::tree::scope::Base;
use crate::workspace::{Failure, Options, Workspace};
use became::{Became, REFUSED};
use branch::Branch;
use entries::Merged;
use group::{Entry, Group};
use invite::People;
use review::Reviewing;

pub use group::By;
pub use invite::Invite;
pub use purpose::Purpose;

/// What is proposed.
#[derive(Clone, Debug)]
pub struct ProposeOptions {
    /// What for.
    pub purpose: Purpose,
    /// Which deliverables.
    pub filter: Filter,
    /// Which of them.
    pub which: Which,
    /// The topic, which names the branches too.
    pub topic: String,
    /// What goes into one change.
    pub by: By,
    /// The text of the messages below their first line, in place of what the releases bring.
    pub message: Option<String>,
    /// Make at most this many changes.
    pub max: usize,
    /// Who is asked to review what is sent.
    pub invite: Invite,
}

/// Which of the deliverables that meet the conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those with such a name, with `*` and `?`.
    Named(Vec<String>),
    /// The one that the site tries things with.
    Canary,
}

/// Where changes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposeWay {
    /// To Gerrit.
    Gerrit,
    /// Into branches of the local clone.
    Branches,
}

/// Whether changes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// They are.
    Changes,
    /// They are not; the list says what would become of them.
    Nothing,
}

/// What became of each deliverable.
#[derive(Debug)]
pub struct ProposeReport {
    /// A row for each.
    pub table: Table,
    /// The worst of it.
    pub worst: Worst,
}

/// Makes a change for each group of entries, where `write` says so, and lists what became of each deliverable.
///
/// # Errors
/// If the topic cannot be one or is over, there are more changes than `max`, there is nowhere to propose them, or the record
/// cannot be read. A deliverable that needs nothing, is refused, or about which something is not known, is a row.
pub fn propose(
    options: &Options,
    asked: &ProposeOptions,
    (way, write): (ProposeWay, Write),
) -> Result<ProposeReport, Failure> {
    group::check_topic(&asked.topic)?;
    group::check_message(asked.message.as_deref(), asked.purpose)?;
    let here = Workspace::open(options)?;
    let upstream = match way {
        ProposeWay::Gerrit => Some(here.upstream()?),
        ProposeWay::Branches => None,
    };
    let base = match &upstream {
        Some(upstream) => upstream.tip,
        None => base_of(&here)?,
    };
    let merged =
        Options { base: Base::Revision(base.to_string()), ..options.clone().at(base.to_string()) };
    let workspace = Workspace::open(&merged)?;
    let reviewing =
        upstream.as_ref().map(|it| Reviewing::open(&workspace, it, &asked.topic)).transpose()?;
    let sources = workspace.sources()?;
    let ground = Merged { workspace: &workspace, options: &merged, sources: &sources };
    let mut found = ground.entries(asked)?;
    let people = match (asked.invite, way) {
        (Invite::Speakers, ProposeWay::Gerrit) => Some(People::find(&workspace, &sources, &found)?),
        _ => None,
    };
    refuse_errors(&merged, &mut found, sources)?;
    group::hold_back(&mut found, asked.by);
    let groups = Group::all(&found, asked.by);
    refuse_many(&groups, asked)?;
    let mut became = BTreeMap::new();
    for group in &groups {
        let one = match &reviewing {
            Some(reviewing) => reviewing.propose(group, (asked, write), people.as_ref()),
            None => Branch::of(&workspace, base, group, asked)?.make(&workspace, write)?,
        };
        became.insert(group.name.clone(), one);
    }
    Ok(listed(&found, asked.by, &became))
}

/// What is merged, as far as this clone knows.
fn base_of(here: &Workspace) -> Result<Oid, Failure> {
    match here.repository.upstream_of_head()? {
        Some(base) => Ok(base),
        None => here
            .repository
            .head()?
            .ok_or_else(|| Failure::usage("the releases repository has no commit yet")),
    }
}

fn refuse_many(groups: &[Group<'_>], asked: &ProposeOptions) -> Result<(), Failure> {
    if groups.len() > asked.max {
        let message = format!("these would be {} changes, more than {}", groups.len(), asked.max);
        return Err(Failure::refused(message)
            .help("raise `--max`, group them with `--by team`, or name fewer with `--only`"));
    }
    branch::refuse_shared(groups)
}

/// Takes out what the check refuses.
fn refuse_errors(options: &Options, found: &mut [Entry], sources: Sources) -> Result<(), Failure> {
    let ready = found.iter().filter_map(|entry| entry.outcome.as_ref().ok());
    let unsaved: BTreeMap<String, Vec<u8>> =
        ready.map(|it| (it.rewrite.path.clone(), it.rewrite.after.clone().into_bytes())).collect();
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
            entry.outcome = Err((REFUSED, format!("{} [{}]", error.message, error.rule)));
        }
    }
    Ok(())
}

fn listed(found: &[Entry], by: By, became: &BTreeMap<String, Became>) -> ProposeReport {
    let columns = ["deliverable", "version", "state", "change", "why"].map(Column::usual);
    let of = |entry: &Entry| became.get(&entry.group(by));
    let row = |entry: &Entry| -> Vec<Cell> {
        let (version, state, place, why) = match (&entry.outcome, of(entry)) {
            (Err((state, why)), _) => (None, *state, None, Some(why.clone())),
            (Ok(ready), Some(it)) => {
                (ready.what.clone(), it.state, it.place.clone(), it.why.clone())
            }
            (Ok(ready), None) => (ready.what.clone(), "skipped", None, None),
        };
        vec![entry.name.clone().into(), version.into(), state.into(), place.into(), why.into()]
    };
    let is_unknown = |entry: &&Entry| match (&entry.outcome, of(entry)) {
        (Err((state, _)), _) => *state == "unknown",
        (Ok(_), became) => became.is_some_and(|it| it.worst == Worst::Failed),
    };
    let unknown: Vec<String> =
        found.iter().filter(is_unknown).map(|entry| entry.name.clone()).collect();
    let refused = |entry: &Entry| matches!(entry.outcome, Err((state, _)) if state == REFUSED);
    let of_rows = if found.iter().any(refused) { Worst::Refused } else { Worst::Fine };
    let worst = became.values().map(|it| it.worst).fold(of_rows, Worst::max);
    ProposeReport {
        worst: if unknown.is_empty() { worst } else { Worst::Failed },
        table: Table {
            columns: columns.to_vec(),
            rows: found.iter().map(row).collect(),
            notes: became.values().flat_map(|it| it.notes.clone()).collect(),
            unknown,
        },
    }
}
