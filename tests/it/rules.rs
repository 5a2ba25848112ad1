//! Every rule on cases of its own: `fixtures/rules/<rule>/<case>.yaml`, each over the world of `fixtures/rules/world.yaml`,
//! and those that say `calendar: true` over `fixtures/rules/calendar.yaml` as well.
//!
//! `facts` describes project repositories and `web` what servers answer; each question is answered from there as it is outside of
//! tests. A name in angle brackets, such as `<a>`, stands for a commit. A line of `expect` is
//! `level rule file:line part of the message`. A case counts the findings of the rule in whose folder it is, of those that
//! `expect` names, and of those that it lists under `beside`.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tagkeeper::config::{Config, POLICY, Policy};
use tagkeeper::facts::{Documents, Network, Sources, Unknown, gather};
use tagkeeper::gerrit::Gerrit;
use tagkeeper::git::Git;
use tagkeeper::net::http::Client;
use tagkeeper::rules::{self, Case, Clock, Closed, Finding};
use tagkeeper::tree::index::cache::TextCache;
use tagkeeper::tree::record::Record;
use tagkeeper::tree::request::{Commit, Request};
use tagkeeper::tree::snapshot::{Blob, Item, ItemKind, ReadError, Snapshot};

use crate::support::described::{Described, Garden, TEMPLATE, Workshop};
use crate::support::web::{Page, Web};

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
    facts: BTreeMap<String, Described>,
    /// What servers answer, by URL.
    #[serde(default)]
    web: BTreeMap<String, Page>,
    #[serde(default)]
    expect: Vec<String>,
    /// The edits of the fixes of these findings, as `line:column text`, where the case is about them.
    fixes: Option<Vec<String>>,
    /// The help of these findings, where the case is about it.
    helps: Option<Vec<String>>,
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

fn dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules")
}

fn read(path: &Path) -> Fixture {
    let text = fs::read_to_string(path).unwrap();
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

/// The files, with ids instead of the names of commits.
fn record(files: &Files, garden: &Garden) -> Record {
    let mut files = files.clone();
    for blob in files.0.values_mut() {
        let text = String::from_utf8(std::mem::take(&mut blob.bytes)).unwrap();
        blob.bytes = garden.resolve(&text).into_bytes();
    }
    Record::open(Box::new(files), TextCache::default()).unwrap()
}

/// A Wednesday in the middle of the cycle.
const NOW: &str = "2026-06-10T12:00:00Z";

fn now(case: &Fixture) -> jiff::Timestamp {
    case.now.unwrap_or_else(|| NOW.parse().unwrap())
}

fn request(world: &Fixture, case: &Fixture, garden: &Garden) -> Request {
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
        return Request::whole(record(&head, garden), paths);
    }
    let commit = Commit {
        id: "0".repeat(40),
        parent: None,
        author: "Flora <flora@example.org>".to_owned(),
        message: garden.resolve(&case.message),
        author_time: case.written.unwrap_or_else(|| now(case)),
        paths: paths.clone(),
    };
    Request::between(record(&base, garden), record(&head, garden), paths, vec![commit])
}

/// Where the findings of the cases come from: everything that may answer a question.
struct Desk {
    world: Fixture,
    workshop: Workshop,
    cache: tempfile::TempDir,
    opened: usize,
}

impl Desk {
    fn new() -> Self {
        let (world, workshop) = (read(&dir().join("world.yaml")), Workshop::new());
        Self { world, workshop, cache: tempfile::tempdir().unwrap(), opened: 0 }
    }

