//! Markdown as HTML, for the pages of a site and the documentation of the rules.

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

use super::html::{anchor, web};
use super::ids::Ids;
use super::prose::{PageTrouble, Prose};
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
        if let Some(found) = of_html(&event, range.start, &mut block) {
            let message = || NO_HTML.to_owned();
            prose
                .troubles
                .extend(found.map(|at| PageTrouble { line: line_of(at), message: message() }));
            continue;
        }
        let mut trouble = |message: String| {
            prose.troubles.push(PageTrouble { line: line_of(range.start), message });
        };
        match event {
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

/// Of a piece of HTML, where HTML begins that is no comment; `None` of anything else. `block` has the lines of a block that is
/// open, and where it begins.
fn of_html(
    event: &Event<'_>,
    at: usize,
    block: &mut Option<(usize, String)>,
) -> Option<Option<usize>> {
    match event {
        Event::Start(Tag::HtmlBlock) => {
            *block = Some((at, String::new()));
            Some(None)
        }
        Event::End(TagEnd::HtmlBlock) => {
            Some(block.take().filter(|(_, text)| !is_comment(text)).map(|(start, _)| start))
        }
        Event::Html(text) | Event::InlineHtml(text) => match block {
            Some((_, lines)) => {
                lines.push_str(text);
                Some(None)
            }
            None => Some((!is_comment(text)).then_some(at)),
        },
        _ => None,
    }
}

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

#[cfg(test)]
mod tests {
    use super::page;
    use crate::text::rst::Places;

    struct Nowhere;

    impl Places for Nowhere {
        fn address(&self, target: &str) -> Result<String, String> {
            Err(format!("no `{target}`"))
        }

        fn label(&self, label: &str) -> Result<(String, String), String> {
            Err(format!("no `{label}`"))
        }

        fn page(&self, name: &str) -> Result<(String, String), String> {
            Err(format!("no `{name}`"))
        }
    }

    fn troubles(source: &str) -> Vec<usize> {
        page(source, &Nowhere).troubles.iter().map(|trouble| trouble.line).collect()
    }

    #[test]
    fn comments_are_left_out_and_other_html_is_reported_where_it_begins() {
        assert_eq!(troubles("a\n\n<!-- b\n\nc -->\n\nd <!-- e --> f\n"), [0; 0]);
        assert_eq!(troubles("a\n\n<!-- b --><b>c</b>\n"), [3]);
        assert_eq!(troubles("a\n\nb <i>c</i>\n"), [3, 3]);
        assert!(!page("a <!-- b -->", &Nowhere).html.contains("<!--"));
    }

    #[test]
    fn an_address_of_mail_is_a_link_once() {
        let html = page("<a@b.example>", &Nowhere).html;
        assert!(html.contains("href=\"mailto:a@b.example\""), "{html}");
    }

    #[test]
    fn two_headings_of_one_name_have_two_places() {
        let html = page("# T\n\n## Setup\n\n## Setup\n", &Nowhere).html;
        assert!(html.contains("id=\"setup\"") && html.contains("id=\"setup-2\""), "{html}");
    }
}
