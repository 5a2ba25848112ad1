//! `release-policy.yaml`: levels of rules, windows, soak times, holds, and who may override.
//!
//! A mistake in it is reported at its place and the rest is obeyed. What a mistake may have held is held: a window, soak time
//! or hold that cannot be read is kept as a [`Broken`] entry, and holds whatever it may have been about.

mod constraints;
mod downstream;
mod follow_up;
mod hold;
mod hours;
mod levels;
mod overrides;
mod replacement;
mod schema;
mod soak;
mod urgent;
mod who;
mod window;

pub use constraints::ConstraintDays;
pub use downstream::{Downstream, Job};
pub use follow_up::{BuiltIn, Find, FollowUp, Matches, On};
pub use hold::{Hold, HoldStatus};
pub use hours::{Day, Hours};
pub use levels::{PolicyLevel, RuleLevel};
use overrides::Grant;
pub use overrides::Voters;
pub use replacement::Piece;
pub use schema::policy as policy_schema;
pub(super) use schema::who_key;
pub use soak::Soak;
pub use urgent::Urgent;
pub use who::{Described, Who};
pub use window::{OnCall, Window};

use crate::tree::file::FilePath;
use crate::tree::place::{Place, Problem, ProblemKind};
use crate::tree::record::Record;
use crate::tree::snapshot::ReadError;
use crate::tree::yaml::{self, Decoder, Field, Node};

/// Name of the policy at the top of the releases repository.
pub const POLICY: &str = "release-policy.yaml";

/// What a site decides about its releases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    rules: Vec<(String, RuleLevel)>,
    grants: Option<Vec<Grant>>,
    override_mistake: Option<String>,
    /// When the tags of whom may be cut. All that cover a deliverable must be open.
    pub windows: Vec<Window>,
    /// How old commits must be.
    pub soak: Vec<Soak>,
    /// What is stopped, and why.
    pub holds: Vec<Hold>,
    /// The changes of teams that follow a new branch.
    pub follow_ups: Vec<FollowUp>,
    /// Who builds on deliverables.
    pub downstream: Vec<Downstream>,
    /// The releases that wait no longer.
    pub urgent: Vec<Urgent>,
    /// How long the constraints may lack a release.
    pub constraints: ConstraintDays,
    /// What could not be read and may have held something.
    pub broken: Vec<Broken>,
}

/// What an entry of the policy makes wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holding {
    /// A window.
    Window,
    /// A soak time.
    Soak,
    /// A hold; also an entry that cannot be read.
    Hold,
}

/// An entry that could not be read: it holds whatever it may cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub place: Place,
    /// What it was to be.
    pub holding: Holding,
    /// What is wrong with it.
    pub message: String,
    /// Whom it may cover: at least those whom it was to cover.
    pub who: Who,
}

impl Broken {
    /// Where it is and what it may be, such as `release-policy.yaml:4:5 cannot be read and may be a hold`.
    pub fn suspicion(&self) -> String {
        let what = match self.holding {
            Holding::Window => "a window",
            Holding::Soak => "a soak time",
            Holding::Hold => "a hold",
        };
        format!("{POLICY}:{} cannot be read and may be {what}", self.place)
    }
}

const KEYS: &[&str] = &[
    "rules",
    "overrides",
    "windows",
    "soak",
    "holds",
    "urgent",
    "follow-ups",
    "downstream",
    "constraint-behind",
];

