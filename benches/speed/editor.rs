//! The language server, as an editor waits for it: from a keystroke to what is found in the text.

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

/// A server with one file open.
pub(super) struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    uri: String,
    version: i64,
}

impl Editor {
    /// Starts the server, and opens the file at `uri` with this text.
    pub(super) fn open(mut server: Command, uri: String, text: &str) -> Result<Self> {
        let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = server.stdin.take().context("no input")?;
        let output = BufReader::new(server.stdout.take().context("no output")?);
        let mut editor = Self { server, input, output, uri, version: 1 };
        let initialize = Request {
            id: RequestId::from(1),
            method: "initialize".to_owned(),
            params: json!({"capabilities": {}}),
        };
        Message::Request(initialize).write(&mut editor.input)?;
        editor.note("initialized", json!({}))?;
        let document = json!({"uri": editor.uri, "languageId": "yaml", "version": 1, "text": text});
        editor.note("textDocument/didOpen", json!({"textDocument": document}))?;
        editor.wait()?;
        Ok(editor)
    }

    /// Sends the text after a keystroke, and waits for what is found in it.
    pub(super) fn typed(&mut self, text: &str) -> Result<()> {
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let changes = json!([{"text": text}]);
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.note("textDocument/didChange", params)?;
        self.wait()
    }

    fn note(&mut self, method: &str, params: Value) -> Result<()> {
        let note = Notification { method: method.to_owned(), params };
        Message::Notification(note).write(&mut self.input)?;
        Ok(self.input.flush()?)
    }

    fn wait(&mut self) -> Result<()> {
        while let Some(message) = Message::read(&mut self.output)? {
            if let Message::Notification(note) = message
                && note.method == "textDocument/publishDiagnostics"
                && note.params["version"].as_i64() == Some(self.version)
            {
                return Ok(());
            }
        }
        bail!("the server ended")
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
