//! The notice in words: a subject, an empty line, and the text.

use super::NO_TIME;
use crate::facts::needs::ChangedRequirement;
use crate::plan::{HeldUntil, RequestedFile};
use crate::text::{one_line, wrap};
use crate::tree::deliverable::Release;

/// So many changes, and so many requirements, are listed of one repository.
const MOST: usize = 100;
const WIDTH: usize = 76;

/// What is told of a release.
pub(super) struct Notice<'a> {
    pub(super) file: &'a RequestedFile<'a>,
    pub(super) release: &'a Release,
    pub(super) held: &'a HeldUntil,
    /// When it will be tagged.
    pub(super) when: &'a str,
    pub(super) sections: Vec<Section>,
}

/// What is new in one repository.
pub(super) struct Section {
    pub(super) repo: String,
    pub(super) commit: String,
    /// The version before.
    pub(super) since: Option<String>,
    pub(super) changes: Vec<String>,
    pub(super) requirements: Vec<String>,
}

impl Notice<'_> {
    /// The text, after `before` was told.
    pub(super) fn text(&self, before: Option<&str>) -> String {
        let (name, version) = (self.file.path.name(), self.release.version.text());
        let when = match self.when {
            NO_TIME => NO_TIME.to_owned(),
            when => format!("on {when}"),
        };
        let instead = if before.is_some() { " instead" } else { "" };
        let title = one_line(&format!("{name} {version} will be tagged {when}{instead}"));
        let series = self.file.path.series();
        let mut paragraphs = vec![format!(
            "{name} {version} ({series}) is merged and will be tagged {when}. It waits: {}.",
            self.held.reason
        )];
        paragraphs.extend(before.map(|before| match before {
            NO_TIME => "You were told before that the time was not known.".to_owned(),
            before => format!("You were told before that it would be tagged on {before}."),
        }));
        paragraphs.push(format!(
            "You get this because the release policy names you as downstream of {name}. The announcement follows when the tag is made."
        ));
        let paragraphs: Vec<String> =
            paragraphs.iter().map(|text| wrap::hanging(&one_line(text), "", WIDTH)).collect();
        let sections: Vec<String> = self.sections.iter().map(Section::text).collect();
        format!("{title}\n\n{}\n\n{}\n", paragraphs.join("\n\n"), sections.join("\n\n"))
    }
}

impl Section {
    fn text(&self) -> String {
        let since = match &self.since {
            Some(since) => format!("Changes since {since}"),
            None => "Changes, in the first release".to_owned(),
        };
        let head = one_line(&format!("{} at {}", self.repo, self.commit));
        let changes = list(&self.changes, "none");
        let requirements = list(&self.requirements, "none changed");
        format!("{head}\n\n{}:\n{changes}\n\nRequirements:\n{requirements}", one_line(&since))
    }
}

/// A requirement that changed, in words.
pub(super) fn requirement(one: &ChangedRequirement) -> String {
    let extra = one.extra.as_ref().map(|extra| format!(", extra {extra}")).unwrap_or_default();
    let change = match (&one.before, &one.after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (None, Some(after)) => format!("{after} (new)"),
        (Some(before), None) => format!("{before} (no longer needed)"),
        (None, None) => one.name.clone(),
    };
    format!("{change}, in {}{extra}", one.file)
}

fn list(lines: &[String], none: &str) -> String {
    if lines.is_empty() {
        return format!("    {none}");
    }
    let mut shown: Vec<String> =
        lines.iter().take(MOST).map(|line| format!("    {}", one_line(line))).collect();
    if lines.len() > MOST {
        shown.push(format!("    and {} more", lines.len() - MOST));
    }
    shown.join("\n")
}
