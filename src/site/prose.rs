//! The pages of the site's own, in Markdown and reStructuredText, and the texts of its schedules.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::events::{EventText, EventTexts};
use super::files::Files;
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

/// Files that go into the site as they are.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "svg"];

/// The pages of a directory, and what they call their places.
#[derive(Default)]
pub(super) struct Library {
    sources: Vec<Source>,
    pictures: Vec<(String, Vec<u8>)>,
    labels: BTreeMap<String, (String, String)>,
}

struct Source {
    /// In the releases repository.
    file: String,
    /// In the site.
    path: String,
    text: String,
    title: String,
}

#[derive(Serialize)]
struct Shown {
    contents: Vec<(String, String)>,
}

impl Library {
    /// Reads the pages in `directory`.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub(super) fn read(
        record: &Record,
        directory: &str,
        mistakes: &mut Vec<Mistake>,
    ) -> Result<Self, ReadError> {
        let mut library = Self::default();
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
                Ok(text) if is_page => mistakes.extend(library.add(&file, stem, text)),
                Err(_) if is_page => {
                    mistakes.push(Mistake::error(&file, None, "the page is not UTF-8"));
                }
                Ok(text) => library.pictures.push((inner.to_owned(), text.into_bytes())),
                Err(error) => library.pictures.push((inner.to_owned(), error.into_bytes())),
            }
        }
        mistakes.extend(left_out(directory, &others));
        Ok(library)
    }

    /// Adds a page, unless another one has its address.
    fn add(&mut self, file: &str, stem: &str, text: String) -> Option<Mistake> {
        let path = format!("{stem}.html");
        if let Some(other) = self.sources.iter().find(|source| source.path == path) {
            let message = format!("`{}` is at `{path}` already", other.file);
            return Some(Mistake::error(file, None, message).help("rename one of them"));
        }
        let prose = read(file, &text, &Anywhere);
        let title = prose.title.unwrap_or_else(|| stem.to_owned());
        for (label, its_title) in prose.labels {
            let address = format!("{path}#{}", anchor(&label));
            let place = (its_title.unwrap_or_else(|| label.clone()), address);
            self.labels.entry(anchor(&label)).or_insert(place);
        }
        self.sources.push(Source { file: file.to_owned(), path, text, title });
        None
    }

    /// Path and title of each page.
    pub(super) fn shelf(&self) -> Vec<(String, String)> {
        self.sources.iter().map(|source| (source.path.clone(), source.title.clone())).collect()
    }

    /// The content of each page, by path. What is wrong with it is found when the rest of the site is there.
    pub(super) fn texts(&self) -> BTreeMap<String, Safe> {
        let html = |source: &Source| {
            let places = Around { library: self, files: None, path: &source.path };
            (source.path.clone(), Safe(read(&source.file, &source.text, &places).html))
        };
        self.sources.iter().map(html).collect()
    }

    /// Puts the pages into the site that no other page has taken in, and finds what is wrong with any of them.
    pub(super) fn pages(self, press: &mut Press<'_>) {
        for (path, bytes) in &self.pictures {
            press.put(path, &format!("the picture `{path}`"), bytes.clone());
        }
        for source in &self.sources {
            let places = Around { library: &self, files: Some(&press.files), path: &source.path };
            let prose = read(&source.file, &source.text, &places);
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

/// The text of the schedule of a series.
pub(super) struct ScheduleText {
    pub(super) events: EventTexts,
    /// The whole page without its title; `None` where there is none.
    pub(super) page: Option<Safe>,
}

/// Where the text of the schedule of `series` is.
pub(super) fn schedule_path(series: &str) -> String {
    format!("doc/source/{series}/schedule.rst")
}

/// Reads the text of the schedule of `series`; what is not known in it goes to `mistakes`.
///
/// # Errors
/// If the record cannot be read.
pub(super) fn schedule(
    record: &Record,
    series: &str,
    mistakes_found: &mut Vec<Mistake>,
) -> Result<ScheduleText, ReadError> {
    let path = schedule_path(series);
    let mut read = ScheduleText { events: EventTexts::default(), page: None };
    let Some(bytes) = record.bytes(&path)? else { return Ok(read) };
    let text = String::from_utf8_lossy(&bytes);
    let prose = rst::page(&text, &Anywhere);
    mistakes_found.extend(mistakes(&path, &prose, Weight::Warning));
    for section in rst::sections(&text, &Anywhere) {
        let rst::Section { label, title, html, plain } = section;
        read.events.insert(label, EventText { title, html, plain });
    }
    read.page = Some(Safe(prose.html));
    Ok(read)
}

/// For a first look, and for texts next to which nothing lies: every address is taken as it is.
struct Anywhere;

impl Places for Anywhere {
    fn address(&self, target: &str) -> Result<String, String> {
        match target.contains(':') || target.starts_with("//") {
            true => Err(no_address(target)),
            false => Ok(target.to_owned()),
        }
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        Err(format!("there is no label `{name}`"))
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        match name.contains(':') || name.starts_with("//") {
            true => Err(no_address(name)),
            false => Ok((name.to_owned(), format!("{name}.html"))),
        }
    }
}

fn no_address(target: &str) -> String {
    format!("`{target}` leads neither to http, https or mailto nor to a page of the site")
}

/// The site around a page.
struct Around<'a> {
    library: &'a Library,
    /// The files that are there; `None` while there may be more of them.
    files: Option<&'a Files>,
    path: &'a str,
}

impl Around<'_> {
    /// The path in the site that `target` means in this page; `None` for one above the site.
    fn resolved(&self, target: &str) -> Option<String> {
        let mut parts: Vec<&str> = match target.strip_prefix('/') {
            Some(_) => Vec::new(),
            None => {
                self.path.rsplit_once('/').map_or(Vec::new(), |(dir, _)| dir.split('/').collect())
            }
        };
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        Some(if target.ends_with('/') || path.is_empty() {
            format!("{path}/index.html").trim_start_matches('/').to_owned()
        } else {
            path
        })
    }

    /// The path if there is such a file, perhaps of a page that is written with another ending.
    fn known(&self, target: &str) -> Option<String> {
        let path = self.resolved(target)?;
        let as_page = path.rsplit_once('.').filter(|(_, ending)| matches!(*ending, "md" | "rst"));
        let path = as_page.map_or(path.clone(), |(stem, _)| format!("{stem}.html"));
        let is_ours = self.library.sources.iter().any(|source| source.path == path);
        (is_ours || self.files.is_none_or(|files| files.has(&path))).then_some(path)
    }

    fn address_of(&self, path: &str) -> String {
        names::to_top(self.path) + &names::address(path)
    }
}

