//! `tagkeeper approve`: whether the teams of a change have approved it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::change::{Brought, open_change};
use super::failure::{Exit, Failure};
use super::opening::{Look, Opening};
use super::output::{Format, Output};
use super::site::Site;
use crate::approval::{Leadership, Managers, Person, Proposal, Ruling, Vote, Wanted, judge};
use crate::config;
use crate::facts::people::Leaderships;
use crate::facts::review::MembersOf;
use crate::facts::{Answer, Asks, Facts, gather};
use crate::gerrit::{self, ChangeName, Review};
use crate::report::approval::{Approval, write};
use crate::report::text::Style;
use crate::tree::request::Request;

/// Tells whether the teams whose deliverables a change of Gerrit touches have approved it, and who could
///
/// A team approves through its PTL or a release liaison, as governance lists them: by a vote, or by uploading the patch
/// set. A release manager stands in with a vote on the label of the approval.
#[derive(clap::Args, Debug)]
pub(super) struct ApproveArgs {
    /// Number, URL or Change-Id
    change: ChangeName,
    #[command(flatten)]
    pub(super) opening: Opening,
    /// Vote +1 on the label of the approval where all teams have approved, and take such a vote back where they have not
    #[arg(long)]
    vote: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(super) fn run(args: &ApproveArgs, output: &Output) -> Result<Exit, Failure> {
    let (site, brought) = open_change(&Look::of(&args.opening), &args.change)?;
    let request = site.request()?;
    must_name_teams(&request)?;
    let Found { rulings, managers, notes, undecided } = found_out(&site, &brought, &request)?;
    let title = brought.title();
    let approval =
        Approval { change: &title, rulings: &rulings, managers: &managers, notes: &notes };
    let is_approved = rulings.iter().all(Ruling::is_approved);
    output.write(|out, style| match args.format {
        Format::Text => write(approval, out, style),
        Format::Json => {
            let document = Document {
                change: brought.change.number,
                patchset: brought.patchset.number,
                approved: is_approved,
                teams: &rulings,
                release_managers: &managers,
                notes: &notes,
            };
            crate::text::json::write(&document, out)
        }
    })?;
    if !is_approved && undecided {
        return Ok(Exit::NoAnswer);
    }
    if args.vote {
        vote(&site, &brought, approval, is_approved)?;
    }
    Ok(if is_approved { Exit::Fine } else { Exit::No })
}

/// As whom it votes.
const SPEAKER: &str = "approve";

#[derive(Serialize)]
struct Document<'a> {
    change: u64,
    patchset: u32,
    approved: bool,
    teams: &'a [Ruling],
    release_managers: &'a [Vote],
    notes: &'a [String],
}

/// What was found out.
struct Found {
    rulings: Vec<Ruling>,
    /// The votes of release managers.
    managers: Vec<Vote>,
    /// What could not be found out beside.
    notes: Vec<String>,
    /// Whether somebody has voted in the place of a team of whom it is not known whether they may.
    undecided: bool,
}

fn found_out(site: &Site, brought: &Brought, request: &Request) -> Result<Found, Failure> {
    let teams = teams(request);
    let config::Approval { label, release_managers } = &site.config.approval;
    let group = release_managers.clone().map(|group| MembersOf { group });
    let mut asks = Asks::default();
    if !teams.is_empty() {
        asks.put(Leaderships);
    }
    if let Some(group) = &group {
        asks.put(group.clone());
    }
    let mut facts = Facts::default();
    gather(&asks, &mut facts, &site.sources()?, site.jobs);
    let votes = brought.change.votes.iter().filter(|vote| counts(vote, label));
    let votes: Vec<Vote> = votes.map(Into::into).collect();
    let members = group.map(|group| members(&facts, &group));
    let notes: Vec<String> = members.iter().filter_map(|it| it.clone().err()).collect();
    let members = members.map(Result::unwrap_or_default);
    // A group that is not seen may have whoever voted in the place of a team.
    let is_stand_in = |vote: &Vote| vote.label == *label && vote.value > 0;
    let undecided = !notes.is_empty() && votes.iter().any(is_stand_in);
    let teams = teams.into_iter().map(|team| {
        let leadership = leadership(&facts, &team)?;
        Ok((team, leadership))
    });
    let teams = teams.collect::<Result<Vec<_>, Failure>>()?;
    let proposal = Proposal { uploader: (&brought.patchset.uploader).into(), votes };
    let managers = members.as_deref().map_or(Managers::Voters, Managers::Are);
    let rulings = judge(&proposal, Wanted { teams: &teams, managers, label });
    let is_managers = |vote: &Vote| members.iter().flatten().any(|one| one.is(&vote.by));
    let managers = proposal.votes.into_iter().filter(is_managers).collect();
    Ok(Found { rulings, managers, notes, undecided })
}

