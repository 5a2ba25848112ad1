//! What an edit does to one file.

use crate::edit::{Document, EditedValue, NewEntry, NewStart, Path, Refused};
use crate::facts::repository::TagOf;
use crate::facts::{Answer, Asks, Facts, Sources, gather};
use crate::ops::new::entry::carried_on;
use crate::tree::RepoName;
use crate::tree::deliverable::StableBranchType;
use crate::tree::record::{File, Record};
use crate::tree::yaml::parse;
use crate::version::BranchKind;
use crate::workspace::{Failure, Workspace};

/// Keys whose values are by repository.
const BY_REPOSITORY: [&str; 2] = ["repository-settings", "release-notes"];
/// The settings of a repository.
const SETTINGS: [&str; 3] = ["flags", "pypi-name", "tarball-base"];

/// An edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditAction {
    /// Sets keys, in order: (key, value as YAML).
    Set(Vec<(String, String)>),
    /// Removes keys.
    Remove(Vec<String>),
    /// Adds the stable branch of the series at a version of the file.
    AddStableBranch(String),
    /// Adds the entry of a tag that exists.
    ImportTag(String),
}

/// One file that is edited, and what may be asked about it.
pub(in crate::ops) struct Editing<'a> {
    pub(in crate::ops) workspace: &'a Workspace,
    pub(in crate::ops) record: &'a Record,
    pub(in crate::ops) file: &'a File,
    pub(in crate::ops) sources: &'a Sources,
}

impl Editing<'_> {
    /// The text with the edit made.
    ///
    /// # Errors
    /// If it cannot be made without guessing.
    pub(in crate::ops) fn apply(&self, text: &str, action: &EditAction) -> Result<String, Failure> {
        let path = &self.file.name;
        let mut document = Document::read(text.as_bytes()).map_err(|problem| {
            Failure::refused(format!("{path}:{}: {}", problem.place, problem.message))
        })?;
        let cannot = |why: Refused| Failure::refused(format!("cannot edit `{path}`: {why}"));
        match action {
            EditAction::Set(pairs) => {
                for (key, value) in pairs {
                    set(&mut document, &place(key)?, read(value)?).map_err(cannot)?;
                }
            }
            EditAction::Remove(keys) => {
                for key in keys {
                    let place = place(key)?;
                    if document.get(&place).is_some() {
                        document.remove(&place).map_err(cannot)?;
                    }
                }
            }
            EditAction::AddStableBranch(version) => {
                let (name, start) = self.stable_branch(version)?;
                document.add_branch(&name, &start).map_err(cannot)?;
            }
            EditAction::ImportTag(tag) => {
                document.add_release(&self.entry_of(tag)?).map_err(cannot)?;
            }
        }
        Ok(document.text().to_owned())
    }

    fn stable_branch(&self, version: &str) -> Result<(String, NewStart), Failure> {
        let (path, file) = (&self.file.name, &self.file.deliverable);
        let dir = self.file.path.as_ref().map(|path| path.dir()).unwrap_or_default();
        let series = self.record.series().get(dir).ok_or_else(|| {
            Failure::usage(format!("`{path}` is in no series, so it has no stable branch"))
        })?;
        let names = &self.workspace.config.branches;
        let name = names.name(BranchKind::Stable, series.branch_id()).ok_or_else(|| {
            Failure::usage("the site has no stable branches: `branches.stable` is empty")
        })?;
        if file.branches.iter().any(|branch| *branch.name == *name) {
            return Err(Failure::refused(format!("`{path}` lists `{name}` already")));
        }
        let release =
            file.releases.iter().find(|it| it.version.text() == version).ok_or_else(|| {
                Failure::refused(format!("`{path}` lists no release `{version}`"))
            })?;
        let is_tagless = file
            .stable_branch_type
            .as_ref()
            .is_some_and(|it| it.value == StableBranchType::Tagless);
        let commits = || {
            let projects = release.projects.iter();
            projects.map(|it| (it.repo.value.clone(), it.hash.to_ascii_lowercase())).collect()
        };
        let start = match is_tagless {
            true => NewStart::Commits(commits()),
            false => NewStart::Version(version.to_owned()),
        };
        Ok((name, start))
    }

    /// The entry for a tag that exists, of the repositories that have it.
    fn entry_of(&self, tag: &str) -> Result<NewEntry, Failure> {
        let (path, file) = (&self.file.name, &self.file.deliverable);
        if file.releases.iter().any(|it| it.version.text() == tag) {
            return Err(Failure::refused(format!("`{path}` lists `{tag}` already")));
        }
        let repos = file.repositories();
        let repos: Vec<RepoName> = repos.iter().filter_map(|it| RepoName::parse(it).ok()).collect();
        let question = |repo: &RepoName| TagOf::of(repo, tag);
        let (mut asks, mut facts) = (Asks::default(), Facts::default());
        repos.iter().for_each(|repo| asks.put(question(repo)));
        gather(&asks, &mut facts, self.sources, self.workspace.jobs);
        let mut projects = Vec::new();
        for repo in &repos {
            match facts.get(&question(repo)) {
                Answer::Known(commit) => projects.push(carried_on(file, repo, *commit)),
                Answer::Absent => {}
                Answer::Unknown(why) => {
                    return Err(Failure::outside(format!(
                        "cannot find out whether `{repo}` has the tag `{tag}`"
                    ))
                    .caused_by(why.to_string())
                    .help("run again when it can be reached; nothing was written"));
                }
            }
        }
        match projects.is_empty() {
            true => Err(Failure::refused(format!("no repository of `{path}` has the tag `{tag}`"))),
            false => Ok(NewEntry { version: tag.to_owned(), projects, diff_start: None }),
        }
    }
}

