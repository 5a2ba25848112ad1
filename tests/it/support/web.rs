//! Servers that a fixture describes: a table from URL to answer, instead of connections.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tagkeeper::net::http::{Carrier, Client, HttpOptions, HttpProblem, HttpReply, Verb};

/// What is at a URL.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Page {
    /// A status without a body.
    Status(u16),
    /// A body.
    Text(String),
    /// A status with a body.
    Whole { status: u16, body: String },
    /// Why there is no answer.
    Unreachable { unreachable: String },
}

/// Pages by URL, or by `POST <URL>`. Nothing else is on their hosts, and there are no other hosts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Web(BTreeMap<String, Page>);

impl Web {
    pub(crate) fn new(pages: BTreeMap<String, Page>) -> Self {
        Self(pages)
    }

    /// A client that sees nothing else, and does not wait.
    pub(crate) fn client(self) -> Client {
        let options = HttpOptions { tries: 2, pause: Duration::ZERO, ..HttpOptions::default() };
        Client::new(options).carried_by(Arc::new(self))
    }

    fn has_host_of(&self, url: &str) -> bool {
        self.0.keys().any(|key| host(key.trim_start_matches("POST ")) == host(url))
    }
}

fn host(url: &str) -> &str {
    url.split('/').nth(2).unwrap()
}

impl Carrier for Web {
    fn carry(&self, verb: Verb, url: &str, _: &[u8]) -> Result<HttpReply, HttpProblem> {
        let key = if verb == Verb::Post { format!("POST {url}") } else { url.to_owned() };
        let (status, body) = match self.0.get(&key) {
            None if self.has_host_of(url) => (404, ""),
            None => return Err(HttpProblem::NoSuchHost),
            Some(Page::Status(status)) => (*status, ""),
            Some(Page::Text(body)) => (200, body.as_str()),
            Some(Page::Whole { status, body }) => (*status, body.as_str()),
            Some(Page::Unreachable { unreachable }) => {
                return Err(HttpProblem::Connection(unreachable.clone()));
            }
        };
        Ok(HttpReply { status, headers: Vec::new(), body: body.as_bytes().to_vec() })
    }
}
