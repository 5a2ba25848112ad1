//! The file that gets a new entry, and the state of the record around it.

use std::collections::BTreeMap;

use super::NewOptions;
use crate::edit::without_releases;
use crate::ops::disk::root;
use crate::ops::located::{dir_of, path_of};
use crate::ops::meant::deliverable;
use crate::rules::{OneDeliverable, OneFile};
use crate::tree::file::{FilePath, INDEPENDENT};
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::tree::scope::Base;
use crate::version::BranchKind;
use crate::workspace::{Failure, Options, Workspace};

/// A deliverable file as it is before the entry is written.
pub(super) struct Setting {
    options: Options,
    /// Open for the file as it is, or as it will be made.
    pub(super) workspace: Workspace,
    /// The file judged whole.
    request: Request,
    /// Its path in the releases repository.
    pub(super) path: String,
    /// Its text on disk; `None` if the file does not exist yet.
    pub(super) before: Option<String>,
    /// Its text without the entry.
    pub(super) text: String,
    /// The file of the older series from which it is made.
    pub(super) made_from: Option<String>,
}

impl Setting {
    /// Finds the file, and makes its text from that of the series before where there is none.
    ///
    /// # Errors
    /// If there is no such deliverable or series, or the record cannot be read.
    pub(super) fn open(options: &Options, asked: &NewOptions) -> Result<Self, Failure> {
        let options = &at_past(options);
        let workspace = Workspace::open(options)?;
        let record = workspace.request()?.head;
        let dir = folder(asked, &record, &workspace)?;
        let path = path_of(&dir, &asked.deliverable);
        FilePath::parse(&path).map_err(|why| Failure::usage(why.to_string()))?;
        let before = text_of(&record, &path)?;
        let (text, made_from) = match &before {
            Some(text) => (text.clone(), None),
            None => made(&record, &dir, asked)?,
        };
        let workspace = match before {
            Some(_) => workspace,
            None => with(options, &workspace, &path, &text)?,
        };
        let request = Request::whole(workspace.request()?.head, vec![path.clone()]);
        Ok(Self { options: options.clone(), workspace, request, path, before, text, made_from })
    }

    /// The deliverable.
    ///
    /// # Errors
    /// If its file cannot be read, or is in a folder that is no series.
    pub(super) fn on(&self) -> Result<OneDeliverable<'_>, Failure> {
        let unreadable = || {
            Failure::refused(format!("`{}` cannot be read", self.path))
                .help("`tagkeeper check --whole-file` shows what is wrong with it")
        };
        let file = OneFile {
            request: &self.request,
            config: &self.workspace.config,
            policy: &self.workspace.policy,
            clock: self.workspace.clock(),
            change: self.request.changes.first().ok_or_else(unreadable)?,
        };
        OneDeliverable::of(file).ok_or_else(unreadable)
    }

    /// The workspace with another text instead of the file.
    ///
    /// # Errors
    /// Those of opening a workspace.
    pub(super) fn with(&self, text: &str) -> Result<Workspace, Failure> {
        with(&self.options, &self.workspace, &self.path, text)
    }
}

/// A look at the past is a look at the record of that day, and compares with it.
fn at_past(options: &Options) -> Options {
    let Some(then) = options.as_of.clone() else { return options.clone() };
    Options { base: Base::Revision(then.clone()), ..options.clone().at(then) }
}

fn with(
    options: &Options,
    workspace: &Workspace,
    path: &str,
    text: &str,
) -> Result<Workspace, Failure> {
    let mut unsaved: BTreeMap<String, Vec<u8>> = options.unsaved.clone();
    unsaved.insert(path.to_owned(), text.as_bytes().to_vec());
    let whole = root(workspace).map_or_else(|_| path.into(), |root| root.join(path));
    Workspace::open(&Options { unsaved, paths: vec![whole], ..options.clone() })
}

fn text_of(record: &Record, path: &str) -> Result<Option<String>, Failure> {
    let bytes = record.bytes(path).map_err(Failure::outside)?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| Failure::refused(format!("`{path}` is not UTF-8")))
}

/// The folder: of the named series, else of the branch, else as other commands choose it.
fn folder(asked: &NewOptions, record: &Record, workspace: &Workspace) -> Result<String, Failure> {
    let of_branch = asked.branch.as_deref().and_then(|branch| {
        let (kind, id) = workspace.config.branches.read(branch)?;
        match kind {
            BranchKind::Stable | BranchKind::Unmaintained => {
                let mut all = record.series().all.iter();
                all.find(|series| series.branch_id() == id || *series.name == id)
            }
            BranchKind::Bugfix => record.series().all.iter().find(|series| {
                let file = record.deliverable(&series.name, &asked.deliverable);
                file.is_some_and(|file| {
                    let mut releases = file.deliverable.releases.iter();
                    releases.any(|it| it.version.text().starts_with(&format!("{id}.")))
                })
            }),
            BranchKind::Feature => None,
        }
    });
    let of_branch = of_branch.map(|series| series.name.value.clone());
    dir_of(asked.series.as_deref().or(of_branch.as_deref()), Some(&asked.deliverable), record)
}

/// The text of a file that is not there yet, from the nearest older series, and the path of that one.
fn made(
    record: &Record,
    dir: &str,
    asked: &NewOptions,
) -> Result<(String, Option<String>), Failure> {
    let name = &asked.deliverable;
    let older = record.series().older_than(dir).map(|series| path_of(&series.name, name));
    for path in older {
        let Some(text) = text_of(record, &path)? else { continue };
        let made = without_releases(&text)
            .map_err(|why| Failure::refused(format!("cannot make a file from `{path}`: {why}")))?;
        return Ok((made, Some(path)));
    }
    let has = record.series().all.iter().map(|series| series.name.as_str()).chain([INDEPENDENT]);
    let has: Vec<&str> =
        has.filter(|dir| record.known_file(&path_of(dir, name)).is_some()).take(4).collect();
    let failure = Failure::usage(format!("there is no `{}`", path_of(dir, name)));
    if !has.is_empty() {
        return Err(failure.help(format!("name its series with `--series`: {}", has.join(", "))));
    }
    Err(failure.help(deliverable(record, name)?.unwrap_or_else(|| {
        "write the file first, with `team`, `release-model` and `repository-settings`".to_owned()
    })))
}
