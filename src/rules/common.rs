//! Mistakes in the files that all rules depend on: the list of series, the schedules, the policy and the configuration.
//!
//! A mistake that the request adds is an error; an older one is a warning for requests that change the file or depend on
//! it. An older one in a schedule is a note, for requests whose deadlines it may move.

use std::collections::HashSet;

use jiff::Timestamp;

use super::finding::{Finding, Level};
use super::{find, schema, urgent, version};
use crate::calendar::Waiting;
use crate::config::{CONFIG, Config, Described, POLICY, Policy};
use crate::tree::place::{Place, Placed, Problem, ProblemKind};
use crate::tree::record::{Record, SERIES_STATUS};
use crate::tree::request::{Change, Request};
use crate::tree::schedule;
use crate::tree::series::SeriesList;
use crate::tree::snapshot::ReadError;

/// Every such mistake.
pub(super) fn findings(request: &Request, now: Timestamp) -> Vec<Finding> {
    let mut found = of_series(request);
    found.extend(of_schedules(request));
    found.extend(of_policy(request, now));
    found.extend(of_config(request));
    found
}

/// A finding for each problem of a file: an error, or a warning if the problem was there before.
fn of_problems(file: &str, problems: &[Problem], before: &[Problem]) -> Vec<Finding> {
    let finding = |problem: &Problem| {
        let is_old = before.iter().any(|other| other.message == problem.message);
        let level = if is_old { Level::Warning } else { Level::Error };
        let rule = match problem.kind {
            ProblemKind::Syntax => schema::yaml_syntax::RULE.id,
            ProblemKind::Shape => schema::schema_rule::RULE.id,
        };
        let finding = Finding::new(rule, level, file, problem.place, problem.message.clone());
        Finding { help: problem.help.clone(), fix: problem.fix.clone(), ..finding }
    };
    problems.iter().map(finding).collect()
}

fn of_series(request: &Request) -> Vec<Finding> {
    let before = request.base.as_ref().map(Record::series_problems).unwrap_or_default();
    let mut found = of_problems(SERIES_STATUS, request.head.series_problems(), before);
    let had_series = request.base.as_ref().is_some_and(|base| !base.series().all.is_empty());
    if found.is_empty() && had_series && request.head.series().all.is_empty() {
        let message =
            "the list of series is removed: no request can be checked without it".to_owned();
        let rule = schema::schema_rule::RULE.id;
        found.push(Finding::new(rule, Level::Error, SERIES_STATUS, Place::TOP, message));
    }
    found.extend(series_listed_twice(request));
    found
}

/// Series that are listed twice: only the first entry would count.
fn series_listed_twice(request: &Request) -> Vec<Finding> {
    let before = request.base.as_ref().map(|base| twice(base.series())).unwrap_or_default();
    let finding = |name: &Placed<String>| {
        let is_old = before.iter().any(|other| other.value == name.value);
        let level = if is_old { Level::Warning } else { Level::Error };
        let message = format!("the series `{}` is listed already", **name);
        let rule = version::duplicate_version::RULE.id;
        let help = Some("remove one of the two entries".to_owned());
        Finding { help, ..Finding::new(rule, level, SERIES_STATUS, name.place, message) }
    };
    twice(request.head.series()).into_iter().map(finding).collect()
}

/// The names that an earlier entry has.
fn twice(list: &SeriesList) -> Vec<&Placed<String>> {
    let mut seen = HashSet::new();
    list.all.iter().map(|series| &series.name).filter(|name| !seen.insert(name.as_str())).collect()
}

/// The schedules that the request changes.
fn of_schedules(request: &Request) -> Vec<Finding> {
    let mut found = Vec::new();
    for series in open_series(request) {
        let path = schedule::path_of(series);
        match both(request, &path) {
            Ok((before, after)) if before == after => {}
            Ok((before, after)) => {
                found.extend(of_problems(&path, &mistakes(after), &mistakes(before)));
            }
            Err(error) => found.push(unreadable(&path, &error)),
        }
    }
    found
}

