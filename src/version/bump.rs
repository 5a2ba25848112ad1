//! From one version to the next: what a step means, and the versions that may come next.

use super::pattern::Role;
use super::{Form, PreReleaseKind, Version};

/// What a version is against the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    /// Nothing came before it.
    First,
    /// The first number is another.
    Major,
    /// The second number is another.
    Minor,
    /// Nothing above the third number is another.
    Patch,
    /// An alpha or beta.
    Beta,
    /// A candidate.
    Rc,
    /// The number of the pre-release before it.
    Final,
    /// The mark of an end, such as `2024.1-eol`; also what is not a version.
    Special,
}

impl Bump {
    /// What `version` is after `previous`.
    pub fn between(previous: Option<&Version>, version: &Version) -> Self {
        let Some(parts) = version.three_parts().filter(|_| version.special().is_none()) else {
            return Self::Special;
        };
        match version.pre_release().map(|pre| pre.kind) {
            Some(PreReleaseKind::Rc) => return Self::Rc,
            Some(PreReleaseKind::Alpha | PreReleaseKind::Beta) => return Self::Beta,
            None => {}
        }
        let Some(previous) = previous else { return Self::First };
        let Some(before) = previous.three_parts() else { return Self::First };
        match (before, parts) {
            _ if before == parts && previous.pre_release().is_some() => Self::Final,
            ([major, ..], [now, ..]) if major != now => Self::Major,
            ([_, minor, _], [_, now, _]) if minor != now => Self::Minor,
            _ => Self::Patch,
        }
    }

    /// Whether it may bring features: whatever is new, or raises the first or second number.
    pub fn is_feature(self) -> bool {
        matches!(self, Self::First | Self::Major | Self::Minor)
    }
}

impl Version {
    /// `0.1.0` as `form` writes it, which comes before all others; `None` when the form counts dates.
    pub fn first(form: &Form) -> Option<Self> {
        let Some(pattern) = form.pattern() else { return Some(Self::read("0.1.0", form)) };
        let roles = pattern.roles();
        let raised = if roles.contains(&Role::Minor) { Role::Minor } else { Role::Major };
        let numbers: Vec<u64> = roles.iter().map(|role| u64::from(*role == raised)).collect();
        let is_dated = roles.contains(&Role::Date);
        let text = (!is_dated).then(|| pattern.write(&numbers, None)).flatten()?;
        Some(Self::read(text, form))
    }

    /// The number behind the patch raised, by which some count how often a version was packaged; `None` when there is none.
    pub fn next_packaging(&self) -> Option<Self> {
        let (numbers, is_plain) = (self.numbers()?, self.form().pattern().is_none());
        let [first @ .., last] = numbers else { return None };
        if !is_plain || first.len() < 3 || self.pre_release().is_some() {
            return None;
        }
        let first: Vec<String> = first.iter().map(ToString::to_string).collect();
        Some(self.sibling(format!("{}.{}", first.join("."), last.checked_add(1)?)))
    }

    /// `x+1.0.0`; `None` when this is not a number, or its form counts dates there.
    pub fn next_major(&self) -> Option<Self> {
        if self.form().pattern().is_some() {
            return self.raised(Role::Major);
        }
        let [x, _, _] = self.three_parts()?;
        Some(self.sibling(format!("{}.0.0", x.checked_add(1)?)))
    }

    /// `x.y+1.0`; `None` when this is not a number, or its form counts dates there.
    pub fn next_feature(&self) -> Option<Self> {
        if self.form().pattern().is_some() {
            return self.raised(Role::Minor);
        }
        let [x, y, _] = self.three_parts()?;
        Some(self.sibling(format!("{x}.{}.0", y.checked_add(1)?)))
    }

    /// `x.y.z+1`; `None` when this is not a number, or its form has no such part.
    pub fn next_patch(&self) -> Option<Self> {
        if self.form().pattern().is_some() {
            return self.raised(Role::Patch);
        }
        let [x, y, z] = self.three_parts()?;
        Some(self.sibling(format!("{x}.{y}.{}", z.checked_add(1)?)))
    }

    /// `x.y.z`, what a pre-release is the pre-release of; `None` when this is not a number.
    pub fn without_pre_release(&self) -> Option<Self> {
        if let Some(pattern) = self.form().pattern() {
            return pattern.write(self.numbers()?, None).map(|text| self.sibling(text));
        }
        let [x, y, z] = self.three_parts()?;
        Some(self.sibling(format!("{x}.{y}.{z}")))
    }

    /// The release that it is or leads to: `x.y.z` of a pre-release, else itself.
    #[must_use]
    pub fn target(&self) -> Self {
        let is_pre_release = self.pre_release().is_some();
        is_pre_release.then(|| self.without_pre_release()).flatten().unwrap_or_else(|| self.clone())
    }

