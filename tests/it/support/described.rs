//! Project repositories that a fixture describes, written as real ones.
//!
//! A commit has a name in angle brackets, such as `<a>` or `<fix-2>`; in texts its name stands for its id.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use git2::{Index, IndexEntry, IndexTime, Oid, Repository, RepositoryInitOptions, Signature, Time};
use serde::Deserialize;
use tagkeeper::facts::OpenRemotes;
use tagkeeper::git::{self, GitError, Refs, RemoteUrl};

/// A project repository; one that is described nowhere does not exist.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Described {
    /// The commits of each branch, oldest first. Each comes after the one before it in the list.
    #[serde(default)]
    branches: BTreeMap<String, Vec<String>>,
    /// Annotated, unless they say otherwise.
    #[serde(default)]
    tags: BTreeMap<String, Tag>,
    /// What is special about a commit. One on no branch and behind no tag is unreachable.
    #[serde(default)]
    commits: BTreeMap<String, Commit>,
    /// Objects that are not commits, by name.
    #[serde(default)]
    objects: BTreeMap<String, Object>,
    /// Files of every first commit, and so of every commit that does not change them.
    #[serde(default)]
    files: BTreeMap<String, Entry>,
    /// The branch of HEAD; `master` unless it says otherwise.
    trunk: Option<String>,
    /// Why it cannot be reached.
    unreachable: Option<String>,
}

/// What is special about a commit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    /// The files that it changes.
    #[serde(default)]
    files: BTreeMap<String, Entry>,
    /// Instead of the commit before it in the branch; several for a merge.
    parents: Option<Vec<String>>,
    message: Option<String>,
    /// When it was committed, and written unless `written` says otherwise; a minute after its parents if nothing is said.
    date: Option<jiff::Timestamp>,
    written: Option<jiff::Timestamp>,
    /// `Name <address>`.
    author: Option<String>,
}

/// What is at a path.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Entry {
    Text(String),
    Base64 {
        base64: String,
    },
    Symlink {
        symlink: String,
    },
    /// A submodule at the commit with this id; `<f>` is `f` 40 times.
    Gitlink {
        gitlink: String,
    },
    Gone(()),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Tag {
    Annotated(String),
    Lightweight { lightweight: String },
    Written { commit: String, date: Option<jiff::Timestamp>, message: Option<String> },
}

/// An object that is not a commit.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Object {
    Tag { name: String, commit: Option<String> },
    Tree,
    Blob,
}

/// Repositories that were written, each description once.
pub(crate) struct Workshop {
    directory: tempfile::TempDir,
    written: HashMap<String, Written>,
}

/// A repository on disk.
#[derive(Clone)]
struct Written {
    directory: PathBuf,
    ids: Arc<BTreeMap<String, Oid>>,
}

/// The repositories of one case.
#[derive(Clone, Default)]
pub(crate) struct Garden(BTreeMap<String, Result<Written, String>>);

/// The URL template of the repositories.
pub(crate) const TEMPLATE: &str = "https://git.example.org/{repo}";

impl Workshop {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), written: HashMap::new() }
    }

    /// Writes the repositories that were not written yet.
    pub(crate) fn garden(&mut self, described: &BTreeMap<String, Described>) -> Garden {
        let open = |(name, it): (&String, &Described)| {
            let written = match &it.unreachable {
                Some(why) => Err(why.clone()),
                None => Ok(self.write(name, it)),
            };
            (name.clone(), written)
        };
        Garden(described.iter().map(open).collect())
    }

    fn write(&mut self, name: &str, described: &Described) -> Written {
        let number = self.written.len();
        let directory = self.directory.path().join(number.to_string());
        let key = format!("{name} {described:?}");
        let write = || Writer::write(name, described, &directory);
        self.written.entry(key).or_insert_with(write).clone()
    }
}

impl OpenRemotes for Garden {
    fn open(&self, url: &RemoteUrl) -> Result<(Refs, git::Repository), GitError> {
        let repository = git::Repository::open(&self.directory(url)?)?;
        Ok((repository.refs()?, repository))
    }

