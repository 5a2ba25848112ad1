//! What the items of lists begin with.

/// The beginning of an item: the columns that it takes, and what it says.
#[derive(Clone, Copy)]
pub(super) struct Marker {
    pub(super) columns: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bullet(char),
    Number(u32, char),
    Counted(char),
}

impl Marker {
    /// `- `, `* `, `+ `, `1. `, `2) `, `#. `.
    pub(super) fn of(line: &str) -> Option<Self> {
        let first = line.chars().next()?;
        let rest = &line[first.len_utf8()..];
        if matches!(first, '-' | '*' | '+' | '•') && (rest.starts_with(' ') || rest.is_empty()) {
            return Some(Self { columns: first.len_utf8(), kind: Kind::Bullet(first) });
        }
        let (number, rest) = match first {
            '#' => (None, rest),
            '0'..='9' => {
                let digits = line.bytes().take_while(u8::is_ascii_digit).count();
                (Some(line[..digits].parse().ok()?), &line[digits..])
            }
            _ => return None,
        };
        let end = rest.chars().next().filter(|end| matches!(end, '.' | ')'))?;
        let kind = number.map_or(Kind::Counted(end), |number| Kind::Number(number, end));
        let columns = line.len() - rest.len() + 1;
        line[columns..].starts_with(' ').then_some(Self { columns, kind })
    }

    /// As it is written before the item with that number.
    pub(super) fn written(self, number: usize) -> String {
        match self.kind {
            Kind::Bullet(bullet) => format!("{bullet} "),
            Kind::Number(number, end) => format!("{number}{end} "),
            Kind::Counted(end) => format!("{number}{end} "),
        }
    }

    /// Whether an item that begins so goes on with a list whose last item began with `other`.
    pub(super) fn is_like(self, other: &str) -> bool {
        let is_number = other.starts_with(|c: char| c.is_ascii_digit());
        match self.kind {
            Kind::Bullet(bullet) => other.starts_with(bullet),
            Kind::Number(..) | Kind::Counted(_) => is_number,
        }
    }
}
