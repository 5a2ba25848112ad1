//! Stamps: short texts that differ where anything differs that a page was made from.

use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::book::Entry;

/// Bytes of a digest that are kept.
const KEPT: usize = 16;

/// What something was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Stamp(String);

/// Puts a stamp together. No two lists of texts give the same one.
#[derive(Clone)]
pub(super) struct Stamper(Context);

impl Stamper {
    pub(super) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    /// Takes in a text.
    #[must_use]
    pub(super) fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// Takes in texts, and that they end here.
    #[must_use]
    pub(super) fn texts<'t>(mut self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut count = 0_u64;
        for text in texts {
            self.add(text.as_bytes());
            count += 1;
        }
        self.0.update(&count.to_le_bytes());
        self
    }

    /// Takes in numbers.
    #[must_use]
    pub(super) fn numbers(mut self, numbers: &[i64]) -> Self {
        numbers.iter().for_each(|number| self.0.update(&number.to_le_bytes()));
        self
    }

    /// Takes in what the pages about files are made from.
    #[must_use]
    pub(super) fn entries<'e, 'a: 'e>(
        self,
        entries: impl IntoIterator<Item = &'e Entry<'a>>,
    ) -> Self {
        self.texts(entries.into_iter().map(|entry| entry.card.stamp.0.as_str()))
    }

    /// Takes in another stamp.
    #[must_use]
    pub(super) fn stamp(self, stamp: &Stamp) -> Self {
        self.text(&stamp.0)
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// The stamp of all that was taken in.
    pub(super) fn finish(self) -> Stamp {
        let digest = self.0.finish();
        Stamp(digest.as_ref()[..KEPT].iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Stamper;

    #[test]
    fn texts_are_told_apart_where_they_end() {
        let of = |texts: &[&str]| Stamper::new().texts(texts.iter().copied()).finish();
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        let twice = Stamper::new().texts(["a"]).texts(["b"]).finish();
        assert_ne!(twice, of(&["a", "b"]));
    }
}
