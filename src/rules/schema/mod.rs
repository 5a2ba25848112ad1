//! Rules about one file by itself.

pub(super) mod filename;
pub(super) mod schema_rule;
pub(super) mod yaml_syntax;
