//! `filename`: a file that is not where deliverable files are.

use crate::rules::{Closed, Level, OneFile, Overridable, Rule, Scope, Sink};
use crate::tree::place::Place;
use crate::tree::record::ItemKind;

pub(crate) static RULE: Rule = Rule {
    id: "filename",
    level: Level::Error,
    overridable: Overridable::No,
    summary: "the file is not `deliverables/<series or _independent>/<name>.yaml`",
    docs: "## What it checks

Deliverable files are regular files that end in `.yaml`, directly in the folder of a series that
`data/series_status.yaml` lists, or in `deliverables/_independent`. A new file anywhere else that says what a deliverable file
says is reported too.

## Why

A file anywhere else is never read: its release would merge and never be tagged.

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
        sink.report(Place::TOP, "the name of the file is not UTF-8")
            .help("name it after the deliverable");
        return;
    }
    if after.kind != ItemKind::File {
        let what = if after.kind == ItemKind::Symlink { "a symbolic link" } else { "not a file" };
        sink.report(Place::TOP, format!("a deliverable file is a regular file; this is {what}"))
            .help("replace it by the file itself");
        return;
    }
    let path = match &after.path {
        Ok(path) => path,
        Err(error) => {
            sink.report(Place::TOP, error.to_string())
                .help("deliverable files are `deliverables/<series>/<name>.yaml`");
            return;
        }
    };
    let series = file.request.head.series();
    if !path.is_independent() && !series.all.is_empty() && series.get(path.dir()).is_none() {
        sink.report(
            Place::TOP,
            format!("`data/series_status.yaml` lists no series `{}`", path.dir()),
        )
        .help(format!("the series are {}, and `_independent`", series.newest_names(5)));
    }
}
