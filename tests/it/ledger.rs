//! The ledger in both of its homes: a directory, and a ref of a repository that machines share.

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;

use jiff::Timestamp;
use tagkeeper::git::{Identity, RepoName};
use tagkeeper::ledger::{
    Beginning, Claim, Ledger, LedgerError, LedgerState, Mark, Note, Noted, Pending, PendingReason,
    Resolution, Run, Seen, Shared, StepName,
};
use tempfile::TempDir;

use crate::support::git::{Repo, START, bare_command, must, program};

const REF: &str = "refs/tagkeeper/ledger";
const REPO: &str = "openstack/widget";

/// A place for a ledger, and the views that several machines have of it.
struct World {
    dir: TempDir,
}

impl World {
    fn new() -> Self {
        let world = Self { dir: TempDir::new().unwrap() };
        Repo::new(world.remote());
        world
    }

    fn remote(&self) -> std::path::PathBuf {
        self.dir.path().join("releases.git")
    }

    fn directory(&self) -> Ledger {
        Ledger::Directory(self.dir.path().join("ledger"))
    }

    /// The ledger in a ref as a machine of that name sees it.
    fn shared(&self, machine: &str) -> Ledger {
        let own = Repo::new(self.dir.path().join(machine));
        Ledger::Ref(Box::new(Shared {
            git: program(),
            git_dir: own.dir().to_owned(),
            url: self.remote().display().to_string(),
            name: REF.to_owned(),
            who: Identity { name: "Bot".to_owned(), email: "bot@example.org".to_owned() },
            seen: Seen::default(),
        }))
    }

    /// Both homes, each as two machines see it.
    fn homes(&self) -> [[Ledger; 2]; 2] {
        [[self.directory(), self.directory()], [self.shared("a"), self.shared("b")]]
    }
}

fn time() -> Timestamp {
    Timestamp::from_second(START).unwrap()
}

fn named(repo: &str) -> RepoName {
    RepoName::parse(repo).unwrap()
}

fn repo() -> RepoName {
    named(REPO)
}

fn mark(who: &str) -> Mark {
    Mark { at: time(), who: who.to_owned(), run: None }
}

fn begin(ledger: &Ledger, version: &str, who: &str) -> Beginning {
    ledger.begin((&repo(), version), &StepName::new("mail"), &mark(who), &[]).unwrap().value
}

fn note(ledger: &Ledger, (repo, name, step): (&str, &str, &str), who: &str, what: Noted) {
    let (repo, name, step) = (named(repo), name.to_owned(), StepName::new(step));
    ledger.note(&[Note { repo, name, step, mark: mark(who), what }], time()).unwrap();
}

fn settle(ledger: &Ledger, version: &str, how: Resolution) -> bool {
    ledger.resolve((&repo(), version), &StepName::new("mail"), &mark("op"), how).unwrap()
}

#[test]
fn what_a_newer_program_wrote_is_kept() {
    let world = World::new();
    let ledger = world.directory();
    begin(&ledger, "1.0.0", "job 1");
    let file = world.dir.path().join("ledger").join(REPO).join("1.0.0.json");
    let read =
        || -> serde_json::Value { serde_json::from_slice(&fs::read(&file).unwrap()).unwrap() };
    let mut kept = read();
    kept["colour"] = "green".into();
    kept["steps"]["mail"]["queue"] = serde_json::json!({"id": 7});
    fs::write(&file, kept.to_string()).unwrap();
    assert!(settle(&ledger, "1.0.0", Resolution::Done));
    let now = read();
    assert_eq!(
        (&now["colour"], &now["steps"]["mail"]["queue"]["id"]),
        (&"green".into(), &7.into())
    );
    assert_ne!(now["steps"]["mail"]["done"], serde_json::Value::Null);
}

