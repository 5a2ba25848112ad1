//! `tagkeeper check`: judges a request.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;
use std::str::FromStr;

use jiff::Timestamp;

use super::change::{Brought, open_change};
use super::failure::{Exit, Failure};
use super::opening::{Asking, Comparing, Look, Now, Opening, moment};
use super::output::{Output, write_whole};
use super::plan::plan_of;
use super::proposed::{clock_of, may_be_in_review};
use super::site::Site;
use crate::facts::{Facts, Sources, gather};
use crate::gerrit::{self, ChangeName, Review};
use crate::plan::Plan;
use crate::report::comments::{self, Comment};
use crate::report::text::Style;
use crate::report::{Report, Strictness, html, json, review, text, zuul};
use crate::rules::{Case, Closed, Finding, asks, judge};
use crate::tree::request::Request;

/// Judges a release request: the difference between a base and a head
#[derive(clap::Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    now: Now,
    /// When the request was proposed, by which freezes and deadlines are judged [default: when its change was created in Gerrit, else when the newest commit that touches the file was written]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_PROPOSED", value_parser = moment)]
    proposed: Option<Timestamp>,
    #[command(flatten)]
    asking: Asking,
    /// Judge files of closed series like others
    #[arg(long)]
    closed: bool,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write them to a file as well, such as `html=report.html`; may be given several times
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Extra>,
    /// A fact that could not be had counts as an error
    #[arg(long)]
    strict: bool,
    /// Judge the newest patch set of a change of Gerrit: its number, URL or Change-Id
    #[arg(long, value_name = "CHANGE", conflicts_with_all = ["base", "head", "whole_file"])]
    change: Option<ChangeName>,
    /// Post the findings to the change, once: a message, and comments on the lines
    #[arg(long, requires = "change")]
    post: bool,
    /// Vote +1 or -1 on this label as well; no vote where there is no verdict
    #[arg(long, value_name = "LABEL", requires = "post")]
    vote: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// One page for a browser, with the plan and the requests in full.
    Html,
    /// What a job hands to `zuul_return`: comments on the lines of the change.
    Zuul,
}

/// One more file that the findings are written to.
#[derive(Clone, Debug)]
struct Extra {
    format: Format,
    path: PathBuf,
}

impl FromStr for Extra {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=FILE")?;
        let format = <Format as clap::ValueEnum>::from_str(format, false)?;
        match path {
            "" => Err("there is no file after `=`".to_owned()),
            path => Ok(Self { format, path: PathBuf::from(path) }),
        }
    }
}

/// How often answers may lead to further questions.
const ROUNDS: usize = 3;

pub(super) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let look = Look {
        opening: args.opening.clone(),
        comparing: args.comparing.clone(),
        now: args.now,
        asking: args.asking,
        proposed: args.proposed,
    };
    let (site, brought) = match &args.change {
        None => (Site::open(&look)?, None),
        Some(name) => {
            let (site, brought) = open_change(&look, name)?;
            (site, Some(brought))
        }
    };
    let mut request = site.request()?;
    if let Some(brought) = &brought {
        request.own = Some(brought.patchset.commit.clone());
    }
    let closed = if args.closed { Closed::Judged } else { Closed::Skipped };
    let (config, policy) = (&site.config, &site.policy);
    let sources = OnceCell::new();
    let (clock, unsure) = if may_be_in_review(&site, &request) {
        clock_of(&site, &request, opened(&site, &sources)?)
    } else {
        (site.clock(), None)
    };
    let unsure = unsure.as_ref();
    let case = Case { request: &request, config, policy, closed, clock, unsure };
    let facts = find_out(&case, &site, &sources)?;
    let findings = judge(&case, &facts);
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no verdict"));
    }
    let report = Report {
        base: request.base.as_ref().map(crate::tree::record::Record::name),
        head: request.head.name(),
        compared: site.compared(),
        now: site.now,
        n_files: request.changes.len(),
        sources: texts(&request, &findings)?,
        findings,
        notes: site.notes(&request)?,
    };
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    let plan = if args.wants(Format::Html) { planned(&site, &request, &sources) } else { None };
    let answer = Answer { report: &report, request: &request, strictness, plan };
    for extra in &args.reports {
        let mut bytes = Vec::new();
        answer.write(extra.format, &mut bytes, Style::Plain)?;
        write_whole(&extra.path, &bytes)?;
    }
    output.write(|out, style| answer.write(args.format, out, style))?;
    if let Some(brought) = brought.filter(|_| args.post) {
        post(&brought, &answer, args.vote.as_deref())?;
    }
    Ok(if report.is_refused(strictness) { Exit::No } else { Exit::Fine })
}

