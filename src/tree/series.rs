//! `data/series_status.yaml`: the series, newest first.

use jiff::civil::Date;

use super::deliverable::Status;
use super::place::{Placed, Problem};
use super::yaml::{self, Decoder, Field};
use crate::version::{BranchKind, BranchNames};

/// The series of a releases repository, newest first, as the file lists them.
#[derive(Clone, Debug, Default)]
pub struct SeriesList {
    /// Newest first.
    pub all: Vec<Series>,
}

/// One series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Such as `hibiscus`; also the directory under `deliverables/`.
    pub name: Placed<String>,
    /// Such as `2026.2`; old series have none.
    pub release_id: Option<Placed<String>>,
    /// Its phase; `None` if unknown.
    pub status: Option<Placed<Status>>,
    /// Whether people may upgrade from it to the SLURP series after the next one.
    pub slurp: bool,
    /// The release day.
    pub initial_release: Option<Placed<Date>>,
    /// The next planned phase, and its date.
    pub next_phase: Option<NextPhase>,
    /// When it reached its end of life.
    pub eol_date: Option<Placed<Date>>,
    /// The key that signed its tags while it was in development.
    pub signing_key: Option<SigningKey>,
}

/// The next planned phase.
#[derive(Clone, Debug)]
pub struct NextPhase {
    /// The phase.
    pub status: Placed<Status>,
    /// Its date, if it is decided.
    pub date: Option<Placed<Date>>,
}

/// The signing key of a series.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Fingerprint in lower case hex.
    pub key: Placed<String>,
    /// First day.
    pub start: Option<Placed<Date>>,
    /// Last day; `None` for `present`.
    pub end: Option<Placed<Date>>,
}

impl SeriesList {
    /// The series called `name`.
    pub fn get(&self, name: &str) -> Option<&Series> {
        self.all.iter().find(|series| *series.name == name)
    }

    /// The series that a person means by `word`: its name or its release id, such as `2026.1`.
    pub fn meant(&self, word: &str) -> Option<&Series> {
        self.get(word).or_else(|| self.all.iter().find(|series| series.branch_id() == word))
    }

    /// The series in development.
    pub fn current(&self) -> Option<&Series> {
        self.all.iter().find(|series| series.is(Status::Development))
    }

    /// The series before `name`, newest first; empty if `name` is not a series.
    pub fn older_than(&self, name: &str) -> impl Iterator<Item = &Series> {
        self.all.iter().skip_while(move |series| *series.name != name).skip(1)
    }

    /// The series after `name`, newest first; empty if `name` is not a series.
    pub fn newer_than(&self, name: &str) -> impl Iterator<Item = &Series> {
        let newer = self.position(name).unwrap_or(0);
        self.all[..newer].iter()
    }

    /// The names of the `n` newest series, for messages.
    pub fn newest_names(&self, n: usize) -> String {
        let names: Vec<&str> = self.all.iter().take(n).map(|series| series.name.as_str()).collect();
        names.join(", ")
    }

    /// Whether `name` is closed: it has reached its end of life, or is older than the oldest series that has not.
    ///
    /// A name that is not a series is not closed.
    pub fn is_closed(&self, name: &str) -> bool {
        let oldest_open = self.all.iter().rposition(|series| !series.is(Status::EndOfLife));
        self.position(name).is_some_and(|position| {
            self.all[position].is(Status::EndOfLife)
                || oldest_open.is_none_or(|oldest| position > oldest)
        })
    }

    /// Whether the list says of `name` if it is a SLURP series: it is not older than the first one that is marked.
    pub fn knows_slurp(&self, name: &str) -> bool {
        let first = self.all.iter().rposition(|series| series.slurp);
        self.position(name).zip(first).is_some_and(|(own, first)| own <= first)
    }

    /// The same names and order without status: what a later list says about an earlier time.
    #[must_use]
    pub fn without_status(&self) -> Self {
        let forget = |series: &Series| Series { status: None, next_phase: None, ..series.clone() };
        Self { all: self.all.iter().map(forget).collect() }
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|series| *series.name == name)
    }
}