    fn judge(&mut self, fixture: &Fixture) -> (Vec<Finding>, Garden) {
        let mut repos = self.world.facts.clone();
        repos.extend(fixture.facts.clone());
        let garden = self.workshop.garden(&repos);
        let request = request(&self.world, fixture, &garden);
        let (config, web) = site(fixture, &garden);
        let (policy, _) = Policy::read(garden.resolve(&fixture.policy).as_bytes());
        let clock = Clock { now: now(fixture), proposed: None };
        let unsure = fixture.unsure.as_ref().map(Unknown::because);
        let case = Case {
            request: &request,
            config: &config,
            policy: &policy,
            closed: Closed::Skipped,
            clock,
            unsure: unsure.as_ref(),
            threads: 1,
        };
        let sources = self.sources(&config, web.client()).opening_with(garden.clone());
        let facts = rules::find_out(&case, |asks, facts| {
            gather(asks, facts, &sources, 1);
            Ok::<(), Infallible>(())
        });
        let Ok(facts) = facts;
        let is_answered = rules::asks(&case, &facts).is_answered(&facts);
        assert!(is_answered, "three rounds answer everything: {}", fixture.about);
        assert_eq!(request.failures(), []);
        (rules::judge(&case, &facts), garden)
    }

    /// With a cache of their own.
    fn sources(&mut self, config: &Config, client: Client) -> Sources {
        self.opened += 1;
        let cache = self.cache.path().join(self.opened.to_string());
        let documents = Documents {
            governance: config.governance.clone(),
            zuul_projects: config.zuul_projects.clone(),
        };
        let remotes = (TEMPLATE, TEMPLATE);
        Sources::new(
            Git::at("/nonexistent/git".into()),
            cache,
            remotes,
            documents,
            Network::Allowed,
        )
        .with_trunk(config.trunk.clone())
        .reviewed_at(
            (!config.gerrit.is_empty()).then(|| Gerrit::new(client.clone(), &config.gerrit)),
        )
        .asking_with(client)
    }
}

const GOVERNANCE: &str = "https://governance.example.org/reference";
const ZUUL: &str = "https://zuul.example.org/projects.yaml";

/// The keys that have OpenStack's values where nothing is said.
const OF_OPENSTACK: [&str; 7] =
    ["trunk", "governance", "zuul-projects", "index", "launchpad", "storyboard", "gerrit"];

