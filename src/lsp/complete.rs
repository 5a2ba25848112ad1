//! What may be written next.

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionTextEdit, Position, Range, TextEdit,
};

use super::context::{Context, context, neighbour};
use super::document::Document;
use super::place::line_at;
use crate::ops::new::offers::{commits, names, versions};
use crate::text::one_line;
use crate::tree::deliverable::{
    ArtifactLinkMode, BRANCH_KEYS, KEYS, Kind, Model, PROJECT_KEYS, RELEASE_KEYS, ReleaseType,
    StableBranchType, Status,
};
use crate::workspace::Options;

/// A word, and what is said of it.
type Offer = (String, String);

/// What may be written at `position`. Nothing where the facts are not known.
pub(super) fn complete(
    document: &Document,
    position: Position,
    options: &Options,
) -> Vec<CompletionItem> {
    let Some(path) = document.path() else { return Vec::new() };
    let Some(options) = document.options(options) else { return Vec::new() };
    let (offers, kind, end) = match context(&document.text, position) {
        Context::Key { of: Some("repository-settings") } => (
            plain(names(&options, path).unwrap_or_default().repositories),
            CompletionItemKind::MODULE,
            ": {}",
        ),
        Context::Key { of } => (plain(keys(of)), CompletionItemKind::PROPERTY, ": "),
        Context::Value { key, of } => {
            let place = (document.text.as_str(), position.line);
            (values((key, of), place, (&options, path)), CompletionItemKind::VALUE, "")
        }
    };
    let (_, before) = line_at(&document.text, position);
    let typed = before.rsplit([' ', '\'', '"']).next().unwrap_or_default();
    let units = u32::try_from(typed.encode_utf16().count()).unwrap_or_default();
    let start = Position { character: position.character.saturating_sub(units), ..position };
    let range = Range { start, end: position };
    let mut found: Vec<CompletionItem> = Vec::new();
    for (at, (word, detail)) in offers.into_iter().enumerate() {
        let edit = TextEdit { range, new_text: format!("{word}{end}") };
        found.push(CompletionItem {
            filter_text: Some(format!("{word} {detail}")),
            sort_text: Some(format!("{at:04}")),
            label: word,
            detail: Some(one_line(&detail)).filter(|it| !it.is_empty()),
            kind: Some(kind),
            text_edit: Some(CompletionTextEdit::Edit(edit)),
            ..CompletionItem::default()
        });
    }
    found
}

fn plain(words: impl IntoIterator<Item = impl Into<String>>) -> Vec<Offer> {
    words.into_iter().map(|word| (word.into(), String::new())).collect()
}

fn keys(of: Option<&str>) -> Vec<&'static str> {
    match of {
        None => KEYS.to_vec(),
        Some("releases") => RELEASE_KEYS.to_vec(),
        Some("projects") => PROJECT_KEYS.to_vec(),
        Some("branches") => BRANCH_KEYS.to_vec(),
        Some(_) => Vec::new(),
    }
}

fn values(
    (key, of): (&str, Option<&str>),
    (text, line): (&str, u32),
    (options, path): (&Options, &str),
) -> Vec<Offer> {
    let names = || names(options, path).unwrap_or_default();
    match (of, key) {
        (None, "type") => plain(Kind::ALL.iter().map(|word| word.as_str())),
        (None, "release-model") => plain(Model::ALL.iter().map(|word| word.as_str())),
        (None, "release-type") => plain(ReleaseType::ALL.iter().map(|word| word.as_str())),
        (None, "artifact-link-mode") => {
            plain(ArtifactLinkMode::ALL.iter().map(|word| word.as_str()))
        }
        (None, "stable-branch-type") => {
            plain(StableBranchType::ALL.iter().map(|word| word.as_str()))
        }
        (None, "stable-status") => plain(Status::ALL.iter().map(|word| word.as_str())),
        (None, "team") => plain(names().teams),
        (None, "include-pypi-link") => plain(["yes", "no"]),
        (Some("releases"), "version") => {
            let next = versions(options, path).unwrap_or_default();
            next.into_iter().map(|(version, kind)| (version, kind.as_str().to_owned())).collect()
        }
        (Some("projects"), "repo") => plain(names().repositories),
        (Some("projects"), "hash") => {
            let Some(repo) = neighbour(text, line, "repo") else { return Vec::new() };
            let commits = commits(options, path, repo).unwrap_or_default();
            commits.into_iter().map(|commit| (commit.hash, commit.subject)).collect()
        }
        (Some("branches"), "name") => plain(names().branches),
        (Some("branches"), "location") => plain(names().listed),
        _ => Vec::new(),
    }
}
