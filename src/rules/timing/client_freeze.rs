//! `client-freeze`: client libraries take no features after `final-clientlib`.

use super::check_freeze;
use crate::rules::{Day, Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: "client-freeze",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a client library is released after its freeze",
    docs: "## What it checks

A release of a client library of a series that was proposed after the week of `final-clientlib` and before the release: an
error for a feature release (first, minor, major), a warning for a patch.

## Why

Services, the dashboard and the installers are frozen with it and use it. In the record it happens 2.6 times a cycle, each
with an exception that was asked for.

## What to do

Release a patch, or wait for the next series, or ask for an exception and record it: `Release-Override: client-freeze
<link>`.
",
    scope: Scope::NewReleases { asks: |_, _, _| {}, check: |on, _, sink| check_freeze("client libraries", &RULE, on, sink) },
    day: Day::Proposal,
    ..Rule::USUAL
};
