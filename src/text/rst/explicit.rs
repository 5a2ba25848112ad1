//! What begins with two dots: directives, names of links, footnotes, substitutions and comments.

use super::block::Block;
use super::directive::Directive;
use super::parse::Parser;

impl Parser<'_, '_, '_> {
    /// `.. something`, with all that is indented below it.
    pub(super) fn explicit(&mut self) {
        let start = self.at;
        let first = self.lines[start].get(3..).unwrap_or_default().trim();
        self.at += 1;
        let body = self.indented(usize::MAX);
        if let Some(name) = first.strip_prefix('_') {
            self.target(&(name.to_owned() + &body.concat()));
        } else if let Some(definition) = first.strip_prefix('|') {
            self.substitution(definition, start);
        } else if first.starts_with('[') && first.contains(']') {
            let mut lines = vec![first];
            lines.extend(body);
            let text = lines.join(" ");
            self.reading.running(first, &text);
            self.blocks.push(Block::Paragraph(text));
        } else if let Some(directive) = Directive::of(first, &body, &self.lines[start..self.at]) {
            let blocks = self.directive(directive);
            self.blocks.extend(blocks);
        }
    }

    /// A place in the text, or where a name leads to.
    fn target(&mut self, text: &str) {
        match label(text) {
            Some(label) => self.blocks.push(Block::Label(label.to_owned())),
            None => self.reading.names.add(text),
        }
    }

    /// `|name| replace:: text`.
    fn substitution(&mut self, definition: &str, start: usize) {
        match definition.split_once("| replace::") {
            Some((name, text)) => self.reading.names.replace(name, text.trim()),
            None => {
                self.reading.trouble(self.lines[start], "only `replace` can define a substitution");
            }
        }
    }
}

/// `name:` without anything behind it: a place in the text.
fn label(text: &str) -> Option<&str> {
    let name = text.strip_suffix(':').filter(|name| !name.is_empty() && *name != "_")?;
    let quoted = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
    Some(quoted.unwrap_or(name))
}
