//! Where a redirect leads.

use super::error::HttpProblem;

/// The URL that `location` means for one who asked `url`. A login in `url` goes along to the same server only, and what was
/// asked over https is not asked without.
pub(super) fn target(url: &str, location: &str) -> Result<String, HttpProblem> {
    let (scheme, rest) = url.split_once("://").ok_or(HttpProblem::Address)?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let base = format!("{scheme}://{authority}");
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_whole = location.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme));
    let target = if is_whole {
        location.to_owned()
    } else if let Some(elsewhere) = location.strip_prefix("//") {
        format!("{scheme}://{elsewhere}")
    } else if location.starts_with('/') {
        format!("{base}{location}")
    } else {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{base}{folder}/{location}")
    };
    let new_scheme = target.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    match (scheme, new_scheme.as_deref()) {
        (_, Some("https")) => {}
        ("https", _) => return Err(HttpProblem::Garbled("a redirect leaves https".to_owned())),
        (_, Some("http")) => {}
        _ => return Err(HttpProblem::Garbled("a redirect leads to no web server".to_owned())),
    }
    Ok(with_login_of(url, target))
}

/// Puts the login of `url` into `target` where both are of the same server and `target` has none.
fn with_login_of(url: &str, target: String) -> String {
    let parts = |url: &str| {
        let (scheme, rest) = url.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next()?;
        let (login, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        Some((scheme.to_ascii_lowercase(), login.to_owned(), host.to_ascii_lowercase()))
    };
    match (parts(url), parts(&target)) {
        (Some((scheme, login, host)), Some((to_scheme, to_login, to_host)))
            if !login.is_empty()
                && to_login.is_empty()
                && (&scheme, &host) == (&to_scheme, &to_host) =>
        {
            target.replacen("://", &format!("://{login}@"), 1)
        }
        _ => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_may_be_short() {
        let url = "https://garden.example/a/b?c#d";
        for (location, expected) in [
            ("/x", "https://garden.example/x"),
            ("x?y=http://z", "https://garden.example/a/x?y=http://z"),
            ("//other.example/x", "https://other.example/x"),
            ("https://other.example", "https://other.example"),
        ] {
            assert_eq!(target(url, location).unwrap(), expected, "{location}");
        }
        assert_eq!(target("http://garden.example", "x").unwrap(), "http://garden.example/x");
    }

    #[test]
    fn a_login_stays_with_its_server() {
        let url = "http://me:hunter2@garden.example:80/a";
        assert_eq!(target(url, "/b").unwrap(), "http://me:hunter2@garden.example:80/b");
        for elsewhere in
            ["http://other.example/b", "//garden.example:81/b", "https://garden.example:80/b"]
        {
            assert!(!target(url, elsewhere).unwrap().contains("hunter2"), "{elsewhere}");
        }
    }

    #[test]
    fn https_is_not_left() {
        for location in ["http://garden.example/", "file:///etc/passwd", "ftp://garden.example/"] {
            assert!(target("https://garden.example/", location).is_err(), "{location}");
        }
        assert!(target("http://garden.example/", "file:///etc/passwd").is_err());
    }
}
