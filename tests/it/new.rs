//! `new`: the entry of a release, from a real record and real repositories to the text of the file.

use std::fs;

use tagkeeper::facts::Network;
use tagkeeper::ops::new::{Kind, NewOptions, StableBranch, draft, write};
use tagkeeper::report::draft::{Draft, LeftBehind, write as write_draft};
use tagkeeper::report::text::Style;
use tagkeeper::workspace::{Failure, FailureKind, Options};
use tempfile::TempDir;

use crate::support::work::Work;

const SERIES: &str = "- {name: hibiscus, release-id: 2026.2, status: development}\n- {name: gazpacho, release-id: 2026.1, status: maintained, slurp: yes}\n- {name: flamingo, release-id: 2025.2, status: maintained}\n";
const FILE: &str = "---\n# ours\nteam: garden\ntype: library\nrelease-model: cycle-with-intermediary\nrepository-settings:\n  garden/rose: {}\n  garden/thorn: {}\n";

/// A releases repository and two project repositories, `garden/rose` and `garden/thorn`.
struct Garden {
    dir: TempDir,
    releases: Work,
    rose: Work,
    thorn: Work,
}

impl Garden {
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let at = |name: &str| Work::new(dir.path().join(name));
        let (releases, rose, thorn) =
            (at("releases"), at("git/garden/rose"), at("git/garden/thorn"));
        for project in [&rose, &thorn] {
            project.commit(&[("code.py", "1")], "Begin");
        }
        releases.commit(
            &[("data/series_status.yaml", SERIES), ("deliverables/hibiscus/rose.yaml", FILE)],
            "Begin",
        );
        Self { dir, releases, rose, thorn }
    }

    fn options(&self) -> Options {
        let root = self.dir.path().to_str().unwrap();
        let settings = [
            ("git", format!("{root}/git/{{repo}}")),
            ("cache", format!("{root}/cache")),
            ("governance", String::new()),
            ("zuul-projects", String::new()),
            ("gerrit", String::new()),
            ("index", String::new()),
            ("requirements-repo", String::new()),
        ];
        Options {
            directory: self.releases.path.clone(),
            settings: settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
            network: Network::Offline,
            ..Options::default()
        }
    }

    fn try_new(
        &self,
        kind: Option<Kind>,
        change: impl FnOnce(&mut NewOptions),
    ) -> Result<Draft, Failure> {
        let mut asked = NewOptions {
            deliverable: "rose".to_owned(),
            kind,
            series: None,
            commits: Vec::new(),
            branch: None,
            stable_branch: StableBranch::Usual,
        };
        change(&mut asked);
        draft(&self.options(), &asked)
    }

    fn new_release(&self, kind: Kind) -> Draft {
        self.try_new(Some(kind), |_| {}).unwrap()
    }

    /// Lists a release of both repositories where they are now, and tags it.
    fn release(&self, path: &str, version: &str) {
        let text = fs::read_to_string(self.releases.path.join(path)).unwrap();
        let (head, thorn) =
            (self.rose.run(&["rev-parse", "HEAD"]), self.thorn.run(&["rev-parse", "HEAD"]));
        let list = if text.contains("releases:") { "" } else { "releases:\n" };
        let entry = format!(
            "{list}  - version: {version}\n    projects:\n      - repo: garden/rose\n        hash: {head}\n      - repo: garden/thorn\n        hash: {thorn}\n"
        );
        let (before, branches) = text
            .split_once("branches:")
            .map_or((text.as_str(), String::new()), |(a, b)| (a, format!("branches:{b}")));
        self.releases.commit(&[(path, &format!("{before}{entry}{branches}"))], "Release");
        for project in [&self.rose, &self.thorn] {
            project.tag(version, "a release");
        }
    }

    fn head(&self, project: &Work) -> String {
        project.run(&["rev-parse", "HEAD"])
    }
}

const HIBISCUS: &str = "deliverables/hibiscus/rose.yaml";
const GAZPACHO: &str = "deliverables/gazpacho/rose.yaml";

fn hashes(draft: &Draft) -> Vec<&str> {
    draft.repositories.iter().map(|taken| taken.hash.as_str()).collect()
}

