//! How people name a change.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A number, a Change-Id, or `project~branch~Change-Id`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChangeName(String);

impl ChangeName {
    /// The part of a URL.
    pub(super) fn in_url(&self) -> String {
        encoded(&self.0)
    }
}

impl FromStr for ChangeName {
    type Err = String;

    /// Takes also the URL of a change, and `number,patchset` as Gerrit writes it; the patch set does not matter.
    fn from_str(text: &str) -> Result<Self, String> {
        let named = match text.split_once("://") {
            Some((_, rest)) => number_of_url(rest).ok_or_else(|| wrong(text))?,
            None => text.split(',').next().unwrap_or_default(),
        };
        let is_number = !named.is_empty() && named.bytes().all(|byte| byte.is_ascii_digit());
        let id = named.rsplit('~').next().unwrap_or_default();
        if is_number || is_change_id(id) { Ok(Self(named.to_owned())) } else { Err(wrong(text)) }
    }
}

impl From<u64> for ChangeName {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl fmt::Display for ChangeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether it is what Gerrit writes after `Change-Id:`: `I` and 40 hex digits.
pub fn is_change_id(text: &str) -> bool {
    text.strip_prefix('I')
        .is_some_and(|hex| hex.len() == 40 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn wrong(text: &str) -> String {
    format!("`{text}` is not a change: use its number, URL or Change-Id")
}

/// `123` of `host/c/project/+/123/4`, of the old `host/#/c/123` and of the short `host/123`.
fn number_of_url(rest: &str) -> Option<&str> {
    let named = rest.split_once("/+/").or_else(|| rest.split_once("/#/c/"));
    let after = named.or_else(|| rest.split_once('/'))?.1;
    after.split(['/', '?', '#']).next()
}

/// What a part of a path keeps as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as one part of a path in a URL.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::ChangeName;

    #[test]
    fn a_change_is_named_in_many_ways() {
        let id = "I0123456789012345678901234567890123456789";
        let triplet = format!("openstack/releases~master~{id}");
        for (text, url) in [
            ("123", "123"),
            ("123,4", "123"),
            ("https://review.example/c/openstack/releases/+/123/4/deliverables/x.yaml", "123"),
            ("https://review.example/#/c/123/", "123"),
            ("https://review.example/123", "123"),
            (id, id),
            (&triplet, &format!("openstack%2Freleases~master~{id}")),
        ] {
            assert_eq!(text.parse::<ChangeName>().unwrap().in_url(), url);
        }
        for wrong in ["", "12x", "I12", "https://review.example/q/status:open", "../123", ",1"] {
            assert!(wrong.parse::<ChangeName>().is_err(), "{wrong}");
        }
    }
}
