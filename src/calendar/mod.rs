//! What may be released when: the dates of a cycle, and what holds a tag.
//!
//! Pure: the caller passes the time. Days are UTC days, except in windows, which use the local time of their zone.

mod closed;
mod cycle;
mod day;
mod limit;
mod member;
mod missing;
mod offer;
mod opening;
mod outlook;
mod table;
mod wait;
mod window;

pub use closed::{is_in_closed_series, is_refused_by_closed_series};
pub use cycle::{Cycle, Deadline, Event};
pub use day::{moment, start_of, utc_day, written};
pub use limit::{Asked, CountedFrom, DatedLimit, Limit, Permission};
pub use member::{Member, Profile, TaggedSoFar};
pub use missing::{Duty, Lacking, Missing};
pub use offer::{Offer, Phase};
pub use outlook::{Group, Outlook, OutlookInput, ShownDay, ShownEvent, ShownWeek, Tags};
pub use wait::{
    Basis, FINAL_TOO_EARLY, FinalOpening, HOLD, HOLDING, Merged, PASSED_BY_URGENCY, RELEASE_DAY,
    RELEASE_WINDOW, SOAK, Until, Wait, WaitCourse, Waiting, Yields,
};
pub use window::openings;
