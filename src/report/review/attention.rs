//! What deserves a look: what is not as it usually is, most serious first.

use serde::Serialize;

use super::{DeliverableReview, ReleaseReview, RepositoryReview, ReviewPage};
use crate::calendar::moment;
use crate::facts::Answer;
use crate::facts::needs::MetadataField;
use crate::plan::{State, Step};
use crate::report::{WEIGHTS, grouped};
use crate::rules::{Finding, Level};
use crate::text::one_line;

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

/// More findings of one level are counted, not repeated.
const MOST_FINDINGS: usize = 5;
/// A longer message is cut, in characters; the finding has all of it.
const LONGEST: usize = 160;

/// What deserves a look on `page`, most serious first.
pub fn attention(page: &ReviewPage<'_>) -> Vec<Attention> {
    let mut found = of_findings(page);
    for deliverable in &page.review.deliverables {
        for release in &deliverable.releases {
            let told = Findings { page, file: &deliverable.file, version: &release.version };
            of_release(deliverable, release, told, &mut found);
        }
    }
    found.extend(of_approvals(page));
    found.extend(of_plan(page));
    found.sort_by_key(|one| WEIGHTS.iter().position(|level| level.as_str() == one.level));
    found
}

/// The findings of the page, in the words of their messages.
fn of_findings(page: &ReviewPage<'_>) -> Vec<Attention> {
    let counted = [
        (Level::Error, "findings", "error"),
        (Level::Warning, "findings", "warning"),
        (Level::CouldNotCheck, "unchecked", "fact that was not checked"),
    ];
    let mut found = Vec::new();
    for (level, section, word) in counted {
        let findings = grouped::by_cause(page.report.sorted_by_weight());
        let standing: Vec<_> = findings
            .iter()
            .map(|group| group.finding)
            .filter(|finding| finding.level == level && finding.stands())
            .collect();
        let first = standing.iter().take(MOST_FINDINGS);
        found.extend(first.map(|finding| Attention::new(level, section, said(finding))));
        if let Some(more) = standing.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
            let more = plural(more, word).replacen(' ', " more ", 1);
            found.push(Attention::new(level, section, more));
        }
    }
    found
}

/// The message of a finding, as long as one reads it at a glance.
fn said(finding: &Finding) -> String {
    let message = one_line(&finding.message);
    let not_checked = if finding.level == Level::CouldNotCheck { "not checked: " } else { "" };
    match message.char_indices().nth(LONGEST) {
        None => format!("{not_checked}{message}"),
        Some((at, _)) => {
            let cut = &message[..at];
            let words = cut.rfind(' ').map_or(cut, |end| &cut[..end]);
            format!("{not_checked}{words} …")
        }
    }
}

/// What the findings say about one release: that is not said again.
#[derive(Clone, Copy)]
struct Findings<'a> {
    page: &'a ReviewPage<'a>,
    file: &'a str,
    version: &'a str,
}

impl Findings<'_> {
    /// Whether a finding that is shown here too says it: a note is not.
    fn has(self, rule: &str, repo: Option<&str>) -> bool {
        self.page.report.findings.iter().any(|finding| {
            finding.rule == rule
                && finding.level != Level::Note
                && finding.stands()
                && finding.file == self.file
                && finding.release.as_deref() == Some(self.version)
                && (repo.is_none() || finding.repo.as_deref().is_none_or(|of| Some(of) == repo))
        })
    }
}

fn of_release(
    deliverable: &DeliverableReview,
    release: &ReleaseReview,
    told: Findings<'_>,
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
            note(Level::Warning, format!("it is not known how long the tag of {name} waits"));
        }
    }
    if let Answer::Known(suggested) = &release.suggested
        && !suggested.is_met
        && !told.has("bump-too-small", None)
    {
        let (bump, after) = (suggested.bump, &suggested.after);
        note(
            Level::Warning,
            format!("the content of {name} asks for a {bump} release after {after}"),
        );
    }
    for repository in &release.repositories {
        of_repository(release, (&here, repository), told, found);
    }
}

fn of_repository(
    release: &ReleaseReview,
    (here, repository): (&str, &RepositoryReview),
    told: Findings<'_>,
    found: &mut Vec<Attention>,
) {
    let here = format!("{here}--{}", anchor(&[&repository.repo]));
    let (repo, version) = (&repository.repo, &release.version);
    let is_said = |rule| told.has(rule, Some(repo));
    let mut note = |level, text: String| found.push(Attention::new(level, &here, text));
    if let Answer::Known(branch) = &repository.branch
        && !branch.left_out.is_empty()
        && !release.is_end
        && !is_said("not-head")
    {
        let commits = plural(branch.left_out.len(), "commit");
        note(Level::Note, format!("{version} leaves out {commits} of {} of {repo}", branch.name));
    }
    if let Answer::Known(lost) = &repository.lost
        && !lost.is_empty()
        && !is_said("ancestry")
    {
        let commits = plural(lost.len(), "commit");
        note(
            Level::Warning,
            format!("{version} lacks {commits} that the release before has in {repo}"),
        );
    }
    if let Answer::Known(commits) = &repository.commits
        && commits.is_empty()
        && !release.is_end
        && !is_said("empty-release")
    {
        note(Level::Note, format!("nothing came to {repo} since the release before {version}"));
    }
    for text in brought(release, repository) {
        note(Level::Note, text);
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
        note(
            Level::CouldNotCheck,
            format!("what {version} brings to {repo} was not checked in full"),
        );
    }
}

/// What is unusual in the content of a release.
fn brought(release: &ReleaseReview, repository: &RepositoryReview) -> Vec<String> {
    let (repo, version) = (&repository.repo, &release.version);
    let mut found = Vec::new();
    if let Answer::Known(graph) = &repository.graph
        && !graph.branches.is_empty()
    {
        let branches = match graph.branches.len() {
            1 => "a whole branch".to_owned(),
            n => format!("{n} whole branches"),
        };
        found.push(format!("{version} merges {branches} in {repo}"));
    }
    if let Answer::Known(requirements) = &repository.requirements {
        let lowered = requirements.changes.iter().filter(|one| one.change == "lowered").count();
        if lowered > 0 {
            found.push(format!("{version} lowers {} of {repo}", plural(lowered, "requirement")));
        }
    }
    if let Answer::Known(metadata) = &repository.metadata {
        let pythons =
            metadata.changes.iter().filter(|line| line.field == MetadataField::RequiresPython);
        // Who runs an older Python cannot install the release.
        found.extend(pythons.map(|line| {
            let ranges = [&line.before, &line.after];
            let [before, after] = ranges.map(|range| range.as_deref().unwrap_or("any version"));
            format!("{version} changes the Python that {repo} needs from {before} to {after}")
        }));
    }
    found
}

fn of_approvals(page: &ReviewPage<'_>) -> Option<Attention> {
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

fn of_plan(page: &ReviewPage<'_>) -> Option<Attention> {
    let note = |level, text: &str| Some(Attention::new(level, "plan", text));
    match page.plan {
        Ok(plan) if plan.is_in_conflict() => {
            let steps = plan.releases.iter().flat_map(|release| &release.steps);
            let steps = steps.filter(|step| matches!(step.state, State::Conflict(_)));
            let names: Vec<String> = steps.map(Step::title).collect();
            match names.is_empty() {
                true => note(Level::Error, "a tag or branch is in conflict"),
                false => note(Level::Error, &format!("in conflict: {}", names.join(", "))),
            }
        }
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
