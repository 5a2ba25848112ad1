//! Versions: what a number is worth, in which order they come, how they are written, what comes next.
//!
//! A [`Version`] is any text with the [`Form`] in which its file writes versions; nothing is refused on the way in, so that a
//! wrong version can still be named in a finding. Ask it what it is: a number ([`Version::numbers`]), a pre-release
//! ([`Version::pre_release`]), or the end of a branch ([`Version::special`]).

mod branch;
mod bump;
mod ending;
mod form;
mod pattern;
mod pbr;
mod ref_name;
mod special;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

pub use branch::{BranchKind, BranchNames};
pub use bump::Bump;
pub use ending::{branches_ended_by, tags_that_end};
pub use form::Form;
pub use pbr::PbrError;
pub use ref_name::ref_name_problem;
pub use special::{Special, SpecialKind};

/// A version as a release file writes it; it is also the name of the tag.
///
/// Two versions are equal when their texts are. The order is that of their numbers, by PEP 440; texts that are not numbers
/// come after all that are, and between equal numbers (`1.0` and `1.0.0`) the text decides.
#[derive(Clone)]
pub struct Version {
    text: String,
    form: Form,
    number: Option<pep440_rs::Version>,
}

/// The a, b or rc segment of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreRelease {
    /// Alpha, beta or candidate.
    pub kind: PreReleaseKind,
    /// Its number, such as 1 in `rc1`.
    pub number: u64,
}

/// What a pre-release is; later kinds are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreReleaseKind {
    /// `a`.
    Alpha,
    /// `b`.
    Beta,
    /// `rc`.
    Rc,
}

impl PreReleaseKind {
    /// As versions write it: `a`, `b`, `rc`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alpha => "a",
            Self::Beta => "b",
            Self::Rc => "rc",
        }
    }
}

impl Version {
    /// Takes any text, in the form that pbr writes.
    pub fn new(text: impl Into<String>) -> Self {
        Self::read(text, &Form::default())
    }

    /// Takes any text of a file that writes its versions in that form.
    pub fn read(text: impl Into<String>, form: &Form) -> Self {
        let text = text.into();
        let number = form.number(&text);
        Self { text, form: form.clone(), number }
    }

    /// How its file writes versions.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parts of the release number, without pre-release, dev and local parts; `None` when it is not a number.
    ///
    /// The 0 that pbr writes before a pre-release is no part: `1.2.0.0rc1` has the parts of `1.2.0`.
    pub fn numbers(&self) -> Option<&[u64]> {
        let number = self.number.as_ref()?;
        match number.release() {
            [release @ .., 0]
                if release.len() == 3 && number.pre().is_some() && !self.is_described() =>
            {
                Some(release)
            }
            release => Some(release),
        }
    }

    /// The alpha, beta or candidate that it is. Letters elsewhere (`zed-last`) make no pre-release.
    pub fn pre_release(&self) -> Option<PreRelease> {
        let pre = self.number.as_ref()?.pre()?;
        let kind = match pre.kind {
            pep440_rs::PrereleaseKind::Alpha => PreReleaseKind::Alpha,
            pep440_rs::PrereleaseKind::Beta => PreReleaseKind::Beta,
            pep440_rs::PrereleaseKind::Rc => PreReleaseKind::Rc,
        };
        Some(PreRelease { kind, number: pre.number })
    }

    /// Whether it is a number and nothing more: no pre-release, no dev version, no special.
    pub fn is_full(&self) -> bool {
        self.number.as_ref().is_some_and(|number| !number.any_prerelease())
    }

