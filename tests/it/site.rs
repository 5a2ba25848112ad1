//! `tagkeeper site` over a small record: every page, feed and calendar, and what must not get into them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use calcard::{Entry, Parser};
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::machine::{TAGKEEPER, command_at_home};
use crate::support::work::Work;

const SERIES: &str = "---
- name: indri
  release-id: 2027.1
  status: future
  initial-release: 2027-03-24
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2026-09-30
- name: zed
  status: unmaintained
  slurp: true
  next-phase: {status: end of life}
";
const SCHEDULE: &str = "cycle:
  - {name: R-5, start: '2026-08-24', end: '2026-08-28', x-project: [h-ff], project-specific: [h-rose]}
  - {name: R-4, start: '2026-08-31', end: '2026-09-04', x-project: [h-final, h-other]}
";
const TEXTS: &str = "==================
Hibiscus schedule
==================

.. ics::
   :source: schedule.yaml

.. _h-ff:

Feature freeze & rest
---------------------

No new features. See `the rules`_ and :ref:`h-rose`.

.. _the rules: https://rules.garden.example/

.. _h-rose:

Roses
-----

Only **roses**.
";
const ROSE: &str = "---
team: Gar-den Club
type: library
release-model: cycle-with-intermediary
release-notes: https://notes.garden.example/rose
cycle-highlights:
  - Roses are ``red``, and *sweet*.
releases:
  - version: 1.0.0
    projects:
      - {repo: garden/rose, hash: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}
";
const REQUIREMENTS: &str = "---
team: requirements
type: other
branches:
  - {name: unmaintained/zed, location: {openstack/requirements: bbbb}}
  - {name: stable/zed, location: {openstack/requirements: cccc}}
releases:
  - {version: zed-eom, projects: [{repo: openstack/requirements, hash: dddddddddddddddddddddddddddddddddddddddd}]}
";

struct Site {
    dir: TempDir,
    work: Work,
}

impl Site {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let site = Self { work: Work::new(dir.path().join("releases")), dir };
        site.write("data/series_status.yaml", SERIES);
        site.write("doc/source/hibiscus/schedule.yaml", SCHEDULE);
        site.write("doc/source/hibiscus/schedule.rst", TEXTS);
        site.write("deliverables/hibiscus/rose.yaml", ROSE);
        site.write("deliverables/zed/requirements.yaml", REQUIREMENTS);
        site.write(
            "deliverables/hibiscus/lily.yaml",
            "team: Gar-den Club\ntype: service\nrelease-model: cycle-with-rc\n",
        );
        let bench = ROSE.replace("garden/rose", "garden/bench");
        site.write("deliverables/_independent/bench.yaml", &bench);
        site.commit();
        site
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.work.path.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.work.run(&["add", "--all"]);
        self.work.run(&["commit", "--quiet", "--message", "Change"]);
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("out")
    }

    fn run(&self) -> (i32, String) {
        self.run_with(&[])
    }

    fn run_with(&self, more: &[&str]) -> (i32, String) {
        let output = command_at_home(TAGKEEPER, self.dir.path())
            .args(["site", "--offline", "--output"])
            .arg(self.out())
            .args(more)
            .current_dir(&self.work.path)
            .env("TAGKEEPER_NOW", "2026-08-26T12:00:00Z")
            .output()
            .unwrap();
        let mut text = String::from_utf8(output.stdout).unwrap();
        text.push_str(&String::from_utf8(output.stderr).unwrap());
        (output.status.code().unwrap(), text)
    }

    fn built(&self) -> BTreeMap<String, String> {
        let (status, text) = self.run();
        assert_eq!(status, 0, "{text}");
        files(&self.out())
    }
}

fn files(top: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(top).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// Where a link of the page `from` leads: the file and the place in it.
fn target(from: &str, link: &str) -> (String, Option<String>) {
    let (path, place) = match link.split_once('#') {
        Some((path, place)) => (path, Some(place.to_owned())),
        None => (link, None),
    };
    if path.is_empty() {
        return (from.to_owned(), place);
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => drop(parts.pop().expect("it stays in the site")),
            part => parts.push(part),
        }
    }
    (parts.join("/"), place)
}

