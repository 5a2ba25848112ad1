//! A team's own edit: a text or pattern of one file is replaced.

use regex::Regex;

use crate::config::{Find, Matches};
use crate::steps::proposing::{Edit, Edited, Texts, is_of_zuul, why_not_a_path};

/// Replaces what is found in a file.
pub(super) struct Replacing {
    /// The file.
    pub(super) file: String,
    /// What is looked for.
    pub(super) find: Find,
    /// How often it must be there.
    pub(super) matches: Matches,
    /// What is written.
    pub(super) write: String,
    /// Whether it may change what Zuul runs.
    pub(super) rights: Rights,
}

/// What an edit may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rights {
    /// Anything.
    ReleaseManagers,
    /// Not what tells Zuul what to run.
    Team,
}

impl Edit for Replacing {
    fn paths(&self) -> Vec<String> {
        vec![self.file.clone()]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let path = &self.file;
        if let Some(why) = why_not_a_path(path) {
            return Edited::Refused(why);
        }
        if self.rights == Rights::Team && is_of_zuul(path) {
            return Edited::Refused(format!(
                "`{path}` tells Zuul what to run: only a follow-up of release managers may edit it"
            ));
        }
        let Some(text) = files.get(path) else {
            return Edited::Refused(format!("there is no `{path}`"));
        };
        let (count, after) = match &self.find {
            Find::Text(find) => {
                (text.matches(find.as_str()).count(), text.replace(find, &self.write))
            }
            Find::Pattern(pattern) => match Find::compiled(pattern) {
                Ok(regex) => self.by_pattern(&regex, text),
                Err(why) => return Edited::Refused(format!("its pattern cannot be used: {why}")),
            },
        };
        match (count, self.matches) {
            // What was replaced once is not found again.
            _ if self.is_written(text) => Edited::AsItIs(format!("`{path}` has it")),
            (0, _) => Edited::Refused(format!("`{path}` does not hold what is to be replaced")),
            (2.., Matches::One) => Edited::Refused(format!(
                "`{path}` holds what is to be replaced {count} times, and once is meant; make it more precise, or write `matches: all`"
            )),
            (_, _) if after == text => Edited::AsItIs(format!("`{path}` has it")),
            (_, _) => Edited::Changed(vec![(path.clone(), after)]),
        }
    }
}

impl Replacing {
    fn by_pattern(&self, regex: &Regex, text: &str) -> (usize, String) {
        let count = regex.find_iter(text).count();
        (count, regex.replace_all(text, self.write.as_str()).into_owned())
    }

    /// Whether the file has what is to be written already, as far as that can be seen.
    fn is_written(&self, text: &str) -> bool {
        match &self.find {
            Find::Text(find) => {
                let is_there = !self.write.is_empty() && text.contains(&self.write);
                // What is written may hold what is looked for: a line that is added below another one.
                is_there
                    && text.matches(find.as_str()).count()
                        <= self.write.matches(find.as_str()).count()
            }
            Find::Pattern(pattern) => {
                let is_plain = !self.write.is_empty() && !self.write.contains('$');
                let is_found = Find::compiled(pattern).is_ok_and(|regex| regex.is_match(text));
                is_plain && !is_found && text.contains(&self.write)
            }
        }
    }
}
