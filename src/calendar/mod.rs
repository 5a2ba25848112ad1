//! When what may be released: the dates of a cycle.
//!
//! Pure: whoever asks brings the time. Days are days of UTC.

mod cycle;
mod day;

pub use cycle::{Cycle, Deadline, Event};
pub use day::{start_of, utc_day, written};