impl Series {
    /// The part of its branches and special versions that names it: the release id, or else the name.
    pub fn branch_id(&self) -> &str {
        self.release_id.as_ref().unwrap_or(&self.name)
    }

    /// Its branches, the one for its status first. Around a change of status, the other one may be the one that exists. Empty
    /// if the site has no such branches.
    pub fn branches(&self, names: &BranchNames) -> Vec<String> {
        let [first, second] = if self.is(Status::Unmaintained) {
            [BranchKind::Unmaintained, BranchKind::Stable]
        } else {
            [BranchKind::Stable, BranchKind::Unmaintained]
        };
        [first, second].iter().filter_map(|kind| names.name(*kind, self.branch_id())).collect()
    }

    /// Whether its status is known to be `status`.
    pub fn is(&self, status: Status) -> bool {
        self.status.as_ref().is_some_and(|known| known.value == status)
    }
}

/// The keys of a series.
pub const KEYS: &[&str] = &[
    "name",
    "release-id",
    "status",
    "slurp",
    "initial-release",
    "next-phase",
    "eol-date",
    "signing-key",
];

/// The keys of `next-phase`.
pub const NEXT_PHASE_KEYS: &[&str] = &["status", "date"];
/// The keys of `signing-key`.
pub const SIGNING_KEYS: &[&str] = &["key", "start", "end"];

/// Reads `data/series_status.yaml`, and collects its problems.
pub fn read(bytes: &[u8]) -> (SeriesList, Vec<Problem>) {
    let root = match yaml::parse(bytes) {
        Ok(Some(root)) => root,
        Ok(None) => return (SeriesList::default(), Vec::new()),
        Err(problem) => return (SeriesList::default(), vec![problem]),
    };
    let mut decoder = Decoder::default();
    let items = decoder.items(Field::root(&root));
    let all = items.filter_map(|item| one(&mut decoder, item)).collect();
    (SeriesList { all }, decoder.finish())
}

fn one(decoder: &mut Decoder, item: Field<'_>) -> Option<Series> {
    let fields = decoder.fields(item, KEYS)?;
    let name = decoder.require(&fields, "name", "<name>").and_then(|field| decoder.text(field));
    let status =
        decoder.require(&fields, "status", "development").and_then(|field| decoder.word(field));
    let release_id = fields.get("release-id").and_then(|field| decoder.text_or_number(field));
    // As the file writes booleans: the key of eleven years is read by YAML 1.1.
    let is_yes = |field: Field<'_>| ["yes", "true"].iter().any(|word| field.is_text(word));
    let slurp = fields.get("slurp").is_some_and(is_yes);
    let initial_release = fields.get("initial-release").and_then(|field| decoder.date(field));
    let next_phase = fields.get("next-phase").and_then(|field| next_phase(decoder, field));
    let eol_date = fields.get("eol-date").and_then(|field| decoder.date(field));
    let signing_key = fields.get("signing-key").and_then(|field| signing_key(decoder, field));
    Some(Series {
        name: name?,
        release_id,
        status,
        slurp,
        initial_release,
        next_phase,
        eol_date,
        signing_key,
    })
}

fn next_phase(decoder: &mut Decoder, field: Field<'_>) -> Option<NextPhase> {
    let fields = decoder.fields(field, NEXT_PHASE_KEYS)?;
    let status =
        decoder.require(&fields, "status", "development").and_then(|field| decoder.word(field));
    let date = fields.get("date").and_then(|field| decoder.date(field));
    Some(NextPhase { status: status?, date })
}

