//! Names of packages and of their extras.

/// The one spelling of a name that PEP 503 compares: lower case, with a single `-` for each run of `-`, `_` and `.`.
pub fn normalized(name: &str) -> String {
    let mut found = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if found.ends_with('-') => {}
            '-' | '_' | '.' => found.push('-'),
            other => found.push(other.to_ascii_lowercase()),
        }
    }
    found
}

/// Whether `text` can be the name of a package (PEP 508).
pub(super) fn is_name(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().all(is_inner)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::{is_name, normalized};

    #[test]
    fn spellings_of_one_name_are_equal() {
        for name in ["glance_store", "Glance.Store", "glance--store", "GLANCE-_.store"] {
            assert_eq!(normalized(name), "glance-store", "{name}");
        }
        assert_ne!(normalized("glancestore"), normalized("glance-store"));
    }

    #[test]
    fn a_name_begins_and_ends_with_a_letter_or_digit() {
        for name in ["a", "oslo.config", "XStatic-jQuery", "zope.interface", "3to2"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "-a", "a-", "a b", "${PKG}", "ä"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
