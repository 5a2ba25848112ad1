//! The pages of the site's own, in Markdown and reStructuredText, and the texts of its schedules.

use std::collections::BTreeMap;

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
    html: Safe,
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
        for file in record.files_below(directory)? {
            let Some(inner) = file.strip_prefix(directory).map(|rest| rest.trim_start_matches('/'))
            else {
                continue;
            };
            if let Some(why) = inner.split('/').find_map(|part| names::part(part).err()) {
                let message =
                    format!("`{inner}` cannot be the address of a page: a part of it {why}");
                mistakes.push(Mistake::error(&file, None, message).help("rename the file"));
                continue;
            }
            let bytes = record.bytes(&file)?.unwrap_or_default();
            match inner.rsplit_once('.') {
                Some((stem, "md" | "rst")) => match String::from_utf8(bytes) {
                    Ok(text) => library.add(&file, stem, text),
                    Err(_) => mistakes.push(Mistake::error(&file, None, "the page is not UTF-8")),
                },
                Some((_, ending)) if PICTURES.contains(&ending) => {
                    library.pictures.push((inner.to_owned(), bytes));
                }
                _ => {
                    let message =
                        "this is left out: it is neither Markdown, reStructuredText nor a picture";
                    mistakes.push(Mistake::warning(&file, None, message));
                }
            }
        }
        Ok(library)
    }

    fn add(&mut self, file: &str, stem: &str, text: String) {
        let path = format!("{stem}.html");
        let prose = read(file, &text, &Anywhere);
        let title = prose.title.unwrap_or_else(|| stem.to_owned());
        for (label, its_title) in prose.labels {
            let place =
                (its_title.unwrap_or_else(|| label.clone()), format!("{path}#{}", anchor(&label)));
            self.labels.entry(anchor(&label)).or_insert(place);
        }
        self.sources.push(Source { file: file.to_owned(), path, text, title });
    }

    /// Path and title of each page.
    pub(super) fn shelf(&self) -> Vec<(String, String)> {
        self.sources.iter().map(|source| (source.path.clone(), source.title.clone())).collect()
    }

    /// Puts the pages into the site. Everything that they may lead to is there already.
    pub(super) fn pages(self, press: &mut Press<'_>) {
        for (path, bytes) in &self.pictures {
            press.put(path, &format!("the picture `{path}`"), bytes.clone());
        }
        for source in &self.sources {
            let places = Around { library: &self, files: &press.files, path: &source.path };
            let prose = read(&source.file, &source.text, &places);
            press.mistakes.extend(mistakes(&source.file, &prose, Weight::Error));
            let shown = Shown { contents: prose.contents, html: Safe(prose.html) };
            let owner = format!("the page `{}`", source.file);
            let page = Page {
                path: &source.path,
                owner: &owner,
                title: &source.title,
                template: "prose.html",
                feed: None,
            };
            press.page(&page, shown);
        }
    }
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
    files: &'a Files,
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
        (is_ours || self.files.has(&path)).then_some(path)
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

    fn page(&self, name: &str) -> Result<(String, String), String> {
        let path = self.known(&format!("{name}.html"));
        let path = path.ok_or_else(|| format!("there is no page `{name}` in the site"))?;
        let source = self.library.sources.iter().find(|source| source.path == path);
        let title = source.map_or_else(|| name.to_owned(), |source| source.title.clone());
        Ok((title, self.address_of(&path)))
    }
}
