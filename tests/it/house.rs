//! The rules of the house that no compiler holds: who knows whom, what stands where, how large a file may be.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tagkeeper::rules;

/// Each room and the rooms it may know. What is not listed knows nobody.
const NEIGHBOURS: &[(&str, &[&str])] = &[
    ("version", &[]),
    ("git", &[]),
    ("text", &[]),
    ("net", &["text"]),
    ("notes", &["git", "text"]),
    ("gerrit", &["net"]),
    ("tree", &["version", "git"]),
    ("edit", &["tree", "version"]),
    ("config", &["tree", "version", "text"]),
    ("calendar", &["tree", "version", "config"]),
    ("package", &["version"]),
    ("build", &["git"]),
    (
        "facts",
        &["tree", "version", "config", "git", "net", "gerrit", "package", "build", "notes", "text"],
    ),
    ("rules", &["tree", "version", "config", "facts", "calendar", "package"]),
    ("approval", &["facts", "gerrit"]),
    ("ledger", &["git"]),
    ("plan", &["tree", "version", "config", "facts", "ledger", "calendar"]),
    (
        "steps",
        &[
            "plan", "tree", "version", "config", "facts", "notes", "package", "ledger", "git",
            "net", "gerrit", "text",
        ],
    ),
    ("apply", &["plan", "ledger", "facts"]),
    (
        "report",
        &["tree", "config", "facts", "calendar", "rules", "approval", "plan", "apply", "text"],
    ),
    ("site", &["tree", "version", "config", "calendar", "rules", "text"]),
    (
        "workspace",
        &["tree", "config", "rules", "facts", "git", "net", "gerrit", "ledger", "steps", "text"],
    ),
    (
        "ops",
        &[
            "version",
            "git",
            "gerrit",
            "tree",
            "edit",
            "config",
            "calendar",
            "facts",
            "rules",
            "approval",
            "ledger",
            "package",
            "plan",
            "apply",
            "steps",
            "report",
            "site",
            "text",
            "workspace",
        ],
    ),
    ("lsp", &["tree", "rules", "text", "workspace", "ops"]),
    ("sandbox", &["git", "tree"]),
    (
        "cli",
        &[
            "git",
            "gerrit",
            "tree",
            "config",
            "calendar",
            "facts",
            "rules",
            "ledger",
            "plan",
            "apply",
            "report",
            "site",
            "text",
            "workspace",
            "ops",
            "lsp",
            "sandbox",
        ],
    ),
];
/// The roots of the two crates: the library names its rooms, the program calls the commands.
const ROOTS: &[&str] = &["main", "lib"];
/// Lines of the longest file.
const LONGEST: usize = 400;

/// A source file: its path below `src/`, and its text with comment lines emptied.
struct Source {
    path: String,
    text: String,
    code: String,
}

