//! Every rule on cases of its own: `fixtures/rules/<rule>/<case>.yaml`, each over the world of `fixtures/rules/world.yaml`,
//! and those that say `calendar: true` over `fixtures/rules/calendar.yaml` as well.
//!
//! `<a>` to `<f>` stand for commits. A branch of a repository lists its commits, oldest first. A line of `expect` is
//! `level rule file:line part of the message`. A case counts the findings of the rule in whose folder it is, of those that
//! `expect` names, and of those that it lists under `beside`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tagkeeper::config::{Config, POLICY, Policy};
use tagkeeper::facts::document::{Templates, ZuulProjects};
use tagkeeper::facts::governance::{Governance, Governed};
use tagkeeper::facts::object::ObjectIn;
use tagkeeper::facts::repository::{
    BranchNames, BranchOf, BranchesWith, CommitIn, Descends, Exists, FileAt, FolderAt, MergedAt,
    OnBranch, TagOf, TrunkOf,
};
use tagkeeper::facts::{Answer, Asks, Facts, Question, Unknown};
use tagkeeper::git::{Oid, OtherObject};
use tagkeeper::rules::{self, Case, Clock, Closed, Finding};
use tagkeeper::tree::index::IndexCache;
use tagkeeper::tree::record::{Blob, Item, ItemKind, ReadError, Record, Snapshot};
use tagkeeper::tree::request::{Commit, Request};

/// One case, or the world that all share.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// What it is about, one sentence.
    about: String,
    /// Files of the base that differ from the world's.
    #[serde(default)]
    base: BTreeMap<String, Edit>,
    /// Files of the head that differ from the base's.
    #[serde(default)]
    head: BTreeMap<String, Edit>,
    /// The commit message of the request.
    #[serde(default)]
    message: String,
    /// Files of governance, by name.
    governance: Option<BTreeMap<String, String>>,
    /// Why governance cannot be read.
    governance_unreachable: Option<String>,
    /// Zuul's project data.
    zuul_projects: Option<String>,
    /// Whether the series have their schedules.
    #[serde(default)]
    calendar: bool,
    /// The time by which it is judged.
    now: Option<jiff::Timestamp>,
    /// When the commit was written, unless it was just now.
    written: Option<jiff::Timestamp>,
    /// Why Gerrit did not tell when the request was proposed, though it was asked.
    unsure: Option<String>,
    /// Whether there is a base at all.
    #[serde(default)]
    whole_file: bool,
    #[serde(default)]
    config: String,
    /// The policy before the request.
    #[serde(default)]
    policy: String,
    /// Repositories that differ from the world's.
    #[serde(default)]
    facts: BTreeMap<String, Repo>,
    #[serde(default)]
    expect: Vec<String>,
    /// Other rules whose findings count.
    #[serde(default)]
    beside: Vec<String>,
}

impl Fixture {
    /// Whether a finding of `rule` counts in a case of the folder `own`.
    fn counts(&self, rule: &str, own: &str) -> bool {
        let expected = || self.expect.iter().filter_map(|line| line.split(' ').nth(1));
        rule == own || expected().chain(self.beside.iter().map(String::as_str)).any(|it| it == rule)
    }
}

/// What becomes of a file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Edit {
    /// It holds this.
    Whole(String),
    /// This is put at its end.
    Append { append: String },
    /// The one place that holds `from` holds `to`.
    Replace { from: String, to: String },
    /// It is a symbolic link.
    Symlink { symlink: String },
    /// It is not there.
    Gone(()),
}

/// A project repository; one that is named nowhere does not exist.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repo {
    #[serde(default)]
    branches: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    /// Objects that are not commits, by id.
    #[serde(default)]
    objects: BTreeMap<String, Object>,
    /// Files of every commit.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// When commits were merged; the others were long ago.
    #[serde(default)]
    merged: BTreeMap<String, jiff::Timestamp>,
    /// Where development goes on; `master` where it is not said, none where that branch is not there.
    trunk: Option<String>,
    /// Why nothing is known of it.
    unreachable: Option<String>,
}

/// An object that is not a commit.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Object {
    Tag { name: String, commit: Option<String> },
    Tree,
    Blob,
}

impl Object {
    fn known(&self) -> OtherObject {
        match self {
            Self::Tag { name, commit } => OtherObject::Tag {
                name: name.clone(),
                commit: commit.as_ref().map(|id| Oid::from_str(id).unwrap()),
            },
            Self::Tree => OtherObject::Tree,
            Self::Blob => OtherObject::Blob,
        }
    }
}

#[derive(Clone, Default)]
struct Files(BTreeMap<String, Blob>);

