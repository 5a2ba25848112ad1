//! `tagkeeper list`: lists what the record holds.

use std::collections::BTreeSet;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::Timestamp;

use super::exit::Exit;
use super::opening::{Asking, Now, Opening, moment};
use super::output::Output;
use crate::ops::list::{Filter, ListCondition, What, list};
pub(super) use crate::report::table::ListForm;
use crate::workspace::{Failure, Workspace};

/// List deliverables, releases, unreleased commits, what is missing, branches, constraints, series, teams or contacts
#[derive(clap::Args, Debug)]
pub(super) struct ListArgs {
    /// What to list
    #[arg(value_parser = whats())]
    what: What,
    /// Only this series, `independent` or `all`; may be repeated [default: the series in development]
    #[arg(long = "series", value_name = "NAME")]
    series: Vec<String>,
    /// Only this team; may be repeated
    #[arg(long = "team", value_name = "NAME")]
    teams: Vec<String>,
    /// Only this type, such as `library`; may be repeated
    #[arg(long = "type", value_name = "TYPE")]
    kinds: Vec<String>,
    /// Not this type; may be repeated
    #[arg(long = "except-type", value_name = "TYPE")]
    except_kinds: Vec<String>,
    /// Only this release model; may be repeated
    #[arg(long = "model", value_name = "MODEL")]
    models: Vec<String>,
    /// Only series of this status, such as `maintained`; may be repeated
    #[arg(long = "status", value_name = "STATUS")]
    statuses: Vec<String>,
    /// Only releases that were merged, or deadlines, at this time or later
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Only those before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    until: Option<Timestamp>,
    /// Only deliverables without a stable branch
    #[arg(long)]
    no_branch: bool,
    /// Only deliverables without a release in the series
    #[arg(long)]
    unreleased: bool,
    /// Only deliverables that have candidates, and neither one nor a release yet
    #[arg(long)]
    missing_rc: bool,
    /// Only deliverables whose newest release is a pre-release
    #[arg(long)]
    missing_final: bool,
    /// Only deliverables whose series has ended
    #[arg(long)]
    ended: bool,
    /// The columns to show, in this order; an unknown one lists all
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    format: ListFormat,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Revision to read
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    head: String,
    #[command(flatten)]
    now: Now,
    #[command(flatten)]
    asking: Asking,
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ListFormat {
    /// Aligned columns
    Text,
    /// An array of objects
    Json,
    /// For spreadsheets
    Csv,
    /// The names in the first column, one a line
    Names,
}

fn whats() -> impl clap::builder::TypedValueParser<Value = What> {
    PossibleValuesParser::new(What::ALL.map(What::as_str))
        .try_map(|word| What::named(&word).ok_or("no such list"))
}

pub(super) fn run(args: &ListArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = args.now.onto(args.asking.onto(args.opening.options())).at(&args.head);
    let table = list(&Workspace::open_merged(&options)?, args.what, &args.filter())?;
    let all = table.column_names();
    let table = table.with_columns(&args.columns).map_err(|name| {
        Failure::usage(format!("`{}` has no column `{name}`", args.what))
            .help(format!("its columns are {all}"))
    })?;
    let form = ListForm::from(args.format);
    if form != ListForm::Text {
        table.notes.iter().chain(&table.unknown).for_each(|note| log::warn!("{note}"));
    }
    output.write(|out, _| table.write(form, out))?;
    Ok(if table.unknown.is_empty() { Exit::Fine } else { Exit::NoAnswer })
}

impl From<ListFormat> for ListForm {
    fn from(format: ListFormat) -> Self {
        match format {
            ListFormat::Text => Self::Text,
            ListFormat::Json => Self::Json,
            ListFormat::Csv => Self::Csv,
            ListFormat::Names => Self::Names,
        }
    }
}

impl ListArgs {
    fn filter(&self) -> Filter {
        let only = [
            (self.no_branch, ListCondition::WithoutBranch),
            (self.unreleased, ListCondition::WithoutRelease),
            (self.missing_rc, ListCondition::WithoutCandidate),
            (self.missing_final, ListCondition::WithoutFinal),
            (self.ended, ListCondition::Ended),
        ];
        Filter {
            series: self.series.clone(),
            teams: self.teams.clone(),
            kinds: self.kinds.clone(),
            except_kinds: self.except_kinds.clone(),
            models: self.models.clone(),
            statuses: self.statuses.clone(),
            since: self.since,
            until: self.until,
            only: only
                .into_iter()
                .filter_map(|(is, only)| is.then_some(only))
                .collect::<BTreeSet<_>>(),
        }
    }
}
