//! Lists in messages that stay short.

/// The first `most` of `items`, and how many more there are: `a, b, 3 more`.
pub(super) fn listed<T>(items: &[T], most: usize, show: impl Fn(&T) -> String) -> String {
    let mut shown: Vec<String> = items.iter().take(most).map(show).collect();
    if items.len() > most {
        shown.push(format!("{} more", items.len() - most));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn what_is_left_out_is_counted() {
        let show = |number: &u8| format!("`{number}`");
        assert_eq!(listed(&[1, 2], 2, show), "`1`, `2`");
        assert_eq!(listed(&[1, 2, 3, 4], 2, show), "`1`, `2`, 2 more");
        assert_eq!(listed(&[], 2, show), "");
    }
}
