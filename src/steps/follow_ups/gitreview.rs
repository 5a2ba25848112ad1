//! `.gitreview` of a new branch: `defaultbranch` is set or replaced, and nothing else changes.

use super::lines::{end_of, lines};
use crate::steps::proposing::{Edit, Edited, Texts};

const FILE: &str = ".gitreview";
const SECTION: &str = "[gerrit]";
const KEY: &str = "defaultbranch";

/// Lets `git review` on a branch propose to that branch.
pub(super) struct DefaultBranch {
    /// Its name.
    pub(super) branch: String,
}

impl Edit for DefaultBranch {
    fn paths(&self) -> Vec<String> {
        vec![FILE.to_owned()]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let Some(text) = files.get(FILE) else {
            return Edited::AsItIs(format!("there is no `{FILE}`"));
        };
        match set(text, &self.branch) {
            Some(after) if after == text => {
                Edited::AsItIs(format!("`{FILE}` names `{}`", self.branch))
            }
            Some(after) => Edited::Changed(vec![(FILE.to_owned(), after)]),
            None => Edited::Refused(format!("`{FILE}` has no section `{SECTION}`")),
        }
    }
}

/// The file with that default branch; `None` if it has no section for it.
fn set(text: &str, branch: &str) -> Option<String> {
    let all: Vec<&str> = lines(text).collect();
    let is_section = |line: &str| line.trim_start_matches('\u{feff}').trim().starts_with('[');
    let is_ours = |line: &str| line.trim_start_matches('\u{feff}').trim() == SECTION;
    let start = all.iter().position(|line| is_ours(line))? + 1;
    let end =
        all[start..].iter().position(|line| is_section(line)).map_or(all.len(), |n| start + n);
    let has_key = all[start..end].iter().any(|line| value_of(line).is_some());
    let mut after: Vec<String> = all.iter().map(|line| (*line).to_owned()).collect();
    if has_key {
        for line in &mut after[start..end] {
            if let Some(value) = value_of(line) {
                let at = line.rfind(value).filter(|_| !value.is_empty());
                *line = match at {
                    Some(at) => format!("{}{branch}{}", &line[..at], &line[at + value.len()..]),
                    None => {
                        let ending = end_of(line);
                        format!("{}{branch}{ending}", &line[..line.len() - ending.len()])
                    }
                };
            }
        }
        return Some(after.concat());
    }
    let last = all[start..end].iter().rposition(|line| !line.trim().is_empty());
    let at = last.map_or(start, |n| start + n + 1);
    let ending = all.iter().map(|line| end_of(line)).find(|end| !end.is_empty()).unwrap_or("\n");
    if let Some(before) = after[..at].last_mut().filter(|line| end_of(line).is_empty()) {
        before.push_str(ending);
    }
    after.insert(at, format!("{KEY}={branch}{ending}"));
    Some(after.concat())
}

/// The value of the key, where the line has it.
fn value_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once(['=', ':'])?;
    key.trim().eq_ignore_ascii_case(KEY).then(|| value.trim())
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn the_branch_is_set_or_replaced_and_the_rest_is_untouched() {
        let table = [
            (
                "[gerrit]\nhost=h\nproject=a/b.git\n",
                "[gerrit]\nhost=h\nproject=a/b.git\ndefaultbranch=stable/x\n",
            ),
            ("[gerrit]\nhost=h", "[gerrit]\nhost=h\ndefaultbranch=stable/x\n"),
            (
                "# a\r\n[gerrit]\r\nhost=h\r\n\r\n[other]\r\ndefaultbranch=y\r\n",
                "# a\r\n[gerrit]\r\nhost=h\r\ndefaultbranch=stable/x\r\n\r\n[other]\r\ndefaultbranch=y\r\n",
            ),
            (
                "[gerrit]\ndefaultbranch = master \nhost=h\n",
                "[gerrit]\ndefaultbranch = stable/x \nhost=h\n",
            ),
            ("[gerrit]\nDefaultBranch: main\n", "[gerrit]\nDefaultBranch: stable/x\n"),
            ("[gerrit]\ndefaultbranch=\n", "[gerrit]\ndefaultbranch=stable/x\n"),
            ("[gerrit]\ndefaultbranch=stable/x\n", "[gerrit]\ndefaultbranch=stable/x\n"),
        ];
        for (before, after) in table {
            assert_eq!(set(before, "stable/x").as_deref(), Some(after), "{before:?}");
            assert_eq!(set(after, "stable/x").as_deref(), Some(after), "{after:?}");
        }
        assert_eq!(set("host=h\n", "x"), None);
    }
}
