//! Release notes, read from the objects of a repository.

use tagkeeper::git::{GitError, Oid, Repository};
use tagkeeper::notes::{History, NotesConfig, notes_between};
use tempfile::TempDir;

use crate::support::git::program;
use crate::support::work::Work;

const TURN: &str = "releasenotes/notes/turn-1111111111111111.yaml";
const STOP: &str = "releasenotes/notes/stop-2222222222222222.yaml";
const FIX: &str = "releasenotes/notes/fix-3333333333333333.yaml";

struct Place {
    directory: TempDir,
    work: Work,
}

impl Place {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let work = Work::new(directory.path().join("work"));
        Self { directory, work }
    }

    fn open(&self) -> Repository {
        Repository::open(&self.work.path).unwrap()
    }

    /// A commit with a note.
    fn note(&self, file: &str, section: &str) -> Oid {
        self.work.commit(&[(file, &format!("---\n{section}:\n  - It does.\n"))], "Write a note")
    }

    fn release(&self, version: &str) -> Oid {
        let commit = self.work.commit(&[], "Release");
        self.work.tag(version, "x");
        commit
    }

    /// Each version of the branch with the names of its notes.
    fn history(&self, branch: Option<&str>) -> Vec<(String, Vec<String>)> {
        let repository = self.open();
        let refs = repository.refs().unwrap();
        let history = History::of(&repository, &refs, branch).unwrap().unwrap();
        let name =
            |file: &String| file.rsplit('/').next().unwrap().split('-').next().unwrap().to_owned();
        let shown = |files: &[(String, Oid)]| files.iter().map(|(file, _)| name(file)).collect();
        history.versions.iter().map(|one| (one.version.clone(), shown(&one.files))).collect()
    }

    fn between(&self, older: Option<Oid>, newer: Oid) -> Vec<String> {
        let notes = notes_between(&self.open(), older, newer).unwrap();
        notes.notes.into_iter().map(|note| note.file).collect()
    }
}

fn versions(listed: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    listed.iter().map(|(version, names)| ((*version).to_owned(), owned(names))).collect()
}

#[test]
fn a_note_belongs_to_the_first_version_that_has_it_however_it_changes() {
    let place = Place::new();
    place.note(TURN, "features");
    let one = place.release("1.0.0");
    place.note(TURN, "fixes");
    place.work.run(&["mv", TURN, "releasenotes/notes/renamed-1111111111111111.yaml"]);
    place.note(STOP, "fixes");
    let two = place.release("1.1.0");
    assert_eq!(place.history(None), versions(&[("1.1.0", &["stop"]), ("1.0.0", &["renamed"])]));
    assert_eq!(place.between(Some(one), two), [STOP]);
    assert_eq!(place.between(None, one), [TURN]);
}

#[test]
fn a_note_that_was_deleted_is_in_no_version() {
    let place = Place::new();
    let one = place.release("1.0.0");
    place.note(TURN, "features");
    place.note(STOP, "fixes");
    place.work.run(&["rm", "--quiet", TURN]);
    let two = place.release("1.1.0");
    assert_eq!(place.history(None), versions(&[("1.1.0", &["stop"])]));
    assert_eq!(place.between(Some(one), two), [STOP]);
}

#[test]
fn a_note_of_a_branch_belongs_to_the_version_that_merged_it() {
    let place = Place::new();
    place.release("1.0.0");
    place.work.run(&["checkout", "--quiet", "-b", "topic"]);
    place.note(TURN, "features");
    place.work.run(&["checkout", "--quiet", "master"]);
    let one = place.release("1.1.0");
    place.work.run(&["merge", "--quiet", "--no-ff", "--message", "Merge", "topic"]);
    let two = place.release("1.2.0");
    assert_eq!(place.history(None), versions(&[("1.2.0", &["turn"])]));
    assert_eq!(place.between(Some(one), two), [TURN]);
}

#[test]
fn a_tag_that_was_merged_back_for_the_record_names_no_notes() {
    let place = Place::new();
    place.release("1.0.0");
    place.work.run(&["checkout", "--quiet", "-b", "stable/one"]);
    place.note(FIX, "fixes");
    place.release("1.0.1");
    place.work.run(&["checkout", "--quiet", "master"]);
    place.note(FIX, "fixes");
    place.release("2.0.0");
    place.work.run(&["merge", "--quiet", "--strategy=ours", "--message", "Merge tag", "1.0.1"]);
    place.note(TURN, "features");
    place.release("3.0.0");
    let whole = |place: &Place| {
        let repository = place.open();
        let refs = repository.refs().unwrap();
        let mut config = NotesConfig::default();
        config.stops_at_branch_base = false;
        let found = History::by(config, &repository, &refs, refs.heads["master"]).unwrap();
        found.versions.into_iter().map(|one| one.version).collect::<Vec<_>>()
    };
    assert_eq!(whole(&place), ["3.0.0", "2.0.0"]);
    assert_eq!(place.history(Some("stable/one")), versions(&[("1.0.1", &["fix"])]));
}

