//! What closes when, and what is due when. The timing rules, `schedule` and `schedule --missing` all go by these two lists.

use super::cycle::Event;
use super::limit::{Asked, Days, Limit, Permission, Start};
use super::member::{Profile, TaggedSoFar};
use super::missing::{Due, Duty};
use super::offer::asked_of;
use super::wait::FINAL_TOO_EARLY;
use crate::tree::deliverable::{Kind, Model, Status};

/// The deliverables that a line of the table covers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Who {
    kinds: &'static [Kind],
    /// Empty for any.
    models: &'static [Option<Model>],
    tagged: &'static [TaggedSoFar],
}

impl Who {
    pub(super) fn covers(&self, profile: Profile) -> bool {
        self.kinds.contains(&profile.kind)
            && (self.models.is_empty() || self.models.contains(&profile.model))
            && self.tagged.contains(&profile.tagged)
    }

    const fn of(kinds: &'static [Kind]) -> Self {
        Self {
            kinds,
            models: &[],
            tagged: &[TaggedSoFar::Never, TaggedSoFar::NotYet, TaggedSoFar::Released],
        }
    }

    const fn with(self, models: &'static [Option<Model>]) -> Self {
        Self { models, ..self }
    }

    const fn without_a_release(self) -> Self {
        Self { tagged: &[TaggedSoFar::Never, TaggedSoFar::NotYet], ..self }
    }
}

/// Every type that is released with its cycle.
const IN_CYCLE: Who = Who::of(&[
    Kind::Library,
    Kind::ClientLibrary,
    Kind::Service,
    Kind::HorizonPlugin,
    Kind::TempestPlugin,
    Kind::Other,
]);
const LIBRARY: Who = Who::of(&[Kind::Library]);
const CLIENT: Who = Who::of(&[Kind::ClientLibrary]);
const LIBRARIES: Who = Who::of(&[Kind::Library, Kind::ClientLibrary]);
const SERVICE: Who = Who::of(&[Kind::Service]);
const TEMPEST_PLUGIN: Who = Who::of(&[Kind::TempestPlugin]);
const SERVICES_AND_OTHERS: Who = Who::of(&[Kind::Service, Kind::HorizonPlugin, Kind::Other]);
const NOT_LIBRARIES: Who =
    Who::of(&[Kind::Service, Kind::HorizonPlugin, Kind::TempestPlugin, Kind::Other]);
const TRAILING: Who = Who::of(&[Kind::Trailing]);
const ANYBODY: Who = Who::of(Kind::ALL);

const AUTOMATIC: &[Option<Model>] = &[Some(Model::CycleAutomatic)];
const INTERMEDIARY: &[Option<Model>] = &[Some(Model::CycleWithIntermediary)];
const WITH_RC: &[Option<Model>] = &[Some(Model::CycleWithRc)];
const WITH_CANDIDATES: &[Option<Model>] =
    &[Some(Model::CycleWithRc), Some(Model::CycleWithMilestones)];
const WITHOUT_CANDIDATES: &[Option<Model>] =
    &[Some(Model::CycleWithIntermediary), Some(Model::CycleTrailing), None];
/// Models whose deliverables are tagged in a cycle.
const TAGGED: &[Option<Model>] = &[
    Some(Model::CycleWithRc),
    Some(Model::CycleWithMilestones),
    Some(Model::CycleWithIntermediary),
    Some(Model::CycleTrailing),
    Some(Model::CycleAutomatic),
    None,
];

/// Models whose teams request their tags.
const BY_HAND: &[Option<Model>] = &[
    Some(Model::CycleWithRc),
    Some(Model::CycleWithMilestones),
    Some(Model::CycleWithIntermediary),
    Some(Model::CycleTrailing),
    None,
];

const FEATURES: &[Asked] = &[Asked::Features];
/// Releases that add no features of their own.
const NO_FEATURES: &[Asked] =
    &[Asked::Patches, Asked::Betas, Asked::FirstCandidate, Asked::Candidates, Asked::Final];
const RELEASES: &[Asked] = &[
    Asked::Features,
    Asked::Patches,
    Asked::Betas,
    Asked::FirstCandidate,
    Asked::Candidates,
    Asked::Final,
];
const BUT_FINAL: &[Asked] =
    &[Asked::Features, Asked::Patches, Asked::Betas, Asked::FirstCandidate, Asked::Candidates];
const NUMBERS: &[Asked] = &[Asked::Features, Asked::Patches, Asked::Final];
const BETAS: &[Asked] = &[Asked::Betas];
const FIRST_CANDIDATE: &[Asked] = &[Asked::FirstCandidate];
const LATER_CANDIDATES: &[Asked] = &[Asked::Candidates];
const CANDIDATES: &[Asked] = &[Asked::FirstCandidate, Asked::Candidates];
const FINAL: &[Asked] = &[Asked::Final];
const BRANCH: &[Asked] = &[Asked::Branch];
const MEMBERSHIP: &[Asked] = &[Asked::Membership];

const fn closed(rule: &'static str, who: Who, asked: &'static [Asked], days: Days) -> Limit {
    Limit { rule, who, asked, permission: Permission::Closed, days }
}

