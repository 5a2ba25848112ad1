//! Reading the configuration, and where the cache of a site is.

use std::path::{Path, PathBuf};

use super::Failure;
use crate::config::{CONFIG, Config, POLICY, Policy, expand_home, read_named};
use crate::steps::announcement::SiteTemplate;
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
            let read = read_named(path).map_err(|error| {
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

/// Files of templates are no larger than this, in bytes, and no more than this many.
const LARGEST_TEMPLATE: usize = 64 << 10;
const MOST_TEMPLATES: usize = 50;

/// The template that `mail.template` names, with the files next to it: of the base side, like the configuration.
pub(super) fn read_template(
    config: &Config,
    trusted: &Record,
) -> Result<Option<SiteTemplate>, Failure> {
    let Some(path) = &config.mail.template else { return Ok(None) };
    let wrong = |why: String| Failure::usage(format!("`mail.template`: {why}"));
    let text = |path: &str, bytes: Vec<u8>| match String::from_utf8(bytes) {
        Ok(text) if text.len() <= LARGEST_TEMPLATE => Ok(text),
        Ok(_) => Err(wrong(format!("{path} is larger than {LARGEST_TEMPLATE} bytes"))),
        Err(_) => Err(wrong(format!("{path} is not UTF-8"))),
    };
    let bytes = trusted.bytes(path).map_err(Failure::outside)?;
    let bytes = bytes.ok_or_else(|| {
        wrong(format!("there is no file {path} in the releases repository"))
            .help("it is read from the base of a request: merge it first")
    })?;
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut beside = Vec::new();
    let names = trusted.files_in(folder).map_err(Failure::outside)?;
    let others = names.into_iter().filter(|other| other != name && !folder.is_empty());
    for other in others.take(MOST_TEMPLATES) {
        let at = format!("{folder}/{other}");
        if let Some(bytes) = trusted.bytes(&at).map_err(Failure::outside)? {
            beside.push((other, text(&at, bytes)?));
        }
    }
    Ok(Some(SiteTemplate { name: path.clone(), text: text(path, bytes)?, beside }))
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
