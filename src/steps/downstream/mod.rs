//! Those who build on a deliverable hear of a release before it is tagged: once when its tag waits, and again when it moves.
//!
//! No remote can be asked what was told, so the ledger remembers each notice with the time that it named.

mod told;
mod words;

use crate::config::{Described, Optional};
use crate::facts::history::{CommitRange, Commits, StartOf};
use crate::facts::needs::NeedsChanged;
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::ledger::Begun;
use crate::plan::{
    About, Action, CarryOut, HeldUntil, Memory, Occasion, Part, Prepared, RequestedFile, State,
    Step, StepKind, StepResult, moment, to_settle,
};
use crate::steps::announcement::{Addresses, Letter, Mail, MailOutcome, is_address};
use crate::steps::frame::{Listing, failed};
use crate::steps::tag;
use crate::steps::tools::Tools;
use crate::tree::deliverable::{ProjectAt, Release};
use told::NoticesSent;
use words::{Notice, Section};

/// The name of the action.
pub const ACTION: &str = "downstream";
const IN_LEDGER: &str = "downstream";
/// Instead of a time that nobody knows.
const NO_TIME: &str = "at a time that is not known yet";

/// Says to those downstream when a release will be tagged.
#[derive(Clone, Copy, Debug)]
pub struct DownstreamKind;

impl StepKind for DownstreamKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn noun(&self) -> &'static str {
        "notice to downstream"
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Only(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        let Some((file, release)) = wanted(part) else { return };
        if !matches!(file.held(release, facts), Ok(Some(_))) {
            return;
        }
        for project in at_commits(file, release) {
            let start = start_of(file, release, &project);
            if let Answer::Known(range) = range_of(&start, facts) {
                asks.put(Commits(range.clone()));
                asks.put(NeedsChanged(range));
            }
            asks.put(start);
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let Some((file, release)) = wanted(part) else { return Vec::new() };
        let Some(project) = file.tagged(release).next() else { return Vec::new() };
        let told = NoticesSent::of(file, &project, release);
        let waits = before
            .iter()
            .any(|step| step.action.kind == tag::ACTION && step.state == State::Create);
        let held = file.held(release, facts).ok().flatten().filter(|_| waits);
        let step = match held {
            Some(held) => self.warn(file, release, &held, (told, facts)),
            None => told.known().and_then(|told| self.past(release, told)),
        };
        let repo = project.name.clone();
        step.into_iter().map(|(action, state)| Step { repo: repo.clone(), action, state }).collect()
    }
}

/// The release of a part, where somebody downstream wants to know of it.
fn wanted<'p>(part: &'p Part<'_>) -> Option<(&'p RequestedFile<'p>, &'p Release)> {
    let (file, release) = part.release()?;
    let is_on = file.subject.config.after.does(Optional::Downstream);
    let is_told = is_on && release.version.special().is_none();
    (is_told && !recipients(file).is_empty()).then_some((file, release))
}

/// The addresses that the policy names for the deliverable, each once.
fn recipients(file: &RequestedFile<'_>) -> Vec<String> {
    let who = Described::of(&file.file.deliverable, file.path);
    file.subject.policy.downstream_mail(&who)
}

/// The repositories of a release, each at its commit: a tag at no commit is in conflict, and nobody hears of it.
fn at_commits<'a>(
    file: &RequestedFile<'a>,
    release: &'a Release,
) -> impl Iterator<Item = ProjectAt<'a>> + use<'a> {
    file.tagged(release).filter_map(|project| project.at_commit().ok())
}

fn start_of(file: &RequestedFile<'_>, release: &Release, project: &ProjectAt<'_>) -> StartOf {
    let all = &file.file.deliverable.releases;
    let at = all.iter().position(|other| other.place == release.place).unwrap_or(all.len());
    StartOf::of(&all[..at], release, project)
}

fn range_of(start: &StartOf, facts: &Facts) -> Answer<CommitRange> {
    facts.get(start).map(|found| CommitRange {
        repo: start.repo.clone(),
        older: found.commit,
        newer: start.commit,
    })
}

