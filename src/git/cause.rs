//! Why a command that talked to a remote failed, from what git, ssh and curl say.

use super::remote::RemoteUrl;

/// Who has to do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The server says that there is no such repository.
    Absent,
    /// git on this machine refused: a setting, an owner.
    Here,
    /// The login is missing or wrong, or may not do that.
    Login,
    /// The server is not who we know, by its ssh key or its certificate.
    Identity,
    /// A proxy is in the way.
    Proxy,
    /// Host or network.
    Network,
    /// The host was too slow.
    TimedOut,
    /// Anything else.
    Unknown,
}

/// Words of git itself, of ssh and of curl; the first that a line contains decides. Not translated: we set `LC_ALL`.
const WORDS: &[(&str, Cause)] = &[
    ("detected dubious ownership in repository", Cause::Here),
    ("cannot use bare repository", Cause::Here),
    ("' not allowed", Cause::Here),
    ("fsck error in packed object", Cause::Here),
    ("bad config line", Cause::Here),
    ("bad config variable", Cause::Here),
    ("bad numeric config value", Cause::Here),
    ("bad boolean config value", Cause::Here),
    ("is not a valid remote name", Cause::Here),
    ("Unable to find remote helper", Cause::Here),
    ("is not a git command", Cause::Here),
    ("from proxy after CONNECT", Cause::Proxy),
    ("Could not resolve proxy", Cause::Proxy),
    ("Proxy CONNECT aborted", Cause::Proxy),
    ("error: 407", Cause::Proxy),
    ("Unsupported proxy", Cause::Proxy),
    ("Host key verification failed", Cause::Identity),
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", Cause::Identity),
    ("certificate", Cause::Identity),
    ("SSL", Cause::Identity),
    ("Authentication failed", Cause::Login),
    ("could not read Username", Cause::Login),
    ("could not read Password", Cause::Login),
    ("terminal prompts disabled", Cause::Login),
    ("Permission denied", Cause::Login),
    ("error: 401", Cause::Login),
    ("error: 403", Cause::Login),
    ("access denied", Cause::Login),
    ("Too many authentication failures", Cause::Login),
    ("Could not resolve host", Cause::Network),
    ("Name or service not known", Cause::Network),
    ("Temporary failure in name resolution", Cause::Network),
    ("Connection refused", Cause::Network),
    ("Connection timed out", Cause::TimedOut),
    ("Connection reset", Cause::Network),
    ("Connection closed", Cause::Network),
    ("No route to host", Cause::Network),
    ("Network is unreachable", Cause::Network),
    ("Failed to connect", Cause::Network),
    ("Couldn't connect", Cause::Network),
    ("no answer within", Cause::TimedOut),
    ("the remote end hung up", Cause::Network),
];

impl Cause {
    /// By the words of a command that talked to `url`.
    pub(super) fn of(said: &str, url: &str) -> Self {
        if said.lines().any(|line| says_absent(line.trim())) {
            return Self::Absent;
        }
        if is_about_proxy(said, url) {
            return Self::Proxy;
        }
        let local = |line: &&str| !line.trim_start().starts_with("remote:");
        let found = |(word, cause): &(&str, Self)| {
            // What the server says of its own settings is not about ours.
            let mut lines = said.lines().filter(|line| *cause != Self::Here || local(line));
            lines.any(|line| line.contains(word)).then_some(*cause)
        };
        WORDS.iter().find_map(found).unwrap_or(Self::Unknown)
    }

    /// What to do about it.
    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Absent => "check the name, and the URL templates in tagkeeper.yaml",
            Self::Here => {
                "find the setting with `git config --show-origin --list` and change it there; the network is fine"
            }
            Self::Login => {
                "check the login: the key that ssh offers (`ssh -v`), the credential helper of git, or the login in the URL"
            }
            Self::Identity => {
                "check that this is the right host, then add its key to known_hosts or its authority to the trusted certificates"
            }
            Self::Proxy => {
                "check http_proxy, https_proxy and no_proxy, and `http.proxy` of git; the server itself was not asked"
            }
            Self::Network | Self::TimedOut => {
                "check the network, the host and the port, then run again"
            }
            Self::Unknown => "check the URL, then run again",
        }
    }
}

/// Whether this line of git's standard error is a server's word that the repository is not there.
///
/// Words that leave it open whether we may only not see it ("access denied or repository not exported") are not among
/// them.
fn says_absent(line: &str) -> bool {
    let line = line.strip_prefix("remote: ").unwrap_or(line);
    let Some(said) = line.strip_prefix("fatal: ") else { return false };
    // Of git itself, for a 404 over HTTP.
    (said.starts_with("repository '") && said.ends_with("' not found"))
        // git daemon --informative-errors
        || said.starts_with("remote error: no such repository: ")
        // Gerrit over ssh
        || (said.starts_with("project ") && said.ends_with(" not found"))
}

/// curl names the host that it could not connect to: where that is not the host of the URL, it is a proxy.
fn is_about_proxy(said: &str, url: &str) -> bool {
    let Some((host, port)) = RemoteUrl::web_host(url) else { return false };
    let Some((_, rest)) = said.split_once("Failed to connect to ") else { return false };
    let mut words = rest.split_whitespace();
    let (Some(tried), Some("port"), Some(number)) = (words.next(), words.next(), words.next())
    else {
        return false;
    };
    !tried.eq_ignore_ascii_case(&host) || number.trim_end_matches([':', ',']) != port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_at_hand_is_found() {
        use Cause::{Absent, Here, Identity, Login, Network, Proxy, Unknown};
        for (said, cause) in [
            ("fatal: repository 'https://host/a/' not found", Absent),
            ("fatal: project a not found", Absent),
            (
                "error: object 12: zeroPaddedFilemode: x\nfatal: fsck error in packed object\nfatal: fetch-pack: invalid index-pack output",
                Here,
            ),
            ("fatal: transport 'ext' not allowed", Here),
            ("fatal: detected dubious ownership in repository at '/srv/a'", Here),
            ("fatal: bad config line 3 in file /home/ann/.gitconfig", Here),
            (
                "remote: fatal: bad config line 3 in file config\nfatal: the remote end hung up upon initial contact",
                Network,
            ),
            (
                "fatal: unable to access 'https://host/a/': Received HTTP code 407 from proxy after CONNECT",
                Proxy,
            ),
            ("fatal: unable to access 'https://host/a/': Could not resolve proxy: p", Proxy),
            (
                "fatal: unable to access 'https://host/a/': Failed to connect to 10.0.0.1 port 3128: Connection refused",
                Proxy,
            ),
            (
                "fatal: unable to access 'https://host/a/': Failed to connect to host port 443 after 3 ms: Couldn't connect to server",
                Network,
            ),
            ("fatal: unable to access 'https://host/a/': Could not resolve host: host", Network),
            (
                "fatal: unable to access 'https://host/a/': The requested URL returned error: 403",
                Login,
            ),
            ("fatal: could not read Username for 'https://host': terminal prompts disabled", Login),
            (
                "me@host: Permission denied (publickey).\nfatal: Could not read from remote repository.",
                Login,
            ),
            (
                "Host key verification failed.\nfatal: Could not read from remote repository.",
                Identity,
            ),
            (
                "fatal: unable to access 'https://host/': SSL certificate problem: self-signed certificate",
                Identity,
            ),
            ("fatal: something new", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(Cause::of(said, "https://me:x@host/a"), cause, "{said}");
        }
    }
}
