//! What is known of a deliverable: its team, its other series, its siblings, and what is asked of it.

use super::{ReviewFacts, around, asked, bump, repository};
use crate::calendar::WaitCourse;
use crate::facts::Answer;
use crate::facts::governance::Governed;
use crate::report::review::{
    DeliverableReview, ReleaseReview, SeriesVersion, Sibling, Stop, TeamReview, TeamSpeakers,
    WaitShown,
};
use crate::rules::{OneDeliverable, OneRelease, course};
use crate::tree::deliverable::{Deliverable, Status};
use crate::tree::file::INDEPENDENT;
use crate::tree::record::DELIVERABLES;
use crate::tree::series::Series;

pub(super) fn review(on: &OneDeliverable<'_>, found: &ReviewFacts<'_>) -> DeliverableReview {
    let deliverable = on.deliverable();
    let model = on.model().map(|model| deliverable.model_name(model).to_owned());
    let kind = deliverable.words.kind.as_deref().unwrap_or(on.kind().as_str());
    DeliverableReview {
        name: on.path.name().to_owned(),
        file: on.change.path.clone(),
        series: on.path.series().to_owned(),
        status: on.status().map(Status::as_str),
        asked: asked::sentence(on),
        team: deliverable.team.as_ref().map(|team| team_of(team, found)),
        kind: kind.to_owned(),
        model,
        other_series: other_series(on),
        siblings: siblings(on),
        downstream: around::downstream(on, found),
        releases: on.new_releases().map(|release| release_of(&release, found)).collect(),
    }
}

fn team_of(name: &str, found: &ReviewFacts<'_>) -> TeamReview {
    let people = match found.workspace.config.governance.is_empty() {
        true => Answer::Absent,
        false => found.facts.get(&Governed).and_then(|governance| {
            governance.leadership(name).map(|leadership| TeamSpeakers {
                ptl: leadership.ptl,
                liaisons: leadership.liaisons,
                gap: leadership.gap,
            })
        }),
    };
    TeamReview { name: name.to_owned(), people }
}

fn other_series(on: &OneDeliverable<'_>) -> Vec<SeriesVersion> {
    let (head, own) = (&on.request.head, on.path.dir());
    let status = |series: &Series| series.status.as_ref().map(|status| status.value.as_str());
    let listed = head.series().all.iter().map(|series| (series.name.as_str(), status(series)));
    let all = listed.chain([(INDEPENDENT, None)]).filter(|(dir, _)| *dir != own);
    all.filter_map(|(dir, status)| {
        let file = head.deliverable(dir, on.path.name())?;
        let series = dir.trim_start_matches('_').to_owned();
        Some(SeriesVersion { series, status, newest: newest(&file.deliverable) })
    })
    .collect()
}

fn siblings(on: &OneDeliverable<'_>) -> Vec<Sibling> {
    let Some(team) = &on.deliverable().team else { return Vec::new() };
    let head = &on.request.head;
    let folder = format!("{DELIVERABLES}/{}/", on.path.dir());
    let paths = head.paths().unwrap_or_default();
    let others = paths.iter().filter(|path| path.starts_with(&folder) && **path != on.change.path);
    let files = others.filter_map(|path| head.known_file(path));
    let is_of_team = |deliverable: &Deliverable| {
        deliverable.team.as_ref().is_some_and(|other| other.value == team.value)
    };
    files
        .filter(|file| is_of_team(&file.deliverable))
        .filter_map(|file| {
            let name = file.path.as_ref().ok()?.name().to_owned();
            Some(Sibling { name, newest: newest(&file.deliverable) })
        })
        .collect()
}

fn newest(deliverable: &Deliverable) -> Option<String> {
    deliverable.releases.last().map(|release| release.version.text().to_owned())
}

fn release_of(on: &OneRelease<'_>, found: &ReviewFacts<'_>) -> ReleaseReview {
    ReleaseReview {
        version: on.version().to_owned(),
        is_end: on.special().is_some(),
        wait: wait(course(on, found.facts)),
        suggested: bump::suggested(on, found.facts),
        repositories: on
            .tagged_projects()
            .map(|project| repository::review(on, &project, found))
            .collect(),
    }
}

fn wait(course: WaitCourse) -> WaitShown {
    let stop = |(from, waits): (_, Vec<crate::calendar::Wait>)| Stop {
        from,
        reasons: waits.into_iter().map(|wait| wait.reason).collect(),
    };
    WaitShown { free: course.free, stops: course.stops.into_iter().map(stop).collect() }
}
