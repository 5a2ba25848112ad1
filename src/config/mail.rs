//! Announcements: how they are sent, to whom, in whose words, and which releases have one.

use std::fmt;

use super::policy::{Described, Who};
use super::site::Config;
use crate::text::without_login;
use crate::tree::yaml::{Content, Decoder, Field};
use crate::version::{PreReleaseKind, SpecialKind, Version};

/// Where announcements go.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mail {
    /// URL of the mail server.
    pub smtp: Option<String>,
    /// Directory that takes a file a mail instead.
    pub directory: Option<String>,
    /// Sender.
    pub from: Option<String>,
    /// Recipients of whatever no entry of `to_some` is for.
    pub to: Vec<String>,
    /// Recipients of some deliverables; the first entry that is for a deliverable counts.
    pub to_some: Vec<Recipients>,
    /// Recipients of the notices that maintenance ended; without one there are no such notices.
    pub end_notices: Vec<String>,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
    /// Who gets a mail about what a run could not do.
    pub failures: Vec<String>,
    /// File with user and password.
    pub login_file: Option<String>,
    /// Path of the site's own template in the releases repository.
    pub template: Option<String>,
    /// Which pre-releases are announced.
    pub pre_releases: PreReleases,
}

/// Recipients of the announcements of some deliverables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipients {
    /// Whose announcements.
    pub who: Who,
    /// The addresses.
    pub to: Vec<String>,
}

/// Which pre-releases are announced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PreReleases {
    /// All of them.
    All,
    /// Release candidates.
    #[default]
    Candidates,
    /// None.
    None,
}

impl PreReleases {
    const ALL: [Self; 3] = [Self::Candidates, Self::All, Self::None];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidates => "rc",
            Self::All => "all",
            Self::None => "none",
        }
    }

    /// Whether this release is announced: a full one always is.
    fn announce(self, version: &Version) -> bool {
        match (version.pre_release().map(|pre| pre.kind), self) {
            (None, _) | (_, Self::All) | (Some(PreReleaseKind::Rc), Self::Candidates) => true,
            (Some(_), Self::Candidates | Self::None) => false,
        }
    }
}

impl Mail {
    /// Whether there is a mail about `version`: about the end of a branch only where somebody wants to hear of it, and about
    /// the tags that end no branch never.
    pub fn announces(&self, version: &Version) -> bool {
        match version.special().map(|special| special.kind()) {
            None => self.pre_releases.announce(version),
            Some(SpecialKind::Eom | SpecialKind::Eol) => !self.end_notices.is_empty(),
            Some(SpecialKind::Em | SpecialKind::Last) => false,
        }
    }

    /// The recipients of the mail about a version of a deliverable.
    pub fn recipients(&self, who: &Described, version: &Version) -> &[String] {
        if version.special().is_some() {
            return &self.end_notices;
        }
        let of_some = self.to_some.iter().find(|some| some.who.covers(who));
        of_some.map_or(&self.to, |some| &some.to)
    }

    /// All recipients that are named anywhere.
    pub fn all_recipients(&self) -> impl Iterator<Item = &String> {
        let of_releases = self.to.iter().chain(self.to_some.iter().flat_map(|some| &some.to));
        of_releases.chain(&self.end_notices)
    }

    /// Whether there is a way for announcements.
    pub fn is_on(&self) -> bool {
        self.smtp.is_some() || self.directory.is_some()
    }
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            smtp,
            directory,
            from,
            to,
            to_some,
            end_notices,
            reply_to,
            failures,
            login_file,
            template,
            pre_releases,
        } = self;
        f.debug_struct("Mail")
            .field("smtp", &smtp.as_deref().map(without_login))
            .field("directory", directory)
            .field("from", from)
            .field("to", to)
            .field("to_some", to_some)
            .field("end_notices", end_notices)
            .field("reply_to", reply_to)
            .field("failures", failures)
            .field("login_file", login_file)
            .field("template", template)
            .field("pre_releases", pre_releases)
            .finish()
    }
}

