//! Signing keys as they are published: OpenPGP public keys in their text form, and public keys of ssh.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};

const BEGIN: &str = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
const END: &str = "-----END PGP PUBLIC KEY BLOCK-----";

/// The path of the published key with this fingerprint, in lower case hex.
pub fn path_of(fingerprint: &str) -> String {
    format!("doc/source/static/0x{}.txt", fingerprint.trim_start_matches("0x"))
}

/// The fingerprints of the keys and subkeys in a file, in lower case hex, in order. They are computed from the keys: what the text
/// around them says does not count.
pub fn fingerprints(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let blocks = text.split(BEGIN).skip(1).filter_map(|rest| rest.split_once(END));
    blocks.flat_map(|(block, _)| keys_in(&unarmored(block))).collect()
}

/// The public keys of ssh in a file, a line each: kind and key, without the comment.
pub fn ssh_keys(bytes: &[u8]) -> Vec<String> {
    let key = |line: &str| {
        let mut words = line.split_whitespace();
        let (kind, key) = (words.next()?, words.next()?);
        let is_kind = ["ssh-", "ecdsa-", "sk-"].iter().any(|start| kind.starts_with(start));
        // The kind stands once more in the key itself, after its length.
        let decoded = STANDARD.decode(key).ok()?;
        let is_key = decoded.get(4..).is_some_and(|rest| rest.starts_with(kind.as_bytes()));
        (is_kind && is_key).then(|| format!("{kind} {key}"))
    };
    String::from_utf8_lossy(bytes).lines().filter_map(key).collect()
}

/// The bytes of a block: after its headers, without its checksum.
fn unarmored(block: &str) -> Vec<u8> {
    let lines = block.lines().map(str::trim).skip(1).skip_while(|line| line.contains(':'));
    let data: String = lines.take_while(|line| !line.starts_with('=')).collect();
    STANDARD.decode(data).unwrap_or_default()
}

/// The fingerprints of the key packets, as far as they can be read.
fn keys_in(mut bytes: &[u8]) -> Vec<String> {
    const PUBLIC_KEY: u8 = 6;
    const PUBLIC_SUBKEY: u8 = 14;
    let mut found = Vec::new();
    while let Some((tag, body, rest)) = packet(bytes) {
        if [PUBLIC_KEY, PUBLIC_SUBKEY].contains(&tag) {
            found.extend(fingerprint(body));
        }
        bytes = rest;
    }
    found
}

/// The type and the body of the first packet, and what follows (RFC 9580, 4.2). None for one of unknown length, which no key has.
fn packet(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&head, rest) = bytes.split_first()?;
    let number = |bytes: &[u8]| bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let (tag, skipped, length) = match (head & 0xC0, *rest.first()?) {
        (0xC0, first @ 0..=191) => (head & 0x3F, 1, usize::from(first)),
        (0xC0, first @ 192..=223) => {
            (head & 0x3F, 2, ((usize::from(first) - 192) << 8) + usize::from(*rest.get(1)?) + 192)
        }
        (0xC0, 255) => (head & 0x3F, 5, number(rest.get(1..5)?)),
        (0x80, _) if head & 3 < 3 => {
            let size = 1 << (head & 3);
            ((head >> 2) & 0x0F, size, number(rest.get(..size)?))
        }
        _ => return None,
    };
    let body = rest.get(skipped..)?;
    Some((tag, body.get(..length)?, body.get(length..)?))
}

fn fingerprint(key: &[u8]) -> Option<String> {
    let (prefix, algorithm) = match key.first()? {
        4 => (short_prefix(key)?, &SHA1_FOR_LEGACY_USE_ONLY),
        5 => (long_prefix(0x9A, key)?, &SHA256),
        6 => (long_prefix(0x9B, key)?, &SHA256),
        _ => return None,
    };
    let hash = digest(algorithm, &[&prefix, key].concat());
    Some(hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn short_prefix(key: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(key.len()).ok()?;
    Some([&[0x99], length.to_be_bytes().as_slice()].concat())
}

fn long_prefix(first: u8, key: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(key.len()).ok()?;
    Some([&[first], length.to_be_bytes().as_slice()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with gpg, and so are its fingerprints.
    const KEY: &str = "pub   ed25519/0x5AEA25DB5BB404F3 2026-04-01 [SC]
-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEacxgABYJKwYBBAHaRw8BAQdAw639ZCDZDjvhC7JaU0v3UKltfjw2AmgZfPmP
s/jxHnK0H0V4YW1wbGUgUmVsZWFzZSBTaWduaW5nIChlbGRlcimIkAQTFggAOBYh
BMJgHWC+zymI1ezeT1rqJdtbtATzBQJpzGAAAhsDBQsJCAcCBhUKCQgLAgQWAgMB
Ah4BAheAAAoJEFrqJdtbtATzUVIA/jIp3SpvyRC1q+NF3xBI4wvN+/c4MpyRYM1O
i3aCaW1bAP4tEniZNJK7iwUaOHBQaV471oj98isDuicVmQLzGoKYAA==
=7ZPr
-----END PGP PUBLIC KEY BLOCK-----
";

    #[test]
    fn a_fingerprint_is_that_of_the_key_whatever_stands_around_it() {
        let expected = ["c2601d60becf2988d5ecde4f5aea25db5bb404f3"];
        assert_eq!(fingerprints(KEY.as_bytes()), expected);
        let headers = KEY.replace("BLOCK-----\n\nmD", "BLOCK-----\nVersion: 1\nComment: x\n\nmD");
        assert_eq!(fingerprints(headers.as_bytes()), expected);
        assert_eq!(fingerprints(KEY.replace('\n', "\r\n").as_bytes()), expected);
        assert_eq!(fingerprints(KEY.repeat(2).as_bytes()).len(), 2);
    }

    #[test]
    fn whatever_is_no_key_has_none() {
        let none: &[String] = &[];
        for text in ["", "c2601d60becf2988d5ecde4f5aea25db5bb404f3", BEGIN] {
            assert_eq!(fingerprints(text.as_bytes()), none, "{text}");
        }
        let halves = (0..KEY.len()).map(|at| format!("{}\n{END}", &KEY[..at]));
        halves.for_each(|half| drop(fingerprints(half.as_bytes())));
        for bytes in [&[0x98][..], &[0x9B, 1], &[0xC6, 255, 0, 0], &[0xC6, 230, 1], &[0xC6, 0]] {
            assert_eq!(keys_in(bytes), none);
        }
    }
}
