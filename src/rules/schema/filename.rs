//! `filename`: deliverable files are in the right place.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::part::check_part;
use crate::tree::place::Place;
use crate::tree::snapshot::ItemKind;

pub(crate) static RULE: Rule = Rule {
    id: "filename",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file is not `deliverables/<series or _independent>/<name>.yaml`",
    docs: "## What it checks

A deliverable file is a regular file whose name ends in `.yaml`. It lives directly in the directory of a series that
`data/series_status.yaml` lists, or in `deliverables/_independent`. The name of a new file has only letters, digits, `.`, `_`,
`-` and `+`, and does not begin with a dot. The rule also reports a new file elsewhere that looks like a deliverable file.

## Why

tagkeeper reads no other path. A release in a misplaced file would merge and never be tagged. The name of a file becomes part of
paths, addresses, mails and pages.

## What to do

Move the file. For a new series, add it to `data/series_status.yaml` in the same request.
",
    scope: Scope::Files(check),
    closed: Closed::Judged,
    ..Rule::USUAL
};

fn check(file: &OneFile<'_>, sink: &mut Sink<'_>) {
    let Some(after) = &file.change.after else { return };
    if file.change.path.contains(char::REPLACEMENT_CHARACTER) {
        sink.report(Place::TOP, "the file name is not UTF-8")
            .help("rename the file after the deliverable");
        return;
    }
    if after.kind != ItemKind::File {
        let what = if after.kind == ItemKind::Symlink { "a symbolic link" } else { "not a file" };
        sink.report(
            Place::TOP,
            format!("a deliverable file must be a regular file; this is {what}"),
        )
        .help("replace it with the file itself");
        return;
    }
    let path = match &after.path {
        Ok(path) => path,
        Err(error) => {
            sink.report(Place::TOP, error.to_string())
                .help("move it to `deliverables/<series>/<name>.yaml`");
            return;
        }
    };
    if file.change.before.is_none()
        && let Err(why) = check_part(path.name())
    {
        let message = format!("{:?} cannot name a deliverable: it {why}", path.name());
        sink.report(Place::TOP, message).help("rename the file after the deliverable");
        return;
    }
    let series = file.request.head.series();
    if !path.is_independent() && !series.all.is_empty() && series.get(path.dir()).is_none() {
        sink.report(
            Place::TOP,
            format!("`data/series_status.yaml` does not list the series `{}`", path.dir()),
        )
        .help(format!(
            "use one of {} or `_independent`, or add the series to the list",
            series.newest_names(5)
        ));
    }
}
