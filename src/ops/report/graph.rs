//! The commits of a release as a graph, and the branches that came in by a merge.

use std::collections::{HashMap, HashSet};

use crate::facts::history::Node;
use crate::report::review::{GraphCommit, GraphReview, GraphRow};

/// More commits are counted, not drawn.
const MOST: usize = 300;

/// Draws the commits, newest first.
pub(super) fn review(nodes: &[Node]) -> GraphReview {
    let branches = branches(nodes);
    GraphReview {
        branches: branches.into_iter().map(commit).collect(),
        rows: draw(nodes),
        left_out: nodes.len().saturating_sub(MOST),
    }
}

fn commit(node: &Node) -> GraphCommit {
    GraphCommit {
        commit: node.hash.clone(),
        names: node.names.clone(),
        subject: node.subject.clone(),
    }
}

/// The merges that bring in a whole branch, newest first: what they merge has merges of its own. A change that was reviewed by
/// itself comes in by a merge too, and has none.
fn branches(nodes: &[Node]) -> Vec<&Node> {
    let by_hash: HashMap<&str, &Node> =
        nodes.iter().map(|node| (node.hash.as_str(), node)).collect();
    let parent = |hash: &String| by_hash.get(hash.as_str()).copied();
    let mut line = Vec::new();
    let mut next = nodes.first();
    while let Some(node) = next {
        line.push(node);
        next = node.parents.first().and_then(parent);
    }
    let mut seen: HashSet<&str> = HashSet::new();
    let mut found = Vec::new();
    for node in line.into_iter().rev() {
        seen.insert(&node.hash);
        let mut todo: Vec<&Node> = node.parents.iter().skip(1).filter_map(parent).collect();
        let mut is_branch = false;
        while let Some(side) = todo.pop() {
            if seen.insert(&side.hash) {
                is_branch |= side.parents.len() > 1;
                todo.extend(side.parents.iter().filter_map(parent));
            }
        }
        if is_branch {
            found.push(node);
        }
    }
    found.reverse();
    found
}

/// A row for each commit, and rows between them where lines part or meet.
fn draw(nodes: &[Node]) -> Vec<GraphRow> {
    let is_here: HashSet<&str> = nodes.iter().map(|node| node.hash.as_str()).collect();
    let mut lanes: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for node in nodes.iter().take(MOST) {
        let found = lanes.iter().position(|lane| *lane == node.hash);
        let at = found.unwrap_or_else(|| {
            lanes.push(&node.hash);
            lanes.len() - 1
        });
        let lane = |lane: usize| if lane == at { "* " } else { "| " };
        rows.push(GraphRow { lanes: (0..lanes.len()).map(lane).collect(), at: Some(commit(node)) });
        let parents = node.parents.iter().map(String::as_str);
        let mut parents = parents.filter(|parent| is_here.contains(parent));
        match parents.next() {
            None => {
                if at + 1 < lanes.len() {
                    rows.push(between(ended(at, lanes.len())));
                }
                lanes.remove(at);
            }
            Some(first) => {
                lanes[at] = first;
                for (beside, parent) in parents.enumerate() {
                    rows.push(between(parted(at + beside, lanes.len())));
                    lanes.insert(at + beside + 1, parent);
                }
            }
        }
        while let Some((left, right)) = twins(&lanes) {
            rows.push(between(met(left, right, lanes.len())));
            lanes.remove(right);
        }
    }
    rows
}

fn between(lanes: String) -> GraphRow {
    GraphRow { lanes: lanes.trim_end().to_owned(), at: None }
}

/// Two lanes that lead to the same commit.
fn twins(lanes: &[&str]) -> Option<(usize, usize)> {
    let twin = |right: usize| {
        let left = lanes[..right].iter().position(|lane| *lane == lanes[right])?;
        Some((left, right))
    };
    (1..lanes.len()).find_map(twin)
}

/// A lane begins to the right of `at`: `|\ \`.
fn parted(at: usize, lanes: usize) -> String {
    "| ".repeat(at) + "|\\" + &" \\".repeat(lanes - at - 1)
}

/// The lane `right` joins `left`: `|_|/ /`.
fn met(left: usize, right: usize, lanes: usize) -> String {
    "| ".repeat(left) + &"|_".repeat(right - left - 1) + "|/ " + &"/ ".repeat(lanes - right - 1)
}

/// The lane `at` ends: `|  /`.
fn ended(at: usize, lanes: usize) -> String {
    "| ".repeat(at) + " " + &"/ ".repeat(lanes - at - 1)
}

#[cfg(test)]
mod tests {
    use super::review;
    use crate::facts::history::Node;

    /// Each line is a commit and its parents.
    fn nodes(text: &str) -> Vec<Node> {
        let node = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            let hash = words.next().unwrap_or_default();
            let subject = hash.to_uppercase();
            Node { hash, parents: words.collect(), names: Vec::new(), subject }
        };
        text.split(", ").map(node).collect()
    }

    fn drawn(text: &str) -> Vec<String> {
        let row = |row: &crate::report::review::GraphRow| match &row.at {
            Some(at) => format!("{}{}", row.lanes, at.commit),
            None => row.lanes.clone(),
        };
        review(&nodes(text)).rows.iter().map(row).collect()
    }

    fn merged(text: &str) -> Vec<String> {
        review(&nodes(text)).branches.into_iter().map(|one| one.commit).collect()
    }

    #[test]
    fn lines_part_and_meet() {
        assert_eq!(drawn("c b, b a, a root"), ["* c", "* b", "* a"]);
        assert_eq!(drawn("m a b, b a, a root"), ["* m", "|\\", "| * b", "|/", "* a"]);
        assert_eq!(
            drawn("n m c, c a, m a b, b a, a root"),
            ["* n", "|\\", "| * c", "* | m", "|\\ \\", "|_|/", "| * b", "|/", "* a"]
        );
    }

    #[test]
    fn a_lane_that_leads_out_of_the_graph_ends() {
        assert_eq!(drawn("m a b, b old, a root"), ["* m", "|\\", "| * b", "* a"]);
        assert_eq!(drawn("m b a, b old, a root"), ["* m", "|\\", "* | b", " /", "* a"]);
    }

    #[test]
    fn a_merge_of_a_change_is_no_branch_and_a_merge_of_merges_is() {
        assert!(merged("n m c, c m, m a b, b a, a root").is_empty());
        assert_eq!(merged("n m f, f a g, g a, m a b, b a, a root"), ["n"]);
    }

    #[test]
    fn more_than_one_reads_is_counted() {
        let long: Vec<String> = (0..400).map(|at| format!("c{at} c{}", at + 1)).collect();
        let found = review(&nodes(&long.join(", ")));
        assert_eq!((found.rows.len(), found.left_out), (300, 100));
    }
}
