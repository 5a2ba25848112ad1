//! The redirects of the site: what machines depend on first.
//!
//! A target that moves gets 302, and one that stays 301. What becomes part of a line is checked: one quote too many takes a web
//! server down.

mod constraints;
mod write;

use regex::{Regex, escape};

use super::mistake::Mistake;
use super::names;
use crate::config::CONFIG;
use crate::tree::record::{Record, SERIES_STATUS};
use crate::tree::series::{Series, SeriesList};

pub(super) use constraints::Constraints;
pub(super) use write::{htaccess, json, nginx};

/// One redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Redirect {
    pub(super) code: Code,
    pub(super) from: From,
    /// A path of the site, or a URL.
    pub(super) to: String,
}

/// Whether the target stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    /// 301.
    Permanent,
    /// 302.
    Temporary,
}

/// What is redirected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// A path; Apache takes what lies below it along.
    Path(String),
    /// A regular expression over the whole path.
    Pattern(String),
}

impl Code {
    pub(super) fn number(self) -> u16 {
        match self {
            Self::Permanent => 301,
            Self::Temporary => 302,
        }
    }
}

impl From {
    fn text(&self) -> &str {
        match self {
            Self::Path(text) | Self::Pattern(text) => text,
        }
    }
}

impl Redirect {
    fn path(code: Code, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { code, from: From::Path(from.into()), to: to.into() }
    }

    fn pattern(from: String, to: String) -> Self {
        Self { code: Code::Permanent, from: From::Pattern(from), to }
    }
}

/// Where sites that were built with Sphinx have their search and their index of names.
const LISTS: [&str; 2] = ["/search.html", "/genindex.html"];
/// Where ours has both.
const LIST: &str = "/deliverables/index.html";

/// The redirects: those that the site had before, then the others. `is_page` knows the paths of the pages that the site brings.
pub(super) fn all(
    record: &Record,
    constraints: Option<&Constraints<'_>>,
    own: &[(String, String)],
    is_page: impl Fn(&str) -> bool,
    mistakes: &mut Vec<Mistake>,
) -> Vec<Redirect> {
    let own = own.iter().map(|(from, to)| Redirect::path(Code::Permanent, from, to));
    let mut all: Vec<Redirect> = own.collect();
    if let Some(constraints) = constraints {
        all.extend(constraints.first(mistakes));
        all.extend(constraints.further());
    }
    all.extend(of_series(record.series(), mistakes));
    let lists = LISTS.into_iter().filter(|from| !is_page(from.trim_start_matches('/')));
    all.extend(lists.map(|from| Redirect::path(Code::Permanent, from, LIST)));
    refuse_chains(&all, mistakes);
    all
}

/// Series by their id, and the addresses that the site had until 2016.
fn of_series(list: &SeriesList, mistakes: &mut Vec<Mistake>) -> Vec<Redirect> {
    let mut found = Vec::new();
    for series in &list.all {
        let name = series.name.as_str();
        if let Err(why) = names::part(name) {
            mistakes.push(no_name(series, name, &why));
            continue;
        }
        let page = format!("/{name}/index.html");
        found.push(Redirect::path(Code::Permanent, format!("/releases/{name}.html"), page.clone()));
        let Some(id) = series.release_id.as_ref().filter(|id| id.value != name) else { continue };
        if let Err(why) = names::part(id) {
            mistakes.push(no_name(series, id, &why));
            continue;
        }
        if list.get(id).is_some() {
            let message =
                format!("`{}` is the id of `{name}` and the name of another series", **id);
            mistakes.push(Mistake::error(SERIES_STATUS, Some(id.place), message));
            continue;
        }
        let path = escape(id);
        found.push(Redirect::pattern(format!("^/{path}/?$"), page));
        found.push(Redirect::pattern(format!("^/{path}/(.+)$"), format!("/{name}/$1")));
    }
    found
}

fn no_name(series: &Series, name: &str, why: &str) -> Mistake {
    let message = format!("`{name}` cannot be the address of a series: it {why}");
    Mistake::error(SERIES_STATUS, Some(series.name.place), message).help("rename the series")
}

/// Every address leads to its end in one step: nothing leads to what is redirected itself.
fn refuse_chains(all: &[Redirect], mistakes: &mut Vec<Mistake>) {
    let takers: Vec<Taker<'_>> = all.iter().map(Taker::of).collect();
    for redirect in all {
        // What a pattern takes along may be anything.
        let to = redirect.to.replace("$1", "x");
        let Some(next) = takers.iter().find(|taker| taker.takes(&to)) else { continue };
        let (from, next) = (redirect.from.text(), next.from.text());
        let message =
            format!("`{from}` leads to `{}`, and `{next}` leads on from there", redirect.to);
        let mistake = Mistake::error(CONFIG, None, message);
        mistakes.push(mistake.help("lead both to where the second one ends"));
    }
}

/// What a redirect takes.
struct Taker<'a> {
    from: &'a From,
    pattern: Option<Regex>,
}

impl<'a> Taker<'a> {
    fn of(redirect: &'a Redirect) -> Self {
        let pattern = match &redirect.from {
            From::Pattern(pattern) => Regex::new(pattern).ok(),
            From::Path(_) => None,
        };
        Self { from: &redirect.from, pattern }
    }

    fn takes(&self, path: &str) -> bool {
        match (self.from, &self.pattern) {
            (From::Path(from), _) => is_at(path, from),
            (From::Pattern(_), pattern) => pattern.as_ref().is_some_and(|it| it.is_match(path)),
        }
    }
}

/// Whether a redirect from `from` takes `path`, by Apache's reading: the path itself, or one below it.
fn is_at(path: &str, from: &str) -> bool {
    path.strip_prefix(from).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
