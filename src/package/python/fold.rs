//! Puts values together: sums, and texts that are filled in.

use super::Kind;

/// The longest text that is put together, in bytes.
pub(super) const LONGEST: usize = 8192;

pub(super) fn weight(kind: &Kind) -> usize {
    match kind {
        Kind::Many(items) => 1 + items.iter().map(|item| weight(&item.kind)).sum::<usize>(),
        Kind::Map(items) => {
            1 + items
                .iter()
                .map(|(key, value)| weight(&key.kind) + weight(&value.kind))
                .sum::<usize>()
        }
        Kind::Text(text) => 1 + text.len() / 64,
        _ => 1,
    }
}

/// `left + right`.
pub(super) fn joined(left: Kind, right: Kind) -> Kind {
    match (left, right) {
        (Kind::Text(left), Kind::Text(right)) if left.len() + right.len() <= LONGEST => {
            Kind::Text(left + &right)
        }
        (Kind::Many(mut left), Kind::Many(right)) => {
            left.extend(right);
            Kind::Many(left)
        }
        _ => Kind::Computed,
    }
}

/// `left % right`, where `left` has nothing but `%s` to fill in.
pub(super) fn filled(left: &Kind, right: &Kind) -> Kind {
    let Kind::Text(pattern) = left else { return Kind::Computed };
    let words: Option<Vec<&str>> = match right {
        Kind::Text(text) => Some(vec![text]),
        Kind::Many(items) => items.iter().map(|item| text_of(&item.kind)).collect(),
        _ => None,
    };
    let parts: Vec<&str> = pattern.split("%s").collect();
    let has_others = parts.iter().any(|part| part.contains('%'));
    match words {
        Some(words) if words.len() + 1 == parts.len() && !has_others => {
            let length = pattern.len() + words.iter().map(|word| word.len()).sum::<usize>();
            if length > LONGEST {
                return Kind::Computed;
            }
            let mut text = parts[0].to_owned();
            for (word, part) in words.iter().zip(&parts[1..]) {
                text.push_str(word);
                text.push_str(part);
            }
            Kind::Text(text)
        }
        _ => Kind::Computed,
    }
}

fn text_of(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}
