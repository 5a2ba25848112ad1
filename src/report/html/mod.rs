//! The reviewer's page: the verdict and what deserves a look, the findings with their lines, each release, what would be done,
//! and the requests in full. What is normal is folded.
//!
//! The page stands by itself: no script, and nothing that is loaded from elsewhere. It goes where a job keeps its
//! logs, and whatever comes from a repository is text in it.

mod listing;

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, HtmlEscape, UndefinedBehavior, context, escape_formatter};
use serde::Serialize;

use super::compared;
use super::grouped::{self, Grouped};
use super::lines::{Lines, Sources};
use super::repeated::Repeated;
use super::review::{Headline, ReasonsShown, ReviewPage, anchor, attention};
use super::short;
use super::text::{end_of, verdict};
use crate::calendar::moment;
use crate::plan::{Action, Plan, PlannedRelease, State, Step, waits_until};
use crate::rules::{Finding, Level};
use crate::text::{one_line, trimmed, visible};
use listing::{Excerpt, Listing};

/// The name says to the template engine that everything is to be escaped.
const NAME: &str = "report.html";
const TEMPLATE: &str = include_str!("report.html.j2");
/// Requests with more files show them folded.
const MOST_OPEN: usize = 8;
/// Longer lists of commits are folded.
const MOST_OPEN_COMMITS: usize = 25;
/// Longer release notes of one repository are folded.
const MOST_OPEN_LETTERS: usize = 3000;
/// More commits of one list are counted, not listed.
const MOST_COMMITS: usize = 500;
/// More series of a deliverable are counted, not listed.
const MOST_SERIES: usize = 8;

/// Writes the page.
///
/// # Errors
///
/// What writing to `out` gives.
pub fn write(page: &ReviewPage<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = page.report;
    let findings = report.sorted_by_weight();
    let sources = Sources::of(report, Lines::of_git);
    let (unchecked, judged): (Vec<_>, Vec<_>) =
        findings.iter().copied().partition(|finding| finding.level == Level::CouldNotCheck);
    let listings = listing::of(page.request, &report.sorted());
    let drawn = |findings: Vec<&Finding>| {
        let groups = grouped::by_cause(findings);
        let drawn = groups.iter().map(|group| Drawn::of(group, &sources, &listings));
        Value::from(Serde(drawn.collect::<Vec<_>>()))
    };
    let (plan, no_plan) = match page.plan {
        Ok(plan) => (planned(plan), None),
        Err(why) => (Vec::new(), Some(visible(why).into_owned())),
    };
    let html = environment(ReasonsShown::by_findings(page)).render_named_str(
        NAME,
        TEMPLATE,
        context! {
            headline => Value::from(Serde(Headline::of(page))),
            answer => Headline::of(page).as_str(),
            review => Value::from(Serde(page.review)),
            attention => Value::from(Serde(attention(page))),
            most_commits => MOST_COMMITS,
            most_open => MOST_OPEN_COMMITS,
            most_letters => MOST_OPEN_LETTERS,
            most_series => MOST_SERIES,
            verdict => verdict(report),
            compared => one_line(&compared::in_words(&report.compared)),
            now => moment(report.now),
            tool => concat!("tagkeeper ", env!("CARGO_PKG_VERSION")),
            findings => drawn(judged),
            unchecked => drawn(unchecked),
            notes => report.notes.iter().map(|note| visible(note).into_owned()).collect::<Vec<_>>(),
            plan => Value::from(Serde(plan)),
            no_plan => no_plan,
            open => listings.len() <= MOST_OPEN,
            files => Value::from(Serde(listings)),
        },
    );
    out.write_all(html.map_err(io::Error::other)?.as_bytes())
}

fn environment(told: ReasonsShown) -> Environment<'static> {
    let told = Mutex::new(told);
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the delimiters are the usual ones"),
    );
    environment.add_filter("code", code);
    environment.add_filter("reflowed", reflowed);
    environment.add_filter("once", move |why: &str| {
        told.lock().unwrap_or_else(PoisonError::into_inner).once(why)
    });
    environment.add_filter("anchor", |name: &str| anchor(&[name]));
    environment.add_filter("moment", |at: &str| at.parse().map_or(at.to_owned(), moment));
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    // Whatever comes from a repository is made harmless here, however it gets into the page.
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => {
            escape_formatter(out, state, &Value::from(visible(text).into_owned()))
        }
        _ => escape_formatter(out, state, value),
    });
    environment
}

/// A text in which what stands between two backquotes is code. One with an odd number of them stays as it is.
fn code(text: &str) -> Value {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text.into();
    }
    let mut html = String::new();
    for (at, part) in parts.into_iter().enumerate() {
        let part = visible(part);
        let part = HtmlEscape(&part);
        html.push_str(&if at.is_multiple_of(2) {
            part.to_string()
        } else {
            format!("<code>{part}</code>")
        });
    }
    Value::from_safe_string(html)
}

