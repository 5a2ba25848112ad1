//! How long to wait before the next try.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use jiff::fmt::rfc2822;
use ureq::http::HeaderMap;

/// The pause after so many tries: doubled each time, then anything between the half and the whole
/// of it, so that many clients do not come back together.
pub(super) fn pause(first: Duration, tries: u32) -> Duration {
    let whole = first.saturating_mul(1 << (tries - 1).min(10));
    let chance = RandomState::new().hash_one(tries) % 1000;
    whole.mul_f64(0.5 + chance as f64 / 2000.0)
}

/// What `Retry-After` asks for: seconds, or a date that is measured against the server's own clock.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| rfc2822::parse(text).ok().map(|date| date.timestamp());
    let now = date(headers.get("date")?.to_str().ok()?)?;
    Some(Duration::try_from(date(text)?.duration_since(now)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn pauses_grow_and_stay_between_half_and_whole() {
        for _ in 0..50 {
            let second = Duration::from_secs(1);
            assert!((0.5..=1.0).contains(&pause(second, 1).as_secs_f64()));
            assert!((2.0..=4.0).contains(&pause(second, 3).as_secs_f64()));
        }
    }

    #[test]
    fn retry_after_is_read_as_seconds_or_as_a_date() {
        assert_eq!(retry_after(&headers(&[("retry-after", "7")])), Some(Duration::from_secs(7)));
        let date = "Fri, 31 Dec 1999 23:59:59 GMT";
        let now = ("date", "Fri, 31 Dec 1999 23:59:29 GMT");
        let asked = headers(&[("retry-after", date), now]);
        assert_eq!(retry_after(&asked), Some(Duration::from_secs(30)));
        let past = headers(&[("retry-after", "Fri, 31 Dec 1999 23:00:00 GMT"), now]);
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        assert_eq!(retry_after(&headers(&[("retry-after", date)])), None);
        assert_eq!(retry_after(&headers(&[("retry-after", "soon"), now])), None);
        assert_eq!(retry_after(&headers(&[])), None);
    }
}
