//! What a server shows of what it accepted.

use std::thread;
use std::time::Duration;

/// After each of these, what is not shown yet is looked for again: a server may answer readers from a cache.
const LOOK_AGAIN_AFTER: [Duration; 3] =
    [Duration::from_millis(200), Duration::from_millis(800), Duration::from_secs(2)];

/// Looks for what was sent until it is shown, for some seconds.
///
/// # Errors
/// When one look fails.
pub(super) fn read_back<T, E>(
    look: &mut dyn FnMut() -> Result<Option<T>, E>,
) -> Result<Option<T>, E> {
    for pause in LOOK_AGAIN_AFTER {
        if let Some(found) = look()? {
            return Ok(Some(found));
        }
        thread::sleep(pause);
    }
    look()
}