impl Places for Around<'_> {
    fn address(&self, target: &str) -> Result<String, String> {
        if let Some(place) = target.strip_prefix('#') {
            return Ok(format!("#{}", names::address(place)));
        }
        if target.contains(':') || target.starts_with("//") {
            return Err(no_address(target));
        }
        let (path, place) = match target.split_once('#') {
            Some((path, place)) => (path, format!("#{}", names::address(place))),
            None => (target, String::new()),
        };
        let known = self.known(path).ok_or_else(|| format!("there is no `{path}` in the site"))?;
        Ok(self.address_of(&known) + &place)
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        let found = self.library.labels.get(&anchor(name));
        let (title, address) = found.ok_or_else(|| format!("there is no label `{name}`"))?;
        let (path, place) = address.split_once('#').unwrap_or((address, ""));
        Ok((title.clone(), format!("{}#{place}", self.address_of(path))))
    }

    fn pages(&self, pattern: &str) -> Vec<String> {
        let Some(pattern) = self.resolved(pattern) else { return Vec::new() };
        let pattern = wildmatch::WildMatch::new(&format!("{pattern}.html"));
        let own = self.library.sources.iter().map(|source| source.path.as_str());
        let found: BTreeSet<&str> = own.filter(|path| pattern.matches(path)).collect();
        let stem = |path: &str| format!("/{}", path.strip_suffix(".html").unwrap_or(path));
        found.into_iter().map(stem).collect()
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        let path = self.known(&format!("{name}.html"));
        let path = path.ok_or_else(|| format!("there is no page `{name}` in the site"))?;
        let source = self.library.sources.iter().find(|source| source.path == path);
        let title = source.map_or_else(|| name.to_owned(), |source| source.title.clone());
        Ok((title, self.address_of(&path)))
    }
}