impl Files {
    fn edit(&mut self, edits: &BTreeMap<String, Edit>) {
        for (path, edit) in edits {
            let before = || String::from_utf8(self.0[path].bytes.clone()).unwrap();
            let (kind, text) = match edit {
                Edit::Whole(text) => (ItemKind::File, text.clone()),
                Edit::Append { append } => (ItemKind::File, before() + append),
                Edit::Replace { from, to } => {
                    let before = before();
                    assert_eq!(before.matches(from).count(), 1, "{path} holds {from:?} once");
                    (ItemKind::File, before.replace(from, to))
                }
                Edit::Symlink { symlink } => (ItemKind::Symlink, symlink.clone()),
                Edit::Gone(()) => {
                    self.0.remove(path);
                    continue;
                }
            };
            self.0.insert(path.clone(), Blob { kind, bytes: text.into_bytes() });
        }
    }
}

impl Snapshot for Files {
    fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
        let mut items = BTreeMap::new();
        for (path, blob) in &self.0 {
            let Some(rest) = path.strip_prefix(dir).and_then(|rest| rest.strip_prefix('/')) else {
                continue;
            };
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, ItemKind::Directory),
                None => (rest, blob.kind),
            };
            items.insert(name.to_owned(), Item { name: name.to_owned(), kind, id: None });
        }
        Ok(items.into_values().collect())
    }

    fn read(&self, path: &str) -> Result<Option<Blob>, ReadError> {
        Ok(self.0.get(path).cloned())
    }

    fn name(&self) -> String {
        "memory".to_owned()
    }
}

/// Answers what was asked, from the repositories of a case.
struct World<'a> {
    repos: &'a BTreeMap<String, Repo>,
    /// Names that a question may hold: repositories, commits, tags and branches.
    words: &'a BTreeSet<String>,
}

impl World<'_> {
    /// Answers every question of `asks` that is about a repository.
    fn answer(&self, asks: &Asks, facts: &mut Facts) {
        for name in self.words.iter().filter(|word| word.contains('/')) {
            let repo = self.repos.get(name);
            self.answer_about(name, repo, &mut Pen { asks, facts, repo });
        }
    }

    fn answer_about(&self, name: &str, known: Option<&Repo>, pen: &mut Pen<'_>) {
        let repo = || name.to_owned();
        let none = Repo::default();
        let known = known.unwrap_or(&none);
        pen.put(Exists { repo: repo() }, Some(()));
        let trunk = known.trunk.as_deref().unwrap_or("master");
        let trunk = known.branches.contains_key(trunk).then(|| trunk.to_owned());
        pen.put(TrunkOf { repo: repo() }, trunk);
        let names = known.branches.keys().cloned().collect();
        pen.put(BranchNames { repo: repo() }, Some(names));
        for word in self.words {
            let tag = known.tags.get(word).cloned();
            pen.put(TagOf { repo: repo(), name: word.clone() }, tag);
            let tip = known.branches.get(word).and_then(|commits| commits.last()).cloned();
            pen.put(BranchOf { repo: repo(), name: word.clone() }, tip);
        }
        for hash in self.words.iter().filter(|word| is_commit(word)) {
            let on: Vec<&String> = known
                .branches
                .iter()
                .filter(|(_, commits)| commits.contains(hash))
                .map(|(branch, _)| branch)
                .collect();
            let is_held = !on.is_empty();
            let merged = known.merged.get(hash).copied().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
            pen.put(MergedAt { repo: repo(), hash: hash.clone() }, is_held.then_some(merged));
            pen.put(CommitIn { repo: repo(), hash: hash.clone() }, is_held.then_some(()));
            let object = known.objects.get(hash).map(Object::known);
            pen.put(ObjectIn { repo: repo(), hash: hash.clone() }, object);
            let names = on.iter().map(|branch| (*branch).clone()).collect();
            pen.put(BranchesWith { repo: repo(), hash: hash.clone() }, is_held.then_some(names));
            for branch in self.words {
                let commits = known.branches.get(branch);
                let is_on = commits.map(|commits| commits.contains(hash)).filter(|_| is_held);
                let question =
                    OnBranch { repo: repo(), branch: branch.clone(), hash: hash.clone() };
                pen.put(question, is_on);
            }
            for older in self.words.iter().filter(|word| is_commit(word)) {
                let question = Descends { repo: repo(), older: older.clone(), newer: hash.clone() };
                pen.put(question, descends(known, older, hash));
            }
            self.answer_files(name, known, hash, pen);
        }
    }

    fn answer_files(&self, name: &str, known: &Repo, hash: &str, pen: &mut Pen<'_>) {
        let is_held = known.branches.values().flatten().any(|commit| commit == hash);
        let (repo, hash) = (name.to_owned(), hash.to_owned());
        let asked = ["metadata.json", "package.json", "zuul.yaml", ".zuul.yaml"].into_iter();
        for path in asked.chain(known.files.keys().map(String::as_str)) {
            let text = known.files.get(path).filter(|_| is_held);
            let path = path.to_owned();
            let question = FileAt { repo: repo.clone(), hash: hash.clone(), path };
            pen.put(question, text.map(|text| text.clone().into_bytes()));
        }
        for dir in ["", "xstatic/pkg", "zuul.d", ".zuul.d"] {
            let below = |path: &String| {
                let rest = if dir.is_empty() {
                    path
                } else {
                    path.strip_prefix(dir)?.strip_prefix('/')?
                };
                Some(rest.split('/').next()?.to_owned())
            };
            let names: BTreeSet<String> = known.files.keys().filter_map(below).collect();
            let is_there = is_held && (dir.is_empty() || !names.is_empty());
            let question =
                FolderAt { repo: repo.clone(), hash: hash.clone(), path: dir.to_owned() };
            pen.put(question, is_there.then(|| names.into_iter().collect()));
        }
    }
}

