//! A name for a finding that stays the same while lines move: for tools that compare two reports.

use std::collections::HashMap;

use crate::rules::Finding;

/// Names for findings, in the order in which they are reported.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    seen: HashMap<String, u32>,
}

impl Fingerprints {
    /// The next finding's name: 16 digits made of its rule, file, repository, release and words, and of how many with the
    /// same came before.
    pub(super) fn of(&mut self, finding: &Finding) -> String {
        let Finding { rule, file, repo, release, message, .. } = finding;
        let (repo, release) = (repo.as_deref().unwrap_or(""), release.as_deref().unwrap_or(""));
        let parts = [rule, file.as_str(), repo, release, message.as_str()].join("\0");
        let nth = self.seen.entry(parts.clone()).or_default();
        *nth += 1;
        format!("{:016x}", fnv(format!("{parts}\0{nth}").as_bytes()))
    }
}

/// FNV-1a: the same on every machine and in every version.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::{finding, place};
    use super::*;
    use crate::rules::Level;

    #[test]
    fn a_finding_keeps_its_name_on_another_line_and_shares_it_with_no_other() {
        let on =
            |line, message: &str| finding("owner", Level::Error, place(line, 1, line, 2), message);
        let mut names = Fingerprints::default();
        let first = names.of(&on(3, "a"));
        assert_eq!(first, Fingerprints::default().of(&on(9, "a")));
        assert_ne!(first, names.of(&on(4, "a")), "a second one with the same words");
        assert_ne!(first, names.of(&on(3, "b")));
        assert_eq!(first.len(), 16);
    }
}