/// Mistakes in the schedules of the series for which the request asks for a release or branch. The request did not make
/// them, but they may have moved a deadline.
pub fn notes(request: &Request) -> Vec<String> {
    let is_asked_for = |series: &str| {
        let is_its = |change: &&Change| is_of_series(&change.path, series);
        request.changes.iter().filter(is_its).any(|change| {
            let branches = change.after.iter().flat_map(|file| &file.deliverable.branches);
            !request.new_releases(change).is_empty()
                || branches.into_iter().any(|branch| request.is_new_branch(change, branch))
        })
    };
    let note = |series: &str| {
        let path = schedule::path_of(series);
        let (before, after) = both(request, &path).ok()?;
        let problems = if before == after { mistakes(after) } else { Vec::new() };
        let first = problems.first()?;
        let more = match problems.len() - 1 {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        Some(format!(
            "deadlines of {series} may be wrong: {path}:{}: {}{more}",
            first.place, first.message
        ))
    };
    open_series(request).filter(|series| is_asked_for(series)).filter_map(note).collect()
}

fn open_series(request: &Request) -> impl Iterator<Item = &str> {
    let list = request.head.series();
    let open = list.all.iter().filter(|series| !list.is_closed(&series.name));
    open.map(|series| series.name.as_str())
}

fn is_of_series(path: &str, series: &str) -> bool {
    let below = path.strip_prefix("deliverables/");
    below.is_some_and(|rest| rest.split('/').next() == Some(series))
}

fn mistakes(schedule: Bytes) -> Vec<Problem> {
    schedule.map(|bytes| schedule::read(&bytes).1).unwrap_or_default()
}

fn of_policy(request: &Request, now: Timestamp) -> Vec<Finding> {
    let (before, after) = match both(request, POLICY) {
        Ok(both) => both,
        Err(error) => return vec![unreadable(POLICY, &error)],
    };
    let is_changed = request.base.is_some() && before != after;
    let Some(after) = after else { return Vec::new() };
    let read = |bytes: &[u8]| {
        let (policy, mut problems) = Policy::read(bytes);
        problems.extend(policy.unknown_rules(|id| find(id).is_some()));
        (policy, problems)
    };
    let before = before.map(|bytes| read(&bytes));
    let stood = before.as_ref().map(|(_, problems)| problems.clone()).unwrap_or_default();
    let (policy, problems) = read(&after);
    let mut found = of_problems(POLICY, &problems, if is_changed { &stood } else { &problems });
    if is_changed {
        let series = request.head.series();
        let everybody = everybody(&request.head);
        let is_series = |name: &str| series.get(name).is_some();
        let unused = |policy: &Policy| policy.unused(&everybody, is_series);
        let old = before.as_ref().map(|(policy, _)| policy);
        found.extend(urgent::findings(&policy, old, &request.head, now));
        let stood = old.map(unused).unwrap_or_default();
        let mut idle = unused(&policy);
        idle.extend(never_open(&policy, series, everybody.clone(), now));
        found.extend(of_problems(POLICY, &idle, &stood));
    }
    for finding in &mut found {
        let holds = policy.broken.iter().any(|broken| covers(broken.place, finding.place));
        let until = "until it is fixed, it holds every tag that it might cover";
        if holds {
            let help = finding
                .help
                .take()
                .map_or_else(|| until.to_owned(), |help| format!("{help}; {until}"));
            finding.help = Some(help);
        }
    }
    found
}

/// Mistakes in a configuration that the request changes: once merged, they would stop every run.
fn of_config(request: &Request) -> Vec<Finding> {
    let (before, after) = match both(request, CONFIG) {
        Ok(both) => both,
        Err(error) => return vec![unreadable(CONFIG, &error)],
    };
    let problems = |bytes: Bytes| bytes.map(|bytes| Config::read(&bytes).1).unwrap_or_default();
    if request.base.is_none() || before == after {
        return Vec::new();
    }
    of_problems(CONFIG, &problems(after), &problems(before))
}

/// Windows of a deliverable that are never open at the same time: its tags would wait forever.
fn never_open(
    policy: &Policy,
    series: &SeriesList,
    everybody: Vec<Described>,
    now: Timestamp,
) -> Vec<Problem> {
    let mut seen: HashSet<Vec<Place>> = HashSet::new();
    let mut found = Vec::new();
    for one in everybody {
        let name = one.name.clone();
        let waiting = Waiting::of(policy, series, one);
        let places: Vec<Place> = waiting.windows().map(|window| window.place).collect();
        let Some(last) = places.last().copied() else { continue };
        if seen.insert(places) && waiting.next_window(now).is_none() {
            found.push(Problem {
                kind: ProblemKind::Shape,
                place: last,
                message: format!(
                    "`{name}` can never be tagged: its windows are never open at the same time"
                ),
                help: Some("make the windows overlap: a tag needs all of them open".to_owned()),
                fix: None,
            });
        }
    }
    found
}

fn covers(outer: Place, inner: Place) -> bool {
    (outer.line, outer.column) <= (inner.line, inner.column)
        && (inner.line, inner.column) <= (outer.end_line, outer.end_column)
}

/// Every deliverable of the record.
fn everybody(record: &Record) -> Vec<Described> {
    let paths = record.paths().unwrap_or_default().into_iter();
    let files = paths.filter_map(|path| record.known_file(&path));
    files
        .filter_map(|file| Some(Described::of(&file.deliverable, file.path.as_ref().ok()?)))
        .collect()
}

/// The bytes of a file; `None` if there is no such file.
type Bytes = Option<Vec<u8>>;

/// A file before and after.
fn both(request: &Request, path: &str) -> Result<(Bytes, Bytes), ReadError> {
    let before = request.base.as_ref().map(|base| base.bytes(path)).transpose()?.flatten();
    Ok((before, request.head.bytes(path)?))
}

fn unreadable(path: &str, error: &ReadError) -> Finding {
    let rule = schema::schema_rule::RULE.id;
    Finding::new(rule, Level::CouldNotCheck, path, Place::TOP, format!("`{path}`: {}", error.why))
}
