//! Lines of a width that mail readers can quote.

/// Columns of a line.
pub(super) const WIDTH: usize = 72;

/// Wraps running text: paragraphs stay apart, everything else about white space is forgotten.
pub(super) fn paragraphs(text: &str) -> String {
    let mut paragraphs = vec![String::new()];
    for line in text.lines() {
        match paragraphs.last_mut() {
            Some(last) if !line.trim().is_empty() => {
                last.push_str(line);
                last.push('\n');
            }
            _ => paragraphs.push(String::new()),
        }
    }
    let wrapped: Vec<String> = paragraphs
        .iter()
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| hanging(paragraph, ""))
        .collect();
    wrapped.join("\n\n")
}

/// Wraps one paragraph, its second and later lines indented. A longer word stays whole.
pub(super) fn hanging(text: &str, indent: &str) -> String {
    let (mut lines, mut columns) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if columns == 0 {
            columns = length;
        } else if columns + 1 + length <= WIDTH {
            lines.push(' ');
            columns += 1 + length;
        } else {
            lines.push('\n');
            lines.push_str(indent);
            columns = indent.len() + length;
        }
        lines.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use super::{WIDTH, hanging, paragraphs};

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(paragraphs("\n\na\n  b\n\n\n \nc d\n"), "a b\n\nc d");
        assert_eq!(paragraphs(""), "");
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_long(text in "([a-zé]{1,80} ){0,40}") {
            let wrapped = hanging(&text, "    ");
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words);
            for line in wrapped.lines() {
                let fits = line.chars().count() <= WIDTH;
                prop_assert!(fits || line.split_whitespace().count() == 1, "{}", line);
            }
        }
    }
}
