//! `release-policy.yaml`, as far as it sets the levels of rules.

use crate::tree::place::{Place, Problem, ProblemKind};
use crate::tree::yaml::{self, Content, Decoder, Field};

/// The levels that a site gives to rules, and who may override them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    rules: Vec<(String, RuleLevel)>,
    override_groups: Vec<String>,
}

const KEYS: &[&str] = &["rules", "overrides", "windows", "soak", "holds"];
/// Known, and refused for now.
const NOT_YET: &[&str] = &["windows", "soak", "holds"];

/// The level of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLevel {
    /// The level.
    pub level: PolicyLevel,
    /// Why; always there for `off`.
    pub reason: Option<String>,
    /// The deliverables it is for; all where it is empty.
    pub deliverables: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// A level that a policy can set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyLevel {
    /// Fails the check.
    Error,
    /// Does not.
    Warning,
    /// For information.
    Note,
    /// Not judged.
    Off,
}

impl PolicyLevel {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "error" => Some(Self::Error),
            "warning" => Some(Self::Warning),
            "note" => Some(Self::Note),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

impl Policy {
    /// Reads `release-policy.yaml`: what it says, and everything that is wrong with it.
    ///
    /// Windows, soak times and holds are not obeyed by this version: a policy with them is refused, so that nobody
    /// relies on a hold that holds nothing.
    pub fn read(bytes: &[u8]) -> (Self, Vec<Problem>) {
        let root = match yaml::parse(bytes) {
            Ok(Some(root)) => root,
            Ok(None) => return (Self::default(), Vec::new()),
            Err(problem) => return (Self::default(), vec![problem]),
        };
        let mut decoder = Decoder::default();
        let mut policy = Self::default();
        policy.take(&mut decoder, Field::root(&root));
        (policy, decoder.finish())
    }

    fn take(&mut self, decoder: &mut Decoder, root: Field<'_>) {
        let Some(fields) = decoder.fields(root, KEYS) else { return };
        for field in NOT_YET.iter().filter_map(|later| fields.get(later)) {
            let help = "take it out: nothing would be held because of it".to_owned();
            let message = format!("`{}` is not obeyed by this version", field.name());
            decoder.problem(field.node.head(), message, Some(help));
        }
        if let Some(rules) = fields.get("rules") {
            self.take_rules(decoder, rules);
        }
        let overrides = fields.get("overrides").and_then(|field| decoder.fields(field, &["who"]));
        if let Some(who) = overrides.and_then(|fields| fields.get("who")) {
            let groups = decoder.items(who).filter_map(|item| decoder.text(item));
            self.override_groups = groups.map(|group| group.value).collect();
        }
    }

    fn take_rules(&mut self, decoder: &mut Decoder, rules: Field<'_>) {
        for entry in decoder.entries(rules).into_iter().flatten() {
            if let Some(level) = rule_level(decoder, Field::of(entry)) {
                self.rules.push((entry.key.value.clone(), level));
            }
        }
    }

    /// The level of `rule` for a deliverable; `None` where the policy says nothing.
    pub fn level_of(&self, rule: &str, deliverable: Option<&str>) -> Option<PolicyLevel> {
        let (_, set) = self.rules.iter().find(|(id, _)| id == rule)?;
        let is_meant = set.deliverables.is_empty()
            || deliverable.is_some_and(|name| set.deliverables.iter().any(|one| one == name));
        is_meant.then_some(set.level)
    }

    /// The groups whose vote makes an override valid; any, where it is empty.
    pub fn override_groups(&self) -> &[String] {
        &self.override_groups
    }

