//! Turns data into pages in one frame.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::civil::Date;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context, syntax::SyntaxConfig};
use serde::Serialize;

use super::Sources;
use super::book::Book;
use super::events::Events;
use super::files::{Files, Made};
use super::links::Links;
use super::markup::escaped;
use super::memo::Memo;
use super::mistake::Mistake;
use super::names;
use super::prose::Setting;
use super::stamp::{Stamp, Stamper};
use crate::calendar::utc_day;
use crate::config::{Config, Policy};

/// The templates, by name. `.html` makes the engine escape what they are given.
const TEMPLATES: &[(&str, &str)] = &[
    ("frame.html", include_str!("templates/frame.html.j2")),
    ("index.html", include_str!("templates/index.html.j2")),
    ("series.html", include_str!("templates/series.html.j2")),
    ("schedule.html", include_str!("templates/schedule.html.j2")),
    ("highlights.html", include_str!("templates/highlights.html.j2")),
    ("deliverable.html", include_str!("templates/deliverable.html.j2")),
    ("team.html", include_str!("templates/team.html.j2")),
    ("list.html", include_str!("templates/list.html.j2")),
    ("keys.html", include_str!("templates/keys.html.j2")),
    ("rules.html", include_str!("templates/rules.html.j2")),
    ("changes.html", include_str!("templates/changes.html.j2")),
    ("prose.html", include_str!("templates/prose.html.j2")),
];

/// What every page is made from, and what was made so far.
pub(super) struct Press<'a> {
    pub(super) book: &'a Book<'a>,
    pub(super) events: &'a Events<'a>,
    pub(super) links: Links<'a>,
    pub(super) config: &'a Config,
    pub(super) policy: &'a Policy,
    pub(super) today: Date,
    pub(super) files: Files,
    pub(super) mistakes: Vec<Mistake>,
    project: Option<&'a str>,
    /// Whether there is a page of the keys.
    pub(super) has_keys: bool,
    templates: Arc<Environment<'static>>,
    /// Pages that the frame leads to besides its own: (path, title).
    shelf: Vec<(String, String)>,
    /// Whether there is a feed of all releases: without the history of the record, no release has a date.
    has_feed: bool,
    /// Texts of the site's own, by path: the page at that path takes its text in.
    pub(super) prose: Arc<BTreeMap<String, Safe>>,
    /// What an earlier build made, if it made it as this one would.
    memo: Option<&'a Memo>,
    /// What the frame of every page is made from.
    frame: Stamp,
    /// How many mistakes there were when the page at hand was begun.
    before: usize,
}

/// What the frame of a page needs.
pub(super) struct Page<'p> {
    /// Where it goes.
    pub(super) path: &'p str,
    /// What it is about, for messages: ``team `nova` ``.
    pub(super) owner: &'p str,
    pub(super) title: &'p str,
    /// Which template shows it.
    pub(super) template: &'static str,
    /// A feed next to it: its path.
    pub(super) feed: Option<String>,
    /// What it is made from, where [`Press::keeps`] was asked.
    pub(super) stamp: Option<Stamp>,
}

impl<'a> Press<'a> {
    pub(super) fn new(
        book: &'a Book<'a>,
        events: &'a Events<'a>,
        sources: &Sources<'a>,
        memo: Option<&'a Memo>,
    ) -> Self {
        Self {
            memo,
            frame: Stamp::default(),
            before: 0,
            links: Links::new(sources.config, book.record.series()),
            book,
            events,
            config: sources.config,
            policy: sources.policy,
            project: sources.project,
            today: utc_day(sources.now),
            files: Files::default(),
            mistakes: Vec::new(),
            has_keys: false,
            templates: Arc::new(environment()),
            shelf: Vec::new(),
            has_feed: !book.dated(book.files().iter()).is_empty(),
            prose: Arc::default(),
        }
    }

    /// The same without a file, for pages that are made meanwhile. What it makes goes to this one with [`Press::take`].
    pub(super) fn another(&self) -> Self {
        Self {
            links: self.links.clone(),
            frame: self.frame.clone(),
            templates: Arc::clone(&self.templates),
            shelf: self.shelf.clone(),
            prose: Arc::clone(&self.prose),
            files: Files::default(),
            mistakes: Vec::new(),
            ..*self
        }
    }

