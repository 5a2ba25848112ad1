//! The one list of the kinds of steps. A new kind is a folder of `steps` and a line here.

use crate::plan::{CarryOut, StepKind};
use crate::steps::{
    AnnouncementKind, BugKind, BugStatusKind, ConstraintKind, DeletionKind, DownstreamKind,
    FollowUpKind, NewBranchKind, ProvenanceKind, StoryKind, TagKind, Tools,
};

/// The kinds of steps, in the order in which their steps of one release are done.
pub(super) fn kinds<'t>() -> [&'t dyn CarryOut<Tools<'t>>; 11] {
    [
        &TagKind,
        &NewBranchKind,
        &DeletionKind,
        &DownstreamKind,
        &AnnouncementKind,
        &ProvenanceKind,
        &FollowUpKind,
        &ConstraintKind,
        &BugKind,
        &BugStatusKind,
        &StoryKind,
    ]
}

/// The same, for commands that only plan.
pub(super) fn planned_kinds<'t>() -> [&'t dyn StepKind; 11] {
    kinds().map(|kind| kind as &dyn StepKind)
}
