//! The documentation of the rules, as the program has it.

use serde::Serialize;

use super::super::book::capital;
use super::super::press::{Page, Press, Safe};
use crate::rules::{ALL, Overridable, Rule};
use crate::text::cmark::fragment;

#[derive(Serialize)]
struct Shown {
    rules: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    level: &'static str,
    summary: String,
    docs: Safe,
    overridable: Option<&'static str>,
}

/// The page of the rules.
pub(in crate::site) fn page(press: &mut Press<'_>) {
    let (path, owner) = ("rules.html", "the documentation of the rules");
    let stamp = press.stamper(path).finish();
    if press.keeps(path, owner, &stamp) {
        return;
    }
    let shown = Shown { rules: ALL.iter().copied().map(row).collect() };
    let page = Page {
        path,
        owner,
        title: "Rules",
        template: "rules.html",
        feed: None,
        stamp: Some(stamp),
    };
    press.page(&page, shown);
}

fn row(rule: &'static Rule) -> Row {
    Row {
        id: rule.id,
        level: rule.level.as_str(),
        summary: capital(rule.summary),
        docs: Safe(fragment(rule.docs, 3)),
        overridable: match rule.overridable {
            Overridable::Yes => Some("it"),
            Overridable::InPart => Some("some of its errors"),
            Overridable::No => None,
        },
    }
}
