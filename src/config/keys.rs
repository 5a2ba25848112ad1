//! The keys of `tagkeeper.yaml`: one table, from which the file, the flags and the environment are read.

use std::sync::Arc;

use super::after;
use super::mail;
use super::pages;
use super::reviewing;
use super::site::{Announce, ClosedSeries, Config, PackageIndex, SigningFormat};
use crate::text::without_login;
use crate::version::BranchKind;

/// A key of the configuration that is also a flag and an environment variable.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Such as `mail.smtp`.
    pub name: &'static str,
    /// One line about it.
    pub summary: &'static str,
    pub(super) slot: Slot,
}

/// Where the value of a key goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slot {
    /// A text that may not be empty.
    Text(fn(&mut Config) -> &mut String),
    /// A text; empty where the site has no such thing.
    MaybeEmpty(fn(&mut Config) -> &mut String),
    /// A text or nothing.
    Optional(fn(&mut Config) -> &mut Option<String>),
    /// Several texts; commas part them where they come as one.
    List(fn(&mut Config, Vec<String>)),
    /// Several texts, each of which must satisfy something.
    CheckedList(fn(&mut Config, &[String]) -> Result<(), String>),
    /// A text that must satisfy something.
    Checked(fn(&mut Config, &str) -> Result<(), String>),
}

impl Key {
    const fn new(name: &'static str, slot: Slot, summary: &'static str) -> Self {
        Self { name, summary, slot }
    }
}

