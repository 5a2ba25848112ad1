//! Whether the teams in a request have approved it, from the votes and the people in governance. Pure: no I/O.
//!
//! A team approves through its lead or one of its release liaisons, with a positive vote or by uploading the patch set. A
//! release manager can approve in their place with a vote on the configured label. A negative vote of a lead or liaison blocks
//! the approval until it is withdrawn.

mod concerned;
pub mod notes;

use serde::Serialize;

pub use crate::facts::people::{Leadership, Person};
use crate::gerrit;
pub use concerned::{ApprovalClaim, Concerned, concerned};

/// A patch set and its votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchsetVotes {
    /// Who uploaded the patch set. The owner of the change may be somebody else, who did not propose this version.
    pub uploader: Person,
    /// The current votes; none of them is zero.
    pub votes: Vec<ApprovalVote>,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApprovalVote {
    /// The label, such as `Code-Review`.
    pub label: String,
    /// The value, such as 2.
    pub value: i32,
    /// Who voted.
    pub by: Person,
}

/// The approvals that a request needs.
#[derive(Clone, Copy, Debug)]
pub struct WantedApprovals<'a> {
    /// The teams whose deliverables the request touches; `None` for a team that governance does not list.
    pub teams: &'a [(String, Option<Leadership>)],
    /// Whose vote on the label counts as that of the team.
    pub managers: Managers<'a>,
    /// The label for approval in place of a team.
    pub label: &'a str,
}

/// The release managers, who may approve in place of a team.
#[derive(Clone, Copy, Debug)]
pub enum Managers<'a> {
    /// These people.
    Are(&'a [Person]),
    /// Anybody who voted on the label: Gerrit's access rights decide who may.
    Voters,
}

/// The state of one team's approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ruling {
    /// The team.
    pub team: String,
    /// Whether governance lists it.
    pub is_known: bool,
    /// Whether it has a lead. If not, its liaisons speak for it.
    pub has_ptl: bool,
    /// Whether it has approved.
    #[serde(flatten)]
    pub decision: Decision,
    /// Who speaks for it.
    pub could: Vec<Speaker>,
    /// Why there may be others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap: Option<String>,
}

/// Whether a team has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "answer", content = "by", rename_all = "kebab-case")]
pub enum Decision {
    /// It has approved.
    Approved(Vec<Endorsement>),
    /// Somebody who speaks for it voted against the request.
    Objected(Vec<Endorsement>),
    /// Nobody who speaks for it has voted.
    Missing,
}

/// Somebody who may speak for a team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Speaker {
    /// The person.
    #[serde(flatten)]
    pub person: Person,
    /// Their role.
    pub role: Role,
}

/// The role of somebody who speaks for a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The lead of the team.
    Ptl,
    /// A liaison of the team to the release team.
    Liaison,
    /// A release manager.
    Manager,
}

/// A vote or proposal of a speaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Endorsement {
    /// The speaker.
    #[serde(flatten)]
    pub speaker: Speaker,
    /// The vote; `None` if they uploaded the patch set.
    pub vote: Option<(String, i32)>,
}

impl Role {
    /// The role in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ptl => "team lead",
            Self::Liaison => "release liaison",
            Self::Manager => "release manager",
        }
    }
}

impl Managers<'_> {
    fn have(self, person: &Person) -> bool {
        match self {
            Self::Are(managers) => managers.iter().any(|one| one.is(person)),
            Self::Voters => true,
        }
    }
}

impl Ruling {
    /// Whether this team need not do anything more.
    pub fn is_approved(&self) -> bool {
        matches!(self.decision, Decision::Approved(_))
    }

    /// Whether somebody may have approved who is not known to speak for the team.
    pub fn is_open(&self) -> bool {
        self.decision == Decision::Missing && self.gap.is_some()
    }
}

/// The state of each team's approval, in the order of `wanted`.
pub fn judge(proposal: &PatchsetVotes, wanted: WantedApprovals<'_>) -> Vec<Ruling> {
    let ruling = |(team, leadership): &(String, Option<Leadership>)| {
        let speakers = leadership.as_ref().map(speakers).unwrap_or_default();
        let mut said: Vec<Endorsement> =
            speakers.iter().flat_map(|speaker| words_of(speaker, proposal)).collect();
        said.extend(stand_ins(proposal, wanted));
        let (against, for_it): (Vec<Endorsement>, Vec<Endorsement>) = said
            .into_iter()
            .partition(|word| word.vote.as_ref().is_some_and(|(_, value)| *value < 0));
        let decision = match (against.is_empty(), for_it.is_empty()) {
            (false, _) => Decision::Objected(against),
            (true, false) => Decision::Approved(for_it),
            (true, true) => Decision::Missing,
        };
        Ruling {
            team: team.clone(),
            is_known: leadership.is_some(),
            has_ptl: leadership.as_ref().is_some_and(|leadership| leadership.ptl.is_some()),
            decision,
            could: speakers,
            gap: leadership.as_ref().and_then(|known| known.gap.as_ref()).map(ToString::to_string),
        }
    };
    wanted.teams.iter().map(ruling).collect()
}

/// Who speaks for the team, each once.
fn speakers(leadership: &Leadership) -> Vec<Speaker> {
    let ptl = leadership.ptl.iter().map(|person| (person, Role::Ptl));
    let liaisons = leadership.liaisons.iter().map(|person| (person, Role::Liaison));
    let mut found: Vec<Speaker> = Vec::new();
    for (person, role) in ptl.chain(liaisons) {
        if !found.iter().any(|known| known.person.is(person)) {
            found.push(Speaker { person: person.clone(), role });
        }
    }
    found
}

/// The votes of a speaker, or else that they uploaded the patch set.
fn words_of(speaker: &Speaker, proposal: &PatchsetVotes) -> Vec<Endorsement> {
    let word = |vote| Endorsement { speaker: speaker.clone(), vote };
    let votes = proposal.votes.iter().filter(|vote| vote.by.is(&speaker.person));
    let words: Vec<Endorsement> =
        votes.map(|vote| word(Some((vote.label.clone(), vote.value)))).collect();
    if words.is_empty() && proposal.uploader.is(&speaker.person) {
        return vec![word(None)];
    }
    words
}

/// The release managers who voted in place of a team.
fn stand_ins<'a>(
    proposal: &'a PatchsetVotes,
    wanted: WantedApprovals<'a>,
) -> impl Iterator<Item = Endorsement> + 'a {
    let votes = proposal
        .votes
        .iter()
        .filter(move |vote| vote.label == wanted.label && wanted.managers.have(&vote.by));
    votes.map(|vote| Endorsement {
        speaker: Speaker { person: vote.by.clone(), role: Role::Manager },
        vote: Some((vote.label.clone(), vote.value)),
    })
}

impl From<&gerrit::Account> for Person {
    fn from(account: &gerrit::Account) -> Self {
        let name = account.name.clone().or_else(|| account.username.clone());
        Self {
            name: name.unwrap_or_default(),
            email: account.email.clone().unwrap_or_default(),
            irc: None,
        }
    }
}

impl From<&gerrit::Vote> for ApprovalVote {
    fn from(vote: &gerrit::Vote) -> Self {
        Self { label: vote.label.clone(), value: vote.value, by: (&vote.by).into() }
    }
}

impl std::fmt::Display for ApprovalVote {
    /// As the line of a review note: `Code-Review+2: Bob Example <bob@example.org>`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:+}: {}", self.label, self.value, self.by)
    }
}

#[cfg(test)]
mod tests;
