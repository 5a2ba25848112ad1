//! Configuration of a site: `tagkeeper.yaml`, and what `release-policy.yaml` decides.
//!
//! Everything is typed, every key has a default, and a mistake is reported at its line.

mod after;
mod authoring;
mod debug;
mod keys;
mod mail;
mod named;
mod pages;
mod policy;
mod read;
mod reviewing;
mod schema;
mod site;
mod terms;

pub use after::{AfterTag, Optional, Proposals};
pub use authoring::Authoring;
pub use keys::{KEYS, Key};
pub use mail::{Mail, PreReleases, Recipients};
pub use named::{read_named, read_named_text};
pub use pages::{Pages, breaks_a_redirect};
pub use policy::{
    Broken, BuiltIn, ConstraintDays, Day, Described, Downstream, Find, FollowUp, Hold, HoldStatus,
    Holding, Hours, Job, Matches, On, OnCall, POLICY, Piece, Policy, PolicyLevel, RuleLevel, Soak,
    Urgent, Voters, Who, Window, policy_schema,
};
pub use reviewing::ReviewConfig;
pub use schema::{catalog, deliverable_schema, schedule_schema, series_schema, site_schema};
pub use site::{
    Announce, Approvers, CONFIG, ClosedSeries, Config, PackageIndex, Signing, SigningFormat,
    expand_home,
};
