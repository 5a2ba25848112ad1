//! Writes a file in the usual style.

use super::fixes::fix;
use crate::tree::place::Fix;
use crate::tree::yaml::style;

/// How often the rest is looked at again: what is inside moves after what is around it.
const ROUNDS: usize = 64;

/// `text` with everything corrected that `yaml-style` reports and can correct, and nothing else changed. What cannot be read
/// stays as it is.
pub fn format(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let slips = style::slips(&text);
        let fixes: Vec<&Fix> = slips.iter().filter_map(|slip| slip.fix.as_ref()).collect();
        let fixed = fix(&text, &fixes).text;
        if fixed == text {
            break;
        }
        text = fixed;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_are_corrected_and_then_nothing_is_left() {
        let text = "releases:\n-   version: 1.0.0 \n    projects:\n    -   repo: a/b\n        hash: c\n-   version: 1.1.0";
        let expected = "---\nreleases:\n  - version: 1.0.0\n    projects:\n      - repo: a/b\n        hash: c\n  - version: 1.1.0\n";
        assert_eq!(format(text), expected);
        assert_eq!(format(expected), expected);
        assert_eq!(format("a: [b\n  "), "a: [b\n  ");
    }
}
