//! The version of a new release, from those before it.

use super::Kind;
use crate::version::{Form, PreReleaseKind, Version};

/// What comes before a new release.
pub(in crate::ops) struct Line<'a> {
    /// The release of this file that the new one follows.
    pub(in crate::ops) own: Option<&'a Version>,
    /// The highest version of the nearest older series that has one, and how many series back that is.
    pub(in crate::ops) before: Option<(&'a Version, usize)>,
    /// How the file writes versions.
    pub(in crate::ops) form: &'a Form,
}

impl Line<'_> {
    /// Why a release of that kind has the version that it gets: a phrase.
    pub(super) fn reason(&self, kind: Kind) -> String {
        match (self.own, self.before) {
            (Some(own), _) => {
                let what = match kind {
                    Kind::Bugfix => "a bugfix release",
                    Kind::Feature => "a feature release",
                    Kind::Major => "a major release",
                    Kind::Milestone => "the next milestone",
                    Kind::Rc => "the next candidate",
                    _ => "the next version",
                };
                format!("it is {what} after `{}`", own.text())
            }
            (None, Some((before, _))) => {
                let before = before.text();
                format!("it is the first release of its series; the series before has `{before}`")
            }
            (None, None) => "it is the first release of the deliverable".to_owned(),
        }
    }
}

/// The version of a release of that kind.
///
/// # Errors
/// A phrase that says why there is none.
pub(super) fn next(kind: Kind, line: &Line<'_>) -> Result<Version, String> {
    let pre_release = line.own.filter(|own| own.pre_release().is_some());
    match (kind, pre_release) {
        (Kind::Bugfix | Kind::Feature | Kind::Major, Some(own)) => {
            Err(format!("`{}` is a pre-release: its release is of the kind `final`", own.text()))
        }
        (Kind::Bugfix | Kind::ReleaseFix, None) => bugfix(line),
        (Kind::Feature | Kind::Procedural, None) => feature(line),
        (Kind::Major, None) => major(line),
        (Kind::Milestone, _) => pre_release_of(line, PreReleaseKind::Beta),
        (Kind::Rc, _) => pre_release_of(line, PreReleaseKind::Rc),
        (Kind::Final, Some(own)) => own.without_pre_release().ok_or_else(|| not_countable(own)),
        (Kind::Final, None) => Err("there is no candidate to release".to_owned()),
        (Kind::ReleaseFix, Some(own)) => again(own),
        (Kind::Procedural, Some(own)) => Err(format!("`{}` exists already", own.text())),
        (Kind::Eom | Kind::Eol | Kind::Last, _) => Err("a mark has no number".to_owned()),
    }
}

/// The next patch; the first release of a series is a feature.
fn bugfix(line: &Line<'_>) -> Result<Version, String> {
    let Some(own) = line.own else { return feature(line) };
    own.next_packaging().or_else(|| own.next_patch()).ok_or_else(|| not_countable(own))
}

/// The next minor version; each series that was skipped keeps one for itself.
fn feature(line: &Line<'_>) -> Result<Version, String> {
    let (from, steps) = match (line.own, line.before) {
        (Some(own), _) => (own, 1),
        (None, Some((before, series))) => (before, series.max(1)),
        (None, None) => return first(line.form),
    };
    let mut numbers = std::iter::successors(Some(from.target()), Version::next_feature);
    numbers.nth(steps).ok_or_else(|| not_countable(from))
}

fn major(line: &Line<'_>) -> Result<Version, String> {
    match line.own.or(line.before.map(|(before, _)| before)) {
        Some(from) => from.next_major().ok_or_else(|| not_countable(from)),
        None => first(line.form),
    }
}

