//! Where the facts of a site come from.

use super::{Failure, Workspace};
use crate::facts::build::Builder;
use crate::facts::{Documents, Hidden, Sources};
use crate::git::{Git, RemoteUrl};
use crate::tree::record::Record;
use crate::tree::scope;

impl Workspace {
    /// Where facts come from. Nothing is asked yet.
    pub fn sources(&self) -> Result<Sources, Failure> {
        let push = self.config.push_for_reading();
        let sources = self.sources_reading(&push)?;
        Ok(sources.hiding(self.hidden()?))
    }

    /// Sources that read `push:` with the rights of the user who runs this.
    pub fn sources_for_pushing(&self) -> Result<Sources, Failure> {
        self.sources_reading(self.config.push_or_git())
    }

    /// Sources that read `git:` alone, for audits that change nothing.
    pub fn sources_for_reading(&self) -> Result<Sources, Failure> {
        self.sources_reading(&self.config.git)
    }

    fn sources_reading(&self, push: &str) -> Result<Sources, Failure> {
        let network = self.options.network;
        let documents = Documents {
            governance: self.config.governance.clone(),
            zuul_projects: self.config.zuul_projects.clone(),
        };
        let read = (self.config.git.as_str(), push);
        let keys = self.head_record().and_then(|record| self.keys(&record));
        let keys = keys.map_err(|failure| failure.to_string());
        let sources = Sources::new(Git::find()?, self.cache(), read, documents, network)
            .with_trunk(self.config.trunk.clone())
            .building_with(self.builder())
            .verifying_with(keys);
        Ok(sources.reviewed_at(self.gerrit()?))
    }

    /// How packages are built. A build runs foreign code: never where a signing key is configured.
    fn builder(&self) -> Option<Result<Builder, String>> {
        let signing = &self.config.signing;
        let builder = self.options.builder.clone()?;
        Some(match (&signing.key, &signing.home) {
            (None, None) => {
                let index = self.config.index_url().filter(|_| !self.is_offline());
                Ok(Builder { index: index.map(str::to_owned), ..builder })
            }
            _ => Err("nothing is built where a signing key is configured (`signing.key`, `signing.home`)".to_owned()),
        })
    }

    /// Refuses to go on offline with remotes on other machines: what would be pushed there is not known to be missing.
    pub fn must_reach_remotes(&self) -> Result<(), Failure> {
        let is_local = RemoteUrl::is_local_template(self.config.push_or_git());
        if self.is_offline() && !is_local {
            return Err(Failure::usage(
                "`apply --offline` can push to repositories of this machine only",
            ));
        }
        Ok(())
    }

    /// What a replay must not see.
    fn hidden(&self) -> Result<Hidden, Failure> {
        let Some(then) = &self.options.as_of else { return Ok(Hidden::default()) };
        let record = |revision: &str| {
            scope::record_at(&self.repository, revision, self.wanted.text_cache.clone())
        };
        let before = scope::base_record(&self.repository, &self.wanted, &self.ends)?;
        let then = record(then)?;
        let mut later = vec![record("HEAD")?];
        for revision in ["origin/HEAD", "origin/main", "origin/master", "main", "master"] {
            later.extend(record(revision).ok());
        }
        later.sort_by_key(Record::name);
        later.dedup_by_key(|record| record.name());
        let texts = |record: &Record| record.texts().map_err(Failure::outside);
        let later = later.iter().map(texts).collect::<Result<_, _>>()?;
        let (before, then) = (texts(&before)?, texts(&then)?);
        Ok(Hidden::between(before, (then, self.now), later, self.config.branches.clone()))
    }
}
