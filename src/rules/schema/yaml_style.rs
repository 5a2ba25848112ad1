//! `yaml-style`: a deliverable file is written as the others are.

use std::collections::HashMap;
use std::sync::Arc;

use crate::rules::{Closed, Level, OneFile, Rule, Scope, Sink};
use crate::tree::place::Place;
use crate::tree::record::File;
use crate::tree::yaml::style::{self, Slip};

pub(crate) static RULE: Rule = Rule {
    id: "yaml-style",
    level: Level::Warning,
    summary: "the file is not written in the usual style",
    docs: "## What it checks

A deliverable file begins with `---`, after comments at most. Each level is indented by two columns, and an item follows its dash
after one blank. No line has blanks at its end or more than 200 characters, and the last line ends with a newline. Blanks that
belong to the text below a `|` or `>` stay. What was so before the request is not reported.

## Why

Files that are written in one way are read and compared faster, and a request shows what it changes and nothing else.

## What to do

`tagkeeper check --fix` corrects it without changing what the file says. A long line without blanks, or below a `|`, is left to you.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    let is_usable = |after: &&Arc<File>| after.path.is_ok() && after.is_readable();
    let Some(after) = file.change.after.as_ref().filter(is_usable) else { return };
    let mut before = old_slips(file);
    for slip in style::slips(&after.text) {
        let key = key(&after.text, &slip);
        if let Some(left) = before.get_mut(&key).filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        let finding = sink.report(slip.place, slip.message).help(slip.help);
        // Indentation may be what makes the content wrong: a file with other problems is not laid out anew.
        if let Some(fix) = slip.fix.filter(|_| after.problems.is_empty()) {
            finding.fix_with(fix);
        }
    }
}

/// How often the file had each slip before the request, which did not make those.
fn old_slips(file: &OneFile<'_>) -> HashMap<(String, String), usize> {
    let before = file.change.before.iter().filter(|before| before.is_readable());
    let keys = before.flat_map(|before| {
        style::slips(&before.text).into_iter().map(|slip| key(&before.text, &slip))
    });
    keys.fold(HashMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

/// What stays the same while lines move.
fn key(text: &str, slip: &Slip) -> (String, String) {
    let line = usize::try_from(slip.place.line).unwrap_or(1).saturating_sub(1);
    let is_about_line = slip.place != Place::TOP;
    let line = text.lines().nth(line).filter(|_| is_about_line);
    (slip.message.clone(), line.unwrap_or_default().to_owned())
}
