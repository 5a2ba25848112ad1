//! The notes of every version in the history of a branch, by one walk.

use std::collections::{BinaryHeap, HashMap, HashSet};

use super::config::NotesConfig;
use super::range::{self, Notes};
use super::uid::uid;
use crate::git::{Ancestor, GitError, Oid, Refs, Repository};

/// The usual names of the branch that the others start from.
const TRUNKS: [&str; 2] = ["main", "master"];

/// The notes of a branch, by the version that brought them.
#[derive(Clone, Debug)]
pub struct History {
    /// The versions that brought any, newest first.
    pub versions: Vec<VersionNotes>,
    /// How the repository sets up its notes.
    pub config: NotesConfig,
}

/// The notes that one version brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionNotes {
    /// The tag; of what is not released yet the title for that.
    pub version: String,
    /// The files of the notes, each with its newest content.
    pub files: Vec<(String, Oid)>,
}

impl History {
    /// The notes of `branch` by the configuration that the branch has; without a name of the branch that the configuration of
    /// the trunk names, else of the trunk. Of a branch that was deleted the tag that ended it is taken. `None` if there is
    /// neither.
    ///
    /// A note belongs to the oldest version that has it, whatever became of its name and text; one that the branch does not
    /// have any more belongs to none.
    ///
    /// # Errors
    /// When the repository cannot be read, or lacks an object.
    pub fn of(
        repository: &Repository,
        refs: &Refs,
        branch: Option<&str>,
    ) -> Result<Option<Self>, GitError> {
        let Some(tip) = branch.map_or_else(|| trunk(refs), |branch| tip_of(refs, branch)) else {
            return Ok(None);
        };
        let config = NotesConfig::at(repository, tip)?;
        let named = config.branch.as_deref().filter(|_| branch.is_none());
        match named.map_or(Some(tip), |name| tip_of(refs, name)) {
            Some(tip) => Self::by(config, repository, refs, tip).map(Some),
            None => Ok(None),
        }
    }

    /// The notes of the branch at `tip`, by a configuration.
    ///
    /// # Errors
    /// As [`History::of`].
    pub fn by(
        config: NotesConfig,
        repository: &Repository,
        refs: &Refs,
        tip: Oid,
    ) -> Result<Self, GitError> {
        let line = Line::of(repository, refs, tip, &config)?;
        let first_seen = line.first_seen(repository, &config)?;
        let mut by_place: HashMap<Option<usize>, Vec<(String, Oid)>> = HashMap::new();
        for (file, blob) in range::files(repository, tip, &config)? {
            if !config.ignores(&file) {
                let place = first_seen.get(uid(&file)).copied();
                by_place.entry(place).or_default().push((file, blob));
            }
        }
        let oldest = line.oldest_reported(repository, refs, &config)?;
        let mut versions: Vec<VersionNotes> = Vec::new();
        for place in (oldest..line.versions.len()).map(Some).chain([None]).rev() {
            let Some(mut files) = by_place.remove(&place) else { continue };
            let version = line.title(place, &config);
            match versions.iter_mut().find(|known| known.version == version) {
                Some(known) => known.files.append(&mut files),
                None => versions.push(VersionNotes { version, files }),
            }
        }
        versions.iter_mut().for_each(|version| version.files.sort());
        Ok(Self { versions, config })
    }

    /// Reads the notes of a version.
    ///
    /// # Errors
    /// As [`History::of`].
    pub fn read(&self, repository: &Repository, version: &VersionNotes) -> Result<Notes, GitError> {
        range::read(repository, &version.files, &self.config)
    }
}

/// The tip of the trunk.
fn trunk(refs: &Refs) -> Option<Oid> {
    TRUNKS.iter().find_map(|name| tip_of(refs, name))
}

/// The tip of the branch of that name; the tag of that name or the one that ended the branch, where it was deleted.
fn tip_of(refs: &Refs, name: &str) -> Option<Oid> {
    let name = name.strip_prefix("origin/").unwrap_or(name);
    let last = name.rsplit('/').next().unwrap_or(name);
    let tag = |name: &str| refs.tags.get(name).map(|tag| tag.peeled);
    let ended = || ["eol", "eom"].iter().find_map(|end| tag(&format!("{last}-{end}")));
    refs.heads.get(name).copied().or_else(|| tag(name)).or_else(ended)
}

/// The history of a tip, and the versions in it.
struct Line {
    commits: HashMap<Oid, Ancestor>,
    /// Each version with its commit, oldest first.
    versions: Vec<(String, Oid)>,
    tip: Oid,
}

impl Line {
    fn of(
        repository: &Repository,
        refs: &Refs,
        tip: Oid,
        config: &NotesConfig,
    ) -> Result<Self, GitError> {
        let mut tags: HashMap<Oid, &str> = HashMap::new();
        // Of several tags on one commit the full release counts, else the last.
        let rank = |name: &str| (config.without_pre_release(name).is_none(), name.to_owned());
        for (name, tag) in refs.tags.iter().filter(|(name, _)| config.release_tag.is_match(name)) {
            let known = tags.entry(tag.peeled).or_insert(name);
            if rank(name) > rank(known) {
                *known = name;
            }
        }
        let mut all = repository.ancestry(tip)?;
        if config.ignores_null_merges {
            let trees: HashMap<Oid, Oid> =
                all.iter().map(|commit| (commit.id, commit.tree)).collect();
            for commit in &mut all {
                let first = commit.parents.first().and_then(|parent| trees.get(parent));
                let is_null = first == Some(&commit.tree);
                if is_null && commit.parents.iter().skip(1).any(|parent| tags.contains_key(parent))
                {
                    commit.parents.truncate(1);
                }
            }
        }
        let commits = all.into_iter().map(|commit| (commit.id, commit)).collect();
        let mut line = Self { commits, versions: Vec::new(), tip };
        let mut order = line.newest_first();
        order.reverse();
        let named =
            order.iter().filter_map(|id| tags.get(id).map(|name| ((*name).to_owned(), *id)));
        line.versions = named.collect();
        Ok(line)
    }

