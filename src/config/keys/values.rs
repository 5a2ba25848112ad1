//! Values that must satisfy something: how each is set, and how it reads.

use std::sync::Arc;

use crate::config::pages;
use crate::config::site::{Announce, ClosedSeries, Config, PackageIndex, SigningFormat};
use crate::tree::RepoName;
use crate::version::{BranchKind, ref_name_problem};

fn template(value: &str) -> Result<String, String> {
    if let Some(helper) = helper_of(value) {
        return Err(format!(
            "`{value}` starts a program for each repository: write a URL or a path without `{helper}::`"
        ));
    }
    if value.contains("{repo}") {
        return Ok(value.to_owned());
    }
    Err(format!("`{value}` does not say where the name of the repository goes: write `{{repo}}`"))
}

/// The program that git would start for a URL `helper::address`; the characters are those that git takes in such a name.
fn helper_of(url: &str) -> Option<&str> {
    let (helper, _) = url.split_once("::")?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_helper = helper.starts_with(|c: char| c.is_ascii_alphanumeric());
    (is_helper && helper.chars().all(is_part)).then_some(helper)
}

pub(super) fn put_template(place: &mut String, value: &str, names: &[&str]) -> Result<(), String> {
    *place = pages::template(value, names)?;
    Ok(())
}

pub(super) fn set_git(config: &mut Config, value: &str) -> Result<(), String> {
    config.git = template(value)?;
    config.push = None;
    config.leave_openstack();
    Ok(())
}

pub(super) fn set_push(config: &mut Config, value: &str) -> Result<(), String> {
    config.push = Some(template(value)?);
    Ok(())
}

pub(super) fn set_trunk(config: &mut Config, value: &str) -> Result<(), String> {
    if value.starts_with("refs/") || value.starts_with('/') || value.contains(char::is_whitespace) {
        return Err(format!("`{value}` is not the short name of a branch, such as `main`"));
    }
    config.trunk = (!value.is_empty()).then(|| value.to_owned());
    Ok(())
}

pub(super) fn set_requirements_repo(config: &mut Config, value: &str) -> Result<(), String> {
    let name = (!value.is_empty()).then(|| RepoName::parse(value)).transpose();
    config.requirements_repo = name.map_err(|why| why.to_string())?;
    Ok(())
}

pub(super) fn set_form(config: &mut Config, name: &str) -> Result<(), String> {
    let form = config.terms.form(name);
    let form = form.ok_or_else(|| format!("unknown version form `{name}`"))?;
    Arc::make_mut(&mut config.terms).usual_form = form;
    Ok(())
}

pub(super) fn set_gerrit(config: &mut Config, value: &str) -> Result<(), String> {
    value.clone_into(&mut config.gerrit);
    config.may_have_gerrit = !value.is_empty();
    Ok(())
}

pub(super) fn set_index(config: &mut Config, value: &str) -> Result<(), String> {
    config.index = match value {
        "" => PackageIndex::None,
        url => PackageIndex::At(url.to_owned()),
    };
    Ok(())
}

pub(super) fn set_prefix(
    config: &mut Config,
    kind: BranchKind,
    prefix: &str,
) -> Result<(), String> {
    config.branches.set(kind, Some(prefix).filter(|prefix| !prefix.is_empty()))
}

#[expect(clippy::unnecessary_wraps, reason = "the table takes setters that may refuse")]
pub(super) fn set_closed(config: &mut Config, names: &[String]) -> Result<(), String> {
    config.closed_series = match names {
        [one] if one == "end-of-life" => ClosedSeries::EndOfLife,
        names => ClosedSeries::Named(names.to_vec()),
    };
    Ok(())
}

pub(super) fn closed(config: &Config) -> String {
    match &config.closed_series {
        ClosedSeries::EndOfLife => "end-of-life".to_owned(),
        ClosedSeries::Named(names) => names.join(","),
    }
}

pub(super) fn prefix(config: &Config, kind: BranchKind) -> String {
    config.branches.prefix(kind).unwrap_or_default().to_owned()
}

pub(super) fn set_format(config: &mut Config, value: &str) -> Result<(), String> {
    config.signing.format = match value {
        "gpg" => SigningFormat::Gpg,
        "ssh" => SigningFormat::Ssh,
        _ => return Err(format!("`{value}` is neither `gpg` nor `ssh`")),
    };
    Ok(())
}

pub(super) fn format(config: &Config) -> String {
    let format = match config.signing.format {
        SigningFormat::Gpg => "gpg",
        SigningFormat::Ssh => "ssh",
    };
    format.to_owned()
}

pub(super) fn set_announce(config: &mut Config, value: &str) -> Result<(), String> {
    config.announce = match value {
        "apply" => Announce::Apply,
        "tag" => Announce::Tag,
        "never" => Announce::Never,
        _ => return Err(format!("`{value}` is not one of `apply`, `tag` and `never`")),
    };
    Ok(())
}

pub(super) fn announce(config: &Config) -> String {
    let announce = match config.announce {
        Announce::Apply => "apply",
        Announce::Tag => "tag",
        Announce::Never => "never",
    };
    announce.to_owned()
}

/// Refs of people and of Gerrit. A commit of the ledger holds nothing but the ledger.
const TAKEN: [&str; 7] = [
    "refs/heads/",
    "refs/tags/",
    "refs/remotes/",
    "refs/notes/",
    "refs/for/",
    "refs/changes/",
    "refs/meta/",
];

pub(super) fn set_ledger(config: &mut Config, value: &str) -> Result<(), String> {
    if !value.is_empty() && !value.starts_with("refs/") {
        return Err(format!(
            "`{value}` is not the full name of a ref, such as `refs/tagkeeper/ledger`"
        ));
    }
    if let Some(why) = ref_name_problem(value).filter(|_| !value.is_empty()) {
        return Err(format!("`{value}` cannot be a ref: {why}"));
    }
    if let Some(taken) = TAKEN.iter().find(|taken| value.starts_with(**taken)) {
        return Err(format!(
            "`{value}` cannot hold the ledger: `{taken}` is for other things; use `refs/tagkeeper/ledger`"
        ));
    }
    config.ledger = (!value.is_empty()).then(|| value.to_owned());
    Ok(())
}