    /// The pre-release of the same number, as its form writes it; `None` when this is not a number, or its form has none.
    pub fn with_pre_release(&self, kind: PreReleaseKind, number: u64) -> Option<Self> {
        if let Some(pattern) = self.form().pattern() {
            let text = pattern.write(self.numbers()?, Some((kind, number)));
            return text.map(|text| self.sibling(text));
        }
        let [x, y, z] = self.three_parts()?;
        Some(self.sibling(format!("{x}.{y}.{z}.0{}{number}", kind.as_str())))
    }

    /// Whether it begins a line of versions: its last number is 0, or its form has no number for fixes.
    pub fn begins_a_line(&self) -> bool {
        match self.form().pattern() {
            Some(_) => self.three_parts().is_some_and(|[_, _, patch]| patch == 0),
            None => self.numbers().is_some_and(|parts| parts.last() == Some(&0)),
        }
    }

    /// The number of a role raised by one, and 0 after it.
    fn raised(&self, role: Role) -> Option<Self> {
        let pattern = self.form().pattern()?;
        let at = pattern.roles().iter().position(|known| *known == role)?;
        let mut numbers = self.numbers()?.to_vec();
        *numbers.get_mut(at)? = numbers[at].checked_add(1)?;
        // What is counted by date is not known before the day.
        if pattern.roles()[at + 1..].contains(&Role::Date) {
            return None;
        }
        numbers[at + 1..].fill(0);
        pattern.write(&numbers, None).map(|text| self.sibling(text))
    }

    fn sibling(&self, text: String) -> Self {
        Self::read(text, self.form())
    }

    /// Major, minor and patch. Parts that are not there count as 0, parts after the third do not count. Of a site's form the
    /// names of the parts decide; a date is a minor, or a major where there is a minor too.
    fn three_parts(&self) -> Option<[u64; 3]> {
        let parts = self.numbers()?;
        let Some(pattern) = self.form().pattern() else {
            return Some([0, 1, 2].map(|part| parts.get(part).copied().unwrap_or(0)));
        };
        let roles = pattern.roles();
        let date_is = if roles.contains(&Role::Minor) { 0 } else { 1 };
        let mut three = [0_u64; 3];
        for (role, number) in roles.iter().zip(parts) {
            match role {
                Role::Major => three[0] = three[0].saturating_mul(1000).saturating_add(*number),
                Role::Minor => three[1] = *number,
                Role::Patch => three[2] = *number,
                Role::Date => {
                    three[date_is] = three[date_is].saturating_mul(1000).saturating_add(*number);
                }
            }
        }
        Some(three)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bump, Form, PreReleaseKind, Version};

    #[test]
    fn a_step_is_named_by_what_changes() {
        let step = |before: &str, now: &str| {
            Bump::between(Some(&Version::new(before)), &Version::new(now))
        };
        assert_eq!(step("4.2.7", "5.0.0"), Bump::Major);
        assert_eq!(step("4.2.7", "4.3.0"), Bump::Minor);
        assert_eq!(step("4.2.7", "4.2.8"), Bump::Patch);
        assert_eq!(step("5.0.0.0rc2", "5.0.0"), Bump::Final);
        assert_eq!(step("5.0.0.0rc2", "5.0.1"), Bump::Patch);
        assert_eq!(step("5.0.0.0b1", "5.0.0.0rc1"), Bump::Rc);
        assert_eq!(step("4.0.0", "5.0.0.0a1"), Bump::Beta);
        assert_eq!(step("4.0.0", "2024.1-eol"), Bump::Special);
        assert_eq!(Bump::between(None, &Version::new("0.1.0")), Bump::First);
        assert!(Bump::First.is_feature() && !Bump::Patch.is_feature() && !Bump::Final.is_feature());
    }

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
    fn something_comes_first_and_what_is_packaged_again_counts_on() {
        let described = |text: &str| Form::described("own", text, &[]).unwrap();
        let first = |form: &Form| Version::first(form).map(|first| first.text().to_owned());
        assert_eq!(first(&Form::pbr()).as_deref(), Some("0.1.0"));
        assert_eq!(first(&described("v{MAJOR}.{MINOR}")).as_deref(), Some("v0.1"));
        let next = |text: &str| Version::new(text).next_packaging().map(|it| it.text().to_owned());
        assert_eq!(next("1.8.2.2").as_deref(), Some("1.8.2.3"));
        assert_eq!((next("1.8.2"), next("1.8.2.0rc1")), (None, None));
    }

    #[test]
    fn pre_releases_are_added_and_taken_away() {
        let rc = Version::new("6.0.0.0b1").with_pre_release(PreReleaseKind::Rc, 1).unwrap();
        assert_eq!(rc.text(), "6.0.0.0rc1");
        assert_eq!(rc.without_pre_release().unwrap().text(), "6.0.0");
        assert_eq!(Version::new("zed-last").with_pre_release(PreReleaseKind::Rc, 1), None);
    }
}
