//! Whom an entry of the policy is about.

use wildmatch::WildMatch;

use crate::tree::deliverable::{Deliverable, Kind, Model};
use crate::tree::file::FilePath;
use crate::tree::place::Placed;
use crate::tree::series::SeriesList;
use crate::tree::yaml::{Content, Decoder, Field, Fields, Word};

/// The keys by which an entry says whom it is about.
pub(super) const KEYS: &[&str] = &["deliverables", "team", "type", "model", "series"];

/// Whom an entry is about: those who meet all its conditions; without one, everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// Names or globs (`*`, `?`).
    pub deliverables: Option<Vec<Placed<String>>>,
    /// Teams, as files name them.
    pub teams: Option<Vec<Placed<String>>>,
    /// Types.
    pub kinds: Option<Vec<Placed<Kind>>>,
    /// Release models.
    pub models: Option<Vec<Placed<Model>>>,
    /// Names of series, or `independent`.
    pub series: Option<Vec<Placed<String>>>,
}

/// A deliverable of a series, as far as entries of a policy look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// Its team.
    pub team: Option<String>,
    /// Its type, defaults applied.
    pub kind: Kind,
    /// Its model, defaults applied.
    pub model: Option<Model>,
    /// The series, or `independent`.
    pub series: String,
}

impl Described {
    /// The deliverable of a file.
    pub fn of(deliverable: &Deliverable, path: &FilePath) -> Self {
        Self {
            name: path.name().to_owned(),
            team: deliverable.team.as_ref().map(|team| team.value.clone()),
            kind: deliverable.effective_kind(path),
            model: deliverable.effective_model(path),
            series: path.series().to_owned(),
        }
    }
}

impl Who {
    /// The keys by which an entry says whom it is about.
    pub(in crate::config) const KEYS: &'static [&'static str] = KEYS;

    /// Without any condition.
    pub(super) fn everybody() -> Self {
        Self::default()
    }

    /// Reads the conditions of an entry. One with a mistake is left out, so that what is read covers at least those who
    /// were meant.
    pub(in crate::config) fn read(decoder: &mut Decoder, fields: &Fields<'_>) -> Self {
        let mut texts = |key| fields.get(key).and_then(|field| list(decoder, field, Decoder::text));
        let (deliverables, teams, series) = (texts("deliverables"), texts("team"), texts("series"));
        let kinds = fields.get("type").and_then(|field| words(decoder, field));
        let models = fields.get("model").and_then(|field| words(decoder, field));
        Self { deliverables, teams, kinds, models, series }
    }

    /// Whether it is about everybody, as one without conditions is.
    pub(super) fn covers_all(&self) -> bool {
        *self == Self::everybody()
    }

    /// Whether it is about `one`.
    pub fn covers(&self, one: &Described) -> bool {
        let among = |names: &Option<Vec<Placed<String>>>, name: Option<&str>| {
            names
                .as_ref()
                .is_none_or(|names| names.iter().any(|wanted| name == Some(wanted.as_str())))
        };
        let is_named =
            |names: &Vec<Placed<String>>| names.iter().any(|glob| is_match(glob, &one.name));
        self.deliverables.as_ref().is_none_or(is_named)
            && among(&self.teams, one.team.as_deref())
            && among(&self.series, Some(&one.series))
            && self
                .kinds
                .as_ref()
                .is_none_or(|kinds| kinds.iter().any(|kind| kind.value == one.kind))
            && self
                .models
                .as_ref()
                .is_none_or(|models| models.iter().any(|model| Some(model.value) == one.model))
    }

    /// Takes out the condition in which a name is borne by none of `files` and no series: the name, if there is one.
    pub(super) fn widen(
        &mut self,
        files: &[FilePath],
        series: &SeriesList,
    ) -> Option<Placed<String>> {
        let is_lost =
            |glob: &&Placed<String>| !files.iter().any(|file| is_match(glob, file.name()));
        if let Some(lost) = self.deliverables.iter().flatten().find(is_lost).cloned() {
            self.deliverables = None;
            return Some(lost);
        }
        let is_lost = |name: &&Placed<String>| {
            series.get(name).is_none() && !files.iter().any(|file| file.series() == name.as_str())
        };
        let lost = self.series.iter().flatten().find(is_lost).cloned()?;
        self.series = None;
        Some(lost)
    }

    /// The names in it that nothing of `known` bears.
    pub(super) fn matching_nothing(
        &self,
        known: &[Described],
        is_series: &dyn Fn(&str) -> bool,
    ) -> Vec<&Placed<String>> {
        let lost = |name: &&Placed<String>, bears: fn(&Described, &str) -> bool| {
            !known.iter().any(|one| bears(one, name))
        };
        let names = self.deliverables.iter().flatten();
        let deliverables = names.filter(|name| lost(name, |one, glob| is_match(glob, &one.name)));
        let names = self.teams.iter().flatten();
        let teams = names.filter(|name| lost(name, |one, team| one.team.as_deref() == Some(team)));
        let names = self.series.iter().flatten();
        let series =
            names.filter(|name| !is_series(name) && lost(name, |one, series| one.series == series));
        deliverables.chain(teams).chain(series).collect()
    }
}

