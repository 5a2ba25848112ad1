//! What carries a request to a server: a connection, or in a test a table of answers.

use std::fmt::Debug;

use ureq::Body;
use ureq::http::Response;

use super::{HttpProblem, Verb};

/// Carries one request to a server and its answer back.
pub trait Carrier: Debug + Send + Sync {
    /// Sends `body` to `url`.
    ///
    /// # Errors
    /// Why there is no answer.
    fn carry(&self, verb: Verb, url: &str, body: &[u8]) -> Result<HttpReply, HttpProblem>;
}

/// An answer as a server gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpReply {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

impl HttpReply {
    pub(super) fn into_response(self) -> Result<Response<Body>, HttpProblem> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        let body = Body::builder().data(self.body);
        response.body(body).map_err(|error| HttpProblem::Garbled(error.to_string()))
    }
}