const INDEPENDENT: &str = "deliverables/_independent/rose.yaml";

#[test]
fn a_warning_about_every_step_does_not_hide_the_step_that_the_content_asks_for() {
    let garden = Garden::new();
    let text = FILE.replace("cycle-with-intermediary", "independent");
    garden.releases.commit(&[(INDEPENDENT, &text)], "Add");
    garden.release(INDEPENDENT, "1.0.0");
    garden.rose.run(&["switch", "--quiet", "--create", "side"]);
    garden.rose.commit(&[("side.py", "1")], "Grow to the side");
    garden.rose.run(&["switch", "--quiet", "-"]);
    let note = "releasenotes/notes/climb-2222222222222222.yaml";
    garden.rose.commit(&[(note, "features: [It climbs.]\n")], "Climb");
    let draft = garden.try_new(None, |it| it.series = Some("independent".to_owned())).unwrap();
    let rules: Vec<&str> = draft.report.findings.iter().map(|it| it.rule).collect();
    assert!(rules.contains(&"branch-membership"), "{rules:?}");
    assert_eq!(draft.version, "1.1.0", "{}", draft.reason);
    assert!(draft.reason.contains("features in"), "{}", draft.reason);
    assert!(!draft.reason.contains("is on"), "{}", draft.reason);
}

#[test]
fn a_listed_release_that_the_history_lacks_is_named_next_to_the_one_that_it_has() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    garden.rose.run(&["switch", "--quiet", "--create", "side"]);
    garden.rose.commit(&[("side.py", "1")], "Grow to the side");
    garden.release(HIBISCUS, "1.1.0");
    garden.rose.run(&["switch", "--quiet", "-"]);
    garden.rose.commit(&[("code.py", "2")], "Grow");
    let draft = garden.new_release(Kind::Bugfix);
    let rose = draft.repositories.iter().find(|it| it.repo == "garden/rose").unwrap();
    assert_eq!((rose.since.as_deref(), rose.elsewhere.as_deref()), (Some("1.0.0"), Some("1.1.0")));
    let thorn = draft.repositories.iter().find(|it| it.repo == "garden/thorn").unwrap();
    assert_eq!((thorn.since.as_deref(), thorn.elsewhere.as_deref()), (Some("1.1.0"), None));
    let mut out = Vec::new();
    write_draft(&draft, &mut out, Style::Plain).unwrap();
    let said = String::from_utf8(out).unwrap();
    assert!(said.contains("since 1.0.0 (1.1.0 is listed, but not in its history)"), "{said}");
}

#[test]
fn who_slips_is_told_the_name_and_the_series() {
    let garden = Garden::new();
    let hints = |kind, change: fn(&mut NewOptions)| {
        let failure = garden.try_new(Some(kind), change).unwrap_err();
        failure.hints().join("; ")
    };
    let slip = |it: &mut NewOptions| it.deliverable = "Rose".to_owned();
    assert_eq!(hints(Kind::Bugfix, slip), "did you mean `rose`?");
    let nobody = |it: &mut NewOptions| it.deliverable = "tulip".to_owned();
    assert!(hints(Kind::Bugfix, nobody).starts_with("write the file first"));
    assert_eq!(hints(Kind::Eom, |_| {}), "name the series to end with `--series`");
}

#[test]
fn what_was_independent_once_is_released_in_the_cycle() {
    let garden = Garden::new();
    let independent = FILE.replace("cycle-with-intermediary", "independent");
    garden.releases.run(&["rm", "--quiet", HIBISCUS]);
    garden.releases.commit(&[(INDEPENDENT, &independent), (GAZPACHO, FILE)], "Move");
    garden.release(INDEPENDENT, "1.0.0");
    garden.rose.commit(&[("code.py", "2")], "Grow");
    garden.release(GAZPACHO, "2.0.0");
    garden.rose.commit(&[("code.py", "3")], "Grow more");
    let path = || garden.try_new(Some(Kind::Feature), |_| {}).unwrap().rewrite.path;
    assert_eq!(path(), HIBISCUS);
    garden.release(INDEPENDENT, "3.0.0");
    garden.rose.commit(&[("code.py", "4")], "Grow alone");
    assert_eq!(path(), INDEPENDENT, "it has left the cycle");
}

