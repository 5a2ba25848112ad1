//! `list` and `countdown`: what is in the lists, and what is said where something is not known.

use std::collections::BTreeSet;

use tagkeeper::facts::Network;
use tagkeeper::ops::countdown::countdown;
use tagkeeper::ops::list::{Filter, ListCondition, What, list};
use tagkeeper::report::table::{ListForm, Table};
use tagkeeper::workspace::{FailureKind, Options, Workspace};
use tempfile::TempDir;

use crate::support::http::{Asked, HttpServer, Reply};
use crate::support::work::Work;

const SERIES: &str = "- {name: hibiscus, release-id: 2026.2, status: development, initial-release: 2026-09-30}\n- {name: gazpacho, release-id: 2026.1, status: maintained}\n- {name: zed, status: end of life}\n";
const SCHEDULE: &str = "start-week: '2026-04-06'\nrelease-week: '2026-09-28'\ncycle:\n  - {name: R-6, start: '2026-08-17', end: '2026-08-21', x-project: [h-final-lib]}\n  - {name: R-5, start: '2026-08-24', end: '2026-08-28', x-project: [h-3, h-ff]}\n  - {name: R-4, start: '2026-08-31', end: '2026-09-04'}\n  - {name: R-0, start: '2026-09-28', end: '2026-10-02', x-project: [h-final]}\n";

struct Garden {
    dir: TempDir,
    releases: Work,
}

fn file(team: &str, kind: &str, rest: &str) -> String {
    format!(
        "team: {team}\ntype: {kind}\nrelease-model: cycle-with-intermediary\nrepository-settings:\n  garden/rose: {{}}\n{rest}"
    )
}

fn release(version: &str, hash: &str) -> String {
    format!(
        "releases:\n  - version: {version}\n    projects:\n      - repo: garden/rose\n        hash: {hash}\n"
    )
}

impl Garden {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let releases = Work::new(dir.path().join("releases"));
        let rose = Work::new(dir.path().join("git/garden/rose"));
        let first = rose.commit(&[("code.py", "1")], "Begin").to_string();
        rose.commit(&[("code.py", "2")], "Mend");
        rose.commit(&[("code.py", "3")], "Update .gitreview for stable/2026.2");
        let branch = "branches:\n  - name: stable/2026.1\n    location: 1.0.0\n";
        let end = release("zed-eol", &first);
        let files = [
            ("data/series_status.yaml", SERIES.to_owned()),
            ("doc/source/hibiscus/schedule.yaml", SCHEDULE.to_owned()),
            (
                "deliverables/hibiscus/rose.yaml",
                file("garden", "library", &release("1.1.0", &first)),
            ),
            ("deliverables/hibiscus/lily.yaml", file("pond", "service", "")),
            ("deliverables/hibiscus/broken.yaml", "team: [\n".to_owned()),
            (
                "deliverables/gazpacho/rose.yaml",
                file("garden", "library", &format!("{}{branch}", release("1.0.0", &first))),
            ),
            ("deliverables/zed/rose.yaml", file("garden", "library", &end)),
        ];
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        releases.commit(&files, "Begin");
        Self { dir, releases }
    }

    fn workspace(&self, git: &str) -> Workspace {
        self.reviewed(git, "", Network::Offline)
    }

    fn reviewed(&self, git: &str, gerrit: &str, network: Network) -> Workspace {
        let root = self.dir.path().to_str().unwrap();
        let settings = [
            ("git", git.to_owned()),
            ("cache", format!("{root}/cache")),
            ("governance", format!("{root}/projects.yaml")),
            ("gerrit", gerrit.to_owned()),
        ];
        let options = Options {
            directory: self.releases.path.clone(),
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            network,
            now: Some("2026-08-25T12:00:00Z".parse().unwrap()),
            ..Options::default()
        };
        Workspace::open_merged(&options).unwrap()
    }

    fn on(&self, day: &str) -> Workspace {
        let now = Some(format!("{day}T12:00:00Z").parse().unwrap());
        let directory = self.releases.path.clone();
        let network = Network::Offline;
        let options = Options { directory, network, now, ..Options::default() };
        Workspace::open_merged(&options).unwrap()
    }

    fn here(&self) -> Workspace {
        self.workspace(&format!("{}/git/{{repo}}", self.dir.path().display()))
    }

    fn list(&self, what: What, change: impl FnOnce(&mut Filter)) -> Table {
        let mut filter = Filter::default();
        change(&mut filter);
        list(&self.here(), what, &filter).unwrap()
    }
}

