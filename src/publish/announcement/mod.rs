//! The announcement of a release: one mail per repository and version.
//!
//! [`Released`] is what the tag says; [`Announcement`] is it in words; [`Mail`] is the message with
//! its headers; [`Delivery`] hands it over, with the three answers of [`Outcome`]. The same release
//! announced twice gives the same bytes and the same Message-ID: nothing here looks at a clock.

mod delivery;
mod mail;
mod released;
mod render;
mod wrap;

pub use crate::net::smtp::{Lasts, Outcome, Refusal};
pub use delivery::Delivery;
pub use mail::{Addresses, Mail, MailError};
pub use released::{BugTracker, Change, Links, Phase, Released, Series, Since};
pub use render::{Announcement, DEFAULT_TEMPLATE, RenderError, Template};

/// Whether this version is announced: full releases and pre-releases are, the tags that end or
/// mark a branch (`…-em`, `…-eom`, `…-eol`, `…-last`) never.
pub fn is_announced(version: &str) -> bool {
    !["-em", "-eom", "-eol", "-last"].iter().any(|end| version.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::is_announced;

    #[test]
    fn releases_and_their_forerunners_are_announced() {
        for version in ["9.1.0", "9.1.0.0b1", "9.1.0.0rc2", "0.0.1", "2015.1.0"] {
            assert!(is_announced(version), "{version}");
        }
    }

    #[test]
    fn tags_that_end_or_mark_a_branch_are_not_announced() {
        for version in ["rocky-em", "2023.1-eom", "zed-eol", "ussuri-last"] {
            assert!(!is_announced(version), "{version}");
        }
    }
}
