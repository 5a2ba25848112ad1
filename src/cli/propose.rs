//! `tagkeeper propose`: makes requests for many deliverables, a branch for each.

use std::fs;
use std::path::PathBuf;

use super::exit::Exit;
use super::list::{Form, ListFormat};
use super::new::{Asked, kinds};
use super::opening::{Asking, Now, Opening};
use super::output::Output;
use crate::ops::list::Filter;
use crate::ops::propose::{By, ProposeOptions, Write, propose};
use crate::workspace::Failure;

/// Write the entries of many deliverables, as a branch of the local clone for each change
#[derive(clap::Args, Debug)]
pub(super) struct ProposeArgs {
    /// The kind of release; auto: the least step that no rule objects to
    #[arg(default_value = "auto", value_parser = kinds())]
    kind: Asked,
    /// The topic, which names the branches: `propose/TOPIC/GROUP`
    #[arg(long, value_name = "NAME")]
    topic: String,
    /// Only this series, or `independent`; may be repeated [default: the series in development]
    #[arg(long = "series", value_name = "NAME")]
    series: Vec<String>,
    /// Only this type, such as `library`; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<String>,
    /// Only this team; may be repeated
    #[arg(long = "team", value_name = "NAME")]
    teams: Vec<String>,
    /// Only this release model; may be repeated
    #[arg(long = "model", value_name = "MODEL")]
    models: Vec<String>,
    /// Only deliverables with such a name, with `*` and `?`; may be repeated
    #[arg(long, value_name = "GLOB")]
    only: Vec<String>,
    /// What goes into one change
    #[arg(long, value_enum, default_value_t = Grouped::Deliverable)]
    by: Grouped,
    /// A file with the text of the messages below their first line
    #[arg(long, value_name = "FILE")]
    message: Option<PathBuf>,
    /// The most changes that are made
    #[arg(long, value_name = "N", default_value_t = 50)]
    max: usize,
    /// Show what would be proposed and make no branch
    #[arg(long)]
    dry_run: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
    #[command(flatten)]
    pub(super) opening: Opening,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
}

/// What goes into one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Grouped {
    /// The deliverables of a team
    Team,
    /// One deliverable
    Deliverable,
    /// Everything
    All,
}

pub(super) fn run(args: &ProposeArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options()));
    let write = if args.dry_run { Write::Nothing } else { Write::Branches };
    let table = propose(&options, &args.asked()?, write)?;
    let form = Form::from(args.format);
    if form != Form::Text {
        table.unknown.iter().for_each(|name| log::warn!("not known: {name}"));
    }
    let is_known = table.unknown.is_empty();
    let table = table.with_columns(&[]).map_err(Failure::usage)?;
    output.write(|out, _| table.write(form, out))?;
    Ok(if is_known { Exit::Fine } else { Exit::NoAnswer })
}

impl ProposeArgs {
    fn asked(&self) -> Result<ProposeOptions, Failure> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|error| {
                Failure::usage(format!("cannot read {}", path.display())).caused_by(error)
            })
        };
        Ok(ProposeOptions {
            kind: self.kind.0,
            filter: Filter {
                series: self.series.clone(),
                teams: self.teams.clone(),
                kinds: self.kinds.clone(),
                models: self.models.clone(),
                ..Filter::default()
            },
            only: self.only.clone(),
            topic: self.topic.clone(),
            by: match self.by {
                Grouped::Team => By::Team,
                Grouped::Deliverable => By::Deliverable,
                Grouped::All => By::All,
            },
            message: self.message.as_ref().map(read).transpose()?,
            max: self.max,
        })
    }
}
