//! Reading over HTTP: blocking, with limits on time and size, and patience with a tired server.
//!
//! A request is tried again after a 5xx answer or a lost connection, never after a 4xx: the answer
//! to a wrong question does not change. `Retry-After` is honoured as far as the time allows.

mod error;
mod patience;

use std::thread::sleep;
use std::time::{Duration, Instant};

use ureq::http::{Response, StatusCode};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use super::ca::CaFile;
use super::redact::without_login;
pub use error::{HttpError, Problem};

/// How long to wait, how much to take, whom to trust.
#[derive(Clone, Debug)]
pub struct Options {
    /// Until a connection stands, TLS included.
    pub connect: Duration,
    /// For one `get` with all its tries.
    pub overall: Duration,
    /// The largest body, in bytes after unpacking.
    pub largest: u64,
    /// How often a request is tried, at least once.
    pub tries: u32,
    /// The pause before the second try; it doubles after each, and is spread by chance.
    pub pause: Duration,
    /// Root certificates that replace the built-in ones.
    pub ca: Option<CaFile>,
    /// The way out.
    pub proxy: Proxy,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            overall: Duration::from_secs(90),
            largest: 64 << 20,
            tries: 3,
            pause: Duration::from_secs(1),
            ca: None,
            proxy: Proxy::Environment,
        }
    }
}

/// The way to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Through the proxy that `HTTPS_PROXY` and its relatives name, if any.
    Environment,
    /// Straight.
    Direct,
}

/// What the server has at a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The body.
    Found(Vec<u8>),
    /// There is nothing (404 or 410). Any other trouble is an error, so this is a fact.
    NotFound,
}

/// Reads from servers; may be shared between threads.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    options: Options,
}

impl Client {
    /// A client with these limits.
    pub fn new(options: Options) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(options.connect))
            .user_agent(concat!("tagkeeper/", env!("CARGO_PKG_VERSION")));
        if let Some(ca) = &options.ca {
            let roots = RootCerts::new_with_certs(ca.certificates());
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        if options.proxy == Proxy::Direct {
            config = config.proxy(None);
        }
        Self { agent: Agent::new_with_config(config.build()), options }
    }

    /// Reads a URL. A login in it is used, and shown nowhere.
    ///
    /// # Errors
    ///
    /// When there is no answer after all tries, or one that is neither the thing nor its absence.
    pub fn get(&self, url: &str) -> Result<Answer, HttpError> {
        let deadline = Instant::now() + self.options.overall;
        let mut tries = 0;
        loop {
            tries += 1;
            let left = deadline.saturating_duration_since(Instant::now());
            let failure = match self.once(url, left) {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let pause =
                failure.retry_after.unwrap_or_else(|| patience::pause(self.options.pause, tries));
            if !failure.problem.may_pass() || tries >= self.options.tries || pause >= left {
                return Err(HttpError { url: without_login(url), problem: failure.problem, tries });
            }
            log::debug!("{}: {}; trying again", without_login(url), failure.problem);
            sleep(pause);
        }
    }

    fn once(&self, url: &str, left: Duration) -> Result<Answer, Failure> {
        let request = self
            .agent
            .get(url)
            .config()
            .timeout_global(Some(left))
            .https_only(url.starts_with("https://"))
            .build();
        let response = request.call().map_err(Problem::of)?;
        self.read(response)
    }

    fn read(&self, mut response: Response<Body>) -> Result<Answer, Failure> {
        let status = response.status();
        match status {
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Answer::NotFound),
            _ if status.is_success() => {}
            _ => {
                let retry_after = patience::retry_after(response.headers());
                return Err(Failure { problem: Problem::Status(status.as_u16()), retry_after });
            }
        }
        let body = response
            .body_mut()
            .with_config()
            .limit(self.options.largest)
            .read_to_vec()
            .map_err(Problem::of)?;
        Ok(Answer::Found(body))
    }
}

/// One try that failed.
struct Failure {
    problem: Problem,
    retry_after: Option<Duration>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { problem, retry_after: None }
    }
}
