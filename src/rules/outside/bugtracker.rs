//! `bugtracker`: the deliverable has a bug tracker that exists.

use crate::facts::tracker::{LaunchpadProject, StoryboardProject, StoryboardProjects};
use crate::facts::{Asks, Facts};
use crate::rules::{OneDeliverable, Rule, Scope, Sink};
use crate::tree::deliverable::Deliverable;
use crate::tree::place::{Place, Placed};

pub(crate) static RULE: Rule = Rule {
    id: "bugtracker",
    summary: "the deliverable has no bug tracker, or one that does not exist",
    docs: "## What it checks

The file names a project of Launchpad (`launchpad`) or of StoryBoard (`storyboard`), and that project exists. A file whose newest
entry ends its series is not checked, and neither is a tracker that the configuration does not name.

## Why

Announcements and the release site link to the tracker. Users who hit a bug in the release report it there.

## What to do

Add the tracker, or fix its name.
",
    scope: Scope::Deliverables { asks, check },
    ..Rule::USUAL
};

fn asks(on: &OneDeliverable<'_>, _: &Facts, asks: &mut Asks) {
    if let Some((question, _)) = launchpad(on) {
        asks.put(question);
    }
    if let Some((question, _)) = storyboard(on) {
        asks.put(question);
    }
}

fn check(on: &OneDeliverable<'_>, facts: &Facts, sink: &mut Sink<'_>) {
    if is_missing(on) {
        let Deliverable { launchpad, storyboard, team, .. } = on.deliverable();
        let line = launchpad.as_ref().or(storyboard.as_ref()).or(team.as_ref());
        let place = line.map_or(Place::TOP, |line| line.place);
        sink.report(place, format!("`{}` has no bug tracker", on.path.name()))
            .help("add `launchpad: <project>` or `storyboard: <project>`");
    }
    if let Some((question, name)) = launchpad(on) {
        let what = format!("whether Launchpad has the project `{}`", **name);
        if let Some(None) = sink.need(facts.get(&question), name.place, &what) {
            sink.report(name.place, format!("Launchpad has no project `{}`", **name))
                .help("fix the name; the last part of the URL of its page is the name");
        }
    }
    if let Some((question, name)) = storyboard(on) {
        let what = format!("whether StoryBoard has the project `{}`", **name);
        let projects = sink.need(facts.get(&question), name.place, &what).flatten();
        if projects.is_some_and(|projects| !projects.iter().any(|project| is(project, name))) {
            sink.report(name.place, format!("StoryBoard has no project `{}`", **name))
                .help("use the number or the name of a project that StoryBoard lists");
        }
    }
}

fn is(project: &StoryboardProject, name: &str) -> bool {
    project.name == name || name.parse() == Ok(project.id)
}

fn launchpad<'a>(on: &OneDeliverable<'a>) -> Option<(LaunchpadProject, &'a Placed<String>)> {
    let name = stated(&on.deliverable().launchpad)?;
    let api = Some(&on.config.launchpad).filter(|api| !api.is_empty() && !on.is_ended())?;
    Some((LaunchpadProject { api: api.clone(), name: name.value.clone() }, name))
}

fn storyboard<'a>(on: &OneDeliverable<'a>) -> Option<(StoryboardProjects, &'a Placed<String>)> {
    let name = stated(&on.deliverable().storyboard)?;
    let api = Some(&on.config.storyboard).filter(|api| !api.is_empty() && !on.is_ended())?;
    Some((StoryboardProjects { api: api.clone() }, name))
}

/// Whether a site that has trackers has none here. A value that cannot be read is for `schema` to report.
fn is_missing(on: &OneDeliverable<'_>) -> bool {
    let is_key = |line: &str| line.starts_with("launchpad") || line.starts_with("storyboard");
    let is_read = on.after.problems.iter().all(|problem| problem.place != Place::TOP);
    let is_unread = on.deliverable().unread.iter().any(|key| is_key(key));
    let Deliverable { launchpad, storyboard, .. } = on.deliverable();
    let is_blank = launchpad.is_some() || storyboard.is_some();
    is_read
        && !is_unread
        && !on.is_ended()
        && has_trackers(on)
        && stated(launchpad).or(stated(storyboard)).is_none()
        && (is_blank || !on.after.text.lines().any(is_key))
}

/// The name of a project, if it is not blank.
fn stated(name: &Option<Placed<String>>) -> Option<&Placed<String>> {
    name.as_ref().filter(|name| !name.trim().is_empty())
}

/// A site that leaves out the addresses of its trackers may still have some. One without governance has no such rules.
fn has_trackers(on: &OneDeliverable<'_>) -> bool {
    let config = on.config;
    [&config.launchpad, &config.storyboard, &config.governance].iter().any(|it| !it.is_empty())
}
