//! `data/series_status.yaml`: the series, newest first.

use jiff::civil::Date;

use super::deliverable::Status;
use super::place::Placed;

/// The series of a releases repository, newest first, as the file lists them.
#[derive(Clone, Debug, Default)]
pub struct SeriesList {
    /// Newest first.
    pub all: Vec<Series>,
}

/// One series.
#[derive(Clone, Debug)]
pub struct Series {
    /// Such as `hibiscus`; also the directory under `deliverables/`.
    pub name: Placed<String>,
    /// Such as `2026.2`; old series have none.
    pub release_id: Option<Placed<String>>,
    /// Its phase.
    pub status: Placed<Status>,
    /// The release day.
    pub initial_release: Option<Placed<Date>>,
    /// The phase planned next, and when.
    pub next_phase: Option<NextPhase>,
    /// When it was closed.
    pub eol_date: Option<Placed<Date>>,
    /// The key that signed its tags while it was in development.
    pub signing_key: Option<SigningKey>,
}

/// The phase planned after the present one.
#[derive(Clone, Debug)]
pub struct NextPhase {
    /// What it will be.
    pub status: Placed<Status>,
    /// When; not always decided.
    pub date: Option<Placed<Date>>,
}

/// The signing key of a series.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Fingerprint in lower case hex.
    pub key: Placed<String>,
    /// First day.
    pub start: Option<Placed<Date>>,
    /// Last day; `None` for `present`.
    pub end: Option<Placed<Date>>,
}