/// Every key, in the order of the documentation. `git` goes before `push` and `gerrit`, which it resets.
pub const KEYS: &[Key] = &[
    Key::new(
        "git",
        Slot::Checked(set_git),
        "URL template of the repositories, for reading; `{repo}` is the name",
    ),
    Key::new("push", Slot::Checked(set_push), "URL template to which tags and branches go"),
    Key::new(
        "trunk",
        Slot::Checked(set_trunk),
        "trunk of every repository; empty: the branch that HEAD of each repository points to",
    ),
    Key::new(
        "version-form",
        Slot::Checked(set_form),
        "how versions are written: `pbr`, `pep440` or a name from `version-forms`",
    ),
    Key::new(
        "branches.stable",
        Slot::Checked(|c, prefix| set_prefix(c, BranchKind::Stable, prefix)),
        "prefix of the branches of series; empty: the site has none",
    ),
    Key::new(
        "branches.unmaintained",
        Slot::Checked(|c, prefix| set_prefix(c, BranchKind::Unmaintained, prefix)),
        "prefix of the branches of series that volunteers keep; empty: none",
    ),
    Key::new(
        "branches.feature",
        Slot::Checked(|c, prefix| set_prefix(c, BranchKind::Feature, prefix)),
        "prefix of feature branches; empty: none",
    ),
    Key::new(
        "branches.bugfix",
        Slot::Checked(|c, prefix| set_prefix(c, BranchKind::Bugfix, prefix)),
        "prefix of bugfix branches; empty: none",
    ),
    Key::new(
        "governance",
        Slot::MaybeEmpty(|c| &mut c.governance),
        "path or URL of the governance data: a directory, or its `projects.yaml`",
    ),
    Key::new(
        "zuul-projects",
        Slot::MaybeEmpty(|c| &mut c.zuul_projects),
        "path or URL of the Zuul project data",
    ),
    Key::new("gerrit", Slot::Checked(set_gerrit), "base URL of Gerrit; empty: the site has none"),
    Key::new(
        "gerrit-login-file",
        Slot::Optional(|c| &mut c.gerrit_login_file),
        "file with user and HTTP password of Gerrit, or a cookie file",
    ),
    Key::new(
        "approval.label",
        Slot::Text(|c| &mut c.approval.label),
        "Gerrit label with which teams approve a request",
    ),
    Key::new(
        "approval.release-managers",
        Slot::Optional(|c| &mut c.approval.release_managers),
        "Gerrit group whose members may approve for any team; empty: everybody who may vote on the label",
    ),
    Key::new(
        "index",
        Slot::Checked(set_index),
        "base URL of the package index; empty: the site has none",
    ),
    Key::new(
        "zuul",
        Slot::MaybeEmpty(|c| &mut c.reviewing.zuul),
        "URL of Zuul's REST API with its tenant, for results of downstream jobs; empty: the site has none",
    ),
    Key::new(
        "watched-queries",
        Slot::List(reviewing::put_watched),
        "Gerrit queries for open changes that reviewers want to see, with `{repo}` and `{branch}`",
    ),
    Key::new("launchpad", Slot::MaybeEmpty(|c| &mut c.launchpad), "base URL of Launchpad's API"),
    Key::new(
        "launchpad-login-file",
        Slot::Optional(|c| &mut c.launchpad_login_file),
        "file with the OAuth token of Launchpad, as `launchpadlib` keeps it",
    ),
    Key::new("storyboard", Slot::MaybeEmpty(|c| &mut c.storyboard), "base URL of StoryBoard's API"),
    Key::new(
        "uploader",
        Slot::MaybeEmpty(|c| &mut c.uploader),
        "account that uploads to the package index",
    ),
    Key::new(
        "requirements-repo",
        Slot::MaybeEmpty(|c| &mut c.requirements_repo),
        "repository with `upper-constraints.txt`; empty: the site has none",
    ),
    Key::new(
        "cache",
        Slot::Text(|c| &mut c.cache),
        "directory of mirrors and of the record's texts",
    ),
    Key::new(
        "closed-series",
        Slot::List(put_closed),
        "series that take no more releases: `end-of-life`, or their names",
    ),
    Key::new(
        "stable-branch-exempt",
        Slot::List(|c, names| c.stable_branch_exempt = names),
        "deliverables or repositories whose stable branches are not checked",
    ),
    Key::new("signing.format", Slot::Checked(set_format), "`gpg` or `ssh`"),
    Key::new(
        "signing.key",
        Slot::Optional(|c| &mut c.signing.key),
        "fingerprint, or the file of an ssh key; empty: the key that `series_status.yaml` names for the day",
    ),
    Key::new("signing.home", Slot::Optional(|c| &mut c.signing.home), "home directory of gpg"),
    Key::new("mail.smtp", Slot::Optional(|c| &mut c.mail.smtp), "URL of the mail server"),
    Key::new(
        "mail.directory",
        Slot::Optional(|c| &mut c.mail.directory),
        "directory to which mails are written, one file each",
    ),
    Key::new("mail.from", Slot::Optional(|c| &mut c.mail.from), "sender of announcements"),
    Key::new("mail.to", Slot::List(mail::put_to), "recipients of announcements"),
    Key::new(
        "mail.reply-to",
        Slot::Optional(|c| &mut c.mail.reply_to),
        "where answers to announcements go; empty: to the sender",
    ),
    Key::new(
        "mail.template",
        Slot::Checked(mail::set_template),
        "path of the site's own template of announcements in the releases repository",
    ),
    Key::new(
        "mail.login-file",
        Slot::Optional(|c| &mut c.mail.login_file),
        "file with user and password of the mail server",
    ),
    Key::new(
        "announce",
        Slot::Checked(set_announce),
        "who sends announcements: `apply`, a job of the tag pipeline (`tag`), or nobody (`never`)",
    ),
    Key::new(
        "announce-pre-releases",
        Slot::Checked(mail::set_pre_releases),
        "which pre-releases are announced: `rc`, `all` or `none`",
    ),
    Key::new(
        "ledger",
        Slot::Checked(set_ledger),
        "ref that holds the ledger, such as `refs/tagkeeper/ledger`; empty: a directory inside the git directory",
    ),
    Key::new(
        "steps",
        Slot::CheckedList(after::set_steps),
        "steps to do besides tags, branches and announcements: `follow-ups`, `constraints`, `bugs`",
    ),
    Key::new(
        "proposals",
        Slot::Checked(after::set_proposals),
        "how changes to projects are proposed: `gerrit`, `branch`, or a directory for patches; empty: on Gerrit, or as branches where there is none",
    ),
    Key::new(
        "constraints-url",
        Slot::Checked(after::set_constraints_url),
        "URL of the upper constraints of a branch; `{id}` is the series; empty: the site has none",
    ),
    Key::new(
        "constraints-files",
        Slot::List(|c, files| c.after.constraints_files = files),
        "files of a project that name the upper constraints",
    ),
    Key::new("site.title", Slot::Text(|c| &mut c.pages.title), "title of the release site"),
    Key::new(
        "site.url",
        Slot::Checked(|c, url| c.pages.set_url(url)),
        "address of the release site; empty: its feeds have no absolute links",
    ),
    Key::new(
        "site.pages",
        Slot::Checked(|c, dir| c.pages.set_pages(dir)),
        "directory of the releases repository with pages in Markdown or reStructuredText",
    ),
    Key::new(
        "site.file",
        Slot::Checked(|c, url| {
            put_template(&mut c.pages.file, url, &["{repo}", "{ref}", "{path}"])
        }),
        "URL template of a raw file at a `{ref}` of `{kind}` branch, tag or commit; empty: none",
    ),
    Key::new(
        "site.commit",
        Slot::Checked(|c, url| put_template(&mut c.pages.commit, url, &["{repo}", "{commit}"])),
        "URL template of the page of a commit; empty: none",
    ),
    Key::new(
        "site.tarball",
        Slot::Checked(|c, url| put_template(&mut c.pages.tarball, url, &["{version}"])),
        "URL template of the source archive of a release, with `{repo}`, `{name}` and `{version}`; empty: none",
    ),
    Key::new(
        "site.redirects",
        Slot::CheckedList(pages::set_redirects),
        "redirects of the release site, each `FROM TO`",
    ),
    Key::new(
        "ignored-commits",
        Slot::List(|c, subjects| c.authoring.ignored_commits = subjects),
        "subjects of commits that wait for no release, with `*` and `?`",
    ),
];

