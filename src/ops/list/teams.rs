//! Teams, and who speaks for them.

use std::collections::BTreeMap;

use super::filter::Files;
use crate::facts::governance::Governed;
use crate::facts::people::Person;
use crate::facts::{Answer, Asks, Facts, gather};
use crate::report::table::{Cell, Column, Table};
use crate::workspace::{Failure, Workspace};

/// A row for each team with deliverables.
pub(super) fn teams(files: &Files) -> Table {
    let columns =
        vec![Column::usual("team"), Column::usual("count"), Column::further("deliverables")];
    let row = |(team, names): (String, Vec<String>)| {
        vec![team.into(), Cell::Number(names.len()), Cell::List(names)]
    };
    Table {
        columns,
        rows: by_team(files).into_iter().map(row).collect(),
        notes: files.notes.clone(),
        ..Table::default()
    }
}

fn by_team(files: &Files) -> BTreeMap<String, Vec<String>> {
    let mut teams: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in &files.entries {
        if let Some(team) = &entry.file.deliverable.team {
            let names = teams.entry(team.value.clone()).or_default();
            if names.last().is_none_or(|last| last != entry.path.name()) {
                names.push(entry.path.name().to_owned());
            }
        }
    }
    for names in teams.values_mut() {
        names.sort();
        names.dedup();
    }
    teams
}

/// A row for each lead and liaison of those teams, as governance lists them.
///
/// # Errors
/// If the site has no governance.
pub(super) fn contacts(workspace: &Workspace, files: &Files) -> Result<Table, Failure> {
    if workspace.config.governance.is_empty() {
        return Err(Failure::usage("the site has no governance: `governance` is empty"));
    }
    let (mut asks, mut facts) = (Asks::default(), Facts::default());
    asks.put(Governed);
    gather(&asks, &mut facts, &workspace.sources()?, workspace.jobs);
    let governance = match facts.get(&Governed) {
        Answer::Known(governance) => governance,
        Answer::Absent => return Err(unknown("it is not there")),
        Answer::Unknown(why) => return Err(unknown(&why.to_string())),
    };
    let usual = ["team", "role", "name", "email"].map(Column::usual);
    let columns = usual.into_iter().chain([Column::further("irc")]).collect();
    let mut table = Table { columns, notes: files.notes.clone(), ..Table::default() };
    for team in by_team(files).into_keys() {
        match governance.leadership(&team) {
            Answer::Known(leadership) => {
                let mut add = |role: &str, person: &Person| {
                    let texts = [team.as_str(), role, person.name.as_str(), person.email.as_str()];
                    let cells = texts.map(Cell::from).into_iter();
                    table.rows.push(cells.chain([person.irc.clone().into()]).collect());
                };
                leadership.ptl.iter().for_each(|person| add("lead", person));
                leadership.liaisons.iter().for_each(|person| add("liaison", person));
                table.unknown.extend(leadership.gap.map(|why| format!("{team}: {why}")));
            }
            Answer::Absent => table.notes.push(format!("governance lists no team `{team}`")),
            Answer::Unknown(why) => table.unknown.push(format!("{team}: {why}")),
        }
    }
    Ok(table)
}

fn unknown(why: &str) -> Failure {
    Failure::outside("cannot find out who speaks for the teams")
        .caused_by(why.to_owned())
        .help("run again when governance can be read")
}