fn names(table: &Table) -> Vec<String> {
    let mut out = Vec::new();
    table.write(ListForm::Names, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

fn text(table: Table, columns: &[&str]) -> String {
    let columns: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
    let mut out = Vec::new();
    table.with_columns(&columns).unwrap().write(ListForm::Csv, &mut out).unwrap();
    String::from_utf8(out).unwrap().replace("\r\n", "\n")
}

#[test]
fn deliverables_are_chosen_by_what_their_files_say() {
    let garden = Garden::new();
    let of = |change: fn(&mut Filter)| names(&garden.list(What::Deliverables, change));
    assert_eq!(of(|_| {}), ["lily", "rose"]);
    assert_eq!(of(|it| it.kinds = vec!["library".to_owned()]), ["rose"]);
    assert_eq!(of(|it| it.teams = vec!["pond".to_owned()]), ["lily"]);
    assert_eq!(of(|it| it.models = vec!["independent".to_owned()]), [""; 0]);
    assert_eq!(of(|it| it.only = BTreeSet::from([ListCondition::WithoutRelease])), ["lily"]);
    assert_eq!(of(|it| it.statuses = vec!["end-of-life".to_owned()]), ["rose"]);
    let all = |it: &mut Filter| {
        it.series = vec!["all".to_owned()];
        it.only = BTreeSet::from([ListCondition::Ended]);
    };
    let ended = garden.list(What::Deliverables, all);
    assert_eq!(text(ended, &["deliverable", "series"]), "deliverable,series\nrose,zed\n");
    let table = garden.list(What::Deliverables, |_| {});
    assert_eq!(table.notes, ["deliverables/hibiscus/broken.yaml cannot be read and is left out"]);
    let wrong = Filter { series: vec!["indri".to_owned()], ..Filter::default() };
    let failure = list(&garden.here(), What::Deliverables, &wrong).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Usage);
}

#[test]
fn an_empty_list_says_where_it_looked() {
    let garden = Garden::new();
    let of_nobody = |series: &str| {
        let table = garden.list(What::Deliverables, |filter| {
            filter.series = vec![series.to_owned()];
            filter.teams = vec!["pond".to_owned()];
        });
        assert!(table.rows.is_empty());
        table.notes
    };
    let zed = "no deliverable file of zed meets the conditions";
    assert_eq!(of_nobody("zed"), [format!("{zed}; `--series all` looks at every series")]);
    let refused = |what: What, series: &str, team: &str| {
        let (series, teams) = (vec![series.to_owned()], vec![team.to_owned()]);
        let filter = Filter { series, teams, ..Filter::default() };
        list(&garden.here(), what, &filter).unwrap_err()
    };
    let team = refused(What::Deliverables, "zed", "ponds");
    assert_eq!(
        (team.kind(), team.hints()[0].as_str()),
        (FailureKind::Usage, "did you mean `pond`?")
    );
    let series = refused(What::Series, "hibscus", "pond");
    assert_eq!(series.kind(), FailureKind::Usage);
    assert_eq!(series.hints()[0], "did you mean `hibiscus`?");
    let may_be = garden.list(What::Deliverables, |filter| filter.teams = vec!["ponds".to_owned()]);
    let unreadable = "deliverables/hibiscus/broken.yaml cannot be read and is left out";
    assert_eq!(may_be.notes, [unreadable], "it may be one of that team");
}

#[test]
fn releases_branches_series_and_teams_are_what_the_record_lists() {
    let garden = Garden::new();
    for series in ["gazpacho", "2026.1"] {
        let releases = garden.list(What::Releases, |it| it.series = vec![series.to_owned()]);
        assert_eq!(
            text(releases, &["version", "repository"]),
            "version,repository\n1.0.0,garden/rose\n"
        );
    }
    let branches = garden.list(What::Branches, |it| it.series = vec!["all".to_owned()]);
    assert_eq!(
        text(branches, &[]),
        "deliverable,series,branch,location\nrose,gazpacho,stable/2026.1,1.0.0\n"
    );
    let series = garden.list(What::Series, |it| it.statuses = vec!["development".to_owned()]);
    assert_eq!(text(series, &["series", "release-id"]), "series,release-id\nhibiscus,2026.2\n");
    let teams = garden.list(What::Teams, |it| it.series = vec!["all".to_owned()]);
    assert_eq!(
        text(teams, &["team", "deliverables"]),
        "team,deliverables\ngarden,rose\npond,lily\n"
    );
}

#[test]
fn a_time_chooses_what_was_merged_in_it() {
    let garden = Garden::new();
    let hash = "0123456789012345678901234567890123456789";
    let text_of = file("garden", "library", &release("2.0.0", hash));
    garden.releases.tick(86_400);
    garden.releases.commit(&[("deliverables/gazpacho/rose.yaml", &text_of)], "Release");
    let at =
        |seconds: i64| jiff::Timestamp::from_second(crate::support::work::DAWN + seconds).unwrap();
    let between = |since: i64, until: i64| {
        let table = garden.list(What::Releases, |it| {
            it.series = vec!["all".to_owned()];
            it.since = Some(at(since));
            it.until = Some(at(until));
        });
        text(table, &["version", "listed"])
    };
    assert_eq!(between(3600, 200_000), "version,listed\n2.0.0,2023-11-15\n");
    assert_eq!(between(200_000, 300_000), "version,listed\n");
}

#[test]
fn what_waits_is_counted_without_what_the_site_ignores_and_unknown_is_not_nothing() {
    let garden = Garden::new();
    let waits = garden.list(What::Unreleased, |it| it.kinds = vec!["library".to_owned()]);
    assert_eq!(waits.unknown, [""; 0]);
    assert_eq!(
        text(waits, &["repository", "branch", "since", "count"]),
        "repository,branch,since,count\ngarden/rose,master,1.1.0,1\n"
    );
    let moss = Work::new(garden.dir.path().join("git/garden/moss"));
    let wants = [
        ("requirements.txt", "# all\nRose>=1.2.0\n"),
        ("setup.cfg", "[metadata]\nname = moss\n"),
        ("setup.py", "import setuptools\nsetuptools.setup(setup_requires=['pbr'], pbr=True)\n"),
    ];
    moss.commit(&wants, "Want more");
    let text_of = file("pond", "service", "").replace("garden/rose", "garden/moss");
    garden.releases.commit(&[("deliverables/hibiscus/moss.yaml", &text_of)], "Add moss");
    let waits = garden.list(What::Unreleased, |it| it.kinds = vec!["library".to_owned()]);
    assert_eq!(
        text(waits, &["repository", "waiting"]),
        "repository,waiting\ngarden/rose,moss: Rose>=1.2.0\n"
    );
    garden.releases.run(&["reset", "--quiet", "--hard", "HEAD^"]);
    let nowhere = garden.workspace("https://nowhere.invalid/{repo}");
    let unknown = list(&nowhere, What::Unreleased, &Filter::default()).unwrap();
    assert!(
        unknown.rows.is_empty() && unknown.unknown.iter().all(|it| it.contains("nowhere.invalid"))
    );
    assert_eq!(unknown.unknown.len(), 2, "{:?}", unknown.unknown);
    let failure = list(&nowhere, What::Contacts, &Filter::default()).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Outside, "governance is not there");
}

