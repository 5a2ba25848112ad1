//! Reads statements, calls and expressions from tokens.

use std::collections::{HashMap, HashSet};

use super::fold::{LONGEST, filled, joined, weight};
use super::tokens::{Token, TokenKind};
use super::{Call, Kind, Module, Value};

/// Deeper brackets are computed.
const DEEPEST: usize = 32;
/// How many values are copied at most where names stand for them.
const MOST_COPIES: usize = 100_000;

/// What the tokens of a file say.
pub(super) fn module(tokens: &[Token], function: &str) -> Module {
    let mut reader = Reader { tokens, at: 0, depth: 0, names: Names::default(), copies: 0 };
    let mut calls = Vec::new();
    while let Some(kind) = reader.kind(0) {
        let start = reader.at;
        match kind {
            TokenKind::End { indented } => {
                reader.statement(*indented);
                // A call may be part of the statement.
                reader.at = start + 1;
            }
            TokenKind::Name(name)
                if name == function
                    && reader.sign(1, '(')
                    && reader.word_before(start) != Some("def") =>
            {
                reader.at += 2;
                calls.push(reader.call());
            }
            _ => reader.at += 1,
        }
    }
    Module { constants: reader.names.known, calls }
}

/// The names that the file has given so far.
#[derive(Default)]
struct Names {
    known: HashMap<String, Value>,
    /// Assigned twice, or not at the top level.
    unsure: HashSet<String>,
    /// Modules, by the name that they have here.
    modules: HashMap<String, Vec<String>>,
}

impl Names {
    fn assign(&mut self, name: &str, value: Option<Value>) {
        let before = self.known.remove(name);
        match value {
            Some(value) if before.is_none() && !self.unsure.contains(name) => {
                self.known.insert(name.to_owned(), value);
            }
            _ => {
                self.unsure.insert(name.to_owned());
            }
        }
    }
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    names: Names,
    copies: usize,
}

