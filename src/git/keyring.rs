//! What gpg lists of a key, and whether that key can sign at a given time.

use jiff::Timestamp;

use super::sign::{KeyError, KeyInfo};

/// A `sec` or `ssb` line of gpg's listing with colons.
struct Key<'a> {
    validity: &'a str,
    created: Option<i64>,
    expires: Option<i64>,
    /// Small letters: of this key; capital ones: of the whole key, by itself or by a subkey that is good.
    capabilities: &'a str,
}

impl<'a> Key<'a> {
    fn read(line: &'a str) -> Self {
        let fields: Vec<&str> = line.split(':').collect();
        let field = |at: usize| fields.get(at).copied().unwrap_or_default();
        Self {
            validity: field(1),
            created: field(5).parse().ok(),
            expires: field(6).parse().ok(),
            capabilities: field(11),
        }
    }

    /// Why it cannot sign at `at`, as far as its own dates and state say.
    fn obstacle(&self, at: Timestamp, key: &str) -> Option<KeyError> {
        let key = key.to_owned();
        if self.validity == "r" {
            return Some(KeyError::Unusable { key, state: "revoked" });
        }
        if let Some(created) = self.created.filter(|created| *created > at.as_second()) {
            let today = day(at.as_second());
            return Some(KeyError::NotYet { key, created: day(created), today });
        }
        let expires = self.expires.filter(|expires| *expires <= at.as_second())?;
        Some(KeyError::Expired { key, when: day(expires) })
    }
}

/// The first primary key of gpg's listing, if it can sign at `at`; `None` when the listing is of another key.
pub(super) fn usable(
    listing: &str,
    wanted: &str,
    at: Timestamp,
) -> Option<Result<KeyInfo, KeyError>> {
    let primary = Key::read(listing.lines().find(|line| line.starts_with("sec:"))?);
    let prints: Vec<&str> = listing
        .lines()
        .filter(|line| line.starts_with("fpr:"))
        .filter_map(|line| line.split(':').nth(9))
        .collect();
    let fingerprint = (*prints.first()?).to_owned();
    let wanted = wanted.to_ascii_uppercase();
    if !prints.iter().any(|print| print.to_ascii_uppercase().ends_with(&wanted)) {
        return None;
    }
    if let Some(error) = primary.obstacle(at, &fingerprint) {
        return Some(Err(error));
    }
    if primary.capabilities.contains('D') {
        return Some(Err(KeyError::Unusable { key: fingerprint, state: "disabled" }));
    }
    if !primary.capabilities.contains('S') {
        return Some(Err(no_signer(listing, &fingerprint, at)));
    }
    Some(Ok(KeyInfo { fingerprint }))
}

/// Why no subkey signs for a key that does not sign itself.
fn no_signer(listing: &str, key: &str, at: Timestamp) -> KeyError {
    let subkeys = listing.lines().filter(|line| line.starts_with("ssb:")).map(Key::read);
    let signers = subkeys.filter(|subkey| subkey.capabilities.contains('s'));
    let newest = signers.max_by_key(|subkey| subkey.created);
    newest
        .and_then(|subkey| subkey.obstacle(at, &format!("{key} (its subkey that signs)")))
        .unwrap_or_else(|| KeyError::Unusable { key: key.to_owned(), state: "not able to sign" })
}

fn day(seconds: i64) -> String {
    let when = Timestamp::from_second(seconds);
    when.map(|when| when.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINT: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    const NOW: i64 = 1_700_000_000;

    fn judged(primary: &str, subkeys: &[&str]) -> Result<KeyInfo, KeyError> {
        let mut listing = format!("{primary}\nfpr:::::::::{PRINT}:\n");
        for subkey in subkeys {
            listing.push_str(subkey);
            listing.push_str("\nfpr:::::::::BBBB:\n");
        }
        usable(&listing, PRINT, Timestamp::from_second(NOW).unwrap()).unwrap()
    }

    #[test]
    fn the_cause_at_hand_is_named() {
        assert!(judged("sec:u:255:22:X:1600000000:1800000000::u:::scESC:", &[]).is_ok());
        let error = |primary: &str, subkeys: &[&str]| judged(primary, subkeys).unwrap_err();
        assert!(matches!(
            error("sec:u:255:22:X:1800000000:1900000000::u:::scESC:", &[]),
            KeyError::NotYet { created, today, .. } if created == "2027-01-15" && today == "2023-11-14"
        ));
        assert!(matches!(
            error("sec:e:255:22:X:1600000000:1650000000::u:::sc:", &[]),
            KeyError::Expired { when, .. } if when == "2022-04-15"
        ));
        assert!(matches!(
            error("sec:r:255:22:X:1600000000:::u:::sc:", &[]),
            KeyError::Unusable { state: "revoked", .. }
        ));
        assert!(matches!(
            error("sec:u:255:22:X:1600000000:::u:::cC:", &[]),
            KeyError::Unusable { state: "not able to sign", .. }
        ));
    }

    #[test]
    fn a_key_that_signs_by_a_subkey_is_judged_by_it() {
        let primary = "sec:u:255:22:X:1600000000:::u:::cC:";
        let error = |subkey: &str| judged(primary, &[subkey]).unwrap_err();
        assert!(matches!(error("ssb:u:255:22:Y:1800000000::::::s:"), KeyError::NotYet { .. }));
        assert!(matches!(
            error("ssb:e:255:22:Y:1600000000:1650000000:::::s:"),
            KeyError::Expired { .. }
        ));
        assert!(matches!(
            error("ssb:r:255:22:Y:1600000000::::::s:"),
            KeyError::Unusable { state: "revoked", .. }
        ));
        assert!(matches!(
            error("ssb:u:255:18:Y:1600000000::::::e:"),
            KeyError::Unusable { state: "not able to sign", .. }
        ));
    }
}