#[test]
fn what_has_just_become_independent_is_released_there() {
    let garden = Garden::new();
    let independent = FILE.replace("cycle-with-intermediary", "independent");
    garden.releases.run(&["rm", "--quiet", HIBISCUS]);
    garden.releases.commit(&[(INDEPENDENT, &independent), (GAZPACHO, FILE)], "Move");
    garden.release(GAZPACHO, "2.0.0");
    garden.rose.commit(&[("code.py", "2")], "Grow");
    let draft = garden.try_new(Some(Kind::Feature), |_| {}).unwrap();
    assert_eq!(draft.rewrite.path, INDEPENDENT);
}

#[test]
fn every_repository_is_released_also_one_that_did_not_move() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    garden.rose.commit(&[("code.py", "2")], "Mend the code");
    let draft = garden.new_release(Kind::Bugfix);
    assert_eq!(draft.version, "1.0.1");
    assert_eq!(hashes(&draft), [garden.head(&garden.rose), garden.head(&garden.thorn)]);
    let commits: Vec<usize> = draft.repositories.iter().map(|taken| taken.commits.len()).collect();
    assert_eq!(commits, [1, 0]);
    assert!(draft.message.starts_with("Release rose 1.0.1 for hibiscus\n"), "{}", draft.message);
    write(&garden.options(), &draft).unwrap();
    let text = fs::read_to_string(garden.releases.path.join(HIBISCUS)).unwrap();
    let added = text.strip_prefix(draft.rewrite.before.as_deref().unwrap()).unwrap();
    assert_eq!(
        added,
        format!(
            "  - version: 1.0.1\n    projects:\n      - repo: garden/rose\n        hash: {}\n      - repo: garden/thorn\n        hash: {}\n",
            garden.head(&garden.rose),
            garden.head(&garden.thorn)
        )
    );
    assert!(write(&garden.options(), &draft).is_err(), "the file is not as it was");
}

#[test]
fn the_least_step_that_suits_the_content_is_found() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    let auto = || garden.try_new(None, |_| {});
    let failure = auto().unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Refused);
    assert!(failure.to_string().contains("nothing was merged since `1.0.0`"), "{failure}");
    garden.rose.commit(&[("code.py", "2")], "Mend the code");
    assert_eq!(auto().unwrap().version, "1.0.1");
    let note = "---\nfeatures:\n  - |\n    It smells.\n\n    Change-Id: I1\n";
    garden.rose.commit(&[("releasenotes/notes/smell-0123456789abcdef.yaml", note)], "Smell");
    let draft = auto().unwrap();
    assert_eq!((draft.version.as_str(), draft.kind), ("1.1.0", "feature"));
    assert!(draft.reason.contains("smell-0123456789abcdef.yaml"), "{}", draft.reason);
    assert!(draft.message.contains("New Features:\n\n- It smells."), "{}", draft.message);
    garden.thorn.commit(&[("code.py", "3")], "Break\n\nSem-Ver: api-break");
    assert_eq!(auto().unwrap().version, "2.0.0");
}

#[test]
fn the_first_release_of_a_series_leaves_numbers_for_those_that_were_skipped() {
    let garden = Garden::new();
    assert_eq!(garden.new_release(Kind::Feature).version, "0.1.0");
    garden.releases.commit(&[("deliverables/flamingo/rose.yaml", FILE)], "Add");
    garden.release("deliverables/flamingo/rose.yaml", "1.0.0");
    assert_eq!(garden.new_release(Kind::Bugfix).version, "1.2.0");
    assert_eq!(garden.try_new(None, |_| {}).unwrap().version, "1.2.0");
    assert_eq!(garden.new_release(Kind::Major).version, "2.0.0");
}

