//! From names to paths and addresses: the only place where a name of the record becomes part of either.

pub(super) use crate::text::html::anchor;
use crate::tree::part::check_part;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What an address shows as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// `name` as one part of a path.
///
/// # Errors
/// Why it cannot be one: a phrase that goes after the name.
pub(super) fn part(name: &str) -> Result<&str, String> {
    check_part(name).map(|()| name).map_err(|why| why.to_string())
}

/// A name of several words, such as that of a team, as one part of a path.
///
/// # Errors
/// As [`part`].
pub(super) fn slug(name: &str) -> Result<String, String> {
    let slug = name.to_lowercase().replace(['-', ' '], "_");
    part(&slug).map(str::to_owned)
}

/// The path of a page as an address, relative to the top.
pub(super) fn address(path: &str) -> String {
    utf8_percent_encode(path, PLAIN).to_string()
}

/// What leads from the page at `path` to the top: `../` for each folder.
pub(super) fn to_top(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

#[cfg(test)]
mod tests {
    use super::{address, anchor, slug, to_top};

    #[test]
    fn teams_keep_the_addresses_that_they_had() {
        assert_eq!(slug("Puppet OpenStack").as_deref(), Ok("puppet_openstack"));
        assert_eq!(slug("ec2-api").as_deref(), Ok("ec2_api"));
        assert!(slug("../x").is_err() && slug("a/b").is_err());
    }

    #[test]
    fn addresses_and_anchors() {
        assert_eq!(address("deliverables/größe+1.html"), "deliverables/gr%C3%B6%C3%9Fe%2B1.html");
        assert_eq!(
            (to_top("index.html"), to_top("teams/x.html")),
            (String::new(), "../".to_owned())
        );
        assert_eq!(anchor("h-Final_lib: now."), "h-final-lib-now");
    }
}