/// Sets the recipients as a flag or the environment gives them: of everything.
#[expect(clippy::unnecessary_wraps, reason = "the table takes setters that may refuse")]
pub(super) fn set_to(config: &mut Config, to: &[String]) -> Result<(), String> {
    config.mail.to = to.to_vec();
    config.mail.to_some.clear();
    Ok(())
}

/// Reads `mail.to`: addresses, and entries of `for` and `to`.
pub(super) fn take_to(config: &mut Config, decoder: &mut Decoder, list: Field<'_>) {
    let items: Vec<Field<'_>> = decoder.items(list).collect();
    config.mail.to.clear();
    config.mail.to_some.clear();
    for item in items {
        match &item.node.content {
            Content::Mapping(_) => config.mail.to_some.extend(recipients(decoder, item)),
            _ => config.mail.to.extend(decoder.text(item).map(|address| address.value)),
        }
    }
}

/// The keys of an entry of `mail.to` that is about some deliverables.
pub(super) const RECIPIENT_KEYS: &[&str] = &["for", "to"];

fn recipients(decoder: &mut Decoder, item: Field<'_>) -> Option<Recipients> {
    let fields = decoder.fields(item, RECIPIENT_KEYS)?;
    let who =
        decoder.require(&fields, "for", "<deliverables>").and_then(|field| who(decoder, field));
    let to = decoder.require(&fields, "to", "<addresses>").map(|field| texts(decoder, field));
    Some(Recipients { who: who?, to: to? })
}

/// Globs of deliverables, or conditions as in the policy.
fn who(decoder: &mut Decoder, field: Field<'_>) -> Option<Who> {
    match &field.node.content {
        Content::Mapping(_) => {
            let fields = decoder.fields(field, Who::KEYS)?;
            Some(Who::read(decoder, &fields))
        }
        Content::Sequence(_) => {
            let items: Vec<Field<'_>> = decoder.items(field).collect();
            let names = items.into_iter().filter_map(|item| decoder.text(item)).collect();
            Some(Who { deliverables: Some(names), ..Who::default() })
        }
        _ => {
            decoder.text(field).map(|name| Who { deliverables: Some(vec![name]), ..Who::default() })
        }
    }
}

fn texts(decoder: &mut Decoder, field: Field<'_>) -> Vec<String> {
    match &field.node.content {
        Content::Sequence(_) => {
            let items: Vec<Field<'_>> = decoder.items(field).collect();
            items.into_iter().filter_map(|item| decoder.text(item)).map(|text| text.value).collect()
        }
        _ => decoder.text(field).map(|text| text.value).into_iter().collect(),
    }
}

pub(super) fn set_template(config: &mut Config, path: &str) -> Result<(), String> {
    let is_outside =
        path.starts_with('/') || path.split('/').any(|part| matches!(part, ".." | "."));
    if is_outside {
        return Err(format!("`{path}` is not a path in the releases repository"));
    }
    config.mail.template = (!path.is_empty()).then(|| path.to_owned());
    Ok(())
}

