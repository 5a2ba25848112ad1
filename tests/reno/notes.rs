//! Prints the release notes of a branch as JSON, for `compare` beside this file: version, file, sections.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it is a program for a script")]

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};
use tagkeeper::git::{GitError, Repository};
use tagkeeper::notes::{History, NotesConfig, ReleaseNote};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repository, branch] = arguments.as_slice() else {
        eprintln!("usage: notes REPOSITORY BRANCH");
        return ExitCode::from(2);
    };
    match notes(Path::new(repository), branch) {
        Ok(found) => {
            println!("{found}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn notes(directory: &Path, branch: &str) -> Result<Value, GitError> {
    let repository = Repository::open(directory)?;
    let refs = repository.refs()?;
    let Some(tip) =
        refs.heads.get(branch).copied().or_else(|| refs.tags.get(branch).map(|tag| tag.peeled))
    else {
        return Ok(Value::Null);
    };
    let mut config = NotesConfig::at(&repository, tip)?;
    config.stops_at_branch_base = false;
    config.collapses_pre_releases = false;
    config.earliest_version = None;
    let history = History::by(config, &repository, &refs, tip)?;
    let mut versions = Vec::new();
    for version in &history.versions {
        let notes = history.read(&repository, version)?;
        let files: Vec<&String> = version.files.iter().map(|(file, _)| file).collect();
        let bad: Vec<_> = notes.bad.iter().map(|bad| json!([bad.file, bad.why])).collect();
        let texts: Vec<_> = notes.notes.iter().map(|note| texts(note, &history)).collect();
        versions
            .push(json!({"version": version.version, "files": files, "bad": bad, "notes": texts}));
    }
    Ok(Value::Array(versions))
}

fn texts(note: &ReleaseNote, history: &History) -> Value {
    let sections = history.config.sections.iter().map(|section| {
        let texts: Vec<&str> = note.section(&section.name).collect();
        (section.name.clone(), json!(texts))
    });
    let sections: serde_json::Map<_, _> =
        sections.filter(|(_, texts)| texts != &json!([])).collect();
    json!({"file": note.file, "prelude": note.prelude, "sections": sections})
}