/// The links of all pages that lead nowhere.
fn dead(files: &BTreeMap<String, String>) -> Vec<String> {
    let links = Regex::new("(?:href|src|action)=\"([^\"]*)\"").unwrap();
    let mut dead = Vec::new();
    for (page, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        for link in links.captures_iter(text).map(|found| found[1].to_owned()) {
            if link.contains(':') {
                continue;
            }
            let (file, place) = target(page, &link);
            let is_there = files.get(&file).is_some_and(|text| {
                place.is_none_or(|place| text.contains(&format!("id=\"{place}\"")))
            });
            if !is_there {
                dead.push(format!("{page}: {link}"));
            }
        }
    }
    dead
}

#[test]
fn machines_find_the_constraints_where_they_were() {
    let files = Site::new().built();
    let upper = "https://opendev.org/openstack/requirements/raw";
    let first = format!(
        "redirect 301 /teams/shade.html /teams/openstacksdk.html\n\
         redirect 301 /constraints/upper/master {upper}/branch/master/upper-constraints.txt\n\
         redirect 302 /constraints/upper/indri {upper}/branch/master/upper-constraints.txt\n\
         redirect 301 /constraints/upper/zed {upper}/branch/unmaintained/zed/upper-constraints.txt\n\
         redirectmatch 302 ^/constraints/upper/([0-9a-f]{{40}})$ {upper}/commit/$1/upper-constraints.txt\n"
    );
    assert!(files[".htaccess"].starts_with(&first), "{}", files[".htaccess"]);
    let table: Value = serde_json::from_str(&files["redirects.json"]).unwrap();
    let all = table["redirects"].as_array().unwrap();
    assert_eq!(all.len(), files[".htaccess"].lines().count());
    let of =
        |from: &str| all.iter().find(|one| one["from"] == from).map(|one| one["status"].clone());
    assert_eq!(of("/constraints/upper/2027.1"), Some(302.into()));
    assert_eq!(of("/constraints/upper/zed"), Some(301.into()));
    assert!(files["redirects.nginx.conf"].contains("\"/constraints/upper/indri\" \""));
}

#[test]
fn no_link_is_dead_and_every_page_is_safe() {
    let files = Site::new().built();
    assert_eq!(dead(&files), Vec::<String>::new());
    let ids = Regex::new(" id=\"([^\"]*)\"").unwrap();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(text.contains("http-equiv=\"Content-Security-Policy\""), "{path}");
        assert_eq!(text.matches("<h1>").count(), 1, "{path}");
        let found: Vec<String> = ids.captures_iter(text).map(|one| one[1].to_owned()).collect();
        let once: BTreeSet<&String> = found.iter().collect();
        assert_eq!(found.len(), once.len(), "{path} has an id twice: {found:?}");
        assert!(!text.contains(" style="), "{path}: the policy would ignore it");
    }
    for page in [
        "index.html",
        "independent.html",
        "hibiscus/index.html",
        "hibiscus/schedule.html",
        "hibiscus/highlights.html",
        "zed/index.html",
        "indri/index.html",
        "teams/gar_den_club.html",
        "deliverables/rose.html",
        "rules.html",
    ] {
        assert!(files.contains_key(page), "{page}");
    }
    assert!(files["deliverables/rose.html"].contains("garden/rose/commit/aaaa"));
    let schedule = &files["hibiscus/schedule.html"];
    assert!(
        schedule.contains("id=\"today\"")
            && schedule.contains("<a href=\"#h-ff\">Feature freeze &amp; rest</a>")
    );
    assert!(
        files["hibiscus/highlights.html"]
            .contains("Roses are <code>red</code>, and <em>sweet</em>.")
    );
    assert!(files["hibiscus/index.html"].contains("Not released yet"));
}