/// Writes the answers to what was asked, and no others: a rule that judges by what it did not ask finds nothing.
struct Pen<'a> {
    asks: &'a Asks,
    facts: &'a mut Facts,
    repo: Option<&'a Repo>,
}

impl Pen<'_> {
    fn put<Q: Question>(&mut self, question: Q, known: Option<Q::Known>) {
        if !self.asks.contains(&question) {
            return;
        }
        let answer = match (self.repo, known) {
            (Some(Repo { unreachable: Some(why), .. }), _) => {
                Answer::Unknown(Unknown::because(why))
            }
            (Some(_), Some(known)) => Answer::Known(known),
            _ => Answer::Absent,
        };
        self.facts.insert(question, answer);
    }
}

fn descends(repo: &Repo, older: &str, newer: &str) -> Option<bool> {
    let held = |hash: &str| repo.branches.values().flatten().any(|commit| commit == hash);
    let comes_after = |commits: &Vec<String>| {
        let at = |hash: &str| commits.iter().position(|commit| commit == hash);
        matches!((at(older), at(newer)), (Some(older), Some(newer)) if older <= newer)
    };
    (held(older) && held(newer)).then(|| repo.branches.values().any(comes_after))
}

fn is_commit(word: &str) -> bool {
    word.len() == 40 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")
}

fn read(path: &Path) -> Fixture {
    let mut text = fs::read_to_string(path).unwrap();
    for letter in "abcdefABCDEF".chars() {
        text = text.replace(&format!("<{letter}>"), &letter.to_string().repeat(40));
    }
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every case: the rule whose folder it is in, its name, and what it says.
fn cases() -> Vec<(String, String, Fixture)> {
    let mut found = Vec::new();
    for folder in fs::read_dir(dir()).unwrap().map(|entry| entry.unwrap().path()) {
        if !folder.is_dir() {
            continue;
        }
        let rule = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            let name = format!("{rule}/{}", path.file_stem().unwrap().to_str().unwrap());
            found.push((rule.clone(), name, read(&path)));
        }
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    found
}

fn record(files: &Files) -> Record {
    Record::open(Box::new(files.clone()), IndexCache::default()).unwrap()
}

/// A Wednesday in the middle of the cycle.
const NOW: &str = "2026-06-10T12:00:00Z";

fn now(case: &Fixture) -> jiff::Timestamp {
    case.now.unwrap_or_else(|| NOW.parse().unwrap())
}

fn request(world: &Fixture, case: &Fixture) -> Request {
    let mut base = Files::default();
    base.edit(&world.base);
    if case.calendar {
        base.edit(&read(&dir().join("calendar.yaml")).base);
    }
    base.edit(&case.base);
    if !case.policy.is_empty() {
        base.edit(&BTreeMap::from([(POLICY.to_owned(), Edit::Whole(case.policy.clone()))]));
    }
    let mut head = base.clone();
    head.edit(&case.head);
    let paths: Vec<String> =
        case.head.keys().filter(|path| path.starts_with("deliverables/")).cloned().collect();
    if case.whole_file {
        return Request::whole(record(&head), paths);
    }
    let commit = Commit {
        id: "0".repeat(40),
        parent: None,
        author: "Flora <flora@example.org>".to_owned(),
        message: case.message.clone(),
        author_time: case.written.unwrap_or_else(|| now(case)),
        paths: paths.clone(),
    };
    Request::between(record(&base), record(&head), paths, vec![commit])
}

/// Everything in the files and facts that may be a name in a question.
fn words(request: &Request, repos: &BTreeMap<String, Repo>) -> BTreeSet<String> {
    let mut words = BTreeSet::from(["master".to_owned()]);
    for series in &request.head.series().all {
        for id in [series.branch_id(), series.name.as_str()] {
            words.extend([format!("stable/{id}"), format!("unmaintained/{id}")]);
        }
    }
    let files = request.changes.iter().flat_map(|change| [&change.before, &change.after]);
    for file in files.flatten() {
        let separators = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | ',' | '{' | '}');
        for word in file.text.split(separators) {
            let word = word.trim_end_matches(':');
            words.insert(if is_commit(word) { word.to_ascii_lowercase() } else { word.to_owned() });
        }
    }
    for (name, repo) in repos {
        words.insert(name.clone());
        words.extend(repo.branches.keys().chain(repo.tags.keys()).cloned());
        words.extend(repo.branches.values().flatten().chain(repo.tags.values()).cloned());
    }
    words
}

