//! Files of web servers, as they are at this moment.

use super::{Answer, Question, Sources};

/// What is at a URL. Absent if the server says so.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RawFile {
    /// The URL.
    pub url: String,
}

impl Question for RawFile {
    type Known = Vec<u8>;

    fn lane(&self) -> &str {
        &self.url
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<u8>> {
        sources.servers().fresh(&self.url, "*/*")
    }
}
