//! The page on a terminal: the verdict and what deserves a look first, then each deliverable.

mod repository;

use std::io::{self, Write};

use super::{
    BuildLine, DeliverableReview, DownstreamReview, Headline, ReasonsShown, ReleaseReview,
    ReviewPage, TeamReview, WaitShown, attention,
};
use crate::calendar::moment;
use crate::facts::Answer;
use crate::facts::people::Person;
use crate::report::text::{Pen, Style, verdict};
use crate::report::{approval, compared, mail, plan};
use crate::rules::Level;
use crate::text::one_line;

/// More series are counted, not listed.
const MOST_SERIES: usize = 8;
/// More siblings are counted, not listed.
const MOST_SIBLINGS: usize = 12;

/// Writes the page.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(page: &ReviewPage<'_>, out: &mut dyn Write, style: Style) -> io::Result<()> {
    let mut text = Text { out, pen: Pen::new(style), told: ReasonsShown::by_findings(page) };
    text.head(page)?;
    text.findings(page)?;
    for deliverable in &page.review.deliverables {
        text.deliverable(deliverable)?;
    }
    text.title("Approval")?;
    match &page.review.approvals {
        Answer::Known(report) => approval::write(report, text.out, style)?,
        Answer::Absent => text.line("the request is not in review")?,
        Answer::Unknown(why) => text.unknown("who has approved it", why)?,
    }
    text.title("What would be done")?;
    match page.plan {
        Ok(found) => plan::write(found, text.out, style)?,
        Err(why) => text.unknown("what would be done", why)?,
    }
    if !page.review.mails.is_empty() {
        text.title("Announcements")?;
        mail::write(&page.review.mails, text.out, style)?;
    }
    writeln!(text.out)?;
    let headline = text.headline(page);
    writeln!(text.out, "{headline}")
}

/// Where lines go, and in which colours.
struct Text<'a> {
    out: &'a mut dyn Write,
    pen: Pen,
    told: ReasonsShown,
}