/// Sets a value; what is around it is made where it is not there.
fn set(document: &mut Document, path: &Path, value: EditedValue) -> Result<(), Refused> {
    if document.get(path).is_some() {
        return document.set(path, value);
    }
    let (above, key) = path.above().ok_or_else(|| Refused::Missing(path.to_string()))?;
    match above.above() {
        None => document.add_key(key, value),
        Some(_) => match document.get(&above) {
            Some(_) => document.insert(&above, key, value, crate::edit::Beside::Last),
            None => set(document, &above, EditedValue::map([(key, value)])),
        },
    }
}

/// The way to a key: `type`, `repository-settings.openstack/nova` or `repository-settings.openstack/nova.flags`.
fn place(key: &str) -> Result<Path, Failure> {
    let wrong = || {
        Failure::usage(format!("`{key}` is not a key that can be edited"))
            .help("write a key of the file, such as `type`, or `repository-settings.REPO` and `repository-settings.REPO.flags`")
    };
    let Some((top, rest)) = key.split_once('.') else {
        let is_word = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        return if is_word { Ok(Path::root().key(key)) } else { Err(wrong()) };
    };
    if !BY_REPOSITORY.contains(&top) || rest.is_empty() {
        return Err(wrong());
    }
    let setting = SETTINGS.iter().find_map(|one| {
        Some((rest.strip_suffix(one)?.strip_suffix('.')?, *one)).filter(|_| top == BY_REPOSITORY[0])
    });
    Ok(match setting {
        Some((repo, setting)) => Path::root().key(top).key(repo).key(setting),
        None => Path::root().key(top).key(rest),
    })
}

/// A value as YAML. A number stays the text that it is: `1.10` is a version.
fn read(text: &str) -> Result<EditedValue, Failure> {
    let wrong = |why: &str| Failure::usage(format!("`{text}` is not a value of YAML: {why}"));
    let node = parse(text.as_bytes()).map_err(|problem| wrong(&problem.message))?;
    let value = node.ok_or_else(|| wrong("it is empty")).map(|node| EditedValue::from(&node))?;
    Ok(match value {
        EditedValue::Bare(word) if word != "true" && word != "false" => EditedValue::Text(word),
        value => value,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, key: &str, value: &str) -> String {
        let mut document = Document::read(text.as_bytes()).unwrap();
        set(&mut document, &place(key).unwrap(), read(value).unwrap()).unwrap();
        document.text().to_owned()
    }

    #[test]
    fn keys_are_set_where_they_are_or_belong() {
        assert_eq!(edited("type: 'other'  # x\n", "type", "library"), "type: 'library'  # x\n");
        let added = edited("team: a\nreleases: []\n", "include-pypi-link", "true");
        assert_eq!(added, "team: a\ninclude-pypi-link: true\nreleases: []\n");
        let key = "repository-settings.openstack/oslo.config.flags";
        assert_eq!(
            edited("repository-settings:\n  openstack/oslo.config: {}\n", key, "[retired]"),
            "repository-settings:\n  openstack/oslo.config:\n    flags:\n      - retired\n"
        );
        let made = edited("team: a\n", "repository-settings.openstack/oslo.config", "{}");
        assert_eq!(made, "team: a\nrepository-settings:\n  openstack/oslo.config: {}\n");
    }

    #[test]
    fn what_is_no_key_or_no_value_is_refused() {
        for key in ["", "a b", "releases.0", "repository-settings.", "Type"] {
            assert!(place(key).is_err(), "{key}");
        }
        assert!(read("").is_err() && read("[a").is_err());
        assert_eq!(read("1.10").unwrap(), EditedValue::from("1.10"));
    }
}
