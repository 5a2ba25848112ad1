//! The mail of one week of a cycle, and what the release team has to do in it, by a template.

use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use crate::text::{one_line, visible, wrap};

/// The template where nobody brings one.
pub const DEFAULT_TEMPLATE: &str = include_str!("countdown.j2");
/// Columns of a line.
const WIDTH: usize = 72;

/// One week of a cycle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Countdown {
    /// Name of the series.
    pub series: String,
    /// Its release id, else its name.
    pub id: String,
    /// The week, such as `R-5`.
    pub week: String,
    /// First and last day.
    pub days: (String, String),
    /// The release day, where it is known.
    pub release_day: Option<String>,
    /// Weeks until the release week.
    pub weeks_left: Option<i64>,
    /// What is due or happens in this week.
    pub events: Vec<Dated>,
    /// The same for the next week.
    pub next_events: Vec<Dated>,
    /// What comes later, until the release.
    pub later_events: Vec<Dated>,
    /// What is due until the end of the next week, or was due before, and is not done.
    pub missing: Vec<Undone>,
}

/// Something that is due or happens on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dated {
    /// As the schedule names it, such as `h-final-lib`.
    pub event: String,
    /// What it is, in a few words.
    pub meaning: String,
    /// The last day of its week.
    pub due: String,
}

/// What is due by a deadline and not done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// What is due, such as `first candidate`.
    pub what: String,
    /// The last day.
    pub due: String,
    /// Whether that day has passed.
    pub overdue: bool,
    /// How many have to do it.
    pub of: usize,
    /// The deliverables that have not.
    pub names: Vec<String>,
}

/// Writes the week by `template`, which is called `name` in messages.
///
/// # Errors
/// A phrase that says what is wrong with the template.
pub fn render(countdown: &Countdown, (name, template): (&str, &str)) -> Result<String, String> {
    let syntax = SyntaxConfig::builder()
        .line_statement_prefix("%%")
        .build()
        .map_err(|error| error.to_string())?;
    let mut environment = Environment::new();
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.add_filter("line", |text: String| one_line(&text));
    environment.add_filter("paragraph", |text: String| wrap::hanging(&one_line(&text), "", WIDTH));
    environment.add_filter("item", |text: String| wrap::hanging(&one_line(&text), "  ", WIDTH));
    environment.add_template(name, template).map_err(|error| error.to_string())?;
    let template = environment.get_template(name).map_err(|error| error.to_string())?;
    template.render(Serde(countdown)).map_err(|error| error.to_string())
}

/// Writes a rendered text.
///
/// # Errors
/// What writing to `out` gives.
pub fn write(text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", visible(text.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn countdown() -> Countdown {
        let dated = |event: &str, meaning: &str| Dated {
            event: event.to_owned(),
            meaning: meaning.to_owned(),
            due: "Fri 2026-08-28".to_owned(),
        };
        Countdown {
            series: "hibiscus".to_owned(),
            id: "2026.2".to_owned(),
            week: "R-5".to_owned(),
            days: ("Mon 2026-08-24".to_owned(), "Fri 2026-08-28".to_owned()),
            release_day: Some("Wed 2026-09-30".to_owned()),
            weeks_left: Some(5),
            events: vec![dated("h-ff", "service feature freeze")],
            next_events: Vec::new(),
            later_events: vec![dated("h-rc1", "candidates and branches due")],
            missing: vec![Undone {
                what: "first candidate".to_owned(),
                due: "Fri 2026-09-11".to_owned(),
                overdue: false,
                of: 60,
                names: vec!["nova".to_owned(), "glance\u{1b}[2J".to_owned()],
            }],
        }
    }

    #[test]
    fn the_week_has_its_mail_and_its_list() {
        let text = render(&countdown(), ("countdown.j2", DEFAULT_TEMPLATE)).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_template_with_a_mistake_is_named_with_its_line() {
        for wrong in ["{{ nothing }}", "{% if %}", "a\n{{ week | nope }}"] {
            let why = render(&countdown(), ("own.j2", wrong)).unwrap_err();
            assert!(why.contains("own.j2:"), "{why}");
        }
    }
}