#[test]
fn candidates_bring_the_branch_and_the_release_takes_the_commits_of_the_newest() {
    let garden = Garden::new();
    let file = FILE.replace("cycle-with-intermediary", "cycle-with-rc");
    garden.releases.commit(&[(GAZPACHO, &file), (HIBISCUS, &file)], "Have candidates");
    assert!(garden.try_new(Some(Kind::Final), |_| {}).is_err(), "there is no candidate");
    garden.release(GAZPACHO, "1.0.0.0rc1");
    garden.release(GAZPACHO, "1.0.0");
    let text = fs::read_to_string(garden.releases.path.join(GAZPACHO)).unwrap();
    let branches = "branches:\n  - name: stable/2026.1\n    location: 1.0.0.0rc1\n";
    garden.releases.commit(&[(GAZPACHO, &format!("{text}{branches}"))], "Branch");
    garden.rose.commit(&[("code.py", "2")], "Grow");
    let first = garden.new_release(Kind::Rc);
    assert_eq!(
        (first.version.as_str(), &*first.branches),
        ("2.0.0.0rc1", &["stable/2026.2".to_owned()][..])
    );
    write(&garden.options(), &first).unwrap();
    garden.releases.commit(&[], "Release it");
    let released = garden.head(&garden.rose);
    let failure = garden.try_new(Some(Kind::Rc), |_| {}).unwrap_err();
    assert!(failure.to_string().contains("has no branch `stable/2026.2`, which"), "{failure}");
    for project in [&garden.rose, &garden.thorn] {
        project.run(&["checkout", "--quiet", "-b", "stable/2026.2"]);
    }
    garden.rose.commit(&[("code.py", "3")], "Grow more");
    let second = garden.new_release(Kind::Rc);
    assert_eq!((second.version.as_str(), second.branches.len()), ("2.0.0.0rc2", 0));
    let release = garden.new_release(Kind::Final);
    assert_eq!((release.version.as_str(), hashes(&release)[0]), ("2.0.0", released.as_str()));
    assert_eq!(release.diff_start.as_deref(), Some("1.0.0"), "the name of the branch point");
    assert!(release.rewrite.after.contains("    diff-start: 1.0.0\n"), "{}", release.rewrite.after);
}

#[test]
fn a_failed_release_is_repeated_and_a_quiet_series_gets_something_to_branch_from() {
    let garden = Garden::new();
    garden.releases.commit(&[(GAZPACHO, FILE)], "Add");
    garden.release(GAZPACHO, "1.0.0");
    let text = fs::read_to_string(garden.releases.path.join(GAZPACHO)).unwrap();
    let branches = "branches:\n  - name: stable/2026.1\n    location: 1.0.0\n";
    garden.releases.commit(&[(GAZPACHO, &format!("{text}{branches}"))], "Branch");
    let point = garden.head(&garden.rose);
    garden.rose.commit(&[("code.py", "2")], "Grow");
    let procedural = garden.new_release(Kind::Procedural);
    assert_eq!((procedural.version.as_str(), hashes(&procedural)[0]), ("1.1.0", point.as_str()));
    assert!(
        procedural.rewrite.after.contains("comment:") && procedural.branches == ["stable/2026.2"]
    );
    garden.release(HIBISCUS, "1.1.0");
    let failed = garden.head(&garden.rose);
    garden.rose.commit(&[("code.py", "3")], "Grow more");
    let fixed = garden.new_release(Kind::ReleaseFix);
    assert_eq!((fixed.version.as_str(), hashes(&fixed)[0]), ("1.1.1", failed.as_str()));
    assert!(garden.try_new(Some(Kind::Procedural), |_| {}).is_err(), "it has a release now");
}

#[test]
fn a_repository_of_an_earlier_entry_is_never_left_out_in_silence() {
    let garden = Garden::new();
    garden.releases.commit(&[(HIBISCUS, FILE)], "Add");
    garden.release(HIBISCUS, "1.1.0");
    let text = fs::read_to_string(garden.releases.path.join(HIBISCUS)).unwrap();
    let head = garden.head(&garden.rose);
    for (wrong, why) in [
        (text.replace(&head, &head[..8]), "`garden/rose`: "),
        (text.replacen("- repo: garden/thorn", "- repo: garden/../thorn", 1), "garden/../thorn"),
    ] {
        assert_ne!(wrong, text);
        garden.releases.commit(&[(HIBISCUS, &wrong)], "Get it wrong");
        let failure = garden.try_new(Some(Kind::ReleaseFix), |_| {}).unwrap_err().to_string();
        let start = "`1.1.0` cannot be taken again: ";
        assert!(failure.contains(start) && failure.contains(why), "{failure}");
    }
}

