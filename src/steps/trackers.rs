//! What is said on a tracker of bugs or stories: once, whatever becomes of the answer.

use std::cell::RefCell;
use std::fmt;

use super::after_tag::Tagged;
use super::shown::read_back;
use super::tools::Tools;
use crate::facts::history::CommitRange;
use crate::facts::{Answer, Sources, Unknown};
use crate::net::Credential;
use crate::net::http::{Client, HttpError, HttpOptions, HttpProblem};
use crate::plan::{Prepared, Sent, State, Step, StepResult};
use crate::tree::BadCommitId;

/// So many bugs or stories of one release are taken care of.
pub(super) const MOST: usize = 50;

/// A login of ours.
pub(super) struct Account<'t> {
    /// The tracker, by its name.
    tracker: &'static str,
    /// The key of the configuration that names the login.
    key: &'static str,
    login: &'t Result<Option<Credential>, String>,
    /// Why it was refused in this run.
    refused: &'t RefCell<Option<String>>,
}

/// Why something was not sent, or why it is not known whether it was.
pub(super) enum Lost {
    /// The server refused, or did not answer.
    Http(HttpError),
    /// It could not be looked up.
    Unknown(Unknown),
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(error) => error.fmt(f),
            Self::Unknown(why) => why.fmt(f),
        }
    }
}

impl From<HttpError> for Lost {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

impl<'t> Account<'t> {
    /// That of Launchpad.
    pub(super) fn of_launchpad(tools: &'t Tools<'_>) -> Self {
        Self {
            tracker: "Launchpad",
            key: "launchpad-login-file",
            login: &tools.launchpad,
            refused: &tools.found.launchpad_refused,
        }
    }

    /// That of StoryBoard.
    pub(super) fn of_storyboard(tools: &'t Tools<'_>) -> Self {
        Self {
            tracker: "StoryBoard",
            key: "storyboard-login-file",
            login: &tools.storyboard,
            refused: &tools.found.storyboard_refused,
        }
    }

    /// The login, unless it was refused before in this run.
    ///
    /// # Errors
    /// The result of the step that needs it.
    pub(super) fn login(&self) -> Result<&'t Credential, StepResult> {
        let Self { tracker, key, .. } = self;
        let login = match self.login {
            Ok(Some(login)) => login,
            Ok(None) => {
                let why = format!("no {tracker} login is set; set `{key}`");
                return Err(StepResult::Unsent(why));
            }
            Err(why) => return Err(StepResult::Failed(why.clone())),
        };
        match self.refused.borrow().as_ref() {
            Some(why) => Err(StepResult::NotBegun(format!("{tracker} refused the login: {why}"))),
            None => Ok(login),
        }
    }

    /// The result of what was sent about a `topic`, with the words for what is there if it arrived: it is read back, as a yes may
    /// be that of a proxy.
    pub(super) fn result(
        &self,
        topic: &str,
        sent: Result<(), Lost>,
        landed: &mut dyn FnMut() -> Result<bool, Lost>,
        there: String,
    ) -> Sent {
        if let Err(lost) = sent {
            return self.lost(topic, lost).into();
        }
        let why = match landed() {
            Ok(true) => return StepResult::Made(there).into(),
            // It may be shown later, or to other readers than us.
            Ok(false) => format!("but the {topic} does not show it"),
            Err(lost) => format!("but the {topic} could not be read again: {lost}"),
        };
        Sent::NotShown(format!("{} accepted it, {why}", self.tracker))
    }

    /// The result of what was sent about a `topic` and did not arrive, or maybe did. A refusal of the login ends all that would
    /// be sent with it in this run.
    fn lost(&self, topic: &str, lost: Lost) -> StepResult {
        let error = match lost {
            Lost::Http(error) => error,
            Lost::Unknown(why) => {
                return StepResult::Unknown(Unknown::because(format_args!(
                    "the answer was lost, and the {topic} could not be read: {why}"
                )));
            }
        };
        let words = error.to_string();
        match error.problem {
            HttpProblem::Status(401 | 403) => {
                *self.refused.borrow_mut() = Some(words.clone());
                StepResult::Refused(words)
            }
            HttpProblem::Status(status) if status < 500 => StepResult::Refused(words),
            _ => StepResult::Failed(words),
        }
    }
}

/// What a tracker shows of a topic.
pub(super) struct Heard {
    /// Whether only some people may see it.
    pub(super) is_private: bool,
    /// What was said on it.
    pub(super) comments: Vec<String>,
}