/// What a Gerrit says of two changes: 7 of the rose has merged, 8 of the lily has not.
fn gerrit() -> HttpServer {
    let change = |number: u64, project: &str, status: &str| {
        format!(
            r#"{{"_number": {number}, "project": "{project}", "branch": "master", "change_id": "I{number:040}", "subject": "Grow", "status": "{status}", "created": "2026-08-01 10:00:00.000000000", "owner": {{"_account_id": 1}}}}"#
        )
    };
    let changes = [change(7, "garden/rose", "MERGED"), change(8, "garden/lily", "NEW")].join(",");
    let found = format!(")]}}'\n[{changes}]");
    HttpServer::play(move |_: usize, asked: &Asked| match asked.line().contains("q=change%3A7") {
        true => Reply::Say(200, "", found.clone().into_bytes()),
        false => Reply::Say(200, "", b")]}'\n[]".to_vec()),
    })
}

impl Garden {
    /// Adds a service with a release, and a commit after it that needs changes. Returns that commit.
    fn add_moss(&self, needs: &str) -> String {
        let moss = Work::new(self.dir.path().join("git/garden/moss"));
        let first = moss.commit(&[("code.py", "1")], "Begin").to_string();
        let used = moss.commit(&[("code.py", "2")], &format!("Use it\n\n{needs}")).to_string();
        let file = file("pond", "service", &release("1.0.0", &first)).replace("rose", "moss");
        self.releases.commit(&[("deliverables/hibiscus/moss.yaml", &file)], "Add moss");
        used
    }

