//! URLs in messages, without the secrets they may carry.

use std::borrow::Cow;
use std::ops::Range;

/// The URL without the `user:password@` it may carry: the form for messages and logs.
pub fn without_login(url: &str) -> String {
    let login = login(url);
    format!("{}{}", &url[..login.start], &url[login.end..])
}

/// The server that a URL names, such as `https://host:8443`; `None` for a path of this machine.
pub fn server_of(url: &str) -> Option<String> {
    let url = without_login(url);
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, _)) if scheme.eq_ignore_ascii_case("file") => return None,
        Some(parts) => parts,
        // git's short form, host:path.
        None => ("ssh", url.split_once(':').filter(|(host, _)| !host.contains('/'))?.0),
    };
    let authority = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{authority}").to_ascii_lowercase())
}

/// A message with `***` in place of each password of a URL in it.
pub fn without_passwords(text: &str) -> Cow<'_, str> {
    if !text.contains(":/") {
        return Cow::Borrowed(text);
    }
    let ends = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '<' | '>');
    let masked = text.split_inclusive(ends).map(|word| {
        let login = if word.contains(":/") { login(word) } else { 0..0 };
        match word[login.clone()].split_once(':') {
            Some((user, _)) => format!("{}{user}:***@{}", &word[..login.start], &word[login.end..]),
            None => word.to_owned(),
        }
    });
    Cow::Owned(masked.collect())
}

/// Where the login of a URL is, its `@` included; empty where there is none.
///
/// A password may hold what ends the host elsewhere (`/`, `?`, `#`). What looks like a port and is no number is one.
fn login(url: &str) -> Range<usize> {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let rest = &url[start..];
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let end = match (authority.rfind('@'), authority.rsplit_once(':')) {
        (Some(at), _) => Some(at),
        (None, Some((_, port))) if port.is_empty() || !is_port(port) => rest.rfind('@'),
        (None, _) => None,
    };
    start..end.map_or(start, |at| start + at + 1)
}

#[cfg(test)]
mod tests {
    use super::{server_of, without_login, without_passwords};

    #[test]
    fn a_login_never_stays_in_a_url() {
        for (url, shown) in [
            ("https://me:secret@example.org/a@b?c=d@e", "https://example.org/a@b?c=d@e"),
            ("https://me:se@cret@example.org", "https://example.org"),
            ("https://me@[::1]:8080/x", "https://[::1]:8080/x"),
            ("me:secret@example.org", "example.org"),
            ("smtp:/me:secret@example.org", "example.org"),
            ("smtp://me:se/cr?e#t@example.org:25", "smtp://example.org:25"),
            ("https://example.org/path", "https://example.org/path"),
            ("https://example.org:443/a@b", "https://example.org:443/a@b"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(without_login(url), shown);
        }
    }

    #[test]
    fn the_server_of_a_url_is_scheme_host_and_port() {
        for (url, server) in [
            ("https://me:secret@Example.org:8443/a/b", Some("https://example.org:8443")),
            ("ssh://bot@example.org/a", Some("ssh://example.org")),
            ("bot@example.org:a/b", Some("ssh://example.org")),
            ("/srv/git/a:b", None),
            ("file:///srv/git", None),
        ] {
            assert_eq!(server_of(url).as_deref(), server, "{url}");
        }
    }

    #[test]
    fn no_password_stays_in_a_message() {
        for (text, shown) in [
            (
                "`mail.smtp: smtp://me:se/cret@h` and\nhttps://a:b@c.",
                "`mail.smtp: smtp://me:***@h` and\nhttps://a:***@c.",
            ),
            ("ssh://bot@host:29418/{repo}", "ssh://bot@host:29418/{repo}"),
            ("smtp:/me:secret@h", "smtp:***@h"),
            ("a:b@c and http://d", "a:b@c and http://d"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }
}