/// Plain text whose paragraphs are one line each, for the browser to break; lists, tables and literals keep their lines.
fn reflowed(text: &str) -> String {
    let is_open = |line: &str| line.starts_with(char::is_alphanumeric) || line.starts_with('`');
    let paragraph = |block: &str| match block.lines().all(is_open) {
        true => block.lines().collect::<Vec<_>>().join(" "),
        false => block.to_owned(),
    };
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

/// A finding as the page shows it.
#[derive(Serialize)]
struct Drawn {
    level: &'static str,
    level_in_words: &'static str,
    rule: &'static str,
    place: String,
    /// Where on the page the line is.
    anchor: Option<String>,
    message: String,
    subject: Option<String>,
    excerpt: Option<Excerpt>,
    not_checked_either: Option<String>,
    same_for: Option<String>,
    held_until: Option<String>,
    overridden: Option<String>,
    related: Vec<String>,
    help: Option<String>,
    fix: Option<String>,
}

impl Drawn {
    fn of(group: &Grouped<'_>, sources: &Sources<'_>, listings: &[Listing]) -> Self {
        let finding = group.finding;
        let (file, line) = (finding.file.as_str(), finding.place.line);
        let subject: Vec<&str> =
            [&finding.repo, &finding.release].into_iter().flatten().map(String::as_str).collect();
        let stands = finding.stands();
        Self {
            level: finding.level.as_str(),
            level_in_words: finding.level.in_words(),
            rule: finding.rule,
            place: format!("{}:{}", one_line(&finding.file), finding.place.line),
            anchor: listings
                .iter()
                .any(|listing| listing.has(file, line))
                .then(|| listing::anchor(file, line)),
            message: visible(trimmed(&finding.message)).into_owned(),
            subject: (!subject.is_empty()).then(|| one_line(&subject.join(" "))),
            excerpt: sources.lines(finding).and_then(|lines| Excerpt::of(lines, finding.place)),
            not_checked_either: group.other_rules(),
            same_for: group.other_repos().map(|repos| one_line(&repos)),
            held_until: finding.held.map(|held| end_of(held.until)),
            overridden: finding.overridden_by.as_ref().map(|by| {
                format!("{} (commit {})", one_line(&by.reason), short::named(&one_line(&by.commit)))
            }),
            related: finding
                .related
                .iter()
                .map(|one| one_line(&format!("{}: {}:{}", one.label, one.file, one.place.line)))
                .collect(),
            help: finding
                .help
                .as_ref()
                .filter(|_| stands)
                .map(|help| visible(trimmed(help)).into()),
            fix: finding
                .fix
                .as_ref()
                .filter(|_| stands)
                .map(|fix| visible(trimmed(&fix.description)).into()),
        }
    }
}

/// A release of the plan as the page shows it.
#[derive(Serialize)]
struct Planned {
    title: String,
    file: String,
    steps: Vec<Row>,
}

/// A step of the plan as the page shows it.
#[derive(Serialize)]
struct Row {
    state: &'static str,
    why: Option<String>,
    noun: String,
    name: String,
    repo: String,
    commit: Option<String>,
    message: Option<String>,
}

fn planned(plan: &Plan) -> Vec<Planned> {
    let mut repeated = Repeated::default();
    plan.releases.iter().map(|release| Planned::of(release, &mut repeated)).collect()
}

impl Planned {
    fn of(release: &PlannedRelease, repeated: &mut Repeated) -> Self {
        Self {
            title: one_line(&release.title()),
            file: one_line(&release.file),
            steps: release.steps.iter().map(|step| Row::of(step, repeated)).collect(),
        }
    }
}

impl Row {
    fn of(step: &Step, repeated: &mut Repeated) -> Self {
        if !step.state.waits() {
            repeated.interrupt();
        }
        let (state, why) = match &step.state {
            State::Create => ("create", None),
            State::Held { until, reason } => {
                ("held", Some(repeated.reason(&step.repo, &waits_until(*until, reason))))
            }
            State::Done(how) => ("done", Some(how.clone())),
            State::Ended(why) => ("ended", Some(why.clone())),
            State::Conflict(why) => ("conflict", Some(why.clone())),
            State::Open(how) => ("open", Some(how.clone())),
            State::Operator(why) => ("operator", Some(why.clone())),
            State::Unknown(why) => {
                ("unknown", Some(repeated.unknown(&step.repo, why, &why.to_string())))
            }
        };
        let Action { commit, message, .. } = &step.action;
        Self {
            state,
            why: why.map(|why| visible(&why).into_owned()),
            noun: step.action.noun().to_owned(),
            name: one_line(step.action.name()),
            repo: one_line(&step.repo),
            commit: commit.map(|commit| short::named(&commit.to_string()).to_owned()),
            message: message
                .as_ref()
                .filter(|message| !message.is_empty())
                .map(|message| visible(message).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{code, reflowed};

    #[test]
    fn a_paragraph_is_one_line_and_what_has_a_form_keeps_it() {
        for (text, expected) in [
            ("It climbs\nand climbs.", "It climbs and climbs."),
            ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
            ("Do\n* this\n* that", "Do\n* this\n* that"),
            ("  a = 1\n  b = 2", "  a = 1\n  b = 2"),
        ] {
            assert_eq!(reflowed(text), expected);
        }
    }

    #[test]
    fn what_stands_in_backquotes_is_code_and_nothing_is_markup() {
        for (text, expected) in [
            ("write `1.0.0`, not `<b>`", "write <code>1.0.0</code>, not <code>&lt;b&gt;</code>"),
            ("`<b>` & plain", "<code>&lt;b&gt;</code> &amp; plain"),
            ("plain <b>", "plain &lt;b&gt;"),
        ] {
            let html = code(text);
            assert!(html.is_safe());
            assert_eq!(html.to_string(), expected);
        }
        assert!(!code("a lone ` and <b>").is_safe(), "the template escapes it");
    }
}