#[test]
fn a_series_ends_at_the_tips_of_its_branches_and_nothing_follows() {
    let garden = Garden::new();
    garden.releases.commit(&[(GAZPACHO, FILE)], "Add");
    garden.release(GAZPACHO, "1.0.0");
    let gazpacho = |asked: &mut NewOptions| asked.series = Some("gazpacho".to_owned());
    let failure = garden.try_new(Some(Kind::Eom), gazpacho).unwrap_err();
    assert!(failure.to_string().contains("no branch `stable/2026.1` to end"), "{failure}");
    for project in [&garden.rose, &garden.thorn] {
        project.run(&["checkout", "--quiet", "-b", "stable/2026.1"]);
        project.commit(&[("code.py", "fixed")], "Fix");
        project.run(&["checkout", "--quiet", "master"]);
    }
    let tip = garden.rose.run(&["rev-parse", "stable/2026.1"]);
    let end = garden.try_new(Some(Kind::Eom), gazpacho).unwrap();
    assert_eq!((end.version.as_str(), hashes(&end)[0]), ("2026.1-eom", tip.as_str()));
    assert_eq!(end.branches, ["unmaintained/2026.1"]);
    assert!(end.message.starts_with("Tag rose 2026.1-eom for gazpacho\n"), "{}", end.message);
    write(&garden.options(), &end).unwrap();
    for kind in [Kind::Bugfix, Kind::Eom, Kind::Last, Kind::ReleaseFix] {
        assert!(garden.try_new(Some(kind), gazpacho).is_err(), "{kind}");
    }
    assert_eq!(garden.try_new(Some(Kind::Eol), gazpacho).unwrap().version, "2026.1-eol");
}

#[test]
fn a_retired_repository_gets_no_tag_and_the_settings_have_to_drop_it() {
    let garden = Garden::new();
    let retire = |path| {
        let text = fs::read_to_string(garden.releases.path.join(path)).unwrap();
        text.replace("garden/thorn: {}", "garden/thorn: {flags: [retired]}")
    };
    garden.release(HIBISCUS, "1.0.0");
    let old = format!("{FILE}branches:\n  - name: stable/2026.1\n    location: 0.1.0\n");
    garden.releases.commit(&[(HIBISCUS, &retire(HIBISCUS)), (GAZPACHO, &old)], "Retire");
    garden.release(GAZPACHO, "0.1.0");
    garden.releases.commit(&[(GAZPACHO, &retire(GAZPACHO))], "Retire there too");
    garden.rose.run(&["branch", "stable/2026.1"]);
    garden.rose.commit(&[("code.py", "2")], "Climb");
    let ended = |it: &mut NewOptions| it.series = Some("gazpacho".to_owned());
    let drafts =
        [garden.new_release(Kind::Bugfix), garden.try_new(Some(Kind::Eol), ended).unwrap()];
    for (draft, rule) in drafts.iter().zip(["repository-set", "eol-tag"]) {
        assert_eq!(draft.repositories.len(), 1);
        let found = draft.report.findings.iter().find(|it| it.message.contains("is retired"));
        let found = found.unwrap_or_else(|| panic!("{:?}", draft.report.findings));
        let help = found.help.as_deref().unwrap();
        assert_eq!(found.rule, rule);
        assert!(
            help.starts_with("remove") && help.ends_with("from `repository-settings`"),
            "{help}"
        );
    }
}

