//! `fmt`, `edit` and `init-series`: what is written, what stays as it is, and when nothing is written.

use std::collections::BTreeMap;
use std::fs;

use tagkeeper::facts::Network;
use tagkeeper::ops::edit::{EditAction, EditOptions, edit, write as write_edit};
use tagkeeper::ops::fmt::{format, write as write_formatted};
use tagkeeper::ops::init_series::{init_series, write as write_series};
use tagkeeper::workspace::{FailureKind, Options};
use tempfile::TempDir;

use crate::support::work::Work;

const SERIES: &str = "- {name: hibiscus, release-id: 2026.2, status: development}\n- {name: gazpacho, release-id: 2026.1, status: maintained}\n";
const ROSE: &str = "---\n# ours\nteam: garden\ntype: 'other'   # for now\nrelease-model: cycle-with-intermediary\nrepository-settings:\n  garden/rose: {}\n";
const RELEASED: &str = "cycle-highlights:\n  - It grows.\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: garden/rose\n        hash: 0123456789012345678901234567890123456789\nbranches:\n  - name: stable/2026.1\n    location: 1.0.0\nrelease-notes: https://x.example/\n";

struct Garden {
    dir: TempDir,
    releases: Work,
    governance: String,
}

impl Garden {
    fn new(files: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let releases = Work::new(dir.path().join("releases"));
        releases.commit(&[("data/series_status.yaml", SERIES)], "Begin");
        releases.commit(files, "Add");
        Self { dir, releases, governance: String::new() }
    }

    fn options(&self) -> Options {
        let root = self.dir.path().to_str().unwrap();
        let settings = [
            ("git", format!("{root}/git/{{repo}}")),
            ("cache", format!("{root}/cache")),
            ("governance", self.governance.clone()),
            ("zuul-projects", String::new()),
            ("gerrit", String::new()),
            ("index", String::new()),
        ];
        Options {
            directory: self.releases.path.clone(),
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            network: Network::Offline,
            ..Options::default()
        }
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.releases.path.join(path)).unwrap()
    }

    fn edit(&self, glob: &str, action: EditAction) -> Result<bool, tagkeeper::workspace::Failure> {
        let asked = EditOptions { glob: glob.to_owned(), series: None, action };
        let edited = edit(&self.options(), &asked)?;
        write_edit(&self.options(), &edited).map(|()| !edited.rewrites.is_empty())
    }
}

fn set(key: &str, value: &str) -> EditAction {
    EditAction::Set(vec![(key.to_owned(), value.to_owned())])
}

const HIBISCUS: &str = "deliverables/hibiscus/rose.yaml";
const LILY: &str = "deliverables/hibiscus/lily.yaml";
const GAZPACHO: &str = "deliverables/gazpacho/rose.yaml";

#[test]
fn fmt_changes_what_the_style_rule_reports_and_then_nothing() {
    let wrong =
        ROSE.replace("---\n", "").replace("  garden/rose: {}\n", "    garden/rose: {}   \n");
    let garden = Garden::new(&[(HIBISCUS, &wrong), (LILY, ROSE)]);
    let options = Options { paths: vec!["deliverables/hibiscus".into()], ..garden.options() };
    let formatted = format(&options).unwrap();
    assert_eq!((formatted.rewrites.len(), formatted.left.len()), (1, 0));
    assert_eq!(garden.text(HIBISCUS), wrong, "nothing is written yet");
    write_formatted(&options, &formatted).unwrap();
    assert_eq!(garden.text(HIBISCUS), ROSE);
    assert_eq!(format(&options).unwrap().rewrites, []);
    let touched = format(&garden.options()).unwrap();
    assert_eq!(touched.rewrites, [], "only what the request touches");
}

#[test]
fn fmt_leaves_what_is_wrong_otherwise_and_says_so() {
    let broken = "team: [a\n";
    let mistaken = "team: garden  \nreleases:\n-   version: 1\n";
    let garden = Garden::new(&[(HIBISCUS, broken), (LILY, mistaken)]);
    let options = Options { paths: vec!["deliverables".into()], ..garden.options() };
    let formatted = format(&options).unwrap();
    assert_eq!(formatted.rewrites, []);
    let left: Vec<&str> = formatted.left.iter().map(|left| left.path.as_str()).collect();
    assert_eq!(left, [LILY, HIBISCUS]);
    let nowhere = Options { paths: vec!["deliverables/nowhere.yaml".into()], ..garden.options() };
    assert_eq!(format(&nowhere).unwrap_err().kind(), FailureKind::Usage);
}

#[test]
fn many_files_are_edited_and_no_other_byte() {
    let older = format!("{ROSE}launchpad: rose\n");
    let garden = Garden::new(&[(HIBISCUS, ROSE), (LILY, ROSE), (GAZPACHO, &older)]);
    assert!(garden.edit("*", set("type", "library")).unwrap());
    for path in [HIBISCUS, LILY] {
        assert_eq!(garden.text(path), ROSE.replace("'other'", "'library'"));
    }
    assert_eq!(garden.text(GAZPACHO), older, "another series");
    assert!(!garden.edit("*", set("type", "library")).unwrap(), "again: nothing to change");
    assert!(garden.edit("gazpacho/ro*", EditAction::Remove(vec!["launchpad".to_owned()])).unwrap());
    assert_eq!(garden.text(GAZPACHO), ROSE);
    assert_eq!(garden.edit("tulip", set("type", "other")).unwrap_err().kind(), FailureKind::Usage);
}

