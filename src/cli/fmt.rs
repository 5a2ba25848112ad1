//! `tagkeeper fmt`: writes deliverable files in the usual style.

use std::path::PathBuf;

use super::difference::write_difference;
use super::exit::Exit;
use super::opening::Opening;
use super::output::Output;
use crate::ops::fmt::{format, write};
use crate::report::rewrite::write_left;
use crate::workspace::{Failure, Options};

/// Format deliverable files without changing what they say
///
/// A file begins with `---`, after comments at most. Each level is indented by two columns, and an item follows its dash after
/// one blank. Lines of more than 200 characters are folded, blanks at the end of a line are removed, and the last line ends with
/// a newline. What stands below a `|` or `>` stays.
#[derive(clap::Args, Debug)]
pub(super) struct FmtArgs {
    /// Deliverable files or folders [default: the files that the request touches]
    paths: Vec<PathBuf>,
    /// Write nothing; show the differences, and exit with 1 if there are any
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pub(super) opening: Opening,
}

pub(super) fn run(args: &FmtArgs, output: &mut Output) -> Result<Exit, Failure> {
    let options = Options { paths: args.paths.clone(), ..args.opening.options() };
    let formatted = format(&options)?;
    if !args.check {
        write(&options, &formatted)?;
    }
    output.write(|out, _| {
        for rewrite in &formatted.rewrites {
            match args.check {
                true => write_difference(rewrite, out)?,
                false => writeln!(out, "wrote {}", rewrite.path)?,
            }
        }
        write_left(&formatted.left, out)?;
        match (formatted.rewrites.len(), args.check) {
            (0, _) => writeln!(out, "nothing to change"),
            (1, true) => writeln!(out, "1 file would change"),
            (count, true) => writeln!(out, "{count} files would change"),
            _ => Ok(()),
        }
    })?;
    let is_refused = args.check && !formatted.rewrites.is_empty();
    Ok(if is_refused { Exit::No } else { Exit::Fine })
}
