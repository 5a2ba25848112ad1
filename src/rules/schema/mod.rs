//! Rules that look only at the file itself.

pub(super) mod filename;
pub(super) mod repository_name;
pub(super) mod schema_rule;
pub(super) mod yaml_style;
pub(super) mod yaml_syntax;

use crate::rules::{OneFile, Sink};
use crate::tree::place::ProblemKind;

/// Reports the problems found while reading the file. For a file in the wrong place, `filename` is enough.
fn report_problems(file: &OneFile<'_>, kind: ProblemKind, sink: &mut Sink<'_>) {
    let Some(after) = file.change.after.as_ref().filter(|after| after.path.is_ok()) else { return };
    for problem in after.problems.iter().filter(|problem| problem.kind == kind) {
        let mut finding = sink.report(problem.place, &problem.message);
        if let Some(help) = &problem.help {
            finding = finding.help(help);
        }
        if let Some(fix) = &problem.fix {
            finding.fix_with(fix.clone());
        }
    }
}
