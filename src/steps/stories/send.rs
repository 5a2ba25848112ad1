//! Saying it on StoryBoard: once, whatever becomes of the answer.

use serde_json::json;

use crate::facts::stories::Story;
use crate::facts::{Answer, Question as _, Unknown};
use crate::net::Credential;
use crate::net::http::{Client, Options, Verb};
use crate::plan::{Prepared, Step, StepResult};
use crate::steps::bugs::{Lost, is_said, number_of, refused_by};
use crate::steps::tools::Tools;

pub(super) fn prepare<'t>(
    step: &'t Step,
    tools: &'t Tools<'_>,
) -> Result<Prepared<'t>, StepResult> {
    let login = match &tools.storyboard {
        Ok(Some(login)) => login,
        Ok(None) => {
            let why = "no login of StoryBoard is set; set `storyboard-login-file`";
            return Err(StepResult::Unsent(why.to_owned()));
        }
        Err(why) => return Err(StepResult::Failed(why.clone())),
    };
    if let Some(why) = tools.found.storyboard_refused.borrow().as_ref() {
        return Err(StepResult::NotBegun(format!("StoryBoard refused the login: {why}")));
    }
    let number = number_of(step)?;
    let text = step.action.message.as_deref().unwrap_or_default();
    let send = move || say(number, text, login, tools);
    Ok(Prepared::Here { object: None, send: Box::new(send) })
}

fn say(number: u64, text: &str, login: &Credential, tools: &Tools<'_>) -> StepResult {
    let story = Story { api: tools.config.storyboard.clone(), number };
    // Others may have said it since the plan was made.
    match story.answer(tools.sources) {
        Answer::Known(told) if is_said(&told.comments, text) => {
            return StepResult::WasThere("the comment is there".to_owned());
        }
        Answer::Known(told) if told.is_private => {
            return StepResult::Ended("skipped: it is private".to_owned());
        }
        Answer::Known(_) => {}
        Answer::Absent => return StepResult::Ended("skipped: it is gone".to_owned()),
        Answer::Unknown(why) => return StepResult::Failed(why.to_string()),
    }
    let url = format!("{}/stories/{number}/comments", story.api.trim_end_matches('/'));
    let body = json!({ "content": text }).to_string();
    let mut landed = || match story.comments(tools.sources) {
        Answer::Known(comments) => Ok(is_said(&comments, text)),
        // It was readable a moment ago: that it cannot be read does not say that nothing arrived.
        Answer::Absent => Err(Lost::Unknown(Unknown::because("the story cannot be read any more"))),
        Answer::Unknown(why) => Err(Lost::Unknown(why)),
    };
    let client = Client::new(Options::default());
    match client.send(Verb::Post, &url, Some(login), body.as_bytes(), &mut landed) {
        Ok(_) => StepResult::Made(format!("{url}, a comment")),
        Err(Lost::Unknown(why)) => StepResult::Unknown(Unknown::because(format_args!(
            "the answer was lost, and the story could not be read: {why}"
        ))),
        Err(Lost::Http(error)) => refused_by(error, &tools.found.storyboard_refused),
    }
}
