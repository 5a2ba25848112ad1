//! The commands: arguments, one call, and output; no decisions.

mod announce;
mod apply;
mod approve;
mod artifacts;
mod check;
mod choose;
mod constraints;
mod countdown;
mod difference;
mod edit;
mod exit;
mod explain;
mod fmt;
mod help;
mod init_series;
mod list;
mod logging;
mod lsp;
mod new;
mod opening;
mod output;
mod plan;
mod propose;
mod replay;
mod report;
mod rules;
mod sandbox;
mod schedule;
mod schema;
mod site;
mod status;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::config::KEYS;
use crate::workspace::Failure;
use exit::Exit;
use logging::LogFormat;
use output::{Color, Output};

/// Zuul keeps the gate; tagkeeper keeps the tags.
///
/// Checks release requests in a releases repository, plans and creates the signed tags and branches they ask for, and
/// announces the releases.
#[derive(clap::Parser, Debug)]
#[command(name = "tagkeeper", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// Write the result to this file instead of standard output
    #[arg(long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
    /// When to use colour
    #[arg(long, value_enum, global = true, default_value_t = Color::Auto)]
    color: Color,
    /// Log what is being done to standard error; give it twice for more detail
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
    /// How the log is written to standard error
    #[arg(long, value_enum, value_name = "FORMAT", global = true, default_value_t = LogFormat::Text, env = "TAGKEEPER_LOG_FORMAT")]
    log_format: LogFormat,
}

const AFTER_HELP: &str = "\
Exit status:
  0  passed; steps that are held and facts that were not checked are listed
  1  refused: errors, a conflict, or a server that says no
  2  usage or configuration error; nothing was tried
  3  could not complete: something outside failed; run again when it is fixed

Run `tagkeeper help COMMAND` for the options of a command, and `tagkeeper help configuration` for the settings.";

/// Below the help of a command that reads the configuration.
const SETTINGS_HELP: &str = "\
Every setting of `tagkeeper.yaml` is also an option and an environment variable:\n`tagkeeper help configuration` lists them.";

#[derive(clap::Subcommand, Debug)]
enum Command {
    Check(check::CheckArgs),
    New(new::NewArgs),
    Edit(edit::EditArgs),
    Fmt(fmt::FmtArgs),
    InitSeries(init_series::InitSeriesArgs),
    Propose(propose::ProposeArgs),
    List(list::ListArgs),
    Countdown(countdown::CountdownArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Approve(approve::ApproveArgs),
    Announce(announce::AnnounceArgs),
    Constraints(constraints::ConstraintsArgs),
    Artifacts(artifacts::ArtifactsArgs),
    Status(status::StatusArgs),
    Verify(verify::VerifyArgs),
    Explain(explain::ExplainArgs),
    Replay(replay::ReplayArgs),
    Report(report::ReportArgs),
    Schedule(schedule::ScheduleArgs),
    Site(site::SiteArgs),
    Lsp(lsp::LspArgs),
    Rules(rules::RulesArgs),
    Schema(schema::SchemaArgs),
    Sandbox(sandbox::SandboxArgs),
    Help(help::HelpArgs),
}

/// Runs the program with the arguments, streams and environment of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let is_help = !error.use_stderr();
            drop(error.print());
            return if is_help { Exit::Fine } else { Exit::Usage };
        }
    };
    let mut args = match Args::from_arg_matches(&matches) {
        Ok(args) => args,
        Err(error) => {
            drop(error.print());
            return Exit::Usage;
        }
    };
    logging::start(args.verbose, args.log_format);
    let settings = settings(&matches);
    args.command
        .opening_mut()
        .into_iter()
        .for_each(|opening| opening.settings.clone_from(&settings));
    let mut output = Output::new(args.output.clone(), args.color);
    match dispatch(&args.command, &mut output) {
        Ok(exit) => exit,
        Err(failure) => {
            logging::failure(&failure, args.log_format);
            failure.kind().into()
        }
    }
}