impl CheckArgs {
    fn wants(&self, format: Format) -> bool {
        self.format == format || self.reports.iter().any(|extra| extra.format == format)
    }
}

/// What is written.
struct Answer<'a> {
    report: &'a Report,
    request: &'a Request,
    strictness: Strictness,
    /// Where it is wanted: what would be done, or why that is not known.
    plan: Option<Result<Plan, String>>,
}

impl Answer<'_> {
    fn write(&self, format: Format, out: &mut dyn Write, style: Style) -> io::Result<()> {
        match format {
            Format::Text => text::write(self.report, out, style),
            Format::Json => json::write(self.report, out),
            Format::Zuul => zuul::write(self.report, self.request, out),
            Format::Html => {
                let plan = match &self.plan {
                    Some(Ok(plan)) => Ok(plan),
                    Some(Err(why)) => Err(why.as_str()),
                    None => Err("it was not asked for"),
                };
                let Self { report, request, strictness, .. } = *self;
                html::write(&html::Page { report, request, strictness, plan }, out)
            }
        }
    }
}

/// Posts the findings. Those of an earlier run on the same patch set are not posted again.
fn post(brought: &Brought, answer: &Answer<'_>, label: Option<&str>) -> Result<(), Failure> {
    let comments = comments::comments(answer.report, answer.request);
    let mut review = Review::new("check", &review::message(answer.report, &comments));
    review.comments = comments.on_lines.into_iter().map(as_posted).collect();
    let value = match answer.report.summary() {
        _ if answer.report.is_refused(answer.strictness) => -1,
        summary if summary.could_not_check > 0 => 0,
        _ => 1,
    };
    review.votes.extend(label.map(|label| (label.to_owned(), value)));
    let posted = brought.gerrit.post(&brought.change, &review)?;
    log::info!("{}: {posted:?}", brought.title());
    Ok(())
}

/// A comment as Gerrit takes it.
fn as_posted(comment: Comment) -> gerrit::Comment {
    let range = |range: comments::Range| gerrit::Range {
        start_line: range.start_line,
        start_character: range.start_character,
        end_line: range.end_line,
        end_character: range.end_character,
    };
    let suggestion = |suggestion: comments::Suggestion| gerrit::Suggestion {
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

/// The plan; a page without one is better than no page.
fn planned(
    site: &Site,
    request: &Request,
    sources: &OnceCell<Sources>,
) -> Option<Result<Plan, String>> {
    let plan = opened(site, sources).and_then(|sources| plan_of(site, request, sources));
    Some(plan.map_err(|failure| failure.message().to_owned()))
}

/// The sources, opened when they are wanted first.
fn opened<'a>(site: &Site, sources: &'a OnceCell<Sources>) -> Result<&'a Sources, Failure> {
    match sources.get() {
        Some(sources) => Ok(sources),
        None => {
            let opened = site.sources()?;
            Ok(sources.get_or_init(|| opened))
        }
    }
}

/// Asks what the rules want to know, and what the answers lead them to ask.
fn find_out(case: &Case<'_>, site: &Site, sources: &OnceCell<Sources>) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    for _ in 0..ROUNDS {
        let asks = asks(case, &facts);
        if asks.is_answered(&facts) {
            break;
        }
        gather(&asks, &mut facts, opened(site, sources)?, site.jobs);
    }
    Ok(facts)
}

/// The texts that findings point into, by file or commit.
fn texts(request: &Request, findings: &[Finding]) -> Result<HashMap<String, Rc<str>>, Failure> {
    let files = request.changes.iter().filter_map(|change| {
        let file = change.after.as_ref()?;
        Some((change.path.clone(), Rc::clone(&file.text)))
    });
    let commits = request.commits.iter();
    let messages = commits.map(|commit| (commit.id.clone(), Rc::from(commit.message.as_str())));
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
