//! `library-freeze`: libraries take no features after the `final-lib` week.

use super::{ask_freeze, check_freeze};
use crate::rules::{Day, Level, Overridable, Rule, Scope};

pub(crate) static RULE: Rule = Rule {
    id: "library-freeze",
    level: Level::Error,
    overridable: Overridable::Yes,
    summary: "a library is released after its freeze",
    docs: "## What it checks

A release of a library that was proposed between the end of the `final-lib` week and the release of its series: an error
for a feature release (first, minor or major), a warning for any other. A patch that brings more than fixes, by its release notes,
`Sem-Ver:` lines or requirements, is judged as a feature release. If that is not known, its number decides.

## Why

Services freeze a week later and test against these libraries. A feature that breaks them now comes when they can no
longer adapt. This happens 1.5 times a cycle, each time with an exception.

## What to do

Release a patch, or wait for the next series, or ask for an exception and record it in the commit message:
`Release-Override: library-freeze <link>`.
",
    scope: Scope::NewReleases {
        asks: |on, facts, asks| ask_freeze(&RULE, on, facts, asks),
        check: |on, facts, sink| check_freeze("libraries", &RULE, on, facts, sink),
    },
    day: Day::Proposal,
    ..Rule::USUAL
};
