//! `tagkeeper site` over a small record: every page, feed and calendar, and what must not get into them.

mod again;
mod hostile;
mod pages;
mod prose;
mod questions;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
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
        self.run_into(&self.out(), more)
    }

    fn run_into(&self, out: &Path, more: &[&str]) -> (i32, String) {
        let output = command_at_home(TAGKEEPER, self.dir.path())
            .args(["site", "--offline", "--output"])
            .arg(out)
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
