//! The versions that may come next.

use super::{PreReleaseKind, Version};

impl Version {
    /// `x+1.0.0`; `None` when this is no number.
    pub fn next_major(&self) -> Option<Self> {
        let [x, _, _] = self.three_parts()?;
        Some(Self::new(format!("{}.0.0", x.checked_add(1)?)))
    }

    /// `x.y+1.0`; `None` when this is no number.
    pub fn next_feature(&self) -> Option<Self> {
        let [x, y, _] = self.three_parts()?;
        Some(Self::new(format!("{x}.{}.0", y.checked_add(1)?)))
    }

    /// `x.y.z+1`; `None` when this is no number.
    pub fn next_patch(&self) -> Option<Self> {
        let [x, y, z] = self.three_parts()?;
        Some(Self::new(format!("{x}.{y}.{}", z.checked_add(1)?)))
    }

    /// `x.y.z`, what a pre-release is the pre-release of; `None` when this is no number.
    pub fn without_pre_release(&self) -> Option<Self> {
        let [x, y, z] = self.three_parts()?;
        Some(Self::new(format!("{x}.{y}.{z}")))
    }

    /// `x.y.z.0rcN` of the same number, as pbr writes it; `None` when this is no number.
    pub fn with_pre_release(&self, kind: PreReleaseKind, number: u64) -> Option<Self> {
        let [x, y, z] = self.three_parts()?;
        Some(Self::new(format!("{x}.{y}.{z}.0{}{number}", kind.as_str())))
    }

    /// Parts that are not there count as 0, parts after the third do not count.
    fn three_parts(&self) -> Option<[u64; 3]> {
        let parts = self.numbers()?;
        Some([0, 1, 2].map(|part| parts.get(part).copied().unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::{PreReleaseKind, Version};

    #[test]
    fn bumps_raise_one_part_and_clear_the_rest() {
        let next = |text: &str| {
            let version = Version::new(text);
            [version.next_major(), version.next_feature(), version.next_patch()]
                .map(|next| next.map(|next| next.text().to_owned()).unwrap_or_default())
        };
        assert_eq!(next("4.2.7"), ["5.0.0", "4.3.0", "4.2.8"]);
        assert_eq!(next("4.2"), ["5.0.0", "4.3.0", "4.2.1"]);
        assert_eq!(next("1.4.0.1"), ["2.0.0", "1.5.0", "1.4.1"]);
        assert_eq!(next("zed-eol"), ["", "", ""]);
        assert_eq!(
            next("18446744073709551615.1.0"),
            ["", "18446744073709551615.2.0", "18446744073709551615.1.1"]
        );
    }

    #[test]
    fn pre_releases_are_added_and_taken_away() {
        let rc = Version::new("6.0.0.0b1").with_pre_release(PreReleaseKind::Rc, 1).unwrap();
        assert_eq!(rc.text(), "6.0.0.0rc1");
        assert_eq!(rc.without_pre_release().unwrap().text(), "6.0.0");
        assert_eq!(Version::new("zed-last").with_pre_release(PreReleaseKind::Rc, 1), None);
    }
}