    /// Problems of rules that `is_rule` does not know.
    pub fn unknown_rules(&self, is_rule: impl Fn(&str) -> bool) -> Vec<Problem> {
        let unknown = self.rules.iter().filter(|(id, _)| !is_rule(id));
        let problem = |(id, set): &(String, RuleLevel)| Problem {
            kind: ProblemKind::Shape,
            place: set.place,
            message: format!("`{id}` is no rule"),
            help: Some("`tagkeeper rules` lists them".to_owned()),
        };
        unknown.map(problem).collect()
    }
}

/// A word, or a mapping with the level, the reason and those it is for.
fn rule_level(decoder: &mut Decoder, field: Field<'_>) -> Option<RuleLevel> {
    let place = field.node.place;
    if !matches!(field.node.content, Content::Mapping(_)) {
        let level = level(decoder, field, None)?;
        return Some(RuleLevel { level, reason: None, deliverables: Vec::new(), place });
    }
    let fields = decoder.fields(field, &["level", "reason", "for"])?;
    let reason = fields.get("reason").and_then(|reason| decoder.text(reason));
    let reason = reason.map(|reason| reason.value);
    let level =
        decoder.require(&fields, "level").and_then(|word| level(decoder, word, reason.as_deref()));
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
        decoder.problem(word.place, format!("`{}` is no level", *word), Some(help));
        return None;
    };
    if level == PolicyLevel::Off && reason.is_none_or(|reason| reason.trim().is_empty()) {
        let help = "write `{level: off, reason: …}`".to_owned();
        decoder.problem(word.place, "a rule is switched off with a reason".to_owned(), Some(help));
        return None;
    }
    Some(level)
}

/// The deliverables of `for`; an empty list would otherwise be read as all of them.
fn names_in(decoder: &mut Decoder, field: Field<'_>) -> Option<Vec<String>> {
    let names: Vec<Option<String>> =
        decoder.items(field).map(|name| Some(decoder.text(name)?.value)).collect();
    if names.is_empty() && matches!(field.node.content, Content::Sequence(_)) {
        let help = "name deliverables, or take it out to mean all".to_owned();
        decoder.problem(field.node.place, "`for` names nobody".to_owned(), Some(help));
    }
    names.into_iter().collect::<Option<Vec<_>>>().filter(|names| !names.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_hold_for_those_they_name() {
        let text = b"rules:\n  a: warning\n  b: {level: off, reason: generated, for: [kolla]}\n";
        let (policy, problems) = Policy::read(text);
        assert_eq!(problems, []);
        assert_eq!(policy.level_of("a", None), Some(PolicyLevel::Warning));
        assert_eq!(policy.level_of("b", Some("kolla")), Some(PolicyLevel::Off));
        assert_eq!(policy.level_of("b", Some("nova")), None);
        assert_eq!(policy.unknown_rules(|id| id == "a").len(), 1);
    }

    #[test]
    fn off_wants_a_reason_and_a_hold_is_not_ignored() {
        let messages =
            |text: &[u8]| Policy::read(text).1.into_iter().map(|p| p.message).collect::<Vec<_>>();
        assert_eq!(messages(b"rules:\n  a: off\n"), ["a rule is switched off with a reason"]);
        assert_eq!(
            messages(b"holds:\n  - status: red\n"),
            ["`holds` is not obeyed by this version"]
        );
        assert_eq!(messages(b"rules:\n  a: loud\n"), ["`loud` is no level"]);
    }

    #[test]
    fn a_level_for_nobody_is_no_level_for_all() {
        let text = b"rules:\n  a: {level: note, for: []}\n  b: {level: note, for: kolla}\n";
        let (policy, problems) = Policy::read(text);
        assert_eq!(problems.len(), 2);
        assert_eq!((policy.level_of("a", Some("kolla")), policy.level_of("b", None)), (None, None));
    }

    #[test]
    fn those_who_may_override_are_read() {
        let (policy, problems) = Policy::read(b"overrides:\n  who: [release-managers]\n");
        assert_eq!(
            (policy.override_groups(), problems),
            (&["release-managers".to_owned()][..], Vec::new())
        );
        assert_eq!(Policy::read(b"overrides:\n  whom: [a]\n").1.len(), 1);
    }
}
