//! Cuts Python into tokens. Comments and the inside of brackets over several lines are no end of a statement.

/// A token with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Name(String),
    /// Its content.
    Text(String),
    /// Bytes, a string with fields in it, or a number.
    Other,
    Sign(char),
    /// The end of a statement, and whether the next one is indented.
    End {
        indented: bool,
    },
}

/// The tokens of `text`, in one pass.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let indented = text.starts_with([' ', '\t']);
    let mut cutter = Cutter { rest: text, line: 1, depth: 0, found: Vec::new() };
    cutter.put(TokenKind::End { indented });
    while let Some(c) = cutter.rest.chars().next() {
        cutter.cut(c);
    }
    cutter.put(TokenKind::End { indented: false });
    cutter.found
}

struct Cutter<'a> {
    rest: &'a str,
    line: usize,
    depth: usize,
    found: Vec<Token>,
}

impl Cutter<'_> {
    fn put(&mut self, kind: TokenKind) {
        self.found.push(Token { line: self.line, kind });
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn cut(&mut self, c: char) {
        match c {
            '\n' => {
                self.skip(1);
                if self.depth == 0 {
                    let indented = self.rest.starts_with([' ', '\t']);
                    self.put(TokenKind::End { indented });
                }
                self.line += 1;
            }
            '#' => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '\\' if self.rest[1..].starts_with('\n') => {
                self.line += 1;
                self.skip(2);
            }
            '"' | '\'' => self.text(""),
            c if c.is_alphabetic() || c == '_' => self.word(),
            c if c.is_ascii_digit() => {
                let is_other = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
                self.put(TokenKind::Other);
                self.skip(self.rest.find(is_other).unwrap_or(self.rest.len()));
            }
            c => {
                self.depth = match c {
                    '(' | '[' | '{' => self.depth + 1,
                    ')' | ']' | '}' => self.depth.saturating_sub(1),
                    _ => self.depth,
                };
                if !c.is_whitespace() {
                    self.put(TokenKind::Sign(c));
                }
                self.skip(c.len_utf8());
            }
        }
    }

    fn word(&mut self) {
        let is_other = |c: char| !(c.is_alphanumeric() || c == '_');
        let (word, after) = self.rest.split_at(self.rest.find(is_other).unwrap_or(self.rest.len()));
        let is_prefix = word.len() <= 2 && word.chars().all(|c| "rRbBuUfFtT".contains(c));
        self.rest = after;
        if is_prefix && after.starts_with(['"', '\'']) {
            self.text(word);
        } else {
            self.put(TokenKind::Name(word.to_owned()));
        }
    }

    /// A string, from its opening quote.
    fn text(&mut self, prefix: &str) {
        let has = |letters: &str| prefix.chars().any(|c| letters.contains(c));
        let line = self.line;
        let quote = if self.rest.starts_with('"') { "\"" } else { "'" };
        let triple = quote.repeat(3);
        let end = if self.rest.starts_with(&triple) { triple.as_str() } else { quote };
        self.skip(end.len());
        let mut content = String::new();
        while let Some(c) = self.rest.chars().next() {
            if self.rest.starts_with(end) {
                self.skip(end.len());
                break;
            }
            if c == '\n' && end.len() == 1 {
                break;
            }
            if c == '\\' {
                self.escape(has("rR"), &mut content);
                continue;
            }
            self.line += usize::from(c == '\n');
            content.push(c);
            self.skip(c.len_utf8());
        }
        let kind = if has("bBfFtT") { TokenKind::Other } else { TokenKind::Text(content) };
        self.found.push(Token { line, kind });
    }

    /// A backslash and what follows it. Names of packages and versions need no others.
    fn escape(&mut self, is_raw: bool, content: &mut String) {
        self.skip(1);
        let Some(c) = self.rest.chars().next() else { return };
        self.skip(c.len_utf8());
        self.line += usize::from(c == '\n');
        match c {
            _ if is_raw => content.extend(['\\', c]),
            '\n' => {}
            'n' => content.push('\n'),
            't' => content.push('\t'),
            '\\' | '\'' | '"' => content.push(c),
            other => content.extend(['\\', other]),
        }
    }
}