#[test]
fn strict_readers_accept_feeds_calendars_and_data() {
    let files = Site::new().built();
    let mut feeds = 0;
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".xml")) {
        feeds += 1;
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_end_names = true;
        let mut open = Vec::new();
        let mut seen = BTreeSet::new();
        loop {
            match reader.read_event().unwrap_or_else(|error| panic!("{path}: {error}")) {
                Event::Start(tag) => {
                    open.push(String::from_utf8(tag.name().0.to_vec()).unwrap());
                    seen.insert(open.join("/"));
                }
                Event::End(_) => drop(open.pop()),
                Event::Eof => break,
                _ => {}
            }
        }
        assert!(open.is_empty());
        for wanted in
            ["id", "title", "updated", "author/name", "entry/id", "entry/title", "entry/updated"]
        {
            assert!(seen.contains(&format!("feed/{wanted}")), "{path} has no {wanted}");
        }
    }
    assert_eq!(feeds, 9, "all, 2 series, independent, 3 deliverables, 2 teams");
    for path in ["schedule.ics", "hibiscus/schedule.ics"] {
        let mut parser = Parser::new(&files[path]);
        let Entry::ICalendar(calendar) = parser.entry() else { panic!("{path}") };
        assert_eq!(calendar.components.len(), 1 + 4, "{path}");
        assert!(files[path].contains("Only *roses*."), "{path}");
    }
    let json = |path: &str| serde_json::from_str::<Value>(&files[path]).unwrap();
    let schema = jsonschema::validator_for(&json("releases.schema.json")).unwrap();
    let data = json("releases.json");
    assert!(
        schema.is_valid(&data),
        "{:?}",
        schema.iter_errors(&data).map(|it| it.to_string()).collect::<Vec<_>>()
    );
    assert_eq!(data["deliverables"].as_array().unwrap().len(), 4);
}

#[test]
fn a_second_run_writes_what_changed_and_removes_what_is_gone() {
    let site = Site::new();
    let before = site.built();
    assert!(site.run().1.contains("\n0 files written, 0 removed"));
    assert_eq!(files(&site.out()), before, "the same record gives the same bytes");
    site.write("deliverables/hibiscus/rose.yaml", &ROSE.replace("1.0.0", "1.0.1"));
    fs::remove_file(site.work.path.join("deliverables/_independent/bench.yaml")).unwrap();
    site.commit();
    let after = site.built();
    assert!(!after.contains_key("deliverables/bench.html"));
    assert!(after["deliverables/rose.html"].contains("1.0.1"));
    assert_eq!(after["deliverables/lily.html"], before["deliverables/lily.html"]);
    assert_eq!(dead(&after), Vec::<String>::new());
}

#[test]
fn what_cannot_be_an_address_is_refused_by_name_and_nothing_is_written() {
    for (path, text, said) in [
        (
            "deliverables/hibiscus/a b.yaml",
            ROSE.to_owned(),
            "deliverable `a b` has no page: its name contains ` `",
        ),
        ("deliverables/hibiscus/Rose.yaml", ROSE.to_owned(), "differs only in case"),
        (
            "deliverables/hibiscus/index.yaml",
            ROSE.to_owned(),
            "would both be at `deliverables/index.html`",
        ),
        (
            "deliverables/hibiscus/x.yaml",
            ROSE.replace("Gar-den Club", "../x"),
            "team `../x` has no page: its name begins with a dot",
        ),
        (
            "deliverables/hibiscus/x.yaml",
            ROSE.replace("Gar-den Club", "Gar den Club"),
            "`teams/gar_den_club.html`",
        ),
        ("data/series_status.yaml", SERIES.replace("name: zed", "name: \"z\\\"ed\""), "`z\"ed`"),
        (
            "deliverables/zed/requirements.yaml",
            REQUIREMENTS.replace("zed-eom", "\"x 'y-eol\""),
            "deliverables/zed/requirements.yaml:8:15: `x 'y-eol` cannot be part of a redirect: it contains white space",
        ),
        (
            "tagkeeper.yaml",
            "site:\n  redirects: ['/a /b', '/b /c']\n".to_owned(),
            "`/a` leads to `/b`, and `/b` leads on from there",
        ),
    ] {
        let site = Site::new();
        site.write(path, &text);
        site.commit();
        let (status, told) = site.run();
        assert_eq!(status, 1, "{path}: {told}");
        assert!(told.contains(said), "{path}: {told}");
        assert!(!site.out().exists(), "{path}");
    }
}

