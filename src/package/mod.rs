//! What a project says about itself in its own files at a commit: its name, what it needs, its classifiers, its version.
//!
//! Nothing is ever run. What a file computes is [`Undecided`], and so is a file that cannot be read: neither is absent. Each
//! finding has its [`Origin`], so that a message can name the line. The files are foreign: reading takes linear time and no
//! deep recursion.

mod build_system;
mod changes;
mod classifiers;
mod files;
mod gitreview;
mod ini;
mod marker;
mod metadata;
mod name;
mod project;
mod pyproject;
mod python;
mod pythons;
mod raised;
mod requirement;
mod requirements;
mod setup_cfg;
mod setup_py;
mod stated_version;
mod submodules;

pub use build_system::build_requirements;
pub use changes::{ChangedRequirement, RequirementChange, changes};
pub use classifiers::{Trove, trove};
pub use files::{FromFiles, Origin, ProjectFiles, Sourced, Undecided};
pub use gitreview::reviewed_project;
pub use marker::{Environment, Marker, Platform};
pub use metadata::{ChangedField, MetadataField, metadata_changes};
pub use name::normalized;
pub use project::{MAIN_FILES, Package};
pub use pythons::Python;
pub use raised::{Raised, raised};
pub use requirement::{Minimum, Requirement};
pub use requirements::{Needed, Requirements, beside};
pub use stated_version::{in_json, in_xstatic};
pub use submodules::submodule_paths;
