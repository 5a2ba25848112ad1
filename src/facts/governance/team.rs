//! One team in the governance data.

use super::Node;
use crate::facts::people::{Leadership, Person};
use crate::facts::{Answer, Unknown};

/// The placeholder in governance for a lead who is not appointed yet.
const NOBODY_YET: &str = "APPOINTMENT NEEDED";

/// A body that owns repositories.
#[derive(Clone, Debug)]
pub struct Team {
    /// Its name.
    pub name: String,
    /// Other names for it in deliverable files.
    aliases: Vec<String>,
    /// What it calls its service, if it has one.
    pub service: Option<String>,
    /// Who speaks for it.
    pub leadership: Leadership,
    /// Its deliverables with their repositories.
    deliverables: Vec<(String, Answer<Vec<String>>)>,
    /// Those of which governance says that they are not released any more.
    deprecated: Vec<String>,
    /// Why the list of deliverables is incomplete.
    gap: Option<Unknown>,
}

impl Team {
    /// Reads an entry of `projects.yaml`.
    pub(super) fn of_project(name: &str, team: &Node, location: &str) -> Self {
        let odd =
            |what: &str| Unknown::because(format_args!("{location}: `{name}`: cannot read {what}"));
        if !matches!(team, Node::Map(_) | Node::Scalar(None)) {
            let leadership = Leadership { gap: Some(odd("the team")), ..Leadership::default() };
            let gap = Some(odd("the team"));
            let (name, aliases) = (name.to_owned(), Vec::new());
            let (deliverables, deprecated) = (Vec::new(), Vec::new());
            return Self {
                name,
                aliases,
                service: None,
                leadership,
                deliverables,
                deprecated,
                gap,
            };
        }
        let (deliverables, gap) = match team.get("deliverables") {
            None => (Vec::new(), None),
            Some(Node::Map(entries)) => {
                let read = |(name, node): &(String, Node)| {
                    let what = format!("the repositories of `{name}`");
                    let repos = repositories(node)
                        .map_or_else(|| Answer::Unknown(odd(&what)), Answer::Known);
                    (name.clone(), repos)
                };
                (entries.iter().map(read).collect(), None)
            }
            Some(_) => (Vec::new(), Some(odd("`deliverables`"))),
        };
        let service = team.get("service").and_then(Node::text).map(str::to_owned);
        let leadership = leadership(team, odd);
        let (name, aliases) = (name.to_owned(), Vec::new());
        let deprecated = deprecated(team);
        Self { name, aliases, service, leadership, deliverables, deprecated, gap }
    }

    /// Reads an entry in a list of owners: it has repositories and no speaker. Each repository is a deliverable that is called
    /// like its last part.
    pub(super) fn of_list(name: &str, repos: &Node, location: &str) -> Self {
        let read = match repos {
            Node::Scalar(None) => Some(Vec::new()),
            Node::List(items) => {
                items.iter().map(|item| Some(item.get("repo")?.text()?.to_owned())).collect()
            }
            Node::Scalar(_) | Node::Map(_) => None,
        };
        let odd =
            || Unknown::because(format_args!("{location}: `{name}`: cannot read the repositories"));
        let (deliverables, gap) = match read {
            Some(repos) => {
                let deliverable = |repo: String| {
                    let name = repo.rsplit('/').next().unwrap_or_default().to_owned();
                    (name, Answer::Known(vec![repo]))
                };
                (repos.into_iter().map(deliverable).collect(), None)
            }
            None => (Vec::new(), Some(odd())),
        };
        let (name, leadership) = (name.to_owned(), Leadership::default());
        let (aliases, deprecated) = (Vec::new(), Vec::new());
        Self { name, aliases, service: None, leadership, deliverables, deprecated, gap }
    }