/// The members of a group, or why nobody is known to be one.
fn members(facts: &Facts, of: &MembersOf) -> Result<Vec<Person>, String> {
    match facts.get(of) {
        Answer::Known(members) => Ok(members.iter().map(Into::into).collect()),
        Answer::Absent => Err(format!(
            "no group `{}` is to be seen with this login, so no vote counts as that of a release manager",
            of.group
        )),
        Answer::Unknown(why) => {
            Err(format!("who the release managers are could not be had: {why}"))
        }
    }
}

/// Whether a vote is somebody's own: what a program has voted on the label says what others had approved then. It must
/// not approve anything by itself where the program's account is one of a release manager.
fn counts(vote: &gerrit::Vote, label: &str) -> bool {
    vote.label != label || !vote.is_of_program()
}

/// A file that cannot be read, or that names no team, might be anybody's: that is not the same as nobody's.
fn must_name_teams(request: &Request) -> Result<(), Failure> {
    if let Some(failure) = request.failures().into_iter().next() {
        return Err(Failure::outside(failure)
            .help("a part of the record could not be read, so there is no answer"));
    }
    let mut files = request.changes.iter().filter_map(|change| change.after.as_ref());
    match files.find(|file| file.deliverable.team.is_none()) {
        Some(file) => {
            Err(Failure::refused(format_args!("{} names no team that could approve it", file.name))
                .help("`tagkeeper check` tells what is wrong with the file"))
        }
        None => Ok(()),
    }
}

/// Who speaks for a team. Without governance's list there is no answer: everybody might.
fn leadership(facts: &Facts, team: &str) -> Result<Option<Leadership>, Failure> {
    match facts.get(&Leaderships) {
        Answer::Known(teams) => Ok(teams.get(team).cloned()),
        Answer::Absent => Ok(None),
        Answer::Unknown(why) => Err(Failure::outside(format_args!(
            "who speaks for the team `{team}` could not be had: {why}"
        ))
        .help("set `governance` to the data that lists the teams")),
    }
}

/// The teams of the files that the change touches, before and after it: a file cannot change its owner without them.
fn teams(request: &Request) -> BTreeSet<String> {
    let files = request.changes.iter().flat_map(|change| [&change.before, &change.after]);
    let teams = files.flatten().filter_map(|file| file.deliverable.team.as_ref());
    teams.map(|team| team.value.clone()).collect()
}

/// Votes, where that changes anything.
fn vote(
    site: &Site,
    brought: &Brought,
    approval: Approval<'_>,
    is_approved: bool,
) -> Result<(), Failure> {
    if approval.rulings.is_empty() {
        return Ok(());
    }
    let label = &site.config.approval.label;
    let me = brought.gerrit.myself()?.id;
    let stands = brought.change.votes.iter().any(|vote| vote.label == *label && vote.by.id == me);
    if stands == is_approved {
        return Ok(());
    }
    let mut told = Vec::new();
    write(approval, &mut told, Style::Plain)?;
    let mut review = Review::new(SPEAKER, &String::from_utf8_lossy(&told));
    review.votes.push((label.clone(), i32::from(is_approved)));
    brought.gerrit.post(&brought.change, &review)?;
    Ok(())
}
