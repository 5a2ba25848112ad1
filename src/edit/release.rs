//! Adds releases and branches to a deliverable file.

use super::Refused;
use super::document::Document;
use super::region::Beside;
use super::value::{EditedValue, Path};

/// An entry of `releases`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEntry {
    /// The version, or a mark such as `2024.1-eol`.
    pub version: String,
    /// The repositories, in their order.
    pub projects: Vec<NewProject>,
    /// `diff-start`.
    pub diff_start: Option<String>,
}

/// One repository of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewProject {
    /// Name as in the files.
    pub repo: String,
    /// 40 hex digits.
    pub hash: String,
    /// `tarball-base`.
    pub tarball_base: Option<String>,
    /// `comment`.
    pub comment: Option<String>,
}

/// Where a new branch begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewStart {
    /// At a version of the file.
    Version(String),
    /// At commits: (repository, commit).
    Commits(Vec<(String, String)>),
}

impl Document {
    /// Adds an entry at the end of `releases`, which is made where it is not there.
    ///
    /// # Errors
    /// If there is no single right place for it.
    pub fn add_release(&mut self, entry: &NewEntry) -> Result<(), Refused> {
        let projects = entry.projects.iter().map(NewProject::value).collect();
        let mut value = vec![
            ("version".to_owned(), EditedValue::from(entry.version.as_str())),
            ("projects".to_owned(), EditedValue::List(projects)),
        ];
        let start = entry.diff_start.as_deref();
        value.extend(start.map(|start| ("diff-start".to_owned(), EditedValue::from(start))));
        self.add_to_list("releases", EditedValue::Map(value), &["branches", "release-notes"])
    }

    /// Adds a branch at the end of `branches`, which is made where it is not there.
    ///
    /// # Errors
    /// If there is no single right place for it.
    pub fn add_branch(&mut self, name: &str, start: &NewStart) -> Result<(), Refused> {
        let location = match start {
            NewStart::Version(version) => EditedValue::from(version.as_str()),
            NewStart::Commits(commits) => EditedValue::map(
                commits.iter().map(|(repo, hash)| (repo.clone(), EditedValue::from(hash.as_str()))),
            ),
        };
        let value = EditedValue::map([("name", EditedValue::from(name)), ("location", location)]);
        self.add_to_list("branches", value, &["release-notes"])
    }

    /// Adds a key of the file with its value, before what grows: releases, branches and what comes after them.
    ///
    /// # Errors
    /// If it is there already, or there is no single right place for it.
    pub fn add_key(&mut self, key: &str, value: EditedValue) -> Result<(), Refused> {
        let place = self.before_any(&["cycle-highlights", "releases", "branches"]);
        self.insert(&Path::root(), key, value, place)
    }

    /// Adds an item to the list `key`; a list that is not there comes before the first of `next`, or last.
    fn add_to_list(&mut self, key: &str, item: EditedValue, next: &[&str]) -> Result<(), Refused> {
        let path = Path::root().key(key);
        if self.get(&path).is_some() {
            return self.append(&path, item);
        }
        let next = next.to_vec();
        let place = self.before_any(&next);
        self.insert(&Path::root(), key, EditedValue::List(vec![item]), place)
    }

    fn before_any<'k>(&self, keys: &[&'k str]) -> Beside<'k> {
        let EditedValue::Map(entries) = self.value() else { return Beside::Last };
        let mut there = entries.iter().map(|(key, _)| key.as_str());
        let first = there.find_map(|key| keys.iter().find(|one| **one == key));
        first.map_or(Beside::Last, |key| Beside::Before(key))
    }
}

impl NewProject {
    fn value(&self) -> EditedValue {
        let optional = [("tarball-base", &self.tarball_base), ("comment", &self.comment)];
        let optional = optional.into_iter().filter_map(|(key, it)| Some((key, it.as_deref()?)));
        let all = [("repo", self.repo.as_str()), ("hash", self.hash.as_str())].into_iter();
        EditedValue::map(all.chain(optional).map(|(key, text)| (key, EditedValue::from(text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: &str) -> NewEntry {
        let project =
            NewProject { repo: "a/b".to_owned(), hash: "c".to_owned(), ..NewProject::default() };
        NewEntry { version: version.to_owned(), projects: vec![project], diff_start: None }
    }

    #[test]
    fn lists_are_made_in_their_place_and_grow_at_their_end() {
        let mut file = Document::read(b"team: a\nrelease-notes: https://x.example/\n").unwrap();
        file.add_branch("stable/z", &NewStart::Version("1.10".to_owned())).unwrap();
        file.add_release(&entry("1.0.0")).unwrap();
        file.add_release(&NewEntry { diff_start: Some("0.9".to_owned()), ..entry("1.10") })
            .unwrap();
        file.add_key("type", EditedValue::from("library")).unwrap();
        assert_eq!(
            file.text(),
            "team: a\ntype: library\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: a/b\n        hash: c\n  - version: '1.10'\n    projects:\n      - repo: a/b\n        hash: c\n    diff-start: '0.9'\nbranches:\n  - name: stable/z\n    location: '1.10'\nrelease-notes: https://x.example/\n"
        );
        assert!(file.add_key("type", EditedValue::from("other")).is_err(), "it is there");
    }
}
