//! Digests, as people compare them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, SHA512, digest};

/// The SHA-256 of some bytes, in lower case hex.
pub fn digest_of(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-512 of some bytes, as browsers and npm write it: `sha512-` and base64.
pub fn integrity_of(bytes: &[u8]) -> String {
    format!("sha512-{}", STANDARD.encode(digest(&SHA512, bytes)))
}

#[cfg(test)]
mod tests {
    use super::{digest_of, integrity_of};

    #[test]
    fn it_is_what_sha256sum_writes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_of(b""), empty);
        assert!(
            integrity_of(b"")
                .starts_with("sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8")
        );
    }
}
