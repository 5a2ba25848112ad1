//! The pages of the site's own, in Markdown and reStructuredText, and the texts of its schedules.

mod around;
mod inserts;
mod pictures;

use std::collections::BTreeMap;

use serde::Serialize;

use super::events::{EventText, EventTexts};
use super::mistake::{Mistake, Weight};
use super::names;
use super::pages::schedule;
use super::press::{Page, Press, Safe};
use crate::text::cmark;
use crate::text::html::anchor;
use crate::text::prose::Prose;
use crate::text::rst::{self, Places};
use crate::tree::place::Place;
use crate::tree::record::Record;
use crate::tree::schedule::path_of;
use crate::tree::snapshot::{ItemKind, ReadError};
use around::{Anywhere, Around};

pub(super) use inserts::Setting;

/// The texts of a site, and what they call their places.
#[derive(Default)]
pub(super) struct Library {
    sources: Vec<Source>,
    pictures: Vec<(String, Vec<u8>)>,
    /// Title, path of the page, and place in it.
    labels: BTreeMap<String, (String, String, String)>,
}

struct Source {
    /// In the releases repository.
    file: String,
    /// In the site.
    path: String,
    /// Where its relative names begin: its path if it were a page among the others.
    home: String,
    text: String,
    title: String,
    kind: Kind,
    /// How bad a mistake in it is: in a text that the configuration names, an error.
    weight: Weight,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A page of the directory that the configuration names.
    Page,
    /// The text of a schedule, next to its dates.
    Schedule,
}

#[derive(Serialize)]
struct Shown {
    contents: Vec<(String, String)>,
}

impl Library {
    /// Reads the texts of the schedules of `series`, and the pages in `directory`.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub(super) fn read<'a>(
        record: &Record,
        series: impl Iterator<Item = &'a str>,
        directory: Option<&str>,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Self, ReadError> {
        let mut library = Self::default();
        let series: Vec<&str> = series.collect();
        if let Some(directory) = directory {
            library.read_pages(record, directory, &series, mistakes)?;
        }
        for series in series {
            let file = schedule_path(series);
            if library.sources.iter().any(|other| other.file == file) {
                continue;
            }
            if let Some(bytes) = record.bytes(&file)? {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let path = schedule::path(series);
                mistakes.extend(library.add(Source {
                    home: path.clone(),
                    title: format!("{series}/schedule"),
                    kind: Kind::Schedule,
                    weight: Weight::Warning,
                    file,
                    path,
                    text,
                }));
            }
        }
        Ok(library)
    }

    /// Reads what is in `directory`. The text of a schedule has its own address, wherever the directory begins.
    fn read_pages(
        &mut self,
        record: &Record,
        directory: &str,
        series: &[&str],
        mistakes: &mut Vec<Mistake>,
    ) -> Result<(), ReadError> {
        let of_schedule = |file: &str| series.iter().find(|name| schedule_path(name) == file);
        let is_data = |file: &str| series.iter().any(|name| path_of(name) == file);
        let items = record.items_below(directory)?;
        if items.is_empty() {
            mistakes.push(no_pages(directory));
        }
        let mut others: Vec<String> = Vec::new();
        for (file, kind) in items {
            let inner = inner_path(directory, &file);
            let (stem, ending) = inner.rsplit_once('.').unwrap_or((inner, ""));
            let is_page = matches!(ending, "md" | "rst");
            if is_data(&file) {
                continue;
            }
            if kind != ItemKind::File {
                match may_be_content(inner) {
                    true => mistakes.push(not_followed(&file, kind)),
                    false => others.push(inner.to_owned()),
                }
                continue;
            }
            if !is_page && !pictures::ENDINGS.contains(&ending) {
                others.push(inner.to_owned());
                continue;
            }
            if let Some(why) = inner.split('/').find_map(|part| names::part(part).err()) {
                let message =
                    format!("`{inner}` cannot be the address of a page: a part of it {why}");
                mistakes.push(Mistake::error(&file, None, message).help("rename the file"));
                continue;
            }
            let bytes = record.bytes(&file)?.unwrap_or_default();
            if !is_page {
                mistakes.extend(pictures::checked(&file, &bytes));
                self.pictures.push((inner.to_owned(), bytes));
                continue;
            }
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let (title, home) = (stem.to_owned(), format!("{stem}.html"));
                    let (kind, path) = match of_schedule(&file) {
                        Some(series) => (Kind::Schedule, schedule::path(series)),
                        None => (Kind::Page, home.clone()),
                    };
                    let weight = Weight::Error;
                    let source = Source { file, path, home, text, title, kind, weight };
                    mistakes.extend(self.add(source));
                }
                Err(_) => mistakes.push(Mistake::error(&file, None, "the page is not UTF-8")),
            }
        }
        mistakes.extend(left_out(directory, &others));
        Ok(())
    }

    /// Adds a text, unless another one has its address. It is called by its own title, if it has one.
    fn add(&mut self, mut source: Source) -> Option<Mistake> {
        let Source { file, path, text, .. } = &source;
        if let Some(other) = self.sources.iter().find(|other| other.path == *path) {
            let message = format!("`{}` is at `{path}` already", other.file);
            return Some(Mistake::error(file, None, message).help("rename one of them"));
        }
        let prose = read(file, text, &Anywhere);
        for (label, its_title) in prose.labels {
            let title = its_title.unwrap_or_else(|| label.clone());
            let place = anchor(&label);
            self.labels.entry(place.clone()).or_insert((title, path.clone(), place));
        }
        source.title = prose.title.unwrap_or(source.title);
        self.sources.push(source);
        None
    }

    fn pages(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.kind == Kind::Page)
    }

    /// Path and title of each page.
    pub(super) fn shelf(&self) -> Vec<(String, String)> {
        self.pages().map(|source| (source.path.clone(), source.title.clone())).collect()
    }

    /// The content of each page, by path. What is wrong with it is found when the rest of the site is there.
    pub(super) fn texts(&self, setting: Setting<'_>) -> BTreeMap<String, Safe> {
        let html = |source: &Source| {
            let places = Around { library: self, setting, files: None, source };
            (source.path.clone(), Safe(read(&source.file, &source.text, &places).html))
        };
        self.pages().map(html).collect()
    }

    /// Title, page and place of a label.
    pub(super) fn label(&self, name: &str) -> Option<(&str, &str, &str)> {
        let (title, path, place) = self.labels.get(&anchor(name))?;
        Some((title, path, place))
    }

    /// What the schedule of `series` says about its events.
    pub(super) fn events(&self, series: &str) -> EventTexts {
        let mut texts = EventTexts::default();
        let path = schedule_path(series);
        if let Some(source) = self.sources.iter().find(|source| source.file == path) {
            for section in rst::sections(&source.text) {
                let rst::Section { label, title, plain } = section;
                texts.insert(label, EventText { title, plain });
            }
        }
        texts
    }

    /// The text of the schedule of `series` without its title; what is wrong in it goes to the mistakes. The rest of the site is
    /// there.
    pub(super) fn schedule(&self, press: &mut Press<'_>, series: &str) -> Option<Safe> {
        let path = schedule_path(series);
        let source = self.sources.iter().find(|source| source.file == path)?;
        let prose = self.finished(press, source);
        press.mistakes.extend(mistakes(source, &prose));
        Some(Safe(prose.html))
    }

    /// A text in the finished site.
    fn finished(&self, press: &Press<'_>, source: &Source) -> Prose {
        let files = Some(&press.files);
        let places = Around { library: self, setting: press.setting(), files, source };
        read(&source.file, &source.text, &places)
    }

    /// Whether there is a text for the schedule of `series`.
    pub(super) fn has_schedule(&self, series: &str) -> bool {
        let path = schedule_path(series);
        self.sources.iter().any(|source| source.file == path)
    }

    /// Puts the pages into the site that no other page has taken in, and finds what is wrong with any of them.
    pub(super) fn put_pages(&self, press: &mut Press<'_>) {
        for (path, bytes) in &self.pictures {
            press.put(path, &format!("the picture `{path}`"), bytes.clone());
        }
        for source in self.pages() {
            let prose = self.finished(press, source);
            press.mistakes.extend(mistakes(source, &prose));
            if press.files.has(&source.path) {
                continue;
            }
            let owner = format!("the page `{}`", source.file);
            let page = Page {
                path: &source.path,
                owner: &owner,
                title: &source.title,
                template: "prose.html",
                feed: None,
                stamp: None,
            };
            press.page(&page, Shown { contents: prose.contents });
        }
    }
}

