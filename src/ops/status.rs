//! What is missing, and what is there that nobody asked for: the record against the repositories. It acts on nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::artifacts::{of_newest, trust_of};
use super::overdue::overdue;
use super::plan::plan_with;
use crate::config::Announce;
use crate::facts::all_refs::AllRefs;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::git::Refs;
use crate::ledger::{Snapshot, StepName};
use crate::plan::{Ground, Occasion, State, Step};
use crate::report::audit::{Audit, Look, Verdict};
use crate::steps::announcement::ACTION as ANNOUNCE;
use crate::steps::announcement::IN_LEDGER as MAIL;
use crate::steps::tag::{IN_LEDGER as TAG, TAG as TAG_ACTION};
use crate::steps::{BRANCH, DELETE_BRANCH};
use crate::tree::deliverable::{Branch, Location, Release, StableBranchType};
use crate::tree::file::FilePath;
use crate::tree::record::{File, Record};
use crate::tree::request::Request;
use crate::version::{branches_ended_by, tags_that_end};
use crate::workspace::{Failure, Workspace};

/// What is looked at.
#[derive(Clone, Debug, Default)]
pub struct StatusOptions {
    /// Only this series.
    pub series: Option<String>,
    /// Only the deliverables of this team.
    pub team: Option<String>,
    /// Only these deliverables.
    pub deliverables: Vec<String>,
    /// Where it is looked.
    pub reach: Reach,
    /// Also the series that are closed.
    pub closed: Closed,
}

/// Where it is looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// In the mirrors on this machine, as they are.
    #[default]
    Mirrors,
    /// At the remotes, the package index, the host of the tarballs and Gerrit.
    Remotes,
}

/// Whether closed series are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Closed {
    /// Only where they are named.
    #[default]
    LeftOut,
    /// Like all others.
    Included,
}

/// A file that is looked at.
struct Wanted {
    path: String,
    file: Arc<File>,
}

/// Compares what the record lists with what is there.
///
/// # Errors
/// When the record or the ledger cannot be read, or names something that is not in it.
pub fn status(workspace: &mut Workspace, options: &StatusOptions) -> Result<Audit, Failure> {
    let record = workspace.head_record()?;
    let wanted = wanted(workspace, &record, options)?;
    let sources = match options.reach {
        Reach::Mirrors => workspace.sources_for_reading()?,
        Reach::Remotes => workspace.sources()?,
    };
    let ledger = workspace.read_ledger()?;
    let facts = refs_of(&wanted, &sources, workspace.jobs);
    let mut looks = Vec::new();
    for one in &wanted {
        looks.extend(of_file(workspace, one, &facts, &ledger));
    }
    looks.extend(of_repositories(workspace, &record, &wanted, &facts));
    looks.extend(of_pending(&ledger, &wanted)?);
    if options.reach == Reach::Remotes {
        let trust = trust_of(&record);
        for one in &wanted {
            looks.extend(of_newest(&one.file, (&workspace.config, &sources, &trust)));
        }
        looks.extend(of_changes(workspace, &wanted, &sources, &ledger)?);
    }
    Ok(Audit::of(looks))
}

/// The files that the options name.
fn wanted(
    workspace: &Workspace,
    record: &Record,
    options: &StatusOptions,
) -> Result<Vec<Wanted>, Failure> {
    let is_closed =
        |path: &FilePath| !path.is_independent() && record.series().is_closed(path.series());
    let mut found = Vec::new();
    for path in record.paths().map_err(Failure::outside)? {
        let Ok(place) = FilePath::parse(&path) else { continue };
        let is_of_series = match &options.series {
            Some(series) => place.series() == series.trim_start_matches('_'),
            None => {
                options.closed == Closed::Included
                    || !options.deliverables.is_empty()
                    || !is_closed(&place)
            }
        };
        let is_named = options.deliverables.is_empty()
            || options.deliverables.iter().any(|name| name == place.name());
        if !is_of_series || !is_named || !workspace.wants(&path) {
            continue;
        }
        let Some(file) = record.file(&path).map_err(Failure::outside)? else { continue };
        let team = file.deliverable.team.as_ref().map(|team| team.value.as_str());
        if options.team.is_none() || options.team.as_deref() == team {
            found.push(Wanted { path, file });
        }
    }
    if found.is_empty() {
        return Err(Failure::usage("no deliverable file is about that")
            .help("check the names of the series, the team and the deliverables"));
    }
    Ok(found)
}

