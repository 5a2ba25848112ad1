//! Asking somebody to review a change.

use serde::Deserialize;
use serde_json::json;

use super::{Gerrit, GerritError, name};
use crate::net::http::{HttpError, HttpProblem, Verb};

/// What became of an invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// They are a reviewer now, or were before.
    Asked,
    /// Gerrit does not let them be one, such as without an account of that address: why.
    Refused(String),
}

/// Why somebody is no reviewer, in Gerrit's answer.
#[derive(Deserialize)]
struct Answered {
    error: Option<String>,
}

impl Gerrit {
    /// Asks the person with this mail address to review a change. To ask twice is harmless.
    ///
    /// # Errors
    ///
    /// When Gerrit does not answer, or nobody's name is at hand.
    pub fn invite(
        &self,
        (project, change): (&str, u64),
        email: &str,
    ) -> Result<Invited, GerritError> {
        if !self.is_named() {
            return Err(GerritError::Nobody(self.base.clone()));
        }
        let project = name::encoded(project);
        let url = self.url(&format!("changes/{project}~{change}/reviewers"));
        let body = json!({"reviewer": email, "state": "REVIEWER"}).to_string();
        let mut landed = || Ok::<_, GerritError>(false);
        let who = self.who.as_ref();
        match self.client.send(Verb::Post, &url, who, body.as_bytes(), &mut landed) {
            Ok(answer) => {
                let answer: Option<Answered> =
                    answer.map(|body| super::document(&url, &body)).transpose()?;
                let error = answer.and_then(|answer| answer.error);
                Ok(error.map_or(Invited::Asked, Invited::Refused))
            }
            Err(GerritError::Http(HttpError {
                problem: HttpProblem::Status(400 | 422), ..
            })) => Ok(Invited::Refused("Gerrit has no account of that address".to_owned())),
            Err(error) => Err(error),
        }
    }
}
