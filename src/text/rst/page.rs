//! A whole page, read strictly.

use super::block::Block;
use super::html::Writer;
use super::inline::{Names, Plain, inline};
use super::parse::blocks;
use super::places::{CustomDirective, Places};
use super::reading::Reading;
use super::strict::troubles;
use crate::text::html::anchor;
use crate::text::prose::Prose;

/// `source` as a page.
pub fn page(source: &str, places: &dyn Places) -> Prose {
    let source = normal(source);
    let lines: Vec<&str> = body(&source).map(str::trim_end).collect();
    let mut reading = Reading::for_page(&source);
    let found = blocks(&lines, &mut reading, 0);
    let labels = labels_of(&found);
    let titles = found.iter().filter_map(|block| match block {
        Block::Title(text, ..) => Some(text.as_str()),
        _ => None,
    });
    let titles: Vec<&str> = titles.collect();
    let own = Own { labels: &labels, titles: &titles, places };
    let troubles = troubles(&reading, &found, &own);
    let mut writer = Writer::new(&reading.names, &own, 1);
    writer.blocks(&found);
    let title = writer.headings.first().map(|heading| heading.title.clone());
    let title = title.map(|title| inline(&title, &Names::default(), &Plain));
    let headings = writer.headings.iter().skip(1).filter(|heading| heading.level == 2);
    let contents = headings.map(|it| (it.id.clone(), it.title.clone())).collect();
    Prose { title, html: writer.html, contents, labels, troubles }
}

/// A part of a page that has a label: what a schedule says about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its label.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its text as plain paragraphs.
    pub plain: String,
}

/// The labelled parts of a page. The page itself says what is wrong with it.
pub fn sections(source: &str) -> Vec<Section> {
    let source = normal(source);
    let lines: Vec<&str> = source.lines().map(str::trim_end).collect();
    let mut reading = Reading::for_page(&source);
    let found = blocks(&lines, &mut reading, 0);
    let mut sections = Vec::new();
    for (at, block) in found.iter().enumerate() {
        let (Block::Label(label), Some(Block::Title(title, ..))) = (block, found.get(at + 1))
        else {
            continue;
        };
        let rest = &found[at + 2..];
        let is_end = |block: &Block| matches!(block, Block::Label(_) | Block::Title(..));
        let inner = &rest[..rest.iter().position(is_end).unwrap_or(rest.len())];
        sections.push(Section {
            label: label.clone(),
            title: inline(title, &reading.names, &Plain),
            // The caller wraps it.
            plain: super::rendered(inner, &reading.names, usize::MAX / 2).join("\n"),
        });
    }
    sections
}

/// With line ends and blanks of one kind.
pub(super) fn normal(source: &str) -> String {
    let source = source.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    source.replace('\t', "        ").replace('\u{a0}', " ")
}

/// Without the fields at the beginning, such as `:orphan:`.
fn body(source: &str) -> impl Iterator<Item = &str> {
    source.lines().skip_while(|line| {
        line.trim().is_empty()
            || line.starts_with(':') && line[1..].contains(':') && !line.contains('`')
    })
}

/// The labels, each with the title that follows it, if one does.
fn labels_of(blocks: &[Block]) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if let Block::Label(name) = block {
            let next = blocks[at..].iter().find(|block| !matches!(block, Block::Label(_)));
            let title = match next {
                Some(Block::Title(title, ..)) => Some(title.clone()),
                _ => None,
            };
            found.push((name.clone(), title));
        }
    }
    found
}

/// The places of the page, and those of the site around it.
struct Own<'a> {
    labels: &'a [(String, Option<String>)],
    titles: &'a [&'a str],
    places: &'a dyn Places,
}