/// The repositories that a release or a branch of a file is about.
fn repos_of(file: &File) -> BTreeSet<&str> {
    let releases = file.deliverable.releases.iter().flat_map(|release| &release.projects);
    let branches =
        file.deliverable.branches.iter().flat_map(|branch| match &branch.location.value {
            Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.as_str()).collect(),
            Location::Version(_) => Vec::new(),
        });
    let repos = releases.map(|project| project.repo.as_str()).chain(branches);
    repos.filter(|repo| !file.deliverable.is_retired(repo)).collect()
}

fn refs_of(wanted: &[Wanted], sources: &Sources, jobs: usize) -> Facts {
    let mut asks = Asks::default();
    for one in wanted {
        for repo in repos_of(&one.file) {
            asks.put(AllRefs { repo: repo.to_owned() });
        }
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, sources, jobs);
    facts
}

/// The tags, branches and announcements of a file.
fn of_file(workspace: &Workspace, one: &Wanted, facts: &Facts, ledger: &Snapshot) -> Vec<Look> {
    let mut looks = Vec::new();
    if !one.file.is_readable() {
        let words = "it cannot be read as YAML: `tagkeeper check` shows the line";
        return vec![Look::new(&one.path, "file", Verdict::NotChecked, words)];
    }
    for release in &one.file.deliverable.releases {
        looks.extend(of_release(workspace, one, release, facts, ledger));
    }
    let kind = one.file.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
    if kind != Some(StableBranchType::Upstream) {
        for branch in &one.file.deliverable.branches {
            looks.extend(of_branch(workspace, one, branch, facts));
        }
    }
    looks
}

fn name_of(one: &Wanted) -> &str {
    one.file.path.as_ref().map_or(one.path.as_str(), |path| path.name())
}

fn of_release(
    workspace: &Workspace,
    one: &Wanted,
    release: &Release,
    facts: &Facts,
    ledger: &Snapshot,
) -> Vec<Look> {
    let version = release.version.text();
    let fix = format!("tagkeeper apply --release {} {version}", name_of(one));
    let mut looks = Vec::new();
    for project in &release.projects {
        let repo = project.repo.as_str();
        if one.file.deliverable.is_retired(repo) {
            continue;
        }
        let about = format!("{repo} {version}");
        let look = |verdict, words: String| Look::new(&about, "tag", verdict, words);
        let hash = project.hash.to_ascii_lowercase();
        match facts.get(&AllRefs { repo: repo.to_owned() }) {
            Answer::Unknown(why) => looks.push(look(Verdict::NotChecked, why.to_string())),
            Answer::Absent => {
                looks.push(look(Verdict::Bad, format!("there is no repository `{repo}`")));
            }
            Answer::Known(refs) => match refs.tags.get(version) {
                None => {
                    let words = format!("missing; {} asks for it at {hash}", one.path);
                    looks.push(look(Verdict::Bad, words).fixed_by(&fix));
                }
                Some(there) if there.peeled.to_string() != hash => {
                    let words = format!("at {}, but {} says {hash}", there.peeled, one.path);
                    looks.push(look(Verdict::Bad, words));
                }
                Some(_) => {
                    looks.push(look(Verdict::Good, format!("at {hash}")));
                    looks.extend(of_mail(workspace, (&about, one, repo, release), ledger));
                }
            },
        }
    }
    looks
}

/// The announcement of a tag that the ledger knows. Of older tags nobody knows, and nobody sends one now.
fn of_mail(
    workspace: &Workspace,
    (about, one, repo, release): (&str, &Wanted, &str, &Release),
    ledger: &Snapshot,
) -> Option<Look> {
    let config = &workspace.config;
    if config.announce == Announce::Never || !config.mail.announces(&release.version) {
        return None;
    }
    let version = release.version.text();
    let look = |verdict, words: String| Look::new(about, "announcement", verdict, words);
    let entry = match ledger.entry(repo, version) {
        Ok(entry) => entry?,
        Err(error) => return Some(look(Verdict::NotChecked, error.to_string())),
    };
    entry.steps.get(&StepName::new(TAG))?;
    let fix = format!("tagkeeper explain {} {version}", name_of(one));
    Some(match entry.steps.get(&StepName::new(MAIL)) {
        Some(record) if record.done.is_some() => look(Verdict::Good, "sent".to_owned()),
        Some(_) => look(Verdict::Bad, "begun, and not noted as sent".to_owned()).fixed_by(fix),
        None => look(Verdict::Bad, "not sent".to_owned()).fixed_by(fix),
    })
}

