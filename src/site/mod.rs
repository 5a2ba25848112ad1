//! The release site: everything that the record says, as static pages, feeds, calendars, data and redirects.
//!
//! [`build`] is pure: the caller brings the record, its dates and the day. [`publish`] writes what it built, whole or not at
//! all. A mistake in the data is reported at its line, and one that would break a page stops the build.

mod at_once;
mod book;
mod calendar;
mod card;
mod data;
mod events;
mod feed;
mod files;
mod history;
mod links;
mod markup;
mod memo;
mod mistake;
mod names;
mod pages;
mod plot;
mod press;
mod prose;
mod publish;
mod redirects;
mod refused;
mod stamp;
mod standing;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::config::{Config, Policy};
use crate::tree::landed::Landings;
use crate::tree::place::ProblemKind;
use crate::tree::record::{Record, SERIES_STATUS};
use crate::tree::schedule::path_of;
use crate::tree::snapshot::ReadError;
use book::{Book, INDEPENDENT};
use calendar::Cycle;
use card::Cards;
use events::Events;
use feed::Feed;
use pages::series::Beside;
use press::Press;
use prose::Library;
use redirects::Constraints;
use refused::{Named, refuse};
use stamp::{Stamp, Stamper};

pub use files::Files;
pub use memo::Memo;
pub use mistake::{Mistake, Weight};
pub use publish::{Published, publish};
pub use standing::{MARKER, PublishError, Standing};

/// What a team calls its service, by the name of the team.
pub type Services = BTreeMap<String, String>;

/// What a site is built from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The record.
    pub record: &'a Record,
    /// When its entries came into it.
    pub landings: &'a Landings,
    /// The configuration.
    pub config: &'a Config,
    /// Holds.
    pub policy: &'a Policy,
    /// What teams call their services.
    pub services: &'a Services,
    /// Under which name Gerrit knows the releases repository, if `.gitreview` says so.
    pub project: Option<&'a str>,
    /// The time; pages know the day.
    pub now: Timestamp,
    /// A site to compare with: `changes.html` says what differs.
    pub before: Option<&'a Files>,
    /// Which program builds it: one that may build something else from the same has another name.
    pub program: &'a str,
    /// What an earlier build left. The site is the same with and without it.
    pub memo: Option<&'a Memo>,
}

/// A site that was built.
#[derive(Debug)]
pub struct Built {
    /// Its files.
    pub files: Files,
    /// For the next build, but for what becomes of the files.
    pub memo: Memo,
    /// What is wrong with the data and the pages. With an error among them, the files are not to be published.
    pub mistakes: Vec<Mistake>,
}

/// Builds the site.
///
/// # Errors
/// If the record cannot be read.
pub fn build(sources: &Sources<'_>) -> Result<Built, ReadError> {
    let mut mistakes = of_calendar(sources.record)?;
    let made_by = made_by(sources)?;
    let memo = sources.memo.filter(|memo| memo.made_by == made_by);
    let no_cards = Cards::new();
    let cards = memo.map_or(&no_cards, |memo| &memo.cards);
    let book = Book::of(sources.record, sources.landings, cards, &mut mistakes)?;
    let directory = sources.config.pages.pages.as_deref();
    let names = book.order().iter().map(String::as_str);
    let library = Library::read(sources.record, names, directory, &mut mistakes)?;
    let events = Events::of(&book, &library);
    let mut press = Press::new(&book, &events, sources, memo);
    press.mistakes = mistakes;
    press.set_shelf(library.shelf());
    press.prose = Arc::new(library.texts(press.setting()));
    press.put("assets/site.css", "the style", include_str!("assets/site.css"));
    press.put("assets/find.js", "the script", include_str!("assets/find.js"));
    pages::keys::page(&mut press)?;
    press.has_keys = press.files.has(pages::keys::PATH);
    if press.has_keys {
        let keys = (pages::keys::PATH.to_owned(), "Signing keys".to_owned());
        press.set_shelf([keys].into_iter().chain(library.shelf()).collect());
    }
    of_redirects(&mut press, sources);
    of_series(&mut press, &library, sources);
    of_names(&mut press);
    feed(&mut press, &Wanted::all(&book));
    of_data(&mut press, memo);
    pages::rules::page(&mut press);
    pages::index::page(&mut press);
    of_schedules(&mut press, &library);
    library.put_pages(&mut press);
    if let Some(before) = sources.before {
        pages::changes::page(&mut press, before);
    }
    let Press { files, mut mistakes, .. } = press;
    mistakes.sort_by(|a, b| (a.weight, &a.file, a.place).cmp(&(b.weight, &b.file, b.place)));
    mistakes.dedup();
    if let Some(failure) = sources.record.failures().into_iter().next() {
        return Err(failure);
    }
    let memo = Memo { made_by, cards: book.cards(), ..Memo::default() };
    Ok(Built { files, memo, mistakes })
}

