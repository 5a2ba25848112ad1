//! The tags, branches and announcements that the files list.

use super::missing::Missing;
use super::{Wanted, deleting};
use crate::config::Announce;
use crate::facts::all_refs::AllRefs;
use crate::facts::{Answer, Facts};
use crate::ledger::{LedgerSnapshot, StepName};
use crate::report::audit::{Look, Verdict};
use crate::steps::announcement::IN_LEDGER as MAIL;
use crate::steps::tag::IN_LEDGER as TAG;
use crate::tree::RepoName;
use crate::tree::deliverable::{Branch, Location, Release, StableBranchType};
use crate::version::tags_that_end;
use crate::workspace::Workspace;

/// The tags, branches and announcements of a file.
pub(super) fn of_file(
    workspace: &Workspace,
    one: &Wanted,
    (facts, missing): (&Facts, &Missing),
    ledger: &LedgerSnapshot,
) -> Vec<Look> {
    let mut looks = Vec::new();
    if !one.file.is_readable() {
        let words = "it cannot be read as YAML: `tagkeeper check` shows the line";
        return vec![Look::new(&one.path, "file", Verdict::NotChecked, words)];
    }
    for release in &one.file.deliverable.releases {
        looks.extend(of_release(workspace, one, release, (facts, missing), ledger));
    }
    let kind = one.file.deliverable.stable_branch_type.as_ref().map(|kind| kind.value);
    if kind != Some(StableBranchType::Upstream) {
        for branch in &one.file.deliverable.branches {
            looks.extend(of_branch(workspace, one, branch, (facts, missing)));
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
    (facts, missing): (&Facts, &Missing),
    ledger: &LedgerSnapshot,
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
        let name = match RepoName::parse(repo) {
            Ok(name) => name,
            Err(why) => {
                looks.push(look(Verdict::Bad, why.to_string()));
                continue;
            }
        };
        match facts.get(&AllRefs { repo: name.clone() }) {
            Answer::Unknown(why) => looks.push(look(Verdict::NotChecked, why.to_string())),
            Answer::Absent => {
                looks.push(look(Verdict::Bad, format!("there is no repository `{repo}`")));
            }
            Answer::Known(refs) => match refs.tags.get(version) {
                None => {
                    let words = format!("missing; {} asks for it at {hash}", one.path);
                    let full_ref = format!("refs/tags/{version}");
                    let said = (words, fix.clone());
                    looks.push(missing.look((&about, "tag"), (&name, &full_ref), said));
                }
                Some(there) if there.peeled.to_string() != hash => {
                    let words = format!("at {}, but {} says {hash}", there.peeled, one.path);
                    looks.push(look(Verdict::Bad, words));
                }
                Some(_) => {
                    looks.push(look(Verdict::Good, format!("at {hash}")));
                    looks.extend(of_mail(workspace, (&about, one, &name, release), ledger));
                }
            },
        }
    }
    looks
}

/// The announcement of a tag that the ledger knows. Of older tags nobody knows, and nobody sends one now.
fn of_mail(
    workspace: &Workspace,
    (about, one, repo, release): (&str, &Wanted, &RepoName, &Release),
    ledger: &LedgerSnapshot,
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

fn of_branch(
    workspace: &Workspace,
    one: &Wanted,
    branch: &Branch,
    (facts, missing): (&Facts, &Missing),
) -> Vec<Look> {
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
        let repo = match RepoName::parse(repo) {
            Ok(repo) => repo,
            Err(why) => {
                looks.push(look(Verdict::Bad, why.to_string()));
                continue;
            }
        };
        let Answer::Known(refs) = facts.get(&AllRefs { repo: repo.clone() }) else {
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
                let command = match &branch.location.value {
                    Location::Version(version) => {
                        format!("tagkeeper apply --release {} {version}", name_of(one))
                    }
                    Location::Commits(_) => "tagkeeper apply".to_owned(),
                };
                let full_ref = format!("refs/heads/{name}");
                missing.look((&about, "branch"), (&repo, &full_ref), (words, command))
            }
        });
    }
    looks
}
