//! What an audit found: a line for each thing that was looked at.

use std::io::{self, Write};

use serde::Serialize;

use super::text::{Pen, Style};
use crate::rules::Level;
use crate::text::one_line;

/// What an audit found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Format of the document.
    pub version: u32,
    /// In the order in which they were looked at.
    pub looks: Vec<Look>,
    /// How many there are of each verdict.
    pub summary: VerdictCounts,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// What it is about, such as a repository and a version.
    pub about: String,
    /// What was looked at, such as `signature`.
    pub what: String,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub detail: String,
    /// The command that fixes it, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing, and nothing to do.
    Note,
    /// It could not be found out.
    NotChecked,
    /// Not as it should be.
    Bad,
}

/// How many there are of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct VerdictCounts {
    /// As they should be.
    pub good: usize,
    /// Worth knowing.
    pub notes: usize,
    /// Not found out.
    pub not_checked: usize,
    /// Not as they should be.
    pub bad: usize,
}

impl Look {
    /// What was found about a thing.
    pub fn new(about: &str, what: &str, verdict: Verdict, detail: impl Into<String>) -> Self {
        let (about, what) = (about.to_owned(), what.to_owned());
        Self { about, what, verdict, detail: detail.into(), fix: None }
    }

    /// The same, with the command that fixes it.
    #[must_use]
    pub fn fixed_by(self, command: impl Into<String>) -> Self {
        Self { fix: Some(command.into()), ..self }
    }
}

impl Audit {
    /// An audit with these lines.
    pub fn of(looks: Vec<Look>) -> Self {
        let count = |verdict| looks.iter().filter(|look| look.verdict == verdict).count();
        let summary = VerdictCounts {
            good: count(Verdict::Good),
            notes: count(Verdict::Note),
            not_checked: count(Verdict::NotChecked),
            bad: count(Verdict::Bad),
        };
        Self { version: 1, looks, summary }
    }

    /// The worst verdict: *bad* before *not checked*.
    pub fn worst(&self) -> Verdict {
        self.looks.iter().map(|look| look.verdict).max().unwrap_or(Verdict::Good)
    }
}

/// Which lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// All of them.
    All,
    /// Those that are not as they should be.
    Trouble,
}

/// Writes an audit: a line each, with the command that fixes it below.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(audit: &Audit, shown: Shown, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let pen = Pen::new(style);
    let mut about = None;
    let wanted =
        audit.looks.iter().filter(|look| shown == Shown::All || look.verdict != Verdict::Good);
    for look in wanted {
        if about != Some(&look.about) {
            writeln!(out, "{}", pen.frame(&one_line(&look.about)))?;
            about = Some(&look.about);
        }
        let word = match look.verdict {
            Verdict::Good => pen.added("good       "),
            Verdict::Note => "note       ".to_owned(),
            Verdict::NotChecked => pen.level(Level::Warning, "NOT CHECKED"),
            Verdict::Bad => pen.removed("BAD        "),
        };
        writeln!(out, "  {word} {}: {}", one_line(&look.what), one_line(&look.detail))?;
        if let Some(fix) = &look.fix {
            writeln!(out, "              run `{}`", one_line(fix))?;
        }
    }
    let VerdictCounts { good, notes, not_checked, bad } = audit.summary;
    let mut parts = vec![format!("{good} good")];
    for (count, words) in [(notes, "noted"), (not_checked, "not checked"), (bad, "bad")] {
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    writeln!(out, "{}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{Audit, Look, Shown, Verdict, write};
    use crate::report::text::Style;

    #[test]
    fn what_is_bad_is_worse_than_what_was_not_checked() {
        let look = |verdict| Look::new("a/b 1.0", "tag", verdict, "so");
        let audit = Audit::of(vec![look(Verdict::Bad), look(Verdict::NotChecked)]);
        assert_eq!(audit.worst(), Verdict::Bad);
        assert_eq!(
            Audit::of(vec![look(Verdict::Good), look(Verdict::NotChecked)]).worst(),
            Verdict::NotChecked
        );
        let mut out = Vec::new();
        let forged = Look::new("a/b", "tag", Verdict::Bad, "x\n  good y\u{1b}[31m").fixed_by("x y");
        write(&Audit::of(vec![forged]), Shown::Trouble, &mut out, Style::Plain).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }
}
