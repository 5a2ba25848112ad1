//! How the commits of a range hang together.

use std::collections::HashMap;

use super::CommitRange;
use crate::facts::{Answer, Opened, Question, Sources};
use crate::git::{CommitInfo, Oid};

/// The commits that the newer commit has and the older one has not, merges too, no parent before its child and the commits
/// of each line of history together. Absent where nothing comes before the newer commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GraphOf(pub CommitRange);

/// A commit of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its id, in lower case hex.
    pub hash: String,
    /// The ids of its parents, the first one first; some may not be in the graph.
    pub parents: Vec<String>,
    /// The tags and the branches at it: tags first, each sorted.
    pub names: Vec<String>,
    /// The first line of its message.
    pub subject: String,
}

impl Question for GraphOf {
    type Known = Vec<Node>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Node>> {
        if self.0.older.is_none() {
            return Answer::Absent;
        }
        self.0.ask_opened(sources, |opened, repository, older, newer| {
            let names = names(opened);
            let log = repository.log_by_line(older, newer)?;
            Ok(log.iter().map(|commit| Node::of(commit, &names)).collect())
        })
    }
}

/// The names at each commit.
fn names(opened: &Opened) -> HashMap<Oid, Vec<String>> {
    let tags = opened.refs.tags.iter().map(|(name, tag)| (tag.peeled, name));
    let heads = opened.refs.heads.iter().map(|(name, tip)| (*tip, name));
    let mut found: HashMap<Oid, Vec<String>> = HashMap::new();
    for (id, name) in tags.chain(heads) {
        found.entry(id).or_default().push(name.clone());
    }
    found
}

impl Node {
    fn of(commit: &CommitInfo, names: &HashMap<Oid, Vec<String>>) -> Self {
        Self {
            hash: commit.id.to_string(),
            parents: commit.parents.iter().map(ToString::to_string).collect(),
            names: names.get(&commit.id).cloned().unwrap_or_default(),
            subject: commit.subject(),
        }
    }
}