/// The entries of a list that have no mistake. What a mistaken one would do or lift is neither done nor lifted.
fn without_mistakes<T>(
    decoder: &mut Decoder,
    list: Option<Field<'_>>,
    read: fn(&mut Decoder, Field<'_>) -> Option<T>,
) -> Vec<T> {
    let Some(list) = list else { return Vec::new() };
    let items: Vec<Field<'_>> = decoder.items(list).collect();
    decoder.take_note();
    let one = |item| {
        let entry = read(decoder, item);
        entry.filter(|_| decoder.take_note().is_empty())
    };
    items.into_iter().filter_map(one).collect()
}

impl Policy {
    /// Reads `release-policy.yaml`: what it says, and everything that is wrong with it.
    pub fn read(bytes: &[u8]) -> (Self, Vec<Problem>) {
        let mut policy = Self::default();
        let root = match yaml::parse(bytes) {
            Ok(Some(root)) => root,
            Ok(None) => return (policy, Vec::new()),
            Err(problem) => {
                policy.holds_all(problem.place, problem.message.clone());
                return (policy, vec![problem]);
            }
        };
        let mut decoder = Decoder::default();
        policy.take(&mut decoder, &root);
        (policy, decoder.finish())
    }

    /// The policy of `record`, with its mistakes. A hold that names a deliverable or series which the record does not have
    /// counts as one with a mistake: whom the misspelt name was to stop, nobody knows.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub fn of(record: &Record) -> Result<(Self, Vec<Problem>), ReadError> {
        let Some(bytes) = record.bytes(POLICY)? else {
            return Ok((Self::default(), Vec::new()));
        };
        let (mut policy, problems) = Self::read(&bytes);
        if policy.holds.is_empty() {
            return Ok((policy, problems));
        }
        let paths = record.paths()?;
        let files: Vec<FilePath> =
            paths.iter().filter_map(|path| FilePath::parse(path).ok()).collect();
        for mut hold in std::mem::take(&mut policy.holds) {
            match hold.who.widen(&files, record.series()) {
                None => policy.holds.push(hold),
                Some(name) => policy.broken.push(Broken {
                    place: name.place,
                    holding: Holding::Hold,
                    message: format!("`{}` matches nothing in the releases repository", name.value),
                    who: hold.who,
                }),
            }
        }
        Ok((policy, problems))
    }

    fn take(&mut self, decoder: &mut Decoder, root: &Node) {
        let Some(fields) = decoder.fields(Field::root(root), KEYS) else {
            return self.holds_all(root.head(), "it is not a mapping".to_owned());
        };
        // A misspelled `holds` must not set free what it was to hold.
        let unknown = decoder.take_note().into_iter();
        unknown.for_each(|problem| self.holds_all(problem.place, problem.message));
        if let Some(rules) = fields.get("rules") {
            self.take_rules(decoder, rules);
        }
        decoder.take_note();
        self.grants = fields.get("overrides").map(|field| overrides::read(decoder, field));
        // Who may override is not known then, which is not the same as everybody.
        self.override_mistake = decoder.take_note().first().map(|problem| {
            format!("{POLICY}:{} has a mistake: {}", problem.place, problem.message)
        });
        let of = |key| fields.get(key);
        self.windows = self.entries(decoder, of("windows"), Holding::Window, window::read);
        self.soak = self.entries(decoder, of("soak"), Holding::Soak, soak::read);
        self.holds = self.entries(decoder, of("holds"), Holding::Hold, hold::read);
        self.take_follow_ups(decoder, of("follow-ups"));
        self.urgent = without_mistakes(decoder, of("urgent"), urgent::read);
        self.take_downstream(decoder, of("downstream"));
        let days = of("constraint-behind").map(|field| constraints::read(decoder, field));
        self.constraints = days.unwrap_or_default();
        decoder.take_note();
    }

    fn take_follow_ups(&mut self, decoder: &mut Decoder, list: Option<Field<'_>>) {
        let Some(list) = list else { return };
        let items: Vec<Field<'_>> = decoder.items(list).collect();
        decoder.take_note();
        for item in items {
            let entry = follow_up::read(decoder, item, &self.follow_ups);
            self.follow_ups.extend(entry.filter(|_| decoder.take_note().is_empty()));
        }
    }

    /// A mistake here is shown and holds nothing: these entries never hold anything.
    fn take_downstream(&mut self, decoder: &mut Decoder, list: Option<Field<'_>>) {
        let Some(list) = list else { return };
        let items: Vec<Field<'_>> = decoder.items(list).collect();
        self.downstream =
            items.into_iter().filter_map(|item| downstream::read(decoder, item)).collect();
        decoder.take_note();
    }

    /// The entries of a list; one with any mistake goes to the broken ones.
    fn entries<T>(
        &mut self,
        decoder: &mut Decoder,
        list: Option<Field<'_>>,
        holding: Holding,
        read: fn(&mut Decoder, Field<'_>, &mut Who) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        let Some(list) = list else { return found };
        let items: Vec<Field<'_>> = decoder.items(list).collect();
        if let Some(problem) = decoder.take_note().into_iter().next() {
            self.broken.push(Broken {
                place: problem.place,
                holding,
                message: problem.message,
                who: Who::everybody(),
            });
        }
        for item in items {
            let mut who = Who::everybody();
            let entry = read(decoder, item, &mut who);
            match (entry, decoder.take_note().into_iter().next()) {
                (Some(entry), None) => found.push(entry),
                (_, problem) => {
                    let message = problem
                        .map_or_else(|| "it cannot be read".to_owned(), |problem| problem.message);
                    self.broken.push(Broken { place: item.node.place, holding, message, who });
                }
            }
        }
        found
    }

    fn holds_all(&mut self, place: Place, message: String) {
        self.broken.push(Broken { place, holding: Holding::Hold, message, who: Who::everybody() });
    }

    /// Why it is not known who may override, where `overrides` has a mistake.
    pub fn override_mistake(&self) -> Option<&str> {
        self.override_mistake.as_deref()
    }

    /// Problems of rules that `is_rule` does not know.
    pub fn unknown_rules(&self, is_rule: impl Fn(&str) -> bool) -> Vec<Problem> {
        let granted = self.unknown_granted(&is_rule);
        let unknown = self.rules.iter().filter(|(id, _)| !is_rule(id));
        let problem = |(id, set): &(String, RuleLevel)| Problem {
            kind: ProblemKind::Shape,
            place: set.place,
            message: format!("`{id}` is not a rule, so this level has no effect"),
            help: Some("`tagkeeper rules` lists them".to_owned()),
            fix: None,
        };
        unknown.map(problem).chain(granted).collect()
    }

    /// Problems of entries that are about none of `known`: a misspelled name holds nothing.
    ///
    /// `is_series` knows the series, also those that have no files yet.
    pub fn unused(&self, known: &[Described], is_series: impl Fn(&str) -> bool) -> Vec<Problem> {
        let whos = self.windows.iter().map(|window| (window.place, "window", &window.who));
        let whos = whos.chain(self.soak.iter().map(|soak| (soak.place, "soak time", &soak.who)));
        let whos = whos.chain(self.holds.iter().map(|hold| (hold.place, "hold", &hold.who)));
        let mut found: Vec<Problem> = Vec::new();
        for (place, what, who) in whos {
            let lost = who.matching_nothing(known, &is_series);
            found.extend(lost.iter().map(|name| Problem {
                kind: ProblemKind::Shape,
                place: name.place,
                message: format!("`{}` matches nothing in the releases repository", name.value),
                help: Some("write the name as the files do, or remove it".to_owned()),
                fix: None,
            }));
            let is_of_series = who.series.is_some();
            if lost.is_empty() && !is_of_series && !known.iter().any(|one| who.covers(one)) {
                found.push(Problem {
                    kind: ProblemKind::Shape,
                    place,
                    message: format!("this {what} covers no deliverable"),
                    help: Some("a deliverable must meet all its conditions: remove one".to_owned()),
                    fix: None,
                });
            }
        }
        found.extend(self.unused_levels(known));
        found
    }
}