impl Places for Own<'_> {
    fn address(&self, target: &str) -> Result<String, String> {
        self.places.address(target)
    }

    fn label(&self, name: &str) -> Result<(String, String), String> {
        let id = anchor(name);
        let own = self.labels.iter().find(|(label, _)| anchor(label) == id);
        if let Some((label, title)) = own {
            return Ok((title.clone().unwrap_or_else(|| label.clone()), format!("#{id}")));
        }
        match self.titles.iter().find(|title| anchor(title) == id) {
            Some(title) => Ok(((*title).to_owned(), format!("#{id}"))),
            None => self.places.label(name),
        }
    }

    fn pages(&self, pattern: &str) -> Vec<String> {
        self.places.pages(pattern)
    }

    fn page(&self, name: &str) -> Result<(String, String), String> {
        self.places.page(name)
    }

    fn asked(&self, asked: &CustomDirective<'_>) -> Result<Option<(String, String)>, String> {
        self.places.asked(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::{CustomDirective, Places, page};

    /// A site with one page, `a`, one picture, `p.png`, and one directive, `known`.
    struct Site;

    impl Places for Site {
        fn address(&self, target: &str) -> Result<String, String> {
            if target == "p.png" { Ok(target.to_owned()) } else { Err(format!("no `{target}`")) }
        }

        fn label(&self, name: &str) -> Result<(String, String), String> {
            Err(format!("no label `{name}`"))
        }

        fn page(&self, name: &str) -> Result<(String, String), String> {
            match name {
                "a" => Ok(("A".to_owned(), "a.html".to_owned())),
                name => Err(format!("no page `{name}`")),
            }
        }

        fn asked(&self, asked: &CustomDirective<'_>) -> Result<Option<(String, String)>, String> {
            match (asked.directive, asked.option("of")) {
                ("known", Some(of)) => Ok(Some((format!("All of {of}"), "a.html".to_owned()))),
                (name, _) => Err(format!("unknown directive `{name}`")),
            }
        }
    }

    fn shown(source: &str) -> String {
        let prose = page(source, &Site);
        assert_eq!(prose.troubles, [], "{source}");
        prose.html.replace('\n', "")
    }

    fn troubles(source: &str) -> Vec<String> {
        let found = page(source, &Site).troubles.into_iter();
        found.map(|trouble| format!("{}: {}", trouble.line, trouble.message)).collect()
    }

    #[test]
    fn titles_of_directives_are_running_text() {
        for (source, html) in [
            (
                ".. admonition:: See :doc:`a`\n\n   x\n",
                "<p class=\"word\">See <a href=\"a.html\">A</a></p>",
            ),
            (".. rubric:: A *b*\n", "<p class=\"word\">A <em>b</em></p>"),
            (".. topic:: ``T``\n\n   x\n", "<code>T</code>"),
            (".. list-table:: A *b*\n\n   * - c\n", "<caption>A <em>b</em></caption>"),
            (
                ".. table:: A *b*\n\n   == ==\n   c  d\n   == ==\n",
                "<caption>A <em>b</em></caption>",
            ),
            (".. toctree::\n   :caption: More\n\n   a\n", "<p class=\"word\">More</p><ul>"),
        ] {
            assert!(shown(source).contains(html), "{source}: {}", shown(source));
        }
        for title in ["admonition", "rubric", "topic", "list-table"] {
            let source = format!("x\n\n.. {title}:: :doc:`b`\n\n   * - c\n");
            assert_eq!(troubles(&source), ["3: no page `b`"]);
        }
    }

    #[test]
    fn a_picture_has_its_caption_and_its_link() {
        assert_eq!(
            shown(".. figure:: p.png\n   :alt: P\n   :target: https://a.example\n\n   Of *p*.\n"),
            "<figure><a href=\"https://a.example\"><img src=\"p.png\" alt=\"P\"></a>\
             <figcaption><p>Of <em>p</em>.</p></figcaption></figure>"
        );
        assert_eq!(
            troubles("x\n\n.. image:: q.png\n   :target: javascript:x\n"),
            ["3: no `javascript:x`", "3: no `q.png`"]
        );
    }

    #[test]
    fn cells_may_be_merged() {
        let grid = "+---+---+\n| A     |\n+===+===+\n| b | c |\n|   +---+\n|   | d |\n+---+---+\n";
        let html = shown(grid);
        assert!(html.contains("<th scope=\"colgroup\" colspan=\"2\">A</th>"), "{html}");
        assert!(html.contains("<td rowspan=\"2\">b</td><td>c</td></tr><tr><td>d</td>"), "{html}");
        assert!(
            shown(".. csv-table::\n   :header: a, b\n\n   c, \"*d*, e\"\n")
                .contains("<th scope=\"col\">b</th></tr><tr><td>c</td><td><em>d</em>, e</td>")
        );
    }

    #[test]
    fn a_class_shows_its_body() {
        let body = "<p>a <strong>b</strong></p><ul><li>c</li></ul>";
        let html = shown(".. class:: wide\n\n   a **b**\n\n   * c\n\nd\n");
        assert_eq!(html, format!("{body}<p>d</p>"));
        assert_eq!(shown(".. class:: wide\n\nd\n"), "<p>d</p>");
    }

    #[test]
    fn the_rows_of_a_table_are_in_the_page() {
        for option in ["file", "url", "URL"] {
            let source =
                format!("x\n\n.. csv-table::\n   :header: a\n   :{option}: https://a.example\n");
            let name = option.to_lowercase();
            let told = format!("5: `:{name}:` is not allowed: the text must be in the page");
            assert_eq!(troubles(&source), [told]);
        }
        // A role at the beginning of a line is no option.
        assert!(shown(".. note::\n\n   :file:`a` is it.\n").contains(" is it."));
    }

    #[test]
    fn a_directive_of_the_site_leads_to_what_it_stands_for() {
        let html = "<p><a href=\"a.html\">All of roses</a></p>";
        assert_eq!(shown(".. known::\n   :of: roses\n"), html);
        assert_eq!(
            troubles("x\n\n- y\n\n  .. known::\n\nz\n\n.. strange::\n"),
            ["5: unknown directive `known`", "9: unknown directive `strange`"]
        );
    }

    #[test]
    fn an_address_is_a_link_wherever_it_is_written() {
        assert_eq!(
            shown("See https://a.example/b#c_d, (http://b.example)\u{a0}and http.\n"),
            "<p>See <a href=\"https://a.example/b#c_d\">https://a.example/b#c_d</a>, \
             (<a href=\"http://b.example\">http://b.example</a>) and http.</p>"
        );
        assert_eq!(
            shown("`x <https://a.example/\nb>`_\n"),
            "<p><a href=\"https://a.example/b\">x</a></p>"
        );
    }

    #[test]
    fn what_is_not_there_is_told_on_its_line() {
        assert_eq!(
            troubles("A\n=\n\n.. toctree::\n\n   b\n\nSee |x|, ``|y|`` and a | b | c.\n"),
            ["4: no page `b`", "8: nothing in the page says what `|x|` stands for"]
        );
        assert_eq!(shown("a\n\n----\n\nb\n"), "<p>a</p><hr><p>b</p>");
    }
}
