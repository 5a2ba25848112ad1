//! The pages of the site's own, in Markdown and reStructuredText, and the texts of its schedules.

mod around;
mod inserts;

use std::collections::BTreeMap;

use serde::Serialize;

use super::events::{EventText, EventTexts};
use super::mistake::{Mistake, Weight};
use super::names;
use super::press::{Page, Press, Safe};
use crate::text::cmark;
use crate::text::html::anchor;
use crate::text::prose::Prose;
use crate::text::rst::{self, Places};
use crate::tree::place::Place;
use crate::tree::record::Record;
use crate::tree::snapshot::ReadError;
use around::{Anywhere, Around};

pub(super) use inserts::Setting;

/// Files that go into the site as they are.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

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
    text: String,
    title: String,
    kind: Kind,
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
        if let Some(directory) = directory {
            library.read_pages(record, directory, mistakes)?;
        }
        for series in series {
            let (file, stem) = (schedule_path(series), format!("{series}/schedule"));
            // Where the pages of the site are next to the schedules, it is one of them, at its own address.
            let path = format!("{stem}.html");
            if library.sources.iter().any(|other| other.file == file && other.path == path) {
                continue;
            }
            if let Some(bytes) = record.bytes(&file)? {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                mistakes.extend(library.add(Kind::Schedule, &file, &stem, text));
            }
        }
        Ok(library)
    }

    fn read_pages(
        &mut self,
        record: &Record,
        directory: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<(), ReadError> {
        let mut others: Vec<String> = Vec::new();
        for file in record.files_below(directory)? {
            let inner = file.strip_prefix(directory).unwrap_or(&file).trim_start_matches('/');
            let (stem, ending) = inner.rsplit_once('.').unwrap_or((inner, ""));
            let is_page = matches!(ending, "md" | "rst");
            if !is_page && !PICTURES.contains(&ending) {
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
            match String::from_utf8(bytes) {
                Ok(text) if is_page => mistakes.extend(self.add(Kind::Page, &file, stem, text)),
                Err(_) if is_page => {
                    mistakes.push(Mistake::error(&file, None, "the page is not UTF-8"));
                }
                Ok(text) => self.pictures.push((inner.to_owned(), text.into_bytes())),
                Err(error) => self.pictures.push((inner.to_owned(), error.into_bytes())),
            }
        }
        mistakes.extend(left_out(directory, &others));
        Ok(())
    }

    /// Adds a text, unless another one has its address.
    fn add(&mut self, kind: Kind, file: &str, stem: &str, text: String) -> Option<Mistake> {
        let path = format!("{stem}.html");
        if let Some(other) = self.sources.iter().find(|source| source.path == path) {
            let message = format!("`{}` is at `{path}` already", other.file);
            return Some(Mistake::error(file, None, message).help("rename one of them"));
        }
        let prose = read(file, &text, &Anywhere);
        let title = prose.title.unwrap_or_else(|| stem.to_owned());
        for (label, its_title) in prose.labels {
            let title = its_title.unwrap_or_else(|| label.clone());
            let place = anchor(&label);
            self.labels.entry(place.clone()).or_insert((title, path.clone(), place));
        }
        self.sources.push(Source { file: file.to_owned(), path, text, title, kind });
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
            let places = Around { library: self, setting, files: None, path: &source.path };
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

    /// The text of the schedule of `series` without its title, unless it is a page of the site; what is wrong in it goes to the
    /// mistakes. The rest of the site is there.
    pub(super) fn schedule(&self, press: &mut Press<'_>, series: &str) -> Option<Safe> {
        let path = schedule_path(series);
        let is_it = |source: &&Source| source.file == path && source.kind == Kind::Schedule;
        let source = self.sources.iter().find(is_it)?;
        let prose = self.finished(press, source);
        press.mistakes.extend(mistakes(&source.file, &prose, Weight::Warning));
        Some(Safe(prose.html))
    }

    /// A text in the finished site.
    fn finished(&self, press: &Press<'_>, source: &Source) -> Prose {
        let files = Some(&press.files);
        let places = Around { library: self, setting: press.setting(), files, path: &source.path };
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
            press.mistakes.extend(mistakes(&source.file, &prose, Weight::Error));
            if !press.prose.contains_key(&source.path) {
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

fn read(file: &str, text: &str, places: &dyn Places) -> Prose {
    if file.ends_with(".md") { cmark::page(text, places) } else { rst::page(text, places) }
}

fn mistakes(file: &str, prose: &Prose, weight: Weight) -> Vec<Mistake> {
    let mistake = |trouble: &crate::text::prose::Trouble| {
        let line = u32::try_from(trouble.line).unwrap_or(u32::MAX);
        let place = Place { line, column: 1, end_line: line, end_column: 1 };
        Mistake { weight, ..Mistake::error(file, Some(place), trouble.message.clone()) }
    };
    prose.troubles.iter().map(mistake).collect()
}

/// Where the text of the schedule of `series` is.
pub(super) fn schedule_path(series: &str) -> String {
    format!("doc/source/{series}/schedule.rst")
}
