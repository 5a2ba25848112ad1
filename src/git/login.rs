//! The login of a URL, kept out of argument lists.
//!
//! git hands a URL on to its helpers (`git remote-https NAME URL`), where every user of the machine can read it. So git
//! gets the URL without the login, and a credential helper that reads the login from the environment of git alone.

use std::fmt;

use percent_encoding::percent_decode_str;

/// The environment that the helper reads.
const USERNAME: &str = "TK_GIT_USERNAME";
const PASSWORD: &str = "TK_GIT_PASSWORD";

/// Says the login when it is asked for, and is deaf to `store` and `erase`.
const HELPER: &str = "!f() { test \"$1\" != get || printf 'username=%s\\npassword=%s\\n' \
                      \"$TK_GIT_USERNAME\" \"$TK_GIT_PASSWORD\"; }; f";

/// A URL taken apart for git.
#[derive(Default, PartialEq, Eq)]
pub(super) struct Address {
    /// The URL, safe to show.
    pub(super) url: String,
    /// Configuration for git: keys and values, in order.
    pub(super) config: Vec<(String, String)>,
    /// Variables for git.
    pub(super) variables: Vec<(&'static str, String)>,
    /// What must not be shown, as it was written and as it is meant.
    pub(super) secrets: Vec<String>,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Address {
    pub(super) fn of(url: &str) -> Self {
        let plain = || Self { url: url.to_owned(), ..Self::default() };
        let Some((scheme, rest)) = url.split_once("://") else { return plain() };
        let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let Some(at) = rest[..authority].rfind('@') else { return plain() };
        let (login, host) = (&rest[..at], &rest[at + 1..]);
        let (user, password) = match login.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (login, None),
        };
        if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
            // ssh has no use for a password, and would show it in its own argument list.
            let url = format!("{scheme}://{user}@{host}");
            let secrets = password.map(str::to_owned).into_iter().collect();
            return Self { url, secrets, ..Self::default() };
        }
        let scope = format!("credential.{scheme}://{}", &rest[at + 1..authority]);
        let mut address = Self { url: format!("{scheme}://{host}"), ..Self::default() };
        address.keep_secret(password.unwrap_or(user));
        let user = decoded(user);
        match password.map(decoded) {
            Some(password) => {
                // An empty one takes away all helpers before it: this login and no other is meant.
                address.config.push((format!("{scope}.helper"), String::new()));
                address.config.push((format!("{scope}.helper"), HELPER.to_owned()));
                address.variables.extend([(USERNAME, user), (PASSWORD, password)]);
            }
            None => address.config.push((format!("{scope}.username"), user)),
        }
        address
    }

    fn keep_secret(&mut self, text: &str) {
        self.secrets.extend([text.to_owned(), decoded(text)]);
        self.secrets.retain(|secret| !secret.is_empty());
        self.secrets.dedup();
    }
}

/// What a URL means by `text`. A line end cannot be said to git, and is in no password.
fn decoded(text: &str) -> String {
    let text = percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.replace(['\n', '\r', '\0'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_stays_in_a_url() {
        for (url, shown) in [
            ("https://me:s%40cret@host:8443/a/b", "https://host:8443/a/b"),
            ("http://me:s@cret@host", "http://host"),
            ("https://token@host/a", "https://host/a"),
            ("https://me:@host/a", "https://host/a"),
            ("ssh://me:secret@host:29418/a", "ssh://me@host:29418/a"),
            ("ssh://me@host/a", "ssh://me@host/a"),
            ("https://host/a@b", "https://host/a@b"),
            ("git@host:a/b", "git@host:a/b"),
            ("/srv/a@b", "/srv/a@b"),
        ] {
            assert_eq!(Address::of(url).url, shown, "{url}");
        }
    }

    #[test]
    fn a_login_is_meant_for_its_host_and_decoded() {
        let address = Address::of("https://m%65:s%40cret@host:8443/a");
        let keys: Vec<_> = address.config.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["credential.https://host:8443.helper"; 2]);
        assert_eq!(
            address.variables,
            [(USERNAME, "me".to_owned()), (PASSWORD, "s@cret".to_owned())]
        );
        assert!(address.config.iter().all(|(_, value)| !value.contains("cret")));
        assert_eq!(address.secrets, ["s%40cret", "s@cret"]);
        let token = Address::of("https://token@host/a");
        assert_eq!(
            token.config,
            [("credential.https://host.username".to_owned(), "token".to_owned())]
        );
        assert_eq!(token.secrets, ["token"]);
    }
}
