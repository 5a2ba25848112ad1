//! `tagkeeper check`: judges a request.

use std::collections::HashMap;
use std::rc::Rc;

use super::failure::{Exit, Failure};
use super::output::{Format, Output};
use super::site::{Opening, Site};
use crate::facts::{Facts, gather};
use crate::report::{Report, Strictness, json, text};
use crate::rules::{COMMIT_MSG, Case, Closed, asks, judge};
use crate::tree::record::SERIES_STATUS;
use crate::tree::request::Request;

/// Judges a release request: the difference between a base and a head
#[derive(clap::Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Judge files of closed series like others
    #[arg(long)]
    closed: bool,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A fact that could not be had counts as an error
    #[arg(long)]
    strict: bool,
}

/// How often answers may lead to further questions.
const ROUNDS: usize = 3;

pub(super) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    let site = Site::open(&args.opening)?;
    let request = site.request()?;
    let closed = if args.closed { Closed::Judged } else { Closed::Skipped };
    let case = Case { request: &request, config: &site.config, policy: &site.policy, closed };
    let facts = find_out(&case, &site)?;
    let findings = judge(&case, &facts);
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no verdict"));
    }
    let report = Report {
        base: request.base.as_ref().map(crate::tree::record::Record::name),
        head: request.head.name(),
        now: site.now,
        findings,
        n_files: request.changes.len(),
        sources: sources(&request)?,
        notes: site.notes(&request)?,
    };
    output.write(|out, style| match args.format {
        Format::Text => text::write(&report, out, style),
        Format::Json => json::write(&report, out),
    })?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    Ok(if report.is_refused(strictness) { Exit::No } else { Exit::Fine })
}

/// Asks what the rules want to know, and what the answers lead them to ask.
fn find_out(case: &Case<'_>, site: &Site) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    let mut sources = None;
    for _ in 0..ROUNDS {
        let asks = asks(case, &facts);
        if asks.is_answered(&facts) {
            break;
        }
        if sources.is_none() {
            sources = Some(site.sources()?);
        }
        if let Some(sources) = &sources {
            gather(&asks, &mut facts, sources, site.jobs);
        }
    }
    Ok(facts)
}

fn sources(request: &Request) -> Result<HashMap<String, Rc<str>>, Failure> {
    let files = request.changes.iter().filter_map(|change| {
        let file = change.after.as_ref()?;
        Some((change.path.clone(), Rc::clone(&file.text)))
    });
    let message = request
        .commits
        .first()
        .map(|commit| (COMMIT_MSG.to_owned(), Rc::from(commit.message.as_str())));
    let mut texts: HashMap<_, _> = files.chain(message).collect();
    if !request.head.series_problems().is_empty()
        && let Some(bytes) = request.head.bytes(SERIES_STATUS).map_err(Failure::outside)?
    {
        texts.insert(SERIES_STATUS.to_owned(), String::from_utf8_lossy(&bytes).into());
    }
    Ok(texts)
}