impl Config {
    /// Sets a key to a text, as flags and the environment give it.
    ///
    /// # Errors
    /// A phrase that says what is wrong with the key or the value.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let key = KEYS
            .iter()
            .find(|known| known.name == key)
            .ok_or_else(|| format!("`{key}` is not a key"))?;
        match key.slot {
            Slot::Text(_) if value.trim().is_empty() => {
                return Err("the value is empty: remove the key to use the default".to_owned());
            }
            Slot::Text(at) | Slot::MaybeEmpty(at) => value.clone_into(at(self)),
            Slot::Optional(at) => *at(self) = (!value.is_empty()).then(|| value.to_owned()),
            Slot::List(put) => put(self, parts(value)),
            Slot::CheckedList(set) => return set(self, &parts(value)),
            // A URL under the wrong key may hold a password too.
            Slot::Checked(set) => {
                return set(self, value).map_err(|why| why.replace(value, &without_login(value)));
            }
        }
        Ok(())
    }
}

impl Key {
    /// What `config` says for this key, as [`Config::set`] takes it; empty where it says nothing.
    pub fn value_in(&self, config: &Config) -> String {
        let mut copy = config.clone();
        match self.slot {
            Slot::Text(at) | Slot::MaybeEmpty(at) => at(&mut copy).clone(),
            Slot::Optional(at) => at(&mut copy).clone().unwrap_or_default(),
            Slot::List(_) | Slot::CheckedList(_) | Slot::Checked(_) => self.typed_value_in(config),
        }
    }

    fn typed_value_in(&self, config: &Config) -> String {
        if let Some(kind) = self.name.strip_prefix("branches.") {
            let kind = BranchKind::ALL.into_iter().find(|known| known.as_str() == kind);
            return kind
                .and_then(|kind| config.branches.prefix(kind))
                .unwrap_or_default()
                .to_owned();
        }
        match self.name {
            "git" => config.git.clone(),
            "push" => config.push_or_git().to_owned(),
            "trunk" => config.trunk.clone().unwrap_or_default(),
            "version-form" => config.terms.usual_form.name().to_owned(),
            "gerrit" => config.gerrit.clone(),
            "index" => config.index_url().unwrap_or_default().to_owned(),
            "closed-series" => match &config.closed_series {
                ClosedSeries::EndOfLife => "end-of-life".to_owned(),
                ClosedSeries::Named(names) => names.join(","),
            },
            "stable-branch-exempt" => config.stable_branch_exempt.join(","),
            "mail.to" => config.mail.to.join(","),
            "watched-queries" => config.reviewing.watched.join(","),
            "mail.template" => config.mail.template.clone().unwrap_or_default(),
            "announce-pre-releases" => config.mail.pre_releases.as_str().to_owned(),
            "signing.format" => match config.signing.format {
                SigningFormat::Gpg => "gpg".to_owned(),
                SigningFormat::Ssh => "ssh".to_owned(),
            },
            "announce" => match config.announce {
                Announce::Apply => "apply".to_owned(),
                Announce::Tag => "tag".to_owned(),
                Announce::Never => "never".to_owned(),
            },
            "ledger" => config.ledger.clone().unwrap_or_default(),
            "steps" => after::steps_text(config),
            "proposals" => after::proposals_text(config),
            "constraints-url" => config.after.constraints_url.clone(),
            "constraints-files" => config.after.constraints_files.join(","),
            "site.url" => config.pages.url.clone(),
            "site.pages" => config.pages.pages.clone().unwrap_or_default(),
            "site.file" => config.pages.file.clone(),
            "site.commit" => config.pages.commit.clone(),
            "site.tarball" => config.pages.tarball.clone(),
            "site.redirects" => pages::redirects_text(config),
            "ignored-commits" => config.authoring.ignored_commits.join(","),
            _ => String::new(),
        }
    }
}