    /// The same as a special interest group, which has several names.
    pub(super) fn into_interest_group(mut self) -> Self {
        let other = match self.name.strip_suffix(" SIG") {
            Some(plain) => plain.to_owned(),
            None => format!("{} SIG", self.name),
        };
        self.aliases = vec![other, "SIGs".to_owned()];
        self
    }

    /// Whether `team: <name>` in a deliverable file means this team.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    pub(super) fn lists_repository(&self, repo: &str) -> Answer<()> {
        let mut gap = self.gap.clone();
        for (_, repos) in &self.deliverables {
            match repos {
                Answer::Known(repos) if repos.iter().any(|name| name == repo) => {
                    return Answer::Known(());
                }
                Answer::Known(_) | Answer::Absent => {}
                Answer::Unknown(why) => gap = gap.or_else(|| Some(why.clone())),
            }
        }
        gap.map_or(Answer::Absent, Answer::Unknown)
    }

    /// The repositories of a deliverable, if it lists one of that name.
    pub(super) fn repositories_of(&self, deliverable: &str) -> Answer<&[String]> {
        match self.deliverables.iter().find(|(name, _)| name == deliverable) {
            Some((_, Answer::Known(repos))) => Answer::Known(repos),
            Some((_, Answer::Absent)) => Answer::Absent,
            Some((_, Answer::Unknown(why))) => Answer::Unknown(why.clone()),
            None => Answer::Absent,
        }
    }

    pub(super) fn deprecates(&self, deliverable: &str) -> bool {
        self.deprecated.iter().any(|name| name == deliverable)
    }

    pub(super) fn lists_deliverable(&self, name: &str) -> Answer<()> {
        if self.deliverables.iter().any(|(deliverable, _)| deliverable == name) {
            return Answer::Known(());
        }
        self.gap.clone().map_or(Answer::Absent, Answer::Unknown)
    }
}

/// The deliverables with `release-management: deprecated`.
fn deprecated(team: &Node) -> Vec<String> {
    let Some(Node::Map(entries)) = team.get("deliverables") else { return Vec::new() };
    let is_one =
        |node: &Node| node.get("release-management").and_then(Node::text) == Some("deprecated");
    entries.iter().filter(|(_, node)| is_one(node)).map(|(name, _)| name.clone()).collect()
}

fn repositories(deliverable: &Node) -> Option<Vec<String>> {
    match deliverable {
        Node::Scalar(None) => Some(Vec::new()),
        Node::Map(_) => match deliverable.get("repos") {
            None => Some(Vec::new()),
            Some(Node::List(repos)) => {
                repos.iter().map(|repo| repo.text().map(str::to_owned)).collect()
            }
            Some(_) => None,
        },
        Node::Scalar(_) | Node::List(_) => None,
    }
}

fn leadership(team: &Node, odd: impl Fn(&str) -> Unknown) -> Leadership {
    let mut gap = None;
    let ptl = match team.get("ptl") {
        Some(node @ Node::Map(_)) => Some(person(node)),
        Some(_) => {
            gap = Some(odd("`ptl`"));
            None
        }
        None => None,
    };
    let release = match team.get("liaisons") {
        Some(liaisons @ Node::Map(_)) => liaisons.get("release"),
        other => other,
    };
    let mut liaisons = Vec::new();
    match release {
        Some(Node::List(people)) => {
            for node in people {
                match node {
                    Node::Map(_) => liaisons.push(person(node)),
                    Node::Scalar(_) | Node::List(_) => gap = Some(odd("`liaisons`")),
                }
            }
        }
        Some(_) => gap = Some(odd("`liaisons`")),
        None => {}
    }
    let ptl = ptl.filter(|ptl| ptl.name != NOBODY_YET && !ptl.email.is_empty());
    Leadership { ptl, liaisons, gap }
}

fn person(node: &Node) -> Person {
    let text = |key| node.get(key).and_then(Node::text).unwrap_or_default().to_owned();
    let irc = Some(text("irc")).filter(|nick| !nick.is_empty());
    Person { name: text("name"), email: text("email"), irc }
}
