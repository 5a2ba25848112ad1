//! Announcements before they are sent.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::text::{Pen, Style};
use crate::facts::Answer;
use crate::rules::Level;
use crate::text::{one_line, visible};

/// The announcement of one version of one repository, as it will be sent.
#[derive(Clone, Debug)]
pub struct PlannedMail {
    /// The repository.
    pub repo: String,
    /// The version.
    pub version: String,
    /// To whom it will go.
    pub to: Vec<String>,
    /// Its subject, and its text: with the headers, where the site says who sends it to whom.
    pub mail: Answer<(String, String)>,
}

impl Serialize for PlannedMail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Out<'a> {
            repo: &'a str,
            version: &'a str,
            to: &'a [String],
            subject: Option<&'a str>,
            text: Option<&'a str>,
            why: Option<String>,
        }
        let known = self.mail.known();
        Out {
            repo: &self.repo,
            version: &self.version,
            to: &self.to,
            subject: known.map(|(subject, _)| subject.as_str()),
            text: known.map(|(_, text)| text.as_str()),
            why: self.why(),
        }
        .serialize(serializer)
    }
}

impl PlannedMail {
    /// Why its text is not known.
    pub fn why(&self) -> Option<String> {
        match &self.mail {
            Answer::Known(_) => None,
            Answer::Absent => Some("the commit is not there".to_owned()),
            Answer::Unknown(why) => Some(why.to_string()),
        }
    }
}

/// Writes the mails, each below a line that names its release.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(mails: &[PlannedMail], out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    if mails.is_empty() {
        return writeln!(out, "\nno announcement will be sent");
    }
    for mail in mails {
        let title = format!("announcement of {} {}", mail.repo, mail.version);
        writeln!(out, "\n{}", pen.frame(&format!("--- {} ---", one_line(&title))))?;
        match (&mail.mail, mail.why()) {
            (Answer::Known((_, text)), _) => write!(out, "{}", visible(text))?,
            (_, why) => {
                let not_checked = pen.level(Level::CouldNotCheck, "not checked");
                writeln!(out, "{not_checked}: {}", one_line(&why.unwrap_or_default()))?;
            }
        }
    }
    Ok(())
}
