//! The one environment in which tests start programs.

use std::path::Path;
use std::process::{Command, Stdio};

/// The program under test.
pub(crate) const TAGKEEPER: &str = env!("CARGO_BIN_EXE_tagkeeper");

/// What a program sees instead of this machine: no home, no configuration of user or system, one zone, one language.
pub(crate) const ENVIRONMENT: [(&str, &str); 4] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("LC_ALL", "C"),
    ("TZ", "UTC"),
];

/// `program` with nothing of this machine but the `PATH`, and nothing to read.
pub(crate) fn bare_command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(ENVIRONMENT)
        .stdin(Stdio::null());
    command
}

/// `program` in a home of its own, whose `.gitconfig` counts.
pub(crate) fn command_at_home(program: impl AsRef<Path>, home: &Path) -> Command {
    let mut command = bare_command(program);
    command.env("HOME", home).env("GIT_CONFIG_GLOBAL", home.join(".gitconfig"));
    command
}

/// Runs a command that must succeed; gives its standard output without the last line end.
pub(crate) fn must(command: &mut Command) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!("this test needs `{name}`, which cannot be started: {error}")
    });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} ended with {}: {said}", output.status);
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

#[test]
fn every_test_starts_programs_in_this_environment() {
    let starts = ["Command::", "new("].concat();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut todo = vec![folder];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let is_here = path.ends_with("support/machine.rs");
            // The test of the rooms names it as a word.
            let starting =
                text.lines().filter(|line| line.contains(&starts) && !line.contains('"'));
            assert!(is_here || starting.count() == 0, "{} starts a program itself", path.display());
        }
    }
}