impl Text<'_> {
    fn headline(&self, page: &ReviewPage<'_>) -> String {
        let headline = Headline::of(page);
        let word = headline.as_str();
        let word = match headline {
            Headline::Yes => self.pen.fine(word),
            Headline::No => self.pen.level(Level::Error, word),
            Headline::NotJudged => self.pen.level(Level::CouldNotCheck, word),
        };
        format!("{word}: {}", verdict(page.report))
    }

    fn head(&mut self, page: &ReviewPage<'_>) -> io::Result<()> {
        let headline = self.headline(page);
        writeln!(self.out, "{headline}")?;
        self.line(&compared::in_words(&page.report.compared))?;
        for deliverable in &page.review.deliverables {
            self.line(&deliverable.asked)?;
        }
        let attention = attention(page);
        if !attention.is_empty() {
            self.title("Worth a look")?;
        }
        attention.iter().try_for_each(|one| self.item(&format!("* {}", one.text)))
    }

    /// The findings that a reader must not miss; `tagkeeper check` shows them with their lines.
    fn findings(&mut self, page: &ReviewPage<'_>) -> io::Result<()> {
        let findings = page.report.sorted_by_weight();
        let standing = findings.into_iter().filter(|finding| finding.stands());
        let found: Vec<_> = standing.collect();
        if found.is_empty() {
            return Ok(());
        }
        self.title("Findings")?;
        for finding in found {
            let level = finding.level.in_words();
            let level = self.pen.level(finding.level, &format!("{level}[{}]", finding.rule));
            let place = format!("{}:{}", finding.file, finding.place.line);
            let message = one_line(&finding.message);
            writeln!(self.out, "  {level} {}: {message}", one_line(&place))?;
        }
        Ok(())
    }

    fn deliverable(&mut self, found: &DeliverableReview) -> io::Result<()> {
        self.title(&format!("{} ({})", found.name, found.series))?;
        self.field("file", &found.file)?;
        let model = found.model.as_deref().unwrap_or("no release model");
        let status = found.status.map(|status| format!(", series {status}")).unwrap_or_default();
        self.field("kind", &format!("{}, {model}{status}", found.kind))?;
        if let Some(team) = &found.team {
            self.team(team)?;
        }
        let series = |one: &super::SeriesVersion| {
            format!("{} {}", one.series, one.newest.as_deref().unwrap_or("(nothing)"))
        };
        let others: Vec<String> = found.other_series.iter().map(series).collect();
        self.field(
            "elsewhere",
            &if others.is_empty() { "nowhere".to_owned() } else { shortened(&others, MOST_SERIES) },
        )?;
        let sibling = |one: &super::Sibling| match &one.newest {
            Some(newest) => format!("{} {newest}", one.name),
            None => one.name.clone(),
        };
        let siblings: Vec<String> = found.siblings.iter().map(sibling).collect();
        if !siblings.is_empty() {
            self.field("siblings", &shortened(&siblings, MOST_SIBLINGS))?;
        }
        self.downstream(&found.downstream)?;
        found.releases.iter().try_for_each(|release| self.release(release))
    }

    fn downstream(&mut self, found: &DownstreamReview) -> io::Result<()> {
        if !found.repos.is_empty() {
            self.field("downstream", &found.repos.join(", "))?;
        }
        if !found.mail.is_empty() {
            self.field("wants to know", &found.mail.join(", "))?;
        }
        for job in &found.jobs {
            let name = format!("{} of {}", job.job, job.project);
            match &job.builds {
                Answer::Known(builds) if builds.is_empty() => self.field(&name, "no results")?,
                Answer::Known(builds) => {
                    let builds: Vec<String> = builds.iter().map(build).collect();
                    self.field(&name, &builds.join(", "))?;
                }
                Answer::Absent => self.field(&name, "Zuul does not know it")?,
                Answer::Unknown(why) => self.unknown(&name, why)?,
            }
        }
        Ok(())
    }

    fn team(&mut self, team: &TeamReview) -> io::Result<()> {
        self.field("team", &team.name)?;
        match &team.people {
            Answer::Known(people) => {
                let ptl = people.ptl.as_ref().map_or("none".to_owned(), reached);
                self.field("lead", &ptl)?;
                let liaisons: Vec<String> = people.liaisons.iter().map(reached).collect();
                if !liaisons.is_empty() {
                    self.field("liaisons", &liaisons.join(", "))?;
                }
                match &people.gap {
                    Some(why) => self.unknown("who else speaks for the team", why),
                    None => Ok(()),
                }
            }
            Answer::Absent => Ok(()),
            Answer::Unknown(why) => self.unknown("who speaks for the team", why),
        }
    }

    fn release(&mut self, release: &ReleaseReview) -> io::Result<()> {
        writeln!(self.out)?;
        let title = self.pen.frame(&one_line(&release.version));
        writeln!(self.out, "{title}")?;
        self.wait(&release.wait)?;
        match &release.suggested {
            Answer::Known(found) => {
                let version = found.version.as_deref().map(|one| format!(": {one}"));
                let enough = if found.is_met { "" } else { " (more than is asked)" };
                let suggested = format!(
                    "{} after {}{}{enough}",
                    found.bump,
                    found.after,
                    version.unwrap_or_default()
                );
                self.field("suggested", &suggested)?;
                found.reasons.iter().take(8).try_for_each(|why| self.item(why))?;
                self.more(found.reasons.len(), 8)?;
            }
            Answer::Absent => {}
            Answer::Unknown(why) => self.unknown("which step its content asks for", why)?,
        }
        release.repositories.iter().try_for_each(|repository| self.repository(repository))
    }

    fn wait(&mut self, wait: &WaitShown) -> io::Result<()> {
        for stop in &wait.stops {
            let since = moment(stop.from);
            self.field("waits", &format!("from {since}: {}", stop.reasons.join("; ")))?;
        }
        match (wait.free, wait.stops.is_empty()) {
            (Some(_), true) => self.field("tag", "as soon as the request merges"),
            (Some(free), false) => self.field("tag", &format!("from {} on", moment(free))),
            (None, _) => self.field("tag", "when somebody changes the policy"),
        }
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        let title = one_line(title);
        let rule = "=".repeat(title.chars().count());
        writeln!(self.out, "\n{title}\n{}", self.pen.frame(&rule))
    }

    fn field(&mut self, name: &str, text: &str) -> io::Result<()> {
        let line = format!("  {}: {}", one_line(name), one_line(text));
        writeln!(self.out, "{}", line.trim_end())
    }

    fn item(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "    {}", one_line(text).trim_end())
    }

    fn more(&mut self, all: usize, shown: usize) -> io::Result<()> {
        match all.saturating_sub(shown) {
            0 => Ok(()),
            n => self.item(&format!("... and {n} more")),
        }
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", one_line(text))
    }

    fn unknown(&mut self, what: &str, why: impl std::fmt::Display) -> io::Result<()> {
        let not_checked = self.pen.level(Level::CouldNotCheck, "not checked");
        let why = self.told.once(&why.to_string());
        writeln!(self.out, "  {}: {not_checked}: {}", one_line(what), one_line(&why))
    }
}

/// `Ann Example <ann@example.org> (ann on IRC)`.
fn reached(person: &Person) -> String {
    match &person.irc {
        Some(nick) => format!("{person} ({nick} on IRC)"),
        None => person.to_string(),
    }
}

/// `SUCCESS (Tue 2026-08-18 10:00 UTC)`.
fn build(build: &BuildLine) -> String {
    match build.ended {
        Some(ended) => format!("{} ({})", build.result, moment(ended)),
        None => build.result.clone(),
    }
}

fn shortened(all: &[String], most: usize) -> String {
    match all.len().saturating_sub(most) {
        0 => all.join(", "),
        n => format!("{} and {n} more", all[..most].join(", ")),
    }
}
