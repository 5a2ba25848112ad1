//! A site with nothing but git: its trunk is `main`, its versions are `v1.2.3`, its branches `release-…`; it has no governance
//! data, no trackers, no package index, no Gerrit and no Zuul.

use super::Sandbox;
use super::Scene;
use super::world::{Commit, Files, Grown, Project, World, new_release, old_release, places};

pub(super) static WORLD: World =
    World { trunk: "main", projects: PROJECTS, data: &[], record, request, story: STORY };

const PROJECTS: &[Project] = &[
    Project {
        repo: "workshop/lantern",
        commits: &[
            Commit::new("Give light").tagged("v1.2.0").branched("release-winter"),
            Commit::new("Give more light"),
            Commit::new("Keep the wind out"),
        ],
    },
    Project {
        repo: "workshop/bell",
        commits: &[Commit::new("Ring").tagged("v0.4.0"), Commit::new("Ring twice")],
    },
];

fn record(sandbox: &Sandbox, grown: &[Grown]) -> Files {
    let lantern = old_release("v1.2.0", grown, &["workshop/lantern"]);
    let bell = old_release("v0.4.0", grown, &["workshop/bell"]);
    let branch = "branches:\n  - name: release-winter\n    location: v1.2.0\n";
    vec![
        ("tagkeeper.yaml", format!("---\n{}{SITE}", places(sandbox))),
        ("data/series_status.yaml", SERIES.to_owned()),
        ("deliverables/winter/lantern.yaml", format!("{LANTERN}{lantern}{branch}")),
        ("deliverables/_independent/bell.yaml", format!("{BELL}{bell}")),
    ]
}

fn request(grown: &[Grown]) -> Files {
    let lantern = new_release("1.3.0", grown, &["workshop/lantern"]);
    let bell = new_release("v0.5.0-rc1", grown, &["workshop/bell"]);
    let bell = bell.trim_start_matches("releases:\n");
    let before = old_release("v0.4.0", grown, &["workshop/bell"]);
    let branch = "branches:\n  - name: release-spring\n    location: 1.3.0\n";
    vec![
        ("spring/lantern.yaml", format!("{LANTERN}{lantern}{branch}")),
        ("_independent/bell.yaml", format!("{BELL}{before}{bell}")),
    ]
}

/// What this site does its own way. A key that is null says that the site has no such thing.
const SITE: &str = "index: null
gerrit: null
branches:
  stable: release-
  bugfix: hotfix-
  unmaintained: null
version-forms:
  tag:
    release: v{MAJOR}.{MINOR}.{PATCH}
    pre-releases:
      beta: -beta{N}
      rc: -rc{N}
version-form: tag
release-types:
  archive:
    like: generic
types:
  tool:
    like: other
    release-type: archive
";

const SERIES: &str = "---
- name: spring
  status: development
- name: winter
  status: maintained
";

const LANTERN: &str = "---
team: lights
type: tool
release-model: cycle-with-intermediary
repository-settings:
  workshop/lantern: {}
";

const BELL: &str = "---
team: sounds
type: tool
repository-settings:
  workshop/bell: {}
";

const STORY: &[Scene] = &[
    Scene {
        what: "Ann asks for a release of the lantern with its branch, and for a candidate of the bell.",
        command: "git switch --quiet --create request && cp -r ../request/* deliverables && \
                  git add --all && git commit --quiet --message 'Release lantern and bell'",
        status: 0,
    },
    Scene {
        what: "The check finds a fault, on its line: versions of this site begin with a v.",
        command: "tagkeeper check",
        status: 1,
    },
    Scene {
        what: "She takes the version it suggests.",
        command: "sed -i 's/: 1\\.3\\.0/: v1.3.0/' deliverables/spring/lantern.yaml && git commit --quiet --all --amend --no-edit",
        status: 0,
    },
    Scene { what: "Now it passes.", command: "tagkeeper check", status: 0 },
    Scene { what: "What will happen after the merge?", command: "tagkeeper plan", status: 0 },
    Scene {
        what: "A colleague approves and merges.",
        command: "git switch --quiet main && git merge --quiet --no-ff --message 'Merge the request of Ann' request",
        status: 0,
    },
    Scene {
        what: "After the merge, tags, branches and announcements are made.",
        command: "tagkeeper apply --since HEAD^",
        status: 0,
    },
    Scene {
        what: "The tag is signed, and names the trunk.",
        command: "git -C ../git/workshop/lantern.git verify-tag v1.3.0 && \
                  git -C ../git/workshop/lantern.git for-each-ref --format='%(contents:body)' refs/tags/v1.3.0",
        status: 0,
    },
    Scene {
        what: "The branch is there.",
        command: "git -C ../git/workshop/lantern.git branch --list",
        status: 0,
    },
    Scene { what: "So are the mails.", command: "cat ../mail/*", status: 0 },
    Scene { what: "A second run finds nothing to do.", command: "tagkeeper apply", status: 0 },
];
