//! The keys of `tagkeeper.yaml`: one table, from which the file, the flags and the environment are read.

use super::site::{Announce, ClosedSeries, Config, SigningFormat};

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
        "branch of every repository where development goes on; empty: the one that HEAD of the repository points to",
    ),
    Key::new(
        "governance",
        Slot::MaybeEmpty(|c| &mut c.governance),
        "path or URL of governance's data",
    ),
    Key::new(
        "zuul-projects",
        Slot::MaybeEmpty(|c| &mut c.zuul_projects),
        "path or URL of Zuul's project data",
    ),
    Key::new("gerrit", Slot::MaybeEmpty(|c| &mut c.gerrit), "base URL of Gerrit"),
    Key::new(
        "gerrit-login-file",
        Slot::Optional(|c| &mut c.gerrit_login_file),
        "file with user and HTTP password, or a cookie file",
    ),
    Key::new(
        "approval.label",
        Slot::Text(|c| &mut c.approval.label),
        "label of Gerrit that says that the teams have approved",
    ),
    Key::new(
        "approval.release-managers",
        Slot::Optional(|c| &mut c.approval.release_managers),
        "group of Gerrit whose members may approve in the place of a team; empty: whoever may vote on the label",
    ),
    Key::new("index", Slot::Text(|c| &mut c.index), "base URL of the package index"),
    Key::new("launchpad", Slot::Text(|c| &mut c.launchpad), "base URL of Launchpad's API"),
    Key::new("storyboard", Slot::Text(|c| &mut c.storyboard), "base URL of StoryBoard's API"),
    Key::new("uploader", Slot::Text(|c| &mut c.uploader), "who uploads to the package index"),
    Key::new("cache", Slot::Text(|c| &mut c.cache), "directory of mirrors and index"),
    Key::new(
        "closed-series",
        Slot::List(put_closed),
        "`end-of-life`, or names with commas between",
    ),
    Key::new(
        "stable-branch-exempt",
        Slot::List(|c, names| c.stable_branch_exempt = names),
        "deliverables whose stable branches are not judged, commas between",
    ),
    Key::new("signing.format", Slot::Checked(set_format), "`gpg` or `ssh`"),
    Key::new(
        "signing.key",
        Slot::Optional(|c| &mut c.signing.key),
        "fingerprint, or file of an ssh key",
    ),
    Key::new("signing.home", Slot::Optional(|c| &mut c.signing.home), "home directory of gpg"),
    Key::new("mail.smtp", Slot::Optional(|c| &mut c.mail.smtp), "URL of the mail server"),
    Key::new(
        "mail.directory",
        Slot::Optional(|c| &mut c.mail.directory),
        "directory that takes a file a mail",
    ),
    Key::new("mail.from", Slot::Optional(|c| &mut c.mail.from), "sender of announcements"),
    Key::new(
        "mail.to",
        Slot::List(|c, to| c.mail.to = to),
        "recipients of announcements, commas between",
    ),
    Key::new(
        "mail.login-file",
        Slot::Optional(|c| &mut c.mail.login_file),
        "file with user and password",
    ),
    Key::new("announce", Slot::Checked(set_announce), "`apply`, `tag` or `never`"),
    Key::new(
        "ledger",
        Slot::Checked(set_ledger),
        "ref of the ledger, such as `refs/tagkeeper/ledger`",
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
            .ok_or_else(|| format!("`{key}` is no key"))?;
        match key.slot {
            Slot::Text(_) if value.trim().is_empty() => {
                return Err("there is no value: leave the key out to have the default".to_owned());
            }
            Slot::Text(at) | Slot::MaybeEmpty(at) => value.clone_into(at(self)),
            Slot::Optional(at) => *at(self) = (!value.is_empty()).then(|| value.to_owned()),
            Slot::List(put) => {
                let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                put(self, parts.map(str::to_owned).collect());
            }
            Slot::Checked(set) => return set(self, value),
        }
        Ok(())
    }
}

fn template(value: &str) -> Result<String, String> {
    if value.contains("{repo}") {
        return Ok(value.to_owned());
    }
    Err(format!("`{value}` does not say where the name of the repository goes: write `{{repo}}`"))
}

fn set_git(config: &mut Config, value: &str) -> Result<(), String> {
    config.git = template(value)?;
    config.push = None;
    config.trunk = None;
    // That of OpenStack knows nothing of the repositories of another site.
    if config.gerrit == Config::default().gerrit {
        config.gerrit.clear();
    }
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
        _ => return Err(format!("`{value}` is none of `apply`, `tag`, `never`")),
    };
    Ok(())
}

fn set_ledger(config: &mut Config, value: &str) -> Result<(), String> {
    if !value.is_empty() && !value.starts_with("refs/") {
        return Err(format!("`{value}` is no full name of a ref, such as `refs/tagkeeper/ledger`"));
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
                "ledger" => "refs/x/y",
                _ => "value",
            };
            let mut config = Config::default();
            assert_eq!(config.set(key.name, value), Ok(()), "{}", key.name);
            assert_ne!(config, Config::default(), "{}", key.name);
        }
    }

    #[test]
    fn no_value_is_no_default() {
        for name in ["git", "push", "cache", "index", "uploader", "announce", "signing.format"] {
            assert!(Config::default().set(name, "").is_err(), "{name}");
        }
        let mut config = Config::default();
        assert_eq!(config.set("governance", ""), Ok(()));
        assert_eq!(config.governance, "");
        assert_eq!(config.set("mail.smpt", "x"), Err("`mail.smpt` is no key".to_owned()));
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
