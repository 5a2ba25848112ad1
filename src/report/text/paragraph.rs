//! One finding: what, where, the source, what to do.

use annotate_snippets::{AnnotationKind, Element, Group, Level as Drawn, Snippet};

use super::difference;
use super::excerpt::Excerpt;
use super::pen::{Pen, drawn};
use super::remarks::remarks;
use crate::report::grouped::Grouped;
use crate::report::lines::{Lines, Sources};
use crate::rules::{Finding, Related};
use crate::text::{one_line, trimmed, visible};
use crate::tree::place::Place;

/// Draws a finding with the lines it points at, without a line end.
pub(super) fn draw(group: &Grouped<'_>, sources: &Sources<'_>, pen: &Pen) -> String {
    let finding = group.finding;
    // An overridden finding is on record, not to be worked on: no source, no fix.
    let lines = sources.lines(finding).filter(|_| finding.stands());
    let title = drawn(finding).primary_title(visible(trimmed(&finding.message))).id(finding.rule);
    let head = pen.render(&[Group::with_title(title)]);
    let body = body(group, lines, sources, pen);
    // The library would compute line and column from the lines it is given, which may be cut and
    // escaped; so the arrow is ours, and stands above its gutter.
    let width = body.chars().take_while(|c| *c == ' ').count().saturating_sub(1).max(1);
    let arrow = format!("{}{} {}", " ".repeat(width), pen.frame("-->"), location(finding));
    let difference = lines
        .zip(finding.fix.as_ref())
        .map(|(lines, fix)| difference::draw(fix, lines, width, pen));
    let body = Some(body).filter(|body| !body.is_empty());
    [head, arrow]
        .into_iter()
        .chain(body)
        .chain(difference.unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Draws what is to be said of the check itself.
pub(super) fn draw_note(note: &str, pen: &Pen) -> String {
    pen.render(&[Group::with_title(Drawn::NOTE.primary_title(visible(trimmed(note))))])
}

/// `file:line:column`; the file alone for what concerns all of it.
pub(super) fn location(finding: &Finding) -> String {
    let file = one_line(&finding.file);
    if finding.place == Place::TOP { file } else { format!("{file}:{}", finding.place) }
}

/// The source and the remarks below it.
fn body(
    group: &Grouped<'_>,
    lines: Option<&Lines<'_>>,
    sources: &Sources<'_>,
    pen: &Pen,
) -> String {
    let finding = group.finding;
    let excerpt = lines
        .filter(|_| finding.place != Place::TOP)
        .and_then(|lines| Excerpt::new(lines, finding.place));
    let shown = excerpt.as_ref().map_or("", |excerpt| &excerpt.source);
    let remarks = remarks(group, shown);
    let has_gutter = excerpt.is_some();
    let related = finding.related.iter().filter(|_| lines.is_some());
    let group = Group::with_level(drawn(finding))
        .elements(excerpt.map(annotated))
        .elements(related.filter_map(|related| also(related, sources)))
        .elements(remarks);
    if group.is_empty() {
        return String::new();
    }
    let body = pen.render(&[group]);
    // Without line numbers the library leaves no gutter; it gets one as wide as that of one digit.
    if has_gutter {
        body
    } else {
        body.lines().map(|line| format!(" {line}")).collect::<Vec<_>>().join("\n")
    }
}

/// Another place: its lines with the label.
fn also(related: &Related, sources: &Sources<'_>) -> Option<Element<'static>> {
    let lines = sources.lines_of(&related.file)?;
    let Excerpt { first_line, source, span } = Excerpt::new(lines, related.place)?;
    let label = AnnotationKind::Context.span(span).label(one_line(&related.label));
    let snippet = Snippet::source(source).line_start(first_line).path(one_line(&related.file));
    Some(snippet.annotation(label).into())
}

fn annotated(excerpt: Excerpt) -> Element<'static> {
    let Excerpt { first_line, source, span } = excerpt;
    Snippet::source(source)
        .line_start(first_line)
        .annotation(AnnotationKind::Primary.span(span))
        .into()
}
