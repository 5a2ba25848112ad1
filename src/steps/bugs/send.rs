//! Saying it on Launchpad.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::facts::bugs::LaunchpadBug;
use crate::facts::{Answer, Question as _, Sources};
use crate::net::Credential;
use crate::net::http::Client;
use crate::steps::trackers::{Heard, Lost, Topic};

/// The media type that Launchpad wants in a request that changes something.
const FORM: &str = "application/x-www-form-urlencoded";

impl Topic for LaunchpadBug {
    const NOUN: &'static str = "bug";

    fn heard(&self, sources: &Sources) -> Answer<Heard> {
        let found = self.answer(sources);
        found.map(|bug| Heard { is_private: bug.is_private, comments: bug.messages })
    }

    fn comments(&self, sources: &Sources) -> Answer<Vec<String>> {
        self.messages(sources)
    }

    fn url(&self) -> String {
        format!("{}/bugs/{}", self.api.trim_end_matches('/'), self.number)
    }

    fn say(
        &self,
        client: &Client,
        who: &Credential,
        text: &str,
        landed: &mut dyn FnMut() -> Result<bool, Lost>,
    ) -> Result<(), Lost> {
        let quoted = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let (subject, content) = (quoted("Fix released"), quoted(text));
        let body = format!("ws.op=newMessage&subject={subject}&content={content}");
        client.send_form(&self.url(), who, (FORM, body.as_bytes()), landed).map(drop)
    }
}
