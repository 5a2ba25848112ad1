//! The versions of pbr, the tool that turns a tag into the version of a Python package.
//!
//! pbr reads a good deal (every form it ever wrote) and writes one: `X.Y.Z`, or with a pre-release
//! `X.Y.Z.0rcN`, then `.devN` and `+local`. A tag in another form gives a package of another version than
//! the tag's name, which is why only the written form may be released.

use std::fmt;
use std::iter;

use super::{PreRelease, PreReleaseKind};

/// Why pbr cannot read a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PbrError {
    /// It does not begin with a digit.
    #[error("it does not begin with a number")]
    NoNumber,
    /// A part is none of those a version has.
    #[error("`{0}` is not part of a version (numbers, then `0aN`, `0bN` or `0rcN`, then `devN`)")]
    UnknownPart(String),
    /// A number is beyond all measure.
    #[error("the number `{0}` is too large")]
    TooLarge(String),
    /// A post release of a development version.
    #[error("`postN` and `devN` do not go together")]
    PostAndDev,
    /// A fourth number, which pbr reads as a count of commits.
    #[error("it has more than three numbers")]
    FourNumbers,
    /// A version that a tool counts, and nobody releases.
    #[error("development, post and local versions are not released")]
    Unreleased,
}

/// The most digits of a number.
const DIGITS: usize = 9;

/// The one way in which pbr writes the version that `text` releases.
pub(super) fn released(text: &str) -> Result<String, PbrError> {
    let version = Semantic::parse(text)?;
    let (main, local) = text.split_once('+').unwrap_or((text, ""));
    let parts = || main.trim_start_matches(['v', 'V']).split('.');
    if parts().count() > 3 && parts().take(4).all(is_digits) {
        return Err(PbrError::FourNumbers);
    }
    let is_counted = |part: &str| part.starts_with("dev") || part.starts_with("post");
    if !local.is_empty() || version.dev > 0 || parts().any(is_counted) {
        return Err(PbrError::Unreleased);
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    match numbers.find(|digits| digits.len() > DIGITS) {
        Some(digits) => Err(PbrError::TooLarge(digits.to_owned())),
        None => Ok(version.to_string()),
    }
}

/// A version as pbr understands it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Semantic {
    numbers: [u64; 3],
    pre: Option<PreRelease>,
    /// Commits since the last release; 0 is none.
    dev: u64,
    local: Option<String>,
}

impl fmt::Display for Semantic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [x, y, z] = self.numbers;
        write!(f, "{x}.{y}.{z}")?;
        if let Some(PreRelease { kind, number }) = self.pre {
            write!(f, ".0{}{number}", kind.as_str())?;
        }
        if self.dev > 0 {
            write!(f, ".dev{}", self.dev)?;
        }
        self.local.iter().try_for_each(|local| write!(f, "+{local}"))
    }
}

impl Semantic {
    pub(super) fn parse(text: &str) -> Result<Self, PbrError> {
        let text = text.trim_start_matches(['v', 'V']);
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return Err(PbrError::NoNumber);
        }
        let (main, local) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, rest) = leading_numbers(main)?;
        let mut version = Self {
            numbers,
            pre: None,
            dev: 0,
            local: (!local.is_empty()).then(|| local.to_owned()),
        };
        version.take_rest(&rest)?;
        Ok(version)
    }

    /// Reads what follows the three numbers.
    fn take_rest(&mut self, rest: &[&str]) -> Result<(), PbrError> {
        let mut rest = rest.iter();
        let mut post = 0;
        if let Some(first) = rest.as_slice().first() {
            if is_digits(first) && number(first)? > 0 {
                // The oldest development versions, `1.2.3.4.gabcdef0`: nothing after the count is looked at.
                self.dev = number(first)?;
                return Ok(());
            }
            self.pre = pre_release(first)?;
            if self.pre.is_some() {
                rest.next();
            }
        }
        for part in rest {
            if let Some(count) = counted(part, "dev") {
                self.dev = number(count)?;
            } else if let Some(count) = counted(part, "post") {
                self.dev = 0;
                post = number(count)?;
            } else {
                return Err(PbrError::UnknownPart((*part).to_owned()));
            }
        }
        if post > 0 { self.develop_after(post) } else { Ok(()) }
    }

    /// A post release counts the commits after this version: to pbr the next version in development.
    fn develop_after(&mut self, post: u64) -> Result<(), PbrError> {
        if self.dev > 0 {
            return Err(PbrError::PostAndDev);
        }
        let last = match &mut self.pre {
            Some(pre) => &mut pre.number,
            None => &mut self.numbers[2],
        };
        *last = last.checked_add(1).ok_or_else(|| PbrError::TooLarge(last.to_string()))?;
        self.dev = post;
        Ok(())
    }
}

