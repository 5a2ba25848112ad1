//! What a request makes us want to know of the world outside the releases repository.
//!
//! A [`Question`] is plain data; rules and the plan put it into an [`Asks`], [`gather`] answers
//! all of them in parallel, and they read the [`Answer`]s from [`Facts`]. A new kind of fact is
//! one file here: the question, what it answers, and how the answer is found.

mod answer;
mod ask;
pub mod document;
mod gather;
pub mod governance;
mod hidden;
pub mod object;
pub mod people;
pub mod pushed;
pub mod repository;
pub mod review;
mod sources;
mod unknown;

pub use answer::Answer;
pub use ask::{Asks, Facts, Question};
pub use gather::gather;
pub use hidden::Hidden;
pub use sources::{Documents, Network, Opened, Sources};
pub use unknown::{Asked, Cause, Matter, Unknown};