impl DownstreamKind {
    /// The notice of a tag that waits. An operator who names a release gets its tag and nothing else.
    fn warn(
        self,
        file: &RequestedFile<'_>,
        release: &Release,
        held: &HeldUntil,
        (told, facts): (Answer<NoticesSent>, &Facts),
    ) -> Option<(Action, State)> {
        let when = held.until.map_or_else(|| NO_TIME.to_owned(), moment);
        let action = |item: &str| Action::new(&self, release.version.text()).item(item);
        let told = match told {
            Answer::Known(told) => told,
            Answer::Absent => NoticesSent::default(),
            Answer::Unknown(why) => return Some((action(&when), State::Unknown(why))),
        };
        if let Some(past) = self.past_of(release, &told, &when) {
            return Some(past);
        }
        if file.subject.occasion == Occasion::OnPurpose {
            return None;
        }
        let action = action(&told.next(&when));
        if let Some(why) = obstacle(file) {
            return Some((action, State::Operator(why)));
        }
        let sections: Result<Vec<Section>, Unknown> = at_commits(file, release)
            .map(|project| section(file, release, &project, facts))
            .collect();
        Some(match sections {
            Err(why) => (action, State::Unknown(why)),
            Ok(sections) => {
                let notice = Notice { file, release, held, when: &when, sections };
                (action.saying(notice.text(told.last())), State::Create)
            }
        })
    }

    /// What was told at last, where nothing more is to be told before it is settled.
    fn past_of(self, release: &Release, told: &NoticesSent, when: &str) -> Option<(Action, State)> {
        let is_settled = told.open.is_none() && told.last() != Some(when);
        if is_settled { None } else { self.past(release, told) }
    }

    /// What was told.
    fn past(self, release: &Release, told: &NoticesSent) -> Option<(Action, State)> {
        let action = |item: &str| Action::new(&self, release.version.text()).item(item);
        if let Some((item, standing)) = &told.open {
            let state = match standing {
                Begun::AtWork(who) => State::Held {
                    until: None,
                    reason: format!("{who} and is sending it: run again later"),
                },
                Begun::Over => State::Unknown(Unknown::because(format_args!(
                    "a run began to send it and did not note the result; {}",
                    to_settle(&told.deliverable, release.version.text())
                ))),
            };
            return Some((action(item), state));
        }
        let (item, at) = told.sent.last()?;
        Some((action(item), State::Done(format!("told on {}", moment(*at)))))
    }
}

/// Why no notice can be sent as things are.
fn obstacle(file: &RequestedFile<'_>) -> Option<String> {
    if !file.subject.config.mail.is_on() {
        return Some("the site sends no mail; set `mail.smtp` or `mail.directory`".to_owned());
    }
    let wrong = recipients(file).into_iter().find(|address| !is_address(address))?;
    Some(format!("`{wrong}` of `downstream:` is not a mail address; correct it in the policy"))
}

/// What is new in one repository.
fn section(
    file: &RequestedFile<'_>,
    release: &Release,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Result<Section, Unknown> {
    let start = start_of(file, release, project);
    let (repo, commit) = (project.repo.value.clone(), start.commit.to_string());
    let absent = || Unknown::because(format_args!("{commit} is not in {repo}"));
    let range = known(range_of(&start, facts), absent)?;
    let since = known(facts.get(&start), absent)?.since.name().map(str::to_owned);
    let commits = known(facts.get(&Commits(range.clone())), absent)?;
    let needs = known(facts.get(&NeedsChanged(range)), absent)?;
    let changes = commits.iter().map(|one| format!("{} {}", one.short(), one.subject)).collect();
    let requirements = needs.changes.iter().map(words::requirement).collect();
    Ok(Section { repo, commit, since, changes, requirements })
}

fn known<T>(answer: Answer<T>, absent: impl FnOnce() -> Unknown) -> Result<T, Unknown> {
    match answer {
        Answer::Known(value) => Ok(value),
        Answer::Absent => Err(absent()),
        Answer::Unknown(why) => Err(why),
    }
}

impl CarryOut<Tools<'_>> for DownstreamKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let Some(mails) = tools.mails else {
            return Err(StepResult::Operator("the site sends no mail".to_owned()));
        };
        let listing = Listing::of(about, tools)?;
        let who = Described::of(&listing.file.deliverable, listing.path()?);
        let action = &about.step.action;
        let item = action.item.as_deref().unwrap_or_default();
        let text = action.message.as_deref().unwrap_or_default();
        let (subject, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let name = format!("{}-{}-{ACTION}-{item}", about.step.repo, action.name());
        let letter = Letter { name: &name, purpose: ACTION, subject, body };
        let to = tools.policy.downstream_mail(&who);
        let addresses = Addresses {
            from: mails.mail.from.clone().unwrap_or_default(),
            to,
            reply_to: mails.mail.reply_to.clone(),
        };
        let mail = Mail::of(&letter, &addresses, (tools.clock)()).map_err(failed)?;
        let send = move || match mails.delivery.deliver(&mail) {
            MailOutcome::Accepted(said) => StepResult::Made(said),
            MailOutcome::Refused(refusal) => StepResult::Failed(refusal.why),
            MailOutcome::Unknown(why) => StepResult::Unknown(why.into()),
        };
        Ok(Prepared::here(None, send))
    }
}
