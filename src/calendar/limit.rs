//! What the rules of the calendar close, and from which day to which.
//!
//! The rules judge one release; this is the same calendar laid out over time. A test holds the two against each other.

use jiff::civil::Date;

use super::cycle::{Cycle, Deadline, Event};
use super::member::{Member, Tagged};
use crate::config::{Described, Policy, PolicyLevel};
use crate::tree::deliverable::{Kind, Model};

/// What a request may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Asked {
    /// A first, major or minor release.
    Features,
    /// A patch release.
    Patches,
    /// A beta.
    Betas,
    /// The first candidate.
    FirstCandidate,
    /// A candidate after the first.
    Candidates,
    /// The release after the candidates.
    Final,
    /// The stable branch.
    Branch,
}

impl Asked {
    /// As people say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Features => "features",
            Self::Patches => "patches",
            Self::Betas => "betas",
            Self::FirstCandidate => "first candidate",
            Self::Candidates => "candidates",
            Self::Final => "final release",
            Self::Branch => "stable branch",
        }
    }
}

/// What is said to a request that asks for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Yes.
    Open,
    /// Yes, with a warning: it has to say why.
    Asks,
    /// No, but for an override.
    Closed,
}

impl Answer {
    /// One word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asks => "asks",
            Self::Closed => "closed",
        }
    }
}

/// What one rule says about days of a cycle, the first and the last included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The rule.
    pub rule: &'static str,
    /// What it says then.
    pub answer: Answer,
    /// The first day; from ever, where there is none.
    pub first: Option<Date>,
    /// The last day; without end, where there is none.
    pub last: Option<Date>,
    /// What the rule goes by: an event or a week of the schedule, or the release day.
    pub since: String,
}

impl Limit {
    /// What the rules say in `cycle` to deliverables like `member` that ask for `asked`, at the levels of `policy`.
    pub fn all(cycle: &Cycle, member: &Member, asked: Asked, policy: &Policy) -> Vec<Self> {
        let Member { who, tagged } = member;
        let found = Finder { cycle, who, tagged: *tagged, asked }.limits();
        found.into_iter().flatten().filter_map(|limit| limit.at_level_of(policy, who)).collect()
    }

    /// With the answer that the policy gives; `None` where that is none. What is weaker than its rule is not raised.
    fn at_level_of(mut self, policy: &Policy, who: &Described) -> Option<Self> {
        let weaker = self.answer == Answer::Asks && is_error(self.rule);
        match policy.level_of(self.rule, Some(&who.name)) {
            None => {}
            Some(PolicyLevel::Off | PolicyLevel::Note) => return None,
            Some(PolicyLevel::Warning) => self.answer = Answer::Asks,
            Some(PolicyLevel::Error) if weaker => {}
            Some(PolicyLevel::Error) => self.answer = Answer::Closed,
        }
        Some(self)
    }
}

/// The rules that are errors and say something weaker about a part of what they judge.
fn is_error(rule: &str) -> bool {
    matches!(rule, "library-freeze" | "client-freeze" | "branch-too-early")
}

struct Finder<'a> {
    cycle: &'a Cycle,
    who: &'a Described,
    tagged: Tagged,
    asked: Asked,
}