fn of_branch(workspace: &Workspace, one: &Wanted, branch: &Branch, facts: &Facts) -> Vec<Look> {
    let name = branch.name.as_str();
    let repos: Vec<&str> = match &branch.location.value {
        Location::Commits(commits) => commits.iter().map(|(repo, _)| repo.as_str()).collect(),
        Location::Version(version) => {
            let releases = &one.file.deliverable.releases;
            let release = releases.iter().find(|release| release.version.text() == version);
            let projects = release.into_iter().flat_map(|release| &release.projects);
            projects.map(|project| project.repo.as_str()).collect()
        }
    };
    let mut looks = Vec::new();
    for repo in repos.into_iter().filter(|repo| !one.file.deliverable.is_retired(repo)) {
        let about = format!("{repo} {name}");
        let look = |verdict, words: String| Look::new(&about, "branch", verdict, words);
        let Answer::Known(refs) = facts.get(&AllRefs { repo: repo.to_owned() }) else {
            looks.push(look(Verdict::NotChecked, "its repository could not be read".to_owned()));
            continue;
        };
        let ending = tags_that_end(name, &workspace.config.branches)
            .into_iter()
            .find(|tag| refs.tags.contains_key(tag));
        looks.push(match (refs.heads.contains_key(name), ending) {
            (true, None) => look(Verdict::Good, "there".to_owned()),
            (false, Some(tag)) => look(Verdict::Good, format!("ended by `{tag}`")),
            (true, Some(tag)) => {
                look(Verdict::Bad, format!("`{tag}` ended it, and it is still there"))
                    .fixed_by(deleting(name))
            }
            (false, None) => {
                let words = format!("missing, and no tag has ended it; {} asks for it", one.path);
                look(Verdict::Bad, words).fixed_by(match &branch.location.value {
                    Location::Version(version) => {
                        format!("tagkeeper apply --release {} {version}", name_of(one))
                    }
                    Location::Commits(_) => "tagkeeper apply".to_owned(),
                })
            }
        });
    }
    looks
}

/// What is in the repositories and in no file: tags, and branches that should be gone.
fn of_repositories(
    workspace: &Workspace,
    record: &Record,
    wanted: &[Wanted],
    facts: &Facts,
) -> Vec<Look> {
    let index = record.index();
    let repos: BTreeSet<&str> = wanted.iter().flat_map(|one| repos_of(&one.file)).collect();
    let listed: BTreeMap<&str, BTreeSet<&str>> = branches_listed(wanted);
    let mut looks = Vec::new();
    for repo in repos {
        let Answer::Known(refs) = facts.get(&AllRefs { repo: repo.to_owned() }) else { continue };
        let foreign: Vec<&str> = refs
            .tags
            .keys()
            .map(String::as_str)
            .filter(|tag| index.files_with(repo, tag).is_empty())
            .collect();
        if !foreign.is_empty() {
            let words = format!("{} that no file lists: {}", foreign.len(), some_of(&foreign));
            looks.push(Look::new(repo, "tags", Verdict::Note, words));
        }
        let known = listed.get(repo).cloned().unwrap_or_default();
        looks.extend(ended_branches(workspace, record, (repo, refs), &known));
    }
    looks
}

fn branches_listed(wanted: &[Wanted]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in wanted {
        for repo in repos_of(&one.file) {
            let names = one.file.deliverable.branches.iter().map(|branch| branch.name.as_str());
            found.entry(repo).or_default().extend(names);
        }
    }
    found
}

/// Branches that a tag ended and that are still there, and those of closed series that no tag has ended.
fn ended_branches(
    workspace: &Workspace,
    record: &Record,
    (repo, refs): (&str, &Refs),
    listed: &BTreeSet<&str>,
) -> Vec<Look> {
    let names = &workspace.config.branches;
    let mut looks = Vec::new();
    for tag in refs.tags.keys() {
        for branch in branches_ended_by(tag, names) {
            if refs.heads.contains_key(&branch) && !listed.contains(branch.as_str()) {
                let words = format!("`{tag}` ended `{branch}`, and it is still there");
                looks.push(
                    Look::new(repo, "branch", Verdict::Bad, words).fixed_by(deleting(&branch)),
                );
            }
        }
    }
    for series in
        record.series().all.iter().filter(|series| record.series().is_closed(&series.name))
    {
        for branch in series.branches(names) {
            let has_ended =
                tags_that_end(&branch, names).iter().any(|tag| refs.tags.contains_key(tag));
            if refs.heads.contains_key(&branch) && !has_ended {
                let words = format!(
                    "`{branch}` is of the closed series `{}`, and no tag has ended it",
                    *series.name
                );
                looks.push(Look::new(repo, "branch", Verdict::Bad, words));
            }
        }
    }
    looks
}