/// A bug or a story that can be commented on.
pub(super) trait Topic {
    /// What it is called.
    const NOUN: &'static str;

    /// What the tracker shows now.
    fn heard(&self, sources: &Sources) -> Answer<Heard>;

    /// What was said on it, now.
    fn comments(&self, sources: &Sources) -> Answer<Vec<String>>;

    /// Where it is read.
    fn url(&self) -> String;

    /// Sends a comment; again only where `landed` does not find it.
    ///
    /// # Errors
    /// Why it was not sent, or may not have been.
    fn say(
        &self,
        client: &Client,
        who: &Credential,
        text: &str,
        landed: &mut dyn FnMut() -> Result<bool, Lost>,
    ) -> Result<(), Lost>;
}

/// Says the message of a step on `topic`, unless it is there.
///
/// # Errors
/// The result of the step, where there is no login.
pub(super) fn comment_on<'t, T: Topic + 't>(
    topic: T,
    step: &'t Step,
    account: Account<'t>,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let login = account.login()?;
    let text = step.action.message.as_deref().unwrap_or_default();
    let send = move || say(&topic, text, (&account, login), tools.sources);
    Ok(Prepared::here(None, send))
}

fn say<T: Topic>(
    topic: &T,
    text: &str,
    (account, login): (&Account<'_>, &Credential),
    sources: &Sources,
) -> Sent {
    // Others may have said it since the plan was made.
    match topic.heard(sources) {
        Answer::Known(heard) if is_said(&heard.comments, text) => {
            return StepResult::WasThere("the comment is there".to_owned()).into();
        }
        Answer::Known(heard) if heard.is_private => {
            return StepResult::Ended("skipped: it is private".to_owned()).into();
        }
        Answer::Known(_) => {}
        Answer::Absent => return StepResult::Ended("skipped: it is gone".to_owned()).into(),
        Answer::Unknown(why) => return StepResult::Failed(why.to_string()).into(),
    }
    let mut look = || match topic.comments(sources) {
        Answer::Known(comments) => Ok(is_said(&comments, text).then_some(())),
        // It was readable a moment ago: that it cannot be read does not say that nothing arrived.
        Answer::Absent => {
            let why = format_args!("the {} can no longer be read", T::NOUN);
            Err(Lost::Unknown(Unknown::because(why)))
        }
        Answer::Unknown(why) => Err(Lost::Unknown(why)),
    };
    let mut landed = || read_back(&mut look).map(|found| found.is_some());
    let sent = topic.say(&Client::new(HttpOptions::default()), login, text, &mut landed);
    account.result(T::NOUN, sent, &mut landed, format!("{}, a comment", topic.url()))
}

/// Whether one of these comments says it.
pub(super) fn is_said(comments: &[String], text: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let wanted = words(text);
    comments.iter().any(|comment| words(comment) == wanted)
}

/// What is said; it names the repository and the version, by which it is found again.
pub(super) fn fixed_in(of: &Tagged<'_>) -> String {
    let (name, version) = (of.file.path.name(), of.release.version.text());
    format!(
        "Fixed in {name} {version}.\n\nThe release {version} of {} holds the fix.",
        *of.project.repo
    )
}

/// The state of a step that is deliberately not done.
pub(super) fn skipped(why: &str) -> State {
    State::Ended(format!("skipped: {why}"))
}

/// The number in the item of a step, such as `#12`.
///
/// # Errors
/// The result of the step, where it is none.
pub(super) fn number_of(step: &Step) -> Result<u64, StepResult> {
    let item = step.action.item.as_deref().unwrap_or_default();
    let number = item.trim_start_matches('#').parse();
    number.map_err(|_| StepResult::Failed(format!("`{item}` is not a number")))
}

/// From the previous release of the repository in the file; none for the first one.
///
/// # Errors
/// Where the commit of the release before is not a full id: what came after it is not known.
pub(super) fn range_of(of: &Tagged<'_>) -> Result<Option<CommitRange>, BadCommitId> {
    let Tagged { file, release, project } = of;
    let releases = &file.file.deliverable.releases;
    let before = releases.iter().take_while(|other| other.place != release.place);
    let older = before.filter(|other| other.version.special().is_none()).filter_map(|other| {
        let found = other.projects.iter().find(|one| *one.repo == *project.repo)?;
        Some(found.commit())
    });
    let Some(older) = older.last().transpose()? else { return Ok(None) };
    let (repo, newer) = (project.name.clone(), project.commit);
    Ok(Some(CommitRange { repo, older: Some(older), newer }))
}
