//! Reading the configuration, and where the cache of a site is.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::config::{CONFIG, Config, POLICY, Policy, expand_home};
use crate::tree::place::Problem;
use crate::tree::record::Record;

/// A configuration with a mistake is not used: what it leaves out might have been the point of it. A policy with one is:
/// the mistake is a finding, and holds what it may have held.
pub(super) fn read_config(
    config: Option<&Path>,
    trusted: &Record,
) -> Result<(Config, Policy), Failure> {
    let bytes = |name: &str| trusted.bytes(name).map_err(Failure::outside);
    let (name, written) = match config {
        Some(path) => {
            let read = fs::read(path).map_err(|error| {
                let path = path.display();
                Failure::usage(format!("reading the configuration {path}: {error}"))
            })?;
            (path.display().to_string(), Some(read))
        }
        None => (CONFIG.to_owned(), bytes(CONFIG)?),
    };
    let (config, wrong) = written.map(|bytes| Config::read(&bytes)).unwrap_or_default();
    let (policy, also) = Policy::of(trusted).map_err(Failure::outside)?;
    if wrong.is_empty() {
        return Ok((config, policy));
    }
    let line = |name: &str, problem: &Problem| {
        let help = problem.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        format!("{name}:{}: {}{help}", problem.place, problem.message)
    };
    let wrong = wrong.iter().map(|problem| line(&name, problem));
    let lines = wrong.chain(also.iter().map(|problem| line(POLICY, problem)));
    Err(Failure::usage(lines.collect::<Vec<_>>().join("\n")))
}

/// The cache directory; inside the git directory for a user without a home.
pub(super) fn cache(config: &Config, home: Option<&Path>, git_dir: &Path) -> PathBuf {
    if home.is_none() && config.cache.starts_with("~/") {
        return git_dir.join("tagkeeper-cache");
    }
    expand_home(&config.cache, home)
}

/// Where the texts of the record are kept: by content, so all clones of it share them.
pub(super) fn text_cache(cache: &Path) -> PathBuf {
    cache.join("texts")
}