fn judge(world: &Fixture, fixture: &Fixture) -> Vec<Finding> {
    let request = request(world, fixture);
    let mut repos = world.facts.clone();
    repos.extend(fixture.facts.clone());
    let (mut config, problems) = Config::read(fixture.config.as_bytes());
    assert_eq!(problems, []);
    // A site has governance and Zuul only in the cases about them.
    let name = |data: bool| if data { "here".to_owned() } else { String::new() };
    config.governance =
        name(fixture.governance.is_some() || fixture.governance_unreachable.is_some());
    config.zuul_projects = name(fixture.zuul_projects.is_some());
    let (policy, _) = Policy::read(fixture.policy.as_bytes());
    let clock = Clock { now: now(fixture), proposed: None };
    let unsure = fixture.unsure.as_ref().map(Unknown::because);
    let case = Case {
        request: &request,
        config: &config,
        policy: &policy,
        closed: Closed::Skipped,
        clock,
        unsure: unsure.as_ref(),
    };
    let words = words(&request, &repos);
    let world = World { repos: &repos, words: &words };
    let mut facts = Facts::default();
    for _ in 0..3 {
        let asks = rules::asks(&case, &facts);
        world.answer(&asks, &mut facts);
        if let Some(governance) = governance(fixture) {
            facts.insert(Governed, governance);
        }
        if let Some(text) = &fixture.zuul_projects {
            facts.insert(ZuulProjects, Answer::Known(Templates::read(text, None).unwrap()));
        }
    }
    let is_answered = rules::asks(&case, &facts).is_answered(&facts);
    assert!(is_answered, "three rounds answer everything: {}", fixture.about);
    assert_eq!(request.failures(), []);
    rules::judge(&case, &facts)
}

/// What governance says in a case, where there is one.
fn governance(fixture: &Fixture) -> Option<Answer<Governance>> {
    if let Some(why) = &fixture.governance_unreachable {
        return Some(Answer::Unknown(Unknown::because(why)));
    }
    let files = fixture.governance.as_ref()?;
    let beside = files.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Some(Answer::Known(Governance::read(&files["projects.yaml"], beside).unwrap()))
}

fn line(finding: &Finding) -> String {
    let Finding { level, rule, file, place, message, .. } = finding;
    let silenced = if finding.stands() { "" } else { " (overridden)" };
    format!("{level} {rule} {file}:{} {message}{silenced}", place.line)
}

/// Whether a finding is what a line of `expect` describes.
fn is_expected(line: &str, expected: &str) -> bool {
    let mut words = expected.splitn(4, ' ');
    let head: Vec<&str> = words.by_ref().take(3).collect();
    line.starts_with(&format!("{} ", head.join(" "))) && line.contains(words.next().unwrap_or(" "))
}

#[test]
fn every_case_has_the_findings_it_expects() {
    let world = read(&dir().join("world.yaml"));
    let mut wrong = Vec::new();
    for (own, name, fixture) in cases() {
        let mut found = judge(&world, &fixture);
        found.retain(|finding| fixture.counts(finding.rule, &own));
        let found: Vec<String> = found.iter().map(line).collect();
        let fits = found.len() == fixture.expect.len()
            && found.iter().zip(&fixture.expect).all(|(line, wanted)| is_expected(line, wanted));
        if !fits {
            wrong.push(format!(
                "{name} ({}): expected\n  {}\nfound\n  {}",
                fixture.about,
                fixture.expect.join("\n  "),
                found.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_that_fires_and_a_near_miss() {
    let cases = cases();
    for rule in rules::ALL {
        let speaks = |fixture: &Fixture| {
            fixture.expect.iter().any(|line| line.split(' ').nth(1) == Some(rule.id))
        };
        let mut own = cases.iter().filter(|(folder, ..)| folder == rule.id);
        assert!(own.clone().any(|(.., case)| speaks(case)), "no case of `{}` fires", rule.id);
        assert!(own.any(|(.., case)| !speaks(case)), "`{}` has no near miss", rule.id);
    }
}

#[test]
fn every_folder_of_cases_is_of_a_rule_and_says_what_it_is_about() {
    for (folder, name, fixture) in cases() {
        assert!(rules::find(&folder).is_some(), "there is no rule `{folder}` ({name})");
        assert!(fixture.about.len() > 10, "{name} says in `about` what it shows");
    }
}