pub(super) fn set_pre_releases(config: &mut Config, word: &str) -> Result<(), String> {
    let found = PreReleases::ALL.into_iter().find(|known| known.as_str() == word);
    config.mail.pre_releases =
        found.ok_or_else(|| format!("`{word}` is not one of `rc`, `all` and `none`"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::deliverable::Kind;

    fn described(name: &str, kind: Kind, series: &str) -> Described {
        Described {
            name: name.to_owned(),
            team: None,
            kind,
            model: None,
            series: series.to_owned(),
        }
    }

    #[test]
    fn the_first_entry_that_is_for_a_deliverable_says_who_hears_of_it() {
        let text = "mail:\n  to:\n    - all@x.org\n    - {for: {series: independent}, to: [ind@x.org, two@x.org]}\n    - {for: {type: library}, to: lib@x.org}\n    - {for: [puppet-*, kolla], to: tools@x.org}\n    - other@x.org\n";
        let (config, problems) = Config::read(text.as_bytes());
        assert_eq!(problems, []);
        let to = |name: &str, kind: Kind, series: &str| {
            let version = Version::new("1.0.0");
            config.mail.recipients(&described(name, kind, series), &version).join(" ")
        };
        assert_eq!(to("nova", Kind::Service, "hibiscus"), "all@x.org other@x.org");
        assert_eq!(to("reno", Kind::Library, "independent"), "ind@x.org two@x.org");
        assert_eq!(to("oslo.config", Kind::Library, "hibiscus"), "lib@x.org");
        assert_eq!(to("puppet-nova", Kind::Other, "hibiscus"), "tools@x.org");
        assert_eq!(config.mail.all_recipients().count(), 6);
    }

    #[test]
    fn a_mistake_in_the_recipients_is_shown_at_its_place() {
        let problems = |text: &str| {
            let found = Config::read(text.as_bytes()).1.into_iter();
            found.map(|one| format!("{} {}", one.place, one.message)).collect::<Vec<_>>()
        };
        let at = |entry: &str| problems(&format!("mail:\n  to:\n    - {entry}\n"));
        assert_eq!(at("{for: nova}"), ["3:8 an entry of `to` has no `to`"]);
        assert_eq!(at("{to: a@b.org}"), ["3:8 an entry of `to` has no `for`"]);
        assert!(at("{for: {tpye: library}, to: a@b.org}")[0].contains("unknown key `tpye`"));
        assert_eq!(at("[a]").len(), 1);
    }

    #[test]
    fn a_flag_names_the_recipients_of_everything() {
        let (mut config, _) = Config::read(b"mail: {to: [{for: nova, to: a@b.org}]}\n");
        config.set("mail.to", "c@d.org").unwrap();
        let nova = described("nova", Kind::Service, "x");
        assert_eq!(config.mail.recipients(&nova, &Version::new("1.0.0")), ["c@d.org"]);
    }

    #[test]
    fn candidates_are_announced_unless_the_site_says_otherwise() {
        let announced = |word: &str| {
            let mut config = Config::default();
            set_pre_releases(&mut config, word).unwrap();
            ["1.0.0", "1.0.0.0rc1", "1.0.0.0b1", "2026.1-eol"]
                .map(|version| config.mail.announces(&Version::new(version)))
        };
        assert_eq!(announced("rc"), [true, true, false, false]);
        assert_eq!(announced("all"), [true, true, true, false]);
        assert_eq!(announced("none"), [true, false, false, false]);
        assert!(set_pre_releases(&mut Config::default(), "beta").is_err());
    }

    #[test]
    fn the_end_of_a_branch_has_a_list_of_its_own_or_no_mail() {
        let (mut config, _) = Config::read(b"mail: {to: [all@x.org]}\n");
        let announced = |config: &Config| {
            ["2026.1-eom", "2026.1-eol", "2026.1-em", "2026.1-last"]
                .map(|version| config.mail.announces(&Version::new(version)))
        };
        assert_eq!(announced(&config), [false; 4]);
        config.set("mail.end-notices", "ends@x.org").unwrap();
        assert_eq!(announced(&config), [true, true, false, false]);
        let nova = described("nova", Kind::Service, "x");
        assert_eq!(config.mail.recipients(&nova, &Version::new("2026.1-eol")), ["ends@x.org"]);
        assert_eq!(config.mail.recipients(&nova, &Version::new("1.0.0")), ["all@x.org"]);
        assert_eq!(config.mail.all_recipients().count(), 2);
    }

    #[test]
    fn a_template_is_in_the_releases_repository() {
        for path in ["/etc/passwd", "../mail.j2", "a/../../b"] {
            assert!(set_template(&mut Config::default(), path).is_err(), "{path}");
        }
    }
}
