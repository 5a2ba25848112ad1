//! The language server: what `check` says, while the file is being written.
//!
//! One thread judges, another one reads. Before anything is judged, all that the editor has sent is taken in: no keystroke
//! waits for the judgement of an older one, and what is published is about the newest text.

mod actions;
mod complete;
mod context;
mod diagnostics;
mod document;
mod hover;
mod place;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self, Notification as _};
use lsp_types::request::{self, Request as _};
use lsp_types::{
    CancelParams, CodeActionParams, CodeActionProviderCapability, CompletionOptions,
    CompletionParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, GotoDefinitionParams, GotoDefinitionResponse, HoverParams,
    HoverProviderCapability, InitializeResult, Location, LogMessageParams, MessageType,
    NumberOrString, OneOf, PublishDiagnosticsParams, Range, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::ops::check::{CheckOptions, Preview, check};
use crate::ops::older::older_file;
use crate::rules::{Closed, Finding};
use crate::workspace::{Failure, Options, Workspace};
use document::{Document, uri_of};

/// Talks with an editor over `input` and `out` until it says to exit, or `input` ends.
///
/// # Errors
/// If `out` cannot be written.
pub fn serve(
    options: &Options,
    input: impl BufRead + Send + 'static,
    out: &mut dyn Write,
) -> io::Result<SessionEnd> {
    let receiver = wire::messages(input);
    let mut server = Server { options, out, documents: BTreeMap::new(), is_shut_down: false };
    loop {
        let messages = wire::next(&receiver);
        if messages.is_empty() {
            return Ok(if server.is_shut_down {
                SessionEnd::AsAsked
            } else {
                SessionEnd::Abruptly
            });
        }
        let cancelled: BTreeSet<String> = messages.iter().filter_map(cancelled).collect();
        for message in messages {
            match message {
                Message::Notification(it) if it.method == notification::Exit::METHOD => {
                    return Ok(if server.is_shut_down {
                        SessionEnd::AsAsked
                    } else {
                        SessionEnd::Abruptly
                    });
                }
                Message::Notification(it) => server.take_note(it)?,
                Message::Request(it) if cancelled.contains(&it.id.to_string()) => {
                    let message = "cancelled by the editor".to_owned();
                    server.refuse(it.id, ErrorCode::RequestCanceled, message)?;
                }
                Message::Request(it) => server.answer(it)?,
                Message::Response(_) => {}
            }
        }
        server.judge_changed()?;
    }
}

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// After `shutdown`.
    AsAsked,
    /// Without it.
    Abruptly,
}

struct Server<'a> {
    options: &'a Options,
    out: &'a mut dyn Write,
    documents: BTreeMap<Uri, (Document, Vec<Finding>)>,
    is_shut_down: bool,
}

