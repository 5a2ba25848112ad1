//! Feeds of releases (Atom, RFC 4287).
//!
//! An entry is dated by the day on which its release was merged, so two builds of one record give the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::book::Dated;
use super::history;
use super::markup::xml;
use super::names;
use crate::tree::deliverable::Project;

/// Entries of a feed; the pages have the others.
pub(super) const MOST: usize = 30;

/// What a feed says about itself.
pub(super) struct Feed<'a> {
    /// The address of the site; empty where it has none.
    pub(super) site: &'a str,
    /// The name of the site.
    pub(super) author: &'a str,
    pub(super) title: &'a str,
    /// Its own path.
    pub(super) path: &'a str,
    /// The path of the page with the same releases.
    pub(super) page: &'a str,
}

impl Feed<'_> {
    /// The feed of `releases`, newest first.
    pub(super) fn write(&self, newest: &Dated<'_>, releases: &[Dated<'_>]) -> String {
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
        );
        let top = names::to_top(self.path);
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "<title>{}</title>\n<id>{}</id>\n<updated>{}</updated>\n<author><name>{}</name></author>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
            xml(self.title),
            self.id(self.path),
            newest.landing.merged,
            xml(self.author),
            self.address(self.path, &top),
            self.address(self.page, &top),
        );
        // A version that is listed twice is one entry: two of one id would make the feed invalid.
        let mut told = BTreeSet::new();
        for dated in releases.iter().take(MOST) {
            let address = history::address(dated.entry, dated.version());
            if told.insert(address.clone()) {
                self.entry(dated, &address, &top, &mut text);
            }
        }
        text.push_str("</feed>\n");
        text
    }

    fn entry(&self, dated: &Dated<'_>, address: &str, top: &str, text: &mut String) {
        let (name, version) = (dated.entry.path.name(), dated.version());
        let projects = dated.release().into_iter().flat_map(|release| &release.projects);
        let repos: Vec<String> = projects.map(said).collect();
        let base = if self.site.is_empty() { top.to_owned() } else { format!("{}/", self.site) };
        let _ = write!(
            text,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<updated>{}</updated>\n<link href=\"{}\"/>\n\
             <category term=\"{}\"/>\n<summary>{}</summary>\n</entry>\n",
            xml(&format!("{name} {version}")),
            self.id(address),
            dated.landing.merged,
            xml(&format!("{base}{address}")),
            xml(dated.entry.path.series()),
            xml(&repos.join(", ")),
        );
    }

    fn id(&self, address: &str) -> String {
        match self.site {
            "" => format!("urn:tagkeeper:{}", xml(address)),
            site => xml(&format!("{site}/{address}")),
        }
    }

    fn address(&self, path: &str, top: &str) -> String {
        let base = if self.site.is_empty() { top.to_owned() } else { format!("{}/", self.site) };
        xml(&format!("{base}{}", names::address(path)))
    }
}

/// `openstack/nova at 0123456789ab`
fn said(project: &Project) -> String {
    let hash = project.hash.get(..12).unwrap_or(&project.hash);
    format!("{} at {hash}", project.repo.value)
}
