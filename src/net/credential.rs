//! Who asks: a password or a cookie, always from a file.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::login::{self, Login, LoginError};

/// What a server knows us by. There is no way to print it.
#[derive(Clone)]
pub enum Credential {
    /// User and password.
    Login(Login),
    /// `name=value` pairs, as a browser sends them.
    Cookie(String),
    /// The value of the `authorization` header.
    Header(String),
}

/// Why a file gives no credential; what it holds is never shown.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The file could not be read.
    #[error(transparent)]
    Read(#[from] LoginError),
    /// The file holds something else.
    #[error(
        "{} is no login: write the user on its first line and the password on its second, \
         or name a cookie file as git's `http.cookieFile` is one", .0.display()
    )]
    Form(PathBuf),
    /// The file holds something else than a token.
    #[error("{} holds no token: write it as the only word in the file", .0.display())]
    Token(PathBuf),
    /// The cookies are of other servers.
    #[error("{} has no cookie for {host} that may be sent there: ask that server for one, and name it with `https://`", path.display())]
    OtherHost {
        /// The file.
        path: PathBuf,
        /// The server that was meant.
        host: String,
    },
}

impl Credential {
    /// Reads a file with user and password, or a cookie file with a line for the host of `url`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, has another form, or is for other hosts.
    pub fn read(path: &Path, url: &str) -> Result<Self, CredentialError> {
        let text = login::read(path)?;
        let cookies: Vec<Cookie<'_>> = text.lines().filter_map(Cookie::of_line).collect();
        if cookies.is_empty() {
            return Login::parse(&text)
                .map(Self::Login)
                .ok_or_else(|| CredentialError::Form(path.to_owned()));
        }
        let (host, is_secure) = (host_of(url), url.starts_with("https://"));
        let ours: Vec<String> = cookies
            .iter()
            .filter(|cookie| cookie.is_for(host) && (!cookie.is_secure || is_secure))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        if ours.is_empty() {
            let host = host.to_owned();
            return Err(CredentialError::OtherHost { path: path.to_owned(), host });
        }
        Ok(Self::Cookie(ours.join("; ")))
    }

    /// Reads a file with a token, which is sent as it is.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or holds anything but one word.
    pub fn bearer(path: &Path) -> Result<Self, CredentialError> {
        let text = login::read(path)?;
        let mut words = text.split_whitespace();
        match (words.next(), words.next()) {
            (Some(token), None) if token.is_ascii() => Ok(Self::Header(format!("Bearer {token}"))),
            _ => Err(CredentialError::Token(path.to_owned())),
        }
    }

    /// The user and the password as a part of a URL; none for a cookie.
    pub fn in_url(&self) -> Option<String> {
        let part = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        match self {
            Self::Login(Login { user, password }) => {
                Some(format!("{}:{}", part(user), part(password)))
            }
            Self::Cookie(_) | Self::Header(_) => None,
        }
    }

    /// The header that carries it.
    pub(super) fn header(&self) -> (&'static str, String) {
        match self {
            Self::Login(Login { user, password }) => (
                "authorization",
                format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
            ),
            Self::Cookie(pairs) => ("cookie", pairs.clone()),
            Self::Header(value) => ("authorization", value.clone()),
        }
    }
}

/// A line of a cookie file: domain, whether for hosts below it too, path, secure, expiry, name, value.
struct Cookie<'a> {
    domain: &'a str,
    also_below: bool,
    /// Whether it must not leave this machine unencrypted.
    is_secure: bool,
    name: &'a str,
    value: &'a str,
}

impl<'a> Cookie<'a> {
    fn of_line(line: &'a str) -> Option<Self> {
        let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
        if line.starts_with('#') {
            return None;
        }
        let fields: Vec<&str> = line.split('\t').collect();
        let [domain, below, _path, secure, _expiry, name, value] = *fields else { return None };
        let is_true = |text: &str| text.eq_ignore_ascii_case("true");
        let (also_below, is_secure) = (is_true(below), is_true(secure));
        Some(Self { domain, also_below, is_secure, name, value })
    }

    fn is_for(&self, host: &str) -> bool {
        let domain = self.domain.trim_start_matches('.');
        let is_below =
            || host.strip_suffix(domain).is_some_and(|sub| self.also_below && sub.ends_with('.'));
        host == domain || is_below()
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.rsplit_once(':').map_or(host, |(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::{Credential, CredentialError};

    const COOKIES: &str = "# a comment\n#HttpOnly_.garden.example\tTRUE\t/\tTRUE\t2147483647\to\tgit-ann=1//x\n\
                           review.other.example\tFALSE\t/\tTRUE\t2147483647\to\tgit-bob=2\n";

    fn header(text: &str, url: &str) -> Result<(&'static str, String), CredentialError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Credential::read(file.path(), url).map(|credential| credential.header())
    }

    #[test]
    fn a_file_holds_a_login_or_cookies() {
        let (name, value) = header("ann\nhunter2\n", "https://review.garden.example/").unwrap();
        assert_eq!((name, value.as_str()), ("authorization", "Basic YW5uOmh1bnRlcjI="));
        for host in ["garden.example", "review.garden.example"] {
            let (name, value) = header(COOKIES, &format!("https://{host}:8443/r")).unwrap();
            assert_eq!((name, value.as_str()), ("cookie", "o=git-ann=1//x"), "{host}");
        }
    }

    #[test]
    fn a_cookie_is_for_its_own_host() {
        for host in ["sub.review.other.example", "notgarden.example", "other.example"] {
            let error = header(COOKIES, &format!("https://{host}/")).unwrap_err().to_string();
            assert!(error.contains(&format!("no cookie for {host}")), "{error}");
        }
    }

    #[test]
    fn a_secure_cookie_goes_to_https_alone() {
        let plain = COOKIES.replace("/\tTRUE", "/\tFALSE");
        assert!(header(COOKIES, "http://garden.example/").is_err());
        assert!(header(&plain, "http://garden.example/").is_ok());
    }

    #[test]
    fn what_is_no_login_is_named_and_not_quoted() {
        let error = header("hunter2", "https://h/").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