/// The configuration of a case, and the servers. A site has governance, Zuul and other servers only in the cases about them.
fn site(fixture: &Fixture, garden: &Garden) -> (Config, Web) {
    let (mut config, problems) = Config::read(fixture.config.as_bytes());
    assert_eq!(problems, []);
    for key in OF_OPENSTACK {
        if !fixture.config.lines().any(|line| line.starts_with(&format!("{key}:"))) {
            config.set(key, "").unwrap();
        }
    }
    let mut pages = fixture.web.clone();
    let files = fixture.governance.iter().flatten();
    let files = files.map(|(name, text)| (name.as_str(), Page::Text(text.clone())));
    let why = fixture.governance_unreachable.clone();
    let away = why.map(|unreachable| ("projects.yaml", Page::Unreachable { unreachable }));
    for (name, page) in files.chain(away) {
        config.governance = GOVERNANCE.to_owned();
        pages.insert(format!("{GOVERNANCE}/{name}"), page);
    }
    if let Some(text) = &fixture.zuul_projects {
        config.zuul_projects = ZUUL.to_owned();
        pages.insert(ZUUL.to_owned(), Page::Text(garden.resolve(text)));
    }
    (config, Web::new(pages))
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
    let mut desk = Desk::new();
    let mut wrong = Vec::new();
    for (own, name, fixture) in cases() {
        let (mut found, garden) = desk.judge(&fixture);
        found.retain(|finding| fixture.counts(finding.rule, &own));
        let edits =
            found.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
        let edits: Vec<String> =
            edits.map(|edit| format!("{} {}", edit.place, edit.text)).collect();
        if let Some(wanted) = &fixture.fixes {
            let wanted: Vec<String> = wanted.iter().map(|line| garden.resolve(line)).collect();
            if edits != wanted {
                wrong.push(format!("{name}: the fixes are {edits:?}, not {wanted:?}"));
            }
        }
        if let Some(wanted) = &fixture.helps {
            let helps: Vec<&str> = found.iter().filter_map(|it| it.help.as_deref()).collect();
            if helps != *wanted {
                wrong.push(format!("{name}: the help is {helps:?}, not {wanted:?}"));
            }
        }
        let found: Vec<String> = found.iter().map(line).collect();
        let expected: Vec<String> =
            fixture.expect.iter().map(|line| garden.resolve(line)).collect();
        let fits = found.len() == expected.len()
            && found.iter().zip(&expected).all(|(line, wanted)| is_expected(line, wanted));
        if !fits {
            wrong.push(format!(
                "{name} ({}): expected\n  {}\nfound\n  {}",
                fixture.about,
                expected.join("\n  "),
                found.join("\n  ")
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Many files, some of them wrong, read and judged by so many threads.
fn judged_by(threads: usize) -> Vec<String> {
    let mut files = Files::default();
    files.edit(&BTreeMap::from([(
        "data/series_status.yaml".to_owned(),
        Edit::Whole("- {name: orchid, status: development}\n".to_owned()),
    )]));
    let file = |n: usize| {
        let version = ["1.0.0", "1.0", "1.0.1", "1.1.0.dev1"][n % 4];
        format!(
            "team: florists\ntype: library\nreleases:\n- version: '{version}'\n  projects: [{{repo: garden/r{n}, hash: a}}]\n"
        )
    };
    let path = |n: usize| format!("deliverables/orchid/r{n}.yaml");
    files.edit(&(0..300).map(|n| (path(n), Edit::Whole(file(n)))).collect());
    let record = Record::open(Box::new(files), TextCache::default()).unwrap();
    let paths = record.paths().unwrap();
    record.read_ahead(&paths, threads);
    judged(&Request::whole(record, paths), threads)
}

/// What the rules say where nothing could be found out.
fn judged(request: &Request, threads: usize) -> Vec<String> {
    let now = NOW.parse().unwrap();
    let case = Case {
        request,
        config: &Config::default(),
        policy: &Policy::default(),
        closed: Closed::Skipped,
        clock: Clock { now, proposed: None },
        unsure: None,
        threads,
    };
    let Ok(facts) = rules::find_out(&case, |_, _| Ok::<(), Infallible>(()));
    rules::judge(&case, &facts).iter().map(line).collect()
}

#[test]
fn a_file_with_too_many_new_releases_is_refused_and_its_last_ones_are_judged() {
    let path = "deliverables/orchid/fern.yaml";
    let head = |count: usize| {
        let entry =
            |n| format!("- {{version: 1.{n}.0, projects: [{{repo: a/b, hash: '{n:040}'}}]}}\n");
        let entries: String = (1..=count).map(entry).collect();
        let mut files = Files::default();
        let text = format!("team: florists\ntype: library\nreleases:\n{entries}");
        files.edit(&BTreeMap::from([(path.to_owned(), Edit::Whole(text))]));
        Record::open(Box::new(files), TextCache::default()).unwrap()
    };
    let of_rules = |count| {
        let base = Record::open(Box::new(Files::default()), TextCache::default()).unwrap();
        let request = Request::between(base, head(count), vec![path.to_owned()], Vec::new());
        let findings = judged(&request, 1);
        let n_judged = findings.iter().filter(|it| it.contains(" hash-exists ")).count();
        (n_judged, findings.iter().any(|it| it.contains("only the last 100 are checked")))
    };
    assert_eq!(of_rules(100), (100, false));
    assert_eq!(of_rules(150), (100, true));
}

#[test]
fn the_findings_do_not_depend_on_the_number_of_threads() {
    let one = judged_by(1);
    assert!(one.len() > 600, "{}", one.len());
    for threads in [2, 5, 64] {
        assert_eq!(judged_by(threads), one, "{threads} threads");
    }
}

/// Rules about a build, which needs programs that not every machine has: conformance has their cases that fire.
const OF_BUILDS: [&str; 2] = ["pypi-readme", "sdist"];

#[test]
fn every_rule_has_a_case_that_fires_and_a_near_miss() {
    let cases = cases();
    for rule in rules::ALL {
        let speaks = |fixture: &Fixture| {
            fixture.expect.iter().any(|line| line.split(' ').nth(1) == Some(rule.id))
        };
        let mut own = cases.iter().filter(|(folder, ..)| folder == rule.id);
        let fires = own.clone().any(|(.., case)| speaks(case)) || OF_BUILDS.contains(&rule.id);
        assert!(fires, "no case of `{}` fires", rule.id);
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
