//! Writing deliverable files in the usual style.

use super::disk::{text_of, write as write_files};
use crate::edit;
use crate::report::rewrite::{LeftAlone, Rewrite};
use crate::tree::record::File;
use crate::tree::scope::Base;
use crate::tree::yaml::style;
use crate::workspace::{Failure, Options, Workspace};

/// Files in the usual style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    /// The files that are written otherwise now.
    pub rewrites: Vec<Rewrite>,
    /// Files and lines that stay as they are although they are not in the usual style.
    pub left: Vec<LeftAlone>,
}

/// The named files and folders in the usual style; those that the request touches, where none are named. Nothing is written.
///
/// # Errors
/// If a file cannot be read, or there is none at a path.
pub fn format(options: &Options) -> Result<Formatted, Failure> {
    let base = if options.paths.is_empty() { options.base.clone() } else { Base::None };
    let workspace = Workspace::open(&Options { base, ..options.clone() })?;
    let request = workspace.request()?;
    let mut formatted = Formatted::default();
    for file in request.changes.iter().filter_map(|change| change.after.as_ref()) {
        if file.path.is_ok() {
            formatted.add(&workspace, file)?;
        }
    }
    Ok(formatted)
}

/// Writes the files, if each is still as it was.
///
/// # Errors
/// If one is not, or cannot be written.
pub fn write(options: &Options, formatted: &Formatted) -> Result<(), Failure> {
    write_files(&Workspace::open(options)?, &formatted.rewrites)
}

impl Formatted {
    fn add(&mut self, workspace: &Workspace, file: &File) -> Result<(), Failure> {
        let path = file.name.clone();
        let mut leave = |why: String| self.left.push(LeftAlone { path: path.clone(), why });
        if !file.is_readable() {
            leave("it cannot be read; `tagkeeper check` shows why".to_owned());
            return Ok(());
        }
        // Indentation may be what makes the content wrong.
        if !file.problems.is_empty() {
            if !style::slips(&file.text).is_empty() {
                leave("it has other mistakes, which come first: run `tagkeeper check`".to_owned());
            }
            return Ok(());
        }
        let Some(before) = text_of(workspace, &path)? else { return Ok(()) };
        let after = edit::format(&before);
        for slip in style::slips(&after) {
            leave(format!("line {}: {}: {}", slip.place.line, slip.message, slip.help));
        }
        let rewrite = Rewrite { path: path.clone(), before: Some(before), after };
        self.rewrites.extend(Some(rewrite).filter(Rewrite::differs));
        Ok(())
    }
}