impl<'a> Reader<'a> {
    fn kind(&self, ahead: usize) -> Option<&'a TokenKind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    fn sign(&self, ahead: usize, sign: char) -> bool {
        self.kind(ahead) == Some(&TokenKind::Sign(sign))
    }

    fn name(&self, ahead: usize) -> Option<&'a str> {
        match self.kind(ahead) {
            Some(TokenKind::Name(name)) => Some(name),
            _ => None,
        }
    }

    fn word_before(&self, at: usize) -> Option<&'a str> {
        match self.tokens.get(at.checked_sub(1)?).map(|token| &token.kind) {
            Some(TokenKind::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// A statement, from the end of the one before it.
    fn statement(&mut self, indented: bool) {
        self.at += 1;
        match self.name(0) {
            Some("import") => self.import(),
            Some("from") => self.import_from(),
            Some(name) => {
                // `NAME = …` and `NAME: str = …`, and not `NAME == …`.
                let annotated = self.sign(1, ':') && self.name(2).is_some() && self.sign(3, '=');
                let value_at = if annotated { 4 } else { 2 };
                let is_assigned = annotated || (self.sign(1, '=') && !self.sign(2, '='));
                let is_changed = matches!(self.kind(1), Some(TokenKind::Sign('+' | '%' | '*')))
                    && self.sign(2, '=');
                if is_changed {
                    self.names.assign(name, None);
                } else if is_assigned {
                    self.at += value_at;
                    let value = self.expression();
                    let is_whole =
                        matches!(self.kind(0), Some(TokenKind::End { .. } | TokenKind::Sign(';')));
                    let value =
                        if is_whole { value } else { Value { kind: Kind::Computed, ..value } };
                    self.names.assign(name, (!indented).then_some(value));
                }
            }
            None => {}
        }
    }

    /// `import a.b as c`.
    fn import(&mut self) {
        self.at += 1;
        let path = self.path();
        if self.name(0) == Some("as")
            && let Some(alias) = self.name(1)
        {
            self.names.modules.insert(alias.to_owned(), path);
        } else if let [only] = path.as_slice() {
            self.names.modules.insert(only.clone(), path);
        }
    }

    /// `from a.b import c as d, e`.
    fn import_from(&mut self) {
        self.at += 1;
        let package = self.path();
        if package.is_empty() || self.name(0) != Some("import") {
            return;
        }
        self.at += 1;
        while !matches!(self.kind(0), None | Some(TokenKind::End { .. })) {
            if let Some(name) = self.name(0) {
                let alias = if self.name(1) == Some("as") { self.name(2) } else { None };
                let path = [package.as_slice(), &[name.to_owned()]].concat();
                self.names.modules.insert(alias.unwrap_or(name).to_owned(), path);
                self.at += if alias.is_some() { 2 } else { 0 };
            }
            self.at += 1;
        }
    }

    /// Names joined with dots.
    fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        while let Some(name) = self.name(0) {
            path.push(name.to_owned());
            self.at += 1;
            if !self.sign(0, '.') {
                break;
            }
            self.at += 1;
        }
        path
    }

    /// The arguments of a call, behind its `(`.
    fn call(&mut self) -> Call {
        let mut call = Call::default();
        while !matches!(self.kind(0), None | Some(TokenKind::Sign(')' | ']' | '}'))) {
            if self.sign(0, ',') {
                self.at += 1;
                continue;
            }
            if let Some(name) = self.name(0)
                && self.sign(1, '=')
                && !self.sign(2, '=')
            {
                self.at += 2;
                let value = self.item();
                call.named.insert(name.to_owned(), value);
            } else {
                call.has_more |= self.sign(0, '*');
                self.skip_item();
            }
        }
        call
    }

    /// An expression up to the `,`, `:` or bracket that ends it; computed if there is more before that.
    fn item(&mut self) -> Value {
        let value = self.expression();
        if self.is_at_end_of_item() {
            return value;
        }
        self.skip_item();
        Value { kind: Kind::Computed, ..value }
    }

    fn is_at_end_of_item(&self) -> bool {
        matches!(
            self.kind(0),
            None | Some(TokenKind::Sign(',' | ')' | ']' | '}' | ':') | TokenKind::End { .. })
        )
    }

    /// Goes to the end of the item, over everything in brackets.
    fn skip_item(&mut self) {
        let mut depth = 0_usize;
        while let Some(kind) = self.kind(0) {
            match kind {
                TokenKind::Sign('(' | '[' | '{') => depth += 1,
                TokenKind::Sign(')' | ']' | '}') if depth == 0 => return,
                TokenKind::Sign(')' | ']' | '}') => depth -= 1,
                TokenKind::Sign(',') if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Goes behind the bracket that closes the open one.
    fn leave(&mut self) {
        self.skip_item();
        while self.sign(0, ',') {
            self.at += 1;
            self.skip_item();
        }
        self.at += 1;
    }

    fn expression(&mut self) -> Value {
        let mut value = self.term();
        while let Some(TokenKind::Sign(sign @ ('+' | '%'))) = self.kind(0) {
            self.at += 1;
            let right = self.term();
            let kind = if *sign == '+' {
                joined(value.kind, right.kind)
            } else {
                filled(&value.kind, &right.kind)
            };
            value = Value { line: value.line, kind };
        }
        value
    }

    fn term(&mut self) -> Value {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let kind = match self.kind(0) {
            Some(TokenKind::Text(_)) => self.text(),
            Some(TokenKind::Name(_)) => self.named(),
            Some(TokenKind::Sign('(')) => self.brackets(')'),
            Some(TokenKind::Sign('[')) => self.brackets(']'),
            Some(TokenKind::Sign('{')) => self.map(),
            Some(TokenKind::Other) => {
                self.at += 1;
                Kind::Computed
            }
            _ => Kind::Computed,
        };
        let is_used = self.sign(0, '.') || self.sign(0, '(') || self.sign(0, '[');
        Value { line, kind: if is_used { Kind::Computed } else { kind } }
    }

    /// Strings in a row are one.
    fn text(&mut self) -> Kind {
        let mut text = String::new();
        while let Some(TokenKind::Text(part)) = self.kind(0) {
            if text.len() + part.len() <= LONGEST {
                text.push_str(part);
            }
            self.at += 1;
        }
        if self.kind(0) == Some(&TokenKind::Other) { Kind::Computed } else { Kind::Text(text) }
    }

    fn named(&mut self) -> Kind {
        let path = self.path();
        match path.as_slice() {
            [only] if only == "True" => Kind::True,
            [only] if only == "None" || only == "False" => Kind::Nothing,
            [only] => {
                if let Some(value) = self.names.known.get(only) {
                    self.copies += weight(&value.kind);
                    return if self.copies <= MOST_COPIES {
                        value.kind.clone()
                    } else {
                        Kind::Computed
                    };
                }
                match self.names.modules.get(only).and_then(|path| path.split_last()) {
                    Some((name, module)) if !module.is_empty() => {
                        Kind::Foreign(module.to_vec(), name.clone())
                    }
                    _ => Kind::Computed,
                }
            }
            [module, name] => match self.names.modules.get(module) {
                Some(module) => Kind::Foreign(module.clone(), name.clone()),
                None => Kind::Computed,
            },
            _ => Kind::Computed,
        }
    }

    /// A list, a tuple, or one expression in brackets.
    fn brackets(&mut self, close: char) -> Kind {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            self.leave();
            self.depth -= 1;
            return Kind::Computed;
        }
        let (mut items, mut has_comma) = (Vec::new(), false);
        while self.kind(0).is_some() && !self.sign(0, close) {
            if self.sign(0, ',') {
                has_comma = true;
                self.at += 1;
                continue;
            }
            items.push(self.item());
            if !self.is_between(close) {
                self.leave();
                self.depth -= 1;
                return Kind::Computed;
            }
        }
        self.at += 1;
        self.depth -= 1;
        match items.pop() {
            Some(only) if close == ')' && items.is_empty() && !has_comma => only.kind,
            last => {
                items.extend(last);
                Kind::Many(items)
            }
        }
    }

    fn is_between(&self, close: char) -> bool {
        self.kind(0).is_none() || self.sign(0, ',') || self.sign(0, close)
    }

    fn map(&mut self) -> Kind {
        self.at += 1;
        self.depth += 1;
        let mut items = Vec::new();
        let mut is_plain = self.depth <= DEEPEST;
        while is_plain && self.kind(0).is_some() && !self.sign(0, '}') {
            if self.sign(0, ',') {
                self.at += 1;
                continue;
            }
            let key = self.item();
            is_plain = self.sign(0, ':');
            if is_plain {
                self.at += 1;
                items.push((key, self.item()));
                is_plain = self.is_between('}');
            }
        }
        self.depth -= 1;
        if !is_plain {
            self.leave();
            return Kind::Computed;
        }
        self.at += 1;
        Kind::Map(items)
    }
}
