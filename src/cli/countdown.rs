//! `tagkeeper countdown`: the mail of a week, and what the release team has to do in it.

use std::path::PathBuf;

use super::exit::Exit;
use super::opening::{Now, Opening};
use super::output::{Format, Output};
use crate::config::read_named_text;
use crate::ops::countdown::countdown;
use crate::report::countdown::{DEFAULT_TEMPLATE, render, write};
use crate::text::json;
use crate::workspace::{Failure, Workspace};

/// Write the weekly mail of the cycle, and the list of what is to be done that week
#[derive(clap::Args, Debug)]
pub(super) struct CountdownArgs {
    /// The week, such as R-5 [default: the one now]
    #[arg(long, value_name = "WEEK", allow_hyphen_values = true)]
    week: Option<String>,
    /// The series [default: the one whose schedule has a week for today; with `--week`, the series in development]
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// A template to use instead of the built-in one
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text, conflicts_with = "template")]
    format: Format,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision to read
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
}

pub(super) fn run(args: &CountdownArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.opening.options()).at(&args.head);
    let workspace = Workspace::open_merged(&options)?;
    let countdown = countdown(&workspace, args.series.as_deref(), args.week.as_deref())?;
    if args.format == Format::Json {
        output.write(|out, _| json::write(&countdown, out))?;
        return Ok(Exit::Fine);
    }
    let (name, template) = args.template()?;
    let text = render(&countdown, (&name, &template))
        .map_err(|why| Failure::usage(format!("cannot use the template: {why}")))?;
    output.write(|out, _| write(&text, out))?;
    Ok(Exit::Fine)
}

impl CountdownArgs {
    fn template(&self) -> Result<(String, String), Failure> {
        let Some(path) = &self.template else {
            return Ok(("countdown.j2".to_owned(), DEFAULT_TEMPLATE.to_owned()));
        };
        let name = path.display().to_string();
        let text = read_named_text(path)
            .map_err(|error| Failure::usage(format!("cannot read {name}")).caused_by(error))?;
        Ok((name, text))
    }
}
