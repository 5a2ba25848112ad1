//! The grammar of markers.

use super::{Comparison, Condition, Side};

/// Deeper brackets are refused.
const DEEPEST: usize = 32;

/// Reads a whole marker.
pub(super) fn condition(text: &str) -> Result<Condition, String> {
    let mut reader = Reader { rest: text.trim_start(), depth: 0 };
    let found = reader.any()?;
    if reader.rest.is_empty() {
        Ok(found)
    } else {
        Err(format!("`{}` is unexpected in a marker", start_of(reader.rest)))
    }
}

/// Enough of it to recognise the place.
fn start_of(text: &str) -> String {
    text.chars().take(20).collect()
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

enum Operand {
    Text(String),
    Variable(String),
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, String> {
        if !self.takes("(") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("a marker has too many brackets".to_owned());
        }
        let inner = self.any()?;
        if !self.takes(")") {
            return Err("a marker lacks a closing bracket".to_owned());
        }
        self.depth -= 1;
        Ok(inner)
    }

    fn comparison(&mut self) -> Result<Condition, String> {
        let left = self.operand()?;
        let comparison = self.operator()?;
        match (left, self.operand()?) {
            (Operand::Variable(variable), Operand::Text(text)) => {
                Ok(Condition::Is { variable, comparison, text, side: Side::Left })
            }
            (Operand::Text(text), Operand::Variable(variable)) => {
                Ok(Condition::Is { variable, comparison, text, side: Side::Right })
            }
            (Operand::Text(left), Operand::Text(right)) => {
                Ok(Condition::Constant(comparison.of_texts(&left, &right, Side::Left)))
            }
            (Operand::Variable(_), Operand::Variable(_)) => Ok(Condition::Constant(true)),
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        for quote in ['"', '\''] {
            if let Some(rest) = self.rest.strip_prefix(quote) {
                let (text, after) = rest
                    .split_once(quote)
                    .ok_or_else(|| "a marker has an open quote".to_owned())?;
                self.rest = after.trim_start();
                return Ok(Operand::Text(text.to_owned()));
            }
        }
        let is_other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'));
        let end = self.rest.find(is_other).unwrap_or(self.rest.len());
        if end == 0 {
            return Err(format!("a marker has no variable at `{}`", start_of(self.rest)));
        }
        let (name, after) = self.rest.split_at(end);
        self.rest = after.trim_start();
        Ok(Operand::Variable(name.to_owned()))
    }

    fn operator(&mut self) -> Result<Comparison, String> {
        let symbols = [
            Comparison::Identical,
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::LessOrEqual,
            Comparison::GreaterOrEqual,
            Comparison::Compatible,
            Comparison::Less,
            Comparison::Greater,
        ];
        if let Some(found) = symbols.into_iter().find(|it| self.takes(it.symbol())) {
            return Ok(found);
        }
        if self.takes_word("in") {
            return Ok(Comparison::In);
        }
        if self.takes_word("not") && self.takes_word("in") {
            return Ok(Comparison::NotIn);
        }
        Err(format!("a marker has no comparison at `{}`", start_of(self.rest)))
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let after = self.rest.strip_prefix(symbol);
        self.rest = after.map_or(self.rest, str::trim_start);
        after.is_some()
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_end = |rest: &&str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let after = self.rest.strip_prefix(word).filter(is_end);
        self.rest = after.map_or(self.rest, str::trim_start);
        after.is_some()
    }
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => Condition::Constant(true),
    }
}