const fn asks(rule: &'static str, who: Who, asked: &'static [Asked], days: Days) -> Limit {
    Limit { rule, who, asked, permission: Permission::Asks, days }
}

/// What closes when. A request that no line covers is open.
pub(super) static LIMITS: &[Limit] = &[
    closed("library-freeze", LIBRARY, FEATURES, Days::After(Event::FinalLib)),
    asks("library-freeze", LIBRARY, NO_FEATURES, Days::After(Event::FinalLib)),
    closed("client-freeze", CLIENT, FEATURES, Days::After(Event::FinalClientlib)),
    asks("client-freeze", CLIENT, NO_FEATURES, Days::After(Event::FinalClientlib)),
    asks("requirements-freeze", LIBRARIES, RELEASES, Days::After(Event::RequirementsFreeze)),
    asks("trailing-deadline", TRAILING.without_a_release(), RELEASES, Days::AfterTrailingDeadline),
    closed("release-week", IN_CYCLE, BUT_FINAL, Days::ReleaseWeek),
    closed("beta-too-late", IN_CYCLE, BETAS, Days::After(Event::Rc1)),
    closed("rc-too-early", IN_CYCLE, CANDIDATES, Days::Before(Start::WeeksBeforeRelease(4))),
    asks("rc1-deadline", IN_CYCLE, FIRST_CANDIDATE, Days::After(Event::Rc1)),
    closed("final-rc", IN_CYCLE, LATER_CANDIDATES, Days::After(Event::FinalRc)),
    closed("final-rc", SERVICE.with(INTERMEDIARY), NUMBERS, Days::After(Event::FinalRc)),
    closed(
        FINAL_TOO_EARLY,
        IN_CYCLE.with(WITH_RC),
        FINAL,
        Days::Before(Start::DaysBeforeRelease(2)),
    ),
    closed("branch-too-early", LIBRARY, BRANCH, Days::Before(Start::WeekOf(Event::FinalLib))),
    asks("branch-too-early", CLIENT, BRANCH, Days::Before(Start::WeekOf(Event::FinalClientlib))),
    asks("branch-too-early", TRAILING, BRANCH, Days::Before(Start::DaysBeforeRelease(0))),
    asks("membership-freeze", ANYBODY, MEMBERSHIP, Days::After(Event::MembershipFreeze)),
];

/// One thing that is due: from which deliverables, and by when.
pub(super) struct Owed {
    pub(super) who: Who,
    pub(super) duty: Duty,
    pub(super) due: Due,
}

const fn owed(who: Who, duty: Duty, due: Due) -> Owed {
    Owed { who, duty, due }
}

/// What is due when. Nothing is due from a deliverable that is not tagged in a cycle.
pub(super) static OWED: &[Owed] = &[
    owed(TRAILING.with(TAGGED), Duty::Release, Due::TrailingDeadline),
    owed(TRAILING.with(TAGGED), Duty::Branch, Due::TrailingDeadline),
    owed(IN_CYCLE.with(WITH_CANDIDATES), Duty::Candidate, Due::By(Event::Rc1)),
    owed(IN_CYCLE.with(WITH_CANDIDATES), Duty::Branch, Due::By(Event::Rc1)),
    owed(IN_CYCLE.with(WITH_CANDIDATES), Duty::Final, Due::Release),
    owed(IN_CYCLE.with(AUTOMATIC), Duty::Release, Due::Release),
    owed(TEMPEST_PLUGIN.with(WITHOUT_CANDIDATES), Duty::Release, Due::Release),
    owed(LIBRARY.with(WITHOUT_CANDIDATES), Duty::Release, Due::By(Event::FinalLib)),
    owed(CLIENT.with(WITHOUT_CANDIDATES), Duty::Release, Due::By(Event::FinalClientlib)),
    owed(LIBRARIES.with(WITHOUT_CANDIDATES), Duty::Branch, Due::By(Event::Rc1)),
    owed(SERVICES_AND_OTHERS.with(WITHOUT_CANDIDATES), Duty::Release, Due::By(Event::FinalRc)),
    owed(SERVICES_AND_OTHERS.with(WITHOUT_CANDIDATES), Duty::Branch, Due::By(Event::FinalRc)),
];

/// What closes on the branches of a project, where no request shows it.
static UNSEEN: &[(Event, Who)] = &[(Event::FeatureFreeze, NOT_LIBRARIES.with(BY_HAND))];

/// Whether something closes, opens or is due with `event` for deliverables like `profile`.
pub(super) fn concerns(event: Event, profile: Profile) -> bool {
    let is_owed = || OWED.iter().any(|owed| owed.due.goes_by(event) && owed.who.covers(profile));
    let is_limited =
        |asked: &Asked| Limit::that_apply(profile, *asked).any(|limit| limit.goes_by(event));
    let is_unseen = || UNSEEN.iter().any(|(other, who)| *other == event && who.covers(profile));
    TAGGED.contains(&profile.model)
        && (is_owed()
            || is_unseen()
            || asked_of(profile, Some(Status::Development)).iter().any(is_limited))
}
