//! Digests, as people compare them.

use ring::digest::{SHA256, digest};

/// The SHA-256 of some bytes, in lower case hex.
pub fn digest_of(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::digest_of;

    #[test]
    fn it_is_what_sha256sum_writes() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest_of(b""), empty);
    }
}
