//! The real record: every version of every deliverable file that ever stood.
//!
//! Needs the bundle that `TAGKEEPER_SHARED` (or `../shared`) holds; without it the tests say so and pass.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, thread};

use crate::support::machine::bare_command;
use git2::{ObjectType, Oid, Repository};
use serde_yaml::Value;
use tagkeeper::tree::place::{Place, Problem, ProblemKind};
use tagkeeper::tree::yaml::{self, Content, Meaning, Node, Style};
use tagkeeper::tree::{deliverable, file, schedule, series};
use tempfile::TempDir;

/// A file of the record: its path and what it holds.
pub(crate) struct Blob {
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Record {
    dir: TempDir,
}

impl Record {
    /// A clone of the bundle, made once for all tests.
    pub(crate) fn get() -> Option<&'static Self> {
        static RECORD: OnceLock<Option<Record>> = OnceLock::new();
        RECORD.get_or_init(Self::clone_bundle).as_ref()
    }

    fn clone_bundle() -> Option<Self> {
        let shared = env::var_os("TAGKEEPER_SHARED").map(PathBuf::from);
        let shared =
            shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
        let bundle = shared.join("corpus/releases-data.bundle");
        if !bundle.exists() {
            writeln_to_stderr(&format!(
                "skipped: no record at {} (set TAGKEEPER_SHARED)",
                bundle.display()
            ));
            return None;
        }
        let record = Self { dir: TempDir::new().unwrap() };
        record.git(&["clone", "--quiet", "--bare", bundle.to_str().unwrap(), "."]);
        Some(record)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output =
            bare_command("git").args(arguments).current_dir(self.dir.path()).output().unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// The files of the newest revision that `wanted` picks by path.
    pub(crate) fn head(&self, wanted: impl Fn(&str) -> bool) -> Vec<Blob> {
        let listing = self.git(&["ls-tree", "-r", "HEAD"]);
        let lines = listing.lines().filter_map(|line| line.split_once('\t'));
        self.blobs(lines.map(|(meta, path)| (meta.split(' ').nth(2).unwrap(), path)), wanted)
    }

    /// Every content that ever stood at a path that `wanted` picks.
    pub(crate) fn history(&self, wanted: impl Fn(&str) -> bool) -> Vec<Blob> {
        let listing = self.git(&["rev-list", "--objects", "--all"]);
        self.blobs(listing.lines().filter_map(|line| line.split_once(' ')), wanted)
    }

    fn blobs<'a>(
        &self,
        all: impl Iterator<Item = (&'a str, &'a str)>,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<Blob> {
        let repository = Repository::open(self.dir.path()).unwrap();
        let objects = repository.odb().unwrap();
        let read = |(id, path): (&str, &str)| {
            let object = objects.read(Oid::from_str(id).unwrap()).unwrap();
            (object.kind() == ObjectType::Blob)
                .then(|| Blob { path: path.to_owned(), bytes: object.data().to_vec() })
        };
        all.filter(|(_, path)| wanted(path)).filter_map(read).collect()
    }
}

/// Test harnesses swallow what passing tests print; a skipped test is to be seen.
pub(crate) fn writeln_to_stderr(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub(crate) fn is_deliverable(path: &str) -> bool {
    path.starts_with("deliverables/") && (path.ends_with(".yaml") || path.ends_with(".yml"))
}

fn one_line(path: &str, problem: &Problem) -> String {
    format!("{path}:{} {}", problem.place, problem.message)
}

#[test]
fn the_newest_record_has_one_mistake() {
    let Some(record) = Record::get() else { return };
    let files = record.head(is_deliverable);
    assert_eq!(files.len(), 6026);
    let mut found = Vec::new();
    for blob in &files {
        assert!(file::FilePath::parse(&blob.path).is_ok(), "{}", blob.path);
        let (_, problems) = deliverable::read(&blob.bytes);
        found.extend(problems.iter().map(|problem| one_line(&blob.path, problem)));
    }
    assert_eq!(
        found,
        [
            "deliverables/_independent/pylockfile.yaml:21:7 `flags` must be a list, not text `-retired`"
        ]
    );
}

#[test]
fn series_and_schedules_of_the_newest_record_have_no_mistake_but_the_known_ones() {
    let Some(record) = Record::get() else { return };
    let files =
        record.head(|path| path == "data/series_status.yaml" || path.ends_with("/schedule.yaml"));
    assert_eq!(files.len(), 22);
    let mut found = Vec::new();
    for blob in &files {
        let problems = if blob.path.ends_with("/schedule.yaml") {
            let (schedule, problems) = schedule::read(&blob.bytes);
            assert!(schedule.weeks.len() > 10, "{}", blob.path);
            problems
        } else {
            let (series, problems) = series::read(&blob.bytes);
            assert_eq!(
                (series.all.len(), series.current().unwrap().name.as_str()),
                (35, "hibiscus")
            );
            problems
        };
        found.extend(problems.iter().map(|problem| one_line(&blob.path, problem)));
    }
    // Long over, and known.
    assert_eq!(
        found,
        [
            "doc/source/ocata/schedule.yaml:18:10 the week of 2016-10-31 is listed twice",
            "doc/source/ussuri/schedule.yaml:5:8 a week cannot last from 2019-10-14 to 2019-10-28",
        ]
    );
}

#[test]
fn our_values_are_those_of_another_reader() {
    let Some(record) = Record::get() else { return };
    let files = record.head(is_deliverable);
    in_halves(&files, |blob| {
        let ours = yaml::parse(&blob.bytes).unwrap().unwrap();
        let theirs: Value = serde_yaml::from_slice(&blob.bytes).unwrap();
        assert!(is_same(&ours, &theirs), "{}", blob.path);
        let text = str::from_utf8(&blob.bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        every_scalar(&ours, &mut |node, text| {
            let Place { line, column, end_line, end_column } = node.place;
            if line == end_line
                && matches!(node.content, Content::Scalar { style: Style::Plain, .. })
                && !text.is_empty()
            {
                let (start, end) = (column as usize - 1, end_column as usize - 1);
                let slice: String =
                    lines[line as usize - 1].chars().take(end).skip(start).collect();
                assert_eq!(slice, text, "{}:{line}", blob.path);
            }
        });
    });
}

#[test]
fn all_that_ever_stood_is_read_and_mistakes_point_into_the_file() {
    let Some(record) = Record::get() else { return };
    let files = record.history(is_deliverable);
    assert_eq!(files.len(), 42_888);
    in_halves(&files, |blob| {
        let (deliverable, problems) = deliverable::read(&blob.bytes);
        let text = String::from_utf8_lossy(&blob.bytes);
        for problem in &problems {
            assert!(is_inside(problem.place, &text), "{}", one_line(&blob.path, problem));
        }
        let broken = problems.iter().any(|problem| problem.kind == ProblemKind::Syntax);
        assert!(broken || deliverable.team.is_some() || !problems.is_empty(), "{}", blob.path);
    });
    for blob in
        record.history(|path| path.ends_with("schedule.yaml") || path == "data/series_status.yaml")
    {
        let (_, mut problems) = schedule::read(&blob.bytes);
        problems.extend(series::read(&blob.bytes).1);
        let text = String::from_utf8_lossy(&blob.bytes);
        assert!(problems.iter().all(|problem| is_inside(problem.place, &text)), "{}", blob.path);
    }
}

/// Judges every blob, in two threads.
fn in_halves(files: &[Blob], judge: impl Fn(&Blob) + Sync) {
    thread::scope(|scope| {
        for half in files.chunks(files.len().div_ceil(2)) {
            scope.spawn(|| half.iter().for_each(&judge));
        }
    });
}

fn is_same(ours: &Node, theirs: &Value) -> bool {
    match (&ours.content, theirs) {
        (Content::Scalar { text, .. }, theirs) => match (ours.meaning(), theirs) {
            (Some(Meaning::Null), Value::Null) => true,
            (Some(Meaning::Boolean(ours)), Value::Bool(theirs)) => ours == *theirs,
            (Some(Meaning::Integer), Value::Number(theirs)) => theirs.to_string() == *text,
            (Some(Meaning::Float), Value::Number(theirs)) => theirs.as_f64() == text.parse().ok(),
            (Some(Meaning::Text | Meaning::Date), Value::String(theirs)) => text == theirs,
            _ => false,
        },
        (Content::Sequence(ours), Value::Sequence(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Content::Mapping(ours), Value::Mapping(theirs)) => {
            ours.len() == theirs.len()
                && ours.iter().zip(theirs).all(|(ours, (key, value))| {
                    key.as_str() == Some(ours.key.as_str()) && is_same(&ours.value, value)
                })
        }
        _ => false,
    }
}

fn every_scalar(node: &Node, judge: &mut impl FnMut(&Node, &str)) {
    match &node.content {
        Content::Scalar { text, .. } => judge(node, text),
        Content::Sequence(items) => items.iter().for_each(|item| every_scalar(item, judge)),
        Content::Mapping(entries) => {
            entries.iter().for_each(|entry| every_scalar(&entry.value, judge));
        }
    }
}

fn is_inside(place: Place, text: &str) -> bool {
    let holds = |line: u32, column: u32| {
        let text = text.split('\n').nth(line as usize - 1);
        text.is_some_and(|text| (1..=text.chars().count() + 1).contains(&(column as usize)))
    };
    let ordered = (place.line, place.column) <= (place.end_line, place.end_column);
    ordered && holds(place.line, place.column) && holds(place.end_line, place.end_column)
}
