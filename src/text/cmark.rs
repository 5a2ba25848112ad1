//! Markdown as HTML, for the pages of a site and the documentation of the rules.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use super::html::{anchor, web};
use super::ids::Ids;
use super::prose::{Prose, Trouble};
use super::rst::Places;
use super::visible;

/// Markdown of our own as HTML, with its first headings at level `top`.
pub fn fragment(source: &str, top: usize) -> String {
    let shifted = Parser::new_ext(source, options()).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: deeper(level, top), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(deeper(level, top))),
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut html = String::new();
    html::push_html(&mut html, shifted);
    html
}

/// `source` as a page: HTML in it and links that lead nowhere are reported.
pub fn page(source: &str, places: &dyn Places) -> Prose {
    let source = source.trim_start_matches('\u{feff}');
    let shown = visible(source);
    let line_of = |at: usize| shown[..at].matches('\n').count() + 1;
    let mut prose = Prose::default();
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut ids = Ids::default();
    // The lines of a block of HTML, and where it begins.
    let mut block: Option<(usize, String)> = None;
    let mut heading: Option<(HeadingLevel, usize, String)> = None;
    for (event, range) in Parser::new_ext(&shown, options()).into_offset_iter() {
        let mut trouble = |message: String| {
            prose.troubles.push(Trouble { line: line_of(range.start), message });
        };
        match event {
            Event::Start(Tag::HtmlBlock) => block = Some((range.start, String::new())),
            Event::Html(text) if block.is_some() => {
                block.iter_mut().for_each(|(_, lines)| lines.push_str(&text));
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((start, text)) = block.take()
                    && !is_comment(&text)
                {
                    prose
                        .troubles
                        .push(Trouble { line: line_of(start), message: NO_HTML.to_owned() });
                }
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                if !is_comment(&text) {
                    trouble(NO_HTML.to_owned());
                }
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let target = address(link_type, &dest_url, places);
                let dest_url = target.map(CowStr::from).unwrap_or_else(|why| {
                    trouble(why);
                    "#".into()
                });
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let target = places.address(&dest_url);
                let dest_url = target.map(CowStr::from).unwrap_or_else(|why| {
                    trouble(why);
                    CowStr::from("")
                });
                events.push(Event::Start(Tag::Image { link_type, dest_url, title, id }));
            }
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, events.len(), String::new()));
                events.push(event);
            }
            Event::End(TagEnd::Heading(level)) => {
                if let Some((_, at, title)) = heading.take() {
                    let id = ids.unique(&anchor(&title));
                    if level == HeadingLevel::H2 {
                        prose.contents.push((id.clone(), title.clone()));
                    }
                    prose.labels.push((id.clone(), Some(title.clone())));
                    if prose.title.is_none() {
                        prose.title = Some(title);
                        events.truncate(at);
                        continue;
                    }
                    let (id, classes, attrs) = (Some(id.into()), Vec::new(), Vec::new());
                    events[at] = Event::Start(Tag::Heading { level, id, classes, attrs });
                }
                events.push(event);
            }
            event => {
                if let (Event::Text(text) | Event::Code(text), Some((_, _, title))) =
                    (&event, &mut heading)
                {
                    title.push_str(text);
                }
                events.push(event);
            }
        }
    }
    html::push_html(&mut prose.html, events.into_iter());
    prose
}

const NO_HTML: &str = "HTML is not allowed in a page: write Markdown";

/// Whether a piece of HTML is one comment and nothing else.
fn is_comment(html: &str) -> bool {
    let inner = html.trim().strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->"));
    inner.is_some_and(|inner| !inner.contains("-->"))
}

/// Where a link leads.
fn address(kind: LinkType, target: &str, places: &dyn Places) -> Result<String, String> {
    match (kind, web(target)) {
        // Whoever writes the link adds `mailto:`.
        (LinkType::Email, _) => Ok(target.to_owned()),
        (_, Some(url)) => Ok(url.to_owned()),
        (_, None) => places.address(target),
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH
}

/// Level 2 becomes `top`, and so on.
fn deeper(level: HeadingLevel, top: usize) -> HeadingLevel {
    HeadingLevel::try_from((level as usize + top).saturating_sub(2).clamp(1, 6)).unwrap_or(level)
}
