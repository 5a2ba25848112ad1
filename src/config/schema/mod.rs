//! JSON Schemas of the files that people write, for editors, in the form that SchemaStore takes.
//!
//! They are made of the tables of keys and words that the readers go by. They say what can be said of one value: what takes
//! two files or a repository to see is for the rules.

mod catalog;
mod deliverable;
pub(super) mod form;
mod record;
mod site;

pub use catalog::catalog;
pub use deliverable::deliverable_schema;
pub use record::{schedule_schema, series_schema};
pub use site::site_schema;