#[test]
fn a_named_commit_is_taken_and_what_it_leaves_out_is_shown() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    let wanted = garden.rose.commit(&[("code.py", "2")], "Mend").to_string();
    garden.rose.commit(&[("code.py", "3")], "Mend more");
    for name in [&wanted, &wanted[..8]] {
        let named =
            |asked: &mut NewOptions| asked.commits = vec![("rose".to_owned(), name.to_owned())];
        let draft = garden.try_new(Some(Kind::Bugfix), named).unwrap();
        assert_eq!(hashes(&draft)[0], wanted);
        let LeftBehind::Commits(left) = &draft.repositories[0].behind else { panic!("known") };
        assert_eq!(left.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["Mend more"]);
    }
    for (repo, revision) in [("rose", "ffffffff"), ("lily", "master"), ("rose", "../x")] {
        let named =
            |asked: &mut NewOptions| asked.commits = vec![(repo.to_owned(), revision.to_owned())];
        let failure = garden.try_new(Some(Kind::Bugfix), named).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Usage, "{failure}");
    }
}

#[test]
fn an_unknown_fact_is_an_error_that_names_the_place_and_nothing_is_guessed() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    let mut options = garden.options();
    options.settings[0].1 = "https://nowhere.invalid/{repo}".to_owned();
    for kind in [Some(Kind::Bugfix), Some(Kind::Eol), None] {
        let asked = NewOptions {
            deliverable: "rose".to_owned(),
            kind,
            series: None,
            commits: Vec::new(),
            branch: None,
            stable_branch: StableBranch::Usual,
        };
        let failure = draft(&options, &asked).unwrap_err();
        assert_eq!(failure.kind(), FailureKind::Outside, "{failure}");
        let causes = std::error::Error::source(&failure).map(ToString::to_string);
        assert!(causes.unwrap().contains("nowhere.invalid"), "{failure}");
    }
}

#[test]
fn a_file_that_is_not_there_yet_is_made_from_the_series_before() {
    let garden = Garden::new();
    garden.releases.run(&["mv", HIBISCUS, "deliverables/hibiscus/lily.yaml"]);
    let older = format!("{FILE}release-notes: https://x.example/\n");
    garden.releases.commit(&[(GAZPACHO, &older)], "Have it in gazpacho alone");
    garden.release(GAZPACHO, "1.0.0");
    garden.rose.commit(&[("code.py", "2")], "Grow");
    let draft = garden.new_release(Kind::Feature);
    assert_eq!((draft.version.as_str(), draft.made_from.as_deref()), ("1.1.0", Some(GAZPACHO)));
    assert!(
        draft.rewrite.after.starts_with(FILE) && !draft.rewrite.after.contains("release-notes"),
        "{}",
        draft.rewrite.after
    );
    write(&garden.options(), &draft).unwrap();
    assert_eq!(
        fs::read_to_string(garden.releases.path.join(HIBISCUS)).unwrap(),
        draft.rewrite.after
    );
    let nowhere = |asked: &mut NewOptions| asked.deliverable = "tulip".to_owned();
    let failure = garden.try_new(Some(Kind::Feature), nowhere).unwrap_err();
    assert_eq!(failure.kind(), FailureKind::Usage);
    let outside = |asked: &mut NewOptions| asked.deliverable = "../../tulip".to_owned();
    assert_eq!(
        garden.try_new(Some(Kind::Feature), outside).unwrap_err().kind(),
        FailureKind::Usage
    );
}

#[test]
fn a_bugfix_branch_goes_on_with_its_own_numbers() {
    let garden = Garden::new();
    garden.release(HIBISCUS, "1.0.0");
    for project in [&garden.rose, &garden.thorn] {
        project.run(&["branch", "bugfix/1.0"]);
        project.commit(&[("code.py", "2")], "Grow");
    }
    garden.release(HIBISCUS, "2.0.0");
    for project in [&garden.rose, &garden.thorn] {
        project.run(&["checkout", "--quiet", "bugfix/1.0"]);
        project.commit(&[("code.py", "1b")], "Mend");
    }
    let on_branch = |asked: &mut NewOptions| asked.branch = Some("bugfix/1.0".to_owned());
    let draft = garden.try_new(Some(Kind::Bugfix), on_branch).unwrap();
    assert_eq!(
        (draft.version.as_str(), hashes(&draft)[0]),
        ("1.0.1", garden.head(&garden.rose).as_str())
    );
    let nowhere = |asked: &mut NewOptions| asked.branch = Some("bugfix/9.0".to_owned());
    assert!(garden.try_new(Some(Kind::Bugfix), nowhere).is_err());
}
