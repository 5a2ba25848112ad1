//! `tagkeeper rules`: the documentation of the rules, from the code.

use std::io::Write;

use super::exit::Exit;
use super::output::Output;
use crate::rules::{ALL, Overridable, Rule, find};
use crate::tree::yaml::nearest;
use crate::workspace::Failure;

/// List the rules, or explain one
#[derive(clap::Args, Debug)]
pub(super) struct RulesArgs {
    /// The rule to explain [default: list all]
    id: Option<String>,
}

pub(super) fn run(args: &RulesArgs, output: &Output) -> Result<Exit, Failure> {
    match &args.id {
        None => output.write(|out, _| list(out))?,
        Some(id) => {
            let rule = find(id).ok_or_else(|| unknown(id))?;
            output.write(|out, _| explain(rule, out))?;
        }
    }
    Ok(Exit::Fine)
}

fn unknown(id: &str) -> Failure {
    let failure = Failure::usage(format!("there is no rule `{id}`"));
    let failure = match nearest(id, ALL.iter().map(|rule| rule.id)) {
        Some(meant) => failure.help(format!("did you mean `{meant}`?")),
        None => failure,
    };
    failure.help("run `tagkeeper rules` to list the rules")
}

fn list(out: &mut dyn Write) -> std::io::Result<()> {
    let widest = ALL.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in ALL {
        writeln!(out, "{:widest$}  {:8} {}", rule.id, level(rule), rule.summary)?;
    }
    writeln!(
        out,
        "\n`error*`: an override with a reason covers it. `tagkeeper rules ID` explains one."
    )
}

fn explain(rule: &Rule, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "# {} ({})\n\n{}\n\n{}",
        rule.id,
        level(rule),
        capital(rule.summary),
        rule.docs.trim_end()
    )?;
    let what = match rule.overridable {
        Overridable::Yes => "it",
        Overridable::InPart => "some of its errors",
        Overridable::No => return Ok(()),
    };
    writeln!(
        out,
        "\nThe commit message overrides {what}: `Release-Override: {} <reason>`.",
        rule.id
    )
}

fn level(rule: &Rule) -> String {
    let star = if rule.overridable == Overridable::No { "" } else { "*" };
    format!("{}{star}", rule.level)
}

fn capital(phrase: &str) -> String {
    let mut chars = phrase.chars();
    chars
        .next()
        .map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
        .unwrap_or_default()
}