/// The first three numbers, missing ones 0, and the parts after them. `2.0rc1` splits into `2`, `0` and `rc1`.
fn leading_numbers(text: &str) -> Result<([u64; 3], Vec<&str>), PbrError> {
    let mut numbers = [0; 3];
    let mut parts = text.split('.');
    let mut rest = Vec::new();
    for place in &mut numbers {
        let Some(part) = parts.next() else { break };
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (whole, tail) = part.split_at(digits);
        if !whole.is_empty() {
            *place = number(whole)?;
        }
        if whole.is_empty() || !tail.is_empty() {
            rest.push(tail);
            break;
        }
    }
    rest.extend(parts);
    Ok((numbers, rest))
}

/// Reads `0a1`, `a1`, `0b1`, `0rc1` and their like; `None` when the part is something else altogether.
fn pre_release(part: &str) -> Result<Option<PreRelease>, PbrError> {
    let unknown = || PbrError::UnknownPart(part.to_owned());
    if !part.starts_with(['0', 'a', 'b', 'r']) {
        return Ok(None);
    }
    let part = part.trim_start_matches(|c: char| c.is_ascii_digit());
    let kinds = [PreReleaseKind::Alpha, PreReleaseKind::Beta, PreReleaseKind::Rc];
    let found = iter::zip(kinds, kinds.map(|kind| counted(part, kind.as_str())))
        .find_map(|(kind, count)| Some((kind, count?)));
    let (kind, count) = found.ok_or_else(unknown)?;
    Ok(Some(PreRelease { kind, number: number(count)? }))
}

/// The digits after `word`, when there is nothing else.
fn counted<'a>(part: &'a str, word: &str) -> Option<&'a str> {
    part.strip_prefix(word).filter(|digits| is_digits(digits))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(digits: &str) -> Result<u64, PbrError> {
    digits.parse().map_err(|_| PbrError::TooLarge(digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{PbrError, Semantic, released};

    fn canonical(text: &str) -> Result<String, PbrError> {
        Semantic::parse(text).map(|version| version.to_string())
    }

    #[test]
    fn what_pbr_writes_is_read_as_itself() {
        for text in
            ["4.3.0", "6.0.0.0rc1", "6.0.0.0b12", "1.0.0.0a1.dev4", "1.0.0.dev4", "1.0.0.dev4+gabc"]
        {
            assert_eq!(canonical(text), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_forms_are_read_and_written_in_the_one() {
        for (text, written) in [
            ("4.3", "4.3.0"),
            ("4", "4.0.0"),
            ("v4.3.0", "4.3.0"),
            ("4.03.0", "4.3.0"),
            ("6.0.0rc1", "6.0.0.0rc1"),
            ("6.0rc1", "6.0.0.0rc1"),
            ("6.b4", "6.0.0.0b4"),
            ("1.2.0.rc1", "1.2.0.0rc1"),
            ("4.3.0.1", "4.3.0.dev1"),
            ("0.10.1.3.g83bef74", "0.10.1.dev3"),
            ("1.0.0.post2", "1.0.1.dev2"),
            ("1.0.0.0rc1.post2", "1.0.0.0rc2.dev2"),
            ("1.0.0.dev0", "1.0.0"),
        ] {
            assert_eq!(canonical(text), Ok(written.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_reason_names_the_part_at_fault() {
        let unknown = |part: &str| Err(PbrError::UnknownPart(part.to_owned()));
        assert_eq!(canonical("zed-eol"), Err(PbrError::NoNumber));
        assert_eq!(canonical(""), Err(PbrError::NoNumber));
        assert_eq!(canonical("1.0.0-rc1"), unknown("-rc1"));
        assert_eq!(canonical("1.0.0.0"), unknown("0"));
        assert_eq!(canonical("1.0.0.0c1"), unknown("0c1"));
        assert_eq!(canonical("1..0"), unknown(""));
        assert_eq!(
            canonical("99999999999999999999.0.0"),
            Err(PbrError::TooLarge("99999999999999999999".to_owned()))
        );
    }

    #[test]
    fn what_nobody_releases_is_not_written_in_another_way() {
        assert_eq!(released("2.8.0"), Ok("2.8.0".to_owned()));
        assert_eq!(released("2.8.0rc1"), Ok("2.8.0.0rc1".to_owned()));
        assert_eq!(released("4.3"), Ok("4.3.0".to_owned()));
        assert_eq!(released("2.8.0.1"), Err(PbrError::FourNumbers));
        assert_eq!(released("2.8.0.1.gabc"), Err(PbrError::FourNumbers));
        for text in ["2.8.0.dev1", "2.8.0.dev0", "2.8.0.post1", "2.8.0.0rc1.dev2", "2.8.0+local"] {
            assert_eq!(released(text), Err(PbrError::Unreleased), "{text}");
        }
        assert_eq!(released("2.0000000080.0"), Err(PbrError::TooLarge("0000000080".to_owned())));
        assert_eq!(released("2.123456789.0"), Ok("2.123456789.0".to_owned()));
    }

    #[test]
    fn a_post_release_of_a_development_version_is_refused() {
        assert_eq!(canonical("1.0.0.post1.dev2"), Err(PbrError::PostAndDev));
    }
}
