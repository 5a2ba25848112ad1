//! A site as OpenStack's: three projects, two series, governance data and Zuul's project data.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::Sandbox;
use super::Scene;
use super::world::{Commit, Files, Grown, Project, World, new_release, old_release, places};

pub(super) static WORLD: World = World {
    trunk: "master",
    projects: PROJECTS,
    data: &[("governance.yaml", GOVERNANCE), ("zuul-projects.yaml", ZUUL_PROJECTS)],
    record,
    request,
    story: STORY,
};

const NEEDS: (&str, &str) = ("requirements.txt", "bucket>=1.0.0\n");
const TROWEL_FILES: &[(&str, &str)] = &[NEEDS, reviewed("[gerrit]\nproject=garden/trowel.git\n")];
const CAN_FILES: &[(&str, &str)] =
    &[NEEDS, reviewed("[gerrit]\nproject=garden/watering-can.git\n")];
const ROSE_FILES: &[(&str, &str)] =
    &[NEEDS, reviewed("[gerrit]\nproject=garden/watering-can-rose.git\n")];
const SOIL: &[(&str, &str)] = &[("requirements.txt", "bucket>=1.0.0\nsoil>=0.3.0\n")];

const fn reviewed(text: &'static str) -> (&'static str, &'static str) {
    (".gitreview", text)
}

const PROJECTS: &[Project] = &[
    Project {
        repo: "garden/trowel",
        commits: &[
            Commit::new("Dig a hole").with(TROWEL_FILES).tagged("2.0.0"),
            Commit::new("Dig around roots").with(SOIL),
            Commit::new("Say which way is down"),
        ],
    },
    Project {
        repo: "garden/watering-can",
        commits: &[
            Commit::new("Pour water").with(CAN_FILES).tagged("4.1.0"),
            Commit::new("Stop when the pot is full").with(SOIL),
        ],
    },
    Project {
        repo: "garden/watering-can-rose",
        commits: &[
            Commit::new("Sprinkle").with(ROSE_FILES).tagged("4.1.0"),
            Commit::new("Sprinkle more gently").with(SOIL),
        ],
    },
];

const CANS: &[&str] = &["garden/watering-can", "garden/watering-can-rose"];

fn record(sandbox: &Sandbox, grown: &[Grown]) -> Files {
    let trowel = old_release("2.0.0", grown, &["garden/trowel"]);
    let can = old_release("4.1.0", grown, CANS);
    vec![
        ("tagkeeper.yaml", configuration(sandbox)),
        ("data/series_status.yaml", series(Timestamp::now())),
        ("deliverables/gardenia/trowel.yaml", format!("{TROWEL}{trowel}{}", branch("2.0.0"))),
        ("deliverables/gardenia/watering-can.yaml", format!("{CAN}{can}{}", branch("4.1.0"))),
    ]
}

/// The stable branch of the old series.
fn branch(location: &str) -> String {
    format!("branches:\n  - name: stable/2026.1\n    location: {location}\n")
}

fn request(grown: &[Grown]) -> Files {
    let trowel = new_release("2.0.1", grown, &["garden/trowel"]);
    let can = new_release("4.2.0", grown, CANS);
    let branch = "branches:\n  - name: stable/2026.2\n    location: 2.0.1\n";
    vec![
        ("trowel.yaml", format!("{TROWEL}{trowel}{branch}")),
        ("watering-can.yaml", format!("{CAN}{can}")),
    ]
}

fn configuration(sandbox: &Sandbox) -> String {
    let root = sandbox.root.display();
    format!(
        "---\n{}governance: {root}/governance.yaml\nzuul-projects: {root}/zuul-projects.yaml\n",
        places(sandbox)
    )
}

/// Who is responsible for what.
const GOVERNANCE: &str = "---
tools:
  deliverables:
    trowel: {repos: [garden/trowel]}
watering:
  deliverables:
    watering-can: {repos: [garden/watering-can, garden/watering-can-rose]}
";

/// Which jobs make the artefacts.
const ZUUL_PROJECTS: &str = "---
- project:
    name: ^garden/.*
    templates: [publish-to-pypi]
";

/// A series in the middle of its development, and the one before.
fn series(now: Timestamp) -> String {
    let today = now.to_zoned(TimeZone::UTC).date();
    let day = |weeks: i64| today.saturating_add(weeks.weeks());
    format!(
        "---
- name: hibiscus
  release-id: 2026.2
  status: development
  initial-release: {}
- name: gardenia
  release-id: 2026.1
  status: maintained
  initial-release: {}
",
        day(10),
        day(-16)
    )
}

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
repository-settings:
  garden/watering-can: {}
  garden/watering-can-rose: {}
";

const STORY: &[Scene] = &[
    Scene {
        what: "Ann asks for a release of the trowel and of the watering can.",
        command: "git switch --quiet --create request && mkdir deliverables/hibiscus && \
                  cp ../request/*.yaml deliverables/hibiscus && git add --all && \
                  git commit --quiet --message 'Release trowel and watering-can'",
        status: 0,
    },
    Scene { what: "The check finds a fault, on its line.", command: "tagkeeper check", status: 1 },
    Scene {
        what: "She takes the version it suggests.",
        command: "sed -i 's/2\\.0\\.1/2.1.0/' deliverables/hibiscus/trowel.yaml && git commit --quiet --all --amend --no-edit",
        status: 0,
    },
    Scene { what: "Now it passes.", command: "tagkeeper check", status: 0 },
    Scene { what: "What will happen after the merge?", command: "tagkeeper plan", status: 0 },
    Scene {
        what: "A release manager approves, and the gate merges.",
        command: "git switch --quiet master && git merge --quiet --no-ff --message 'Merge \"Release trowel and watering-can\"' request",
        status: 0,
    },
    Scene {
        what: "The job after the merge tags, branches and announces.",
        command: "tagkeeper apply --since HEAD^",
        status: 0,
    },
    Scene {
        what: "The tag is signed.",
        command: "git -C ../git/garden/trowel.git verify-tag 2.1.0",
        status: 0,
    },
    Scene {
        what: "The branch is there.",
        command: "git -C ../git/garden/trowel.git branch --list",
        status: 0,
    },
    Scene { what: "So is the mail.", command: "cat ../mail/*trowel*", status: 0 },
    Scene { what: "A second run finds nothing to do.", command: "tagkeeper apply", status: 0 },
];