#[test]
fn pre_releases_collapse_and_what_is_not_released_has_a_title() {
    let place = Place::new();
    place.note(TURN, "features");
    place.release("2.0.0.0rc1");
    place.note(STOP, "fixes");
    place.release("2.0.0");
    place.note(FIX, "fixes");
    assert_eq!(
        place.history(None),
        versions(&[("2.0.0-1", &["fix"]), ("2.0.0", &["stop", "turn"])])
    );
    place.work.commit(
        &[("reno.yaml", "collapse_pre_releases: false\nunreleased_version_title: Next\nignore_notes: [stop-2222222222222222]\n")],
        "Configure",
    );
    assert_eq!(place.history(None), versions(&[("Next", &["fix"]), ("2.0.0.0rc1", &["turn"])]));
}

#[test]
fn a_branch_is_reported_from_where_the_one_before_it_began() {
    let place = Place::new();
    place.note(TURN, "features");
    place.release("1.0.0");
    place.work.run(&["branch", "stable/one"]);
    place.note(STOP, "fixes");
    place.release("2.0.0");
    place.work.run(&["branch", "stable/two"]);
    place.work.run(&["checkout", "--quiet", "stable/two"]);
    place.note(FIX, "fixes");
    place.release("2.0.1");
    let two = versions(&[("2.0.1", &["fix"]), ("2.0.0", &["stop"])]);
    assert_eq!(place.history(Some("stable/two")), two);
    place.work.tag("two-eom", "x");
    place.work.run(&["checkout", "--quiet", "master"]);
    place.work.run(&["branch", "--quiet", "-D", "stable/two"]);
    assert_eq!(place.history(Some("stable/two")), two, "the tag is what is left of the branch");
    place.work.commit(&[("reno.yaml", "earliest_version: 1.0.0\n")], "Configure");
    assert_eq!(place.history(None), versions(&[("2.0.0", &["stop"]), ("1.0.0", &["turn"])]));
}

#[test]
fn a_note_that_cannot_be_read_is_named_and_spoils_no_other() {
    let place = Place::new();
    let one = place.release("1.0.0");
    place.work.write(TURN, b"\xff\xfe not UTF-8");
    place.work.write("releasenotes/notes/notes.txt", "no note");
    place.work.write("releasenotes/notes/deep/er-4444444444444444.yaml", "fixes: Deep.\n");
    place.work.commit(&[(STOP, "fixes: [\n"), (FIX, "fixes:\n  - It does.\n  - a: b\n")], "Write");
    let two = place.release("1.1.0");
    let notes = notes_between(&place.open(), Some(one), two).unwrap();
    let files: Vec<&str> = notes.notes.iter().map(|note| note.file.as_str()).collect();
    assert_eq!(files, ["releasenotes/notes/deep/er-4444444444444444.yaml", FIX]);
    let bad: Vec<&str> = notes.bad.iter().map(|bad| bad.file.as_str()).collect();
    assert_eq!(bad, [FIX, STOP, TURN]);
}

#[test]
fn notes_move_with_their_directory_and_sections_have_parts() {
    let place = Place::new();
    place.note(TURN, "features");
    let one = place.release("1.0.0");
    place.work.run(&["mv", "releasenotes/notes", "releasenotes/news"]);
    let config = "notesdir: news\nsections:\n  - [features, New]\n  - [features_cli, CLI, 2]\n  - [fixes, Fixes]\n";
    place.work.write("releasenotes/config.yaml", config);
    let stop = STOP.replace("/notes/", "/news/");
    place.note(&stop, "features_cli");
    let two = place.release("1.1.0");
    let notes = notes_between(&place.open(), Some(one), two).unwrap();
    assert_eq!(notes.notes.len(), 1);
    assert_eq!(notes.with_section("features").count(), 1);
    assert_eq!(notes.with_section("fixes").count(), 0);
}

#[test]
fn what_a_partial_mirror_left_out_is_brought_or_missed_but_never_taken_for_nothing() {
    let place = Place::new();
    let one = place.release("1.0.0");
    place.note(TURN, "features");
    let two = place.release("1.1.0");
    place.work.run(&["config", "uploadpack.allowFilter", "true"]);
    let partial = place.directory.path().join("partial");
    let url = format!("file://{}", place.work.path.display());
    place.work.run(&[
        "clone",
        "--quiet",
        "--bare",
        "--filter=blob:none",
        &url,
        partial.to_str().unwrap(),
    ]);
    let open = || Repository::open(&partial).unwrap();
    let error = notes_between(&open(), Some(one), two).unwrap_err();
    assert!(matches!(error, GitError::Missing { .. }), "{error}");
    let bringing = open().bringing(program()).unwrap();
    assert_eq!(notes_between(&bringing, Some(one), two).unwrap().notes.len(), 1);
}
