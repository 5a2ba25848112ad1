//! The login of Launchpad's API: an OAuth token, as `launchpadlib` keeps it in a file.

use std::path::Path;

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::credential::{Credential, CredentialError};
use super::login;

/// The lines of the file that make up a login.
const KEYS: [&str; 4] = ["consumer_key", "consumer_secret", "access_token", "access_secret"];

/// Reads a file such as the following; `now` goes into what is sent.
///
/// ```text
/// [1]
/// consumer_key = tagkeeper
/// consumer_secret =
/// access_token = …
/// access_secret = …
/// ```
///
/// # Errors
///
/// When the file cannot be read, or lacks one of the four; what it holds is never shown.
pub fn launchpad_login(path: &Path, now: Timestamp) -> Result<Credential, CredentialError> {
    let text = login::read(path)?;
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let (name, value) = line.split_once(['=', ':'])?;
            (name.trim() == key).then(|| value.trim().to_owned())
        })
    };
    let form = || CredentialError::Form(path.to_owned());
    let [consumer, consumer_secret, token, secret] = KEYS.map(value);
    let (consumer, token, secret) =
        (consumer.ok_or_else(form)?, token.ok_or_else(form)?, secret.ok_or_else(form)?);
    let quoted = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let signature = format!("{}&{}", quoted(&consumer_secret.unwrap_or_default()), quoted(&secret));
    let parts = [
        ("realm", "https://api.launchpad.net/".to_owned()),
        ("oauth_consumer_key", quoted(&consumer)),
        ("oauth_token", quoted(&token)),
        ("oauth_signature_method", "PLAINTEXT".to_owned()),
        ("oauth_signature", quoted(&signature)),
        ("oauth_timestamp", now.as_second().to_string()),
        ("oauth_nonce", now.as_nanosecond().to_string()),
        ("oauth_version", "1.0".to_owned()),
    ];
    let parts: Vec<String> =
        parts.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    Ok(Credential::Header(format!("OAuth {}", parts.join(", "))))
}

#[cfg(test)]
mod tests {
    use super::launchpad_login;

    #[test]
    fn what_is_no_login_is_named_and_not_quoted() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[1]\nconsumer_key = a\naccess_secret = hunter2\n").unwrap();
        let Err(error) = launchpad_login(file.path(), jiff::Timestamp::UNIX_EPOCH) else {
            panic!("it has no token")
        };
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
