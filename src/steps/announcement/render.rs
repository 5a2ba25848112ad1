//! A release in words.

use minijinja::context;
use minijinja::value::Value;

use super::news::News;
use super::released::{BugTracker, ReleaseLinks, Released, SeriesPhase, SignedBy, Since};
use super::template::{SiteTemplate, Template, WIDTH, fill};
use crate::text::{is_hostile, wrap};
use crate::version::{SpecialKind, Version};

/// How many commits, lines of a diffstat and lines of a requirements diff a mail holds at most.
const MOST_CHANGES: usize = 200;
const MOST_LINES: usize = 100;
/// The widest column of a requirement.
const WIDEST: usize = 28;
/// How many lines of release notes.
const MOST_NEWS: usize = 1000;

/// Subject and body of an announcement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    repo: String,
    version: String,
    subject: String,
    body: String,
}

/// Why there is no announcement.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A name that goes into the headers holds a line break or another control character.
    #[error(
        "{0} {1:?} of this release is not one line of text; so the release cannot be announced"
    )]
    Name(&'static str, String),
    /// The template is wrong.
    #[error("cannot render the announcement of {release}: {message}")]
    Template {
        /// The repository and version.
        release: String,
        /// What is wrong, with template and line.
        message: String,
    },
}

impl Announcement {
    /// Puts a release into words.
    ///
    /// The subject is the one readers filter for today, `<short name> <version> (<series>)`,
    /// without the series where there is none. The very first release of a repository, for which
    /// nobody can have a filter, begins with `[new][<team>]`.
    ///
    /// # Errors
    ///
    /// When the template is wrong or names something that does not exist, or when a name is not
    /// one line of text.
    pub fn of(released: &Released, template: Template<'_>) -> Result<Self, RenderError> {
        Self::with_news(released, &News::default(), template)
    }

    /// The same, with what the project says of the release.
    ///
    /// # Errors
    ///
    /// As [`Announcement::of`].
    pub fn with_news(
        released: &Released,
        news: &News,
        template: Template<'_>,
    ) -> Result<Self, RenderError> {
        Self::filled(released, news, (template, &[]))
    }

    /// The same in the words of a site.
    ///
    /// # Errors
    ///
    /// As [`Announcement::of`].
    pub fn in_words(
        released: &Released,
        news: &News,
        words: &SiteTemplate,
    ) -> Result<Self, RenderError> {
        Self::filled(released, news, (words.template(), &words.beside))
    }

    fn filled(
        released: &Released,
        news: &News,
        (template, beside): (Template<'_>, &[(String, String)]),
    ) -> Result<Self, RenderError> {
        for (what, name) in [
            ("the repository", released.repo.as_str()),
            ("the short name", released.short_name.as_str()),
            ("the version", released.version.as_str()),
            ("the team", released.team.as_str()),
            ("the series", released.series.name.as_str()),
        ] {
            if name.is_empty() || name.contains(|c: char| c.is_control() || is_hostile(c)) {
                return Err(RenderError::Name(what, name.to_owned()));
            }
        }
        let body = fill(template, beside, facts(released, news)).map_err(|message| {
            let release = format!("{} {}", released.repo, released.version);
            RenderError::Template { release, message }
        })?;
        Ok(Self {
            repo: released.repo.to_string(),
            version: released.version.clone(),
            subject: subject(released),
            body: body.trim_end().to_owned() + "\n",
        })
    }

    /// The repository.
    pub fn repo(&self) -> &str {
        &self.repo
    }

    /// The version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The subject, one line.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The body, plain text.
    pub fn body(&self) -> &str {
        &self.body
    }
}

fn subject(released: &Released) -> String {
    let tags = match released.since {
        Since::Beginning if kind_of_end(&released.version).is_none() => {
            format!("[new][{}] ", released.team)
        }
        _ => String::new(),
    };
    let series = match released.series.phase {
        SeriesPhase::Independent => String::new(),
        _ => format!(" ({})", released.series.name),
    };
    format!("{tags}{} {}{series}", released.short_name, released.version)
}

/// What a template may use.
fn facts(released: &Released, news: &News) -> Value {
    let phase = match released.series.phase {
        SeriesPhase::Development => "development",
        SeriesPhase::Stable => "stable",
        SeriesPhase::Independent => "independent",
    };
    let requirements = released.requirement_changes.iter().map(|line| clean(line));
    let whole_diff = format!("git diff {}", range(released));
    context! {
        repo => released.repo.as_str(),
        short_name => &released.short_name,
        version => &released.version,
        stage => released.stage.as_str(),
        ends => ends(&released.version),
        team => &released.team,
        deliverable => clean(&released.deliverable),
        series => context! { name => &released.series.name, phase => phase },
        first_ever => released.since == Since::Beginning,
        first_in_series => released.is_first_full_release,
        commit => clean(&released.commit),
        tagged => tagged(released),
        signed_by => clean(&signed_by(&released.signed_by)),
        links => links(&released.links),
        change_header => change_header(released),
        release_notes => release_notes(released, news),
        unreadable_notes => news.unreadable(),
        changes => changes(released),
        diffstat => diffstat(released),
        description => optional(news.description.as_deref()),
        request => optional(news.request.as_deref()),
        requirements => requirements_table(news),
        requirement_changes => cut(requirements.collect(), MOST_LINES, "lines", &whole_diff),
        overrides => items(&released.overrides),
        notes => items(&released.notes),
    }
}

fn kind_of_end(version: &str) -> Option<SpecialKind> {
    Version::new(version).special().map(|special| special.kind())
}

/// `maintenance` or `life`, where the tag ends it.
fn ends(version: &str) -> Value {
    match kind_of_end(version) {
        Some(SpecialKind::Eom) => "maintenance".into(),
        Some(SpecialKind::Eol) => "life".into(),
        _ => ().into(),
    }
}

fn tagged(released: &Released) -> String {
    match released.signed_by {
        SignedBy::Later => "when the tag is made".to_owned(),
        _ => released.tagged.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
    }
}

/// Changed requirements in columns, then where they are and why some are not known.
fn requirements_table(news: &News) -> Vec<String> {
    let rows = news.needs.changes.iter().map(|one| {
        let side = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), clean);
        let extra = one.extra.as_ref().map(|extra| format!(", extra {}", clean(extra)));
        let place = format!("{}{}", clean(&one.file), extra.unwrap_or_default());
        [one.change.as_str().to_owned(), side(&one.before), side(&one.after), place]
    });
    let rows: Vec<[String; 4]> = rows.collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).min(WIDEST)
    };
    let widths = [width(0), width(1), width(2)];
    let line = |row: &[String; 4]| {
        let [change, before, after, place] = row;
        let [a, b, c] = widths;
        format!("{change:a$}  {before:b$}  {after:c$}  {place}")
    };
    let lines = cut(rows.iter().map(line).collect(), MOST_LINES, "requirements", "git diff");
    let undecided = news.needs.undecided.iter();
    lines.into_iter().chain(undecided.map(|why| format!("Not known: {}", clean(why)))).collect()
}