#[test]
fn a_redirect_that_would_break_a_server_is_a_mistake_in_the_configuration() {
    for (text, said) in [
        ("['/a\"x /b']", "contains a quote"),
        ("['/a /b c']", "contains white space"),
        ("['/a']", "is not `FROM TO`"),
        ("['a /b']", "does not begin with a path"),
        ("['/a javascript:x']", "leads neither to a path"),
        ("['/a //b.example']", "leads neither to a path"),
    ] {
        let site = Site::new();
        site.write("tagkeeper.yaml", &format!("site:\n  redirects: {text}\n"));
        site.commit();
        let (status, told) = site.run();
        assert!(status == 2 && told.contains("tagkeeper.yaml:2:") && told.contains(said), "{told}");
    }
}

#[test]
fn hostile_texts_and_links_harm_no_page() {
    let site = Site::new();
    let hostile = ROSE
        .replace("https://notes.garden.example/rose", "javascript:alert(1)")
        .replace(
            "Roses are",
            "<script>alert(2)</script> `x <javascript:alert(3)>`_ \"\\u202e\\u0010\" Roses are",
        )
        .replace("  - <script>", "  - \"<script>")
        .replace("\"\\u202e\\u0010\"", "\\u202e\\u0010")
        .replace("*sweet*.", "*sweet*.\"")
        .replace("type: library", "type: library\nstable-status: maintained")
        .replace("version: 1.0.0", "version: '1.0.0\"><img src=x onerror=alert(4)>'")
        .replace("garden/rose", "\"garden/<b>rose\"");
    site.write("deliverables/hibiscus/rose.yaml", &hostile);
    site.commit();
    let files = site.built();
    assert_eq!(dead(&files), Vec::<String>::new());
    for (path, text) in &files {
        for harm in ["<script>alert", "href=\"javascript", "<img", "<b>", "\u{202e}", "\u{10}"] {
            let is_page = path.ends_with(".html") || path.ends_with(".xml");
            assert!(!is_page || !text.contains(harm), "{path} has {harm}");
        }
    }
    assert!(site.run().1.contains(
        "warning: deliverables/hibiscus/rose.yaml:6:16: `javascript:alert(1)` is shown as text"
    ));
}

#[test]
fn a_directory_of_somebody_else_is_left_alone() {
    let site = Site::new();
    fs::create_dir(site.out()).unwrap();
    fs::write(site.out().join("mine"), "x").unwrap();
    let (status, told) = site.run();
    assert_eq!(status, 2, "{told}");
    assert_eq!(files(&site.out()).keys().collect::<Vec<_>>(), ["mine"]);
}

#[test]
fn pages_of_the_site_are_in_the_same_frame() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site:\n  title: Garden\n  pages: pages\n");
    site.write(
        "pages/guide.md",
        "# Guide *one*\n\nSee [the roses](help/roses.rst), [the series](hibiscus/index.html) and <https://a.example>.\n\n## Part\n\nText.\n",
    );
    site.write(
        "pages/help/roses.rst",
        ".. _roses-top:\n\nRoses\n=====\n\nSee :doc:`/guide`, :ref:`roses-top` and `Thorns`_.\n\n\
         ======  =====\nName    Thing\n======  =====\n``a``   b\n======  =====\n\n.. image:: rose.png\n   :alt: A rose\n\n\
         Thorns\n------\n\n* one\n* two\n\nterm\n  meaning\n\n::\n\n    code <b>\n",
    );
    site.write("pages/help/rose.png", "no picture");
    site.commit();
    let files = site.built();
    assert_eq!(dead(&files), Vec::<String>::new());
    let (guide, roses) = (&files["guide.html"], &files["help/roses.html"]);
    assert!(
        guide.contains("<h1>Guide one</h1>") && guide.contains("<a href=\"help/roses.html\">"),
        "{guide}"
    );
    assert!(
        roses.contains("<a href=\"../guide.html\">Guide one</a>")
            && roses.contains("href=\"#thorns\""),
        "{roses}"
    );
    assert!(
        roses.contains("<th scope=\"col\">Name</th>") && roses.contains("src=\"../help/rose.png\""),
        "{roses}"
    );
}

