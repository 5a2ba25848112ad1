//! What goes to standard error: messages of the log and the failure at the end, for people or for programs.

use std::error::Error as _;
use std::io::Write as _;
use std::sync::OnceLock;

use jiff::Timestamp;
use log::{Level, LevelFilter};
use serde_json::{Value, json};

use super::exit::Shown;
use crate::text::{hanging, json, without_passwords};
use crate::workspace::Failure;

/// How messages are written to standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line: `time`, `level`, `message`.
    Json,
}

/// Messages of the log go to standard error from now on.
pub(super) fn start(verbose: u8, format: LogFormat) {
    static LOGGER: OnceLock<Stderr> = OnceLock::new();
    let level = match verbose {
        0 => LevelFilter::Warn,
        1 => LevelFilter::Info,
        _ => LevelFilter::Debug,
    };
    if log::set_logger(LOGGER.get_or_init(|| Stderr(format))).is_ok() {
        log::set_max_level(level);
    }
}

/// Says why a command failed.
pub(super) fn failure(failure: &Failure, format: LogFormat) {
    let line = match format {
        LogFormat::Text => Shown(failure).to_string(),
        LogFormat::Json => {
            let mut said = entry(Level::Error, &failure.to_string());
            let mut causes = Vec::new();
            let mut cause = failure.source();
            while let Some(error) = cause {
                causes.push(without_passwords(&error.to_string()).into_owned());
                cause = error.source();
            }
            said["causes"] = json!(causes);
            said["help"] = json!(failure.hints());
            json::line(&said)
        }
    };
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}

fn entry(level: Level, message: &str) -> Value {
    json!({
        "time": Timestamp::now().to_string(),
        "level": level.as_str().to_lowercase(),
        "message": without_passwords(message),
    })
}

struct Stderr(LogFormat);

impl log::Log for Stderr {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("tagkeeper")
    }

    fn log(&self, record: &log::Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let said = record.args().to_string();
        let line = match self.0 {
            LogFormat::Text => {
                let level = record.level().as_str().to_lowercase();
                format!("{level}: {}", hanging(&said, level.len() + 2))
            }
            LogFormat::Json => json::line(&entry(record.level(), &said)),
        };
        drop(writeln!(std::io::stderr().lock(), "{line}"));
    }

    fn flush(&self) {}
}