impl Finder<'_> {
    fn limits(&self) -> Vec<Option<Limit>> {
        if self.asked == Asked::Branch {
            return vec![self.branch()];
        }
        let mut found =
            vec![self.freeze(), self.requirements(), self.trailing(), self.release_week()];
        match self.asked {
            Asked::Features | Asked::Patches => found.push(self.last_services()),
            Asked::Betas => found.push(self.own("beta-too-late", Answer::Closed, Event::Rc1)),
            Asked::FirstCandidate => {
                found.push(self.candidates());
                found.push(self.own("rc1-deadline", Answer::Asks, Event::Rc1));
            }
            Asked::Candidates => {
                found.push(self.candidates());
                found.push(self.own("final-rc", Answer::Closed, Event::FinalRc));
            }
            Asked::Final => found.push(self.finals()),
            Asked::Branch => {}
        }
        found
    }

    fn is_trailing(&self) -> bool {
        self.who.kind == Kind::Trailing
    }

    /// From the end of the week of `event` up to the release.
    fn after(&self, rule: &'static str, answer: Answer, event: Event) -> Option<Limit> {
        let Deadline { event, last, .. } = self.cycle.deadline(event)?;
        let (first, eve) = (last.tomorrow().ok()?, self.cycle.eve()?);
        let limit = Limit { rule, answer, first: Some(first), last: Some(eve), since: event };
        (first <= eve).then_some(limit)
    }

    /// The same, for those that are due with their cycle.
    fn own(&self, rule: &'static str, answer: Answer, event: Event) -> Option<Limit> {
        (!self.is_trailing()).then(|| self.after(rule, answer, event)).flatten()
    }

    /// Up to the day before `day`.
    fn before(
        rule: &'static str,
        answer: Answer,
        (day, since): (Option<Date>, String),
    ) -> Option<Limit> {
        Some(Limit { rule, answer, first: None, last: Some(day?.yesterday().ok()?), since })
    }

    fn freeze(&self) -> Option<Limit> {
        let answer = if self.asked == Asked::Features { Answer::Closed } else { Answer::Asks };
        match self.who.kind {
            Kind::Library => self.after("library-freeze", answer, Event::FinalLib),
            Kind::ClientLibrary => self.after("client-freeze", answer, Event::FinalClientlib),
            _ => None,
        }
    }

    fn requirements(&self) -> Option<Limit> {
        let is_library = matches!(self.who.kind, Kind::Library | Kind::ClientLibrary);
        let limit = || self.after("requirements-freeze", Answer::Asks, Event::RequirementsFreeze);
        is_library.then(limit).flatten()
    }

    fn release_week(&self) -> Option<Limit> {
        if self.is_trailing() || self.asked == Asked::Final {
            return None;
        }
        let (monday, day) = (self.cycle.release_week()?, self.cycle.release_day()?);
        let last = day.yesterday().ok().filter(|last| *last >= monday)?;
        Some(Limit {
            rule: "release-week",
            answer: Answer::Closed,
            first: Some(monday),
            last: Some(last),
            since: "the release week".to_owned(),
        })
    }

    fn last_services(&self) -> Option<Limit> {
        let is_meant =
            self.who.kind == Kind::Service && self.who.model == Some(Model::CycleWithIntermediary);
        is_meant.then(|| self.after("final-rc", Answer::Closed, Event::FinalRc)).flatten()
    }

    fn trailing(&self) -> Option<Limit> {
        let is_due = self.is_trailing() && self.tagged != Tagged::Released;
        let due = self.cycle.trailing_deadline().filter(|_| is_due)?;
        Some(Limit {
            rule: "trailing-deadline",
            answer: Answer::Asks,
            first: Some(due.last.tomorrow().ok()?),
            last: None,
            since: due.event,
        })
    }

    fn candidates(&self) -> Option<Limit> {
        let week = self.cycle.candidates_from().filter(|_| !self.is_trailing())?;
        Self::before("rc-too-early", Answer::Closed, (Some(week.first), week.event))
    }

    fn finals(&self) -> Option<Limit> {
        let is_meant = self.who.model == Some(Model::CycleWithRc) && !self.is_trailing();
        let from = self.cycle.finals_from().filter(|_| is_meant);
        Self::before("final-too-early", Answer::Closed, (from, "the release".to_owned()))
    }

    fn branch(&self) -> Option<Limit> {
        let is_client = self.who.kind == Kind::ClientLibrary;
        let answer = if is_client { Answer::Asks } else { Answer::Closed };
        let (day, since) = self.cycle.branches_from(self.who.kind)?;
        Self::before("branch-too-early", answer, (Some(day), since.replace('`', "")))
    }
}
