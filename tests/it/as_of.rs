//! `--as-of`: the world as it was on the day of a revision.

use jiff::Timestamp;
use tagkeeper::facts::Network;
use tagkeeper::facts::repository::Remote;
use tagkeeper::git::Oid;
use tagkeeper::workspace::{Options, Workspace};
use tempfile::TempDir;

use crate::support::work::Work;

const FILE: &str = "deliverables/hibiscus/trowel.yaml";
const REPO: &str = "garden/trowel";

/// A project and the record of its releases.
struct Past {
    dir: TempDir,
    releases: Work,
    /// Its two commits. The second one was made after the first release was requested.
    project: [Oid; 2],
    /// Their releases; the second request adds a branch as well.
    record: [Oid; 2],
}

impl Past {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let project = Work::new(dir.path().join("git/garden/trowel"));
        let releases = Work::new(dir.path().join("releases"));
        let status = "- name: hibiscus\n  release-id: 2026.2\n  status: development\n";
        let first = project.commit(&[("a", "1")], "Begin");
        let one = record("1.0.0", first);
        releases.tick(300);
        let before =
            releases.commit(&[("data/series_status.yaml", status), (FILE, &one)], "Release 1.0.0");
        project.tick(600);
        let second = project.commit(&[("a", "2")], "Go on");
        project.run(&["tag", "1.0.0", &first.to_string()]);
        project.run(&["tag", "1.1.0", &second.to_string()]);
        project.run(&["tag", "by-hand", &second.to_string()]);
        project.run(&["branch", "stable/2026.2", &first.to_string()]);
        project.run(&["branch", "side", &second.to_string()]);
        let entry = record("1.1.0", second).replace(HEAD, "");
        let branch = "branches:\n  - name: stable/2026.2\n    location: 1.1.0\n";
        releases.tick(1200);
        let after = releases.commit(&[(FILE, &format!("{one}{entry}{branch}"))], "Release 1.1.0");
        Self { dir, releases, project: [first, second], record: [before, after] }
    }

    fn open(&self, as_of: Option<Oid>) -> Workspace {
        self.open_at(as_of, None)
    }

    fn open_at(&self, as_of: Option<Oid>, now: Option<Timestamp>) -> Workspace {
        let place = |name: &str| self.dir.path().join(name).display().to_string();
        let settings = [("cache", place("cache")), ("git", place("git/{repo}"))];
        let options = Options {
            directory: self.releases.path.clone(),
            settings: settings.map(|(key, value)| (key.to_owned(), value)).to_vec(),
            network: Network::Offline,
            head: as_of.map(|id| id.to_string()),
            as_of: as_of.map(|id| id.to_string()),
            now,
            ..Options::default()
        };
        Workspace::open(&options).unwrap()
    }

    /// The heads, and the names of the tags, of the project.
    fn refs(&self, as_of: Option<Oid>) -> (Vec<(String, Oid)>, Vec<String>) {
        Self::refs_of(&self.open(as_of))
    }

    fn refs_of(workspace: &Workspace) -> (Vec<(String, Oid)>, Vec<String>) {
        let sources = workspace.sources().unwrap();
        let opened = sources.open(&REPO.parse().unwrap(), Remote::Git);
        let refs = &opened.known().unwrap().refs;
        (refs.heads.clone().into_iter().collect(), refs.tags.keys().cloned().collect())
    }
}

const HEAD: &str = "team: garden\ntype: library\nreleases:\n";

fn record(version: &str, commit: Oid) -> String {
    format!(
        "{HEAD}  - version: {version}\n    projects:\n      - repo: {REPO}\n        hash: {commit}\n"
    )
}

#[test]
fn later_commits_branches_and_tags_of_later_releases_are_not_seen() {
    let past = Past::new();
    let [first, second] = past.project;
    let (heads, tags) = past.refs(Some(past.record[0]));
    // Nobody lists the branch `side`, so nobody knows when it was made; its second commit came later.
    let at_first = ["master", "side"].map(|name| (name.to_owned(), first));
    assert_eq!(heads, at_first, "{second} came later, and so did stable/2026.2");
    assert_eq!(tags, ["1.0.0", "by-hand"], "no request ever asked for the one made by hand");
}

#[test]
fn with_a_time_the_branches_are_where_they_were_then() {
    let past = Past::new();
    let (heads, _) = Past::refs_of(&past.open_at(Some(past.record[0]), Some(Timestamp::now())));
    let at_second = ["master", "side"].map(|name| (name.to_owned(), past.project[1]));
    assert_eq!(heads, at_second);
}

#[test]
fn the_newest_revision_sees_everything() {
    let past = Past::new();
    let [first, second] = past.project;
    let all = [("master", second), ("side", second), ("stable/2026.2", first)];
    let all = all.map(|(name, tip)| (name.to_owned(), tip)).to_vec();
    let tags = ["1.0.0", "1.1.0", "by-hand"].map(str::to_owned).to_vec();
    assert_eq!(past.refs(Some(past.record[1])), (all.clone(), tags.clone()));
    assert_eq!(past.refs(None), (all, tags));
}

#[test]
fn the_clock_is_that_of_the_revision_unless_a_time_is_given() {
    let past = Past::new();
    let [before, after] = past.record.map(|id| past.open(Some(id)).now.as_second());
    let made = |id: Oid| -> i64 {
        past.releases.run(&["log", "-1", "--format=%ct", &id.to_string()]).parse().unwrap()
    };
    assert_eq!([before, after], past.record.map(made));
    assert!(before < after && past.open(None).now.as_second() > after);
}
