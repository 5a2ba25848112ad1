//! Text from elsewhere, made harmless for the place where it is shown.
//!
//! A name, a subject or a server's reply may steer a terminal, turn the direction of a line around, hide characters, look like
//! another name, or end a line and begin one of its own. Every sink passes what it writes through here: [`visible`] where
//! several lines are meant, [`one_line`] where one is, [`hanging`] for messages on standard error, [`markdown`] for comments
//! in a review, and [`json`] for programs. What would do harm is shown as `\u{202e}`; nothing is dropped.

pub mod cmark;
mod digest;
pub mod html;
mod ids;
pub mod json;
mod login;
pub mod mail;
pub mod prose;
pub mod rst;
pub mod wrap;

use std::borrow::Cow;

pub use digest::{digest_of, integrity_of};
pub use login::{server_of, without_login, without_passwords};

/// Whether `c` must not be shown as it is: it steers a terminal, turns the direction of the text around, takes no room, or
/// looks like a space and is none. The tab and the line end are not among them.
pub fn is_hostile(c: char) -> bool {
    match c {
        '\n' | '\t' | ' ' => false,
        _ if c.is_ascii() => c.is_control(),
        _ => c.is_control() || c.is_whitespace() || is_format(c) || is_unseen(c) || is_no_text(c),
    }
}

/// Unicode's category of format characters, Cf.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// Fillers, joiners, selectors and other characters that no reader sees.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{2800}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}' | '\u{E0080}'..='\u{E0FFF}')
}

/// Code points that Unicode keeps out of text for good.
fn is_no_text(c: char) -> bool {
    u32::from(c) & 0xFFFE == 0xFFFE || matches!(c, '\u{FDD0}'..='\u{FDEF}')
}

/// Appends `c`: as it is, as `\u{…}` where it is hostile, as four blanks where it is a tab.
pub fn push(safe: &mut String, c: char) {
    match c {
        '\t' => safe.push_str("    "),
        '\u{FE0F}' | '\u{200D}' if ends_in_emoji(safe) => safe.push(c),
        c if is_hostile(c) => safe.extend(c.escape_unicode()),
        c => safe.push(c),
    }
}

/// A heart is red by its selector, and a family is joined: what comes after a pictograph hides nothing.
fn ends_in_emoji(safe: &str) -> bool {
    let mut before = safe.chars().rev().skip_while(|c| *c == '\u{FE0F}');
    before.next().is_some_and(|c| {
        matches!(c, '\u{203C}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
            && !is_hostile(c)
    })
}

/// Text of several lines: keeps line ends, writes tabs as four blanks and what is hostile as `\u{…}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\t' || is_hostile(c)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    text.replace("\r\n", "\n").chars().for_each(|c| push(&mut safe, c));
    Cow::Owned(safe)
}

/// Text of one line: line ends become blanks.
pub fn one_line(text: &str) -> String {
    visible(trimmed(text)).replace('\n', " ")
}

/// `text` without ASCII white space around it. Other white space stays: it is shown.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\r', '\n'])
}

/// A message after a word such as `error: `: its second and later lines are indented, so that none of them can pass for a
/// message of its own. No password of a URL is shown.
pub fn hanging(text: &str, columns: usize) -> String {
    let indent = format!("\n{}", " ".repeat(columns));
    visible(trimmed(&without_passwords(text))).replace('\n', &indent)
}

/// Text in a comment that may be rendered as Markdown: nothing in it becomes an image, or a link that shows another name than
/// the one it leads to.
pub fn markdown(text: &str) -> String {
    let text = visible(trimmed(text));
    ["](", "][", "]:"].iter().fold(text.into_owned(), |safe, link| {
        let (end, begin) = link.split_at(1);
        safe.replace(link, &format!("{end}\\{begin}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_steering_becomes_visible() {
        assert_eq!(
            visible("a\u{1b}[31mb\u{9b}c\u{7f}\0\r\u{85}"),
            r"a\u{1b}[31mb\u{9b}c\u{7f}\u{0}\u{d}\u{85}"
        );
    }

    #[test]
    fn what_turns_hides_or_resembles_becomes_visible() {
        for c in "\u{202e}\u{2066}\u{61c}\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}\u{180e}\u{e0041}\u{e0101}\u{fe0f}\u{34f}\u{115f}\
                  \u{3164}\u{2800}\u{a0}\u{202f}\u{2007}\u{2003}\u{3000}\u{1680}\u{2028}\u{2029}\u{fff9}\u{fffe}\u{1d173}"
            .chars()
        {
            let expected = format!("1.0{}0.1", c.escape_unicode());
            assert_eq!(visible(&format!("1.0{c}0.1")), expected);
            assert_eq!(one_line(&format!("widget{c}")), format!("widget{}", c.escape_unicode()));
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in ["Grüße, 世界 🎉\nzwei", "❤\u{fe0f} and 👩\u{200d}🚀", "naïve 한국어 עברית", ""]
        {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("a\r\nb\tc"), "a\nb    c");
        assert_eq!(one_line(" a\r\nb\n"), "a b");
    }

    #[test]
    fn no_line_of_a_message_passes_for_another_message() {
        assert_eq!(
            hanging("gone\r\nhelp: run this\u{85}help: or this\n", 7),
            "gone\n       help: run this\\u{85}help: or this"
        );
    }

    #[test]
    fn a_comment_has_no_link_but_those_that_show_where_they_lead() {
        assert_eq!(
            markdown("[docs](https://a.example) ![x][y] \u{202e}\n[y]: https://b.example"),
            "[docs]\\(https://a.example) ![x]\\[y] \\u{202e}\n[y]\\: https://b.example"
        );
        assert_eq!(
            markdown("error: `a[0]` is wrong [rule-id]"),
            "error: `a[0]` is wrong [rule-id]"
        );
    }
}
