//! What can go wrong with a request, and what to do about it.

use std::fmt;

use super::proxy::NamedProxy;

/// A request that failed.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot {verb} {url}: {problem}{} ({}); {}",
    in_brackets(.said), tries_in_words(.tries), problem.advice()
)]
pub struct HttpError {
    /// What was requested.
    pub verb: Verb,
    /// The URL, without a login.
    pub url: String,
    /// What the server said about it, in its first line.
    pub said: Option<String>,
    /// What happened in the last try.
    pub problem: HttpProblem,
    /// How many tries there were.
    pub tries: u32,
}

/// What a server is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// To show something.
    Get,
    /// To say whether it has something.
    Look,
    /// To take something.
    Post,
    /// To put something in its place.
    Put,
    /// To change something.
    Patch,
    /// To delete something.
    Delete,
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get | Self::Look => "read",
            Self::Post => "post to",
            Self::Put => "put to",
            Self::Patch => "change",
            Self::Delete => "delete",
        })
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpProblem {
    /// Not a URL of the web.
    Address,
    /// An answer with this status.
    Status(u16),
    /// The host has no address.
    NoSuchHost,
    /// There was no connection, or it was lost.
    Connection(String),
    /// The certificate of the server is not trusted.
    Trust(String),
    /// It took too long.
    Slow(String),
    /// The body is larger than this many bytes.
    TooLarge(u64),
    /// The answer is not valid HTTP, or redirects in circles.
    Garbled(String),
    /// The proxy on the way did not let the request through.
    Proxy {
        /// The variable that names it.
        variable: &'static str,
        /// Its URL, without a login.
        url: String,
        /// What happened there.
        problem: Box<Self>,
    },
    /// A proxy refused to connect to the server; its words.
    Refused(String),
}

impl HttpProblem {
    /// Whether the same request may be answered a moment later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Status(status) => *status >= 500,
            Self::NoSuchHost | Self::Connection(_) | Self::Slow(_) => true,
            Self::Address | Self::Trust(_) | Self::TooLarge(_) => false,
            Self::Garbled(_) | Self::Refused(_) => false,
            Self::Proxy { problem, .. } => problem.may_pass(),
        }
    }

    /// The same, met at a proxy rather than at the server. What the server answers comes through unchanged.
    pub(super) fn at(self, proxy: &NamedProxy) -> Self {
        match self {
            Self::NoSuchHost | Self::Connection(_) | Self::Refused(_) | Self::Status(407) => {
                Self::Proxy {
                    variable: proxy.variable,
                    url: proxy.url.clone(),
                    problem: Box::new(self),
                }
            }
            other => other,
        }
    }

    /// A variable holds no URL of a proxy.
    pub(super) fn malformed(proxy: &NamedProxy) -> Self {
        Self::Proxy {
            variable: proxy.variable,
            url: proxy.url.clone(),
            problem: Box::new(Self::Address),
        }
    }

    fn advice(&self) -> &'static str {
        match self {
            Self::Proxy { problem, .. } => match **problem {
                Self::Status(407) => "add a login for the proxy to that variable",
                Self::Refused(_) => {
                    "ask the operators of the proxy to allow this host, or name the host in `no_proxy`"
                }
                _ => "fix that variable, or name the host in `no_proxy`",
            },
            Self::Refused(_) => "ask the operators of the proxy to allow this host",
            Self::Address => "write it as `https://host/path`",
            Self::Status(401 | 403 | 407) => "check the login for this host",
            Self::Status(300..=399) => "put the URL that it redirects to in the configuration",
            Self::Status(400 | 409 | 422) => "fix what it objects to; trying again will not help",
            Self::Status(429) => "the host limits requests: wait, or use a mirror",
            Self::Status(status) if *status >= 500 => "run again when the server works",
            Self::Status(_) => "check the URL in the configuration",
            Self::NoSuchHost => "check the host name, and name resolution on this machine",
            Self::Connection(_) | Self::Slow(_) => {
                "check the network, and whether a proxy is needed, then run again"
            }
            Self::Trust(_) => {
                "if a private authority signed it, name its certificates in SSL_CERT_FILE"
            }
            Self::TooLarge(_) => "check the URL: nothing that large is expected",
            Self::Garbled(_) => "check whether a proxy or login page answers in place of the host",
        }
    }

    /// Sorts an error of the HTTP library; nothing it says may carry the URL.
    pub(super) fn of(error: ureq::Error) -> Self {
        use ureq::Error;
        match error {
            Error::StatusCode(status) => Self::Status(status),
            Error::BadUri(_) | Error::Http(_) => Self::Address,
            Error::HostNotFound => Self::NoSuchHost,
            Error::Timeout(what) => Self::Slow(what.to_string()),
            Error::BodyExceedsLimit(limit) => Self::TooLarge(limit),
            Error::Rustls(error) => Self::Trust(error.to_string()),
            Error::Tls(what) => Self::Trust(what.to_owned()),
            Error::Io(error) if is_about_trust(&error) => Self::Trust(error.to_string()),
            Error::Io(error) => Self::Connection(error.to_string()),
            Error::ConnectionFailed => Self::Connection("no connection".to_owned()),
            Error::ConnectProxyFailed(why) => match status_of_proxy(&why) {
                Some(407) => Self::Status(407),
                Some(status) => Self::Refused(format!("it answered {status}")),
                None => Self::Refused(why),
            },
            Error::InvalidProxyUrl => Self::Connection("the proxy's URL is malformed".to_owned()),
            Error::TooManyRedirects => Self::Garbled("too many redirects".to_owned()),
            Error::RequireHttpsOnly(_) => Self::Garbled("a redirect leaves https".to_owned()),
            Error::Protocol(error) => Self::Connection(error.to_string()),
            other => Self::Garbled(other.to_string()),
        }
    }
}

