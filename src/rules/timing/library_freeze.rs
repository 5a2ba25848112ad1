//! `library-freeze`: libraries take no features after `final-lib`.

use super::check_freeze;
use crate::rules::{Day, Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: "library-freeze",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a library is released after its freeze",
    docs: "## What it checks

A release of a library of a series that was proposed after the week of `final-lib` and before the release: an error for a
feature release (first, minor, major), a warning for a patch.

## Why

Services are frozen a week later and test against these libraries: a feature now breaks them when nobody may change them any
more. In the record it happens 1.5 times a cycle, each with an exception that was asked for.

## What to do

Release a patch, or wait for the next series, or ask for an exception and record it: `Release-Override: library-freeze
<link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check: |on, _, sink| check_freeze("libraries", &RULE, on, sink) },
    day: Day::Proposal,
    ..Rule::USUAL
};
