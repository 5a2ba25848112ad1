//! The levels that a policy sets.

use super::who::is_match;
use super::{Described, Policy};
use crate::tree::place::{Place, Problem, ProblemKind};
use crate::tree::words::words;
use crate::tree::yaml::{Content, Decoder, Field};

/// The level of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLevel {
    /// The level.
    pub level: PolicyLevel,
    /// Why; always there for `off`.
    pub reason: Option<String>,
    /// The deliverables it is for, as globs; all where it is empty.
    pub deliverables: Vec<String>,
    /// Where it is in the file.
    pub place: Place,
}

impl RuleLevel {
    /// Whether it is for that deliverable; `None` is a file that names none.
    pub fn covers(&self, deliverable: Option<&str>) -> bool {
        self.deliverables.is_empty()
            || deliverable
                .is_some_and(|name| self.deliverables.iter().any(|glob| is_match(glob, name)))
    }
}

words! {
    /// A level that a policy can set.
    PolicyLevel {
        /// Fails the check.
        Error = "error",
        /// Does not.
        Warning = "warning",
        /// For information.
        Note = "note",
        /// Not judged.
        Off = "off",
    }
}

/// The keys of a level that is more than a word.
pub(super) const KEYS: &[&str] = &["level", "reason", "for"];

impl Policy {
    pub(super) fn take_rules(&mut self, decoder: &mut Decoder, rules: Field<'_>) {
        for entry in decoder.entries(rules).into_iter().flatten() {
            if let Some(level) = rule_level(decoder, Field::of(entry)) {
                self.rules.push((entry.key.value.clone(), level));
            }
        }
    }

    /// The level of `rule` for a deliverable; `None` where the policy says nothing.
    pub fn level_of(&self, rule: &str, deliverable: Option<&str>) -> Option<PolicyLevel> {
        let (_, set) = self.rules.iter().find(|(id, _)| id == rule)?;
        set.covers(deliverable).then_some(set.level)
    }

    /// The rules whose level is set, in the order of the file.
    pub fn levels(&self) -> impl Iterator<Item = (&str, &RuleLevel)> {
        self.rules.iter().map(|(id, set)| (id.as_str(), set))
    }

    /// Problems of levels for deliverables that are none of `known`.
    pub(super) fn unused_levels(&self, known: &[Described]) -> Vec<Problem> {
        let is_known = |glob: &str| known.iter().any(|one| is_match(glob, &one.name));
        let problem = |set: &RuleLevel, name: &str| Problem {
            kind: ProblemKind::Shape,
            place: set.place,
            message: format!("`for` names `{name}`, which matches no deliverable"),
            help: Some("use the name of its file".to_owned()),
            fix: None,
        };
        let levels = self.rules.iter().map(|(_, set)| set);
        levels
            .flat_map(|set| set.deliverables.iter().map(move |name| (set, name)))
            .filter(|(_, name)| !is_known(name))
            .map(|(set, name)| problem(set, name))
            .collect()
    }
}

/// A word, or a mapping with the level, the reason and those it is for.
fn rule_level(decoder: &mut Decoder, field: Field<'_>) -> Option<RuleLevel> {
    let place = field.node.place;
    if !matches!(field.node.content, Content::Mapping(_)) {
        let level = level(decoder, field, None)?;
        return Some(RuleLevel { level, reason: None, deliverables: Vec::new(), place });
    }
    let fields = decoder.fields(field, KEYS)?;
    let reason = fields.get("reason").and_then(|reason| decoder.text(reason));
    let reason = reason.map(|reason| reason.value);
    let level = decoder
        .require(&fields, "level", "warning")
        .and_then(|word| level(decoder, word, reason.as_deref()));
    let deliverables = match fields.get("for") {
        Some(names) => names_in(decoder, names)?,
        None => Vec::new(),
    };
    Some(RuleLevel { level: level?, reason, deliverables, place })
}

fn level(decoder: &mut Decoder, field: Field<'_>, reason: Option<&str>) -> Option<PolicyLevel> {
    let word = decoder.text(field)?;
    let Some(level) = PolicyLevel::from_word(&word) else {
        let help = "one of: error, warning, note, off".to_owned();
        decoder.problem(word.place, format!("`{}` is not a level", *word), Some(help));
        return None;
    };
    if level == PolicyLevel::Off && reason.is_none_or(|reason| reason.trim().is_empty()) {
        let help = "write `{level: off, reason: …}`".to_owned();
        decoder.problem(
            word.place,
            "a rule can only be switched off with a reason".to_owned(),
            Some(help),
        );
        return None;
    }
    Some(level)
}

/// The deliverables of `for`; an empty list would otherwise be read as all of them.
fn names_in(decoder: &mut Decoder, field: Field<'_>) -> Option<Vec<String>> {
    let names: Vec<Option<String>> =
        decoder.items(field).map(|name| Some(decoder.text(name)?.value)).collect();
    if names.is_empty() && matches!(field.node.content, Content::Sequence(_)) {
        let help = "name deliverables, or remove it to mean all".to_owned();
        decoder.problem(field.node.place, "`for` is empty".to_owned(), Some(help));
    }
    names.into_iter().collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_hold_for_those_they_name() {
        let text =
            b"rules:\n  a: warning\n  b: {level: off, reason: generated, for: [kolla, puppet-*]}\n";
        let (policy, problems) = Policy::read(text);
        assert_eq!(problems, []);
        assert_eq!(policy.level_of("a", None), Some(PolicyLevel::Warning));
        assert_eq!(policy.level_of("b", Some("kolla")), Some(PolicyLevel::Off));
        assert_eq!(policy.level_of("b", Some("puppet-nova")), Some(PolicyLevel::Off));
        assert_eq!(policy.level_of("b", Some("nova")), None);
        assert_eq!(policy.level_of("b", None), None);
        assert_eq!(policy.unknown_rules(|id| id == "a").len(), 1);
    }

    #[test]
    fn off_wants_a_reason() {
        let messages =
            |text: &[u8]| Policy::read(text).1.into_iter().map(|p| p.message).collect::<Vec<_>>();
        assert_eq!(
            messages(b"rules:\n  a: off\n"),
            ["a rule can only be switched off with a reason"]
        );
        assert_eq!(messages(b"rules:\n  a: loud\n"), ["`loud` is not a level"]);
    }

    #[test]
    fn a_level_for_nobody_is_no_level_for_all() {
        let text = b"rules:\n  a: {level: note, for: []}\n  b: {level: note, for: kolla}\n";
        let (policy, problems) = Policy::read(text);
        assert_eq!(problems.len(), 2);
        assert_eq!((policy.level_of("a", Some("kolla")), policy.level_of("b", None)), (None, None));
    }
}