fn dispatch(command: &Command, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Check(args) => check::run(args, output),
        Command::New(args) => new::run(args, output),
        Command::Edit(args) => edit::run(args, output),
        Command::Fmt(args) => fmt::run(args, output),
        Command::InitSeries(args) => init_series::run(args, output),
        Command::Propose(args) => propose::run(args, output),
        Command::List(args) => list::run(args, output),
        Command::Countdown(args) => countdown::run(args, output),
        Command::Plan(args) => plan::run(args, output),
        Command::Apply(args) => apply::run(args, output),
        Command::Approve(args) => approve::run(args, output),
        Command::Announce(args) => announce::run(args, output),
        Command::Constraints(args) => constraints::run(args, output),
        Command::Artifacts(args) => artifacts::run(args, output),
        Command::Status(args) => status::run(args, output),
        Command::Verify(args) => verify::run(args, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Replay(args) => replay::run(args, output),
        Command::Report(args) => report::run(args, output),
        Command::Schedule(args) => schedule::run(args, output),
        Command::Site(args) => site::run(args, output),
        Command::Lsp(args) => lsp::run(args),
        Command::Rules(args) => rules::run(args, output),
        Command::Schema(args) => schema::run(args, output),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Help(args) => help::run(args, output),
    }
}

impl Command {
    fn opening_mut(&mut self) -> Option<&mut opening::Opening> {
        match self {
            Self::Check(args) => Some(&mut args.opening),
            Self::New(args) => Some(&mut args.opening),
            Self::Edit(args) => Some(&mut args.opening),
            Self::Fmt(args) => Some(&mut args.opening),
            Self::InitSeries(args) => Some(&mut args.opening),
            Self::Propose(args) => Some(&mut args.opening),
            Self::List(args) => Some(&mut args.opening),
            Self::Countdown(args) => Some(&mut args.opening),
            Self::Plan(args) => Some(&mut args.opening),
            Self::Apply(args) => Some(&mut args.opening),
            Self::Approve(args) => Some(&mut args.opening),
            Self::Announce(args) => Some(&mut args.opening),
            Self::Constraints(args) => Some(&mut args.opening),
            Self::Artifacts(args) => Some(&mut args.opening),
            Self::Status(args) => Some(&mut args.opening),
            Self::Verify(args) => Some(&mut args.opening),
            Self::Explain(args) => Some(&mut args.opening),
            Self::Replay(args) => Some(&mut args.opening),
            Self::Report(args) => Some(&mut args.opening),
            Self::Schedule(args) => Some(&mut args.opening),
            Self::Site(args) => Some(&mut args.opening),
            Self::Lsp(args) => Some(&mut args.opening),
            Self::Schema(args) => Some(&mut args.opening),
            Self::Rules(_) | Self::Sandbox(_) | Self::Help(_) => None,
        }
    }
}

/// The whole command line.
fn command() -> clap::Command {
    let names: Vec<String> =
        Args::command().get_subcommands().map(|one| one.get_name().to_owned()).collect();
    names.into_iter().fold(Args::command().args(setting_flags()), |command, name| {
        command.mut_subcommand(name, |one| {
            let reads_settings = one.get_arguments().any(|argument| argument.get_id() == "config");
            if reads_settings { one.after_help(SETTINGS_HELP) } else { one }
        })
    })
}

/// A flag and an environment variable for every key of the configuration. `tagkeeper help configuration` shows them.
fn setting_flags() -> impl Iterator<Item = Arg> {
    KEYS.iter().map(|key| {
        Arg::new(key.name)
            .long(flag_of(key.name))
            .env(variable_of(key.name))
            .help(key.summary)
            .value_name("VALUE")
            .hide_env_values(true)
            .hide(true)
            .global(true)
    })
}

/// The option that sets a key: `mail-smtp` for `mail.smtp`.
fn flag_of(key: &str) -> String {
    key.replace('.', "-")
}

/// The environment variable that sets a key: `TAGKEEPER_MAIL_SMTP` for `mail.smtp`.
fn variable_of(key: &str) -> String {
    format!("TAGKEEPER_{}", flag_of(key).replace('-', "_").to_uppercase())
}

fn settings(matches: &ArgMatches) -> Vec<(String, String)> {
    let mut deepest = matches;
    while let Some((_, below)) = deepest.subcommand() {
        deepest = below;
    }
    let value = |name: &str| deepest.get_one::<String>(name).cloned();
    KEYS.iter().filter_map(|key| Some((key.name.to_owned(), value(key.name)?))).collect()
}
