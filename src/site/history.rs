//! The table of the releases of a deliverable in one series.

use std::collections::BTreeSet;

use super::book::{Dated, Entry};
use super::markup::Html;
use super::names::anchor;
use super::press::Press;
use crate::calendar::utc_day;
use crate::tree::deliverable::{Project, Release};

/// Bytes of most rows.
const ROW: usize = 500;

/// The releases of `entry`, newest first: one row for each repository. `top` leads to the top of the site.
pub(super) fn table(press: &Press<'_>, entry: &Entry<'_>, label: &str, top: &str) -> String {
    let mut html = Html::default();
    html.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"").text(label);
    html.raw("\"><table class=\"history\"><thead><tr><th scope=\"col\">Version</th><th scope=\"col\">Merged</th><th scope=\"col\">");
    match press.has_keys {
        true => html.link(&format!("{top}{}", super::pages::keys::PATH), "Signature"),
        false => html.text("Signature"),
    };
    html.raw(
        "</th><th scope=\"col\">Repository</th><th scope=\"col\">Commit</th></tr></thead><tbody>\n",
    );
    html.raw(entry.history.get_or_init(|| rows(press, entry)));
    html.raw("</tbody></table></div>\n");
    html.finish()
}

/// The rows, which are the same wherever they are shown.
fn rows(press: &Press<'_>, entry: &Entry<'_>) -> String {
    let releases = &entry.deliverable().releases;
    let n_rows: usize = releases.iter().map(|release| release.projects.len()).sum();
    let mut html = Html::for_about(n_rows * ROW);
    let mut ids = BTreeSet::new();
    for release in releases.iter().rev() {
        // A version that is listed twice has one place.
        let id = Some(row_id(entry, release.version.text())).filter(|id| ids.insert(id.clone()));
        let mut projects: Vec<&Project> = release.projects.iter().collect();
        projects.sort_by(|a, b| a.repo.value.cmp(&b.repo.value));
        for (number, project) in projects.into_iter().enumerate() {
            let id = id.as_deref().filter(|_| number == 0);
            row(press, entry, release, (id, project), &mut html);
        }
    }
    html.finish()
}

fn row(
    press: &Press<'_>,
    entry: &Entry<'_>,
    release: &Release,
    (id, project): (Option<&str>, &Project),
    html: &mut Html,
) {
    let version = release.version.text();
    let archive = press.links.archive(entry, release, project);
    html.raw("<tr");
    if let Some(id) = id {
        html.raw(" id=\"").text(id).raw("\"");
    }
    html.raw("><th scope=\"row\">").maybe_link(archive.as_deref(), version).raw("</th><td>");
    if let Some(landing) = press.book.landing(entry, release) {
        let day = utc_day(landing.merged).to_string();
        html.maybe_link(press.links.request(landing).as_deref(), &day);
    }
    html.raw("</td><td>");
    if let Some(signature) = archive.and_then(|it| press.links.signature(entry, release, &it)) {
        html.link(&signature, "pgp");
    }
    html.raw("</td><td>").text(&project.repo).raw("</td><td><code>");
    html.maybe_link(press.links.commit(project).as_deref(), &project.hash);
    html.raw("</code></td></tr>\n");
}

/// The place of a release in the pages that show it.
pub(super) fn row_id(entry: &Entry<'_>, version: &str) -> String {
    let version = anchor(&version.replace('.', "-"));
    format!("{}-{}-v{version}", anchor(entry.path.series()), anchor(entry.path.name()))
}

/// Where a release is shown, from the top.
pub(super) fn address(entry: &Entry<'_>, version: &str) -> String {
    let page = super::names::address(&format!("deliverables/{}.html", entry.path.name()));
    format!("{page}#{}", row_id(entry, version))
}

/// The day on which a release was merged.
pub(super) fn day(dated: &Dated<'_>) -> String {
    utc_day(dated.landing.merged).to_string()
}
