//! What is posted to a change: a message, votes, comments on lines. Once, whatever becomes of the answers.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Account, Change, Gerrit, GerritError, Message, Patchset, name};
use crate::net::http::{Client, HttpError, HttpProblem, Verb};

/// Bytes of a message at most; a server takes 16,384.
const LONGEST_MESSAGE: usize = 16_000;
/// Since this version a comment carries its suggestions itself; before, a robot's comment does.
const NO_ROBOTS: (u32, u32) = (3, 13);

/// What is to be said and voted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewInput {
    /// What speaks, such as `check`: readers of Gerrit may hide what programs said.
    pub speaker: &'static str,
    message: String,
    /// Votes: label and value.
    pub votes: Vec<(String, i32)>,
    /// Comments on lines.
    pub comments: Vec<Comment>,
}

/// A comment on a line or a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// A file that the change touches, or `/COMMIT_MSG`.
    pub path: String,
    /// Counts from 1.
    pub line: u32,
    /// Where in the file; the whole line without one.
    pub range: Option<CommentRange>,
    /// The text.
    pub message: String,
    /// How to fix it.
    pub suggestion: Option<Suggestion>,
}

/// Lines count from 1; characters from 0, in the units of JavaScript's strings. The end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[allow(missing_docs, reason = "the names are Gerrit's")]
pub struct CommentRange {
    pub start_line: u32,
    pub start_character: u32,
    pub end_line: u32,
    pub end_character: u32,
}

/// An edit that a reader can take over with a click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What it does.
    pub description: String,
    /// All at once.
    pub replacements: Vec<Replacement>,
}

/// New text for a range of the commented file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced.
    pub range: CommentRange,
    /// The new text.
    pub text: String,
}

/// What became of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It is on the change now.
    Now,
    /// The same was there before.
    WasThere,
}

impl ReviewInput {
    /// A message; one that is too long for Gerrit loses its end.
    pub fn new(speaker: &'static str, message: &str) -> Self {
        let mut message = message.trim().to_owned();
        if message.len() > LONGEST_MESSAGE {
            message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
            message.truncate(message.trim_end().len());
            message.push_str("\n…");
        }
        Self { speaker, message, votes: Vec::new(), comments: Vec::new() }
    }

    /// The message, as it is posted.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn tag(&self) -> String {
        tag_of(self.speaker)
    }

    fn has_suggestions(&self) -> bool {
        self.comments.iter().any(|comment| comment.suggestion.is_some())
    }

    fn without_suggestions(&self) -> Self {
        let mut plain = self.clone();
        plain.comments.iter_mut().for_each(|comment| comment.suggestion = None);
        plain
    }

    /// Gerrit's `ReviewInput`.
    fn json(&self, form: Form) -> Value {
        let mut comments = serde_json::Map::new();
        let mut robots = serde_json::Map::new();
        for comment in &self.comments {
            let is_robot = form == Form::Robot && comment.suggestion.is_some();
            let to = if is_robot { &mut robots } else { &mut comments };
            let list = to.entry(&comment.path).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                let mut written = comment.json();
                if is_robot {
                    written["robot_id"] = json!("tagkeeper");
                    written["robot_run_id"] = json!(self.speaker);
                }
                list.push(written);
            }
        }
        let votes: serde_json::Map<String, Value> =
            self.votes.iter().map(|(label, value)| (label.clone(), json!(value))).collect();
        let mut whole = json!({
            "tag": self.tag(),
            "message": self.message,
            "labels": votes,
            "comments": comments,
            "omit_duplicate_comments": true,
        });
        if !robots.is_empty() {
            whole["robot_comments"] = Value::Object(robots);
        }
        whole
    }
}

impl Change {
    /// Whether the account `me` has said anything on it as this speaker, whatever and on whichever patch set. Anybody may
    /// set the tag of a message.
    pub fn was_told_as(&self, speaker: &str, me: u64) -> bool {
        let tag = tag_of(speaker);
        self.messages.iter().any(|message| message.is_of(me, &tag))
    }

    /// Whether this account owns it or uploaded its newest patch set.
    pub fn is_proposed_by(&self, who: &Account) -> bool {
        let uploader = self.patchset.as_ref().map(|newest| &newest.uploader);
        [Some(&self.owner), uploader].into_iter().flatten().any(|one| one.id == who.id)
    }

    /// Whether this commit is its newest patch set, the one that its votes are about.
    pub fn is_at(&self, commit: &str) -> bool {
        self.patchset.as_ref().is_some_and(|newest| newest.commit == commit)
    }
}

impl Message {
    fn is_of(&self, me: u64, tag: &str) -> bool {
        let author = self.author.as_ref().map(|author| author.id);
        author == Some(me) && self.tag.as_deref() == Some(tag)
    }
}

fn tag_of(speaker: &str) -> String {
    format!("autogenerated:tagkeeper:{speaker}")
}

impl Comment {
    /// `unresolved` stays false: a fresh site lets nothing merge while a thread is open, and only its author closes it.
    fn json(&self) -> Value {
        let mut written = json!({"line": self.line, "message": self.message, "unresolved": false});
        if let Some(range) = self.range {
            written["range"] = json!(range);
        }
        if let Some(suggestion) = &self.suggestion {
            let replacement = |one: &Replacement| json!({"path": self.path, "range": one.range, "replacement": one.text});
            let replacements: Vec<Value> =
                suggestion.replacements.iter().map(replacement).collect();
            written["fix_suggestions"] =
                json!([{"description": suggestion.description, "replacements": replacements}]);
        }
        written
    }
}

