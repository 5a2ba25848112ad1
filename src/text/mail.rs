//! Reading a mail as text: headers unfolded and decoded, the body as it was meant. For comparing mails, not for trusting them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A mail that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadMail {
    /// The subject.
    pub subject: String,
    /// The recipients, as they are written.
    pub to: String,
    /// The body, if it is plain text.
    pub body: String,
}

/// The mails in `bytes`: one, or those of an mbox.
pub fn mails(bytes: &[u8]) -> Vec<ReadMail> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    if !text.starts_with("From ") {
        return vec![mail(&text)];
    }
    let parts = text.split("\nFrom ").enumerate();
    let bodies = parts.filter_map(|(at, part)| {
        // The first line names who sent it, and is no header.
        let part = if at == 0 { part.strip_prefix("From ").unwrap_or(part) } else { part };
        part.split_once('\n').map(|(_, rest)| rest.replace("\n>From ", "\nFrom "))
    });
    bodies.map(|text| mail(&text)).collect()
}

fn mail(text: &str) -> ReadMail {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let head = head.replace("\n ", " ").replace("\n\t", " ");
    let field = |wanted: &str| {
        let mut fields = head.lines().filter_map(|line| line.split_once(':'));
        let found = fields.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let body = match field("content-transfer-encoding").to_ascii_lowercase().as_str() {
        "quoted-printable" => lossy(quoted_printable(body)),
        "base64" => base64(body).map_or_else(|| body.to_owned(), lossy),
        _ => body.to_owned(),
    };
    ReadMail {
        subject: words(&field("subject")),
        to: field("to"),
        body: body.replace("\r\n", "\n"),
    }
}

fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_whitespace().collect();
    STANDARD.decode(text).ok()
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let text = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|two| u8::from_str_radix(two, 16).ok()).filter(|_| *first == b'=') {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// A header with its encoded words decoded (RFC 2047). One of another character set than UTF-8 stays as it is.
fn words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("=?") {
        let mut parts = after.splitn(4, '?');
        let decoded = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(set), Some(form), Some(word), Some(end)) if set.eq_ignore_ascii_case("utf-8") => {
                let bytes = match form {
                    "b" | "B" => base64(word),
                    "q" | "Q" => Some(quoted_printable(&word.replace('_', " "))),
                    _ => None,
                };
                bytes.zip(end.strip_prefix('='))
            }
            _ => None,
        };
        // The space between two encoded words is none.
        let is_between = !out.is_empty() && before.trim().is_empty();
        if !is_between || decoded.is_none() {
            out.push_str(before);
        }
        match decoded {
            Some((bytes, end)) => {
                out.push_str(&String::from_utf8_lossy(&bytes));
                rest = end;
            }
            None => {
                out.push_str("=?");
                rest = after;
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{ReadMail, mails};

    #[test]
    fn a_mail_is_read_as_it_was_meant() {
        let text = "Subject: =?utf-8?b?R3LDvMOf?=\r\n =?utf-8?q?e_x?=\r\nTo: a@b.org,\r\n c@d.org\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nA=\r\n b =C3=BC=20\r\n";
        let read = ReadMail {
            subject: "Grüße x".to_owned(),
            to: "a@b.org, c@d.org".to_owned(),
            body: "A b ü \n".to_owned(),
        };
        assert_eq!(mails(text.as_bytes()), [read]);
        let text = "Subject: x\nContent-Transfer-Encoding: base64\n\nR3LDvMOfZQo=\n";
        assert_eq!(mails(text.as_bytes())[0].body, "Grüße\n");
        for odd in ["", "Subject", "Subject: =?utf-8?q?=?= =?x", "\n\n", "From "] {
            mails(odd.as_bytes());
        }
    }

    #[test]
    fn an_mbox_holds_several() {
        let text = "From a Mon\nSubject: one\n\nx\n>From y\n\nFrom b Tue\nSubject: two\n\nz\n";
        let read = mails(text.as_bytes());
        let subjects: Vec<&str> = read.iter().map(|mail| mail.subject.as_str()).collect();
        assert_eq!((subjects, read[0].body.as_str()), (vec!["one", "two"], "x\nFrom y\n"));
    }
}
