//! Saying it on StoryBoard.

use serde_json::json;

use crate::facts::stories::Story;
use crate::facts::{Answer, Question as _, Sources};
use crate::net::Credential;
use crate::net::http::{Client, Verb};
use crate::steps::trackers::{Heard, Lost, Topic};

impl Topic for Story {
    const NOUN: &'static str = "story";

    fn heard(&self, sources: &Sources) -> Answer<Heard> {
        let found = self.answer(sources);
        found.map(|told| Heard { is_private: told.is_private, comments: told.comments })
    }

    fn comments(&self, sources: &Sources) -> Answer<Vec<String>> {
        Self::comments(self, sources)
    }

    fn url(&self) -> String {
        format!("{}/stories/{}/comments", self.api.trim_end_matches('/'), self.number)
    }

    fn say(
        &self,
        client: &Client,
        who: &Credential,
        text: &str,
        landed: &mut dyn FnMut() -> Result<bool, Lost>,
    ) -> Result<(), Lost> {
        let body = json!({ "content": text }).to_string();
        client.send(Verb::Post, &self.url(), Some(who), body.as_bytes(), landed).map(drop)
    }
}