    /// The commits, no parent before its child; of those that could come next the newest comes.
    fn newest_first(&self) -> Vec<Oid> {
        let mut children: HashMap<Oid, usize> = HashMap::new();
        let reached = self.history_of(self.tip);
        for parent in reached.iter().flat_map(|id| &self.commits[id].parents) {
            *children.entry(*parent).or_default() += 1;
        }
        let dated = |id: Oid| (self.commits[&id].seconds, id);
        let mut ready = BinaryHeap::from([dated(self.tip)]);
        let mut order = Vec::with_capacity(reached.len());
        while let Some((_, id)) = ready.pop() {
            order.push(id);
            for parent in &self.commits[&id].parents {
                let left = children.entry(*parent).or_default();
                *left = left.saturating_sub(1);
                if *left == 0 {
                    ready.push(dated(*parent));
                }
            }
        }
        order
    }

    /// `id` and what is in its history.
    fn history_of(&self, id: Oid) -> HashSet<Oid> {
        let mut seen = HashSet::from([id]);
        let mut todo = vec![id];
        while let Some(commit) = todo.pop().and_then(|id| self.commits.get(&id)) {
            todo.extend(commit.parents.iter().copied().filter(|parent| seen.insert(*parent)));
        }
        seen
    }

    /// The place of the oldest version that has each note. A directory that two versions share is read once.
    fn first_seen(
        &self,
        repository: &Repository,
        config: &NotesConfig,
    ) -> Result<HashMap<String, usize>, GitError> {
        let mut seen = HashMap::new();
        let mut read = HashSet::new();
        for (place, (_, commit)) in self.versions.iter().enumerate() {
            let directory = repository.directory(*commit, &config.directory)?;
            let Some(directory) = directory.filter(|directory| read.insert(*directory)) else {
                continue;
            };
            for (file, _) in repository.files_below(directory)? {
                seen.entry(uid(&file).to_owned()).or_insert(place);
            }
        }
        Ok(seen)
    }

    /// The place of the oldest version to report: the one that is set, else the one after that from which the series branch
    /// before this one started.
    fn oldest_reported(
        &self,
        repository: &Repository,
        refs: &Refs,
        config: &NotesConfig,
    ) -> Result<usize, GitError> {
        if let Some(earliest) = &config.earliest_version {
            let place = self.versions.iter().position(|(name, _)| name == earliest);
            return Ok(place.unwrap_or(0));
        }
        let named = config.default_branch.as_deref().and_then(|name| tip_of(refs, name));
        let (Some(trunk), true) = (named.or_else(|| trunk(refs)), config.stops_at_branch_base)
        else {
            return Ok(0);
        };
        let branches = refs.heads.iter().filter(|(name, _)| config.series_branch.is_match(name));
        let tags = refs.tags.iter().filter(|(name, _)| config.closed_branch.is_match(name));
        let tips = branches.map(|(_, tip)| *tip).chain(tags.map(|(_, tag)| tag.peeled));
        let own = match self.tip == trunk {
            true => None,
            false => self.base(repository, self.tip, trunk)?,
        };
        let mut newest = None;
        for other in tips.filter(|other| *other != self.tip) {
            let base = self.base(repository, other, trunk)?;
            newest = newest.max(base.filter(|base| own.is_none_or(|own| *base < own)));
        }
        Ok(newest.map_or(0, |place| place + 1))
    }

    /// The place of the newest version that both `branch` and the trunk have, if it is in this history.
    fn base(
        &self,
        repository: &Repository,
        branch: Oid,
        trunk: Oid,
    ) -> Result<Option<usize>, GitError> {
        let meet = repository.merge_base(branch, trunk)?;
        let Some(meet) = meet.filter(|meet| self.commits.contains_key(meet)) else {
            return Ok(None);
        };
        let both = self.history_of(meet);
        Ok(self.versions.iter().rposition(|(_, commit)| both.contains(commit)))
    }

    /// The title in a report of the version at `place`: a pre-release stands under its release, where that is there.
    fn title(&self, place: Option<usize>, config: &NotesConfig) -> String {
        let Some((name, _)) = place.map(|place| &self.versions[place]) else {
            return config.unreleased_title.clone().unwrap_or_else(|| self.described());
        };
        let release = config.without_pre_release(name).filter(|_| config.collapses_pre_releases);
        let is_there = |release: &String| self.versions.iter().any(|(known, _)| known == release);
        release.filter(is_there).unwrap_or_else(|| name.clone())
    }

    /// The newest version and the number of commits after it.
    fn described(&self) -> String {
        let mut next = self.commits.get(&self.tip);
        let mut count = 0;
        while let Some(commit) = next {
            if let Some((name, _)) = self.versions.iter().rev().find(|(_, id)| *id == commit.id) {
                return format!("{name}-{count}");
            }
            next = commit.parents.first().and_then(|parent| self.commits.get(parent));
            count += 1;
        }
        "0.0.0".to_owned()
    }
}