/// A comment that is there.
#[derive(Deserialize)]
struct PostedComment {
    /// Left out for one on the whole file.
    #[serde(default)]
    line: u32,
    message: String,
}

/// Where suggestions go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With the comment.
    Plain,
    /// With a robot's comment.
    Robot,
}

impl Gerrit {
    /// Posts a review to the newest patch set, unless the same is there. A server that does not take suggestions has
    /// the comments without them.
    ///
    /// # Errors
    ///
    /// When Gerrit refuses or does not answer, or nobody's name is at hand. What is lost on the way is looked for before it
    /// is sent again, so posting again is safe.
    pub fn post(&self, change: &Change, review: &ReviewInput) -> Result<Posted, GerritError> {
        if !self.is_named() {
            return Err(GerritError::Nobody(self.base.clone()));
        }
        let patchset = change.patchset.as_ref().ok_or(GerritError::NoPatchset(change.number))?;
        let me = self.myself()?.id;
        if self.has(change, patchset, review, me)? {
            return Ok(Posted::WasThere);
        }
        let project = name::encoded(&change.project);
        let Patchset { commit, .. } = patchset;
        let url =
            self.url(&format!("changes/{project}~{}/revisions/{commit}/review", change.number));
        let send = |client: &Client, review: &ReviewInput, form: Form| {
            let json = review.json(form).to_string();
            let mut landed = || self.has(change, patchset, review, me);
            client.send(Verb::Post, &url, self.who.as_ref(), json.as_bytes(), &mut landed)
        };
        if review.has_suggestions() {
            let form = if self.has_robots()? { Form::Robot } else { Form::Plain };
            match send(&self.client.trying(1), review, form) {
                Ok(_) => return Ok(Posted::Now),
                Err(GerritError::Http(HttpError { problem, .. }))
                    if problem.may_pass() || problem == HttpProblem::Status(400) =>
                {
                    log::info!("{}: posting without suggestions, as {problem}", self.base);
                    // Whether it landed may have been what could not be asked.
                    if self.has(change, patchset, review, me)? {
                        return Ok(Posted::Now);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        send(&self.client, &review.without_suggestions(), Form::Plain).map(|_| Posted::Now)
    }

    /// Whether the change has this message on this patch set, these votes, and these comments.
    fn has(
        &self,
        change: &Change,
        patchset: &Patchset,
        review: &ReviewInput,
        me: u64,
    ) -> Result<bool, GerritError> {
        let now = self.change(&change.number.into())?;
        let tag = review.tag();
        let is_said = now.messages.iter().any(|message| {
            message.patchset == Some(patchset.number)
                && message.is_of(me, &tag)
                && message.text.trim_end().ends_with(&review.message)
        });
        let stands = |(label, value): &(String, i32)| {
            let mine = now.votes.iter().find(|vote| vote.label == *label && vote.by.id == me);
            mine.map_or(0, |vote| vote.value) == *value
        };
        Ok(is_said
            && review.votes.iter().all(stands)
            && self.has_comments(change, patchset, review)?)
    }

    /// Whether the patch set has these comments: the message may be one that stands for others.
    fn has_comments(
        &self,
        change: &Change,
        patchset: &Patchset,
        review: &ReviewInput,
    ) -> Result<bool, GerritError> {
        if review.comments.is_empty() {
            return Ok(true);
        }
        let mut kinds = vec!["comments"];
        if review.has_suggestions() && self.has_robots()? {
            kinds.push("robotcomments");
        }
        let mut there = HashSet::new();
        for kind in kinds {
            let of = format!("changes/{}/revisions/{}/{kind}/", change.number, patchset.commit);
            let found: BTreeMap<String, Vec<PostedComment>> = self.must(&self.url(&of))?;
            for (path, said) in found {
                there.extend(said.into_iter().map(|one| (path.clone(), one.line, one.message)));
            }
        }
        let key = |one: &Comment| (one.path.clone(), one.line, one.message.trim().to_owned());
        Ok(review.comments.iter().all(|comment| there.contains(&key(comment))))
    }

    fn has_robots(&self) -> Result<bool, GerritError> {
        let version = self.version()?;
        let mut numbers = version.split(['.', '-']).map_while(|part| part.parse().ok());
        let version = numbers.next().zip(numbers.next());
        Ok(version.is_some_and(|version: (u32, u32)| version < NO_ROBOTS))
    }
}

#[cfg(test)]
mod tests {
    use super::{CommentRange, Form, Replacement, ReviewInput, Suggestion};
    use crate::gerrit::Comment;

    fn review() -> ReviewInput {
        let range =
            CommentRange { start_line: 3, start_character: 2, end_line: 3, end_character: 7 };
        let comment = |suggestion| Comment {
            path: "deliverables/lily/rose.yaml".to_owned(),
            line: 3,
            range: Some(range),
            message: "error: the version is too low [series-first]".to_owned(),
            suggestion,
        };
        let suggestion = Suggestion {
            description: "release `1.1.0`".to_owned(),
            replacements: vec![Replacement { range, text: "1.1.0".to_owned() }],
        };
        let mut review = ReviewInput::new("check", " 1 error\n");
        review.votes.push(("Verified".to_owned(), -1));
        review.comments = vec![comment(None), comment(Some(suggestion))];
        review
    }

    #[test]
    fn suggestions_go_with_comments_or_with_those_of_a_robot() {
        insta::assert_json_snapshot!([review().json(Form::Plain), review().json(Form::Robot)]);
    }

    #[test]
    fn a_message_that_is_too_long_loses_its_end() {
        let review = ReviewInput::new("check", &"é".repeat(9_000));
        assert!(review.message().len() < 16_384);
        assert!(review.message().ends_with("é\n…"));
    }
}
