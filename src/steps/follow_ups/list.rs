//! Which changes follow a new branch.

use super::constraints_url::ConstraintsUrl;
use super::gitreview::DefaultBranch;
use super::reno::{NewPage, OtherBranch};
use super::replacing::{Replacing, Rights, Swap};
use crate::config::{BuiltIn, Config, Find, FollowUp, On, Piece, Policy};
use crate::facts::pushed_files::BranchChoice;
use crate::steps::proposing::{Edit, ProposedChange};
use crate::tree::deliverable::{Branch, Location};
use crate::tree::file::FilePath;
use crate::tree::record::File;
use crate::tree::yaml::Word as _;
use crate::tree::{CommitId, RepoName};
use crate::version::BranchKind;

/// A new branch of a repository.
pub(super) struct NewBranch<'a> {
    /// The repository.
    pub(super) repo: &'a RepoName,
    /// The branch.
    pub(super) name: &'a str,
    /// The commit at which it starts; none if it is there already.
    pub(super) point: Option<CommitId>,
    /// The file that lists it.
    pub(super) file: &'a File,
    /// Its path.
    pub(super) path: &'a FilePath,
    /// The `Change-Id` of the request.
    pub(super) request: Option<&'a str>,
}

/// The changes that follow a branch, each with the name of its item.
pub(super) fn following(
    new: &NewBranch<'_>,
    config: &Config,
    policy: &Policy,
) -> Vec<ProposedChange> {
    let name = new.name;
    let (kind, id) = match config.branches.read(name) {
        Some((kind, id)) => (Some(kind), id),
        None => (None, name.rsplit('/').next().unwrap_or(name)),
    };
    let mut found = Vec::new();
    found.push(new.change(
        BuiltIn::GitReview.as_str(),
        id,
        format!("Update .gitreview for {name}"),
        Box::new(DefaultBranch { branch: name.to_owned() }),
    ));
    let has_own_constraints = kind.is_some_and(|kind| kind != BranchKind::Bugfix);
    let url = &config.after.constraints_url;
    if has_own_constraints && !url.is_empty() {
        let edit = ConstraintsUrl {
            url: url.replace("{id}", id),
            files: config.after.constraints_files.clone(),
        };
        let change = new.change(
            BuiltIn::ConstraintsUrl.as_str(),
            id,
            format!("Use the upper constraints of {name}"),
            Box::new(edit),
        );
        let body = format!(
            "Point to the upper constraints of {id}. Until they have a branch of their own,\nthis address leads to those of the trunk."
        );
        found.push(ProposedChange { body, ..change });
    }
    found.extend(of_notes(new, kind, id, config));
    let team = new.file.deliverable.team.as_ref().map(|team| team.value.as_str());
    let own = policy.follow_ups.iter().filter(|one| one.is_about(new.repo, name, team));
    found.extend(own.map(|one| new.of_team(one, id)));
    // `stable/2026.1` and `unmaintained/2026.1` share an id, and each has changes of its own. A `Change-Id` holds the branch.
    if kind != Some(BranchKind::Stable) {
        found.iter_mut().for_each(|change| change.own = name.replace('/', "-"));
    }
    found
}

/// The page of the series in the release notes.
fn of_notes(
    new: &NewBranch<'_>,
    kind: Option<BranchKind>,
    id: &str,
    config: &Config,
) -> Option<ProposedChange> {
    let name = new.name;
    match kind? {
        BranchKind::Stable => {
            let edit = NewPage { id: id.to_owned(), branch: name.to_owned() };
            let subject = format!("Add the release notes of {name}");
            let change =
                new.change(BuiltIn::RenoPage.as_str(), id, subject, Box::new(edit)).on_trunk();
            let body = format!(
                "Add the page of {id}, which is built from {name}. The next version of the\ntrunk is a feature release, so that it is above those of {name}."
            );
            let mut footers = vec![("Sem-Ver".to_owned(), "feature".to_owned())];
            footers.extend(change.footers.clone());
            Some(ProposedChange { body, footers, ..change })
        }
        BranchKind::Unmaintained => {
            let from = config.branches.name(BranchKind::Stable, id)?;
            let edit = OtherBranch { id: id.to_owned(), from, to: name.to_owned() };
            let subject = format!("Build the release notes of {id} from {name}");
            Some(new.change(BuiltIn::RenoBranch.as_str(), id, subject, Box::new(edit)).on_trunk())
        }
        BranchKind::Feature | BranchKind::Bugfix => None,
    }
}

impl NewBranch<'_> {
    fn change(&self, kind: &str, id: &str, subject: String, edit: Box<dyn Edit>) -> ProposedChange {
        let request = self.request.map(|id| ("Release-Request".to_owned(), id.to_owned()));
        ProposedChange {
            repo: self.repo.clone(),
            line: match self.point {
                Some(commit) => BranchChoice::From { branch: self.name.to_owned(), commit },
                None => BranchChoice::Named(self.name.to_owned()),
            },
            kind: kind.to_owned(),
            id: id.to_owned(),
            own: id.to_owned(),
            topic: format!("create-{id}"),
            subject,
            body: String::new(),
            footers: request.into_iter().collect(),
            edit,
        }
    }

    fn of_team(&self, one: &FollowUp, id: &str) -> ProposedChange {
        let filled = |text: &str| self.filled(text, id);
        let edit = Replacing {
            file: filled(&one.file),
            swap: self.swap(one, id),
            matches: one.matches,
            rights: match one.is_of_release_managers() {
                true => Rights::ReleaseManagers,
                false => Rights::Team,
            },
        };
        let change = self.change(&one.name, id, filled(&one.subject), Box::new(edit));
        let topic = one.topic.as_ref().map_or_else(|| change.topic.clone(), |topic| filled(topic));
        let change = ProposedChange { topic, ..change };
        match one.on {
            On::Branch => change,
            // One branch of it is changed for every new one: what makes it one change must be the branch, for ids are not unique.
            On::Trunk => {
                let id = self.name.replace('/', "-");
                ProposedChange { own: id.clone(), id, ..change.on_trunk() }
            }
        }
    }

    /// Names are replaced in what was written in the policy, and never in what is captured.
    fn swap(&self, one: &FollowUp, id: &str) -> Swap {
        let filled = |piece| match piece {
            Piece::Text(text) => Piece::Text(self.filled(&text, id)),
            Piece::Group(_) => piece,
        };
        match &one.find {
            Find::Text(find) => Swap::Text(self.filled(find, id), self.filled(&one.write, id)),
            Find::Pattern(pattern) => Swap::Pattern(
                pattern.clone(),
                Piece::all(&one.write).into_iter().map(filled).collect(),
            ),
        }
    }

    /// A text with the names in braces replaced.
    fn filled(&self, text: &str, id: &str) -> String {
        let series = self.path.series();
        let text = text.replace("{branch}", self.name).replace("{id}", id);
        text.replace("{series}", series).replace("{version}", self.version().unwrap_or_default())
    }

    /// The version at which the branch starts; of one that starts at a commit, none.
    fn version(&self) -> Option<&str> {
        let mut all = self.file.deliverable.branches.iter();
        let branch: Option<&Branch> = all.find(|branch| *branch.name == self.name);
        match &branch?.location.value {
            Location::Version(version) => Some(version),
            Location::Commits(_) => None,
        }
    }
}

impl ProposedChange {
    fn on_trunk(self) -> Self {
        Self { line: BranchChoice::Trunk, ..self }
    }
}
