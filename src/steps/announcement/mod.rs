//! The announcement of a release: one mail per repository and version.
//!
//! [`Released`] is what the tag says, [`News`] what the project says in its release notes; [`Announcement`] is it in words; [`Mail`] is the message with
//! its headers; [`Delivery`] hands it over, with the three answers of [`MailOutcome`]. The same release
//! announced twice gives the same words and the same Message-ID: nothing here looks at a clock.

mod delivery;
mod kind;
mod mail;
mod news;
mod read_back;
mod released;
mod render;
mod samples;
mod template;

pub use crate::net::smtp::{Lasts, MailOutcome, Refusal};
pub use delivery::Delivery;
pub use kind::{ACTION, AnnouncementKind, IN_LEDGER};
pub use mail::{Addresses, Letter, Mail, MailError, is_address};
pub use news::{News, news};
pub use read_back::{ReleaseError, TagAtHand, foretold, released};
pub use released::{
    BugTracker, ReleaseLinks, Released, ReleasedCommit, ReleasedSeries, SeriesPhase, SignedBy,
    Since,
};
pub use render::{Announcement, RenderError};
use samples::samples;
pub use template::{DEFAULT_TEMPLATE, SiteTemplate, Template};
