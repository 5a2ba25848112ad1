//! Saying it: once, whatever becomes of the answer.

use std::cell::RefCell;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{bug, is_said};
use crate::facts::{Answer, Question as _, Unknown};
use crate::net::Credential;
use crate::net::http::{Client, HttpError, Options, Problem};
use crate::plan::{Prepared, Step, StepResult};
use crate::steps::tools::Tools;

/// The media type that Launchpad wants in a request that changes something.
const FORM: &str = "application/x-www-form-urlencoded";

/// Why something was not sent, or why it is not known whether it was.
pub(in crate::steps) enum Lost {
    /// The server refused, or did not answer.
    Http(HttpError),
    /// It could not be looked up.
    Unknown(Unknown),
}

impl From<HttpError> for Lost {
    fn from(error: HttpError) -> Self {
        Self::Http(error)
    }
}

pub(super) fn prepare<'t>(
    step: &'t Step,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let (login, number) = (login(tools)?, number_of(step)?);
    let text = step.action.message.as_deref().unwrap_or_default();
    let send = move || say(number, text, login, tools);
    Ok(Prepared::Here { object: None, send: Box::new(send) })
}

/// The login of Launchpad, unless it was refused before in this run.
pub(super) fn login<'t>(tools: &'t Tools<'_>) -> Result<&'t Credential, StepResult> {
    let login = match &tools.launchpad {
        Ok(Some(login)) => login,
        Ok(None) => {
            let why = "no login of Launchpad is set; set `launchpad-login-file`";
            return Err(StepResult::Unsent(why.to_owned()));
        }
        Err(why) => return Err(StepResult::Failed(why.clone())),
    };
    match tools.found.launchpad_refused.borrow().as_ref() {
        Some(why) => Err(StepResult::NotBegun(format!("Launchpad refused the login: {why}"))),
        None => Ok(login),
    }
}

/// The number in the item of a step, such as `#12`.
pub(in crate::steps) fn number_of(step: &Step) -> Result<u64, StepResult> {
    let item = step.action.item.as_deref().unwrap_or_default();
    let number = item.trim_start_matches('#').parse();
    number.map_err(|_| StepResult::Failed(format!("`{item}` is not a number")))
}

fn say(number: u64, text: &str, login: &Credential, tools: &Tools<'_>) -> StepResult {
    let question = bug(&tools.config.launchpad, number);
    // Others may have said it since the plan was made.
    match question.answer(tools.sources) {
        Answer::Known(bug) if is_said(&bug.messages, text) => {
            return StepResult::WasThere("the comment is there".to_owned());
        }
        Answer::Known(bug) if bug.is_private => {
            return StepResult::Ended("skipped: it is private".to_owned());
        }
        Answer::Known(_) => {}
        Answer::Absent => return StepResult::Ended("skipped: it is gone".to_owned()),
        Answer::Unknown(why) => return StepResult::Failed(why.to_string()),
    }
    let quoted = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let body =
        format!("ws.op=newMessage&subject={}&content={}", quoted("Fix released"), quoted(text));
    let url = format!("{}/bugs/{number}", tools.config.launchpad.trim_end_matches('/'));
    let mut landed = || match question.messages(tools.sources) {
        Answer::Known(messages) => Ok(is_said(&messages, text)),
        // It was readable a moment ago: that it cannot be read does not say that nothing arrived.
        Answer::Absent => Err(Lost::Unknown(Unknown::because("the bug cannot be read any more"))),
        Answer::Unknown(why) => Err(Lost::Unknown(why)),
    };
    let client = Client::new(Options::default());
    match client.send_form(&url, login, (FORM, body.as_bytes()), &mut landed) {
        Ok(_) => StepResult::Made(format!("{url}, a comment")),
        Err(Lost::Unknown(why)) => StepResult::Unknown(Unknown::because(format_args!(
            "the answer was lost, and the bug could not be read: {why}"
        ))),
        Err(Lost::Http(error)) => refused_by(error, &tools.found.launchpad_refused),
    }
}

/// A refusal of the login ends all that would be sent with it in this run: `noted` is where that is kept.
pub(in crate::steps) fn refused_by(
    error: HttpError,
    noted: &RefCell<Option<String>>,
) -> StepResult {
    let words = error.to_string();
    match error.problem {
        Problem::Status(401 | 403) => {
            *noted.borrow_mut() = Some(words.clone());
            StepResult::Refused(words)
        }
        Problem::Status(status) if status < 500 => StepResult::Refused(words),
        _ => StepResult::Failed(words),
    }
}