#[test]
fn a_step_is_begun_once_and_done_once() {
    for [ours, theirs] in World::new().homes() {
        assert_eq!(ours.read().unwrap().entry(&repo(), "1.0.0").unwrap(), None);
        assert_eq!(begin(&ours, "1.0.0", "job 1"), Beginning::GoAhead);
        assert_eq!(begin(&theirs, "1.0.0", "job 2"), Beginning::InFlight(mark("job 1")));
        assert_eq!(begin(&theirs, "1.0.1", "job 2"), Beginning::GoAhead);
        note(&ours, (REPO, "1.0.0", "mail"), "job 1", Noted::Done("250 kept".to_owned()));
        assert_eq!(begin(&theirs, "1.0.0", "job 2"), Beginning::AlreadyDone(mark("job 1")));
        let entry = theirs.read().unwrap().entry(&repo(), "1.0.0").unwrap().unwrap();
        let record = &entry.steps[&StepName::new("mail")];
        assert_eq!(record.note.as_deref(), Some("250 kept"));
        assert_eq!((&record.intent, record.done.as_ref()), (&mark("job 1"), Some(&mark("job 1"))));
    }
}

#[test]
fn an_operator_settles_what_was_begun_and_not_done() {
    for [ours, theirs] in World::new().homes() {
        assert!(!settle(&ours, "1.0.0", Resolution::Done), "nothing was begun");
        begin(&ours, "1.0.0", "job 1");
        assert!(settle(&theirs, "1.0.0", Resolution::Redo));
        assert_eq!(begin(&ours, "1.0.0", "job 2"), Beginning::GoAhead);
        assert!(settle(&theirs, "1.0.0", Resolution::Done));
        assert_eq!(begin(&ours, "1.0.0", "job 3"), Beginning::AlreadyDone(mark("op")));
        assert!(!settle(&theirs, "1.0.0", Resolution::Redo), "what is done is not taken back");
    }
}

/// Lets runs begin the same step at the same moment; gives how many may go ahead.
fn race(ledgers: &[Ledger], version: &str, who: fn(usize) -> String) -> usize {
    let start = Barrier::new(ledgers.len());
    let begun: Vec<Beginning> = thread::scope(|scope| {
        let run = |(at, ledger)| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                begin(ledger, version, &who(at))
            })
        };
        let runs: Vec<_> = ledgers.iter().enumerate().map(run).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    begun.iter().filter(|begun| **begun == Beginning::GoAhead).count()
}

#[test]
fn of_runs_that_begin_at_the_same_moment_one_goes_ahead() {
    let world = World::new();
    let directories = vec![world.directory(); 4];
    let refs = [world.shared("a"), world.shared("b"), world.shared("c")];
    for version in ["1.0.0", "1.0.1", "1.0.2"] {
        assert_eq!(race(&directories, version, |at| format!("job {at}")), 1);
        assert_eq!(race(&refs, version, |at| format!("job {at}")), 1);
    }
}

#[test]
fn of_runs_with_one_name_at_one_time_one_goes_ahead_all_the_same() {
    let world = World::new();
    let refs = [world.shared("a"), world.shared("b"), world.shared("c")];
    for version in ["1.0.0", "1.0.1", "1.0.2"] {
        assert_eq!(race(&vec![world.directory(); 4], version, |_| "cron".to_owned()), 1);
        assert_eq!(race(&refs, version, |_| "cron".to_owned()), 1);
    }
}

#[test]
fn runs_that_begin_different_steps_at_once_all_go_ahead() {
    let world = World::new();
    let ledgers = [world.shared("a"), world.shared("b"), world.shared("c")];
    thread::scope(|scope| {
        for (at, ledger) in ledgers.iter().enumerate() {
            let version = format!("1.0.{at}");
            scope.spawn(move || assert_eq!(begin(ledger, &version, "job"), Beginning::GoAhead));
        }
    });
    let snapshot = ledgers[0].read().unwrap();
    for version in ["1.0.0", "1.0.1", "1.0.2"] {
        assert!(snapshot.entry(&repo(), version).unwrap().is_some(), "{version}");
    }
}

#[test]
fn the_state_is_kept_and_nothing_else_is_lost() {
    let pending = Pending::new(
        ("deliverables/hibiscus/widget.yaml", "1.0.0"),
        (PendingReason::Unknown, "the push gave no answer".to_owned()),
        time(),
    );
    let state = LedgerState {
        applied_through: Some("ab".repeat(20)),
        pending: vec![pending],
        ..LedgerState::default()
    };
    for [ours, theirs] in World::new().homes() {
        assert_eq!(ours.read().unwrap().state().unwrap(), LedgerState::default());
        begin(&ours, "1.0.0", "job 1");
        ours.update("Note the state", time(), |draft| draft.set_state(&state)).unwrap();
        let snapshot = theirs.read().unwrap();
        let kept = snapshot.state().unwrap();
        assert_eq!(
            (&kept.applied_through, &kept.pending),
            (&state.applied_through, &state.pending)
        );
        assert!(snapshot.entry(&repo(), "1.0.0").unwrap().is_some());
    }
}

