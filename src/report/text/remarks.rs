//! The lines below the source.

use std::borrow::Cow;

use annotate_snippets::{Element, Level as Drawn};

use super::verdict::end_of;
use crate::report::grouped::Grouped;
use crate::rules::{Finding, Override};
use crate::text::{one_line, trimmed, visible};

/// What a finding is about, where the lines `shown` leave that open, what else could not be checked for its reason, and what
/// to do; the fix last.
pub(super) fn remarks<'a>(group: &Grouped<'a>, shown: &str) -> Vec<Element<'a>> {
    let finding = group.finding;
    let mut remarks = Vec::new();
    let mut remark = |name: &'static str, text: Cow<'a, str>| {
        remarks.push(Drawn::HELP.with_name(name).message(text).into());
    };
    if let Some((name, text)) = subject(finding, shown) {
        remark(name, text.into());
    }
    if let Some(rules) = group.other_rules() {
        remark("also not checked", rules.into());
    }
    if let Some(repos) = group.other_repos() {
        remark("the same for", one_line(&repos).into());
    }
    if let Some(held) = finding.held {
        remark("held until", end_of(held.until).into());
    }
    match (&finding.overridden_by, &finding.help) {
        (Some(by), _) => remark("override", reason(by).into()),
        (None, Some(help)) => remark("help", visible(trimmed(help))),
        (None, None) => {}
    }
    if let Some(fix) = finding.fix.as_ref().filter(|_| finding.stands()) {
        remark("fix", visible(trimmed(&fix.description)));
    }
    remarks
}

/// The repository and the version, as far as neither the message nor the lines `shown` name them.
fn subject(finding: &Finding, shown: &str) -> Option<(&'static str, String)> {
    let open = |name: &&str| !finding.message.contains(name) && !shown.contains(name);
    let repo = finding.repo.as_deref().filter(open).map(one_line);
    let release = finding.release.as_deref().filter(open).map(one_line);
    match (repo, release) {
        (Some(repo), Some(release)) => Some(("release", format!("{repo} {release}"))),
        (None, Some(release)) => Some(("release", release)),
        (Some(repo), None) => Some(("repository", repo)),
        (None, None) => None,
    }
}

fn reason(by: &Override) -> String {
    let commit: String = by.commit.chars().take(12).collect();
    format!("{} (commit {})", one_line(&by.reason), one_line(&commit))
}
