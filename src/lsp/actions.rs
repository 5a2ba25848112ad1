//! What the editor can do about a finding.

use std::collections::HashMap;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Range, TextEdit, Uri, WorkspaceEdit,
};

use super::diagnostics::diagnostic;
use super::document::Document;
use super::place::range_of;
use crate::rules::Finding;
use crate::text::one_line;

/// The fixes of findings that touch `range`.
#[expect(clippy::mutable_key_type, reason = "the protocol keys edits by URI")]
pub(super) fn fixes(
    uri: &Uri,
    document: &Document,
    findings: &[Finding],
    range: Range,
) -> Vec<CodeActionOrCommand> {
    let touches = |finding: &&Finding| {
        let place = range_of(&document.text, finding.place);
        place.start <= range.end && range.start <= place.end
    };
    let of = |finding: &Finding| {
        let fix = finding.fix.as_ref()?;
        let edits = fix.edits.iter().map(|edit| TextEdit {
            range: range_of(&document.text, edit.place),
            new_text: edit.text.clone(),
        });
        let changes = HashMap::from([(uri.clone(), edits.collect())]);
        Some(CodeActionOrCommand::CodeAction(CodeAction {
            title: one_line(&fix.description),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic(finding, document)]),
            edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
            is_preferred: Some(true),
            ..CodeAction::default()
        }))
    };
    findings.iter().filter(touches).filter_map(of).collect()
}