    fn trunk(&self, url: &RemoteUrl) -> Result<Option<String>, GitError> {
        git::Repository::open(&self.directory(url)?)?.trunk()
    }
}

impl Garden {
    fn directory(&self, url: &RemoteUrl) -> Result<PathBuf, GitError> {
        let base = TEMPLATE.trim_end_matches("{repo}");
        match self.0.get(url.secret_text().strip_prefix(base).unwrap()) {
            Some(Ok(written)) => Ok(written.directory.clone()),
            Some(Err(why)) => Err(url.unreachable(why.as_str())),
            None => Err(GitError::NoSuchRepository { url: url.to_string() }),
        }
    }

    /// The text with ids instead of names. `<a>` means the commit of the repository that is named last before it, else of
    /// the first one after it, else of any that has one; `<a:8>` is the start of its id, `<A>` is in upper case. A single
    /// hexadecimal letter that names nothing stands for an id that no repository has.
    pub(crate) fn resolve(&self, text: &str) -> String {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some(start) = rest.find('<') {
            let (before, from) = rest.split_at(start);
            resolved += before;
            let end = from.find('>').unwrap_or(0);
            let id = self.id_of(from.get(1..end).unwrap_or(""), text, text.len() - from.len());
            rest = match id {
                Some(id) => {
                    resolved += &id;
                    &from[end + 1..]
                }
                None => {
                    resolved.push('<');
                    &from[1..]
                }
            };
        }
        resolved + rest
    }

    fn id_of(&self, name: &str, text: &str, at: usize) -> Option<String> {
        let (name, length) = match name.split_once(':') {
            Some((name, length)) => (name, length.parse().ok()?),
            None => (name, 40),
        };
        let lower = name.to_lowercase();
        let in_order = self.nearest(text, at).into_iter().chain(self.0.keys().map(String::as_str));
        let mut ids = in_order.filter_map(|repo| {
            self.0.get(repo)?.as_ref().ok()?.ids.get(&lower).map(Oid::to_string)
        });
        let is_letter = lower.len() == 1 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
        let id = ids.next().or_else(|| is_letter.then(|| lower.repeat(40)))?;
        let id = if name == lower { id } else { id.to_uppercase() };
        Some(id[..length].to_owned())
    }

    /// The repository that is named last before `at`, or first after it.
    fn nearest<'a>(&'a self, text: &str, at: usize) -> Option<&'a str> {
        let names = || self.0.keys().map(String::as_str);
        let last = |name: &&str| occurrences(&text[..at], name).last();
        let first = |name: &&str| occurrences(&text[at..], name).next().unwrap_or(usize::MAX);
        names()
            .filter(|name| last(name).is_some())
            .max_by_key(last)
            .or_else(|| names().filter(|name| first(name) < usize::MAX).min_by_key(first))
    }
}

/// Where the whole word is.
fn occurrences<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> {
    let is_part = |c: char| c.is_alphanumeric() || "-_/.".contains(c);
    let is_whole = move |at: &usize| {
        !text[..*at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part)
    };
    text.match_indices(word).map(|(at, _)| at).filter(is_whole)
}

/// The name between the angle brackets.
fn name_of(text: &str) -> &str {
    text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or_else(|| {
        panic!("{text:?} is no name of a commit: they are written in angle brackets")
    })
}

/// Writes one repository.
struct Writer<'a> {
    described: &'a Described,
    name: &'a str,
    inner: Repository,
    /// The commits that come before one in the lists of branches.
    before: BTreeMap<&'a str, BTreeSet<&'a str>>,
    ids: BTreeMap<String, Oid>,
}

impl<'a> Writer<'a> {
    fn write(name: &'a str, described: &'a Described, directory: &Path) -> Written {
        let mut options = RepositoryInitOptions::new();
        options.bare(true).external_template(false);
        let inner = Repository::init_opts(directory, &options).unwrap();
        let before = BTreeMap::new();
        let mut writer = Self { described, name, inner, before, ids: BTreeMap::new() };
        writer.write_all();
        Written { directory: directory.to_owned(), ids: Arc::new(writer.ids) }
    }

