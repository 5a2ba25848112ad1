//! The world of the playground: a garden with three projects and two series.

use super::Sandbox;
use crate::git::Refs;

/// A project repository.
pub(super) struct Project {
    /// Its name.
    pub(super) repo: &'static str,
    /// Its commits, oldest first: message, and the tag it has.
    commits: &'static [(&'static str, Option<&'static str>)],
}

pub(super) const GITCONFIG: &str = "[user]\n\tname = Garden Release Bot\n\temail = bot@garden.example\n[advice]\n\tdetachedHead = false\n";

pub(super) const PROJECTS: &[Project] = &[
    Project {
        repo: "garden/trowel",
        commits: &[
            ("Dig a hole", Some("2.0.0")),
            ("Dig around roots", None),
            ("Say which way is down", None),
        ],
    },
    Project {
        repo: "garden/watering-can",
        commits: &[("Pour water", Some("4.1.0")), ("Stop when the pot is full", None)],
    },
    Project {
        repo: "garden/watering-can-rose",
        commits: &[("Sprinkle", Some("4.1.0")), ("Sprinkle more gently", None)],
    },
];

/// The history of a project, for `git fast-import`.
pub(super) fn history(project: &Project) -> String {
    let name = project.repo.rsplit('/').next().unwrap_or_default();
    let mut stream = String::new();
    for (number, (message, tag)) in (1u32..).zip(project.commits) {
        let time = 1_767_225_600 + i64::from(number) * 86_400;
        let file = format!("{name} {number}: {message}\n");
        let requirements =
            if number == 1 { "bucket>=1.0.0\n" } else { "bucket>=1.0.0\nsoil>=0.3.0\n" };
        stream.push_str(&format!(
            "commit refs/heads/master\nmark :{number}\ncommitter Gardener <gardener@garden.example> {time} +0000\n\
             data {}\n{message}\nM 100644 inline {name}.txt\ndata {}\n{file}\
             M 100644 inline requirements.txt\ndata {}\n{requirements}\n",
            message.len() + 1,
            file.len(),
            requirements.len(),
        ));
        if let Some(tag) = tag {
            stream.push_str(&format!("reset refs/tags/{tag}\nfrom :{number}\n\n"));
        }
    }
    stream
}

/// A project as it grew: its name, and the commits that the story speaks of.
#[derive(Clone, Debug)]
pub(super) struct Grown {
    pub(super) repo: &'static str,
    /// What the old series released.
    first: String,
    /// What the request asks for.
    newest: String,
}

impl Grown {
    /// What became of `project`; nothing where it has no tag or no trunk.
    pub(super) fn of(project: &Project, refs: &Refs) -> Option<Self> {
        let first = refs.tags.values().next()?.peeled.to_string();
        Some(Self { repo: project.repo, first, newest: refs.heads.get("master")?.to_string() })
    }
}

/// The files of the releases repository before the story begins.
pub(super) fn record(sandbox: &Sandbox, grown: &[Grown]) -> Vec<(&'static str, String)> {
    let entries = |names: &[&str]| releases(grown, names, |grown| &grown.first);
    let (trowel, can) = (
        entries(&["garden/trowel"]),
        entries(&["garden/watering-can", "garden/watering-can-rose"]),
    );
    vec![
        ("tagkeeper.yaml", configuration(sandbox)),
        ("data/series_status.yaml", SERIES.to_owned()),
        (
            "deliverables/gardenia/trowel.yaml",
            format!("{TROWEL}releases:\n  - version: 2.0.0\n    projects:\n{trowel}"),
        ),
        (
            "deliverables/gardenia/watering-can.yaml",
            format!("{CAN}releases:\n  - version: 4.1.0\n    projects:\n{can}"),
        ),
    ]
}

/// The files of the request, with the mistake that `check` finds.
pub(super) fn request(grown: &[Grown]) -> Vec<(&'static str, String)> {
    let entries = |names: &[&str]| releases(grown, names, |grown| &grown.newest);
    let (trowel, can) = (
        entries(&["garden/trowel"]),
        entries(&["garden/watering-can", "garden/watering-can-rose"]),
    );
    let branch = "branches:\n  - name: stable/2026.2\n    location: 2.0.1\n";
    vec![
        (
            "trowel.yaml",
            format!("{TROWEL}releases:\n  - version: 2.0.1\n    projects:\n{trowel}{branch}"),
        ),
        ("watering-can.yaml", format!("{CAN}releases:\n  - version: 4.2.0\n    projects:\n{can}")),
    ]
}

fn releases(grown: &[Grown], names: &[&str], at: impl Fn(&Grown) -> &String) -> String {
    let wanted = grown.iter().filter(|grown| names.contains(&grown.repo));
    wanted
        .map(|grown| format!("      - repo: {}\n        hash: {}\n", grown.repo, at(grown)))
        .collect()
}

fn configuration(sandbox: &Sandbox) -> String {
    let root = sandbox.root.display();
    format!(
        "---\n\
         git: {root}/git/{{repo}}.git\n\
         governance: {root}/governance.yaml\n\
         zuul-projects: {root}/zuul-projects.yaml\n\
         cache: {root}/cache\n\
         signing:\n  key: '{}'\n  home: {root}/gnupg\n\
         mail:\n  directory: {root}/mail\n  from: Garden Release Bot <bot@garden.example>\n  to: [announce@garden.example]\n",
        sandbox.key
    )
}

/// Who is responsible for what.
pub(super) const GOVERNANCE: &str = "---
tools:
  deliverables:
    trowel: {repos: [garden/trowel]}
watering:
  deliverables:
    watering-can: {repos: [garden/watering-can, garden/watering-can-rose]}
";

/// Which jobs make the artefacts.
pub(super) const ZUUL_PROJECTS: &str = "---
- project:
    name: ^garden/.*
    templates: [publish-to-pypi]
";

const SERIES: &str = "---
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: 2026-10-07
- name: gardenia
  release-id: 2026.1
  status: maintained
  initial-release: 2026-04-01
";

const TROWEL: &str = "---
team: tools
type: library
release-model: cycle-with-intermediary
launchpad: trowel
repository-settings:
  garden/trowel: {}
";

const CAN: &str = "---
team: watering
type: service
release-model: cycle-with-intermediary
launchpad: watering-can
release-notes: https://docs.garden.example/watering-can.html
repository-settings:
  garden/watering-can: {}
  garden/watering-can-rose: {}
";
