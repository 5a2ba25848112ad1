//! Names of places in a page: each once.

use std::collections::BTreeMap;

/// The names that a page has already, each with how often it was wanted.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeMap<String, usize>);

impl Ids {
    /// Takes `id` if it is free.
    pub(super) fn take(&mut self, id: &str) -> bool {
        let is_free = !self.0.contains_key(id);
        if is_free {
            self.0.insert(id.to_owned(), 1);
        }
        is_free
    }

    /// `id`, or `id-2` and so on if it is there already.
    pub(super) fn unique(&mut self, id: &str) -> String {
        if self.take(id) {
            return id.to_owned();
        }
        loop {
            let count = self.0.entry(id.to_owned()).or_insert(1);
            *count += 1;
            let next = format!("{id}-{count}");
            if self.take(&next) {
                return next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn a_name_that_is_there_gets_the_next_free_number() {
        let mut ids = Ids::default();
        assert!(ids.take("a-3"));
        let named: Vec<String> = (0..4).map(|_| ids.unique("a")).collect();
        assert_eq!(named, ["a", "a-2", "a-4", "a-5"]);
        assert!(!ids.take("a-4"));
    }
}
