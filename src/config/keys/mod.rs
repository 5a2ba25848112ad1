//! The keys of `tagkeeper.yaml`: one table, from which the file, the flags and the environment are read.

mod table;
mod values;

use super::site::Config;
use crate::text::without_login;

pub use table::KEYS;

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
    List(fn(&mut Config) -> &mut Vec<String>),
    /// Several texts, each of which must satisfy something; and how they read.
    CheckedList(fn(&mut Config, &[String]) -> Result<(), String>, fn(&Config) -> String),
    /// A text that must satisfy something; and how it reads.
    Checked(fn(&mut Config, &str) -> Result<(), String>, fn(&Config) -> String),
}

impl Key {
    const fn new(name: &'static str, slot: Slot, summary: &'static str) -> Self {
        Self { name, summary, slot }
    }
}

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
            Slot::List(at) => *at(self) = parts(value),
            Slot::CheckedList(set, _) => return set(self, &parts(value)),
            // A URL under the wrong key may hold a password too.
            Slot::Checked(set, _) => {
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
            Slot::List(at) => at(&mut copy).join(","),
            Slot::CheckedList(_, get) | Slot::Checked(_, get) => get(config),
        }
    }
}

fn parts(value: &str) -> Vec<String> {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
#[cfg(test)]
mod tests {
    use super::KEYS;
    use crate::config::site::{ClosedSeries, Config};

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