    /// What a version such as `2024.1-eol` says about its series.
    pub fn special(&self) -> Option<Special<'_>> {
        Special::of(&self.text)
    }

    /// Whether it counts by date among versions that do not, as kilo's `2015.1.4` does.
    pub fn is_dated(&self) -> bool {
        !self.is_described()
            && self.numbers().and_then(|parts| parts.first()).is_some_and(|&first| first >= 2000)
    }

    /// The one way in which its form writes this version.
    ///
    /// # Errors
    /// A phrase that says why it cannot be read.
    pub fn canonical(&self) -> Result<String, String> {
        self.form.canonical(&self.text)
    }

    /// Whether a site describes its form.
    fn is_described(&self) -> bool {
        self.form.pattern().is_some()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Version").field(&self.text).finish()
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = match (&self.number, &other.number) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        numbers.then_with(|| self.text.cmp(&other.text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

    use super::{Form, PreRelease, PreReleaseKind, Version};

    fn pre_release(text: &str) -> Option<(PreReleaseKind, u64)> {
        Version::new(text).pre_release().map(|PreRelease { kind, number }| (kind, number))
    }

    #[test]
    fn numbers_leave_out_what_makes_a_pre_release() {
        let numbers = |text: &str| Version::new(text).numbers().map(<[u64]>::to_vec);
        assert_eq!(numbers("4.3.0"), Some(vec![4, 3, 0]));
        assert_eq!(numbers("6.0.0.0rc1"), Some(vec![6, 0, 0]));
        assert_eq!(numbers("2015.1.0rc1"), Some(vec![2015, 1, 0]));
        assert_eq!(numbers("1.4.0.0"), Some(vec![1, 4, 0, 0]), "xstatic has four parts");
        assert_eq!(numbers("2024.1-eol"), None);
        assert_eq!(numbers("4.3.x"), None);
    }

    #[test]
    fn only_the_segment_of_pep_440_makes_a_pre_release() {
        assert_eq!(pre_release("1.0.0.0b2"), Some((PreReleaseKind::Beta, 2)));
        assert_eq!(pre_release("1.0.0.0rc10"), Some((PreReleaseKind::Rc, 10)));
        assert_eq!(pre_release("2015.1.0a1"), Some((PreReleaseKind::Alpha, 1)));
        assert_eq!(pre_release("zed-last"), None);
        assert_eq!(pre_release("1.0.0.dev3"), None);
        assert!(!Version::new("1.0.0.dev3").is_full() && Version::new("1.0.0").is_full());
        assert!(!Version::new("zed-last").is_full());
    }

    #[test]
    fn years_make_a_dated_version() {
        assert!(Version::new("2015.1.4").is_dated());
        assert!(!Version::new("1999.1.4").is_dated());
        assert!(!Version::new("2024.1-eol").is_dated());
    }

    #[test]
    fn order_is_that_of_pep_440_and_then_of_the_text() {
        let sorted = [
            "1.0.0.dev1",
            "1.0.0.0a1",
            "1.0.0.0b1",
            "1.0.0.0b10",
            "1.0.0.0rc1",
            "1.0",
            "1.0.0",
            "1.0.1",
            "1.9.0",
            "1.10.0",
            "2015.1.4",
            "2024.1-eol",
            "zed-last",
        ];
        let mut versions: Vec<Version> =
            sorted.iter().rev().map(|text| Version::new(*text)).collect();
        versions.sort();
        assert_eq!(versions.iter().map(Version::text).collect::<Vec<_>>(), sorted);
    }

    fn text() -> impl Strategy<Value = String> {
        "[vV]{0,1}[0-9]{1,3}([.-](0{0,1}[0-9]{1,2}|(0{0,1}(a|b|rc|dev|post|eol))[0-9]{0,2})){0,4}(\\+[a-z]{1,2}){0,1}"
    }

    proptest! {
        #[test]
        fn order_is_total_and_agrees_with_equality(a in text(), b in text(), c in text()) {
            let [a, b, c] = [a, b, c].map(Version::new);
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }

        #[test]
        fn pre_releases_come_by_kind_and_number_before_their_release(
            base in any::<[u8; 3]>(), a in any::<(u8, u8)>(), b in any::<(u8, u8)>(),
        ) {
            let [x, y, z] = base;
            let kinds = ["a", "b", "rc"];
            let version = |(kind, number): (u8, u8)| {
                Version::new(format!("{x}.{y}.{z}.0{}{number}", kinds[usize::from(kind % 3)]))
            };
            prop_assert_eq!(version(a).cmp(&version(b)), (a.0 % 3, a.1).cmp(&(b.0 % 3, b.1)));
            let release = Version::new(format!("{x}.{y}.{z}"));
            prop_assert!(version(a) < release);
        }

        #[test]
        fn canonical_forms_are_fixed_points(text in text()) {
            let version = Version::new(text);
            for form in [Form::pbr(), Form::pep440()] {
                if let Ok(canonical) = Version::read(version.text(), &form).canonical() {
                    let again = Version::read(canonical.clone(), &form);
                    prop_assert_eq!(again.canonical(), Ok(canonical));
                }
            }
        }

        #[test]
        fn no_text_is_too_much(text in any::<String>()) {
            let version = Version::new(text);
            let _ = (version.canonical(), version.special(), version.next_feature());
            prop_assert!(version.cmp(&version).is_eq());
        }
    }
}
