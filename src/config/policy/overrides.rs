//! Whose vote makes an override valid, by rule and deliverable.

use super::Policy;
use super::who::{self, Described, Who};
use crate::tree::place::{Place, Problem, ProblemKind};
use crate::tree::yaml::{Content, Decoder, Field, Fields};

/// The keys of an entry, beside those that say whom it is about.
pub(super) const KEYS: &[&str] = &["rules", "who"];

/// Groups whose vote makes overrides valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// Of these rules, each with its place; of all of them without a list.
    rules: Option<Vec<(String, Place)>>,
    /// For these deliverables.
    about: Who,
    groups: Vec<String>,
}

/// Whose vote makes an override valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Voters {
    /// The policy does not say: the merge is the approval.
    Anybody,
    /// A member of one of these groups.
    Groups(Vec<String>),
    /// The policy says for whom and for what there may be overrides, and this is nothing of that.
    Nobody,
}

impl Policy {
    /// Whose vote makes an override of `rule` for `who` valid: of all entries that cover both. A file that is no deliverable is
    /// `None`, and only entries without conditions cover it.
    pub fn voters(&self, rule: &str, who: Option<&Described>) -> Voters {
        let Some(grants) = &self.grants else { return Voters::Anybody };
        let covers = |grant: &&Grant| {
            let rules = grant.rules.as_ref();
            rules.is_none_or(|rules| rules.iter().any(|(id, _)| id == rule))
                && who.map_or_else(|| grant.about.covers_all(), |who| grant.about.covers(who))
        };
        let mut groups: Vec<String> = Vec::new();
        for group in grants.iter().filter(covers).flat_map(|grant| &grant.groups) {
            if !groups.contains(group) {
                groups.push(group.clone());
            }
        }
        if groups.is_empty() { Voters::Nobody } else { Voters::Groups(groups) }
    }

    /// Problems of entries for rules that `is_rule` does not know.
    pub(super) fn unknown_granted(&self, is_rule: impl Fn(&str) -> bool) -> Vec<Problem> {
        let rules = self.grants.iter().flatten().filter_map(|grant| grant.rules.as_ref()).flatten();
        let unknown = rules.filter(|(id, _)| !is_rule(id));
        let problem = |(id, place): &(String, Place)| Problem {
            kind: ProblemKind::Shape,
            place: *place,
            message: format!("`{id}` is not a rule, so nobody can override it"),
            help: Some("`tagkeeper rules` lists them".to_owned()),
            fix: None,
        };
        unknown.map(problem).collect()
    }
}

/// Reads `overrides`: one entry, or a list of them.
pub(super) fn read(decoder: &mut Decoder, field: Field<'_>) -> Vec<Grant> {
    if !matches!(field.node.content, Content::Sequence(_)) {
        return entry(decoder, field).into_iter().collect();
    }
    let items: Vec<Field<'_>> = decoder.items(field).collect();
    items.into_iter().filter_map(|item| entry(decoder, item)).collect()
}

fn entry(decoder: &mut Decoder, item: Field<'_>) -> Option<Grant> {
    let fields = decoder.fields(item, &[KEYS, who::KEYS].concat())?;
    let about = Who::read(decoder, &fields);
    let rules = fields.get("rules").map(|list| {
        texts(decoder, list).into_iter().map(|text| (text.value, text.place)).collect()
    });
    let groups = groups(decoder, &fields)?;
    Some(Grant { rules, about, groups })
}

fn groups(decoder: &mut Decoder, fields: &Fields<'_>) -> Option<Vec<String>> {
    let who = decoder.require(fields, "who", "[<name>]")?;
    let found = texts(decoder, who);
    if found.is_empty() {
        let help = "name groups, or take `overrides` out to let any vote do".to_owned();
        decoder.problem(who.node.place, "`who` is empty".to_owned(), Some(help));
    }
    Some(found.into_iter().map(|group| group.value).collect())
}

fn texts(decoder: &mut Decoder, list: Field<'_>) -> Vec<crate::tree::place::Placed<String>> {
    let items: Vec<Field<'_>> = decoder.items(list).collect();
    items.into_iter().filter_map(|item| decoder.text(item)).collect()
}

#[cfg(test)]
mod tests {
    use super::Voters;
    use crate::config::{Described, Policy};
    use crate::tree::deliverable::Kind;

    fn voters(policy: &str, rule: &str, name: &str) -> Voters {
        let (policy, problems) = Policy::read(policy.as_bytes());
        assert_eq!(problems, [], "{policy:?}");
        let who = Described {
            name: name.to_owned(),
            team: Some("dib".to_owned()),
            kind: Kind::Library,
            model: None,
            series: "orchid".to_owned(),
        };
        policy.voters(rule, Some(&who))
    }

    fn groups(names: &[&str]) -> Voters {
        Voters::Groups(names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_cores_of_a_project_decide_about_its_own_window_and_nothing_else() {
        let policy = "overrides:\n  - {who: [managers]}\n  - {rules: [release-window, soak], deliverables: [dib], who: [dib-core]}\n";
        assert_eq!(voters(policy, "soak", "dib"), groups(&["managers", "dib-core"]));
        assert_eq!(voters(policy, "hold", "dib"), groups(&["managers"]));
        assert_eq!(voters(policy, "soak", "nova"), groups(&["managers"]));
    }

    #[test]
    fn what_no_entry_covers_nobody_overrides() {
        let policy = "overrides:\n  - {rules: [soak], team: dib, who: [dib-core]}\n";
        assert_eq!(voters(policy, "soak", "x"), groups(&["dib-core"]));
        assert_eq!(voters(policy, "hold", "x"), Voters::Nobody);
        assert_eq!(voters("", "hold", "x"), Voters::Anybody);
        assert_eq!(voters("overrides: {who: [a]}\n", "hold", "x"), groups(&["a"]));
    }

    #[test]
    fn a_file_that_is_no_deliverable_takes_the_entries_about_everybody() {
        let voters = |policy: &str| Policy::read(policy.as_bytes()).0.voters("series-key", None);
        assert_eq!(voters("overrides: {who: [managers]}\n"), groups(&["managers"]));
        assert_eq!(voters("overrides: {team: dib, who: [dib-core]}\n"), Voters::Nobody);
        assert_eq!(voters(""), Voters::Anybody);
    }

    #[test]
    fn a_mistake_is_known_and_so_is_a_rule_that_is_none() {
        for text in [
            "overrides: {whom: [a]}\n",
            "overrides: {who: []}\n",
            "overrides: [a]\n",
            "overrides:\n  - {rules: [soak]}\n",
            "overrides:\n  - {rule: [soak], who: [a]}\n",
        ] {
            let (policy, problems) = Policy::read(text.as_bytes());
            assert!(!problems.is_empty() && policy.override_mistake().is_some(), "{text}");
        }
        let (policy, _) = Policy::read(b"overrides:\n  - {rules: [soaks], who: [a]}\n");
        assert_eq!(policy.unknown_rules(|id| id == "soak").len(), 1);
    }
}
