//! Reading and writing over HTTP: blocking, with limits on time and size, and patience with a tired server.
//!
//! A request is tried again after a 5xx answer or a lost connection, never after a 4xx: the answer
//! to a wrong question does not change. `Retry-After` is honoured as far as the time allows. What was
//! sent is sent again only after a look whether it arrived.

mod carrier;
mod error;
mod patience;
mod proxy;
mod redirect;

use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ureq::http::{Request, Response, Uri};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, AsSendBody, Body};

use super::ca::CaFile;
use super::credential::Credential;
use crate::text::without_login;
pub use carrier::{Carrier, HttpReply};
pub use error::{HttpError, HttpProblem, Verb};
pub use proxy::NamedProxy;

/// Redirects that are followed.
const MOST_REDIRECTS: u32 = 10;
/// Bytes of a refusal that are read for its reason.
const LONGEST_SAID: u64 = 64 << 10;

/// Limits of time and size, and whom to trust.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// Until the connection is open, TLS included.
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
    /// The proxy to use.
    pub proxy: Proxy,
}

impl Default for HttpOptions {
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
    /// Through the proxy that `https_proxy` and its relatives name, unless `no_proxy` excepts the host.
    Environment,
    /// Straight.
    Direct,
}

/// What the server has at a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The body.
    Found(Vec<u8>),
    /// There is nothing (404 or 410). Any other trouble is an error, so this is a fact.
    NotFound,
}

/// Reads from servers; may be shared between threads.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    options: HttpOptions,
    /// Takes the place of connections.
    carrier: Option<Arc<dyn Carrier>>,
}

