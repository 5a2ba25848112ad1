//! The record, turned round: the same entries by series, by team and by deliverable.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::card::{Card, Cards};
use super::mistake::Mistake;
use super::stamp::{Stamp, Stamper};
use crate::tree::deliverable::{Deliverable, Kind, Model, Release, Status};
use crate::tree::file::FilePath;
use crate::tree::landed::{Landings, RecordLanding};
use crate::tree::record::{File, Record};
use crate::tree::series::Series;
use crate::tree::snapshot::{Blob, ItemKind, ReadError};

/// What stands for the series of deliverables outside the cycles.
pub(super) const INDEPENDENT: &str = "independent";

/// The record by series, by team and by deliverable.
pub(super) struct Book<'a> {
    pub(super) record: &'a Record,
    landings: &'a Landings,
    files: Vec<Entry<'a>>,
    by_series: BTreeMap<String, Vec<usize>>,
    by_team: BTreeMap<String, Vec<usize>>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// The series in which something was released, newest first; then folders that are none; then [`INDEPENDENT`].
    order: Vec<String>,
}

/// A deliverable file. It is read when more is asked than its card says.
pub(super) struct Entry<'a> {
    pub(super) path: FilePath,
    /// Its path in the releases repository.
    pub(super) name: String,
    pub(super) card: Card,
    /// The rows of its releases, once a page shows them: another one shows the same.
    pub(super) history: OnceLock<String>,
    record: &'a Record,
    file: OnceLock<Arc<File>>,
}

/// A release, the file that lists it, and when it came there.
#[derive(Clone, Copy)]
pub(super) struct Dated<'b> {
    pub(super) entry: &'b Entry<'b>,
    /// Its place in the file.
    at: usize,
    pub(super) landing: &'b RecordLanding,
}

impl<'b> Dated<'b> {
    pub(super) fn version(&self) -> &'b str {
        &self.entry.card.versions[self.at]
    }

    /// The release, as its file has it.
    pub(super) fn release(&self) -> Option<&'b Release> {
        self.entry.deliverable().releases.get(self.at)
    }
}

