//! Judging a request.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::mails::planned_mails;
use super::plan::plan_of;
use super::proposed::{clock_of, may_be_in_review};
use super::report;
use crate::facts::{Facts, Sources, gather};
use crate::gerrit;
use crate::plan::Plan;
use crate::report::comments::{self, LineComment};
use crate::report::review::Review;
use crate::report::{Report, Strictness, message};
use crate::rules::{Case, Closed, Finding, find_out, judge};
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::workspace::{Failure, FetchedChange, Workspace};

/// How a request is judged.
#[derive(Clone, Copy, Debug)]
pub struct CheckOptions {
    /// What becomes of files of closed series.
    pub closed: Closed,
    /// What is found out beside the findings.
    pub preview: Preview,
}

/// What is found out beside the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preview {
    /// Nothing.
    None,
    /// What a reviewer wants to know, and what would be tagged, branched and announced.
    Review,
}

/// A request that was judged.
#[derive(Debug)]
pub struct Checked {
    /// The request.
    pub request: Request,
    /// The findings.
    pub report: Report,
    /// What was asked for beside the findings.
    pub beside: Option<CheckExtras>,
}

/// What was found out beside the findings. What failed is said in its place: a page without it is better than no page.
#[derive(Debug)]
pub struct CheckExtras {
    /// What would be tagged, branched and announced.
    pub plan: Result<Plan, Failure>,
    /// What a reviewer wants to know.
    pub review: Review,
}

/// Judges the request that `workspace` is open for; of `change`, where it was opened for one.
///
/// # Errors
/// When a part of the record cannot be read: then there is no verdict. A fact that could not be fetched is a finding.
pub fn check(
    workspace: &Workspace,
    change: Option<&FetchedChange>,
    options: CheckOptions,
) -> Result<Checked, Failure> {
    let mut request = workspace.request()?;
    if let Some(change) = change {
        request.own = Some(change.patchset.commit.clone());
    }
    judged(workspace, request, change, (OnceCell::new(), options))
}

/// The same, asking `sources` that were opened before.
pub(super) fn check_asking(
    workspace: &Workspace,
    sources: Sources,
    options: CheckOptions,
) -> Result<Checked, Failure> {
    judged(workspace, workspace.request()?, None, (OnceCell::from(sources), options))
}

fn judged(
    workspace: &Workspace,
    request: Request,
    change: Option<&FetchedChange>,
    (sources, options): (OnceCell<Sources>, CheckOptions),
) -> Result<Checked, Failure> {
    let (clock, unsure) = if may_be_in_review(workspace, &request) {
        clock_of(workspace, &request, opened(workspace, &sources)?)
    } else {
        (workspace.clock(), None)
    };
    let (config, policy, unsure) = (&workspace.config, &workspace.policy, unsure.as_ref());
    let closed = options.closed;
    let threads = workspace.threads();
    let case = Case { request: &request, config, policy, closed, clock, unsure, threads };
    let mut facts = find_out(&case, |asks, facts| {
        gather(asks, facts, opened(workspace, &sources)?, workspace.jobs);
        Ok::<_, Failure>(())
    })?;
    let report = report_of(workspace, &case, &facts)?;
    let beside = match options.preview {
        Preview::None => None,
        Preview::Review => {
            let sources = opened(workspace, &sources)?;
            let plan = plan_of(workspace, &request, sources);
            let mut review = report::review(workspace, &case, change, (&mut facts, sources))?;
            if let Ok(plan) = &plan {
                review.mails = planned_mails(workspace, plan, &request.head, sources);
            }
            Some(CheckExtras { plan, review })
        }
    };
    Ok(Checked { request, report, beside })
}

/// The findings, with what a reader needs to understand them.
fn report_of(workspace: &Workspace, case: &Case<'_>, facts: &Facts) -> Result<Report, Failure> {
    let request = case.request;
    let findings = judge(case, facts);
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no verdict"));
    }
    Ok(Report {
        base: request.base.as_ref().map(Record::name),
        head: request.head.name(),
        compared: workspace.compared(),
        now: workspace.now,
        n_files: request.changes.len(),
        sources: texts(request, &findings)?,
        findings,
        notes: workspace.notes(request)?,
        fixed: Vec::new(),
    })
}

/// Posts the findings to the change. Those of an earlier run on the same patch set are not posted again.
///
/// # Errors
/// When Gerrit does not take them.
pub fn post(
    change: &FetchedChange,
    checked: &Checked,
    strictness: Strictness,
    label: Option<&str>,
) -> Result<(), Failure> {
    let report = &checked.report;
    let comments = comments::comments(report, &checked.request);
    let mut review = gerrit::ReviewInput::new("check", &message::message(report, &comments));
    review.comments = comments.on_lines.into_iter().map(as_posted).collect();
    let value = match report.summary() {
        _ if report.is_refused(strictness) => -1,
        summary if summary.could_not_check > 0 => 0,
        _ => 1,
    };
    review.votes.extend(label.map(|label| (label.to_owned(), value)));
    let posted = change.gerrit.post(&change.change, &review)?;
    log::info!("{}: {posted:?}", change.title());
    Ok(())
}

/// A comment as Gerrit takes it.
fn as_posted(comment: LineComment) -> gerrit::Comment {
    let range = |range: comments::CommentSpan| gerrit::CommentRange {
        start_line: range.start_line,
        start_character: range.start_character,
        end_line: range.end_line,
        end_character: range.end_character,
    };
    let suggestion = |suggestion: comments::SuggestedEdits| gerrit::Suggestion {
        description: suggestion.description,
        replacements: suggestion
            .replacements
            .into_iter()
            .map(|(place, text)| gerrit::Replacement { range: range(place), text })
            .collect(),
    };
    gerrit::Comment {
        path: comment.path,
        line: comment.line,
        range: comment.range.map(range),
        message: comment.message,
        suggestion: comment.suggestion.map(suggestion),
    }
}

/// The sources, opened when they are wanted first.
fn opened<'a>(
    workspace: &Workspace,
    sources: &'a OnceCell<Sources>,
) -> Result<&'a Sources, Failure> {
    match sources.get() {
        Some(sources) => Ok(sources),
        None => {
            let opened = workspace.sources()?;
            Ok(sources.get_or_init(|| opened))
        }
    }
}

/// The texts that findings point into, by file or commit.
fn texts(request: &Request, findings: &[Finding]) -> Result<HashMap<String, Arc<str>>, Failure> {
    let files = request.changes.iter().filter_map(|change| {
        let file = change.after.as_ref()?;
        Some((change.path.clone(), Arc::clone(&file.text)))
    });
    let commits = request.commits.iter();
    let messages = commits.map(|commit| (commit.id.clone(), Arc::from(commit.message.as_str())));
    let mut texts: HashMap<_, _> = files.chain(messages).collect();
    for finding in findings.iter().filter(|finding| finding.commit.is_none()) {
        if !texts.contains_key(&finding.file)
            && let Some(bytes) = request.head.bytes(&finding.file).map_err(Failure::outside)?
        {
            texts.insert(finding.file.clone(), String::from_utf8_lossy(&bytes).into());
        }
    }
    Ok(texts)
}
