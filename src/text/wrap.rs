//! Lines of a width that mail readers can quote.

/// Wraps running text: paragraphs stay apart, everything else about white space is forgotten.
pub fn paragraphs(text: &str, width: usize) -> String {
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
        .map(|paragraph| hanging(paragraph, "", width))
        .collect();
    wrapped.join("\n\n")
}

/// Wraps one paragraph, its second and later lines indented. A longer word stays whole.
pub fn hanging(text: &str, indent: &str, width: usize) -> String {
    let (mut lines, mut columns) = (String::new(), 0);
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if columns == 0 {
            columns = length;
        } else if columns + 1 + length <= width {
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

    use super::{hanging, paragraphs};

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(paragraphs("\n\na\n  b\n\n\n \nc d\n", 72), "a b\n\nc d");
        assert_eq!(paragraphs("", 72), "");
    }

    proptest! {
        #[test]
        fn no_word_is_lost_and_no_line_too_long(text in "([a-zé]{1,80} ){0,40}", width in 20_usize..80) {
            let wrapped = hanging(&text, "    ", width);
            let words: Vec<&str> = text.split_whitespace().collect();
            prop_assert_eq!(wrapped.split_whitespace().collect::<Vec<_>>(), words);
            for line in wrapped.lines() {
                let fits = line.chars().count() <= width;
                prop_assert!(fits || line.split_whitespace().count() == 1, "{}", line);
            }
        }
    }
}
