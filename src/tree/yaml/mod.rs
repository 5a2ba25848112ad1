//! A YAML reader that keeps the place of every scalar.
//!
//! `preflight` refuses what no deliverable file contains (other encodings, control characters, tabs, huge files). `parse` builds
//! a tree of [`Node`]s and refuses what makes YAML dangerous or ambiguous (anchors, tags, second documents, duplicate keys).
//! `resolve` finds the meaning of a plain scalar by YAML 1.2. A [`Decoder`] turns nodes into typed values, and collects every
//! problem instead of stopping at the first.

mod decode;
mod explain;
mod field;
mod node;
mod parse;
mod preflight;
mod quote;
mod resolve;
mod source;
pub mod style;
mod suggest;

pub use decode::{Decoder, Word};
pub use field::{Field, Fields};
pub use node::{Content, Entry, Node, Style};
pub use parse::parse;
pub use quote::{Around, quote, requote};
pub use resolve::Meaning;
pub(crate) use suggest::nearest;

/// Largest file that is read, in bytes. The largest known deliverable file has 140 kB.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting that is read. Deliverable files need six levels.
pub const MAX_DEPTH: usize = 32;
