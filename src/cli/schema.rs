//! `tagkeeper schema`: the form of a file, for editors.

use serde_json::Value;

use super::exit::Exit;
use super::opening::Opening;
use super::output::Output;
use crate::apply::outcome_schema;
use crate::config::{
    catalog, deliverable_schema, policy_schema, schedule_schema, series_schema, site_schema,
};
use crate::plan::plan_schema;
use crate::report::review::page_schema;
use crate::rules::ALL;
use crate::tree::terms::Terms;
use crate::workspace::{Failure, Workspace};

/// Write the JSON Schema of a file, for editors
#[derive(clap::Args, Debug)]
pub(super) struct SchemaArgs {
    /// The file
    #[arg(value_enum)]
    of: Of,
    #[command(flatten)]
    pub(super) opening: Opening,
}

/// A file that has a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Of {
    /// `deliverables/<series>/<name>.yaml`, with the words that the site adds
    Deliverable,
    /// `data/series_status.yaml`
    SeriesStatus,
    /// `doc/source/<series>/schedule.yaml`
    Schedule,
    /// `release-policy.yaml`
    Policy,
    /// `tagkeeper.yaml`
    Config,
    /// A schema catalog: which schema belongs to which files
    Catalog,
    /// What `plan --format json` writes
    Plan,
    /// What `apply --format json` writes
    Outcome,
    /// What `report --format json` writes
    Page,
}

pub(super) fn run(args: &SchemaArgs, output: &mut Output) -> Result<Exit, Failure> {
    let schema = match args.of {
        Of::Deliverable => deliverable(args),
        Of::SeriesStatus => series_schema(),
        Of::Schedule => schedule_schema(),
        Of::Policy => policy_schema(ALL.iter().map(|rule| (rule.id, rule.summary))),
        Of::Config => site_schema(),
        Of::Catalog => catalog(),
        Of::Plan => plan_schema(),
        Of::Outcome => outcome_schema(),
        Of::Page => page_schema(),
    };
    output.write(|out, _| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })?;
    Ok(Exit::Fine)
}

/// With the words of the site, where this is run in a releases repository.
fn deliverable(args: &SchemaArgs) -> Value {
    match Workspace::open(&args.opening.options()) {
        Ok(workspace) => deliverable_schema(&workspace.config.terms),
        Err(failure) => {
            log::info!("only built-in words: {failure}");
            deliverable_schema(&Terms::default())
        }
    }
}