#[test]
fn an_edit_that_brings_an_error_changes_no_file() {
    let garden = Garden::new(&[(HIBISCUS, ROSE), (LILY, ROSE)]);
    for action in [
        set("type", "libary"),
        set("release-model", "independent"),
        EditAction::Remove(vec!["team".to_owned()]),
    ] {
        let failure = garden.edit("*", action.clone()).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Refused, "{action:?}: {failure}");
        assert_eq!((garden.text(HIBISCUS), garden.text(LILY)), (ROSE.to_owned(), ROSE.to_owned()));
    }
    let wrong = ROSE.replace("type: 'other'", "type: libary");
    fs::write(garden.releases.path.join(LILY), &wrong).unwrap();
    assert!(
        garden.edit("lily", set("launchpad", "lily")).unwrap(),
        "an error of before is not its own"
    );
    assert!(garden.text(LILY).contains("launchpad: lily"));
}

#[test]
fn a_branch_is_added_at_a_version_and_a_tag_becomes_an_entry() {
    let garden = Garden::new(&[(HIBISCUS, ROSE)]);
    let project = Work::new(garden.dir.path().join("git/garden/rose"));
    let head = project.commit(&[("code.py", "1")], "Begin").to_string();
    project.tag("1.0.0", "made by hand");
    let import = |tag: &str| garden.edit("rose", EditAction::ImportTag(tag.to_owned()));
    assert_eq!(import("9.9.9").unwrap_err().kind(), FailureKind::Refused);
    assert!(import("1.0.0").unwrap());
    let entry = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: garden/rose\n        hash: {head}\n"
    );
    assert_eq!(garden.text(HIBISCUS), format!("{ROSE}{entry}"));
    assert!(import("1.0.0").is_err(), "it is listed");
    let branch =
        |version: &str| garden.edit("rose", EditAction::AddStableBranch(version.to_owned()));
    assert!(branch("2.0.0").is_err());
    assert!(branch("1.0.0").unwrap());
    assert!(
        garden
            .text(HIBISCUS)
            .ends_with("branches:\n  - name: stable/2026.2\n    location: 1.0.0\n")
    );
    assert!(branch("1.0.0").is_err(), "it is there");
}

#[test]
fn a_tag_on_a_host_that_is_down_is_not_taken_for_missing() {
    let garden = Garden::new(&[(HIBISCUS, ROSE)]);
    let mut options = garden.options();
    options.settings[0].1 = "https://nowhere.invalid/{repo}".to_owned();
    let action = EditAction::ImportTag("1.0.0".to_owned());
    let asked = EditOptions { glob: "rose".to_owned(), series: None, action };
    assert_eq!(edit(&options, &asked).unwrap_err().kind(), FailureKind::Outside);
}

#[test]
fn a_new_series_has_the_living_deliverables_without_what_was_of_the_old_one() {
    let released = format!("{ROSE}{RELEASED}");
    let files = BTreeMap::from([
        ("rose", released.clone()),
        ("thorn", released.replace("team: garden", "team: wild")),
        ("weed", format!("{ROSE}{RELEASED}").replace("cycle-with-intermediary", "abandoned")),
        ("moss", released.clone()),
        ("oak", released.clone()),
        ("lily", released.replace("version: 1.0.0", "version: 2026.1-eol")),
    ]);
    let paths: Vec<(String, String)> = files
        .into_iter()
        .map(|(name, text)| (format!("deliverables/gazpacho/{name}.yaml"), text))
        .collect();
    let paths: Vec<(&str, &str)> =
        paths.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut garden = Garden::new(&paths);
    garden.releases.commit(&[("deliverables/hibiscus/oak.yaml", ROSE)], "Have one already");
    let governance = garden.dir.path().join("projects.yaml");
    fs::write(&governance, "garden:\n  deliverables:\n    rose: {repos: [garden/rose]}\n    lily: {repos: [garden/rose]}\n    moss: {repos: [garden/rose], release-management: deprecated}\n").unwrap();
    garden.governance = governance.to_str().unwrap().to_owned();
    let new = init_series(&garden.options(), "hibiscus").unwrap();
    let left: Vec<String> = new
        .left
        .iter()
        .map(|left| format!("{}: {}", left.path.rsplit('/').next().unwrap(), left.why))
        .collect();
    assert_eq!(
        left,
        [
            "lily.yaml: it ended with `2026.1-eol`",
            "moss.yaml: governance marks it `release-management: deprecated`",
            "oak.yaml: `deliverables/hibiscus/oak.yaml` is there already",
            "thorn.yaml: governance does not list it",
            "weed.yaml: it is abandoned",
        ]
    );
    write_series(&garden.options(), &new).unwrap();
    assert_eq!(garden.text(HIBISCUS), ROSE);
    garden.governance = "https://nowhere.invalid/reference".to_owned();
    assert_eq!(
        init_series(&garden.options(), "hibiscus").unwrap_err().kind(),
        FailureKind::Outside
    );
    for series in ["gazpacho", "indri"] {
        assert_eq!(init_series(&garden.options(), series).unwrap_err().kind(), FailureKind::Usage);
    }
}
