//! The page of a series in the release notes, on the trunk: a new one, and one that builds from another branch.

use super::lines::{end_of, lines, usual_end};
use crate::steps::proposing::{Edit, Edited, Texts};

/// Where the pages are.
const SOURCE: &str = "releasenotes/source";
/// The entry after which a new series comes.
const UNRELEASED: &str = "unreleased";

/// Adds the page of a series, and its entry in the index.
pub(super) struct NewPage {
    /// The series, as its branch names it.
    pub(super) id: String,
    /// Its branch.
    pub(super) branch: String,
}

/// Lets the page of a series be built from another branch.
pub(super) struct OtherBranch {
    /// The series, as its branch names it.
    pub(super) id: String,
    /// The branch that the page names.
    pub(super) from: String,
    /// The branch that it is to name.
    pub(super) to: String,
}

fn page(id: &str) -> String {
    format!("{SOURCE}/{id}.rst")
}

impl Edit for NewPage {
    fn paths(&self) -> Vec<String> {
        vec![SOURCE.to_owned(), format!("{SOURCE}/index.rst"), page(&self.id)]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let (index_path, page_path) = (format!("{SOURCE}/index.rst"), page(&self.id));
        if !files.has_directory(SOURCE) && files.get(&index_path).is_none() {
            return Edited::AsItIs(format!(
                "there is no `{SOURCE}`: the project does not use reno"
            ));
        }
        let Some(index) = files.get(&index_path) else {
            return Edited::Refused(format!("there is no `{index_path}`"));
        };
        let Some(listed) = with_entry(index, &self.id) else {
            return Edited::Refused(format!("`{index_path}` has no entry `{UNRELEASED}`"));
        };
        let mut changed = Vec::new();
        if files.get(&page_path).is_none() {
            changed.push((page_path.clone(), self.page(usual_end(index))));
        }
        if listed != index {
            changed.push((index_path, listed));
        }
        if changed.is_empty() {
            return Edited::AsItIs(format!("`{page_path}` is there and listed"));
        }
        Edited::Changed(changed)
    }
}

impl NewPage {
    fn page(&self, end: &str) -> String {
        let mut letters = self.id.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        let title = format!("{first}{} Series Release Notes", letters.as_str());
        let bar = "=".repeat(title.chars().count());
        let branch = &self.branch;
        let text = format!("{bar}\n{title}\n{bar}\n\n.. release-notes::\n   :branch: {branch}\n");
        text.replace('\n', end)
    }
}

/// The index with the entry of a series below the one of what is unreleased; `None` if there is no such entry.
fn with_entry(index: &str, id: &str) -> Option<String> {
    let all: Vec<&str> = lines(index).collect();
    if all.iter().any(|line| is_entry(line, id)) {
        return Some(index.to_owned());
    }
    let at = all.iter().position(|line| is_entry(line, UNRELEASED))?;
    let found = all[at];
    let indent = &found[..found.len() - found.trim_start().len()];
    let (found, end) = match end_of(found) {
        "" => (format!("{found}{}", usual_end(index)), ""),
        end => (found.to_owned(), end),
    };
    let mut after: Vec<String> = all.iter().map(|line| (*line).to_owned()).collect();
    after[at] = format!("{found}{indent}{id}{end}");
    Some(after.concat())
}

/// Whether a line of a table of contents leads to the page of that name.
fn is_entry(line: &str, name: &str) -> bool {
    let is_indented = line.starts_with([' ', '\t']);
    let entry = line.trim();
    let target = entry
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
        .map_or(entry, |(_, target)| target);
    let target = target.trim_start_matches("./");
    is_indented && target.strip_suffix(".rst").unwrap_or(target) == name
}

impl Edit for OtherBranch {
    fn paths(&self) -> Vec<String> {
        vec![page(&self.id)]
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let path = page(&self.id);
        let Some(text) = files.get(&path) else {
            return Edited::AsItIs(format!("there is no `{path}`"));
        };
        let after: String = lines(text).map(|line| self.line(line)).collect();
        if after == text {
            return Edited::AsItIs(format!("`{path}` does not build from `{}`", self.from));
        }
        Edited::Changed(vec![(path, after)])
    }
}

impl OtherBranch {
    fn line(&self, line: &str) -> String {
        let Some(value) = line.trim().strip_prefix(":branch:").map(str::trim) else {
            return line.to_owned();
        };
        let is_it = value.strip_prefix("origin/").unwrap_or(value) == self.from;
        match line.rfind(&self.from).filter(|_| is_it) {
            Some(at) => format!("{}{}{}", &line[..at], self.to, &line[at + self.from.len()..]),
            None => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NewPage, OtherBranch, with_entry};

    const INDEX: &str =
        "=====\nNotes\n=====\n\n.. toctree::\n   :maxdepth: 1\n\n   unreleased\n   2026.1\n";

    #[test]
    fn a_series_comes_below_what_is_unreleased_with_its_indentation_and_once() {
        let after = with_entry(INDEX, "2026.2").unwrap();
        assert_eq!(after, INDEX.replace("unreleased\n", "unreleased\n   2026.2\n"));
        assert_eq!(with_entry(&after, "2026.2"), Some(after));
        let tabs = ".. toctree::\r\n\r\n\t\tNext <unreleased>\r\n\t\tzed.rst";
        let after = with_entry(tabs, "2026.2").unwrap();
        assert_eq!(after, tabs.replace("unreleased>\r\n", "unreleased>\r\n\t\t2026.2\r\n"));
        assert_eq!(with_entry(tabs, "zed").as_deref(), Some(tabs));
        assert_eq!(with_entry("  unreleased", "x").as_deref(), Some("  unreleased\n  x"));
        assert_eq!(with_entry("unreleased notes\n", "x"), None);
    }

    #[test]
    fn a_page_has_adornments_as_wide_as_its_title() {
        let page = NewPage { id: "victoria".into(), branch: "stable/victoria".into() }.page("\n");
        let bar = "=".repeat("Victoria Series Release Notes".len());
        assert_eq!(
            page,
            format!(
                "{bar}\nVictoria Series Release Notes\n{bar}\n\n.. release-notes::\n   :branch: stable/victoria\n"
            )
        );
    }

    #[test]
    fn only_the_branch_of_the_page_changes() {
        let edit = OtherBranch {
            id: "zed".into(),
            from: "stable/zed".into(),
            to: "unmaintained/zed".into(),
        };
        assert_eq!(edit.line("   :branch: stable/zed\n"), "   :branch: unmaintained/zed\n");
        assert_eq!(
            edit.line("   :branch:  origin/stable/zed \r\n"),
            "   :branch:  origin/unmaintained/zed \r\n"
        );
        for same in
            ["   :branch: stable/zed2\n", "see stable/zed\n", "   :branch: unmaintained/zed\n"]
        {
            assert_eq!(edit.line(same), same);
        }
    }
}