#[test]
fn a_change_that_fails_or_changes_nothing_leaves_no_trace() {
    let world = World::new();
    for [ours, _] in world.homes() {
        let failed = ours.update("Fail", time(), |draft| {
            draft.set_state(&LedgerState::default())?;
            Err::<(), _>(LedgerError::Name("no".to_owned()))
        });
        assert!(matches!(failed, Err(LedgerError::Name(_))));
        assert!(!settle(&ours, "1.0.0", Resolution::Done));
    }
    assert!(!world.dir.path().join("ledger/state.json").exists());
    assert!(!world.dir.path().join("ledger/openstack").exists());
    assert_eq!(Repo::new(world.remote()).reads(REF), None);
}

#[test]
fn a_garbled_file_stops_everything_and_stays_as_it_is() {
    for text in
        ["{ \"version\": 1, \"steps\"", "", "{\"version\": 99, \"of\": \"another shape\"}\n"]
    {
        let world = World::new();
        let path = world.dir.path().join("ledger/openstack/widget/1.0.0.json");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let remote = Repo::new(world.remote());
        let file = "openstack/widget/1.0.0.json";
        remote.commit("garbled", file, text.as_bytes());
        remote.git(&["update-ref", REF, "refs/heads/garbled"]);

        for [ours, _] in world.homes() {
            let read = ours.read().unwrap().entry(&repo(), "1.0.0").map(drop);
            let begun = ours.begin((&repo(), "1.0.0"), &StepName::new("mail"), &mark("job"), &[]);
            for answer in [read, begun.map(drop)] {
                let Err(error) = answer else { panic!("{text:?} was read") };
                let is_newer = text.contains("99");
                match &error {
                    LedgerError::Garbled { file: f, .. } => assert!(f == file && !is_newer),
                    LedgerError::Newer { file: f, version: 99 } => assert!(f == file && is_newer),
                    other => panic!("{text:?}: {other}"),
                }
                assert_eq!(error.to_string().contains("remove the file"), !is_newer, "{error}");
            }
            assert_eq!(begin(&ours, "1.0.1", "job"), Beginning::GoAhead, "another file is well");
            let intent = |name: &str| {
                let (repo, name, step) = (repo(), name.to_owned(), StepName::new("tag"));
                Note { repo, name, step, mark: mark("job"), what: Noted::Intent(None) }
            };
            let left = ours.note(&[intent("1.0.0"), intent("1.0.2")], time()).unwrap();
            assert!(left.len() == 1 && left[0].is_about(&repo(), "1.0.0"), "{left:?}");
            assert!(ours.read().unwrap().entry(&repo(), "1.0.2").unwrap().is_some());
            waits_for_none_of(&ours, "1.0.0");
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(remote.git(&["show", &format!("{REF}:{file}")]), text.trim_end());
    }
}

/// Begins steps while notes of a version wait whose file is in the way.
fn waits_for_none_of(ledger: &Ledger, version: &str) {
    let done = |name: &str| {
        let (repo, name, step) = (repo(), name.to_owned(), StepName::new("tag"));
        Note { repo, name, step, mark: mark("job"), what: Noted::Done("made".to_owned()) }
    };
    let (notes, step) = ([done(version), done("1.0.3")], StepName::new("mail"));
    let begun = ledger.begin((&repo(), "1.0.4"), &step, &mark("job"), &notes).unwrap();
    assert_eq!(begun.value, Beginning::GoAhead);
    let claimed = ledger.claim((&repo(), "1.0.5"), &step, (&mark("job"), None), &notes).unwrap();
    assert_eq!(claimed.value, Claim::GoAhead);
    for left in [begun.left, claimed.left] {
        assert!(left.len() == 1 && left[0].is_about(&repo(), version), "{left:?}");
    }
    let read = ledger.read().unwrap();
    for name in ["1.0.3", "1.0.4", "1.0.5"] {
        assert!(read.entry(&repo(), name).unwrap().is_some(), "{name}");
    }
    assert!(ledger.begin((&repo(), version), &step, &mark("job"), &notes[1..]).is_err());
}

#[test]
fn a_directory_in_the_place_of_a_file_costs_only_its_own_note() {
    let world = World::new();
    let ledger = world.directory();
    let there = world.dir.path().join("ledger/openstack/widget");
    fs::create_dir_all(there.join("1.0.0.json")).unwrap();
    waits_for_none_of(&ledger, "1.0.0");
}

#[test]
fn nothing_leads_out_of_the_ledger() {
    let world = World::new();
    let bad = [
        ("../evil", "1.0.0"),
        ("openstack/../../evil", "1.0.0"),
        ("openstack/widget", ".."),
        ("openstack/widget", "../../evil"),
        ("openstack/widget", "a%2Fb"),
        ("/etc", "1.0.0"),
        ("", "1.0.0"),
        ("openstack//widget", "1.0.0"),
        (".git", "config"),
        ("openstack\\..\\evil", "1.0.0"),
    ];
    for [ours, _] in world.homes() {
        for (repo, version) in bad {
            let Ok(repo) = RepoName::parse(repo) else { continue };
            let answer = ours.begin((&repo, version), &StepName::new("mail"), &mark("job"), &[]);
            assert!(matches!(answer, Err(LedgerError::Name(_))), "{repo} {version}: {answer:?}");
            let answer = ours.read().unwrap().entry(&repo, version).map(drop);
            assert!(matches!(answer, Err(LedgerError::Name(_))), "{repo} {version}: {answer:?}");
        }
    }
    assert_eq!(files_below(&world.dir.path().join("ledger")), [".lock"]);
    assert_eq!(Repo::new(world.remote()).reads(REF), None);
}

fn files_below(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    entries.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn a_server_that_refuses_the_ref_is_heard_and_one_that_is_gone_is_no_empty_ledger() {
    let world = World::new();
    let ledger = world.shared("a");
    let remote = Repo::new(world.remote());
    remote.git(&["config", "receive.hideRefs", "refs/tagkeeper"]);
    let answer = ledger.begin((&repo(), "1.0.0"), &StepName::new("mail"), &mark("job"), &[]);
    assert!(matches!(answer, Err(LedgerError::Refused { .. })), "{answer:?}");
    fs::remove_dir_all(world.remote()).unwrap();
    let answer = ledger.read().map(drop);
    assert!(matches!(answer, Err(LedgerError::Git(_))), "{answer:?}");
}

#[test]
fn a_branch_whose_name_ends_like_the_ref_is_not_the_ledger() {
    let world = World::new();
    let remote = Repo::new(world.remote());
    remote.commit("main", "state.json", b"not a ledger\n");
    remote.git(&["update-ref", &format!("refs/heads/{REF}"), "refs/heads/main"]);
    let ledger = world.shared("a");
    assert_eq!(ledger.read().unwrap().state().unwrap(), LedgerState::default());
}

/// Has the server of the ledger run a script at some point.
fn hook(world: &World, name: &str, script: &str) -> std::path::PathBuf {
    let path = world.remote().join("hooks").join(name);
    let source = world.dir.path().join("hook.source");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&source, format!("#!/bin/sh\n{script}\n")).unwrap();
    must(bare_command("cp").arg(source).arg(&path));
    must(bare_command("chmod").arg("755").arg(&path));
    path
}

#[test]
fn a_lost_answer_is_found_out_by_reading_again() {
    for (name, script) in [
        ("post-receive", "kill -KILL $PPID"),
        ("reference-transaction", "[ $1 = committed ] && kill -KILL $PPID; exit 0"),
    ] {
        let world = World::new();
        hook(&world, name, script);
        assert_eq!(begin(&world.shared("a"), "1.0.0", "a"), Beginning::GoAhead, "{name}");
        assert_eq!(
            begin(&world.shared("b"), "1.0.0", "b"),
            Beginning::InFlight(mark("a")),
            "{name}"
        );
    }
}

#[test]
fn a_lost_answer_is_found_below_the_commit_of_another_run() {
    let world = World::new();
    begin(&world.shared("a"), "0.9.0", "a");
    // The server takes our commit, then that of another run, and dies before it can say so.
    let other = "[ $1 = committed ] || exit 0; [ -e died ] && exit 0; touch died\n\
        new=$(git commit-tree -p refs/tagkeeper/ledger -m other refs/tagkeeper/ledger^{tree} </dev/null)\n\
        git update-ref refs/tagkeeper/ledger $new; kill -KILL $PPID";
    let identity = "export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@x GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@x";
    hook(&world, "reference-transaction", &format!("{identity}\n{other}"));
    assert_eq!(begin(&world.shared("a"), "1.0.0", "a"), Beginning::GoAhead);
    assert_eq!(Repo::new(world.remote()).git(&["log", "-1", "--format=%s", REF]), "other");
}

#[test]
fn a_server_that_dies_before_it_writes_is_asked_again() {
    let world = World::new();
    hook(&world, "pre-receive", "[ -e died ] && exit 0; touch died; kill -KILL $PPID");
    assert_eq!(begin(&world.shared("a"), "1.0.0", "a"), Beginning::GoAhead);
    assert!(world.remote().join("died").exists());
}

#[test]
fn a_server_that_goes_while_a_change_is_on_its_way_leaves_it_open() {
    let world = World::new();
    let script = "[ $1 = committed ] || exit 0; d=$PWD; mv \"$d\" \"$d.gone\"; kill -KILL $PPID";
    hook(&world, "reference-transaction", script);
    let answer =
        world.shared("a").begin((&repo(), "1.0.0"), &StepName::new("mail"), &mark("job"), &[]);
    assert!(matches!(answer, Err(LedgerError::Uncertain { .. })), "{answer:?}");
}

#[test]
fn who_is_refused_only_for_coming_late_tries_again() {
    let world = World::new();
    begin(&world.shared("a"), "0.9.0", "a");
    // The server moves the ref itself and refuses ours, once.
    let script = "[ -e late ] && exit 0; touch late\n\
        export GIT_AUTHOR_NAME=o GIT_AUTHOR_EMAIL=o@x GIT_COMMITTER_NAME=o GIT_COMMITTER_EMAIL=o@x\n\
        unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n\
        new=$(git commit-tree -p refs/tagkeeper/ledger -m other refs/tagkeeper/ledger^{tree} </dev/null)\n\
        git update-ref refs/tagkeeper/ledger $new; exit 1";
    hook(&world, "pre-receive", script);
    assert_eq!(begin(&world.shared("a"), "1.0.0", "a"), Beginning::GoAhead);
    assert_eq!(
        Repo::new(world.remote()).git(&["log", "-2", "--format=%s", REF]).lines().last(),
        Some("other")
    );
}

#[test]
fn a_repository_called_like_a_file_of_the_ledger_keeps_its_entries() {
    let state = LedgerState { applied_through: Some("ab".repeat(20)), ..LedgerState::default() };
    for [ours, theirs] in World::new().homes() {
        ours.update("Note the state", time(), |draft| draft.set_state(&state)).unwrap();
        for (repo, version) in [("state.json", "1"), ("a", "b"), ("a/b.json", "1"), ("A", "b")] {
            let answer = ours
                .begin((&named(repo), version), &StepName::new("mail"), &mark(repo), &[])
                .unwrap()
                .value;
            assert_eq!(answer, Beginning::GoAhead, "{repo}");
        }
        let snapshot = theirs.read().unwrap();
        assert_eq!(snapshot.state().unwrap().applied_through, state.applied_through);
        for (repo, version) in [("state.json", "1"), ("a", "b"), ("a/b.json", "1"), ("A", "b")] {
            let entry = snapshot.entry(&named(repo), version).unwrap().unwrap();
            assert_eq!(entry.steps[&StepName::new("mail")].intent, mark(repo));
        }
    }
}

#[test]
fn an_entry_that_an_older_program_wrote_under_another_name_is_read() {
    let world = World::new();
    let older = world.dir.path().join("ledger/garden/Rose/1.0.0.json");
    fs::create_dir_all(older.parent().unwrap()).unwrap();
    let text = r#"{"version": 1, "steps": {"mail": {"intent": {"at": "2026-01-01T00:00:00Z", "who": "job"}, "done": null, "note": null}}}"#;
    fs::write(&older, text).unwrap();
    let ledger = world.directory();
    let answer = ledger
        .begin((&named("garden/Rose"), "1.0.0"), &StepName::new("mail"), &mark("b"), &[])
        .unwrap()
        .value;
    assert!(matches!(answer, Beginning::InFlight(_)), "{answer:?}");
    note(&ledger, ("garden/Rose", "1.0.0", "mail"), "b", Noted::Done("sent".to_owned()));
    let entry = ledger.read().unwrap().entry(&named("garden/Rose"), "1.0.0").unwrap().unwrap();
    assert!(entry.steps[&StepName::new("mail")].done.is_some());
}

#[test]
fn many_runs_that_write_at_once_all_come_through() {
    let world = World::new();
    let ledgers: Vec<Ledger> = (0..16).map(|at| world.shared(&format!("m{at}"))).collect();
    thread::scope(|scope| {
        for (at, ledger) in ledgers.iter().enumerate() {
            let version = format!("1.0.{at}");
            scope.spawn(move || assert_eq!(begin(ledger, &version, "job"), Beginning::GoAhead));
        }
    });
    let snapshot = ledgers[0].read().unwrap();
    for at in 0..16 {
        assert!(snapshot.entry(&repo(), &format!("1.0.{at}")).unwrap().is_some(), "{at}");
    }
}

#[test]
fn every_object_that_a_run_was_about_to_push_is_ours() {
    for [ours, theirs] in World::new().homes() {
        let (tag, at) = (StepName::new("tag"), (REPO, "1.0.0", "tag"));
        note(&ours, at, "a", Noted::Intent(Some("aaaa".to_owned())));
        note(&theirs, at, "b", Noted::Intent(Some("bbbb".to_owned())));
        note(&ours, at, "a", Noted::Done("aaaa".to_owned()));
        let entry = theirs.read().unwrap().entry(&repo(), "1.0.0").unwrap().unwrap();
        assert_eq!(entry.steps[&tag].objects, ["aaaa", "bbbb"]);
        assert!(entry.steps[&tag].done.is_some());
    }
}

#[test]
fn several_notes_are_one_change_and_none_hides_another() {
    let world = World::new();
    for [ours, theirs] in world.homes() {
        begin(&theirs, "0.9.0", "another run, which moves the ref");
        let of = |step: &str, what| {
            let (repo, name) = (repo(), "1.0.0".to_owned());
            Note { repo, name, step: StepName::new(step), mark: mark("job"), what }
        };
        let tag = || Some("aaaa".to_owned());
        let notes = [
            of("tag", Noted::Intent(tag())),
            of("branch", Noted::Intent(None)),
            of("tag", Noted::Done("made".to_owned())),
            of("late", Noted::Intent(tag())),
            of("late", Noted::NotSent(tag())),
        ];
        ours.note(&notes, time()).unwrap();
        let entry = theirs.read().unwrap().entry(&repo(), "1.0.0").unwrap().unwrap();
        let steps: Vec<_> = entry
            .steps
            .iter()
            .map(|(name, record)| (name.to_string(), record.done.is_some()))
            .collect();
        assert_eq!(steps, [("branch".to_owned(), false), ("tag".to_owned(), true)]);
    }
    let count = Repo::new(world.remote()).git(&["rev-list", "--count", REF]);
    assert_eq!(count, "2", "one for each run");
}

#[test]
fn of_two_runs_that_are_at_work_one_claims_a_step() {
    for [ours, theirs] in World::new().homes() {
        let bug = StepName::new("bug #1");
        let run = |id: &str| Mark {
            run: Some(Run {
                id: id.to_owned(),
                host: format!("host of {id}"),
                ..Run::this().clone()
            }),
            ..mark(id)
        };
        let claim = |ledger: &Ledger, mark: &Mark| {
            ledger.claim((&repo(), "1.0.0"), &bug, (mark, None), &[]).unwrap().value
        };
        assert_eq!(claim(&ours, &run("a")), Claim::GoAhead);
        assert!(matches!(claim(&theirs, &run("b")), Claim::AtWork(_)));
    }
}

#[test]
fn what_a_killed_writer_left_is_written_over() {
    let world = World::new();
    let (ledger, place) = (world.directory(), world.dir.path().join("ledger"));
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(".next"), "{".repeat(10_000)).unwrap();
    assert_eq!(begin(&ledger, "1.0.0", "job"), Beginning::GoAhead);
    assert_eq!(begin(&ledger, "1.0.0", "other"), Beginning::InFlight(mark("job")));
    assert!(!place.join(".next").exists());
}