/// The command that deletes an ended branch.
fn deleting(branch: &str) -> String {
    format!("tagkeeper apply --delete-ended --yes {branch}")
}

/// The first few names, and how many more.
fn some_of(names: &[&str]) -> String {
    const MOST: usize = 8;
    let shown = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// What the ledger has as pending.
fn of_pending(ledger: &Snapshot, wanted: &[Wanted]) -> Result<Vec<Look>, Failure> {
    let state = ledger.state().map_err(Failure::outside)?;
    let is_wanted = |path: &str| wanted.iter().any(|one| one.path == path);
    let pending = state.pending.iter().filter(|pending| is_wanted(&pending.file));
    let look = |pending: &crate::ledger::Pending| {
        let words = format!("since {:.0}, {}: {}", pending.since, pending.reason, pending.detail);
        let about = format!("{} {}", pending.file, pending.name);
        Look::new(&about, "pending", Verdict::Note, words).fixed_by("tagkeeper apply --pending")
    };
    Ok(pending.map(look).collect())
}

/// Whether the ledger knows the tag. An entry that cannot be read hides none: what it is about is looked at.
fn was_tagged(ledger: &Snapshot, repo: &str, version: &str) -> bool {
    match ledger.entry(repo, version) {
        Ok(entry) => entry.is_some_and(|entry| entry.steps.contains_key(&StepName::new(TAG))),
        Err(_) => true,
    }
}

/// The command that makes what is missing of a release or, without a version, of a branch.
pub(super) fn command_for(deliverable: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("tagkeeper apply --release {deliverable} {version}"),
        None => "tagkeeper apply".to_owned(),
    }
}

/// Whether a step follows the tag. Tags, branches and announcements are looked at by themselves.
fn follows(step: &Step) -> bool {
    ![TAG_ACTION, BRANCH, ANNOUNCE, DELETE_BRANCH].contains(&step.action.kind.as_str())
}

/// The changes that follow releases and branches of which the ledger knows the tag, where the site turned them on.
fn of_changes(
    workspace: &mut Workspace,
    wanted: &[Wanted],
    sources: &Sources,
    ledger: &Snapshot,
) -> Result<Vec<Look>, Failure> {
    if workspace.config.after.steps.is_empty() {
        return Ok(Vec::new());
    }
    workspace.compare_with(workspace.head().to_owned())?;
    let mut request: Request = workspace.request()?;
    for one in wanted {
        for release in &one.file.deliverable.releases {
            let version = release.version.text();
            let mut projects = release.projects.iter();
            if projects.any(|project| was_tagged(ledger, &project.repo, version)) {
                request.add_unfinished(&one.path, version);
            }
        }
        for branch in &one.file.deliverable.branches {
            request.add_unfinished(&one.path, &branch.name);
        }
    }
    let asked = (Occasion::OnPurpose, Ground::Real);
    let plan = plan_with(workspace, &request, sources, ledger, asked)?.plan;
    let mut looks = Vec::new();
    for release in &plan.releases {
        let version = release.version.as_deref();
        let is_ours =
            |step: &&Step| version.is_none_or(|version| was_tagged(ledger, &step.repo, version));
        let steps = release.steps.iter().filter(|step| follows(step));
        for step in steps.filter(is_ours) {
            let about = format!("{} {}", step.repo, step.action.name());
            let what = match &step.action.item {
                Some(item) => format!("{} {item}", step.action.noun()),
                None => step.action.noun().to_owned(),
            };
            let look = |verdict, words: String| Look::new(&about, &what, verdict, words);
            if let Some(late) = overdue(step, ledger, workspace.now) {
                looks.push(look(Verdict::Bad, format!("{late}; {}", step.state)));
                continue;
            }
            looks.push(match &step.state {
                State::Done(how) => look(Verdict::Good, how.clone()),
                State::Create => look(Verdict::Bad, "not done".to_owned())
                    .fixed_by(command_for(&release.deliverable, version)),
                State::Unknown(why) => look(Verdict::NotChecked, why.to_string()),
                State::Conflict(why) => look(Verdict::Bad, why.clone()),
                other => look(Verdict::Note, other.to_string()),
            });
        }
    }
    Ok(looks)
}