#[test]
fn an_event_of_another_series_has_its_text() {
    let site = Site::new();
    let schedule = SCHEDULE.replace("[h-final, h-other]", "[h-final, z-final, i-final]");
    site.write("doc/source/hibiscus/schedule.yaml", &schedule);
    let text = "Zed schedule\n============\n\n.. _z-final:\n\nThe end of Zed\n--------------\n\nSee :ref:`h-ff` and :doc:`gone`.\n";
    site.write("doc/source/zed/schedule.rst", text);
    site.commit();
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("warning: doc/source/zed/schedule.rst:9:1: there is no page `gone`"));
    let files = files(&site.out());
    assert_eq!(dead(&files), Vec::<String>::new());
    let schedule = &files["hibiscus/schedule.html"];
    assert!(schedule.contains("<a href=\"../zed/schedule.html#z-final\">The end of Zed</a>"));
    assert!(schedule.contains("Indri: release week"), "{schedule}");
    let zed = &files["zed/schedule.html"];
    assert!(zed.contains("<a href=\"../hibiscus/schedule.html#h-ff\">Feature freeze"), "{zed}");
}

#[test]
fn what_a_page_may_not_hold_is_an_error_at_its_line() {
    for (path, text, said) in [
        ("pages/guide.md", "# A\n\n<b>x</b>\n", "pages/guide.md:3:1: HTML is not allowed"),
        (
            "pages/guide.md",
            "# A\n\n[x](javascript:alert)\n",
            "pages/guide.md:3:1: `javascript:alert` leads neither",
        ),
        (
            "pages/guide.md",
            "# A\n\n[x](gone.md)\n",
            "pages/guide.md:3:1: there is no `gone.md` in the site",
        ),
        (
            "pages/a.rst",
            "A\n=\n\n.. raw:: html\n\n   <b>\n",
            "pages/a.rst:4:1: `raw` is not allowed",
        ),
        (
            "pages/a.rst",
            "A\n=\n\nx\n\n.. include:: /etc/passwd\n",
            "pages/a.rst:6:1: `include` is not allowed",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n- x\n\n  .. strange:: y\n",
            "pages/a.rst:6:1: unknown directive `strange`",
        ),
        (
            "pages/a.rst",
            "A\n===\n\nb\n\nSee :strange:`x`.\n",
            "pages/a.rst:6:1: unknown role `strange`",
        ),
        (
            "pages/a.rst",
            "A\n===\n\nSee `nowhere`_.\n",
            "pages/a.rst:4:1: nothing in the page says where `nowhere` leads",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n- x\n\n  .. image:: gone.png\n",
            "pages/a.rst:6:1: there is no `gone.png` in the site",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n.. serieshighlights::\n   :series: zed\n",
            "pages/a.rst:4:1: there is no page `zed/highlights.html` to lead to",
        ),
        (
            "pages/a.rst",
            "A\n===\n\n.. csv-table::\n   :file: /etc/passwd\n",
            "pages/a.rst:5:1: `:file:` is not allowed",
        ),
    ] {
        let site = Site::new();
        site.write("tagkeeper.yaml", "site: {pages: pages}\n");
        site.write(path, text);
        site.commit();
        let (status, told) = site.run();
        assert_eq!(status, 1, "{text}: {told}");
        assert!(told.contains(said), "{text}: {told}");
    }
}