impl<'a> Book<'a> {
    /// Looks at every file, and reads those of which `cards` do not know the content; what is wrong with one goes to `mistakes`.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub(super) fn of(
        record: &'a Record,
        landings: &'a Landings,
        cards: &Cards,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        for (name, item) in record.items()? {
            if item.kind != ItemKind::File {
                continue;
            }
            let id = item.id.unwrap_or_default();
            let known = cards.get(&name).filter(|card| card.id == id && !id.is_empty());
            let (card, file) = match known {
                Some(card) => (card.clone(), OnceLock::new()),
                None => {
                    let Some(file) = record.file(&name)? else { continue };
                    mistakes.extend(unreadable(&file));
                    (Card::of(&id, &file.deliverable), OnceLock::from(file))
                }
            };
            if let Ok(path) = FilePath::parse(&name) {
                let history = OnceLock::new();
                let mut entry = Entry { path, name, card, history, record, file };
                entry.card.stamp = stamp_of(&entry, landings);
                files.push(entry);
            }
        }
        let mut book = Self {
            record,
            landings,
            by_series: grouped(&files, |entry| Some(entry.path.series())),
            by_team: grouped(&files, Entry::team),
            by_name: grouped(&files, |entry| Some(entry.path.name())),
            files,
            order: Vec::new(),
        };
        book.order = book.in_order();
        for files in book.by_name.values_mut() {
            let place =
                |at: &usize| book.order.iter().position(|it| *it == book.files[*at].path.series());
            files.sort_by_cached_key(place);
        }
        Ok(book)
    }

    /// What is known of every file, for the next build.
    pub(super) fn cards(&self) -> Cards {
        self.files.iter().map(|entry| (entry.name.clone(), entry.card.clone())).collect()
    }

    fn in_order(&self) -> Vec<String> {
        let listed = self.record.series().all.iter().map(|series| series.name.value.clone());
        let mut order: Vec<String> = listed.collect();
        let others: Vec<String> = self
            .by_series
            .keys()
            .filter(|name| *name != INDEPENDENT && !order.contains(name))
            .cloned()
            .collect();
        order.extend(others);
        order.push(INDEPENDENT.to_owned());
        order
    }

    /// The series, newest first, with [`INDEPENDENT`] as the last one.
    pub(super) fn order(&self) -> &[String] {
        &self.order
    }

    /// The files of a series, by name.
    pub(super) fn of_series(&self, name: &str) -> impl Iterator<Item = &Entry<'a>> {
        self.pick(self.by_series.get(name))
    }

    /// The files of a team.
    pub(super) fn of_team(&self, name: &str) -> impl Iterator<Item = &Entry<'a>> {
        self.pick(self.by_team.get(name))
    }

    /// The files of a deliverable, newest series first.
    pub(super) fn of_deliverable(&self, name: &str) -> impl Iterator<Item = &Entry<'a>> {
        self.pick(self.by_name.get(name))
    }

    fn pick<'b>(&'b self, places: Option<&'b Vec<usize>>) -> impl Iterator<Item = &'b Entry<'a>> {
        places.into_iter().flatten().map(|at| &self.files[*at])
    }

    /// All files.
    pub(super) fn files(&self) -> &[Entry<'a>] {
        &self.files
    }

    /// The teams, by name.
    pub(super) fn teams(&self) -> impl Iterator<Item = &str> {
        self.by_team.keys().map(String::as_str)
    }

    /// The deliverables, by name.
    pub(super) fn deliverables(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// What the list of series says about `name`.
    pub(super) fn series(&self, name: &str) -> Option<&Series> {
        self.record.series().get(name)
    }

    /// `2026.2 Hibiscus`
    pub(super) fn title(&self, name: &str) -> String {
        let id = self.series(name).and_then(|series| series.release_id.as_ref());
        match id {
            Some(id) if id.value != name => format!("{} {}", id.value, capital(name)),
            _ => capital(name),
        }
    }

    /// When a release came into the record.
    pub(super) fn landing(&self, entry: &Entry<'_>, release: &Release) -> Option<&RecordLanding> {
        self.landings.get(entry.path.name(), release.version.text())
    }

    /// The releases of `entries` that have a date, newest first.
    pub(super) fn dated<'b>(
        &'b self,
        entries: impl Iterator<Item = &'b Entry<'a>>,
    ) -> Vec<Dated<'b>> {
        let mut found: Vec<Dated<'b>> = entries
            .flat_map(|entry| {
                let versions = entry.card.versions.iter().enumerate();
                versions.filter_map(move |(at, version)| {
                    let landing = self.landings.get(entry.path.name(), version)?;
                    Some(Dated { entry, at, landing })
                })
            })
            .collect();
        // Of one day, the later entry of a file first; the sort keeps it so.
        found.reverse();
        found.sort_by_key(|dated| std::cmp::Reverse(dated.landing.merged));
        found
    }
}