impl Server<'_> {
    fn take_note(&mut self, note: Notification) -> io::Result<()> {
        match note.method.as_str() {
            notification::DidOpenTextDocument::METHOD => {
                let Some(DidOpenTextDocumentParams { text_document: it }) = read(note.params)
                else {
                    return Ok(());
                };
                let document = Document::opened(&it.uri, it.version, it.text);
                self.documents.insert(it.uri, (document, Vec::new()));
            }
            notification::DidChangeTextDocument::METHOD => {
                let Some(DidChangeTextDocumentParams { text_document: it, content_changes }) =
                    read(note.params)
                else {
                    return Ok(());
                };
                // The whole text comes each time, as the capabilities say.
                let newest =
                    content_changes.into_iter().rev().find(|change| change.range.is_none());
                if let (Some((document, _)), Some(newest)) =
                    (self.documents.get_mut(&it.uri), newest)
                {
                    document.version = it.version;
                    document.text = newest.text;
                    document.is_changed = true;
                }
            }
            // Another file of the record may be what a finding is about.
            notification::DidSaveTextDocument::METHOD => {
                self.documents.values_mut().for_each(|(document, _)| document.is_changed = true);
            }
            notification::DidCloseTextDocument::METHOD => {
                let Some(DidCloseTextDocumentParams { text_document: it }) = read(note.params)
                else {
                    return Ok(());
                };
                self.documents.remove(&it.uri);
                self.publish(it.uri, None, Vec::new())?;
            }
            _ => {}
        }
        Ok(())
    }

    fn answer(&mut self, request: Request) -> io::Result<()> {
        let Request { id, method, params } = request;
        match method.as_str() {
            request::Initialize::METHOD => self.reply(id, initialized()),
            request::Shutdown::METHOD => {
                self.is_shut_down = true;
                self.reply(id, Value::Null)
            }
            request::CodeActionRequest::METHOD => {
                self.reply_with(id, params, |server, asked: CodeActionParams| {
                    let uri = asked.text_document.uri;
                    server.judge_changed().ok()?;
                    let (document, findings) = server.documents.get(&uri)?;
                    Some(actions::fixes(&uri, document, findings, asked.range))
                })
            }
            request::HoverRequest::METHOD => {
                self.reply_with(id, params, |server, asked: HoverParams| {
                    let at = asked.text_document_position_params;
                    server.judge_changed().ok()?;
                    let (document, findings) = server.documents.get(&at.text_document.uri)?;
                    hover::hover(document, findings, at.position, server.options)
                })
            }
            request::Completion::METHOD => {
                self.reply_with(id, params, |server, asked: CompletionParams| {
                    let at = asked.text_document_position;
                    let (document, _) = server.documents.get(&at.text_document.uri)?;
                    Some(complete::complete(document, at.position, server.options))
                })
            }
            request::GotoDefinition::METHOD => {
                self.reply_with(id, params, |server, asked: GotoDefinitionParams| {
                    let uri = asked.text_document_position_params.text_document.uri;
                    let (document, _) = server.documents.get(&uri)?;
                    let workspace = Workspace::open(&document.options(server.options)?).ok()?;
                    let older = older_file(&workspace, document.path()?).ok().flatten()?;
                    let uri = uri_of(&document.beside(&older)?)?;
                    let range = Range::default();
                    Some(GotoDefinitionResponse::Scalar(Location { uri, range }))
                })
            }
            _ => {
                let message = format!("tagkeeper has no `{method}`");
                self.refuse(id, ErrorCode::MethodNotFound, message)
            }
        }
    }

    /// Replies with what `find` finds for the parameters; with nothing if it finds nothing.
    fn reply_with<P: DeserializeOwned, R: serde::Serialize>(
        &mut self,
        id: RequestId,
        params: Value,
        find: impl FnOnce(&mut Self, P) -> Option<R>,
    ) -> io::Result<()> {
        match serde_json::from_value(params) {
            Ok(params) => {
                let found = find(self, params);
                self.reply(id, found)
            }
            Err(error) => self.refuse(id, ErrorCode::InvalidParams, error.to_string()),
        }
    }

    /// Judges the texts that changed, and publishes what is found.
    fn judge_changed(&mut self) -> io::Result<()> {
        let changed = self.documents.iter().filter(|(_, (document, _))| document.is_changed);
        let changed: Vec<Uri> = changed.map(|(uri, _)| uri.clone()).collect();
        for uri in changed {
            if let Some(failure) = self.judge(&uri) {
                let typ = MessageType::WARNING;
                let message = failure.to_string();
                let note = LogMessageParams { typ, message };
                self.notify::<notification::LogMessage>(note)?;
            }
            let Some((document, findings)) = self.documents.get(&uri) else { continue };
            let found = findings.iter().map(|one| diagnostics::diagnostic(one, document)).collect();
            self.publish(uri, Some(document.version), found)?;
        }
        Ok(())
    }

    /// Judges a text if it changed; why it could not be judged. Then nothing older is shown.
    fn judge(&mut self, uri: &Uri) -> Option<Failure> {
        let (document, findings) = self.documents.get_mut(uri)?;
        if !std::mem::replace(&mut document.is_changed, false) {
            return None;
        }
        findings.clear();
        let (options, path) = (document.options(self.options)?, document.path()?);
        match judged(&options) {
            Ok(found) => {
                findings.extend(found.into_iter().filter(|finding| finding.file == path));
                None
            }
            Err(failure) => Some(failure),
        }
    }

    fn publish(
        &mut self,
        uri: Uri,
        version: Option<i32>,
        diagnostics: Vec<lsp_types::Diagnostic>,
    ) -> io::Result<()> {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.notify::<notification::PublishDiagnostics>(params)
    }

    fn notify<N: notification::Notification>(&mut self, params: N::Params) -> io::Result<()> {
        let note = Notification::new(N::METHOD.to_owned(), params);
        wire::send(self.out, Message::Notification(note))
    }

    fn reply(&mut self, id: RequestId, result: impl serde::Serialize) -> io::Result<()> {
        wire::send(self.out, Message::Response(Response::new_ok(id, result)))
    }

    fn refuse(&mut self, id: RequestId, code: ErrorCode, message: String) -> io::Result<()> {
        wire::send(self.out, Message::Response(Response::new_err(id, code as i32, message)))
    }
}

fn judged(options: &Options) -> Result<Vec<Finding>, Failure> {
    let how = CheckOptions { closed: Closed::Skipped, preview: Preview::None };
    Ok(check(&Workspace::open(options)?, None, how)?.report.findings)
}

/// The request that a notification cancels.
fn cancelled(message: &Message) -> Option<String> {
    let Message::Notification(note) = message else { return None };
    if note.method != notification::Cancel::METHOD {
        return None;
    }
    let CancelParams { id } = serde_json::from_value(note.params.clone()).ok()?;
    Some(match id {
        NumberOrString::Number(id) => RequestId::from(id).to_string(),
        NumberOrString::String(id) => RequestId::from(id).to_string(),
    })
}

/// The parameters of a notification; one that cannot be read is left out.
fn read<P: DeserializeOwned>(params: Value) -> Option<P> {
    serde_json::from_value(params)
        .inspect_err(|error| log::warn!("ignoring a message from the editor: {error}"))
        .ok()
}

fn initialized() -> InitializeResult {
    let sync = TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL);
    let completion = CompletionOptions {
        trigger_characters: Some(vec![" ".to_owned(), ":".to_owned()]),
        ..CompletionOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(sync),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(completion),
            code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo {
            name: "tagkeeper".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}
