//! A new release: which version and which commits, as an entry of its file.
//!
//! The facts are asked first. [`decision`] is then a pure function of the file, the request and the facts; nothing is guessed
//! where a fact is unknown.

mod auto;
pub(in crate::ops) mod before;
mod branching;
mod content;
mod decision;
pub(in crate::ops) mod entry;
pub(in crate::ops) mod heads;
mod kind;
mod message;
mod number;
pub mod offers;
mod setting;

use super::check::{CheckOptions, Preview, check_asking};
use super::disk::write as write_files;
use crate::facts::{Asks, Facts, Sources, gather};
use crate::report::draft::{Draft, Taken};
use crate::report::rewrite::Rewrite;
use crate::rules::{Closed, OneDeliverable};
use crate::workspace::{Failure, Options, Workspace};
use before::Before;
use decision::EntryDecision;
pub(in crate::ops) use heads::NoHead;
use heads::is_named;
use setting::Setting;

pub(in crate::ops) use branching::lacking as lacking_branch;
pub use kind::Kind;

/// How often an answer may lead to another question.
const ROUNDS: usize = 5;

/// The release that somebody asks for.
#[derive(Clone, Debug)]
pub struct NewOptions {
    /// The deliverable: the name of its file.
    pub deliverable: String,
    /// Of which kind it is; the least step that no rule about numbers objects to, where none is named.
    pub kind: Option<Kind>,
    /// The series, or `independent`; that of the branch, else the one in development.
    pub series: Option<String>,
    /// Commits to take in place of the heads: (repository, branch, tag or commit id).
    pub commits: Vec<(String, String)>,
    /// The branch to release from, in place of that of the series.
    pub branch: Option<String>,
    /// Whether the stable branch begins here.
    pub stable_branch: StableBranch,
}

/// Whether the stable branch begins at the new release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StableBranch {
    /// At the first candidate and at a procedural release.
    Usual,
    /// In any case.
    Add,
}

impl NewOptions {
    /// What is asked for where nothing but deliverable and kind is named.
    pub fn of(deliverable: impl Into<String>, kind: Option<Kind>) -> Self {
        Self {
            deliverable: deliverable.into(),
            kind,
            series: None,
            commits: Vec::new(),
            branch: None,
            stable_branch: StableBranch::Usual,
        }
    }

    /// What the caller named of a repository.
    fn revisions_of<'a>(&'a self, repo: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.commits.iter().filter(move |(name, _)| is_named(repo, name));
        named.map(|(_, revision)| revision.as_str())
    }
}

/// The entry for a release, checked as if it was in its file. Nothing is written.
///
/// # Errors
/// If the deliverable has no such release, or a fact that decides is not known.
pub fn draft(options: &Options, asked: &NewOptions) -> Result<Draft, Failure> {
    let setting = Setting::open(options, asked)?;
    let sources = setting.workspace.sources()?;
    let prepared = prepared(&setting, asked, &sources)?;
    let how = CheckOptions { closed: Closed::Skipped, preview: Preview::None };
    let report = check_asking(&setting.with(&prepared.rewrite.after)?, sources, how)?.report;
    let Prepared { decision, rewrite, repositories, series, message } = prepared;
    Ok(Draft {
        rewrite,
        deliverable: asked.deliverable.clone(),
        series,
        kind: decision.kind.as_str(),
        version: decision.version,
        reason: decision.reason,
        diff_start: decision.diff_start,
        branches: decision.branches.into_iter().map(|(name, _)| name).collect(),
        repositories,
        made_from: setting.made_from.clone(),
        message,
        report,
    })
}

/// An entry that is decided and written into the text of its file, and not checked yet.
pub(in crate::ops) struct Prepared {
    decision: EntryDecision,
    /// The file without the entry and with it.
    pub(in crate::ops) rewrite: Rewrite,
    repositories: Vec<Taken>,
    series: Option<String>,
    /// The message of a commit that asks for the release.
    pub(in crate::ops) message: String,
}

impl Prepared {
    /// The version.
    pub(in crate::ops) fn version(&self) -> &str {
        &self.decision.version
    }