/// The next beta or candidate: of the same number, else of a new major version.
fn pre_release_of(line: &Line<'_>, kind: PreReleaseKind) -> Result<Version, String> {
    let new_major = |from: &Version| from.next_major().ok_or_else(|| not_countable(from));
    let (of, number) = match (line.own, line.before) {
        (Some(own), _) => match own.pre_release() {
            Some(pre) if pre.kind > kind => {
                return Err(format!("`{}` is a candidate: no beta follows it", own.text()));
            }
            Some(pre) if pre.kind == kind => (own.target(), pre.number.saturating_add(1)),
            Some(_) => (own.target(), 1),
            None => return Err(format!("`{}` is released: use `bugfix`", own.text())),
        },
        (None, Some((before, _))) => (new_major(before)?, 1),
        (None, None) => (new_major(&first(line.form)?)?, 1),
    };
    let (what, form) = (kind.as_str(), of.form().name());
    of.with_pre_release(kind, number).ok_or_else(|| {
        format!("versions of the form `{form}` have no pre-release such as `{what}{number}`")
    })
}

/// The pre-release after one that failed.
fn again(own: &Version) -> Result<Version, String> {
    let next = own
        .pre_release()
        .and_then(|pre| own.target().with_pre_release(pre.kind, pre.number.saturating_add(1)));
    next.ok_or_else(|| not_countable(own))
}

fn first(form: &Form) -> Result<Version, String> {
    Version::first(form).ok_or_else(|| {
        format!("versions of the form `{}` count dates: write the first one by hand", form.name())
    })
}

fn not_countable(from: &Version) -> String {
    format!("there is no next version after `{}` by its form `{}`", from.text(), from.form().name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(kind: Kind, own: &str, before: Option<(&str, usize)>) -> String {
        let form = Form::default();
        let own = (!own.is_empty()).then(|| Version::new(own));
        let before = before.map(|(text, series)| (Version::new(text), series));
        let before = before.as_ref().map(|(version, series)| (version, *series));
        match next(kind, &Line { own: own.as_ref(), before, form: &form }) {
            Ok(version) => version.text().to_owned(),
            Err(why) => format!("no: {why}"),
        }
    }

    #[test]
    fn within_a_series_each_kind_raises_its_number() {
        let of = |kind| after(kind, "10.7.1", Some(("10.3.0", 1)));
        assert_eq!(of(Kind::Bugfix), "10.7.2");
        assert_eq!(of(Kind::Feature), "10.8.0");
        assert_eq!(of(Kind::Major), "11.0.0");
        assert_eq!(of(Kind::ReleaseFix), "10.7.2");
        assert!(of(Kind::Rc).starts_with("no: "), "it is released");
        assert!(of(Kind::Final).starts_with("no: "), "it has no candidate");
        assert_eq!(after(Kind::Bugfix, "1.8.2.2", None), "1.8.2.3");
    }

    #[test]
    fn the_first_of_a_series_leaves_numbers_to_the_series_before() {
        for kind in [Kind::Bugfix, Kind::Feature, Kind::Procedural] {
            assert_eq!(after(kind, "", Some(("10.3.1", 1))), "10.4.0");
            assert_eq!(after(kind, "", Some(("10.3.1", 3))), "10.6.0");
            assert_eq!(after(kind, "", None), "0.1.0");
        }
        assert_eq!(after(Kind::Major, "", Some(("10.3.1", 3))), "11.0.0");
    }

    #[test]
    fn pre_releases_lead_to_a_new_major_version() {
        assert_eq!(after(Kind::Milestone, "", Some(("32.0.1", 1))), "33.0.0.0b1");
        assert_eq!(after(Kind::Milestone, "33.0.0.0b1", None), "33.0.0.0b2");
        assert_eq!(after(Kind::Rc, "33.0.0.0b2", None), "33.0.0.0rc1");
        assert_eq!(after(Kind::Rc, "", Some(("32.0.1", 2))), "33.0.0.0rc1");
        assert_eq!(after(Kind::Rc, "33.0.0.0rc1", None), "33.0.0.0rc2");
        assert_eq!(after(Kind::Rc, "", None), "1.0.0.0rc1");
        assert_eq!(after(Kind::Final, "33.0.0.0rc2", None), "33.0.0");
        assert_eq!(after(Kind::ReleaseFix, "33.0.0.0rc1", None), "33.0.0.0rc2");
        for kind in [Kind::Milestone, Kind::Bugfix, Kind::Feature, Kind::Major] {
            assert!(after(kind, "33.0.0.0rc1", None).starts_with("no: "), "{kind}");
        }
    }
}