impl Client {
    /// A client with these limits.
    pub fn new(options: HttpOptions) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(options.connect))
            .user_agent(concat!("tagkeeper/", env!("CARGO_PKG_VERSION")));
        if let Some(ca) = &options.ca {
            let roots = RootCerts::new_with_certs(ca.certificates());
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        // Each request names its own.
        config = config.proxy(None);
        Self { agent: Agent::new_with_config(config.build()), options, carrier: None }
    }

    /// The same, with so many tries.
    pub fn trying(&self, tries: u32) -> Self {
        Self { options: HttpOptions { tries, ..self.options.clone() }, ..self.clone() }
    }

    /// The same, without connections: `carrier` answers.
    pub fn carried_by(self, carrier: Arc<dyn Carrier>) -> Self {
        Self { carrier: Some(carrier), ..self }
    }

    /// Reads a URL. A login in it is used, and shown nowhere.
    ///
    /// # Errors
    ///
    /// When there is no answer after all tries, or one that is neither the thing nor its absence.
    pub fn get(&self, url: &str) -> Result<Fetched, HttpError> {
        self.get_as(url, None)
    }

    /// Reads a URL with a login; redirects are not followed.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub fn get_as(&self, url: &str, who: Option<&Credential>) -> Result<Fetched, HttpError> {
        self.got(&Call { verb: Verb::Get, url, who, kind: "", accept: None, body: b"" })
    }

    /// Reads a URL in one of the forms of `accept`, from the server itself and from no cache on the way.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub fn get_fresh(&self, url: &str, accept: &'static str) -> Result<Fetched, HttpError> {
        let accept = Some(accept);
        self.got(&Call { verb: Verb::Get, url, who: None, kind: "", accept, body: b"" })
    }

    fn got(&self, call: &Call<'_>) -> Result<Fetched, HttpError> {
        match self.patiently(call, &mut || Ok::<_, HttpError>(false)) {
            Ok(Some(body)) => Ok(Fetched::Found(body)),
            Ok(None) | Err(HttpError { problem: HttpProblem::Status(404 | 410), .. }) => {
                Ok(Fetched::NotFound)
            }
            Err(error) => Err(error),
        }
    }

    /// Sends JSON. Where the answer was lost or the server failed, `landed` looks whether it took what was sent: it is
    /// sent again only if not. `None` stands for the answer that was lost.
    ///
    /// # Errors
    ///
    /// When the server refuses, does not answer after all tries, or `landed` cannot find out.
    pub fn send<E: From<HttpError>>(
        &self,
        verb: Verb,
        url: &str,
        who: Option<&Credential>,
        json: &[u8],
        landed: &mut dyn FnMut() -> Result<bool, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let kind = "application/json; charset=UTF-8";
        self.patiently(&Call { verb, url, who, kind, accept: None, body: json }, landed)
    }

    /// Posts a form or the like, of a media type, with a login. As with [`Client::send`], it is sent again only where `landed`
    /// did not find it.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub fn send_form<E: From<HttpError>>(
        &self,
        url: &str,
        who: &Credential,
        (kind, body): (&'static str, &[u8]),
        landed: &mut dyn FnMut() -> Result<bool, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let (verb, who, accept) = (Verb::Post, Some(who), None);
        self.patiently(&Call { verb, url, who, kind, accept, body }, landed)
    }

    /// Looks whether there is something at a URL, without its body.
    ///
    /// # Errors
    ///
    /// As [`Client::get`].
    pub fn look(&self, url: &str) -> Result<(), HttpError> {
        let call = Call { verb: Verb::Look, url, who: None, kind: "", accept: None, body: b"" };
        self.patiently(&call, &mut || Ok::<_, HttpError>(false)).map(drop)
    }

    /// Posts a question, of the media type `kind`. Asking changes nothing there, so a lost answer is asked for again.
    ///
    /// # Errors
    ///
    /// When the server refuses, or does not answer after all tries.
    pub fn ask(&self, url: &str, kind: &'static str, body: &[u8]) -> Result<Vec<u8>, HttpError> {
        let call = Call { verb: Verb::Post, url, who: None, kind, accept: None, body };
        let answer = self.patiently(&call, &mut || Ok::<_, HttpError>(false))?;
        Ok(answer.unwrap_or_default())
    }

    /// Makes a call until it is answered. `settled` is asked after each failure that may pass, and may end it.
    fn patiently<E: From<HttpError>>(
        &self,
        call: &Call<'_>,
        settled: &mut dyn FnMut() -> Result<bool, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let deadline = Instant::now() + self.options.overall;
        let mut tries = 0;
        loop {
            tries += 1;
            let left = deadline.saturating_duration_since(Instant::now());
            let Failure { problem, retry_after, said } = match self.once(call, left) {
                Ok(body) => return Ok(Some(body)),
                Err(failure) => failure,
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let pause = retry_after.unwrap_or_else(|| patience::pause(self.options.pause, tries));
            let url = without_login(call.url);
            let may_pass = problem.may_pass();
            let error = HttpError { verb: call.verb, url, said, problem, tries };
            let is_last = tries >= self.options.tries || pause >= left;
            if may_pass && !is_last {
                log::debug!("{}: {}; trying again", error.url, error.problem);
                sleep(pause);
            }
            if may_pass && settled()? {
                return Ok(None);
            }
            if !may_pass || is_last {
                return Err(error.into());
            }
        }
    }

    /// One try. Where a redirect leads, nobody is to learn who asks, or to be written to.
    fn once(&self, call: &Call<'_>, left: Duration) -> Result<Vec<u8>, Failure> {
        let deadline = Instant::now() + left;
        let may_be_led_on = matches!(call.verb, Verb::Get | Verb::Look) && call.who.is_none();
        let mut url = call.url.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            let left = deadline.saturating_duration_since(Instant::now());
            let response = self.carry(call, &url, left)?;
            let location = response.headers().get("location").map(|to| to.to_str());
            url = match location {
                Some(Ok(to)) if may_be_led_on && response.status().is_redirection() => {
                    redirect::target(&url, to)?
                }
                _ if call.verb == Verb::Look && response.status().is_success() => {
                    return Ok(Vec::new());
                }
                _ => return self.read(response),
            };
        }
        Err(HttpProblem::Garbled("too many redirects".to_owned()).into())
    }

    fn carry(
        &self,
        call: &Call<'_>,
        url: &str,
        left: Duration,
    ) -> Result<Response<Body>, HttpProblem> {
        if let Some(carrier) = &self.carrier {
            return carrier.carry(call.verb, url, call.body)?.into_response();
        }
        let request = match call.verb {
            Verb::Get | Verb::Look => Request::get(url),
            Verb::Post => Request::post(url),
            Verb::Put => Request::put(url),
            Verb::Patch => Request::patch(url),
            Verb::Delete => Request::delete(url),
        };
        let request = match call.who.map(Credential::header) {
            Some((name, value)) => request.header(name, value),
            None => request,
        };
        let request = match call.accept {
            Some(accept) => request
                .header("accept", accept)
                .header("cache-control", "no-cache")
                .header("pragma", "no-cache"),
            None => request,
        };
        match call.verb {
            Verb::Get | Verb::Look | Verb::Delete => self.run(request.body(()), left),
            Verb::Post | Verb::Put | Verb::Patch => {
                let request = request.header("content-type", call.kind);
                self.run(request.body(call.body), left)
            }
        }
    }

    fn run(
        &self,
        request: Result<Request<impl AsSendBody>, ureq::http::Error>,
        left: Duration,
    ) -> Result<Response<Body>, HttpProblem> {
        let request = request.map_err(|_| HttpProblem::Address)?;
        let named = self.proxy_for(request.uri());
        let proxy = match &named {
            Some(named) => Some(named.proxy.clone().ok_or_else(|| HttpProblem::malformed(named))?),
            None => None,
        };
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(Some(left))
            .max_redirects(0)
            .proxy(proxy)
            .build();
        let answer = self.agent.run(request).map_err(HttpProblem::of);
        match (answer, named) {
            (Err(problem), Some(named)) => Err(problem.at(&named)),
            (Ok(response), Some(named)) if response.status() == 407 => {
                Err(HttpProblem::Status(407).at(&named))
            }
            (answer, _) => answer,
        }
    }

    fn proxy_for(&self, url: &Uri) -> Option<NamedProxy> {
        match self.options.proxy {
            Proxy::Direct => None,
            Proxy::Environment => proxy::of(url, |name| std::env::var(name).ok()),
        }
    }

    fn read(&self, mut response: Response<Body>) -> Result<Vec<u8>, Failure> {
        let status = response.status();
        if !status.is_success() {
            let problem = HttpProblem::Status(status.as_u16());
            let retry_after = patience::retry_after(response.headers());
            return Err(Failure { problem, retry_after, said: said(&mut response) });
        }
        let body = response.body_mut().with_config().limit(self.options.largest);
        Ok(body.read_to_vec().map_err(HttpProblem::of)?)
    }
}

/// What is asked, and in whose name.
struct Call<'a> {
    verb: Verb,
    url: &'a str,
    who: Option<&'a Credential>,
    /// The media type of the body.
    kind: &'static str,
    /// The forms in which the answer is wanted, from no cache; any where there are none.
    accept: Option<&'static str>,
    body: &'a [u8],
}

/// The first line of a refusal, where it is plain text: a page for browsers says nothing in its first line.
fn said(response: &mut Response<Body>) -> Option<String> {
    let kind = response.headers().get("content-type")?.to_str().ok()?;
    if !kind.starts_with("text/plain") {
        return None;
    }
    let body = response.body_mut().with_config().limit(LONGEST_SAID).read_to_vec().ok()?;
    let text = String::from_utf8_lossy(&body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(300).collect())
}

/// One try that failed.
struct Failure {
    problem: HttpProblem,
    retry_after: Option<Duration>,
    said: Option<String>,
}

impl From<HttpProblem> for Failure {
    fn from(problem: HttpProblem) -> Self {
        Self { problem, retry_after: None, said: None }
    }
}
