//! What a change does to the site, for its reviewers: the pages first.

use serde::Serialize;

use super::super::files::Files;
use super::super::names;
use super::super::press::{Page, Press};

/// Where the page is.
pub(in crate::site) const PATH: &str = "changes.html";

#[derive(Serialize)]
struct Shown {
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Part {
    id: &'static str,
    title: &'static str,
    /// Path, title, and where it is if it is still there.
    rows: Vec<(String, String, Option<String>)>,
}

/// The page, which compares the site so far with the one `before`.
pub(in crate::site) fn page(press: &mut Press<'_>, before: &Files) {
    let now = &press.files;
    let (pages, others): (Vec<&str>, Vec<&str>) = now
        .paths()
        .filter(|path| before.get(path) != now.get(path))
        .partition(|path| path.ends_with(".html"));
    let (changed, new): (Vec<&str>, Vec<&str>) = pages.iter().partition(|path| before.has(path));
    let gone = before.paths().filter(|path| !now.has(path));
    let parts = [
        ("changed", "Changed pages", changed),
        ("new", "New pages", new),
        ("removed", "Removed", gone.collect()),
        ("others", "Other files", others),
    ];
    let row = |path: &str| {
        let address = now.has(path).then(|| names::address(path));
        let html = now.get(path).or_else(|| before.get(path)).unwrap_or_default();
        (path.to_owned(), title(html).unwrap_or_else(|| path.to_owned()), address)
    };
    let parts = parts
        .into_iter()
        .filter(|(.., paths)| !paths.is_empty())
        .map(|(id, title, paths)| Part { id, title, rows: paths.into_iter().map(row).collect() });
    let shown = Shown { parts: parts.collect() };
    let page = Page {
        path: PATH,
        owner: "the list of changes",
        title: "Changes",
        template: "changes.html",
        feed: None,
        stamp: None,
    };
    press.page(&page, shown);
}

/// The title of a page of ours, without the name of the site.
fn title(html: &[u8]) -> Option<String> {
    let html = str::from_utf8(html).ok()?;
    let title = html.split_once("<title>")?.1.split_once("</title>")?.0;
    let title = title.rsplit_once(" – ").map_or(title, |(title, _)| title);
    Some(unescaped(title))
}

fn unescaped(html: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (code, c)| text.replace(code, c))
}
