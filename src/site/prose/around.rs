//! The site around a page: what its names lead to.

use std::collections::BTreeSet;

use super::super::files::Files;
use super::super::names;
use super::inserts::{Target, target};
use super::{Library, Setting, Source};
use crate::text::html::anchor;
use crate::text::rst::{CustomDirective, Places};

/// For a first look: every name leads somewhere.
pub(super) struct Anywhere;

impl Places for Anywhere {
    fn address(&self, target: &str) -> Result<String, String> {
        Ok(target.to_owned())
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        Ok((name.to_owned(), format!("#{}", anchor(name))))
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        Ok((name.to_owned(), name.to_owned()))
    }

    fn asked(&self, _: &CustomDirective<'_>) -> Result<Option<(String, String)>, String> {
        Ok(None)
    }
}

/// The site around a page.
pub(super) struct Around<'a> {
    pub(super) library: &'a Library,
    pub(super) setting: Setting<'a>,
    /// The files that are there; `None` while there may be more of them.
    pub(super) files: Option<&'a Files>,
    /// The page.
    pub(super) source: &'a Source,
}

impl Around<'_> {
    /// The path in the site that `target` means in this page; `None` for one above the site.
    fn resolved(&self, target: &str) -> Option<String> {
        let mut parts: Vec<&str> = match target.strip_prefix('/') {
            Some(_) => Vec::new(),
            None => {
                let home = self.source.home.rsplit_once('/');
                home.map_or(Vec::new(), |(dir, _)| dir.split('/').collect())
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
        let by_home = self.library.sources.iter().find(|source| source.home == path);
        let path = by_home.map_or(path, |source| source.path.clone());
        self.has(&path).then_some(path)
    }

    fn has(&self, path: &str) -> bool {
        self.library.sources.iter().any(|source| source.path == path)
            || self.files.is_none_or(|files| files.has(path))
    }

    fn address_of(&self, path: &str) -> String {
        names::to_top(&self.source.path) + &names::address(path)
    }
}

impl Places for Around<'_> {
    fn address(&self, target: &str) -> Result<String, String> {
        if let Some(place) = target.strip_prefix('#') {
            return Ok(format!("#{}", names::address(place)));
        }
        if target.contains(':') || target.starts_with("//") {
            return Err(format!(
                "`{target}` leads neither to http, https or mailto nor to a page of the site"
            ));
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
        let missing = || format!("there is no label `{name}`");
        let (title, path, place) = found.ok_or_else(missing)?;
        if !self.has(path) {
            return Err(missing());
        }
        Ok((title.clone(), format!("{}#{place}", self.address_of(path))))
    }

    fn pages(&self, pattern: &str) -> Vec<String> {
        let Some(pattern) = self.resolved(pattern) else { return Vec::new() };
        let pattern = wildmatch::WildMatch::new(&format!("{pattern}.html"));
        let own = self.library.sources.iter().map(|source| source.home.as_str());
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

    fn asked(&self, asked: &CustomDirective<'_>) -> Result<Option<(String, String)>, String> {
        match target(asked, &self.source.path, &self.setting)? {
            Target::Web(title, url) => Ok(Some((title, url))),
            Target::Page(_, path) if path == self.source.path => Ok(None),
            Target::Page(title, path) if self.has(&path) => {
                Ok(Some((title, self.address_of(&path))))
            }
            Target::Page(_, path) => Err(format!("there is no page `{path}` to lead to")),
        }
    }
}