/// What every file of the site is made from.
fn made_by(sources: &Sources<'_>) -> Result<Stamp, ReadError> {
    let config = format!("{:?}", sources.config);
    let series = sources.record.bytes(SERIES_STATUS)?.unwrap_or_default();
    let texts = [sources.program, &config, &String::from_utf8_lossy(&series)];
    Ok(Stamper::new().texts(texts).finish())
}

/// What is wrong with the list of series and with the schedules. Only what cannot be read at all stops the build.
fn of_calendar(record: &Record) -> Result<Vec<Mistake>, ReadError> {
    let mut found: Vec<Mistake> = Vec::new();
    let mut take = |path: &str, problems: &[crate::tree::place::Problem]| {
        found.extend(problems.iter().map(|problem| {
            let weight = match problem.kind {
                ProblemKind::Syntax => Weight::Error,
                ProblemKind::Shape => Weight::Warning,
            };
            Mistake { weight, ..Mistake::of_problem(path, problem) }
        }));
    };
    take(SERIES_STATUS, record.series_problems());
    for series in &record.series().all {
        let path = path_of(&series.name);
        if let Some(bytes) = record.bytes(&path)? {
            take(&path, &crate::tree::schedule::read(&bytes).1);
        }
    }
    Ok(found)
}

fn of_redirects(press: &mut Press<'_>, sources: &Sources<'_>) {
    let config = sources.config;
    let (repo, file) =
        (config.requirements_repo.as_deref().unwrap_or_default(), &config.pages.file);
    let constraints = Constraints {
        record: sources.record,
        repo,
        file,
        trunk: config.trunk.as_deref().unwrap_or("main"),
        branches: &config.branches,
    };
    let constraints = (!repo.is_empty() && !file.is_empty()).then_some(&constraints);
    let own = &config.pages.redirects;
    let is_page = |path: &str| press.prose.contains_key(path);
    let all = redirects::all(sources.record, constraints, own, is_page, &mut press.mistakes);
    press.put(".htaccess", "the redirects", redirects::htaccess(&all));
    press.put("redirects.json", "the redirects", redirects::json(&all));
    press.put("redirects.nginx.conf", "the redirects", redirects::nginx(&all));
}

/// The pages, calendars and feeds of the series.
fn of_series(press: &mut Press<'_>, library: &Library, sources: &Sources<'_>) {
    let names = press.book.order();
    let cycles =
        at_once::each(press, names, |press, name| one_series(press, library, sources, name));
    let cycles: Vec<Cycle<'_>> = cycles.into_iter().flatten().collect();
    calendars(press, &cycles);
}

/// The pages and the feed of a series. Its weeks, if it has a schedule.
fn one_series<'b>(
    press: &mut Press<'_>,
    library: &Library,
    sources: &Sources<'_>,
    name: &'b str,
) -> Option<Cycle<'b>> {
    if let Err(why) = names::part(name) {
        refuse(press, Named::Series(name), &why);
        return None;
    }
    let book = press.book;
    let is_series = name != INDEPENDENT;
    let weeks = if is_series { pages::schedule::weeks(press, name) } else { Vec::new() };
    let has_weeks = !weeks.is_empty();
    let mut beside = Beside {
        has_weeks,
        schedule: has_weeks || is_series && library.has_schedule(name),
        highlights: is_series && pages::highlights::has(press, name),
        ..Beside::default()
    };
    if beside.highlights {
        pages::highlights::page(press, name, sources.services);
    }
    if is_series || book.of_series(name).next().is_some() {
        beside.feed = feed(press, &Wanted::of_series(book, name));
        pages::series::page(press, name, beside);
    }
    has_weeks.then(|| Cycle { series: name, weeks, changed: changed(sources, name) })
}

/// The schedules of the series: their texts may lead to any page.
fn of_schedules(press: &mut Press<'_>, library: &Library) {
    for name in press.book.order().iter().filter(|name| *name != INDEPENDENT) {
        let has_weeks = !pages::schedule::weeks(press, name).is_empty();
        let text = library.schedule(press, name);
        if names::part(name).is_ok() && (has_weeks || text.is_some()) {
            pages::schedule::page(press, name, text);
        }
    }
}

