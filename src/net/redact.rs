//! URLs in messages.

/// The URL without the `user:password@` it may carry: the form for messages and logs.
pub fn without_login(url: &str) -> String {
    let start = url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = url.split_at(start);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::without_login;

    #[test]
    fn a_login_never_stays_in_a_url() {
        for (url, shown) in [
            ("https://me:secret@example.org/a@b?c=d@e", "https://example.org/a@b?c=d@e"),
            ("https://me:se@cret@example.org", "https://example.org"),
            ("https://me@[::1]:8080/x", "https://[::1]:8080/x"),
            ("me:secret@example.org", "example.org"),
            ("https://example.org/path", "https://example.org/path"),
        ] {
            assert_eq!(without_login(url), shown);
        }
    }
}