    /// Whether it releases something: a commit that no release has, or a mark, or the commits of another entry on purpose.
    pub(in crate::ops) fn is_needed(&self) -> bool {
        let is_on_purpose =
            self.decision.kind.is_mark() || self.decision.kind.takes_listed_commits();
        let brings = |taken: &Taken| taken.since.is_none() || !taken.commits.is_empty();
        is_on_purpose || self.repositories.iter().any(brings)
    }
}

/// The entry, asking `sources` that may serve many of them.
///
/// # Errors
/// As [`draft`].
pub(in crate::ops) fn prepare(
    options: &Options,
    asked: &NewOptions,
    sources: &Sources,
) -> Result<Prepared, Failure> {
    prepared(&Setting::open(options, asked)?, asked, sources)
}

fn prepared(setting: &Setting, asked: &NewOptions, sources: &Sources) -> Result<Prepared, Failure> {
    let on = setting.on()?;
    let mut facts = Facts::default();
    let (decision, after) = decided(setting, &on, asked, &mut facts, sources)?;
    let before = Before::of(&on);
    find_out(&setting.workspace, sources, &mut facts, |facts, asks| {
        content::ask(&before, &decision, facts, asks);
    });
    let repositories = content::taken(&before, &decision, &facts)?;
    let notes = content::notes(&before, &decision, &facts)?;
    let series = on.series.map(|series| series.name.value.clone());
    let message = message::write((on.path.name(), series.as_deref()), &decision, &notes);
    let (path, before) = (setting.path.clone(), setting.before.clone());
    let rewrite = Rewrite { path, before, after };
    Ok(Prepared { decision, rewrite, repositories, series, message })
}

/// Writes the file of a draft, if it is still as it was.
///
/// # Errors
/// If it is not, or cannot be written.
pub fn write(options: &Options, draft: &Draft) -> Result<(), Failure> {
    write_files(&Workspace::open(options)?, std::slice::from_ref(&draft.rewrite))
}

/// The decision, and the text of the file with its entry.
fn decided(
    setting: &Setting,
    on: &OneDeliverable<'_>,
    asked: &NewOptions,
    facts: &mut Facts,
    sources: &Sources,
) -> Result<(EntryDecision, String), Failure> {
    find_out(&setting.workspace, sources, facts, |facts, asks| {
        decision::ask(on, asked, asked.kind, facts, asks);
    });
    let written = |kind| {
        let decision = decision::decide(on, asked, kind, facts)?;
        let text = entry::write((&setting.path, &setting.text), on.deliverable(), &decision)?;
        Ok::<_, Failure>((decision, text))
    };
    if let Some(kind) = asked.kind {
        return written(kind);
    }
    let heads = heads::heads(on, asked, None, facts)?;
    let mut trial = auto::Trial::new();
    for kind in auto::kinds(on, &Before::of(on), &heads)? {
        let (decision, text) = written(kind)?;
        if trial.suits(kind, (setting, &decision.version, &text), sources)? {
            break;
        }
    }
    let (kind, because) = trial.verdict()?;
    let (mut decision, text) = written(kind)?;
    decision.reason = auto_reason(&decision, &because);
    Ok((decision, text))
}

fn auto_reason(decision: &EntryDecision, because: &str) -> String {
    match (because, decision.kind) {
        ("", Kind::Bugfix) => "nothing in it asks for more than a patch".to_owned(),
        ("", Kind::Final | Kind::Rc | Kind::Milestone) => decision.reason.clone(),
        ("", _) => "it is the first release of its series".to_owned(),
        (because, _) => because.to_owned(),
    }
}

/// Asks until no answer leads to another question.
fn find_out(
    workspace: &Workspace,
    sources: &Sources,
    facts: &mut Facts,
    put: impl Fn(&Facts, &mut Asks),
) {
    for _ in 0..ROUNDS {
        let mut asks = Asks::default();
        put(facts, &mut asks);
        if asks.is_answered(facts) {
            break;
        }
        gather(&asks, facts, sources, workspace.jobs);
    }
}