    /// Takes in the files and mistakes of another press.
    pub(super) fn take(&mut self, files: Files, mistakes: Vec<Mistake>) {
        self.mistakes.extend(mistakes);
        for (path, owner, made) in files.into_parts() {
            self.add(&path, &owner, made);
        }
    }

    /// What the directives of a text ask about.
    pub(super) fn setting(&self) -> Setting<'a> {
        Setting {
            series: Some(self.book.record.series()),
            gerrit: &self.config.gerrit,
            project: self.project,
        }
    }

    /// Sets the pages that the frame leads to.
    pub(super) fn set_shelf(&mut self, shelf: Vec<(String, String)>) {
        let told = shelf.iter().flat_map(|(path, title)| [path.as_str(), title]);
        self.frame = Stamper::new().texts(told).text(&self.has_feed.to_string()).finish();
        self.shelf = shelf;
    }

    /// Begins the stamp of the file at `path`.
    pub(super) fn stamper(&self, path: &str) -> Stamper {
        let prose = self.prose.get(path).map_or("", |prose| &prose.0);
        Stamper::new().stamp(&self.frame).texts([path, prose])
    }

    /// Whether the file at `path` stays as an earlier build made it, from the same. A file with a mistake in it is always made
    /// anew, so that the mistake is reported again.
    pub(super) fn keeps(&mut self, path: &str, owner: &str, stamp: &Stamp) -> bool {
        self.before = self.mistakes.len();
        if !self.memo.is_some_and(|memo| memo.has(path, stamp)) {
            return false;
        }
        self.add(path, owner, Made { content: None, stamp: Some(stamp.clone()) });
        true
    }

    /// Puts a file into the site; two at one path are a mistake.
    pub(super) fn put(&mut self, path: &str, owner: &str, content: impl Into<Vec<u8>>) {
        let put = self.files.put(path, owner, content);
        self.note(put);
    }

    /// The same for one that was made after [`Press::keeps`] was asked.
    pub(super) fn put_stamped(
        &mut self,
        path: &str,
        owner: &str,
        content: impl Into<Vec<u8>>,
        stamp: Option<&Stamp>,
    ) {
        let stamp = stamp.filter(|_| self.mistakes.len() == self.before).cloned();
        self.add(path, owner, Made { content: Some(content.into()), stamp });
    }

    fn add(&mut self, path: &str, owner: &str, made: Made) {
        let added = self.files.add(path, owner, made);
        self.note(added);
    }

    fn note(&mut self, added: Result<(), String>) {
        if let Err(why) = added {
            self.mistakes
                .push(Mistake::error("deliverables", None, why).help("rename one of them"));
        }
    }

    /// Renders a page with what its template shows.
    pub(super) fn page(&mut self, page: &Page<'_>, shown: impl Serialize) {
        let top = names::to_top(page.path);
        let shelf = self.shelf.iter().map(|(path, title)| (names::address(path), title.clone()));
        let shelf: Vec<(String, String)> = shelf.collect();
        let current = self.book.record.series().current();
        let prose = self.prose.get(page.path).cloned();
        let frame = context! {
            site => &self.config.pages.title,
            title => page.title,
            is_index => page.path == "index.html",
            top => top,
            feed => page.feed.as_ref().filter(|_| self.has_feed).map(|path| names::address(path)),
            shelf => Value::from(Serde(shelf)),
            has_feed => self.has_feed,
            current => current.map(|series| names::address(&series.name)),
            prose => prose.map(|html| Value::from_safe_string(html.0)),
            it => Value::from(Serde(shown)),
        };
        let html = self.templates.get_template(page.template);
        let html = html.and_then(|template| template.render(frame));
        match html {
            Ok(html) => self.put_stamped(page.path, page.owner, html, page.stamp.as_ref()),
            // A template of ours that does not fit what it is given.
            Err(error) => self.mistakes.push(Mistake::error(page.path, None, format!("{error:#}"))),
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .expect("the delimiters are the usual ones"),
    );
    // Foreign text is made harmless here, so that no template can forget it.
    environment.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => out
            .write_str(&escaped(text))
            .map_err(|_: fmt::Error| minijinja::ErrorKind::WriteFailure.into()),
        _ => minijinja::escape_formatter(out, state, value),
    });
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).expect("a template of ours is well-formed");
    }
    environment
}

/// HTML of our own for a template.
#[derive(Clone, Debug, Default)]
pub(super) struct Safe(pub(super) String);

impl Serialize for Safe {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_safe_string(self.0.clone()).serialize(serializer)
    }
}
