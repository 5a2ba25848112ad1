//! `tagkeeper propose`: makes requests for many deliverables, a change for each group.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::exit::Exit;
use super::list::{ListForm, ListFormat};
use super::opening::{Asking, Now, Opening};
use super::output::Output;
use crate::config::read_named_text;
use crate::ops::list::Filter;
use crate::ops::propose::{By, Invite, ProposeOptions, ProposeWay, Purpose, Which, Write, propose};
use crate::workspace::Failure;

/// Write the requests of many deliverables, as branches of the local clone or as changes on Gerrit
#[derive(clap::Args, Debug)]
pub(super) struct ProposeArgs {
    /// What to propose: a kind of release (auto: the smallest step that the rules about version numbers allow), the first candidate where it is missing,
    /// stable branches, or the files of a new series
    #[arg(value_name = "KIND", default_value = "auto", value_parser = purposes())]
    purpose: Purpose,
    /// The topic; branches are called `propose/TOPIC/GROUP`
    #[arg(long, value_name = "NAME")]
    topic: String,
    /// Push to `refs/for/` of Gerrit instead of making branches; a second run updates changes that are out of date
    #[arg(long)]
    send: bool,
    /// Add the lead and the release liaisons of each team as reviewers of new changes
    #[arg(long, requires = "send")]
    invite: bool,
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
    /// Only the site's test deliverable (`test-deliverable` in the configuration)
    #[arg(long, conflicts_with = "only")]
    canary: bool,
    /// What goes into one change
    #[arg(long, value_enum, default_value_t = Grouped::Deliverable)]
    by: Grouped,
    /// A file with the text of the messages below their first line
    #[arg(long, value_name = "FILE")]
    message: Option<PathBuf>,
    /// Make at most this many changes
    #[arg(long, value_name = "N", default_value_t = 50)]
    max: usize,
    /// Show what would be proposed, and make nothing
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

fn purposes() -> impl TypedValueParser<Value = Purpose> {
    PossibleValuesParser::new(Purpose::all().map(Purpose::as_str))
        .try_map(|word| Purpose::named(&word).ok_or("no such kind"))
}

pub(super) fn run(args: &ProposeArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options()));
    let way = if args.send { ProposeWay::Gerrit } else { ProposeWay::Branches };
    let write = if args.dry_run { Write::Nothing } else { Write::Changes };
    let proposals = propose(&options, &args.asked()?, (way, write))?;
    let table = proposals.table;
    let form = ListForm::from(args.format);
    if form != ListForm::Text {
        table.notes.iter().for_each(|note| log::warn!("{note}"));
        table.unknown.iter().for_each(|name| log::warn!("not known: {name}"));
    }
    let table = table.with_columns(&[]).map_err(Failure::usage)?;
    output.write(|out, _| table.write(form, out))?;
    Ok(proposals.worst.into())
}

impl ProposeArgs {
    fn asked(&self) -> Result<ProposeOptions, Failure> {
        let read = |path: &PathBuf| {
            read_named_text(path).map_err(|error| {
                Failure::usage(format!("cannot read {}", path.display())).caused_by(error)
            })
        };
        Ok(ProposeOptions {
            purpose: self.purpose,
            filter: Filter {
                series: self.series.clone(),
                teams: self.teams.clone(),
                kinds: self.kinds.clone(),
                models: self.models.clone(),
                ..Filter::default()
            },
            which: match (self.canary, self.only.as_slice()) {
                (true, _) => Which::Canary,
                (false, []) => Which::All,
                (false, globs) => Which::Named(globs.to_vec()),
            },
            topic: self.topic.clone(),
            by: match self.by {
                Grouped::Team => By::Team,
                Grouped::Deliverable => By::Deliverable,
                Grouped::All => By::All,
            },
            message: self.message.as_ref().map(read).transpose()?,
            max: self.max,
            invite: if self.invite { Invite::Speakers } else { Invite::Nobody },
        })
    }
}
