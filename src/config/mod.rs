//! Configuration of a site: `tagkeeper.yaml`, and the levels of `release-policy.yaml`.
//!
//! Everything is typed, every key has a default, and a mistake is reported at its line.

mod keys;
mod policy;
mod read;
mod site;

pub use keys::{KEYS, Key};
pub use policy::{Policy, PolicyLevel, RuleLevel};
pub use site::{Announce, ClosedSeries, Config, Mail, Signing, SigningFormat, expand_home};
