//! Asks for the facts that the rules need, round by round.

use super::judge::{Case, files};
use super::looked::Looked;
use super::overrides::OverrideTrailer;
use super::overriding::approval_of;
use super::{ALL, OneDeliverable, Rule, Scope};
use crate::facts::{Asks, Facts};
use crate::tree::in_pieces;

/// How many rounds of questions there may be: an answer may lead to another question.
const ROUNDS: usize = 3;

/// Collects the facts that the rules ask for, round by round; `answer` answers the questions.
///
/// # Errors
/// Those of `answer`, if it cannot even start. A single unknown fact is not an error.
pub fn find_out<E>(
    case: &Case<'_>,
    mut answer: impl FnMut(&Asks, &mut Facts) -> Result<(), E>,
) -> Result<Facts, E> {
    in_rounds(|facts| asks(case, facts), &mut answer)
}

/// The same for these rules alone.
///
/// # Errors
/// As [`find_out`].
pub fn find_out_for<E>(
    rules: &[&'static Rule],
    case: &Case<'_>,
    mut answer: impl FnMut(&Asks, &mut Facts) -> Result<(), E>,
) -> Result<Facts, E> {
    in_rounds(|facts| asks_of(rules, case, facts), &mut answer)
}

fn in_rounds<E>(
    asks: impl Fn(&Facts) -> Asks,
    answer: &mut impl FnMut(&Asks, &mut Facts) -> Result<(), E>,
) -> Result<Facts, E> {
    let mut facts = Facts::default();
    for _ in 0..ROUNDS {
        let asks = asks(&facts);
        if asks.is_answered(&facts) {
            break;
        }
        answer(&asks, &mut facts)?;
    }
    Ok(facts)
}

/// What the rules ask, given the facts so far.
pub fn asks(case: &Case<'_>, facts: &Facts) -> Asks {
    let mut asks = asks_of(ALL, case, facts);
    for trailer in OverrideTrailer::of(&case.request.commits) {
        let files = trailer.paths.iter();
        files.filter_map(|path| approval_of(&trailer, path, case)).for_each(|one| asks.put(one));
    }
    asks
}

fn asks_of(rules: &[&'static Rule], case: &Case<'_>, facts: &Facts) -> Asks {
    let changes = case.request.changes.as_slice();
    let of_some = in_pieces(changes, case.threads, |changes| {
        let mut asks = Asks::default();
        for file in files(case, changes) {
            let looked = Looked::at(file, case.closed);
            rules.iter().for_each(|rule| ask(rule, &looked, facts, &mut asks));
        }
        asks
    });
    let mut asks = Asks::default();
    of_some.into_iter().for_each(|some| asks.extend(some));
    asks
}

fn ask(rule: &Rule, looked: &Looked<'_>, facts: &Facts, to: &mut Asks) {
    if !looked.is_for(rule) {
        return;
    }
    let deliverable = &looked.deliverable;
    match rule.scope {
        Scope::Files(_) | Scope::Request(_) | Scope::Overrides(_) | Scope::Suppressions(_) => {}
        Scope::Changes { asks, .. } => asks(&looked.file, facts, to),
        Scope::Deliverables { asks, .. } => {
            deliverable.iter().for_each(|on| asks(on, facts, to));
        }
        Scope::NewReleases { asks, .. } => {
            looked.ask_whether_tagged(to);
            looked.untagged(facts).iter().for_each(|on| asks(on, facts, to));
        }
        Scope::Branches { asks, .. } => {
            let branches = deliverable.iter().flat_map(OneDeliverable::branches);
            branches.for_each(|on| asks(&on, facts, to));
        }
    }
}
