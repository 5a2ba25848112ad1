//! What deserves a look: what is not as it usually is, most serious first.

use serde::Serialize;

use super::{DeliverableReview, Page, ReleaseReview, RepositoryReview};
use crate::calendar::moment;
use crate::facts::Answer;
use crate::rules::Level;

/// Something that deserves a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Attention {
    /// How much: `error`, `warning`, `note` or `could-not-check`.
    pub level: &'static str,
    /// A phrase.
    pub text: String,
    /// Where on the page more is said.
    pub anchor: String,
}

impl Attention {
    fn new(level: Level, anchor: &str, text: impl Into<String>) -> Self {
        Self { level: level.as_str(), text: text.into(), anchor: anchor.to_owned() }
    }
}

/// Name of a deliverable or a repository on the page.
pub(in crate::report) fn anchor(parts: &[&str]) -> String {
    let name = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let parts = parts.iter().map(|part| part.chars().map(name).collect::<String>());
    parts.collect::<Vec<_>>().join("--")
}

/// What deserves a look on `page`, beside the errors, each of which has its own place.
pub fn attention(page: &Page<'_>) -> Vec<Attention> {
    let mut found = of_findings(page);
    for deliverable in &page.review.deliverables {
        for release in &deliverable.releases {
            of_release(deliverable, release, &mut found);
        }
    }
    found.extend(of_approvals(page));
    found.extend(of_plan(page));
    found
}

fn of_findings(page: &Page<'_>) -> Vec<Attention> {
    let summary = page.report.summary();
    let counted = [
        (Level::Error, summary.errors, "error"),
        (Level::Warning, summary.warnings, "warning"),
        (Level::CouldNotCheck, summary.could_not_check, "fact that was not checked"),
    ];
    let anchor = |level| if level == Level::CouldNotCheck { "unchecked" } else { "findings" };
    let counted = counted.into_iter().filter(|(_, n, _)| *n > 0);
    counted.map(|(level, n, word)| Attention::new(level, anchor(level), plural(n, word))).collect()
}

fn of_release(
    deliverable: &DeliverableReview,
    release: &ReleaseReview,
    found: &mut Vec<Attention>,
) {
    let name = format!("{} {}", deliverable.name, release.version);
    let here = anchor(&[&deliverable.file, &release.version]);
    let mut note = |level, text: String| found.push(Attention::new(level, &here, text));
    match (release.wait.free, release.wait.stops.is_empty()) {
        (Some(_), true) => {}
        (Some(free), false) => {
            note(Level::Note, format!("the tag of {name} waits until {}", moment(free)));
        }
        (None, _) => {
            note(Level::Warning, format!("nobody knows until when the tag of {name} waits"));
        }
    }
    if let Answer::Known(suggested) = &release.suggested
        && !suggested.is_met
    {
        let (bump, after) = (suggested.bump, &suggested.after);
        note(
            Level::Warning,
            format!("the content of {name} asks for a {bump} release after {after}"),
        );
    }
    for repository in &release.repositories {
        of_repository(&here, repository, found);
    }
}

fn of_repository(release: &str, repository: &RepositoryReview, found: &mut Vec<Attention>) {
    let here = format!("{release}--{}", anchor(&[&repository.repo]));
    let repo = &repository.repo;
    let mut note = |level, text: String| found.push(Attention::new(level, &here, text));
    if let Answer::Known(branch) = &repository.branch
        && !branch.left_out.is_empty()
    {
        let commits = plural(branch.left_out.len(), "commit");
        note(Level::Note, format!("{commits} of {} of {repo} left out", branch.name));
    }
    if let Answer::Known(lost) = &repository.lost
        && !lost.is_empty()
    {
        let commits = plural(lost.len(), "commit");
        note(
            Level::Warning,
            format!("{commits} of the release before {repo}'s are not in this one"),
        );
    }
    if let Answer::Known(commits) = &repository.commits
        && commits.is_empty()
    {
        note(Level::Note, format!("nothing came to {repo} since the release before"));
    }
    if let Answer::Known(requirements) = &repository.requirements {
        let lowered = requirements.changes.iter().filter(|one| one.change == "lowered").count();
        if lowered > 0 {
            let lowered = plural(lowered, "requirement");
            note(Level::Note, format!("{lowered} of {repo} lowered"));
        }
    }
    let unknown = [
        matches!(repository.position, Answer::Unknown(_)),
        matches!(repository.branch, Answer::Unknown(_)),
        matches!(repository.commits, Answer::Unknown(_)),
        matches!(repository.lost, Answer::Unknown(_)),
        matches!(repository.requirements, Answer::Unknown(_)),
        matches!(repository.notes, Answer::Unknown(_)),
    ];
    if unknown.contains(&true) {
        note(Level::CouldNotCheck, format!("what is in {repo} is not fully known"));
    }
}

fn of_approvals(page: &Page<'_>) -> Option<Attention> {
    let note = |level, text: String| Some(Attention::new(level, "approval", text));
    match &page.review.approvals {
        Answer::Known(report) if report.is_approved() => None,
        Answer::Known(report) if report.is_undecided => {
            note(Level::CouldNotCheck, "it is not known whether the request is approved".to_owned())
        }
        Answer::Known(report) => {
            let missing = report.rulings.iter().filter(|ruling| !ruling.is_approved());
            let teams: Vec<&str> = missing.map(|ruling| ruling.team.as_str()).collect();
            note(Level::Note, format!("not approved by {}", teams.join(", ")))
        }
        Answer::Absent => None,
        Answer::Unknown(_) => {
            note(Level::CouldNotCheck, "who has approved the request was not checked".to_owned())
        }
    }
}

fn of_plan(page: &Page<'_>) -> Option<Attention> {
    let note = |level, text: &str| Some(Attention::new(level, "plan", text));
    match page.plan {
        Ok(plan) if plan.is_in_conflict() => note(Level::Error, "a tag or branch is in conflict"),
        Ok(plan) if !plan.is_known() => {
            note(Level::CouldNotCheck, "the state of a tag or branch is not known")
        }
        Ok(_) => None,
        Err(_) => note(Level::CouldNotCheck, "what would be tagged is not known"),
    }
}

/// `1 commit`, `2 commits`, `2 facts that were not checked`.
fn plural(n: usize, word: &str) -> String {
    match (n, word.split_once(' ')) {
        (1, _) => format!("1 {word}"),
        (_, None) => format!("{n} {word}s"),
        (_, Some((noun, rest))) => format!("{n} {noun}s {}", rest.replacen("was", "were", 1)),
    }
}