/// The status in the words of the HTTP library, which has no other form for it.
fn status_of_proxy(why: &str) -> Option<u16> {
    why.strip_prefix("proxy server responded ")?.split('/').next()?.parse().ok()
}

fn is_about_trust(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::InvalidData && error.to_string().contains("certificate")
}

fn tries_in_words(tries: &u32) -> String {
    match tries {
        1 => "tried once".to_owned(),
        tries => format!("tried {tries} times"),
    }
}

fn in_brackets(said: &Option<String>) -> String {
    said.as_ref().map(|said| format!(", \"{said}\"")).unwrap_or_default()
}

impl fmt::Display for HttpProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("this is not a web URL"),
            Self::Status(status) => write!(f, "the server answered {status}"),
            Self::NoSuchHost => f.write_str("the host name has no address"),
            Self::Connection(why) => write!(f, "connection failed: {why}"),
            Self::Trust(why) => write!(f, "the server's certificate is not trusted: {why}"),
            Self::Slow(what) => write!(f, "it took too long ({what})"),
            Self::TooLarge(limit) => write!(f, "the body is larger than {limit} bytes"),
            Self::Garbled(why) => write!(f, "the answer is not valid HTTP: {why}"),
            Self::Refused(why) => write!(f, "the proxy refused: {why}"),
            Self::Proxy { variable, url, problem } => {
                write!(f, "the proxy {url} (`{variable}`) ")?;
                match &**problem {
                    Self::Status(status) => write!(f, "answered {status}: it requires a login"),
                    Self::Refused(why) => write!(f, "refused: {why}"),
                    Self::NoSuchHost => f.write_str("has no address"),
                    Self::Connection(why) => write!(f, "cannot be reached: {why}"),
                    Self::Address => f.write_str("is not the URL of a proxy"),
                    other => write!(f, "failed: {other}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_refuses_is_its_own_refusal() {
        let proxy = NamedProxy {
            variable: "https_proxy",
            url: "http://proxy.example:3128".into(),
            proxy: None,
        };
        let said = |problem: HttpProblem| problem.at(&proxy).to_string();
        let here = "the proxy http://proxy.example:3128 (`https_proxy`)";
        assert_eq!(
            said(HttpProblem::Status(407)),
            format!("{here} answered 407: it requires a login")
        );
        assert_eq!(
            said(HttpProblem::of(ureq::Error::ConnectProxyFailed(
                "proxy server responded 403/403".into()
            ))),
            format!("{here} refused: it answered 403")
        );
        assert_eq!(
            said(HttpProblem::Connection("gone".into())),
            format!("{here} cannot be reached: gone")
        );
        assert_eq!(said(HttpProblem::Status(403)), "the server answered 403");
    }
}
