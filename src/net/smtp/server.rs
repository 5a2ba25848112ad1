//! Where mail is handed over, and how safely.

use std::net::IpAddr;
use std::time::Duration;

use crate::net::ca::CaFile;
use crate::net::login::Login;
use crate::net::without_login;

/// A mail server and the way to talk to it.
#[derive(Clone)]
pub struct MailServer {
    /// Name or address, without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: Tls,
    /// The login, where the server wants one.
    pub login: Option<Login>,
    /// Root certificates trusted besides the built-in ones.
    pub ca: Option<CaFile>,
    /// The name this side gives itself; its address where there is none.
    pub hello: Option<String>,
    /// For a connection and for each answer.
    pub patience: Duration,
    /// For the answer after the text, which a careful server takes its time for.
    pub last_patience: Duration,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (`smtps://`).
    Wrapped,
    /// With STARTTLS, or nothing is sent.
    Required,
    /// With STARTTLS where the server offers it.
    Opportunistic,
    /// Not at all.
    None,
}

/// A URL that names no mail server.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{url}` names no mail server: {why}; write `smtps://host`, or `smtp://host:port?tls=required`"
)]
pub struct ServerError {
    url: String,
    why: &'static str,
}

impl MailServer {
    /// Reads `smtp://host[:port][?tls=required|opportunistic|none]` or `smtps://host[:port]`.
    ///
    /// Without `tls=`, STARTTLS is required, except on this very machine (`localhost`, 127/8, ::1),
    /// where nothing is encrypted. The ports are 587, 25 on this machine, and 465 for `smtps`.
    ///
    /// # Errors
    ///
    /// When the URL has another form, or carries a login: that belongs in a file.
    pub fn parse(url: &str) -> Result<Self, ServerError> {
        Self::read(url).map_err(|why| ServerError { url: without_login(url), why })
    }

    fn read(url: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("it is no URL")?;
        let (place, query) = rest.split_once('?').map_or((rest, None), |(a, b)| (a, Some(b)));
        let place = place.strip_suffix('/').unwrap_or(place);
        if place.contains('@') {
            return Err("a login belongs in a file (`login-file`)");
        }
        let (host, port) = host_and_port(place)?;
        let local = is_this_machine(&host);
        let (tls, default_port) = match (scheme, query) {
            ("smtps", None) => (Tls::Wrapped, 465),
            ("smtps", Some(_)) => return Err("smtps:// takes no options"),
            ("smtp", None) if local => (Tls::None, 25),
            ("smtp", Some(query)) => (tls_option(query)?, if local { 25 } else { 587 }),
            ("smtp", None) => (Tls::Required, 587),
            _ => return Err("the scheme is neither smtp nor smtps"),
        };
        Ok(Self {
            host,
            port: port.unwrap_or(default_port),
            tls,
            login: None,
            ca: None,
            hello: None,
            patience: Duration::from_secs(60),
            last_patience: Duration::from_secs(600),
        })
    }

    /// Whether the server runs on this very machine, judging by its name.
    pub(super) fn is_local(&self) -> bool {
        is_this_machine(&self.host)
    }
}

fn host_and_port(place: &str) -> Result<(String, Option<u16>), &'static str> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, "")) => (address, None),
        Some((address, port)) => {
            (address, Some(port.strip_prefix(':').ok_or("the port is malformed")?))
        }
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || !host.chars().all(fine) {
        return Err("the host is malformed");
    }
    let port = port.map(str::parse).transpose().map_err(|_| "the port is malformed")?;
    Ok((host.to_owned(), port))
}

fn tls_option(query: &str) -> Result<Tls, &'static str> {
    match query {
        "tls=required" => Ok(Tls::Required),
        "tls=opportunistic" => Ok(Tls::Opportunistic),
        "tls=none" => Ok(Tls::None),
        _ => Err("the only option is tls=required, tls=opportunistic or tls=none"),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{MailServer, Tls};

    #[test]
    fn starttls_is_required_except_on_this_machine() {
        for (url, host, port, tls) in [
            ("smtp://mail.example.org", "mail.example.org", 587, Tls::Required),
            ("smtp://mail.example.org:25/", "mail.example.org", 25, Tls::Required),
            ("smtp://mail.example.org?tls=none", "mail.example.org", 587, Tls::None),
            ("smtps://mail.example.org", "mail.example.org", 465, Tls::Wrapped),
            ("smtp://localhost", "localhost", 25, Tls::None),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Tls::None),
            ("smtp://[::1]:2525", "::1", 2525, Tls::None),
            ("smtp://localhost?tls=required", "localhost", 25, Tls::Required),
            ("smtp://[2001:db8::1]?tls=opportunistic", "2001:db8::1", 587, Tls::Opportunistic),
            ("smtp://localhost.example.org", "localhost.example.org", 587, Tls::Required),
        ] {
            let server = MailServer::parse(url).unwrap();
            assert_eq!((&*server.host, server.port, server.tls), (host, port, tls), "{url}");
        }
    }

    #[test]
    fn a_malformed_url_says_what_to_write() {
        for url in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://host:port",
            "smtp://host?tls=perhaps",
            "smtps://host?tls=none",
            "smtp://host/path",
            "smtp://a b",
        ] {
            let Err(error) = MailServer::parse(url) else { panic!("{url} is fine?") };
            assert!(error.to_string().contains("smtps://host"), "{error}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_shown() {
        let Err(error) = MailServer::parse("smtps://me:hunter2@mail.example.org") else {
            panic!("a login belongs in a file")
        };
        assert!(error.to_string().contains("login-file"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
