//! Which two states were compared, in words.

use super::short;
use crate::tree::scope::{Compared, With};

/// `compared HEAD (1c1c48128a50) with its first parent (a81b7b84f2d2)`.
pub(super) fn in_words(compared: &Compared) -> String {
    let head = match &compared.head {
        Some((name, commit)) => named(name, commit),
        None => "the working tree".to_owned(),
    };
    let base = compared.base.as_deref().unwrap_or_default();
    let with = match &compared.with {
        With::Head => named("HEAD", base),
        With::Followed(branch) => format!("the commit where it left {}", named(branch, base)),
        With::Parent => named("its first parent", base),
        With::Named(revision) => named(revision, base),
        With::Nothing => "nothing: there is no commit before it".to_owned(),
        With::Whole => return format!("judged the files of {head} whole"),
    };
    format!("compared {head} with {with}")
}

/// A name and the first digits of its commit; those alone, where the name is a commit id.
fn named(name: &str, commit: &str) -> String {
    let short = short::named(commit);
    if name.len() >= 7 && commit.starts_with(name) {
        return short.to_owned();
    }
    // `<40 digits>^1` is known by its first digits too.
    let digits = name.bytes().take_while(u8::is_ascii_hexdigit).count();
    let name = match name.split_at(digits) {
        (id, rest) if digits == 40 => format!("{}{rest}", short::named(id)),
        _ => name.to_owned(),
    };
    format!("{name} ({short})")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(head: Option<&str>, with: With, base: Option<char>) -> String {
        let head = head.map(|name| (name.to_owned(), "2".repeat(40)));
        let base = base.map(|digit| digit.to_string().repeat(40));
        in_words(&Compared { head, with, base })
    }

    #[test]
    fn a_line_says_what_was_compared_with_what_and_why() {
        let followed = With::Followed("origin/master".to_owned());
        let lines = [
            words(None, With::Head, Some('1')),
            words(Some("HEAD"), followed, Some('1')),
            words(Some(&"2".repeat(40)), With::Parent, Some('1')),
            words(Some("topic"), With::Named("2.0.0".to_owned()), Some('1')),
            words(Some("2222222"), With::Named("1111111".to_owned()), Some('1')),
            words(Some("topic"), With::Named(format!("{}^1", "3".repeat(40))), Some('1')),
            words(Some("HEAD"), With::Nothing, None),
            words(None, With::Whole, None),
        ];
        insta::assert_snapshot!(lines.join("\n"), @"
        compared the working tree with HEAD (111111111111)
        compared HEAD (222222222222) with the commit where it left origin/master (111111111111)
        compared 222222222222 with its first parent (111111111111)
        compared topic (222222222222) with 2.0.0 (111111111111)
        compared 222222222222 with 111111111111
        compared topic (222222222222) with 333333333333^1 (111111111111)
        compared HEAD (222222222222) with nothing: there is no commit before it
        judged the files of the working tree whole
        ");
    }
}
