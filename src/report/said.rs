//! What a finding says, for formats that hold one text for each.

use crate::rules::{Finding, Level};

/// What is wrong, then what to do, until when it holds the tag, and other places: a line each.
pub(super) fn said(finding: &Finding) -> Vec<String> {
    let what = match &finding.overridden_by {
        Some(by) => format!("overridden ({}): {}", by.reason, finding.message),
        None if finding.level == Level::CouldNotCheck => {
            format!("not checked: {}", finding.message)
        }
        None => finding.message.clone(),
    };
    let help = finding.help.iter().cloned();
    let until = finding.held.and_then(|held| held.until.moment());
    let until = until.map(|moment| format!("the tag is held until {moment}"));
    let related = finding.related.iter();
    let related =
        related.map(|there| format!("{}: {}:{}", there.label, there.file, there.place.line));
    std::iter::once(what).chain(help).chain(until).chain(related).collect()
}
