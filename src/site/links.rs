//! Where the things of a release are: its archive, its signature, its commit, its notes, its request.

use super::book::Entry;
use super::markup::web;
use crate::config::Config;
use crate::tree::deliverable::{Project, Release, ReleaseFlag, ReleaseNotes};
use crate::tree::landed::RecordLanding;
use crate::tree::place::Placed;
use crate::tree::series::SeriesList;

/// Addresses by the settings of the site.
#[derive(Clone)]
pub(super) struct Links<'a> {
    config: &'a Config,
    /// The series whose artefacts are signed: those with a key, and all after them.
    signed: Vec<&'a str>,
}

impl<'a> Links<'a> {
    pub(super) fn new(config: &'a Config, series: &'a SeriesList) -> Self {
        let with_key = |series: &&crate::tree::series::Series| series.signing_key.is_some();
        let oldest = series.all.iter().rposition(|series| with_key(&series));
        let signed = oldest.map(|oldest| &series.all[..=oldest]).unwrap_or_default();
        Self { config, signed: signed.iter().map(|series| series.name.as_str()).collect() }
    }

    /// The source archive of a release of one repository, unless the site has none.
    pub(super) fn archive(
        &self,
        entry: &Entry<'_>,
        release: &Release,
        project: &Project,
    ) -> Option<String> {
        let url = self.config.archive_url(entry.deliverable(), release, project)?;
        web(&url).map(str::to_owned)
    }

    /// The signature next to an archive, where there should be one.
    pub(super) fn signature(
        &self,
        entry: &Entry<'_>,
        release: &Release,
        archive: &str,
    ) -> Option<String> {
        let is_skipped = release.flags.iter().any(|flag| flag.value == ReleaseFlag::SkippedSig);
        let is_signed = match entry.path.is_independent() {
            true => !is_skipped,
            false => self.signed.contains(&entry.path.series()) && !is_skipped,
        };
        is_signed.then(|| format!("{archive}.asc"))
    }

    /// The page of a commit.
    pub(super) fn commit(&self, project: &Project) -> Option<String> {
        let template = &self.config.pages.commit;
        let url = template.replace("{repo}", &project.repo).replace("{commit}", &project.hash);
        web(&url).map(str::to_owned)
    }

    /// The change that asked for a release.
    pub(super) fn request(&self, landing: &RecordLanding) -> Option<String> {
        let id = landing.change_id.as_deref().filter(|_| !self.config.gerrit.is_empty())?;
        let is_id = id.chars().all(|c| c.is_ascii_alphanumeric());
        let url = format!("{}/q/{id}", self.config.gerrit.trim_end_matches('/'));
        web(&url).filter(|_| is_id).map(str::to_owned)
    }

    /// The release notes: a text and the link as the file has it, for each repository or for all.
    pub(super) fn notes<'e>(entry: &'e Entry<'_>) -> Vec<(String, &'e Placed<String>)> {
        match &entry.deliverable().release_notes {
            None => Vec::new(),
            Some(ReleaseNotes::Link(link)) => vec![("Release notes".to_owned(), link)],
            Some(ReleaseNotes::PerRepository(links)) => {
                let short = |repo: &str| repo.rsplit('/').next().unwrap_or_default().to_owned();
                links.iter().map(|(repo, link)| (format!("{} notes", short(repo)), link)).collect()
            }
        }
    }
}
