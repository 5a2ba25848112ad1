//! What follows a new branch, proposed to a Gerrit, as branches and as patches.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::played::{Played, git, run, tagkeeper};
use crate::support::proposals::{Proposals, with_file};

const REPO: &str = "garden/watering-can";
const BRANCH: &str = "stable/2026.2";
const INDEX: &str = "releasenotes/source/index.rst";

/// A playground in which a release of watering-can with its stable branch is asked for.
struct Asked {
    played: Played,
    root: PathBuf,
    dir: PathBuf,
}

impl Asked {
    fn new() -> Self {
        Self::with(&[
            (
                ".gitreview",
                "[gerrit]\nhost=review.garden.example\nproject=garden/watering-can.git\n",
            ),
            (
                "tox.ini",
                "[testenv]\ndeps =\n  -c{env:TOX_CONSTRAINTS_FILE:https://h/upper/master} \n",
            ),
            (INDEX, "=====\nNotes\n=====\n\n.. toctree::\n\n   unreleased\n   2026.1\n"),
        ])
    }

    fn with(files: &[(&str, &str)]) -> Self {
        Self::under("", files)
    }

    /// The same under a policy that was merged before.
    fn under(policy: &str, files: &[(&str, &str)]) -> Self {
        let played = Played::new();
        let root = played.root();
        let path = root.join("releases/release-policy.yaml");
        let before = fs::read_to_string(&path).unwrap_or_default();
        fs::write(&path, format!("{before}\n{policy}")).unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "--quiet", "--message", "Decide"]);
        let dir = root.join("git").join(format!("{REPO}.git"));
        let mut tip = git(&root, &["-C", dir.to_str().unwrap(), "rev-parse", "master"]);
        for (path, text) in files {
            tip = with_file(&dir, &tip, path, text);
        }
        git(&root, &["-C", dir.to_str().unwrap(), "update-ref", "refs/heads/master", &tip]);
        let entry = format!(
            "  - version: 4.3.0\n    projects:\n      - repo: {REPO}\n        hash: {tip}\nbranches:\n  - name: {BRANCH}\n    location: 4.3.0\n"
        );
        played.request("watering-can.yaml", &entry);
        Self { played, root, dir }
    }

    fn say(&self, command: &[&str], settings: &[String]) -> (i32, String) {
        let mut arguments = command.to_vec();
        arguments.extend(["--steps", "follow-ups", "--constraints-url", "https://h/upper/{id}"]);
        arguments.extend(settings.iter().map(String::as_str));
        tagkeeper(&self.root, &arguments)
    }

    fn show(&self, place: &str) -> String {
        git(&self.root, &["-C", self.dir.to_str().unwrap(), "show", place])
    }

    fn refs(&self) -> String {
        git(&self.root, &["-C", self.dir.to_str().unwrap(), "for-each-ref", "--format=%(refname)"])
    }
}

fn branch_way() -> Vec<String> {
    ["--proposals", "branch"].map(str::to_owned).to_vec()
}

/// Puts a hook into a repository.
fn hook(asked: &Asked, name: &str, script: &str) -> PathBuf {
    let path = asked.dir.join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let copy = asked.root.join("hook");
    fs::write(&copy, format!("#!/bin/sh\n{script}\n")).unwrap();
    run(&asked.root, "install", &["-m", "755", copy.to_str().unwrap(), path.to_str().unwrap()]);
    path
}

