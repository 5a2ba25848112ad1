//! A second build: what changed is written, and the site is the same as if nothing had been kept.

use std::collections::BTreeMap;
use std::fs;

use super::{ROSE, SCHEDULE, Site, dead, files};
use crate::support::machine::{TAGKEEPER, command_at_home};

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
fn the_site_is_the_same_whatever_was_kept() {
    let site = Site::new();
    site.built();
    let changes: &[(&str, &str)] = &[
        ("deliverables/hibiscus/rose.yaml", &ROSE.replace("1.0.0", "1.0.1")),
        ("deliverables/zed/rose.yaml", ROSE),
        ("deliverables/hibiscus/lily.yaml", "team: Lilies\ntype: service\n"),
        ("doc/source/hibiscus/schedule.yaml", &SCHEDULE.replace("h-other", "h-more")),
        ("deliverables/_independent/bench.yaml", &ROSE.replace("- Roses", "- No roses")),
        ("deliverables/zed/rose.yaml", ""),
        ("pages/guide.md", "# Guide\n\nSee [roses](deliverables/rose.html).\n"),
        ("tagkeeper.yaml", "site: {title: Garden, pages: pages}\n"),
        ("pages/guide.md", "# Guide\n\nSee [all](index.html).\n"),
    ];
    for (path, text) in changes {
        match *text {
            "" => fs::remove_file(site.work.path.join(path)).unwrap(),
            text => site.write(path, text),
        }
        site.commit();
        // Somebody wrote into a page.
        fs::write(site.out().join("zed/index.html"), path).unwrap();
        let again = without_marker(site.built());
        assert_eq!(dead(&again), Vec::<String>::new());
        let anew = site.dir.path().join("anew");
        let (status, told) = site.run_into(&anew, &["--cache", "other"]);
        assert_eq!(status, 0, "{told}");
        let anew_files = without_marker(files(&anew));
        for (name, content) in &anew_files {
            assert_eq!(again.get(name), Some(content), "{name} after {path}");
        }
        assert_eq!(again.len(), anew_files.len(), "after {path}");
        fs::remove_dir_all(&anew).unwrap();
        fs::remove_dir_all(site.work.path.join("other")).unwrap();
    }
}

fn without_marker(mut files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    files.remove(".tagkeeper-site.json").expect("the directory is marked");
    files
}

#[test]
fn a_run_that_is_killed_leaves_the_site_as_it_was() {
    let site = Site::new();
    let before = site.built();
    site.write("tagkeeper.yaml", "site: {title: Garden}\n");
    site.commit();
    // The system kills it in the first file of more than some kilobytes.
    let killed = command_at_home("sh", site.dir.path())
        .args([
            "-c",
            "ulimit -c 0; ulimit -f 16; exec \"$@\"",
            "sh",
            TAGKEEPER,
            "site",
            "--offline",
            "--output",
        ])
        .arg(site.out())
        .current_dir(&site.work.path)
        .env("TAGKEEPER_NOW", "2026-08-26T12:00:00Z")
        .output()
        .unwrap();
    assert!(!killed.status.success(), "{killed:?}");
    assert_eq!(files(&site.out()), before);
    let after = site.built();
    assert!(after["index.html"].contains("<h1>Garden</h1>"));
    let beside = fs::read_dir(site.dir.path()).unwrap().flatten().map(|it| it.file_name());
    let left: Vec<_> = beside.filter(|it| it.to_string_lossy().contains(".tagkeeper-")).collect();
    assert!(left.is_empty(), "{left:?}");
}
