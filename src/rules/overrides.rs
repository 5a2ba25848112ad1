//! `Release-Override:` trailers of commit messages.

use super::finding::{Level, Override};
use super::{Overridable, find};
use crate::config::{Policy, PolicyLevel};
use crate::tree::place::{Place, Placed};
use crate::tree::request::Commit;
use crate::tree::trailer::trailers;

/// The token of the trailer.
const TOKEN: &str = "Release-Override";
/// The token of a trailer that names a release.
const RELEASE: &str = "Release";

/// One trailer, as written.
#[derive(Clone, Debug)]
pub struct OverrideTrailer {
    /// Rule, reason and commit; the reason may be empty, and the rule unknown.
    pub says: Override,
    /// Its place in the commit message; lines count from 1.
    pub place: Place,
    /// The files that its commit touches: it covers no others.
    pub paths: Vec<String>,
    /// The releases that its commit names with `Release:`, each as `<deliverable> <version>`: they were merged before, and wait.
    pub releases: Vec<Placed<String>>,
    /// Whether git reads it as a trailer; any other line overrides nothing.
    pub is_read: bool,
    /// Whether it covered a finding.
    pub is_used: bool,
}

impl OverrideTrailer {
    /// The trailers of `commits`, in the order of the commits.
    pub fn of(commits: &[Commit]) -> Vec<Self> {
        commits.iter().flat_map(of_commit).collect()
    }

    /// Whether it covers findings of `rule` in `file`: it is a trailer that names the rule and gives a reason, and its commit
    /// touches the file.
    pub fn covers(&self, rule: &str, file: &str) -> bool {
        self.is_read
            && self.says.rule == rule
            && !self.says.reason.is_empty()
            && self.paths.iter().any(|path| path == file)
    }

    /// Whether it is about a release that was merged before: it gives a reason, and its commit names the release.
    pub fn lifts(&self, deliverable: &str, version: &str) -> bool {
        let release = format!("{deliverable} {version}");
        self.is_read
            && !self.says.reason.is_empty()
            && self.releases.iter().any(|named| **named == release)
    }

    /// Whether it can silence any finding about `deliverable`: there is such a rule, and its errors or what it could not check
    /// may be overridden, or the policy makes it less than an error. A rule that is off finds nothing.
    pub fn may_silence(&self, policy: &Policy, deliverable: &str) -> bool {
        let Some(rule) = find(&self.says.rule) else { return false };
        let is_error = match policy.level_of(rule.id, Some(deliverable)) {
            Some(PolicyLevel::Off) => return false,
            Some(set) => set == PolicyLevel::Error,
            None => rule.level == Level::Error,
        };
        !is_error || rule.overridable != Overridable::No || rule.unchecked != Overridable::No
    }

    /// Whether a commit message may hold one.
    pub fn may_be_in(message: &str) -> bool {
        message.to_ascii_lowercase().contains(&TOKEN.to_ascii_lowercase())
    }
}

fn of_commit(commit: &Commit) -> Vec<OverrideTrailer> {
    let read = trailers(&commit.message);
    let named = read.iter().filter(|trailer| trailer.token.eq_ignore_ascii_case(RELEASE));
    let releases: Vec<Placed<String>> =
        named.map(|trailer| Placed::new(words(&trailer.value), trailer.place)).collect();
    let ours = read.iter().filter(|trailer| trailer.token.eq_ignore_ascii_case(TOKEN));
    let mut found: Vec<OverrideTrailer> =
        ours.map(|trailer| of_text(commit, &trailer.value, trailer.place, true)).collect();
    for (text, line) in commit.message.lines().zip(1u32..) {
        if let Some(said) = strip_token(text)
            && !read.iter().any(|trailer| trailer.place.line == line)
        {
            let end_column = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            let end_column = end_column.saturating_add(1);
            let place = Place { line, column: 1, end_line: line, end_column };
            found.push(of_text(commit, said, place, false));
        }
    }
    found.iter_mut().for_each(|trailer| trailer.releases.clone_from(&releases));
    found
}

