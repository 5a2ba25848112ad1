//! The reader of YAML in which every scalar keeps its place.
//!
//! Bytes go one way: `preflight` refuses what no file of ours holds (other encodings, control characters,
//! tabs, too much of it), `parse` builds a tree of [`Node`]s and refuses what makes YAML dangerous or ambiguous
//! (anchors, tags, second documents, duplicate keys), `resolve` says what a plain scalar means by YAML 1.2,
//! and a [`Decoder`] turns nodes into typed values and gathers every mistake on the way instead of stopping at the first.

mod decode;
mod node;
mod parse;
mod preflight;
mod resolve;
mod source;
mod suggest;

pub use decode::{Decoder, Field, Fields, Word};
pub use node::{Content, Entry, Node};
pub use parse::parse;
pub use resolve::Meaning;

/// Largest file that is read, in bytes; the record's largest is 140 kB.
pub const MAX_BYTES: usize = 256 * 1024;
/// Deepest nesting that is read; deliverable files need six.
pub const MAX_DEPTH: usize = 32;
