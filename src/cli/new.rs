//! `tagkeeper new`: writes the entry of a new release.

use std::io::{self, IsTerminal as _};

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::choose::{Choice, choose};
use super::difference::write_difference;
use super::exit::Exit;
use super::opening::{Asking, Now, Opening};
use super::output::{Format, Output};
use crate::ops::new::{Kind, NewOptions, StableBranch, draft, write};
use crate::report::Strictness;
use crate::report::draft as written;
use crate::workspace::{Failure, Options};

/// Write the entry of a new release into the file of a deliverable, and check it
#[derive(clap::Args, Debug)]
pub(super) struct NewArgs {
    /// The deliverable: the name of its file
    deliverable: String,
    /// The kind of release; auto: the smallest step that the rules about version numbers allow
    #[arg(default_value = AUTO, value_parser = kinds())]
    kind: Asked,
    /// The series, or `independent` [default: that of `--branch`, else the series in development]
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Release this branch, tag or commit of a repository instead of the head; may be repeated
    #[arg(long = "commit", value_name = "REPO=REV", value_parser = pair)]
    commits: Vec<(String, String)>,
    /// Release from this branch instead of that of the series, such as `bugfix/1.2`
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// Create the stable branch at this release
    #[arg(long)]
    stable_branch: bool,
    /// Show the difference and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Choose the commits from lists, on a terminal
    #[arg(long, conflicts_with = "format")]
    interactive: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
    /// Judge as of the day of this revision; nothing is written
    #[arg(long, value_name = "REV")]
    as_of: Option<String>,
    #[command(flatten)]
    asking: Asking,
}

const AUTO: &str = "auto";

/// A kind, or none for `auto`: the derive would make an `Option` an optional argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked(pub(super) Option<Kind>);

pub(super) fn kinds() -> impl clap::builder::TypedValueParser<Value = Asked> {
    let words = [AUTO].into_iter().chain(Kind::ALL.map(Kind::as_str));
    PossibleValuesParser::new(words).map(|word| Asked(Kind::named(&word)))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((repo, revision)) if !repo.is_empty() && !revision.is_empty() => {
            Ok((repo.to_owned(), revision.to_owned()))
        }
        _ => Err("write REPO=REV, such as openstack/nova=1a2b3c4".to_owned()),
    }
}

pub(super) fn run(args: &NewArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options()));
    let options = Options { as_of: args.as_of.clone(), ..options };
    let mut asked = args.asked();
    let mut drafted = draft(&options, &asked)?;
    let writes = !args.dry_run && args.as_of.is_none();
    if args.interactive {
        must_be_terminal()?;
        match choose(&drafted)? {
            Choice::Heads => {}
            Choice::Commits(commits) => {
                asked.commits.extend(commits);
                drafted = draft(&options, &asked)?;
            }
            Choice::Nothing => return Ok(Exit::Fine),
        }
    }
    if writes {
        write(&options, &drafted)?;
    }
    output.write(|out, style| match args.format {
        Format::Json => written::json::write(&drafted, out),
        Format::Text => {
            written::write(&drafted, out, style)?;
            match writes {
                true => writeln!(out, "\nwrote {}", drafted.rewrite.path),
                false => {
                    writeln!(out, "\nnothing was written; the difference would be:\n")?;
                    write_difference(&drafted.rewrite, out)
                }
            }
        }
    })?;
    Ok(if drafted.report.is_refused(Strictness::Normal) { Exit::No } else { Exit::Fine })
}

impl NewArgs {
    fn asked(&self) -> NewOptions {
        NewOptions {
            deliverable: self.deliverable.clone(),
            kind: self.kind.0,
            series: self.series.clone(),
            commits: self.commits.clone(),
            branch: self.branch.clone(),
            stable_branch: if self.stable_branch { StableBranch::Add } else { StableBranch::Usual },
        }
    }
}

fn must_be_terminal() -> Result<(), Failure> {
    match io::stdin().is_terminal() && io::stderr().is_terminal() {
        true => Ok(()),
        false => Err(Failure::usage("`--interactive` needs a terminal")
            .help("name commits with `--commit REPO=REV` instead")),
    }
}
