//! Findings as diagnostics.

use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString,
};

use super::document::{Document, uri_of};
use super::place::range_of;
use crate::rules::{Finding, Level};
use crate::text::one_line;

/// The diagnostic of a finding about `document`.
pub(super) fn diagnostic(finding: &Finding, document: &Document) -> Diagnostic {
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {}", one_line(help)));
    Diagnostic {
        range: range_of(&document.text, finding.place),
        severity: Some(severity(finding)),
        code: Some(NumberOrString::String(finding.rule.to_owned())),
        source: Some("tagkeeper".to_owned()),
        message: format!("{}{}", one_line(&finding.message), help.unwrap_or_default()),
        related_information: Some(related(finding, document)).filter(|it| !it.is_empty()),
        ..Diagnostic::default()
    }
}

fn severity(finding: &Finding) -> DiagnosticSeverity {
    match finding.level {
        _ if finding.overridden_by.is_some() => DiagnosticSeverity::HINT,
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Note => DiagnosticSeverity::INFORMATION,
        Level::CouldNotCheck => DiagnosticSeverity::HINT,
    }
}

fn related(finding: &Finding, document: &Document) -> Vec<DiagnosticRelatedInformation> {
    let all = finding.related.iter().filter_map(|related| {
        let file = document.beside(&related.file)?;
        let text = match document.path() == Some(&related.file) {
            true => document.text.clone(),
            false => std::fs::read_to_string(&file).ok()?,
        };
        let location = Location { uri: uri_of(&file)?, range: range_of(&text, related.place) };
        Some(DiagnosticRelatedInformation { location, message: one_line(&related.label) })
    });
    all.collect()
}
