//! `tagkeeper help`: the help of a command, and the settings.

use std::io::{self, Write};

use super::exit::Exit;
use super::output::Output;
use super::{command, flag_of, variable_of};
use crate::config::KEYS;
use crate::workspace::Failure;

/// The topic that is no command.
const CONFIGURATION: &str = "configuration";

/// Show the help of a command, or list the settings
#[derive(clap::Args, Debug)]
pub(super) struct HelpArgs {
    /// A command, or `configuration` [default: the help of tagkeeper itself]
    topic: Option<String>,
}

pub(super) fn run(args: &HelpArgs, output: &Output) -> Result<Exit, Failure> {
    let mut whole = command();
    whole.build();
    match args.topic.as_deref() {
        None => show(&mut whole, output)?,
        Some(CONFIGURATION) => output.write(|out, _| list(out))?,
        Some(name) => match whole.find_subcommand_mut(name) {
            Some(command) => show(command, output)?,
            None => {
                return Err(Failure::usage(format!("there is no command `{name}`"))
                    .help("run `tagkeeper help` for the list of commands"));
            }
        },
    }
    Ok(Exit::Fine)
}

fn show(command: &mut clap::Command, output: &Output) -> Result<(), Failure> {
    let help = command.render_long_help();
    output.write(|out, _| write!(out, "{help}"))
}

/// The settings, each with its summary, its option and its environment variable.
fn list(out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "The settings of `tagkeeper.yaml`. An option wins over the environment, and both win over the file."
    )?;
    for key in KEYS {
        let (name, summary) = (key.name, key.summary);
        let (flag, variable) = (flag_of(name), variable_of(name));
        writeln!(out, "\n{name}\n    {summary}\n    --{flag} VALUE, {variable}=VALUE")?;
    }
    Ok(())
}