#[test]
fn a_site_that_is_not_openstack_has_nothing_of_it() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "git: https://git.garden.example/{repo}\n");
    site.commit();
    for (path, text) in site.built() {
        let is_ours = path == "rules.html"
            || path.starts_with("deliverables/requirements")
            || path.starts_with("zed/");
        let is_data = path.ends_with(".json") || path == "deliverables/index.html";
        assert!(is_ours || is_data || !text.to_lowercase().contains("opendev"), "{path}");
        assert!(is_ours || !text.contains("OpenStack Releases"), "{path}");
    }
}

#[test]
fn a_page_at_the_address_of_another_is_taken_into_it() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "site: {pages: pages}\n");
    site.write("pages/index.md", "# Garden\n\n## How we release\n\nBy [series](zed/index.html).\n");
    site.write(
        "pages/zed/index.rst",
        "Zed\n===\n\nFor *Ann*.\n\n.. deliverable::\n   :series: zed\n",
    );
    site.write("pages/conf.py", "x = 1\n");
    site.commit();
    let (status, told) = site.run();
    assert_eq!(status, 0, "{told}");
    assert!(told.contains("warning: pages: `conf.py` is left out"), "{told}");
    let files = files(&site.out());
    assert_eq!(dead(&files), Vec::<String>::new());
    assert!(
        files["index.html"].contains("How we release")
            && files["index.html"].contains("2026.2 Hibiscus")
    );
    assert!(files["zed/index.html"].contains("<p>For <em>Ann</em>.</p>"));
}

#[test]
fn a_reviewer_sees_what_changes_pages_first() {
    let site = Site::new();
    site.write("deliverables/hibiscus/rose.yaml", &ROSE.replace("1.0.0", "1.0.1"));
    fs::remove_file(site.work.path.join("deliverables/_independent/bench.yaml")).unwrap();
    site.write("deliverables/hibiscus/tulip.yaml", &ROSE.replace("rose", "tulip"));
    site.commit();
    let (status, told) = site.run_with(&["--compare", "HEAD^1"]);
    assert_eq!(status, 0, "{told}");
    let changes = &files(&site.out())["changes.html"];
    let place = |text: &str| changes.find(text).unwrap_or_else(|| panic!("no {text} in {changes}"));
    let rose = place("<a href=\"deliverables/rose.html\">rose</a>");
    let tulip = place("<a href=\"deliverables/tulip.html\">tulip</a>");
    let bench = place("<li>bench ");
    assert!(rose < tulip && tulip < bench && bench < place("releases.json</a>"));
    assert!(!changes.contains("deliverables/lily.html"), "it is as it was");
}

#[test]
fn highlights_have_the_names_of_services_from_governance() {
    let site = Site::new();
    let governance = site.dir.path().join("governance");
    fs::create_dir(&governance).unwrap();
    let teams = "Gar-den Club:\n  service: rose service\n  deliverables: {}\n";
    fs::write(governance.join("projects.yaml"), teams).unwrap();
    let (status, told) = site.run_with(&["--governance", governance.to_str().unwrap()]);
    assert!(status == 0 && !told.contains("names of services"), "{told}");
    assert!(files(&site.out())["hibiscus/highlights.html"].contains("Rose service"));
    assert!(!site.run().1.contains("names of services"), "what was found is kept");
}

#[test]
fn a_shallow_clone_has_no_dates_and_all_else() {
    let site = Site::new();
    site.write("deliverables/hibiscus/rose.yaml", &ROSE.replace("1.0.0", "1.0.1"));
    site.commit();
    let whole = site.built();
    assert!(whole["deliverables/rose.html"].contains(">1.0.1</a></th><td>20"));
    let clone = site.dir.path().join("shallow");
    let from = format!("file://{}", site.work.path.display());
    site.work.run(&["clone", "--quiet", "--depth=1", &from, clone.to_str().unwrap()]);
    let (status, told) = site.run_with(&["-C", clone.to_str().unwrap(), "--cache", "other"]);
    assert_eq!(status, 0, "{told}");
    let files = files(&site.out());
    let rose = &files["deliverables/rose.html"];
    assert!(rose.contains(">1.0.1</a></th><td></td>"), "{rose}");
    assert_eq!(dead(&files), Vec::<String>::new());
}
