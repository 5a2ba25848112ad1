//! The files of a new series, from those of the series before.

use super::disk::write as write_files;
use super::located::path_of;
use crate::edit::without_releases;
use crate::facts::governance::{Governance, Governed};
use crate::facts::{Answer, Asks, Facts, gather};
use crate::report::rewrite::{LeftAlone, Rewrite};
use crate::tree::deliverable::{ArtifactLinkMode, Model};
use crate::tree::record::{File, Record};
use crate::version::SpecialKind;
use crate::workspace::{Failure, Options, Workspace};

/// The files of a new series, not written yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSeries {
    /// The series that they are made from.
    pub from: String,
    /// The new files.
    pub rewrites: Vec<Rewrite>,
    /// The deliverables of the series before that are left out.
    pub left: Vec<LeftAlone>,
}

/// The files of `series`: those of the series before without releases, branches, release notes and highlights. Nothing is
/// written.
///
/// # Errors
/// If there is no such series, or it is not known what governance lists.
pub fn init_series(options: &Options, series: &str) -> Result<NewSeries, Failure> {
    let workspace = Workspace::open(options)?;
    let record = workspace.request()?.head;
    let list = record.series();
    let Some(meant) = list.meant(series) else {
        return Err(Failure::usage(format!("there is no series `{series}`"))
            .help("add it to data/series_status.yaml first"));
    };
    let series = meant.name.value.as_str();
    let from = list.older_than(series).next().ok_or_else(|| {
        Failure::usage(format!(
            "no series comes before `{series}`, so there are no files to start from"
        ))
    })?;
    let mut new = NewSeries { from: from.name.value.clone(), ..NewSeries::default() };
    let governance = governance(&workspace)?;
    let folder = path_of(&new.from, "").replace(".yaml", "");
    for path in record.paths().map_err(Failure::outside)? {
        if path.starts_with(&folder) {
            new.add(&record, (&path, series), governance.as_ref())?;
        }
    }
    match record.failures().into_iter().next() {
        Some(failure) => Err(Failure::outside(failure)),
        None => Ok(new),
    }
}

/// Writes the files, if none of them is there by now.
///
/// # Errors
/// If one is there, or cannot be written.
pub fn write(options: &Options, new: &NewSeries) -> Result<(), Failure> {
    write_files(&Workspace::open(options)?, &new.rewrites)
}

/// What governance lists, where the site has governance.
fn governance(workspace: &Workspace) -> Result<Option<Governance>, Failure> {
    if workspace.config.governance.is_empty() {
        return Ok(None);
    }
    let (mut asks, mut facts) = (Asks::default(), Facts::default());
    asks.put(Governed);
    gather(&asks, &mut facts, &workspace.sources()?, workspace.jobs);
    match facts.get(&Governed) {
        Answer::Known(governance) => Ok(Some(governance.clone())),
        Answer::Absent => Err(unknown("which deliverables governance lists", "it is not there")),
        Answer::Unknown(why) => {
            Err(unknown("which deliverables governance lists", &why.to_string()))
        }
    }
}

fn unknown(what: &str, why: &str) -> Failure {
    Failure::outside(format!("cannot find out {what}"))
        .caused_by(why.to_owned())
        .help("run again when it can be reached; nothing was written")
}

impl NewSeries {
    fn add(
        &mut self,
        record: &Record,
        (path, series): (&str, &str),
        governance: Option<&Governance>,
    ) -> Result<(), Failure> {
        let Some(file) = record.known_file(path) else { return Ok(()) };
        let Ok(parsed) = &file.path else { return Ok(()) };
        let target = path_of(series, parsed.name());
        let why = match record.known_file(&target) {
            Some(_) => Some(format!("`{target}` is there already")),
            None => why_not(&file, parsed.name(), governance)?,
        };
        if let Some(why) = why {
            self.left.push(LeftAlone { path: path.to_owned(), why });
            return Ok(());
        }
        match without_releases(&file.text) {
            Ok(after) => self.rewrites.push(Rewrite { path: target, before: None, after }),
            Err(why) => self.left.push(LeftAlone { path: path.to_owned(), why: why.to_string() }),
        }
        Ok(())
    }
}

/// Why a deliverable does not go on.
fn why_not(
    file: &File,
    name: &str,
    governance: Option<&Governance>,
) -> Result<Option<String>, Failure> {
    if !file.is_readable() {
        return Ok(Some("it cannot be read; `tagkeeper check --whole-file` shows why".to_owned()));
    }
    let deliverable = &file.deliverable;
    if deliverable.model.as_ref().is_some_and(|model| model.value == Model::Abandoned) {
        return Ok(Some("it is abandoned".to_owned()));
    }
    let ends = |kind| matches!(kind, SpecialKind::Eol | SpecialKind::Last);
    let newest = deliverable.releases.last().and_then(|release| release.version.special());
    if let Some(end) = newest.filter(|end| ends(end.kind())) {
        return Ok(Some(format!("it ended with `{}-{}`", end.id(), end.kind())));
    }
    let Some(governance) = governance else { return Ok(None) };
    let team = deliverable.team.as_ref().map(|team| team.as_str());
    if let Some(team) = team.filter(|team| governance.is_former_team(team) == Answer::Known(true)) {
        return Ok(Some(format!("governance has retired its team `{team}`")));
    }
    if governance.is_deprecated(name) {
        return Ok(Some("governance marks it `release-management: deprecated`".to_owned()));
    }
    let is_ungoverned = deliverable
        .artifact_link_mode
        .as_ref()
        .is_some_and(|mode| mode.value == ArtifactLinkMode::None);
    match governance.repositories_of(name) {
        Answer::Absent if !is_ungoverned => Ok(Some("governance does not list it".to_owned())),
        Answer::Known(_) | Answer::Absent => Ok(None),
        Answer::Unknown(why) => {
            Err(unknown(&format!("whether governance lists `{name}`"), &why.to_string()))
        }
    }
}