/// Files that are neither pages nor pictures; hidden ones are nobody's.
fn left_out(directory: &str, others: &[String]) -> Option<Mistake> {
    let is_shown = |path: &&String| !path.split('/').any(|part| part.starts_with('.'));
    let others: Vec<&String> = others.iter().filter(is_shown).collect();
    let first = others.first()?;
    let message = match others.len() {
        1 => {
            format!("`{first}` is left out: it is neither Markdown, reStructuredText nor a picture")
        }
        n => format!(
            "{n} files, such as `{first}`, are left out: they are neither Markdown, reStructuredText nor pictures"
        ),
    };
    Some(Mistake::warning(directory, None, message))
}

fn inner_path<'a>(directory: &str, path: &'a str) -> &'a str {
    path.strip_prefix(directory).unwrap_or(path).trim_start_matches('/')
}

/// Whether a link or submodule with this name may lead to a page, a picture or a directory.
fn may_be_content(inner: &str) -> bool {
    let is_hidden = inner.split('/').any(|part| part.starts_with('.'));
    let name = inner.rsplit('/').next().unwrap_or(inner);
    let is_known = |ending| matches!(ending, "md" | "rst") || pictures::ENDINGS.contains(&ending);
    !is_hidden && name.rsplit_once('.').is_none_or(|(_, ending)| is_known(ending))
}

fn not_followed(path: &str, kind: ItemKind) -> Mistake {
    let (message, help) = match kind {
        ItemKind::Symlink => (
            "it is left out: symbolic links are not followed",
            "replace it with the file that it leads to",
        ),
        _ => (
            "it is left out: the site shows files of the releases repository only, and this is a submodule",
            "replace it with the files that it leads to",
        ),
    };
    Mistake::warning(path, None, message).help(help)
}

/// Nothing is in the directory that the configuration names.
fn no_pages(directory: &str) -> Mistake {
    let message = "the configuration names it as the directory of the pages (`site.pages`), and it has no files";
    Mistake::error(directory, None, message).help(
        "name a directory of the releases repository, not a symbolic link, or remove `site.pages`",
    )
}

fn read(file: &str, text: &str, places: &dyn Places) -> Prose {
    if file.ends_with(".md") { cmark::page(text, places) } else { rst::page(text, places) }
}

fn mistakes(source: &Source, prose: &Prose) -> Vec<Mistake> {
    let Source { file, weight, .. } = source;
    let mistake = |trouble: &crate::text::prose::PageTrouble| {
        let line = u32::try_from(trouble.line).unwrap_or(u32::MAX);
        let place = Place { line, column: 1, end_line: line, end_column: 1 };
        Mistake { weight: *weight, ..Mistake::error(file, Some(place), trouble.message.clone()) }
    };
    prose.troubles.iter().map(mistake).collect()
}

/// Where the text of the schedule of `series` is.
pub(super) fn schedule_path(series: &str) -> String {
    format!("doc/source/{series}/schedule.rst")
}
