//! One repository of a release on a terminal.

use std::io;

use super::{Text, one_line, shortened};
use crate::calendar::moment;
use crate::facts::Answer;
use crate::report::review::{
    BranchPosition, CommitLine, DependentsReview, GraphReview, MetadataReview, NotesReview,
    RepositoryReview, RequirementsReview,
};
use crate::report::short;

/// More branches are counted, not listed.
const MOST_BRANCHES: usize = 12;
/// More commits of one list are counted, not listed.
const MOST_COMMITS: usize = 60;
/// More changed lines are counted, not listed.
const MOST_LINES: usize = 40;
/// More requirements on one package are counted, not listed.
const MOST_DEPENDENTS: usize = 40;

impl Text<'_> {
    pub(super) fn repository(&mut self, found: &RepositoryReview) -> io::Result<()> {
        writeln!(self.out)?;
        let title = self.pen.frame(&one_line(&format!("{} at {}", found.repo, found.commit)));
        writeln!(self.out, "{title}")?;
        self.position(found)?;
        if matches!(found.position, Answer::Absent) {
            return self.around(found);
        }
        match &found.branch {
            Answer::Known(branch) => {
                let title = format!("left out on {}", branch.name);
                self.commits(&title, &branch.left_out)?;
            }
            Answer::Absent => {
                self.field("left out", "the commit is not on the branch of its series")?;
            }
            Answer::Unknown(why) => self.unknown("what is left out", why)?,
        }
        let since = match &found.since {
            Answer::Known(Some(since)) => format!("commits since {since}"),
            _ => "commits".to_owned(),
        };
        self.log(&since, &found.commits)?;
        if let Answer::Unknown(why) = &found.changes {
            self.unknown("the changes that they came by", why)?;
        }
        // Where changes came one by one the graph says no more than the list; where it is not known, the list is not either.
        if let Answer::Known(graph) = &found.graph
            && !graph.branches.is_empty()
        {
            self.graph(graph)?;
        }
        if !matches!(&found.lost, Answer::Known(lost) if lost.is_empty()) {
            self.log("in the release before, not in this one", &found.lost)?;
        }
        match &found.requirements {
            Answer::Known(requirements) => self.requirements(requirements)?,
            Answer::Absent => {}
            Answer::Unknown(why) => self.unknown("how its requirements changed", why)?,
        }
        // Where it is not known, the same is said of the requirements.
        if let Answer::Known(metadata) = &found.metadata {
            self.metadata(metadata)?;
        }
        match &found.notes {
            Answer::Known(notes) => self.notes(notes)?,
            Answer::Absent => {}
            Answer::Unknown(why) => self.unknown("its release notes", why)?,
        }
        self.around(found)
    }

    fn position(&mut self, found: &RepositoryReview) -> io::Result<()> {
        match &found.position {
            Answer::Known(position) => {
                self.field("commit", &position.subject)?;
                self.field("committed", &moment(position.committed))?;
                self.field("describe", position.describe.as_deref().unwrap_or("no tag before it"))?;
                if !position.tags.is_empty() {
                    self.field("tags", &position.tags.join(", "))?;
                }
                let branches: Vec<String> = position.branches.iter().map(held).collect();
                let none = "none".to_owned();
                self.field(
                    "branches",
                    &if branches.is_empty() { none } else { branches.join(", ") },
                )?;
                let others: Vec<String> = position.others.iter().map(held).collect();
                match others.is_empty() {
                    true => Ok(()),
                    false => self.field("other branches", &shortened(&others, MOST_BRANCHES)),
                }
            }
            Answer::Absent => self.field("commit", "the repository does not have it"),
            Answer::Unknown(why) => self.unknown("where its commit is", why),
        }
    }

    fn log(&mut self, title: &str, log: &Answer<Vec<CommitLine>>) -> io::Result<()> {
        match log {
            Answer::Known(commits) => self.commits(title, commits),
            Answer::Absent => self.field(title, "cannot be compared: a commit is not there"),
            Answer::Unknown(why) => self.unknown(title, why),
        }
    }

    fn commits(&mut self, title: &str, commits: &[CommitLine]) -> io::Result<()> {
        match commits.len() {
            0 => return self.field(title, "none"),
            n => self.field(title, &n.to_string())?,
        }
        for commit in commits.iter().take(MOST_COMMITS) {
            let short = short::listed(&commit.commit);
            // The start of a Change-Id helps nobody who cannot follow a link.
            let numbered = commit.change.iter().filter(|link| is_number(&link.text));
            let links = numbered.map(|link| format!("change {}", link.text));
            let open = commit.open.iter().map(|link| format!("open: {}", link.text));
            let links = links.chain(open);
            let bugs = commit.bugs.iter().map(|bug| bug.text.clone());
            let notes = commit.notes.iter().map(|note| format!("note {note}"));
            let asides: Vec<String> = links.chain(bugs).chain(notes).collect();
            let asides =
                if asides.is_empty() { String::new() } else { format!(" [{}]", asides.join(", ")) };
            self.item(&format!("{short} {}{asides}", commit.subject))?;
        }
        self.more(commits.len(), MOST_COMMITS)
    }

    fn graph(&mut self, graph: &GraphReview) -> io::Result<()> {
        self.field("merges of whole branches", &graph.branches.len().to_string())?;
        for merge in &graph.branches {
            self.item(&format!("{} {}", short::listed(&merge.commit), merge.subject))?;
        }
        self.field("graph", "")?;
        for row in graph.rows.iter().take(MOST_COMMITS) {
            let at = row.at.as_ref().map(|at| match at.names.is_empty() {
                true => format!("{} {}", short::listed(&at.commit), at.subject),
                false => format!(
                    "{} ({}) {}",
                    short::listed(&at.commit),
                    at.names.join(", "),
                    at.subject
                ),
            });
            self.item(&format!("{}{}", row.lanes, at.unwrap_or_default()))?;
        }
        let drawn = graph.rows.iter().filter(|row| row.at.is_some()).count();
        let shown = graph.rows.iter().take(MOST_COMMITS).filter(|row| row.at.is_some()).count();
        self.more(drawn + graph.left_out, shown)
    }

    fn requirements(&mut self, found: &RequirementsReview) -> io::Result<()> {
        if !found.changes.is_empty() {
            self.field("requirements", &found.changes.len().to_string())?;
        }
        for one in &found.changes {
            let none = "nothing";
            let extra =
                one.extra.as_ref().map(|extra| format!(", extra {extra}")).unwrap_or_default();
            self.item(&format!(
                "{:8} {} -> {} ({}{extra})",
                one.change,
                one.before.as_deref().unwrap_or(none),
                one.after.as_deref().unwrap_or(none),
                one.file
            ))?;
        }
        found.undecided.iter().try_for_each(|why| self.unknown("some of its requirements", why))?;
        if !found.diff.is_empty() {
            self.field("changed lines", &found.diff.len().to_string())?;
        }
        found.diff.iter().take(MOST_LINES).try_for_each(|line| self.item(line))?;
        self.more(found.diff.len(), MOST_LINES)
    }

    fn metadata(&mut self, found: &MetadataReview) -> io::Result<()> {
        if !found.changes.is_empty() {
            self.field("package metadata", &found.changes.len().to_string())?;
        }
        for one in &found.changes {
            let line = match (&one.before, &one.after) {
                (Some(before), Some(after)) => format!("{}: {before} -> {after}", one.field),
                (Some(before), None) => format!("removed {}: {before}", one.field),
                (None, after) => {
                    format!("added {}: {}", one.field, after.as_deref().unwrap_or_default())
                }
            };
            self.item(&line)?;
        }
        let unknown = "some of what its package says about itself";
        found.undecided.iter().try_for_each(|why| self.unknown(unknown, why))
    }

    fn notes(&mut self, notes: &NotesReview) -> io::Result<()> {
        for section in &notes.sections {
            self.field(section.title.as_deref().unwrap_or("Prelude"), "")?;
            for text in &section.texts {
                let mut lines = text.lines().filter(|line| !line.trim().is_empty());
                if let Some(first) = lines.next() {
                    self.item(&format!("* {first}"))?;
                }
                for line in lines {
                    writeln!(self.out, "      {}", one_line(line).trim_end())?;
                }
            }
        }
        notes.unreadable.iter().try_for_each(|why| self.unknown("a release note", why))
    }

    fn around(&mut self, found: &RepositoryReview) -> io::Result<()> {
        for query in &found.open_changes {
            match &query.changes {
                Answer::Known(changes) => {
                    let title = format!("open changes ({})", query.query);
                    self.field(&title, &changes.len().to_string())?;
                    changes.iter().try_for_each(|change| self.item(&change.text))?;
                }
                Answer::Absent => {}
                Answer::Unknown(why) => self.unknown(&query.query, why)?,
            }
        }
        match &found.dependents {
            Answer::Known(dependents) => self.dependents(dependents),
            Answer::Absent => Ok(()),
            Answer::Unknown(why) => self.unknown("who depends on it", why),
        }
    }

    fn dependents(&mut self, dependents: &DependentsReview) -> io::Result<()> {
        let DependentsReview { looked_at, searched, found } = dependents;
        let search = if matches!(searched, Answer::Known(_)) { " and the code search" } else { "" };
        let places = format!("{}, of {looked_at} projects on this machine{search}", found.len());
        self.field("dependents", &places)?;
        for one in found.iter().take(MOST_DEPENDENTS) {
            self.item(&format!("{} needs {} ({})", one.repo, one.requirement, one.place))?;
        }
        self.more(found.len(), MOST_DEPENDENTS)?;
        match searched {
            Answer::Unknown(why) => self.unknown("who else depends on it", why),
            _ => Ok(()),
        }
    }
}

/// `stable/2026.1 (33.0.1 + 2 commits)`.
fn held(branch: &BranchPosition) -> String {
    let head = if branch.is_head { ", its head" } else { "" };
    match &branch.describe {
        Some(describe) => format!("{} ({describe}{head})", branch.name),
        None => format!("{}{head}", branch.name),
    }
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