/// When the schedule of a series was changed last.
fn changed(sources: &Sources<'_>, series: &str) -> Timestamp {
    let paths = [path_of(series), prose::schedule_path(series)];
    let times = paths.iter().filter_map(|path| sources.landings.changed(path));
    times.max().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn calendars(press: &mut Press<'_>, cycles: &[Cycle<'_>]) {
    for cycle in cycles {
        let name = format!("{} schedule", press.book.title(cycle.series));
        let path = format!("{}/schedule.ics", cycle.series);
        let text = calendar::of(&name, std::slice::from_ref(cycle), press.events);
        press.put(&path, &format!("the calendar of `{}`", cycle.series), text);
    }
    let title = format!("{}: schedule", press.config.pages.title);
    let text = calendar::of(&title, cycles, press.events);
    press.put("schedule.ics", "the calendar of all series", text);
}

/// The pages and feeds of deliverables and teams.
fn of_names(press: &mut Press<'_>) {
    let book = press.book;
    let names: Vec<&str> = book.deliverables().collect();
    at_once::each(press, &names, |press, name| match names::part(name) {
        Ok(_) => {
            feed(press, &Wanted::of_deliverable(book, name));
            pages::deliverable::page(press, name);
        }
        Err(why) => refuse(press, Named::Deliverable(name), &why),
    });
    let names: Vec<&str> = book.teams().collect();
    at_once::each(press, &names, |press, name| match names::slug(name) {
        Ok(slug) => {
            feed(press, &Wanted::of_team(book, name, &slug));
            pages::team::page(press, name, &slug);
        }
        Err(why) => refuse(press, Named::Team(name), &why),
    });
    pages::listing::deliverables(press);
    pages::listing::teams(press);
}

/// A feed to be written.
struct Wanted<'b> {
    title: String,
    path: String,
    page: String,
    releases: Vec<book::Dated<'b>>,
}

impl<'b> Wanted<'b> {
    fn all(book: &'b Book<'_>) -> Self {
        let releases = book.dated(book.files().iter());
        let (title, path, page) =
            ("All releases".to_owned(), "feed.xml".into(), "index.html".into());
        Self { title, path, page, releases }
    }

    fn of_series(book: &'b Book<'_>, name: &str) -> Self {
        let page = match name {
            INDEPENDENT => "independent.html".to_owned(),
            name => format!("{name}/index.html"),
        };
        let releases = book.dated(book.of_series(name));
        Self { title: book.title(name), path: pages::series::feed_path(name), page, releases }
    }

    fn of_deliverable(book: &'b Book<'_>, name: &str) -> Self {
        let (path, page) =
            (format!("deliverables/{name}.xml"), format!("deliverables/{name}.html"));
        Self { title: name.to_owned(), path, page, releases: book.dated(book.of_deliverable(name)) }
    }

    fn of_team(book: &'b Book<'_>, name: &str, slug: &str) -> Self {
        let (path, page) = (format!("teams/{slug}.xml"), format!("teams/{slug}.html"));
        Self { title: name.to_owned(), path, page, releases: book.dated(book.of_team(name)) }
    }
}

/// Writes a feed, if there is something in it.
fn feed(press: &mut Press<'_>, wanted: &Wanted<'_>) -> bool {
    let site = &press.config.pages;
    let title = format!("{}: {}", site.title, wanted.title);
    let feed = Feed {
        site: &site.url,
        author: &site.title,
        title: &title,
        path: &wanted.path,
        page: &wanted.page,
    };
    let Some(newest) = wanted.releases.first() else { return false };
    let owner = format!("the feed of {}", wanted.title);
    let shown = wanted.releases.iter().take(feed::MOST);
    let told = shown.flat_map(|it| [it.entry.name.as_str(), it.version()]);
    let entries = wanted.releases.iter().take(feed::MOST).map(|it| it.entry);
    let stamper = press.stamper(&wanted.path).texts([title.as_str(), &wanted.page]);
    let stamp = stamper.texts(told).entries(entries).finish();
    if !press.keeps(&wanted.path, &owner, &stamp) {
        let text = feed.write(newest, &wanted.releases);
        press.put_stamped(&wanted.path, &owner, text, Some(&stamp));
    }
    true
}

fn of_data(press: &mut Press<'_>, memo: Option<&Memo>) {
    match data::json(press.book, &press.links, memo) {
        Ok(bytes) => press.put(data::PATH, "the data", bytes),
        Err(error) => press.mistakes.push(Mistake::error(data::PATH, None, error.to_string())),
    }
    press.put("releases.schema.json", "the schema of the data", data::SCHEMA);
}
