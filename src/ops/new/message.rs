//! The message of the commit that asks for a release.

use std::collections::BTreeSet;

use super::decision::{EntryDecision, Start};
use crate::facts::history::Notes;
use crate::text::wrap::hanging;
use crate::text::{one_line, rst};

/// Columns of a commit message.
const WIDTH: usize = 72;
/// More notes than these of one section are counted, not listed.
const MOST_LISTED: usize = 5;
/// Characters of a note that are listed at most.
const LONGEST: usize = 200;

/// The whole message: subject with deliverable, version and series, body from the release notes.
pub(super) fn write(
    (deliverable, series): (&str, Option<&str>),
    decision: &EntryDecision,
    notes: &[&Notes],
) -> String {
    let verb = if decision.kind.is_mark() { "Tag" } else { "Release" };
    let of = series.map(|series| format!(" for {series}")).unwrap_or_default();
    let mut parts = vec![format!("{verb} {deliverable} {}{of}", decision.version)];
    let reason = format!("This is `{}`: {}.", decision.version, decision.reason);
    parts.push(prose(&reason));
    parts.extend(decision.branches.iter().map(|(name, start)| match start {
        Start::Version(version) => {
            prose(&format!("It creates the branch `{name}` at `{version}`."))
        }
        Start::Commits => prose(&format!("It creates the branch `{name}`.")),
    }));
    if !decision.kind.is_mark() {
        parts.extend(sections(notes));
    }
    parts.join("\n\n") + "\n"
}

/// A paragraph for each section that has notes.
fn sections(notes: &[&Notes]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let all = notes.iter().flat_map(|notes| &notes.sections);
    let sections = all.filter(|section| seen.insert(section.name.clone()));
    let of_section = |(name, title): (&str, &str)| {
        let of_all = notes.iter().flat_map(|notes| &notes.notes);
        let texts: Vec<&str> = of_all.flat_map(|note| note.section(name)).collect();
        let more = texts.len().saturating_sub(MOST_LISTED);
        let mut lines: Vec<String> =
            texts.iter().take(MOST_LISTED).map(|text| item(text)).collect();
        lines.extend((more > 0).then(|| format!("- and {more} more")));
        (!lines.is_empty()).then(|| format!("{}:\n\n{}", one_line(title), lines.join("\n")))
    };
    sections.filter_map(|section| of_section((&section.name, &section.title))).collect()
}

/// The first sentence of a note, as an item of a list.
fn item(text: &str) -> String {
    let plain = rst::plain(text, usize::MAX);
    let plain = one_line(plain.split("\n\n").next().unwrap_or_default());
    let sentence = plain.find(". ").map_or(plain.as_str(), |end| &plain[..=end]);
    let short: String = sentence.chars().take(LONGEST).collect();
    let text = if short.len() < sentence.len() { format!("{short} …") } else { short };
    prose(&format!("- {text}"))
}

/// Wrapped text in which no line can be taken for a trailer: what is quoted says nothing about this commit.
fn prose(text: &str) -> String {
    let indent = if text.starts_with("- ") { "  " } else { "" };
    let wrapped = hanging(text, indent, WIDTH);
    let lines = wrapped.lines().map(|line| {
        let words = line.trim_start_matches(['-', ' ']);
        let token = words.split_once(':').map_or("", |(token, _)| token);
        let is_trailer = token.contains('-') && !token.contains(char::is_whitespace);
        let quoted = || line.replacen(&format!("{token}:"), &format!("\"{token}\":"), 1);
        if is_trailer { quoted() } else { line.to_owned() }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::new::Kind;

    fn decision(version: &str) -> EntryDecision {
        EntryDecision {
            kind: Kind::Feature,
            version: version.to_owned(),
            heads: Vec::new(),
            comment: None,
            diff_start: None,
            branches: vec![("stable/2026.2".to_owned(), Start::Version(version.to_owned()))],
            reason: "it has features".to_owned(),
        }
    }

    #[test]
    fn the_subject_names_deliverable_version_and_series() {
        let message = write(("rose", Some("hibiscus")), &decision("1.2.0"), &[]);
        assert_eq!(
            message,
            "Release rose 1.2.0 for hibiscus\n\nThis is `1.2.0`: it has features.\n\nIt creates the branch `stable/2026.2` at `1.2.0`.\n"
        );
        let independent = write(("rose", None), &decision("1.2.0"), &[]);
        assert!(independent.starts_with("Release rose 1.2.0\n\n"), "{independent}");
    }

    #[test]
    fn a_quoted_trailer_is_no_trailer() {
        for text in
            ["Change-Id: I1", "see this\n\nRelease-Override: soak because", "Sem-Ver: feature"]
        {
            let quoted = item(text);
            let is_trailer = |line: &str| {
                let line = line.trim_start_matches(['-', ' ']);
                ["Change-Id:", "Release-Override:", "Sem-Ver:"]
                    .iter()
                    .any(|it| line.starts_with(it))
            };
            assert!(!quoted.lines().any(is_trailer), "{quoted}");
        }
        let long = format!("{} Change-Id: I1", "word ".repeat(13).trim());
        assert!(
            item(&long).lines().all(|line| !line.trim().starts_with("Change-Id")),
            "{}",
            item(&long)
        );
    }
}
