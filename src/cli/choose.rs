//! Lists to choose from, on a terminal.

use std::io::{self, BufRead as _, Write as _};

use crate::report::draft::{Draft, LeftBehind, Taken};
use crate::text::one_line;
use crate::workspace::Failure;

/// What somebody chose.
pub(super) enum Choice {
    /// The heads, as they were offered.
    Heads,
    /// Other commits: (repository, commit id).
    Commits(Vec<(String, String)>),
    /// Not to write anything.
    Nothing,
}

/// Offers the commits of each repository that has several, newest first.
pub(super) fn choose(draft: &Draft) -> Result<Choice, Failure> {
    let mut chosen = Vec::new();
    for taken in &draft.repositories {
        let offered = offered(taken);
        if offered.len() < 2 {
            continue;
        }
        show(taken, &offered)?;
        match ask(offered.len())? {
            None => return Ok(Choice::Nothing),
            Some(at) if offered[at].0.eq_ignore_ascii_case(&taken.hash) => {}
            Some(at) => chosen.push((taken.repo.clone(), offered[at].0.to_owned())),
        }
    }
    Ok(if chosen.is_empty() { Choice::Heads } else { Choice::Commits(chosen) })
}

/// Id and subject of what stays behind and what is taken, newest first.
fn offered(taken: &Taken) -> Vec<(&str, &str)> {
    let behind = match &taken.behind {
        LeftBehind::Commits(left) => left.as_slice(),
        LeftBehind::NotOnBranch | LeftBehind::Unknown(_) => &[],
    };
    let mut all: Vec<(&str, &str)> = behind
        .iter()
        .chain(&taken.commits)
        .map(|one| (one.hash.as_str(), one.subject.as_str()))
        .collect();
    // The head may be a merge, which the log leaves out.
    if behind.is_empty() && all.first().is_none_or(|(hash, _)| *hash != taken.hash) {
        all.insert(0, (&taken.hash, "the head of the branch"));
    }
    all
}

fn show(taken: &Taken, offered: &[(&str, &str)]) -> Result<(), Failure> {
    let mut out = io::stderr().lock();
    writeln!(out, "{}", one_line(&format!("{} on {}:", taken.repo, taken.branch)))?;
    for (at, (hash, subject)) in offered.iter().enumerate() {
        let line = format!("{} {subject}", hash.get(..9).unwrap_or(hash));
        writeln!(out, "{:4}  {}", at + 1, one_line(&line))?;
    }
    Ok(())
}

/// The position that is chosen, from 0; `None` to stop. Asks until the answer is one.
fn ask(count: usize) -> Result<Option<usize>, Failure> {
    loop {
        let mut out = io::stderr().lock();
        write!(out, "release which commit? 1 to {count}, q to stop [1] ")?;
        out.flush()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim() {
            "" => return Ok(Some(0)),
            "q" => return Ok(None),
            text => match text.parse::<usize>() {
                Ok(at) if (1..=count).contains(&at) => return Ok(Some(at - 1)),
                _ => writeln!(out, "write a number from the list")?,
            },
        }
    }
}
