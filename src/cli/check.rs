//! `tagkeeper check`: checks a request.

use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;
use jiff::Timestamp;

use super::exit::Exit;
use super::opening::{Asking, Comparing, Now, Opening, moment};
use super::output::{Output, write_whole};
use crate::facts::build::Builder;
use crate::gerrit::ChangeName;
use crate::ops::check::{CheckOptions, Checked, Preview, check, post};
use crate::ops::fix::fix;
use crate::report::text::Style;
use crate::report::{Strictness, github, gitlab, html, json, junit, sarif, text, zuul};
use crate::rules::Closed;
use crate::tree::scope::Base;
use crate::workspace::{Failure, FetchedChange, Options, Workspace, open_change};

/// Check a release request: the difference between a base and a head
#[derive(clap::Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    comparing: Comparing,
    #[command(flatten)]
    now: Now,
    /// When the request was proposed, which decides about freezes and deadlines [default: when its change was created in Gerrit, else when the newest commit that touches the file was written]
    #[arg(long, value_name = "TIME", env = "TAGKEEPER_PROPOSED", value_parser = moment)]
    proposed: Option<Timestamp>,
    #[command(flatten)]
    asking: Asking,
    /// Check every deliverable file of the repository as it is, without a base to compare with
    #[arg(long, conflicts_with_all = ["paths", "base", "whole_file"])]
    all: bool,
    /// Check files of closed series with all rules
    #[arg(long)]
    closed: bool,
    /// Fix what has one right correction in the working tree, and report what was fixed and what remains
    #[arg(long, conflicts_with_all = ["head", "change", "as_of"])]
    fix: bool,
    /// Build the Python packages too, in namespaces without network, home directory or keys
    #[arg(long)]
    build: bool,
    /// A directory of wheels that the builds may need [default: what is installed next to python3, else wheels from the package index]
    #[arg(long, value_name = "DIR", requires = "build")]
    wheels: Option<PathBuf>,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Also write the findings to a file, such as `html=report.html`; may be repeated
    #[arg(long = "report", value_name = "FORMAT=FILE")]
    reports: Vec<Extra>,
    /// Treat facts that could not be fetched as errors
    #[arg(long)]
    strict: bool,
    /// Check the newest patch set of a Gerrit change, given by number, URL or Change-Id
    #[arg(long, value_name = "CHANGE", conflicts_with_all = ["all", "base", "head", "whole_file"])]
    change: Option<ChangeName>,
    /// Post the findings to the change as a message and inline comments, once per patch set
    #[arg(long, requires = "change")]
    post: bool,
    /// Also vote +1 or -1 on this label; no vote if something could not be checked
    #[arg(long, value_name = "LABEL", requires = "post")]
    vote: Option<String>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// The page of `tagkeeper report`, for a browser
    Html,
    /// Inline comments for `zuul_return`
    Zuul,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// JUnit XML
    Junit,
    /// Annotations of a GitHub workflow
    Github,
    /// GitLab's code quality report
    Gitlab,
}

/// One more file that the findings are written to.
#[derive(Clone, Debug)]
struct Extra {
    format: Format,
    path: PathBuf,
}

impl FromStr for Extra {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write FORMAT=FILE")?;
        let format = <Format as ValueEnum>::from_str(format, false).map_err(|_| {
            let all = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let all: Vec<String> = all.map(|known| known.get_name().to_owned()).collect();
            format!("there is no format `{format}`; the formats are {}", all.join(", "))
        })?;
        match path {
            "" => Err("there is no file after `=`".to_owned()),
            path => Ok(Self { format, path: PathBuf::from(path) }),
        }
    }
}

impl Extra {
    /// Refuses a file that could not be written after a long check.
    fn must_have_directory(&self) -> Result<(), Failure> {
        let parent = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        match parent.filter(|parent| !parent.is_dir()) {
            None => Ok(()),
            Some(parent) => {
                Err(Failure::usage(format!("the directory `{}` does not exist", parent.display()))
                    .help("make it first, or name another file with `--report`"))
            }
        }
    }
}

pub(super) fn run(args: &CheckArgs, output: &mut Output) -> Result<Exit, Failure> {
    args.reports.iter().try_for_each(Extra::must_have_directory)?;
    let (checked, change) = args.check()?;
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Normal };
    for extra in &args.reports {
        let mut bytes = Vec::new();
        write(&checked, strictness, extra.format, &mut bytes, Style::Plain)?;
        write_whole(&extra.path, &bytes)?;
    }
    output.write(|out, style| write(&checked, strictness, args.format, out, style))?;
    if let Some(change) = change.filter(|_| args.post) {
        post(&change, &checked, strictness, args.vote.as_deref())?;
    }
    Ok(if checked.report.is_refused(strictness) { Exit::No } else { Exit::Fine })
}

impl CheckArgs {
    /// How packages are built, if they are.
    fn builder(&self) -> Option<Builder> {
        let whole = |dir: &PathBuf| std::path::absolute(dir).unwrap_or_else(|_| dir.clone());
        self.build.then(|| Builder { wheels: self.wheels.as_ref().map(whole), index: None })
    }

    fn check(&self) -> Result<(Checked, Option<FetchedChange>), Failure> {
        let options = self.comparing.onto(self.opening.options());
        let options = self.now.onto(self.asking.onto(options));
        let base = if self.all { Base::None } else { options.base };
        let options = Options { proposed: self.proposed, base, builder: self.builder(), ..options };
        let (workspace, change) = match &self.change {
            _ if self.fix => return Ok((fix(&options, self.options())?, None)),
            None => (Workspace::open(&options)?, None),
            Some(name) => {
                open_change(&options, name).map(|(workspace, change)| (workspace, Some(change)))?
            }
        };
        Ok((check(&workspace, change.as_ref(), self.options())?, change))
    }

    fn options(&self) -> CheckOptions {
        let closed = if self.closed { Closed::Judged } else { Closed::Skipped };
        let mut formats = self.reports.iter().map(|extra| extra.format).chain([self.format]);
        let wants_review = formats.any(|format| format == Format::Html);
        let preview = if wants_review { Preview::Review } else { Preview::None };
        CheckOptions { closed, preview }
    }
}

fn write(
    checked: &Checked,
    strictness: Strictness,
    format: Format,
    out: &mut dyn Write,
    style: Style,
) -> io::Result<()> {
    let Checked { request, report, .. } = checked;
    match format {
        Format::Text => text::write(report, out, style),
        Format::Json => json::write(report, out),
        Format::Zuul => zuul::write(report, request, out),
        Format::Sarif => sarif::write(report, strictness, out),
        Format::Junit => junit::write(report, strictness, out),
        Format::Github => github::write(report, strictness, out),
        Format::Gitlab => gitlab::write(report, strictness, out),
        Format::Html => super::report::page(checked, strictness, |page| html::write(page, out)),
    }
}