/// Whether a name matches a glob.
pub(super) fn is_match(glob: &str, name: &str) -> bool {
    WildMatch::new(glob).matches(name)
}

/// One value or a list of them; `None` when any of them cannot be read.
fn list<T>(
    decoder: &mut Decoder,
    field: Field<'_>,
    read: fn(&mut Decoder, Field<'_>) -> Option<Placed<T>>,
) -> Option<Vec<Placed<T>>> {
    if !matches!(field.node.content, Content::Sequence(_)) {
        return read(decoder, field).map(|one| vec![one]);
    }
    let items: Vec<Field<'_>> = decoder.items(field).collect();
    if items.is_empty() {
        let help = "name somebody, or remove it to mean all".to_owned();
        decoder.problem(field.node.place, format!("`{}` is empty", field.name()), Some(help));
        return None;
    }
    let read: Vec<Option<Placed<T>>> = items.into_iter().map(|item| read(decoder, item)).collect();
    read.into_iter().collect()
}

fn words<W: Word>(decoder: &mut Decoder, field: Field<'_>) -> Option<Vec<Placed<W>>> {
    list(decoder, field, Decoder::word)
}

#[cfg(test)]
mod tests {
    use super::{Described, Who};
    use crate::config::Policy;
    use crate::tree::deliverable::{Kind, Model};

    fn rose() -> Described {
        Described {
            name: "rose-bush".to_owned(),
            team: Some("florists".to_owned()),
            kind: Kind::Library,
            model: Some(Model::CycleWithIntermediary),
            series: "orchid".to_owned(),
        }
    }

    fn who(conditions: &str) -> Who {
        let text = format!("holds:\n  - {{status: red, reason: x, scope: {{{conditions}}}}}\n");
        let (policy, problems) = Policy::read(text.as_bytes());
        assert_eq!(problems, [], "{conditions}");
        policy.holds[0].who.clone()
    }

    #[test]
    fn all_conditions_hold_at_the_same_time_and_any_value_of_each() {
        for yes in [
            "",
            "deliverables: [lily, 'rose*']",
            "deliverables: rose-bus?",
            "team: florists",
            "type: [service, library]",
            "model: cycle-with-intermediary, series: [orchid]",
        ] {
            assert!(who(yes).covers(&rose()), "{yes}");
        }
        for no in
            ["deliverables: rose", "team: porters", "type: service", "team: florists, series: lily"]
        {
            assert!(!who(no).covers(&rose()), "{no}");
        }
    }

    #[test]
    fn a_condition_that_cannot_be_read_narrows_nothing() {
        let text = "holds:\n  - {status: red, reason: x, scope: {type: [library, libary], series: lily}}\n";
        let (policy, problems) = Policy::read(text.as_bytes());
        assert_eq!(problems[0].message, "unknown value `libary` in `type`");
        let who = &policy.broken[0].who;
        assert!(who.kinds.is_none() && who.series.is_some());
    }
}
