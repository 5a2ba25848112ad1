//! Rules about one file by itself.

pub(super) mod filename;
pub(super) mod repository_name;
pub(super) mod schema_rule;
pub(super) mod yaml_syntax;

use crate::rules::{OneFile, Sink};
use crate::tree::place::ProblemKind;

/// Reports what reading the file found. What is no deliverable file by its name is told to be none, and that is all.
fn tell_problems(file: &OneFile<'_>, kind: ProblemKind, sink: &mut Sink<'_>) {
    let Some(after) = file.change.after.as_ref().filter(|after| after.path.is_ok()) else { return };
    for problem in after.problems.iter().filter(|problem| problem.kind == kind) {
        let told = sink.report(problem.place, &problem.message);
        if let Some(help) = &problem.help {
            told.help(help);
        }
    }
}