#[test]
fn nothing_follows_a_branch_unless_the_site_says_so_and_plan_shows_what_would() {
    let asked = Asked::new();
    let (status, said) = tagkeeper(&asked.root, &["plan", "--base", "HEAD^"]);
    assert!(status == 0 && !said.contains("follow-up"), "{said}");
    let (status, said) = asked.say(&["plan", "--base", "HEAD^"], &branch_way());
    assert_eq!(status, 0, "{said}");
    for shown in [
        "create   follow-up gitreview for stable/2026.2 of garden/watering-can",
        "+defaultbranch=stable/2026.2",
        "-  -c{env:TOX_CONSTRAINTS_FILE:https://h/upper/master}",
        "+  -c{env:TOX_CONSTRAINTS_FILE:https://h/upper/2026.2}",
        "+   2026.2",
        "+2026.2 Series Release Notes",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    let (_, said) = asked.say(&["plan", "--base", "HEAD^", "--format", "json"], &branch_way());
    let plan: Value = serde_json::from_str(&said).unwrap();
    let validator = jsonschema::validator_for(&tagkeeper::plan::plan_schema()).unwrap();
    validator.validate(&plan).map_err(|error| error.to_string()).unwrap();
}

#[test]
fn changes_are_proposed_once_to_gerrit_and_what_becomes_of_them_is_read_back() {
    let asked = Asked::new();
    let review = Proposals::start(&asked.root.join("git"));
    let (status, said) = asked.say(&["apply"], &review.settings());
    assert_eq!(status, 0, "{said}");
    let changes = review.changes();
    let places: Vec<_> =
        changes.iter().map(|one| (one.branch.as_str(), one.topic.as_str())).collect();
    let topic = "create-2026.2";
    assert_eq!(places, [(BRANCH, topic), (BRANCH, topic), ("master", topic)], "{said}");
    assert!(changes[2].message.contains("\nSem-Ver: feature\n"), "{}", changes[2].message);
    let commit = |nth: usize| changes[nth].patchsets[0].0.clone();
    assert!(
        asked.show(&format!("{}:.gitreview", commit(0))).ends_with("defaultbranch=stable/2026.2")
    );
    let tox = asked.show(&format!("{}:tox.ini", commit(1)));
    assert!(tox.ends_with("-c{env:TOX_CONSTRAINTS_FILE:https://h/upper/2026.2}"), "{tox}");
    assert!(
        asked
            .show(&format!("{}:{INDEX}", commit(2)))
            .contains("   unreleased\n   2026.2\n   2026.1")
    );
    assert!(asked.show(&format!("{}:watering-can.txt", commit(2))).contains("watering-can"));

    // Again, and on top of a base that moved: nothing is pushed.
    let tip = git(&asked.root, &["-C", asked.dir.to_str().unwrap(), "rev-parse", "master"]);
    let moved = with_file(&asked.dir, &tip, "other", "x\n");
    git(
        &asked.root,
        &["-C", asked.dir.to_str().unwrap(), "update-ref", "refs/heads/master", &moved],
    );
    let again = ["apply", "--release", "watering-can", "4.3.0"];
    let (status, said) = asked.say(&again, &review.settings());
    assert_eq!(status, 0, "{said}");
    assert_eq!(said.matches("is in review").count(), 3, "{said}");
    assert!(review.changes().iter().all(|change| change.patchsets.len() == 1), "{said}");

    // Abandoned by a person: not again, and said so. Gerrit away: unknown, and nothing is proposed.
    review.set("ABANDONED");
    let (status, said) = asked.say(&again, &review.settings());
    assert_eq!((status, said.matches("was abandoned").count()), (0, 3), "{said}");
    review.is_away(true);
    let (status, said) = asked.say(&again, &review.settings());
    assert_eq!((status, said.matches("UNKNOWN").count()), (3, 3), "{said}");
    review.is_away(false);
    // Merged and taken back since.
    review.set("MERGED");
    let (status, said) = asked.say(&again, &review.settings());
    assert_eq!((status, said.matches("has been reverted since").count()), (0, 3), "{said}");
    // Whatever brought it there: it is done.
    let new = asked.show(&format!("{}:.gitreview", commit(0))) + "\n";
    let tip = git(&asked.root, &["-C", asked.dir.to_str().unwrap(), "rev-parse", BRANCH]);
    let by_hand = with_file(&asked.dir, &tip, ".gitreview", &new);
    git(
        &asked.root,
        &["-C", asked.dir.to_str().unwrap(), "update-ref", "refs/heads/stable/2026.2", &by_hand],
    );
    let (status, said) = asked.say(&again, &review.settings());
    assert_eq!((status, said.matches("has been reverted since").count()), (0, 2), "{said}");
    assert!(said.contains("`.gitreview` names `stable/2026.2`"), "{said}");
    assert!(
        review.server.requests().iter().all(|head| !head.contains("POST ")),
        "nothing is posted"
    );
}

#[test]
fn the_patch_set_of_a_person_is_left_as_it_is_and_a_stale_one_of_ours_is_replaced() {
    let asked = Asked::new();
    let review = Proposals::start(&asked.root.join("git"));
    let (status, said) = asked.say(&["apply"], &review.settings());
    assert_eq!(status, 0, "{said}");
    let again =
        ["apply", "--release", "watering-can", "4.3.0", "--constraints-url", "https://other/{id}"];
    let mut arguments: Vec<String> = again.map(str::to_owned).to_vec();
    arguments.extend(["--steps", "follow-ups"].map(str::to_owned));
    arguments.extend(review.settings());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (status, said) = tagkeeper(&asked.root, &arguments);
    assert_eq!(status, 0, "{said}");
    let sizes = || review.changes().iter().map(|one| one.patchsets.len()).collect::<Vec<_>>();
    assert_eq!(sizes(), [1, 2, 1], "{said}");
    review.edited_by_a_person("tox.ini", "[testenv]\n-c{env:TOX_CONSTRAINTS_FILE:https://mine}\n");
    let (status, said) = tagkeeper(&asked.root, &arguments);
    assert_eq!(status, 0, "{said}");
    assert_eq!(sizes(), [2, 3, 2], "{said}");
    assert!(said.contains("with a patch set by Bob that is left as it is"), "{said}");
}

#[test]
fn a_patch_set_that_a_person_uploads_after_the_plan_is_left_as_it_is() {
    let asked = Asked::new();
    let review = Proposals::start(&asked.root.join("git"));
    let (status, said) = asked.say(&["apply"], &review.settings());
    assert_eq!(status, 0, "{said}");
    review.edited_once_it_is_read(
        "tox.ini",
        "[testenv]\n-c{env:TOX_CONSTRAINTS_FILE:https://mine}\n",
    );
    let mut arguments: Vec<String> =
        ["apply", "--release", "watering-can", "4.3.0", "--steps", "follow-ups"]
            .map(str::to_owned)
            .to_vec();
    arguments.extend(["--constraints-url", "https://other/{id}"].map(str::to_owned));
    arguments.extend(review.settings());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (status, said) = tagkeeper(&asked.root, &arguments);
    assert!(status == 0 && said.contains("with a patch set by Bob that is left"), "{said}");
    let by: Vec<u64> = review.changes()[1].patchsets.iter().map(|one| one.1).collect();
    assert_eq!(by, [7, 8], "{said}");
}

#[test]
fn a_lost_answer_and_a_run_that_was_killed_end_in_the_same_state() {
    for (name, script) in [
        // The server took it, and the answer is lost.
        ("post-receive", "grep -q refs/for/ && kill -9 $PPID; exit 0"),
        // The run is killed before the server took anything, and after it.
        (
            "pre-receive",
            "grep -q refs/for/ && kill -9 $(cat ../../../pid) && sleep 1 && exit 1; exit 0",
        ),
        ("post-receive", "grep -q refs/for/ && kill -9 $(cat ../../../pid); exit 0"),
    ] {
        let asked = Asked::new();
        let review = Proposals::start(&asked.root.join("git"));
        let path = hook(&asked, name, script);
        let settings = review.settings().join(" ");
        let program = env!("CARGO_BIN_EXE_tagkeeper");
        let line = format!(
            "echo $$ > ../pid; exec {program} apply --steps follow-ups --constraints-url 'https://h/upper/{{id}}' {settings}"
        );
        let output = run(&asked.root, "/bin/sh", &["-c", &line]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        fs::remove_file(&path).unwrap();
        let (status, again) = asked.say(&["apply"], &review.settings());
        assert_eq!(status, 0, "{name} {script}: {said}{again}");
        let changes = review.changes();
        assert_eq!(changes.len(), 3, "{name} {script}: {said}{again}");
        assert!(changes.iter().all(|one| one.patchsets.len() == 1), "{name} {script}: {changes:?}");
        let mails = fs::read_dir(asked.root.join("mail")).unwrap().map(Result::unwrap);
        let ours = mails.filter(|mail| mail.file_name().to_str().unwrap().contains("4.3.0"));
        assert_eq!(ours.count(), 1, "{name}: {said}{again}");
        let refs = asked.refs();
        assert!(
            refs.contains("refs/heads/stable/2026.2") && refs.contains("refs/tags/4.3.0"),
            "{refs}"
        );
    }
}

#[test]
fn a_change_that_gerrit_took_and_does_not_show_is_not_pushed_again_by_itself() {
    let asked = Asked::new();
    let review = Proposals::start(&asked.root.join("git"));
    review.hides(true);
    let pushed = |review: &Proposals| -> usize {
        review.changes().iter().map(|one| one.patchsets.len()).sum()
    };
    for _ in 0..2 {
        let (status, said) = asked.say(&["apply"], &review.settings());
        assert!(status == 3 && said.contains("Gerrit accepted it, but does not show it"), "{said}");
        assert_eq!(pushed(&review), 3, "{said}");
    }
    review.hides(false);
    let (status, said) = asked.say(&["apply"], &review.settings());
    assert_eq!((status, pushed(&review)), (0, 3), "{said}");
    // What was done, and is gone since, is somebody's decision.
    review.hides(true);
    let again = ["apply", "--release", "watering-can", "4.3.0"];
    let (status, said) = asked.say(&again, &review.settings());
    assert!(said.contains("its change is gone without being merged"), "{said}");
    assert_eq!((status, pushed(&review)), (0, 3), "{said}");
}

#[test]
fn a_site_without_gerrit_has_branches_or_patches() {
    let asked = Asked::new();
    let (status, said) = asked.say(&["apply"], &branch_way());
    assert_eq!(status, 0, "{said}");
    let own = "refs/heads/tagkeeper/gitreview-2026.2";
    assert!(asked.refs().contains(own), "{}", asked.refs());
    let again = ["apply", "--release", "watering-can", "4.3.0"];
    let (status, said) = asked.say(&again, &branch_way());
    assert_eq!((status, said.matches("waits to be merged").count()), (0, 3), "{said}");
    // Deleted and not merged: somebody did not want it.
    git(&asked.root, &["-C", asked.dir.to_str().unwrap(), "update-ref", "-d", own]);
    let (status, said) = asked.say(&again, &branch_way());
    assert!(status == 0 && said.contains("it is not proposed again"), "{said}");
    assert!(!asked.refs().contains(own), "{}", asked.refs());

    let asked = Asked::new();
    let patches = asked.root.join("patches");
    let way = ["--proposals".to_owned(), patches.display().to_string()];
    let (status, said) = asked.say(&["apply"], &way);
    assert_eq!(status, 0, "{said}");
    let names: Vec<PathBuf> =
        fs::read_dir(&patches).unwrap().map(|one| one.unwrap().path()).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    let work = asked.root.join("work");
    git(
        &asked.root,
        &[
            "clone",
            "--quiet",
            "--branch",
            BRANCH,
            asked.dir.to_str().unwrap(),
            work.to_str().unwrap(),
        ],
    );
    let patch = patches.join("garden-watering-can--stable-2026.2--gitreview--2026.2.patch");
    git(&asked.root, &["-C", work.to_str().unwrap(), "am", "--quiet", patch.to_str().unwrap()]);
    assert!(
        fs::read_to_string(work.join(".gitreview"))
            .unwrap()
            .ends_with("defaultbranch=stable/2026.2\n")
    );
}

/// What a policy with this follow-up says in a plan.
fn planned(files: &[(&str, &str)], policy: &str) -> String {
    let asked = Asked::under(policy, files);
    let (_, said) = asked.say(&["plan", "--base", "HEAD^"], &branch_way());
    drop(asked.played);
    said
}

#[test]
fn a_team_has_follow_ups_of_its_own_and_rights_only_there() {
    let entry = |extra: &str| {
        format!("follow-ups:\n  - name: elements\n    subject: Use {{branch}}\n{extra}")
    };
    let own = "    owner: watering\n    repos: [garden/*]\n    branches: ['stable/*']\n";
    let file = [("elements/x", "branch=master\n"), ("zuul.d/jobs.yaml", "branch: master\n")];
    let said = planned(
        &file,
        &entry(&format!(
            "{own}    file: elements/x\n    find: branch=master\n    write: 'branch={{branch}} # {{series}} {{version}}'\n"
        )),
    );
    assert!(said.contains("+branch=stable/2026.2 # hibiscus 4.3.0"), "{said}");
    let said = planned(
        &file,
        &entry(&format!("{own}    file: elements/x\n    find: nowhere\n    write: x\n")),
    );
    assert!(said.contains("does not contain the text to replace"), "{said}");
    let twice = [("elements/x", "a\na\n")];
    let said =
        planned(&twice, &entry(&format!("{own}    file: elements/x\n    find: a\n    write: b\n")));
    assert!(said.contains("2 times, but it must occur once"), "{said}");
    let zuul = "    file: zuul.d/jobs.yaml\n    find-regex: 'branch: (\\w+)'\n    write: 'branch: {branch}'\n";
    let said = planned(&file, &entry(&format!("{own}{zuul}")));
    assert!(said.contains("tells Zuul what to run"), "{said}");
    let managers = own.replace("watering", "release-managers");
    let said = planned(&file, &entry(&format!("{managers}{zuul}")));
    assert!(said.contains("+branch: stable/2026.2"), "{said}");
    // What is captured is written before the branch, and a name in it is not replaced.
    let captured =
        "    file: elements/y\n    find-regex: '^(\\S+ )master$'\n    write: $1{branch}\n";
    let said = planned(&[("elements/y", "x/{id} master\n")], &entry(&format!("{own}{captured}")));
    assert!(said.contains("+x/{id} stable/2026.2"), "{said}");
    let stranger = own.replace("watering", "another team");
    let said = planned(
        &file,
        &entry(&format!("{stranger}    file: elements/x\n    find: branch=master\n    write: y\n")),
    );
    assert!(!said.contains("elements"), "{said}");
    let said = planned(
        &[("elements/x", "a\u{0}b")],
        &entry(&format!("{own}    file: elements/x\n    find: a\n    write: b\n")),
    );
    assert!(said.contains("not a text file"), "{said}");
}

#[test]
fn branches_with_the_same_id_have_changes_of_their_own_on_the_trunk() {
    let policy = "follow-ups:\n  - name: elements\n    subject: Use {branch}\n    owner: release-managers\n    repos: [garden/*]\n    on: trunk\n    file: x\n    find: 'LIST:'\n    write: \"LIST:\\n  - {branch}\"\n";
    let asked = Asked::under(policy, &[("x", "LIST:\n  - master\n")]);
    let file = asked.root.join("releases/deliverables/hibiscus/watering-can.yaml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text + "  - name: bugfix/2026.2\n    location: 4.3.0\n").unwrap();
    git(&asked.root, &["commit", "--quiet", "--all", "--amend", "--no-edit"]);
    let review = Proposals::start(&asked.root.join("git"));
    let (status, said) = asked.say(&["apply"], &review.settings());
    assert_eq!(status, 0, "{said}");
    let all = review.changes();
    let ours: Vec<_> = all.iter().filter(|one| one.message.starts_with("Use ")).collect();
    let subjects: Vec<_> =
        ours.iter().map(|one| (one.branch.as_str(), one.message.lines().next().unwrap())).collect();
    assert_eq!(
        subjects,
        [("master", "Use stable/2026.2"), ("master", "Use bugfix/2026.2")],
        "{said}"
    );
}