    /// What of the type waits for a release.
    fn unreleased(&self, gerrit: &str, network: Network, kind: &str) -> Table {
        let git = format!("{}/git/{{repo}}", self.dir.path().display());
        let filter = Filter { kinds: vec![kind.to_owned()], ..Filter::default() };
        list(&self.reviewed(&git, gerrit, network), What::Unreleased, &filter).unwrap()
    }

    fn rose(&self) -> Work {
        Work::at(self.dir.path().join("git/garden/rose"))
    }
}

/// The message of change 7.
fn seventh(subject: &str) -> String {
    format!("{subject}\n\nChange-Id: I{:040}", 7)
}

#[test]
fn commits_that_wait_for_others_say_so_until_these_are_released() {
    let garden = Garden::new();
    let gerrit = gerrit();
    let url = gerrit.url("");
    let url = url.trim_end_matches('/');
    let grown = garden.rose().commit(&[("code.py", "4")], &seventh("Grow"));
    let used = garden.add_moss(&format!(
        "Depends-On: {url}/c/garden/rose/+/7\nDepends-On: {url}/8\nDepends-On: https://forge.example/c/x/+/9"
    ));
    let online = |kind: &str| garden.unreleased(url, Network::Allowed, kind);
    let short = &used[..9];
    assert_eq!(
        text(online("service"), &["repository", "waits-for", "commits"]),
        format!(
            "repository,waits-for,commits\ngarden/moss,\"7 of garden/rose (not released), 8 of garden/lily (not merged)\",{short} Use it [waits for 7 of garden/rose (not released); 8 of garden/lily (not merged)]\n"
        ),
        "the rose is looked at, though it is not listed"
    );
    assert_eq!(
        text(online("library"), &["repository", "waiting"]),
        format!("repository,waiting\ngarden/rose,moss: {short} depends on it\n"),
        "the moss waits, though it is not listed"
    );
    let offline = garden.unreleased(url, Network::Offline, "service");
    assert!(offline.notes.iter().any(|note| note.starts_with("not known what became of")));
    assert_eq!(
        text(offline, &["waits-for"]),
        "waits-for\n\"7 (not known), 8 (not known)\"\n",
        "what is not known is not fine"
    );
    let released = file("garden", "library", &release("1.2.0", &grown.to_string()));
    garden.releases.commit(&[("deliverables/hibiscus/rose.yaml", &released)], "Release the rose");
    let after = online("service");
    assert_eq!(text(after, &["waits-for"]), "waits-for\n8 of garden/lily (not merged)\n");
}

#[test]
fn a_merged_change_is_not_released_because_no_row_shows_it() {
    let gerrit = gerrit();
    let url = gerrit.url("");
    let url = url.trim_end_matches('/');
    let waits_for = |subject: &str, prepare: fn(&Garden)| {
        let garden = Garden::new();
        prepare(&garden);
        garden.rose().commit(&[("code.py", "4")], &seventh(subject));
        garden.add_moss(&format!("Depends-On: {url}/7"));
        text(garden.unreleased(url, Network::Allowed, "service"), &["waits-for"])
    };
    let without_release = |garden: &Garden| {
        let none = file("garden", "library", "");
        let paths = ["deliverables/hibiscus/rose.yaml", "deliverables/gazpacho/rose.yaml"];
        garden.releases.commit(&paths.map(|path| (path, none.as_str())), "Release nothing");
    };
    let not_released = "waits-for\n7 of garden/rose (not released)\n";
    assert_eq!(waits_for("Grow", without_release), not_released);
    assert_eq!(
        waits_for("Update .gitreview for stable/2026.2", |_| {}),
        not_released,
        "the site does not count it, and it is needed"
    );
    assert_eq!(
        waits_for("Grow", |garden| {
            garden.rose().run(&["branch", "stable/2026.2"]);
        }),
        "waits-for\n7 of garden/rose (not known)\n",
        "it came after the branch, and nobody looked at the trunk"
    );
}