fn signing_key(decoder: &mut Decoder, field: Field<'_>) -> Option<SigningKey> {
    let fields = decoder.fields(field, SIGNING_KEYS)?;
    let key = decoder
        .require(&fields, "key", "<fingerprint>")
        .and_then(|field| decoder.text_or_number(field));
    let start = fields.get("start").and_then(|field| decoder.date(field));
    let end = fields.get("end").filter(|field| !field.is_text("present"));
    let end = end.and_then(|field| decoder.date(field));
    Some(SigningKey { key: key?.map(|key| key.to_ascii_lowercase()), start, end })
}

#[cfg(test)]
mod tests {
    use super::{BranchNames, Status, read};

    const LIST: &str = "---
- name: elder
  release-id: 2026.2
  status: development
  initial-release: 2026-09-30
  next-phase:
    status: maintained
    date: 2026-09-30
  signing-key:
    key: 30566C450E41D7C91E442DFB231F942F608DDEFF
    start: '2026-04-10'
    end: present
- name: birch
  release-id: 2025.1
  status: unmaintained
- name: aspen
  status: end of life
  eol-date: 2025-01-01
- name: acorn
  status: extended maintenance
- name: zed
  status: end of life
- name: yoga
  status: end of life
";

    #[test]
    fn a_series_is_found_by_its_name_or_its_release_id() {
        let (list, _) = read(LIST.as_bytes());
        let meant = |word| list.meant(word).map(|series| series.name.value.as_str());
        assert_eq!(meant("elder"), Some("elder"));
        assert_eq!(meant("2026.2"), Some("elder"));
        assert_eq!(meant("aspen"), Some("aspen"));
        assert_eq!(meant("2026.1"), None);
    }

    #[test]
    fn the_list_is_read_whole() {
        let (series, problems) = read(LIST.as_bytes());
        assert_eq!(problems, []);
        let branch = |series: &super::Series| series.branches(&BranchNames::default())[0].clone();
        let elder = series.current().unwrap();
        assert_eq!((elder.branch_id(), branch(elder).as_str()), ("2026.2", "stable/2026.2"));
        assert_eq!(branch(series.get("birch").unwrap()), "unmaintained/2025.1");
        assert_eq!(branch(series.get("aspen").unwrap()), "stable/aspen");
        let key = elder.signing_key.as_ref().unwrap();
        assert_eq!(*key.key, "30566c450e41d7c91e442dfb231f942f608ddeff");
        assert!(key.end.is_none() && key.start.is_some());
        assert_eq!(elder.next_phase.as_ref().unwrap().status.value, Status::Maintained);
    }

    #[test]
    fn order_is_the_order_of_the_file() {
        let (series, _) = read(LIST.as_bytes());
        let names = |found: Vec<&super::Series>| {
            found.iter().map(|s| s.name.value.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(series.older_than("aspen").collect()), ["acorn", "zed", "yoga"]);
        assert_eq!(names(series.newer_than("aspen").collect()), ["elder", "birch"]);
        assert_eq!(series.older_than("nobody").count() + series.newer_than("nobody").count(), 0);
        assert_eq!(series.newest_names(2), "elder, birch");
    }

    #[test]
    fn closed_is_what_has_ended_and_all_that_is_older_than_the_last_open_series() {
        let (series, _) = read(LIST.as_bytes());
        let closed: Vec<bool> = ["elder", "birch", "aspen", "acorn", "zed", "yoga", "nobody"]
            .map(|name| series.is_closed(name))
            .into();
        assert_eq!(closed, [false, false, true, false, true, true, false]);
        assert!(!series.without_status().is_closed("yoga"), "an unknown status closes nothing");
    }

    #[test]
    fn mistakes_are_named_at_their_place() {
        let (series, problems) =
            read(b"- name: elder\n  status: developement\n  eol-date: soon\n- status: future\n");
        assert_eq!(series.all.len(), 1);
        let found: Vec<String> =
            problems.iter().map(|p| format!("{} {}", p.place, p.message)).collect();
        assert_eq!(
            found,
            [
                "2:11 unknown value `developement` of `status`",
                "3:13 `eol-date` is not a date: `soon`",
                "4:3 an entry has no `name`",
            ]
        );
    }
}