    fn write_all(&mut self) {
        let described = self.described;
        for pair in described.branches.values().flat_map(|list| list.windows(2)) {
            self.before.entry(name_of(&pair[1])).or_default().insert(name_of(&pair[0]));
        }
        let on_branches = described.branches.values().flatten();
        for commit in on_branches.chain(described.commits.keys()) {
            self.commit(name_of(commit));
        }
        for (branch, commits) in &described.branches {
            let tip = self.commit(name_of(commits.last().unwrap()));
            self.point(&format!("refs/heads/{branch}"), tip);
        }
        for (name, tag) in &described.tags {
            let target = self.tag(name, tag);
            self.point(&format!("refs/tags/{name}"), target);
        }
        let trunk = described.trunk.as_deref().unwrap_or("master");
        self.inner.set_head(&format!("refs/heads/{trunk}")).unwrap();
        for (name, object) in &described.objects {
            let id = self.object(object);
            self.ids.insert(name_of(name).to_owned(), id);
        }
    }

    fn point(&self, name: &str, id: Oid) {
        self.inner.reference(name, id, false, "").unwrap();
    }

    fn commit(&mut self, name: &str) -> Oid {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let special = self.described.commits.get(&format!("<{name}>")).cloned().unwrap_or_default();
        let parents: Vec<Oid> = self.parents(name, &special);
        let parents: Vec<_> =
            parents.into_iter().map(|id| self.inner.find_commit(id).unwrap()).collect();
        let after = parents.iter().map(|parent| parent.time().seconds() + 60).max();
        let default = after.unwrap_or(LONG_AGO);
        let date = special.date.map_or(default, jiff::Timestamp::as_second);
        let written = special.written.map_or(date, jiff::Timestamp::as_second);
        let author = special.author.as_deref().unwrap_or("Flora <flora@example.org>");
        let (author, committer) =
            (signature(author, written), signature("Zuul <zuul@example.org>", date));
        let default = format!("Change {name} of {}\n", self.name);
        let message = special.message.unwrap_or(default);
        let tree = self.tree(parents.first(), &special.files);
        let tree = self.inner.find_tree(tree).unwrap();
        let parents: Vec<_> = parents.iter().collect();
        let id = self.inner.commit(None, &author, &committer, &message, &tree, &parents).unwrap();
        self.ids.insert(name.to_owned(), id);
        id
    }

    fn parents(&mut self, name: &str, special: &Commit) -> Vec<Oid> {
        let before = self.before.get(name).cloned().unwrap_or_default();
        let stated = special.parents.as_ref();
        let names: Vec<&str> = match stated {
            Some(names) => names.iter().map(|name| name_of(name)).collect(),
            None => before.into_iter().collect(),
        };
        let is_clear = stated.is_some() || names.len() < 2;
        assert!(is_clear, "{}: <{name}> comes after {names:?}: state its `parents`", self.name);
        names.into_iter().map(|parent| self.commit(parent)).collect()
    }

    fn tree(&self, parent: Option<&git2::Commit<'_>>, changed: &BTreeMap<String, Entry>) -> Oid {
        let mut index = Index::new().unwrap();
        match parent {
            Some(parent) => index.read_tree(&parent.tree().unwrap()).unwrap(),
            None => self.change(&mut index, &self.described.files),
        }
        self.change(&mut index, changed);
        index.write_tree_to(&self.inner).unwrap()
    }

