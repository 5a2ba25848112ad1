//! `tagkeeper schema`: the form of a file, for editors.

use super::exit::Exit;
use super::output::Output;
use crate::apply::outcome_schema;
use crate::config::policy_schema;
use crate::plan::plan_schema;
use crate::rules::ALL;
use crate::workspace::Failure;

/// Write the JSON Schema of a file, for editors
#[derive(clap::Args, Debug)]
pub(super) struct SchemaArgs {
    /// The file
    #[arg(value_enum)]
    of: Of,
}

/// A file that has a schema.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Of {
    /// `release-policy.yaml`
    Policy,
    /// What `plan --format json` writes.
    Plan,
    /// What `apply --format json` writes.
    Outcome,
}

pub(super) fn run(args: &SchemaArgs, output: &mut Output) -> Result<Exit, Failure> {
    let schema = match args.of {
        Of::Policy => policy_schema(ALL.iter().map(|rule| (rule.id, rule.summary))),
        Of::Plan => plan_schema(),
        Of::Outcome => outcome_schema(),
    };
    output.write(|out, _| {
        serde_json::to_writer_pretty(&mut *out, &schema)?;
        writeln!(out)
    })?;
    Ok(Exit::Fine)
}
