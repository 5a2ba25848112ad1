//! Writes a decision into the text of its file.

use super::decision::{Decision, Start};
use super::heads::Head;
use crate::edit::{Beside, Document, Path, Refused, Value};
use crate::tree::deliverable::Deliverable;
use crate::workspace::Failure;

/// The text of the file at `path` with the entry in it.
///
/// # Errors
/// If the file cannot be read, or has no single right place for it.
pub(super) fn write(
    (path, text): (&str, &str),
    file: &Deliverable,
    decision: &Decision,
) -> Result<String, Failure> {
    let mut document = Document::read(text.as_bytes()).map_err(|problem| {
        Failure::refused(format!("{path}:{}: {}", problem.place, problem.message))
    })?;
    let add = |document: &mut Document, key: &str, value, beside: &[&str]| {
        append(document, key, value, beside)
            .map_err(|why| Failure::refused(format!("cannot edit `{path}`: {why}")))
    };
    add(&mut document, "releases", entry(file, decision), &["branches", "release-notes"])?;
    for (name, start) in &decision.branches {
        let location = match start {
            Start::Version(version) => Value::from(version.as_str()),
            Start::Commits => commits(&decision.heads),
        };
        let branch = Value::map([("name", Value::from(name.as_str())), ("location", location)]);
        add(&mut document, "branches", branch, &["release-notes"])?;
    }
    Ok(document.text().to_owned())
}

/// Adds an item to the list `key`; a list that is not there comes before the first of `beside`, or last.
fn append(document: &mut Document, key: &str, item: Value, beside: &[&str]) -> Result<(), Refused> {
    let path = Path::root().key(key);
    if document.get(&path).is_some() {
        return document.append(&path, item);
    }
    let there = beside.iter().find(|next| document.get(&Path::root().key(next)).is_some());
    let place = there.map_or(Beside::Last, |next| Beside::Before(next));
    document.insert(&Path::root(), key, Value::List(vec![item]), place)
}

fn entry(file: &Deliverable, decision: &Decision) -> Value {
    let projects = decision.heads.iter().map(|head| project(file, head, decision.comment));
    let mut entry = vec![
        ("version".to_owned(), Value::from(decision.version.as_str())),
        ("projects".to_owned(), Value::List(projects.collect())),
    ];
    let start = decision.diff_start.as_deref();
    entry.extend(start.map(|start| ("diff-start".to_owned(), Value::from(start))));
    Value::Map(entry)
}

/// A repository of the entry; what the newest release says about its tarballs goes on.
fn project(file: &Deliverable, head: &Head, comment: Option<&str>) -> Value {
    let mut before = file.releases.iter().rev().flat_map(|release| &release.projects);
    let before = before.find(|project| *project.repo == *head.repo);
    let base = before.and_then(|project| project.tarball_base.as_ref());
    let optional = [("tarball-base", base.map(|it| it.as_str())), ("comment", comment)];
    let mut project = vec![("repo", head.repo.as_str()), ("hash", head.hash.as_str())];
    project.extend(optional.into_iter().filter_map(|(key, value)| Some((key, value?))));
    Value::map(project.into_iter().map(|(key, value)| (key, Value::from(value))))
}

fn commits(heads: &[Head]) -> Value {
    Value::map(heads.iter().map(|head| (head.repo.clone(), Value::from(head.hash.as_str()))))
}
