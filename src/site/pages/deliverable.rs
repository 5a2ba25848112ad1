//! One deliverable through all series.

use serde::Serialize;

use super::super::book::{Entry, capital};
use super::super::history;
use super::super::names;
use super::super::plot;
use super::super::press::{Page, Press, Safe};
use super::series;

#[derive(Serialize)]
struct Shown {
    name: String,
    team: Option<(String, String)>,
    kind: String,
    model: Option<String>,
    repositories: Vec<String>,
    newest: Option<(String, Option<String>)>,
    plots: Vec<plot::Plot>,
    parts: Vec<Part>,
}

/// What leads from the page to the top of the site.
const TOP: &str = "../";

/// The deliverable in one series.
#[derive(Serialize)]
struct Part {
    title: String,
    id: String,
    address: String,
    status: Option<series::Badge>,
    notes: Vec<(String, Option<String>)>,
    branches: Vec<(String, String)>,
    history: Option<Safe>,
}

/// The page of the deliverable `name`.
pub(in crate::site) fn page(press: &mut Press<'_>, name: &str) {
    let entries: Vec<&Entry<'_>> = press.book.of_deliverable(name).collect();
    let Some(first) = entries.first() else { return };
    let (path, owner) = (format!("deliverables/{name}.html"), format!("deliverable `{name}`"));
    let stamp = press.stamper(&path).entries(entries.iter().copied()).finish();
    if press.keeps(&path, &owner, &stamp) {
        return;
    }
    let parts = entries.iter().map(|entry| part(press, entry)).collect();
    let mut repositories: Vec<String> = entries
        .iter()
        .flat_map(|entry| &entry.deliverable().releases)
        .flat_map(|release| &release.projects)
        .map(|project| project.repo.value.clone())
        .collect();
    repositories.sort();
    repositories.dedup();
    let dated = press.book.dated(entries.iter().copied());
    let deliverable = first.deliverable();
    let model = deliverable.effective_model(&first.path);
    let newest = entries.iter().find_map(|entry| Some((entry, entry.newest()?)));
    let kind = deliverable.effective_kind(&first.path);
    let shown = Shown {
        name: name.to_owned(),
        team: first.team().and_then(|team| {
            let slug = names::slug(team).ok()?;
            Some((team.to_owned(), names::address(&format!("teams/{slug}.html"))))
        }),
        kind: deliverable.words.kind.as_deref().unwrap_or(kind.as_str()).to_owned(),
        model: model.map(|model| deliverable.model_name(model).to_owned()),
        repositories,
        newest: newest.map(|(entry, release)| {
            let landing = press.book.landing(entry, release);
            let day = landing.map(|landing| crate::calendar::utc_day(landing.merged).to_string());
            (release.version.text().to_owned(), day)
        }),
        plots: plot::of(&dated),
        parts,
    };
    let feed = (!dated.is_empty()).then(|| format!("deliverables/{name}.xml"));
    let page = Page {
        path: &path,
        owner: &owner,
        title: name,
        template: "deliverable.html",
        feed,
        stamp: Some(stamp),
    };
    press.page(&page, shown);
}

fn part(press: &mut Press<'_>, entry: &Entry<'_>) -> Part {
    let series = entry.path.series();
    let title = match entry.path.is_independent() {
        true => capital(series),
        false => press.book.title(series),
    };
    let label = format!("Releases of {} in {title}", entry.path.name());
    let has_releases = !entry.deliverable().releases.is_empty();
    Part {
        id: names::anchor(series),
        address: series::address(series),
        status: series::badge(entry.status(press.book.series(series))),
        notes: series::notes(press, entry),
        branches: entry
            .deliverable()
            .branches
            .iter()
            .map(|branch| (branch.name.value.clone(), branch.location.to_string().replace('`', "")))
            .collect(),
        history: has_releases.then(|| Safe(history::table(press, entry, &label, TOP))),
        title,
    }
}
