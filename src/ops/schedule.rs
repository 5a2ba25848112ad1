//! The calendar around now, for a series, a team or one deliverable.

use std::sync::Arc;

use jiff::Timestamp;

use super::located::{dir_of, path_of};
use super::meant::{deliverable, unknown_team};
use crate::calendar::{Cycle, Member, Missing, Outlook, OutlookInput, Waiting};
use crate::git::Oid;
use crate::ledger::PendingReason;
use crate::report::schedule::waiting::WaitingTag;
use crate::report::schedule::{One, ScheduleReport, WaitingRelease, Whose};
use crate::tree::deliverable::Deliverable;
use crate::tree::file::{FilePath, INDEPENDENT};
use crate::tree::place::Problem;
use crate::tree::record::{File, Record, SERIES_STATUS};
use crate::tree::schedule::{path_of as dates_of, read as read_schedule};
use crate::tree::series::Series;
use crate::workspace::{Failure, Workspace};

/// What the calendar should cover.
#[derive(Clone, Debug, Default)]
pub struct ScheduleOptions {
    /// The deliverable; `None` for all of the series.
    pub deliverable: Option<String>,
    /// The series, or `independent`; `None` for the one in development.
    pub series: Option<String>,
    /// Only the deliverables of this team.
    pub team: Option<String>,
}

/// The calendar, by the schedules and the policy at the head of `workspace`.
///
/// # Errors
/// If there is no such deliverable, series or team, or the record cannot be read.
pub fn schedule(
    workspace: &Workspace,
    options: &ScheduleOptions,
) -> Result<ScheduleReport, Failure> {
    schedule_of(options, workspace, &workspace.head_record()?)
}

/// What the ledger says is still to be tagged or announced of a deliverable.
///
/// # Errors
/// If the ledger cannot be read.
pub fn waiting(workspace: &Workspace, deliverable: &str) -> Result<Vec<WaitingRelease>, Failure> {
    let snapshot = workspace.read_ledger()?;
    let pending = snapshot.state().map_err(Failure::outside)?.pending.into_iter();
    let end = format!("/{deliverable}.yaml");
    let its = pending.filter(|one| one.file.ends_with(&end) && !one.is_whole_file());
    Ok(its.map(|one| WaitingRelease { version: one.name, why: one.detail }).collect())
}

/// Every tag that waits for its time, as the ledger says; the next one first.
///
/// # Errors
/// If the ledger cannot be read.
pub fn waiting_tags(workspace: &Workspace) -> Result<Vec<WaitingTag>, Failure> {
    let snapshot = workspace.read_ledger()?;
    let pending = snapshot.state().map_err(Failure::outside)?.pending.into_iter();
    let waits = pending.filter(|one| one.reason == PendingReason::Held && !one.is_whole_file());
    let mut found: Vec<WaitingTag> = waits
        .filter_map(|one| {
            let path = FilePath::parse(&one.file).ok()?;
            Some(WaitingTag {
                deliverable: path.name().to_owned(),
                series: path.series().to_owned(),
                version: one.name,
                until: one.until,
                why: one.detail,
                since: one.since,
                planned: one.planned.unwrap_or(one.since),
            })
        })
        .collect();
    found.sort_by_key(|one| (one.until.is_none(), one.until, one.deliverable.clone()));
    Ok(found)
}

fn schedule_of(
    options: &ScheduleOptions,
    workspace: &Workspace,
    record: &Record,
) -> Result<ScheduleReport, Failure> {
    let dir = dir_of(options.series.as_deref(), options.deliverable.as_deref(), record)?;
    let (mut files, unreadable) = files(options, record, &dir)?;
    if let Some(name) = &options.deliverable
        && files.is_empty()
        && unreadable.is_empty()
    {
        files.extend(as_begun(record, &dir, name));
    }
    let is_of_all = options.deliverable.is_none() && options.team.is_none();
    if files.is_empty() && !(is_of_all && unreadable.is_empty()) {
        return Err(match unreadable.first().filter(|_| options.team.is_none()) {
            Some(path) => Failure::usage(format!("`{path}` cannot be read"))
                .help("`tagkeeper check --whole-file` shows what is wrong with it"),
            None => options.nobody(&dir, record)?,
        });
    }
    let who: Vec<Member> = files
        .iter()
        .filter_map(|file| Some(Member::of(&file.deliverable, file.path.as_ref().ok()?)))
        .collect();
    let series = record.series().get(&dir);
    let subject =
        OutlookInput { record, policy: &workspace.policy, series, who: &who, now: workspace.now };
    let one = match (&options.deliverable, files.first(), subject.course()) {
        (Some(_), Some(file), Some(course)) => Some(Box::new(One {
            who: who[0].who.clone(),
            newest: file
                .deliverable
                .releases
                .last()
                .map(|release| release.version.text().to_owned()),
            branches: file
                .deliverable
                .branches
                .iter()
                .map(|branch| branch.name.value.clone())
                .collect(),
            soak: Waiting::of(&workspace.policy, record.series(), who[0].who.clone()).soak_time(),
            course,
        })),
        _ => None,
    };
    let outlook = Outlook::of(&subject);
    let missing =
        series.map(|series| missing(workspace, record, series, &files)).unwrap_or_default();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure));
    }
    Ok(ScheduleReport {
        stamp: stamp(workspace, record)?,
        head: record.name(),
        series: series.cloned(),
        whose: match (one, &options.team) {
            (Some(one), _) => Whose::One(one),
            (None, Some(team)) => Whose::Team(team.clone()),
            (None, None) => Whose::Everybody,
        },
        outlook,
        missing,
        unreadable,
        mistakes: series.map_or(Ok(Vec::new()), |series| mistakes(record, series))?,
    })
}

