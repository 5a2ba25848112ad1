//! Configuration of a site: `tagkeeper.yaml`, and what `release-policy.yaml` decides.
//!
//! Everything is typed, every key has a default, and a mistake is reported at its line.

mod debug;
mod keys;
mod policy;
mod read;
mod site;
mod terms;

pub use keys::{KEYS, Key};
pub use policy::{
    Broken, Day, Described, Hold, HoldStatus, Holding, Hours, OnCall, POLICY, Policy, PolicyLevel,
    RuleLevel, Soak, Who, Window, policy_schema,
};
pub use site::{
    Announce, Approval, CONFIG, ClosedSeries, Config, Mail, PackageIndex, Signing, SigningFormat,
    expand_home,
};
