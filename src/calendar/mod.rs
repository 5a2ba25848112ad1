//! When what may be released: the dates of a cycle, and what a tag waits for.
//!
//! Pure: whoever asks brings the time. Days are days of UTC, but for windows, which follow the clock on the wall of their zone.

mod cycle;
mod day;
mod wait;

pub use cycle::{Cycle, Deadline, Event};
pub use day::{start_of, utc_day, written};
pub use wait::{HOLD, Merged, RELEASE_DAY, RELEASE_WINDOW, SOAK, Until, Wait, Waiting, Yields};