fn signed_by(who: &SignedBy) -> String {
    match who {
        SignedBy::Later => "the release key, once the tag is made".to_owned(),
        SignedBy::Key(fingerprint) => fingerprint.clone(),
        SignedBy::Nobody => "nobody, this tag carries no signature".to_owned(),
        SignedBy::NotVerified(why) => format!("not verified: {why}"),
    }
}

fn links(links: &ReleaseLinks) -> Value {
    let (launchpad, storyboard) = match &links.bugs {
        Some(BugTracker::Launchpad(url)) => (Some(url), None),
        Some(BugTracker::Storyboard(url)) => (None, Some(url)),
        None => (None, None),
    };
    let text = |link: Option<&String>| optional(link.map(String::as_str));
    context! {
        source => text(links.source.as_ref()),
        release_notes => text(links.release_notes.as_ref()),
        pypi => text(links.pypi.as_ref()),
        download => text(links.download.as_ref()),
        launchpad => text(launchpad),
        storyboard => text(storyboard),
    }
}

fn change_header(released: &Released) -> String {
    match &released.since {
        Since::Version(start) | Since::DiffStart(start) => {
            format!("Changes in {} since {}", released.short_name, clean(start))
        }
        Since::Beginning => format!("Changes in {}", released.short_name),
    }
}

fn changes(released: &Released) -> Vec<String> {
    let lines = released
        .changes
        .iter()
        .map(|change| {
            let line = format!("{} {}", clean(&change.hash), clean(&change.subject));
            wrap::hanging(&line, "        ", WIDTH)
        })
        .collect();
    let log = format!("git log --oneline --no-merges {}", range(released));
    cut(lines, MOST_CHANGES, "changes", &log)
}

/// The parts of the release notes, each with its title and lines; where there are too many lines, the first ones.
fn release_notes(released: &Released, news: &News) -> Vec<Value> {
    let mut left = MOST_NEWS;
    let mut shown = Vec::new();
    for mut part in news.parts() {
        if left == 0 {
            break;
        }
        if part.lines.len() > left {
            let more = part.lines.len() - left;
            part.lines.truncate(left);
            let all = released.links.release_notes.as_deref();
            let place = all.map_or_else(|| "releasenotes/notes".to_owned(), clean);
            part.lines.push(format!("... and more, of this section {more} lines; see {place}"));
            left = 0;
        } else {
            left -= part.lines.len();
        }
        shown.push(context! { title => part.title, lines => part.lines });
    }
    shown
}

/// The summary, which is the last line, is worth more than the files before it.
fn diffstat(released: &Released) -> Vec<String> {
    let mut lines: Vec<String> = released.diffstat.lines().map(clean).collect();
    let summary = lines.pop();
    let stat = format!("git diff --stat {}", range(released));
    let mut kept = cut(lines, MOST_LINES, "files", &stat);
    kept.extend(summary);
    kept
}

fn range(released: &Released) -> String {
    match &released.since {
        Since::Version(start) | Since::DiffStart(start) => {
            format!("{}..{}", clean(start), released.version)
        }
        Since::Beginning => released.version.clone(),
    }
}

/// The first lines, and where to see those that are left out.
fn cut(mut lines: Vec<String>, most: usize, what: &str, command: &str) -> Vec<String> {
    if lines.len() > most {
        let left_out = lines.len() - most;
        lines.truncate(most);
        lines.push(format!("... and {left_out} more {what}; see them all with\n    {command}"));
    }
    lines
}

fn items(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| wrap::hanging(&format!("* {}", clean(text)), "  ", WIDTH)).collect()
}

fn optional(text: Option<&str>) -> Value {
    text.map_or_else(|| Value::from(()), |text| Value::from(clean(text)))
}

/// One line of what may be several, made harmless; blanks at its beginning are part of a table.
fn clean(text: &str) -> String {
    let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
    crate::text::visible(text).replace('\n', " ")
}