#[test]
fn a_site_without_gerrit_says_that_it_does_not_know() {
    let garden = Garden::new();
    let nobody_asked = garden.unreleased("", Network::Offline, "service");
    assert!(!nobody_asked.notes.iter().any(|note| note.contains("`gerrit`")));
    garden.add_moss(&format!("Depends-On: I{:040}", 9));
    let table = garden.unreleased("", Network::Offline, "service");
    let notes: Vec<&String> = table.notes.iter().filter(|note| note.contains("`gerrit`")).collect();
    assert_eq!(
        notes,
        ["not known what became of the changes that commits depend on: `gerrit` is not set"]
    );
    assert_eq!(text(table, &["waits-for"]), "waits-for\nI000000000 (not known)\n");
}

#[test]
fn a_week_has_its_deadlines_and_what_is_not_done() {
    let garden = Garden::new();
    let late = file("garden", "library", "");
    garden.releases.commit(&[("deliverables/hibiscus/thorn.yaml", &late)], "Add");
    let week = countdown(&garden.here(), None, Some("R-5")).unwrap();
    assert_eq!((week.week.as_str(), week.weeks_left), ("R-5", Some(5)));
    let events: Vec<&str> = week.events.iter().map(|event| event.event.as_str()).collect();
    assert_eq!(events, ["h-3", "h-ff"]);
    assert_eq!(week.later_events.len(), 1);
    let undone: Vec<&str> = week.missing.iter().map(|undone| undone.what.as_str()).collect();
    assert_eq!(undone, ["release"]);
    assert!(week.missing[0].overdue && week.missing[0].names == ["thorn"], "{:?}", week.missing);
    assert_eq!(countdown(&garden.here(), None, None).unwrap(), week, "the week now");
    let failure = countdown(&garden.here(), None, Some("R-99")).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Usage);
    assert!(failure.hints()[0].contains("R-6 to R-0"), "{:?}", failure.hints());
}

#[test]
fn the_week_now_is_of_the_series_whose_schedule_has_it() {
    let garden = Garden::new();
    let list = format!("- {{name: indri, release-id: 2027.1, status: future}}\n{SERIES}");
    let next = "start-week: '2026-10-05'\nrelease-week: '2027-03-22'\ncycle:\n  - {name: R-24, start: '2026-10-05', end: '2026-10-09'}\n  - {name: R-23, start: '2026-10-12', end: '2026-10-16'}\n";
    let files =
        [("data/series_status.yaml", list.as_str()), ("doc/source/indri/schedule.yaml", next)];
    garden.releases.commit(&files, "Begin the next");
    let now = |day: &str| countdown(&garden.on(day), None, None).map(|it| (it.series, it.week));
    let week = |series: &str, week: &str| (series.to_owned(), week.to_owned());
    assert_eq!(now("2026-08-25").unwrap(), week("hibiscus", "R-5"));
    assert_eq!(now("2026-10-04").unwrap(), week("hibiscus", "R-0"), "the weekend after it");
    assert_eq!(now("2026-10-13").unwrap(), week("indri", "R-23"));
    for failure in [now("2026-12-01").unwrap_err(), now("2026-03-01").unwrap_err()] {
        assert_eq!(failure.kind(), FailureKind::Usage);
        assert!(failure.hints()[0].contains("`--week`"), "{failure}: {:?}", failure.hints());
    }
    let over = countdown(&garden.on("2026-12-01"), Some("hibiscus"), None).unwrap_err();
    assert!(over.to_string().contains("no week for today"), "{over}");
    let named = countdown(&garden.on("2026-12-01"), None, Some("R-4")).unwrap();
    assert_eq!((named.series, named.week), week("hibiscus", "R-4"));
}
