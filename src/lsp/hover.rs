//! What is said of the word under the pointer.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use super::context::{Context, context, neighbour};
use super::document::Document;
use super::place::{line_at, range_of};
use crate::ops::new::offers::subject_of;
use crate::rules::{self, Finding};
use crate::text::one_line;
use crate::workspace::Options;

/// What is said at `position`: the documentation of the rules with findings there, and the subject of a commit.
pub(super) fn hover(
    document: &Document,
    findings: &[Finding],
    position: Position,
    options: &Options,
) -> Option<Hover> {
    let is_there = |finding: &&Finding| {
        let range = range_of(&document.text, finding.place);
        range.start <= position && position <= range.end
    };
    let mut parts: Vec<String> = commit(document, position, options).into_iter().collect();
    for finding in findings.iter().filter(is_there) {
        let docs = rules::find(finding.rule).map_or("", |rule| rule.docs);
        parts.push(format!("**{}**\n\n{docs}", finding.rule));
    }
    let value = parts.join("\n\n---\n\n");
    (!value.is_empty()).then_some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: None,
    })
}

fn commit(document: &Document, position: Position, options: &Options) -> Option<String> {
    let Context::Value { key: "hash", .. } = context(&document.text, position) else { return None };
    let (line, _) = line_at(&document.text, position);
    let hash = line.split_once(':')?.1.trim().trim_matches(['\'', '"']);
    let repo = neighbour(&document.text, position.line, "repo")?;
    let subject = subject_of(&document.options(options)?, repo, hash).ok().flatten()?;
    // The subject is somebody's text: it is shown as code and not as Markdown.
    Some(format!("`{}` in {repo}", one_line(&subject).replace('`', "'")))
}