fn of_text(commit: &Commit, said: &str, place: Place, is_read: bool) -> OverrideTrailer {
    let (rule, reason) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    let (rule, reason) = (rule.to_owned(), reason.trim().to_owned());
    let says = Override { rule, reason, commit: commit.id.clone() };
    let (paths, releases) = (commit.paths.clone(), Vec::new());
    OverrideTrailer { says, place, paths, releases, is_read, is_used: false }
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strip_token(line: &str) -> Option<&str> {
    let (token, said) = line.split_once(':')?;
    token.trim_end().eq_ignore_ascii_case(TOKEN).then(|| said.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str) -> Commit {
        Commit {
            id: "abc".into(),
            parent: None,
            author: "Ann <ann@example.org>".into(),
            message: message.into(),
            author_time: jiff::Timestamp::UNIX_EPOCH,
            paths: vec!["deliverables/a/b.yaml".into()],
        }
    }

    #[test]
    fn what_no_override_covers_is_not_passed_on() {
        let may_silence = |rule: &str, policy: &str| {
            let found = OverrideTrailer::of(&[commit(&format!(
                "Release b\n\nRelease-Override: {rule} so\n"
            ))]);
            found[0].may_silence(&Policy::read(policy.as_bytes()).0, "b")
        };
        let lower = "rules: {existing-tag: {level: warning, reason: odd}}\n";
        assert!(!may_silence("existing-tag", "") && may_silence("existing-tag", lower));
        assert!(!may_silence("nonsense", ""));
        let off = "rules: {series-open: {level: off, reason: odd}}\n";
        assert!(!may_silence("series-open", off), "it finds nothing");
        assert!(may_silence("series-open", "") && may_silence("version-number", ""));
    }

    #[test]
    fn a_trailer_names_a_rule_and_a_reason() {
        let found = OverrideTrailer::of(&[commit(
            "Release b\n\nrelease-override: series-open  CVE fix \nChange-Id: I1\n",
        )]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].says.rule.as_str(), found[0].says.reason.as_str()),
            ("series-open", "CVE fix")
        );
        assert_eq!(found[0].place.line, 3);
        assert!(found[0].covers("series-open", "deliverables/a/b.yaml"));
        assert!(!found[0].covers("series-open", "deliverables/a/c.yaml"));
    }

    #[test]
    fn a_later_commit_names_the_release_that_it_lifts() {
        let message =
            "Do not wait\n\nRelease-Override: soak CVE\nRelease: b  1.0.0\nrelease: c 2.0.0\n";
        let found = OverrideTrailer::of(&[commit(message)]);
        assert!(found[0].lifts("b", "1.0.0") && found[0].lifts("c", "2.0.0"));
        assert!(!found[0].lifts("b", "1.0.1") && OverrideTrailer::may_be_in(message));
        let silent =
            OverrideTrailer::of(&[commit("Do\n\nRelease-Override: soak\nRelease: b 1.0.0\n")]);
        assert!(!silent[0].lifts("b", "1.0.0"), "it gives no reason");
    }

    #[test]
    fn a_trailer_without_reason_covers_nothing() {
        let found = OverrideTrailer::of(&[commit("Release b\n\nRelease-Override: series-open\n")]);
        assert!(!found[0].covers("series-open", "deliverables/a/b.yaml"));
    }

    #[test]
    fn a_folded_reason_is_kept_whole() {
        let found = OverrideTrailer::of(&[commit(
            "Release b\n\nRelease-Override: soak the first\n  and the second line\nChange-Id: I1\n",
        )]);
        assert_eq!(found[0].says.reason, "the first and the second line");
        assert_eq!((found[0].place.line, found[0].place.end_line), (3, 4));
    }

    #[test]
    fn a_line_that_git_does_not_read_as_a_trailer_covers_nothing() {
        let found = OverrideTrailer::of(&[commit(
            "Release b\n\nRelease-Override: soak why\n\nChange-Id: I1\n",
        )]);
        assert_eq!((found.len(), found[0].is_read), (1, false));
        assert!(!found[0].covers("soak", "deliverables/a/b.yaml"));
    }

    #[test]
    fn other_lines_are_no_trailers() {
        assert!(OverrideTrailer::of(&[commit("Talk of Release-Override: x\n é\n")]).is_empty());
    }
}
