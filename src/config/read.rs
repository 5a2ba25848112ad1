//! From the bytes of `tagkeeper.yaml` to a [`Config`].

use super::keys::{KEYS, Slot};
use super::mail;
use super::site::Config;
use super::terms;
use crate::tree::place::Problem;
use crate::tree::yaml::{self, Content, Decoder, Field, Meaning};

impl Config {
    /// Reads `tagkeeper.yaml`: what it says, and everything that is wrong with it.
    pub fn read(bytes: &[u8]) -> (Self, Vec<Problem>) {
        let mut config = Self::default();
        let root = match yaml::parse(bytes) {
            Ok(Some(root)) => root,
            Ok(None) => return (config, Vec::new()),
            Err(problem) => return (config, vec![problem]),
        };
        let mut decoder = Decoder::default();
        config.take(&mut decoder, Field::root(&root), "");
        if let Some((one, other)) = config.branches.clash() {
            let (one, other) = (one.as_str(), other.as_str());
            let message = format!("`branches`: `{one}` and `{other}` have the same prefix");
            decoder.problem(root.place, message, Some("give each kind its own prefix".to_owned()));
        }
        (config, decoder.finish())
    }

    /// The keys below `prefix` (`""` or `mail.`), in the order of [`KEYS`].
    fn take(&mut self, decoder: &mut Decoder, field: Field<'_>, prefix: &str) {
        let below = KEYS.iter().filter_map(|key| key.name.strip_prefix(prefix));
        let mut names: Vec<&'static str> =
            below.map(|name| name.split_once('.').map_or(name, |(group, _)| group)).collect();
        names.dedup();
        let blocks = if prefix.is_empty() { terms::BLOCKS } else { &[] };
        let known = [names.as_slice(), blocks].concat();
        let Some(fields) = decoder.fields(field, &known) else { return };
        terms::take(self, decoder, &fields);
        for name in names {
            let Some(value) = fields.get(name) else { continue };
            let key = format!("{prefix}{name}");
            match KEYS.iter().find(|known| known.name == key) {
                Some(known) => self.take_value(decoder, value, (&key, known.slot)),
                None => self.take(decoder, value, &format!("{key}.")),
            }
        }
    }

    fn take_value(&mut self, decoder: &mut Decoder, value: Field<'_>, (key, slot): (&str, Slot)) {
        let text = match (&value.node.content, slot) {
            (Content::Sequence(_), _) if key == "mail.to" => {
                return mail::take_to(self, decoder, value);
            }
            (Content::Sequence(_), Slot::List(at)) => {
                let items: Vec<Field<'_>> = decoder.items(value).collect();
                let texts = items.into_iter().filter_map(|item| decoder.text(item));
                *at(self) = texts.map(|text| text.value).collect();
                return;
            }
            (Content::Sequence(_), Slot::CheckedList(set, _)) => {
                let items: Vec<Field<'_>> = decoder.items(value).collect();
                let texts = items.into_iter().filter_map(|item| decoder.text(item));
                let texts: Vec<_> = texts.collect();
                // Each by itself first, so that a mistake is shown at its own place.
                let wrong = texts.iter().find_map(|text| {
                    let why = set(self, std::slice::from_ref(&text.value)).err()?;
                    Some((text.place, why))
                });
                match wrong {
                    Some((place, why)) => decoder.problem(place, format!("`{key}`: {why}"), None),
                    None => {
                        let texts: Vec<String> = texts.into_iter().map(|text| text.value).collect();
                        drop(set(self, &texts));
                    }
                }
                return;
            }
            (Content::Scalar { .. }, _) if value.node.meaning() == Some(Meaning::Null) => {
                String::new()
            }
            _ => match decoder.text(value) {
                Some(text) => text.value,
                None => return,
            },
        };
        if let Err(why) = self.set(key, &text) {
            let help = (key == "version-form").then(|| terms::forms_help(&self.terms));
            decoder.problem(value.node.place, format!("`{key}`: {why}"), help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use crate::config::ClosedSeries;

    fn problems(text: &str) -> Vec<String> {
        let found = Config::read(text.as_bytes()).1.into_iter();
        found.map(|problem| format!("{} {}", problem.place, problem.message)).collect()
    }

    #[test]
    fn nothing_is_the_default() {
        for text in ["", "---\n", "# nothing\n"] {
            assert_eq!(Config::read(text.as_bytes()), (Config::default(), Vec::new()));
        }
    }

    #[test]
    fn push_follows_git_unless_it_is_given() {
        let (config, problems) = Config::read(b"git: /srv/{repo}\n");
        assert_eq!((config.push_or_git(), problems), ("/srv/{repo}", Vec::new()));
        assert_eq!(config.gerrit, "", "OpenStack's reviews no other site's requests");
        let (config, _) =
            Config::read(b"gerrit: https://review.garden.example\ngit: /srv/{repo}\n");
        assert_eq!(config.gerrit, "https://review.garden.example");
        let (config, _) = Config::read(b"push: ssh://h/{repo}\ngit: /srv/{repo}\n");
        assert_eq!(config.push_or_git(), "ssh://h/{repo}");
    }

    #[test]
    fn nested_keys_and_lists_are_read() {
        let text = "mail:\n  to: ['\"Doe, Ann\" <a@b.org>', c@d.org]\n  smtp: smtp://h\nledger: null\nclosed-series: []\n";
        let (config, problems) = Config::read(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(config.mail.to, ["\"Doe, Ann\" <a@b.org>", "c@d.org"]);
        assert_eq!((config.mail.smtp.as_deref(), config.ledger), (Some("smtp://h"), None));
        assert_eq!(config.closed_series, ClosedSeries::Named(Vec::new()));
    }

    #[test]
    fn mistakes_are_reported_at_their_place() {
        assert_eq!(problems("gti: x\n"), ["1:1 unknown key `gti`"]);
        assert_eq!(problems("mail:\n  form: x\n"), ["2:3 unknown key `form` in `mail`"]);
        assert_eq!(
            problems("announce: sometimes\n"),
            ["1:11 `announce`: `sometimes` is not one of `apply`, `tag` and `never`"]
        );
        assert_eq!(problems("git: https://h/\ncache:\n").len(), 2);
        for ledger in ["tags", "refs/heads/main", "refs/tags/x", "refs/x/../y", "refs/x.lock"] {
            assert_eq!(problems(&format!("ledger: {ledger}\n")).len(), 1, "{ledger}");
        }
        assert_eq!(
            problems("git: \"fd::17/{repo}\"\n"),
            [
                "1:6 `git`: `fd::17/{repo}` starts a program for each repository: write a URL or a path without `fd::`"
            ]
        );
        for helper in ["ext", "hg+http", "remote-x.y"] {
            let found = problems(&format!("push: \"{helper}::h/{{repo}}\"\n"));
            assert!(found.len() == 1 && found[0].contains("starts a program"), "{found:?}");
        }
        for url in ["/srv/a::b/{repo}", "./a::b/{repo}", "git@[fe80::1]:{repo}"] {
            assert_eq!(problems(&format!("git: \"{url}\"\n")), [""; 0]);
        }
        assert_eq!(problems("cache: [a]\n"), ["1:9 `cache` must be text, not a list"]);
        assert_eq!(problems("mail: x\n"), ["1:7 `mail` must be a mapping, not text `x`"]);
        assert_eq!(problems("git: a\n  b: c\n").len(), 1);
    }
}