impl Entry<'_> {
    /// Its content. One that cannot be read any more is empty, and among the failures of the record.
    pub(super) fn deliverable(&self) -> &Deliverable {
        let read = || {
            let blob = Blob { kind: ItemKind::File, bytes: Vec::new() };
            let empty = || Arc::new(File::read(&self.name, &blob));
            self.record.known_file(&self.name).unwrap_or_else(empty)
        };
        &self.file.get_or_init(read).deliverable
    }

    /// The team, as the file names it.
    pub(super) fn team(&self) -> Option<&str> {
        self.card.team.as_deref()
    }

    /// The part of the series page that it belongs to.
    pub(super) fn category(&self) -> Category {
        let deliverable = self.deliverable();
        match (deliverable.effective_model(&self.path), deliverable.effective_kind(&self.path)) {
            (Some(Model::Abandoned), _) => Category::Abandoned,
            (_, Kind::Service) => Category::Service,
            (_, Kind::ClientLibrary) => Category::ClientLibrary,
            (_, Kind::Library) => Category::Library,
            (_, Kind::HorizonPlugin) => Category::Plugin,
            (_, Kind::Other) => Category::Other,
            (_, Kind::Trailing) => Category::Trailing,
            (_, Kind::TempestPlugin) => Category::Tempest,
        }
    }

    /// The status of the deliverable in its series: its own, or that of the series. Outside the series, what is not abandoned is
    /// developed.
    pub(super) fn status(&self, series: Option<&Series>) -> Option<Status> {
        let deliverable = self.deliverable();
        if deliverable.effective_model(&self.path) == Some(Model::Abandoned) {
            return Some(Status::EndOfLife);
        }
        let own = deliverable.stable_status.as_ref();
        let status = own.or(series.and_then(|series| series.status.as_ref()));
        let outside = self.path.is_independent().then_some(Status::Development);
        status.map(|status| status.value).or(outside)
    }

    /// The first version that is no pre-release; while there is none, the first one.
    pub(super) fn first(&self) -> Option<&Release> {
        let full = self.versions().find(|release| release.version.pre_release().is_none());
        full.or_else(|| self.versions().next())
    }

    /// The version that readers want: the highest, but a year is no higher than a number, and a pre-release counts only while no
    /// full version is listed after it. Where nothing is a number, the last one.
    pub(super) fn newest(&self) -> Option<&Release> {
        let numbered = self.versions().filter(|it| it.version.numbers().is_some());
        let Some(last) = numbered.clone().next_back() else { return self.versions().next_back() };
        let numbered = numbered.enumerate();
        let last_full = numbered.clone().filter(|(_, it)| it.version.is_full()).last();
        let last_full = last_full.map(|(at, _)| at);
        let counts = |at: usize, it: &Release| {
            let is_ahead = it.version.is_full() || last_full.is_none_or(|full| at > full);
            is_ahead && it.version.is_dated() == last.version.is_dated()
        };
        let counting = numbered.filter(|(at, it)| counts(*at, it)).map(|(_, it)| it);
        counting.max_by(|a, b| a.version.cmp(&b.version))
    }

    /// The releases that are versions, oldest first: no tag that ends a branch.
    pub(super) fn versions(&self) -> impl DoubleEndedIterator<Item = &Release> + Clone {
        self.deliverable().releases.iter().filter(|release| release.version.special().is_none())
    }
}

/// A part of a series page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Category {
    Service,
    ClientLibrary,
    Library,
    Plugin,
    Other,
    Trailing,
    Tempest,
    Abandoned,
}

impl Category {
    /// Its heading.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Service => "Service projects",
            Self::ClientLibrary => "Service client projects",
            Self::Library => "Library projects",
            Self::Plugin => "Horizon plugins",
            Self::Other => "Other projects",
            Self::Trailing => "Deployment and packaging tools",
            Self::Tempest => "Tempest plugins",
            Self::Abandoned => "End-of-life deliverables",
        }
    }
}

/// What the pages about a file are made from.
fn stamp_of(entry: &Entry<'_>, landings: &Landings) -> Stamp {
    let mut stamper = Stamper::new().texts([entry.name.as_str(), &entry.card.id]);
    for version in &entry.card.versions {
        let Some(landing) = landings.get(entry.path.name(), version) else { continue };
        let RecordLanding { merged, proposed, change_id, is_backfilled } = landing;
        stamper = stamper.text(version).text(change_id.as_deref().unwrap_or_default());
        stamper =
            stamper.numbers(&[merged.as_second(), proposed.as_second(), i64::from(*is_backfilled)]);
    }
    stamper.finish()
}

/// What is wrong with a file that cannot be read.
fn unreadable(file: &File) -> Vec<Mistake> {
    let problems = file.problems.iter().map(|problem| Mistake::of_problem(&file.name, problem));
    if file.is_readable() { Vec::new() } else { problems.collect() }
}

fn grouped<'b, 'a>(
    files: &'b [Entry<'a>],
    key: impl Fn(&'b Entry<'a>) -> Option<&'b str>,
) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, entry) in files.iter().enumerate() {
        let Some(key) = key(entry) else { continue };
        match groups.get_mut(key) {
            Some(group) => group.push(at),
            None => drop(groups.insert(key.to_owned(), vec![at])),
        }
    }
    groups
}

/// With a capital at its beginning.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