    fn change(&self, index: &mut Index, files: &BTreeMap<String, Entry>) {
        let blob = |bytes: &[u8]| self.inner.blob(bytes).unwrap();
        for (path, entry) in files {
            let (mode, id) = match entry {
                Entry::Text(text) => (0o100_644, blob(text.as_bytes())),
                Entry::Base64 { base64 } => {
                    let bytes = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
                    (0o100_644, blob(&bytes))
                }
                Entry::Symlink { symlink } => (0o120_000, blob(symlink.as_bytes())),
                Entry::Gitlink { gitlink } => {
                    let id = gitlink.trim_matches(['<', '>']);
                    let id = if id.len() == 1 { id.repeat(40) } else { id.to_owned() };
                    (0o160_000, Oid::from_str(&id).unwrap())
                }
                Entry::Gone(()) => {
                    index.remove_path(Path::new(path)).unwrap();
                    continue;
                }
            };
            index.add(&entry_of(path, mode, id)).unwrap();
        }
    }

    fn tag(&mut self, name: &str, tag: &Tag) -> Oid {
        let (commit, date, message) = match tag {
            Tag::Lightweight { lightweight } => return self.commit(name_of(lightweight)),
            Tag::Annotated(commit) => (commit, None, None),
            Tag::Written { commit, date, message } => (commit, *date, message.as_deref()),
        };
        let commit = self.commit(name_of(commit));
        self.tag_object(name, commit, date, message.unwrap_or("A tag\n"))
    }

    fn tag_object(
        &self,
        name: &str,
        target: Oid,
        date: Option<jiff::Timestamp>,
        message: &str,
    ) -> Oid {
        let target = self.inner.find_object(target, None).unwrap();
        let date = date.map_or(LONG_AGO, jiff::Timestamp::as_second);
        let tagger = signature("Zuul <zuul@example.org>", date);
        self.inner.tag_annotation_create(name, &target, &tagger, message).unwrap()
    }

    fn object(&mut self, object: &Object) -> Oid {
        match object {
            Object::Blob => self.inner.blob(b"a blob\n").unwrap(),
            Object::Tree => {
                self.tree(None, &BTreeMap::from([("x".to_owned(), Entry::Text("".to_owned()))]))
            }
            Object::Tag { name, commit } => {
                let target = match commit {
                    Some(commit) => self.commit(name_of(commit)),
                    None => self.inner.blob(b"a blob\n").unwrap(),
                };
                self.tag_object(name, target, None, "A tag\n")
            }
        }
    }
}

/// 2020-01-01, of the first commits.
const LONG_AGO: i64 = 1_577_836_800;

fn signature(person: &str, seconds: i64) -> Signature<'static> {
    let (name, address) = person.trim_end_matches('>').split_once(" <").unwrap();
    Signature::new(name, address, &Time::new(seconds, 0)).unwrap()
}

