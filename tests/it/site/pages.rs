//! What is on the site, and that strict readers accept it.

use std::collections::BTreeSet;
use std::fs;

use calcard::{Entry, Parser};
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::Regex;
use serde_json::Value;

use super::{ROSE, Site, dead, files};

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
fn no_hold_is_in_force_only_when_every_entry_that_may_be_one_can_be_read() {
    let suspected = "release-policy.yaml:2:5 cannot be read and may be a hold";
    for (policy, said, is_free) in [
        ("", "", true),
        ("soak:\n  - {hours: many}\n", "", true),
        ("holds:\n  - {status: green, reason: Open}\n", "", true),
        ("holds:\n  - {status: red, reason: Rain}\n", "<strong>red</strong>: Rain", false),
        ("holds:\n  - {status: read, reason: Rain}\n", suspected, false),
        ("holds: {\n", "cannot be read and may be a hold", false),
        (
            "holds:\n  - {status: red, reason: Rain, scope: {deliverables: [rosse]}}\n",
            "cannot be read and may be a hold",
            false,
        ),
    ] {
        let site = Site::new();
        site.write("release-policy.yaml", policy);
        site.commit();
        let page = &site.built()["index.html"];
        assert!(page.contains(said), "{policy}: {page}");
        assert_eq!(page.contains("No hold is in force"), is_free, "{policy}: {page}");
        assert_eq!(page.contains("Releases are held"), !is_free, "{policy}: {page}");
    }
}

#[test]
fn the_newest_version_is_the_one_that_readers_want() {
    for (versions, newest) in [
        ("3.1.4 3.0.7", "3.1.4"),
        ("0.3 0.3.0rc1", "0.3"),
        ("9.0.0.0b1 8.0.1", "8.0.1"),
        ("1.0.0 2.0.0.0rc1", "2.0.0.0rc1"),
        ("2015.1.6 1.0.0 1.0.1", "1.0.1"),
        ("1.0.0 zed-eol", "1.0.0"),
        ("one two", "two"),
        ("2.0.0 two 1.9.1", "2.0.0"),
        ("1.0.0 two 0.9.0.0b1", "1.0.0"),
        ("2.0.0.0b1 two 1.9.1.0b1", "2.0.0.0b1"),
        ("2015.1.0 two", "2015.1.0"),
        ("1.0.0.0b1 1.0.0.0b2", "1.0.0.0b2"),
    ] {
        let site = Site::new();
        let entries = versions.split(' ').map(|version| {
            format!(
                "  - {{version: '{version}', projects: [{{repo: garden/rose, hash: {}}}]}}\n",
                "a".repeat(40)
            )
        });
        let head = ROSE.split("releases:").next().unwrap();
        site.write(
            "deliverables/hibiscus/rose.yaml",
            &format!("{head}releases:\n{}", entries.collect::<String>()),
        );
        site.commit();
        let files = site.built();
        let row = files["hibiscus/index.html"].split("#hibiscus-rose\">").nth(1).unwrap();
        let cells: Vec<&str> = row.split("</td>").collect();
        assert!(cells[2].ends_with(&format!("<td>{newest}")), "{versions}: {cells:?}");
        let page = &files["deliverables/rose.html"];
        assert!(page.contains(&format!("<dd>{newest},")), "{versions}: {page}");
    }
}
