//! The `tagkeeper` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    tagkeeper::cli::main()
}