impl Source {
    /// The first folder, or the file without its ending: `git` of `git/push.rs` and of `git.rs`.
    fn room(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// How many `super::` lead from here to the root of the crate.
    fn depth(&self) -> usize {
        let depth = self.path.split('/').count();
        if self.path.ends_with("/mod.rs") { depth - 1 } else { depth }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(dir: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            found.push(Source { path, code: without_comments(&text), text });
        }
    }
}

fn without_comments(text: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    text.lines().fold(String::new(), |mut code, line| {
        code.push_str(Some(line).filter(is_code).unwrap_or_default());
        code.push('\n');
        code
    })
}

/// The rooms that the code names, with the line where it does.
fn arrows(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in source.code.match_indices("crate::") {
        let is_word = source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if !is_word {
            let after = &source.code[at + "crate::".len()..];
            let line = line_at(&source.code, at);
            found.extend(firsts(after).into_iter().map(|room| (line, room)));
        }
    }
    let climb = "super::".repeat(source.depth());
    for (at, _) in source.code.match_indices(&climb) {
        let after = source.code[at + climb.len()..].trim_start_matches("super::");
        let line = line_at(&source.code, at);
        found.extend(firsts(after).into_iter().map(|room| (line, room)));
    }
    found
}

/// The first words of a path, or of each path in its braces.
fn firsts(path: &str) -> Vec<String> {
    let word = |text: &str| -> String {
        text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = path.strip_prefix('{') else { return vec![word(path)] };
    let mut depth = 0;
    let mut words = vec![word(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => words.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn line_at(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

fn is_room(name: &str) -> bool {
    NEIGHBOURS.iter().any(|(room, _)| *room == name)
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

fn wrong_arrows(source: &Source) -> Vec<String> {
    let room = source.room();
    if ROOTS.contains(&room) {
        return Vec::new();
    }
    let known = NEIGHBOURS.iter().find(|(name, _)| *name == room).map(|(_, known)| *known);
    let known = known.unwrap_or_default();
    let mut wrong = Vec::new();
    for (line, other) in arrows(source) {
        if other == room || known.contains(&other.as_str()) || !is_room(&other) {
            continue;
        }
        wrong.push(format!(
            "src/{}:{line}: `{room}` may not know `{other}`, only {known:?}: let the caller pass what is needed, or move this to a room that knows both",
            source.path
        ));
    }
    wrong
}

#[test]
fn rooms_know_only_their_neighbours() {
    let problems: Vec<String> = sources().iter().flat_map(wrong_arrows).collect();
    assert_none(&problems);
}

#[test]
fn a_wrong_arrow_is_seen_however_it_is_written() {
    let wrong = |path: &str, code: &str| {
        let source = Source { path: path.into(), text: code.into(), code: without_comments(code) };
        wrong_arrows(&source).len()
    };
    assert_eq!(wrong("rules/a.rs", "use crate::git::Oid;"), 1);
    assert_eq!(
        wrong("rules/a.rs", "use crate::{\n    git::{Oid, net},\n    tree::x,\n    net,\n};"),
        2
    );
    assert_eq!(wrong("rules/a.rs", "fn f() { crate::cli::main() }"), 1);
    assert_eq!(wrong("rules/version/a.rs", "use super::super::super::git::Oid;"), 1);
    assert_eq!(wrong("git/mod.rs", "use super::tree::x;"), 1);
    assert_eq!(wrong("rules/version/a.rs", "use super::super::finding::Level;"), 0);
    assert_eq!(wrong("rules/a.rs", "// use crate::git;\nuse crate::facts::Facts;"), 0);
    assert_eq!(wrong("cli/a.rs", "use crate::net::smtp;"), 1);
    assert_eq!(wrong("ops/a.rs", "use crate::cli::exit::Exit;"), 1);
    assert_eq!(wrong("workspace/a.rs", "use crate::report::Report;"), 1);
    assert_eq!(wrong("sandbox/a.rs", "use crate::workspace::Workspace;"), 1);
}

#[test]
fn every_room_is_in_the_table() {
    let rooms: BTreeSet<String> = sources().iter().map(|source| source.room().to_owned()).collect();
    let strange: Vec<String> = rooms
        .iter()
        .filter(|room| !is_room(room) && !ROOTS.contains(&room.as_str()))
        .map(|room| format!("src/{room} is in no line of NEIGHBOURS: say there whom it may know"))
        .collect();
    assert_none(&strange);
}

#[test]
fn the_table_is_in_order_so_that_nobody_knows_who_knows_them() {
    let places: Vec<&str> = NEIGHBOURS.iter().map(|(room, _)| *room).collect();
    let place = |room: &str| places.iter().position(|known| *known == room);
    let mut problems = Vec::new();
    for (room, known) in NEIGHBOURS {
        problems.extend(known.iter().filter(|other| place(other) >= place(room)).map(|other| {
            format!("`{room}` knows `{other}`, which is no room above it in NEIGHBOURS")
        }));
    }
    assert_none(&problems);
}

#[test]
fn only_the_program_and_the_playground_write_to_a_stream() {
    let words = ["println!", "eprintln!", "io::stdout", "io::stderr", "ExitCode", "clap::"];
    let mut problems = Vec::new();
    for source in sources() {
        if matches!(source.room(), "cli" | "main" | "sandbox") {
            continue;
        }
        for word in words {
            for (at, _) in source.code.match_indices(word) {
                let line = line_at(&source.code, at);
                let path = &source.path;
                problems.push(format!("src/{path}:{line}: `{word}`: return it as data"));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn git_and_other_programs_are_used_in_their_rooms_only() {
    let mut problems = Vec::new();
    for (word, homes) in
        [("git2::", &["git"][..]), ("Command::new", &["git", "sandbox", "build"][..])]
    {
        for source in sources().iter().filter(|source| !homes.contains(&source.room())) {
            for (at, _) in source.code.match_indices(word) {
                let line = line_at(&source.code, at);
                problems.push(format!(
                    "src/{}:{line}: `{word}` stands only under src/{}: ask that room",
                    source.path,
                    homes.join(" and src/")
                ));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_file_says_what_it_is_and_can_be_read_in_one_sitting() {
    let mut problems = Vec::new();
    for Source { path, text, .. } in &sources() {
        if !text.starts_with("//!") {
            problems.push(format!("src/{path}:1: begin with a line `//! …` that says what it is"));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            problems.push(format!("src/{path}: {lines} lines, over {LONGEST}: take it apart"));
        }
    }
    assert_none(&problems);
}

/// The ids that the files in the folders of `src/rules` stand for.
fn ids_of_files() -> BTreeSet<String> {
    sources()
        .iter()
        .filter(|source| source.room() == "rules" && source.path.split('/').count() == 3)
        .filter_map(|source| source.path.rsplit('/').next()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| !matches!(name.as_str(), "mod" | "tests"))
        .map(
            |name| if name == "schema_rule" { "schema".to_owned() } else { name.replace('_', "-") },
        )
        .collect()
}

#[test]
fn every_rule_has_its_file_and_is_listed() {
    let files = ids_of_files();
    let listed: BTreeSet<String> = rules::ALL.iter().map(|rule| rule.id.to_owned()).collect();
    let mut problems = Vec::new();
    for id in files.difference(&listed) {
        problems
            .push(format!("`{id}` has a file below src/rules and is not in rules::ALL: add it"));
    }
    for id in listed.difference(&files) {
        problems.push(format!("`{id}` is in rules::ALL, and no file below src/rules has its name"));
    }
    assert_none(&problems);
    assert!(rules::ALL.is_sorted_by(|a, b| a.id < b.id), "rules::ALL is sorted by id, each once");
}

#[test]
fn every_rule_is_documented_in_the_same_way() {
    let headings = ["## What it checks", "## Why", "## What to do"];
    let mut problems = Vec::new();
    for rule in rules::ALL {
        let found: Vec<&str> = rule.docs.lines().filter(|line| line.starts_with('#')).collect();
        if found != headings {
            problems.push(format!("`{}`: its docs have {found:?}, wanted {headings:?}", rule.id));
        }
        let sections = rule.docs.split("## ").skip(1);
        if sections
            .clone()
            .any(|section| section.lines().skip(1).all(|line| line.trim().is_empty()))
        {
            problems.push(format!("`{}`: a section of its docs is empty", rule.id));
        }
        let summary = rule.summary;
        let is_capital = summary.starts_with(char::is_uppercase);
        if summary.is_empty() || is_capital || summary.ends_with('.') || summary.contains('\n') {
            problems.push(format!(
                "`{}`: the summary is one phrase in lower case, without full stop: {summary:?}",
                rule.id
            ));
        }
    }
    assert_none(&problems);
}
