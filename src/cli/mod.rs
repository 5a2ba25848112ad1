//! The commands: arguments and wiring, no decisions.

mod announce;
mod apply;
mod approve;
mod check;
mod exit;
mod explain;
mod opening;
mod output;
mod plan;
mod replay;
mod rules;
mod sandbox;
mod schedule;
mod schema;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, CommandFactory as _, FromArgMatches as _};

use crate::config::KEYS;
use crate::text::hanging;
use crate::workspace::Failure;
use exit::{Exit, Shown};
use output::{Color, Output};

/// Zuul keeps the gate; tagkeeper keeps the tags.
///
/// Checks release requests in a releases repository, plans and makes the signed tags and branches they ask for, and
/// announces them.
#[derive(clap::Parser, Debug)]
#[command(name = "tagkeeper", version, disable_help_subcommand = true, after_help = AFTER_HELP)]
struct Args {
    #[command(subcommand)]
    command: Command,
    /// Write the answer to this file, whole or not at all
    #[arg(long, value_name = "FILE", global = true)]
    output: Option<PathBuf>,
    /// When to write in colour
    #[arg(long, value_enum, global = true, default_value_t = Color::Auto)]
    color: Color,
    /// Say what is being done, on standard error; twice for more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
}

const AFTER_HELP: &str = "Exit status: 0 fine, 1 the answer is no, 2 wrong usage or configuration, 3 no answer: \
something outside failed, run again when it is mended.\n\nEvery key of `tagkeeper.yaml` is also a flag and an \
environment variable: `mail.smtp` is `--mail-smtp` and `TAGKEEPER_MAIL_SMTP`.";

#[derive(clap::Subcommand, Debug)]
enum Command {
    Check(check::CheckArgs),
    Plan(plan::PlanArgs),
    Apply(apply::ApplyArgs),
    Approve(approve::ApproveArgs),
    Announce(announce::AnnounceArgs),
    Explain(explain::ExplainArgs),
    Replay(replay::ReplayArgs),
    Schedule(schedule::ScheduleArgs),
    Rules(rules::RulesArgs),
    Schema(schema::SchemaArgs),
    Sandbox(sandbox::SandboxArgs),
}

/// Runs the program with the arguments, streams and environment of the process.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let command = Args::command().args(setting_flags());
    let matches = match command.try_get_matches_from(arguments) {
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
    start_log(args.verbose);
    let settings = settings(&matches);
    args.command
        .opening_mut()
        .into_iter()
        .for_each(|opening| opening.settings.clone_from(&settings));
    let mut output = Output::new(args.output.clone(), args.color);
    match dispatch(&args.command, &mut output) {
        Ok(exit) => exit,
        Err(failure) => {
            drop(writeln!(std::io::stderr().lock(), "{}", Shown(&failure)));
            failure.kind().into()
        }
    }
}

fn dispatch(command: &Command, output: &mut Output) -> Result<Exit, Failure> {
    match command {
        Command::Check(args) => check::run(args, output),
        Command::Plan(args) => plan::run(args, output),
        Command::Apply(args) => apply::run(args, output),
        Command::Approve(args) => approve::run(args, output),
        Command::Announce(args) => announce::run(args, output),
        Command::Explain(args) => explain::run(args, output),
        Command::Replay(args) => replay::run(args, output),
        Command::Schedule(args) => schedule::run(args, output),
        Command::Rules(args) => rules::run(args, output),
        Command::Schema(args) => schema::run(args, output),
        Command::Sandbox(args) => sandbox::run(args),
    }
}

impl Command {
    fn opening_mut(&mut self) -> Option<&mut opening::Opening> {
        match self {
            Self::Check(args) => Some(&mut args.opening),
            Self::Plan(args) => Some(&mut args.opening),
            Self::Apply(args) => Some(&mut args.opening),
            Self::Approve(args) => Some(&mut args.opening),
            Self::Announce(args) => Some(&mut args.opening),
            Self::Explain(args) => Some(&mut args.opening),
            Self::Replay(args) => Some(&mut args.opening),
            Self::Schedule(args) => Some(&mut args.opening),
            Self::Rules(_) | Self::Schema(_) | Self::Sandbox(_) => None,
        }
    }
}

/// A flag and an environment variable for every key of the configuration.
fn setting_flags() -> impl Iterator<Item = Arg> {
    KEYS.iter().map(|key| {
        let flag = key.name.replace('.', "-");
        let variable = format!("TAGKEEPER_{}", flag.replace('-', "_").to_uppercase());
        Arg::new(key.name)
            .long(flag)
            .env(variable)
            .help(key.summary)
            .value_name("VALUE")
            .hide_env_values(true)
            .hide_short_help(true)
            .help_heading("Configuration")
            .global(true)
    })
}

fn settings(matches: &ArgMatches) -> Vec<(String, String)> {
    let mut deepest = matches;
    while let Some((_, below)) = deepest.subcommand() {
        deepest = below;
    }
    let value = |name: &str| deepest.get_one::<String>(name).cloned();
    KEYS.iter().filter_map(|key| Some((key.name.to_owned(), value(key.name)?))).collect()
}

/// Messages of the log go to standard error.
fn start_log(verbose: u8) {
    struct Stderr;
    impl log::Log for Stderr {
        fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
            metadata.target().starts_with("tagkeeper")
        }

        fn log(&self, record: &log::Record<'_>) {
            if self.enabled(record.metadata()) {
                let level = record.level().as_str().to_lowercase();
                let said = hanging(&record.args().to_string(), level.len() + 2);
                drop(writeln!(std::io::stderr().lock(), "{level}: {said}"));
            }
        }

        fn flush(&self) {}
    }
    let level = match verbose {
        0 => log::LevelFilter::Warn,
        1 => log::LevelFilter::Info,
        _ => log::LevelFilter::Debug,
    };
    if log::set_logger(&Stderr).is_ok() {
        log::set_max_level(level);
    }
}