/// The file of a deliverable that has none in `dir` yet, as it would begin there: what the newest earlier series has, without
/// releases and branches.
fn as_begun(record: &Record, dir: &str, name: &str) -> Option<Arc<File>> {
    let mut older = record.series().older_than(dir);
    let earlier = older.find_map(|series| record.deliverable(&series.name, name))?;
    let (releases, branches) = (Vec::new(), Vec::new());
    let deliverable = Deliverable { releases, branches, ..earlier.deliverable.clone() };
    let name = path_of(dir, name);
    Some(Arc::new(File {
        path: FilePath::parse(&name),
        name,
        deliverable,
        ..File::clone(&earlier)
    }))
}

/// The files to cover, and the paths of those that cannot be read.
fn files(
    options: &ScheduleOptions,
    record: &Record,
    dir: &str,
) -> Result<(Vec<Arc<File>>, Vec<String>), Failure> {
    let paths = match &options.deliverable {
        Some(name) => vec![path_of(dir, name)],
        None => {
            let folder = path_of(dir, "").replace(".yaml", "");
            let mut paths = record.paths().map_err(Failure::outside)?;
            paths.retain(|path| path.starts_with(&folder));
            paths
        }
    };
    let files = paths.iter().filter_map(|path| record.known_file(path));
    let files = files.filter(|file| file.path.is_ok());
    let (read, broken): (Vec<_>, Vec<_>) = files.partition(|file| file.is_readable());
    let of_team = |file: &Arc<File>| {
        let team = file.deliverable.team.as_ref().map(|team| &team.value);
        options.team.is_none() || team == options.team.as_ref()
    };
    let read: Vec<_> = read.into_iter().filter(of_team).collect();
    Ok((read, broken.iter().map(|file| file.name.clone()).collect()))
}

impl ScheduleOptions {
    /// Why there is nothing to show.
    fn nobody(&self, dir: &str, record: &Record) -> Result<Failure, Failure> {
        Ok(match (&self.deliverable, &self.team) {
            (Some(name), _) => {
                let dirs = record.series().all.iter().map(|series| series.name.as_str());
                let dirs = dirs.chain([INDEPENDENT]);
                let has: Vec<&str> = dirs
                    .filter(|dir| record.known_file(&path_of(dir, name)).is_some())
                    .take(4)
                    .collect();
                let failure = Failure::usage(format!("`{name}` has no file in `{dir}`"));
                match has.is_empty() {
                    true => failure.help(
                        deliverable(record, name)?
                            .unwrap_or_else(|| "use the name of its file".to_owned()),
                    ),
                    false => {
                        failure.help(format!("name its series with `--series`: {}", has.join(", ")))
                    }
                }
            }
            (None, Some(team)) => {
                let unknown = unknown_team(record, [team.as_str()].into_iter())?;
                unknown.unwrap_or_else(|| {
                    Failure::usage(format!("team `{team}` has no deliverable in `{dir}`"))
                        .help("name another series with `--series`")
                })
            }
            (None, None) => Failure::usage(format!("there is no deliverable in `{dir}`"))
                .help("name another series with `--series`"),
        })
    }
}

fn missing(
    workspace: &Workspace,
    record: &Record,
    series: &Series,
    files: &[Arc<File>],
) -> Vec<Missing> {
    let Some(cycle) = Cycle::of(record, &series.name) else { return Vec::new() };
    let deliverables: Vec<_> = files
        .iter()
        .filter_map(|file| Some((file.path.as_ref().ok()?, &file.deliverable)))
        .collect();
    Missing::all(&cycle, series, &workspace.config, &deliverables)
}

/// Mistakes in the list of series and in the schedule of the series: a wrong week moves its deadlines.
fn mistakes(record: &Record, series: &Series) -> Result<Vec<String>, Failure> {
    let path = dates_of(&series.name);
    let bytes = record.bytes(&path).map_err(Failure::outside)?;
    let (_, problems) = bytes.map(|bytes| read_schedule(&bytes)).unwrap_or_default();
    let line =
        |path: &str, problem: &Problem| format!("{path}:{}: {}", problem.place, problem.message);
    let of_list = record.series_problems().iter().map(|problem| line(SERIES_STATUS, problem));
    Ok(of_list.chain(problems.iter().map(|problem| line(&path, problem))).collect())
}

/// The time of the commit of the record.
fn stamp(workspace: &Workspace, record: &Record) -> Result<Timestamp, Failure> {
    let id = Oid::from_str(&record.name()).ok();
    let commit = id.map(|id| workspace.repository.commit(id)).transpose()?.flatten();
    let seconds = commit.map(|commit| commit.committer_time.seconds);
    Ok(seconds.and_then(|at| Timestamp::from_second(at).ok()).unwrap_or(workspace.now))
}
