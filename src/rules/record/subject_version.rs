//! `subject-version`: the commit message and the file name the same version.

use crate::rules::{Level, OneDeliverable, OneFile, OneRelease, Overridable, Rule, Scope, Sink};
use crate::tree::request::Commit;
use crate::version::Version;

pub(crate) static RULE: Rule = Rule {
    id: "subject-version",
    level: Level::Warning,
    overridable: Overridable::No,
    summary: "the commit message names another version than the file",
    docs: "## What it checks

The versions in the subject of each commit of the request that touches the file, against the versions that the file gets. If none
of them is there, but another one is, the subject and the file contradict each other. `4.3` stands for `4.3.0`, and
`5.0.0 RC1` for `5.0.0.0rc1`. Names of series (`2026.2`) are no versions, nor are those of a language (`Python 3.12`).

In a request for several deliverables only those are judged that the subject names, by what comes after the name.

## Why

Reviewers read the subject. Once a year it is right and the file is wrong; one such version was burnt.

## What to do

Correct whichever is wrong: the version in the file, or the subject.
",
    scope: Scope::Deliverables { asks: |_, _, _| {}, check: |on, _, sink| check(on, sink) },
    ..Rule::USUAL
};

/// Words after which a subject speaks of a version that exists, not of the one to release.
const ABOUT_OLD: [&str; 12] = [
    "fix", "fixes", "fixed", "revert", "broken", "failed", "after", "since", "from", "replace",
    "redo", "retry",
];

fn check(on: &OneDeliverable<'_>, sink: &mut Sink<'_>) {
    let new: Vec<OneRelease<'_>> = on.new_releases().collect();
    let Some(release) = new.last() else { return };
    let of_file = on.request.commits.iter().filter(|commit| commit.paths.contains(&on.change.path));
    let mut wrong = None;
    for commit in of_file {
        match verdict(on, &new, commit) {
            Verdict::Named => return,
            Verdict::Silent => {}
            Verdict::Other(named) => wrong = wrong.or(Some((commit, named))),
        }
    }
    let Some((commit, named)) = wrong else { return };
    let message = format!(
        "the file lists `{}`, but the subject of the commit names `{named}`",
        release.version()
    );
    sink.report(release.release.version.place, message)
        .help("correct the version in the file or the subject of the commit message")
        .commit(&commit.id)
        .release(release.version());
}

/// What a subject says about the version.
enum Verdict {
    /// It names one that the file gets.
    Named,
    /// It names none.
    Silent,
    /// It names another one.
    Other(String),
}

fn verdict(on: &OneDeliverable<'_>, new: &[OneRelease<'_>], commit: &Commit) -> Verdict {
    let subject = commit.message.lines().next().unwrap_or_default();
    let words = words(subject);
    let named: Vec<&str> = versions(&words).filter(|word| !is_series(on, word)).collect();
    if named.iter().any(|word| new.iter().any(|release| means(word, release.version()))) {
        return Verdict::Named;
    }
    let candidates = match others(on) {
        others if others.is_empty() => named,
        others => after_name(on, &words, &named)
            .filter(|word| !others.iter().any(|version| means(word, version)))
            .into_iter()
            .collect(),
    };
    let is_about_old = words.iter().any(|word| ABOUT_OLD.contains(&word.to_lowercase().as_str()));
    let is_listed = |word: &str| {
        let listed = on.deliverable().releases.iter();
        listed.into_iter().any(|release| means(word, release.version.text()))
    };
    let other = candidates.into_iter().find(|word| !(is_about_old && is_listed(word)));
    other.map_or(Verdict::Silent, |word| Verdict::Other(word.to_owned()))
}

/// The versions that the other files of the request get.
fn others(on: &OneDeliverable<'_>) -> Vec<String> {
    let changes = on.request.changes.iter().filter(|change| change.path != on.change.path);
    let files = changes.map(|change| OneFile { change, ..**on }).filter_map(OneDeliverable::of);
    let releases = files.flat_map(|file| file.new_releases().collect::<Vec<_>>());
    releases.map(|release| release.version().to_owned()).collect()
}

/// The version that comes after the name of the deliverable or of one of its repositories.
fn after_name<'a>(
    on: &OneDeliverable<'_>,
    words: &[&'a str],
    named: &[&'a str],
) -> Option<&'a str> {
    let releases = on.deliverable().releases.iter();
    let repos = releases.flat_map(|release| &release.projects).map(|project| &project.repo.value);
    let short = repos.map(|repo| repo.rsplit('/').next().unwrap_or(repo));
    let names: Vec<&str> = short.chain([on.path.name()]).collect();
    let at =
        words.iter().position(|word| names.iter().any(|name| name.eq_ignore_ascii_case(word)))?;
    words[at + 1..].iter().copied().find(|word| named.contains(word))
}

/// The words of a subject, without what surrounds them.
fn words(subject: &str) -> Vec<&str> {
    let outside = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | ':' | '(' | ')' | '[' | ']' | '"' | '\'' | '`')
    };
    let words = subject.split(outside).map(|word| word.trim_end_matches('.'));
    words.filter(|word| !word.is_empty()).collect()
}

/// Those that are versions: numbers with dots, and perhaps a pre-release; not what a language calls its versions.
fn versions<'a>(words: &[&'a str]) -> impl Iterator<Item = &'a str> {
    let before = std::iter::once("").chain(words.iter().copied()).collect::<Vec<_>>();
    let found = words.iter().copied().zip(before).filter(|(word, before)| {
        let of_language = ["python", "django", "ansible", "puppet", "node", "nodejs", "ruby"];
        is_version(word) && !of_language.contains(&before.to_lowercase().as_str())
    });
    found.map(|(word, _)| word).collect::<Vec<_>>().into_iter()
}

fn is_version(word: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    let starts = word.starts_with(|c: char| c.is_ascii_digit());
    starts
        && word.contains('.')
        && Version::new(word).numbers().is_some_and(|parts| parts.len() > 1)
}

/// Whether it is the name or the id of a series, or a date.
fn is_series(on: &OneDeliverable<'_>, word: &str) -> bool {
    let version = Version::new(word);
    let is_id = version.is_dated() && version.numbers().is_some_and(|parts| parts.len() == 2);
    is_id || on.request.head.series().all.iter().any(|series| *series.name == *word)
}

/// Whether `word` stands for `version`: it is equal to it, or its beginning up to a dot.
fn means(word: &str, version: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    let version = version.strip_prefix('v').unwrap_or(version);
    let rest = version.strip_prefix(word);
    let begins = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let (a, b) = (Version::new(word), Version::new(version));
    let same_number = a.numbers().is_some() && a.numbers() == b.numbers();
    begins || same_number && a.pre_release() == b.pre_release()
}