fn parts(value: &str) -> Vec<String> {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn template(value: &str) -> Result<String, String> {
    if value.contains("{repo}") {
        return Ok(value.to_owned());
    }
    Err(format!("`{value}` does not say where the name of the repository goes: write `{{repo}}`"))
}

fn put_template(place: &mut String, value: &str, names: &[&str]) -> Result<(), String> {
    *place = pages::template(value, names)?;
    Ok(())
}

fn set_git(config: &mut Config, value: &str) -> Result<(), String> {
    config.git = template(value)?;
    config.push = None;
    config.leave_openstack();
    Ok(())
}

fn set_push(config: &mut Config, value: &str) -> Result<(), String> {
    config.push = Some(template(value)?);
    Ok(())
}

fn set_trunk(config: &mut Config, value: &str) -> Result<(), String> {
    if value.starts_with("refs/") || value.starts_with('/') || value.contains(char::is_whitespace) {
        return Err(format!("`{value}` is not the short name of a branch, such as `main`"));
    }
    config.trunk = (!value.is_empty()).then(|| value.to_owned());
    Ok(())
}

fn set_form(config: &mut Config, name: &str) -> Result<(), String> {
    let form = config.terms.form(name);
    let form = form.ok_or_else(|| format!("unknown version form `{name}`"))?;
    Arc::make_mut(&mut config.terms).usual_form = form;
    Ok(())
}

fn set_gerrit(config: &mut Config, value: &str) -> Result<(), String> {
    value.clone_into(&mut config.gerrit);
    config.may_have_gerrit = !value.is_empty();
    Ok(())
}

fn set_index(config: &mut Config, value: &str) -> Result<(), String> {
    config.index = match value {
        "" => PackageIndex::None,
        url => PackageIndex::At(url.to_owned()),
    };
    Ok(())
}

fn set_prefix(config: &mut Config, kind: BranchKind, prefix: &str) -> Result<(), String> {
    config.branches.set(kind, Some(prefix).filter(|prefix| !prefix.is_empty()))
}

fn put_closed(config: &mut Config, names: Vec<String>) {
    config.closed_series =
        if names == ["end-of-life"] { ClosedSeries::EndOfLife } else { ClosedSeries::Named(names) };
}

fn set_format(config: &mut Config, value: &str) -> Result<(), String> {
    config.signing.format = match value {
        "gpg" => SigningFormat::Gpg,
        "ssh" => SigningFormat::Ssh,
        _ => return Err(format!("`{value}` is neither `gpg` nor `ssh`")),
    };
    Ok(())
}

fn set_announce(config: &mut Config, value: &str) -> Result<(), String> {
    config.announce = match value {
        "apply" => Announce::Apply,
        "tag" => Announce::Tag,
        "never" => Announce::Never,
        _ => return Err(format!("`{value}` is not one of `apply`, `tag` and `never`")),
    };
    Ok(())
}

fn set_ledger(config: &mut Config, value: &str) -> Result<(), String> {
    if !value.is_empty() && !value.starts_with("refs/") {
        return Err(format!(
            "`{value}` is not the full name of a ref, such as `refs/tagkeeper/ledger`"
        ));
    }
    config.ledger = (!value.is_empty()).then(|| value.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{ClosedSeries, Config, KEYS};

    #[test]
    fn every_key_can_be_set_by_its_name() {
        for key in KEYS {
            let value = match key.name {
                "git" | "push" => "/srv/{repo}",
                "signing.format" => "ssh",
                "announce" => "never",
                "announce-pre-releases" => "all",
                "ledger" => "refs/x/y",
                "version-form" => "pep440",
                "steps" => "follow-ups",
                "proposals" => "branch",
                "constraints-url" => "https://h/{id}",
                "site.redirects" => "/a /b,/c https://d.example/",
                "site.url" => "https://releases.garden.example",
                "site.file" | "site.commit" | "site.tarball" => {
                    "https://h/{repo}/{ref}/{path}/{commit}/{version}"
                }
                _ => "value",
            };
            let mut config = Config::default();
            assert_eq!(config.set(key.name, value), Ok(()), "{}", key.name);
            assert_eq!(key.value_in(&config), value, "{}", key.name);
            assert_ne!(config, Config::default(), "{}", key.name);
        }
    }

    #[test]
    fn no_value_is_no_default() {
        for name in ["git", "push", "cache", "version-form", "announce", "signing.format"] {
            assert!(Config::default().set(name, "").is_err(), "{name}");
        }
        let mut config = Config::default();
        assert_eq!(config.set("governance", ""), Ok(()));
        assert_eq!(config.governance, "");
        assert_eq!(config.set("mail.smpt", "x"), Err("`mail.smpt` is not a key".to_owned()));
    }

    #[test]
    fn commas_part_the_items_of_a_list() {
        let mut config = Config::default();
        config.set("closed-series", "zed, yoga,").unwrap();
        assert_eq!(config.closed_series, ClosedSeries::Named(vec!["zed".into(), "yoga".into()]));
        config.set("closed-series", "end-of-life").unwrap();
        assert_eq!(config.closed_series, ClosedSeries::EndOfLife);
    }
}