fn entry_of(path: &str, mode: u32, id: Oid) -> IndexEntry {
    let time = IndexTime::new(0, 0);
    IndexEntry {
        ctime: time,
        mtime: time,
        dev: 0,
        ino: 0,
        mode,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROSE: &str = "
garden/rose:
  branches: {master: [<a>, <b>, <merge>], stable/1: [<a>, <fix>]}
  tags: {1.0.0: <a>, light: {lightweight: <b>}, late: {commit: <b>, date: 2026-03-03T00:00:00Z, message: Late}}
  files: {setup.cfg: one, link: {symlink: setup.cfg}}
  commits:
    <b>: {date: 2026-01-01T00:00:00Z, written: 2025-12-31T00:00:00Z, message: Fix it, files: {setup.cfg: two, link: }}
    <merge>: {parents: [<b>, <side>]}
    <side>: {parents: [<a>], files: {sub: {gitlink: <f>}}}
    <lost>: {parents: [<a>]}
garden/thorn: {branches: {main: [<a>]}, trunk: main}
garden/ivy: {unreachable: the host is away}
";

    fn garden(workshop: &mut Workshop) -> Garden {
        workshop.garden(&serde_yaml::from_str(ROSE).unwrap())
    }

    fn open(garden: &Garden, name: &str) -> Result<(Refs, git::Repository), GitError> {
        garden.open(&RemoteUrl::new(TEMPLATE.replace("{repo}", name)))
    }

    fn id(garden: &Garden, text: &str) -> Oid {
        Oid::from_str(garden.resolve(text).split(' ').next_back().unwrap()).unwrap()
    }

    #[test]
    fn commits_have_the_files_dates_and_parents_that_are_described() {
        let mut workshop = Workshop::new();
        let garden = garden(&mut workshop);
        let (refs, repository) = open(&garden, "garden/rose").unwrap();
        let of = |name: &str| id(&garden, &format!("garden/rose {name}"));
        let commit = |name: &str| repository.commit(of(name)).unwrap().unwrap();
        assert_eq!(commit("<merge>").parents, [of("<b>"), of("<side>")]);
        let b = commit("<b>");
        assert_eq!((b.message.as_str(), b.parents), ("Fix it", vec![of("<a>")]));
        assert_eq!(b.committer_time.seconds - b.author_time.seconds, 86_400);
        assert_eq!(commit("<merge>").committer_time.seconds, b.committer_time.seconds + 60);
        let text = |name: &str, path: &str| {
            let blob = repository.read(of(name), path, 100).unwrap();
            blob.map(|blob| String::from_utf8(blob.bytes).unwrap())
        };
        assert_eq!(text("<fix>", "setup.cfg").unwrap(), "one");
        assert_eq!(text("<merge>", "setup.cfg").unwrap(), "two");
        assert_eq!(text("<b>", "link"), None);
        let items = repository.list(of("<side>"), "").unwrap().unwrap();
        assert!(items.iter().any(|item| item.name == "sub"));
        assert!(refs.tags["1.0.0"].is_annotated() && !refs.tags["light"].is_annotated());
        assert_eq!(refs.tags["late"].peeled, of("<b>"));
        let tips: Vec<Oid> = refs.heads.values().copied().collect();
        assert!(!repository.is_reachable(of("<lost>"), &tips).unwrap());
    }

    #[test]
    fn repositories_may_be_absent_or_unreachable_and_have_a_trunk() {
        let mut workshop = Workshop::new();
        let garden = garden(&mut workshop);
        let opened = |name| open(&garden, name).map(drop);
        assert!(matches!(opened("garden/fern"), Err(GitError::NoSuchRepository { .. })));
        let away = opened("garden/ivy").unwrap_err();
        assert!(matches!(&away, GitError::Unreachable { .. }), "{away}");
        assert!(away.to_string().ends_with("the host is away"), "{away}");
        let url = RemoteUrl::new(TEMPLATE.replace("{repo}", "garden/thorn"));
        assert_eq!(garden.trunk(&url).unwrap().unwrap(), "main");
    }

    #[test]
    fn a_name_means_the_commit_of_the_repository_next_to_it() {
        let mut workshop = Workshop::new();
        let garden = garden(&mut workshop);
        let (rose, thorn) = (id(&garden, "garden/rose <a>"), id(&garden, "garden/thorn <a>"));
        assert_ne!(rose, thorn);
        let text = "{repo: garden/thorn, hash: <a>}, {repo: garden/rose, hash: <a>}";
        let expected =
            format!("{{repo: garden/thorn, hash: {thorn}}}, {{repo: garden/rose, hash: {rose}}}");
        assert_eq!(garden.resolve(text), expected);
        assert_eq!(garden.resolve("<a> of `garden/thorn`"), format!("{thorn} of `garden/thorn`"));
        assert_eq!(garden.resolve("garden/thorn-x <a>"), format!("garden/thorn-x {rose}"));
        assert_eq!(
            garden.resolve("garden/thorn <A>"),
            format!("garden/thorn {thorn}").to_uppercase().replace("GARDEN/THORN", "garden/thorn")
        );
        assert_eq!(garden.resolve("<a:7>"), rose.to_string()[..7]);
        assert_eq!(garden.resolve("<f>"), "f".repeat(40));
        let other = "Ann <ann@example.org> <id> < a";
        assert_eq!(garden.resolve(other), other);
    }
}
