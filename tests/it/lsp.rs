//! The language server, as an editor talks to it.

use std::fs;
use std::io::{BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use lsp_server::{Message, Notification, Request, RequestId};
use serde_json::{Value, json};

use crate::support::machine::{TAGKEEPER, command_at_home};
use crate::support::played::Played;

const PATH: &str = "deliverables/hibiscus/trowel.yaml";

struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    played: Played,
    asked: i32,
}

impl Editor {
    fn new() -> Self {
        let played = Played::new();
        let root = played.root();
        let mut server = command_at_home(TAGKEEPER, &root.join("home"))
            .args(["lsp", "--stdio"])
            .current_dir(&root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let mut editor = Self { server, input, output, played, asked: 0 };
        let able = editor.ask("initialize", json!({"capabilities": {}}));
        assert_eq!(able["capabilities"]["hoverProvider"], true);
        editor.note("initialized", json!({}));
        editor
    }

    fn file(&self) -> PathBuf {
        self.played.root().join("releases").join(PATH)
    }

    fn uri(&self) -> String {
        format!("file://{}", self.file().display())
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    fn note(&mut self, method: &str, params: Value) {
        let note = Notification { method: method.to_owned(), params };
        Message::Notification(note).write(&mut self.input).unwrap();
    }

    fn receive(&mut self) -> Message {
        Message::read(&mut self.output).unwrap().expect("the server goes on")
    }

    /// The result of a request. Notifications that come before it are dropped.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        let request = Request { id: id.clone(), method: method.to_owned(), params };
        Message::Request(request).write(&mut self.input).unwrap();
        loop {
            if let Message::Response(response) = self.receive()
                && response.id == id
            {
                return serde_json::to_value(response).unwrap()["result"].clone();
            }
        }
    }

    /// Opens the file with this text, which is not saved; what is found in it, as `line: rule`.
    fn open(&mut self, text: &str) -> Vec<String> {
        let document = json!({"uri": self.uri(), "languageId": "yaml", "version": 1, "text": text});
        self.note("textDocument/didOpen", json!({"textDocument": document}));
        self.found(1)
    }

    fn change(&mut self, version: i32, text: &str) {
        let document = json!({"uri": self.uri(), "version": version});
        let params = json!({"textDocument": document, "contentChanges": [{"text": text}]});
        self.note("textDocument/didChange", params);
    }

    /// What is published about a version of the text.
    fn published(&mut self, version: i32) -> Value {
        loop {
            if let Message::Notification(note) = self.receive()
                && note.method == "textDocument/publishDiagnostics"
            {
                let shown = note.params["version"].as_i64().unwrap();
                assert!(shown <= i64::from(version), "nothing newer was sent");
                if shown == i64::from(version) {
                    return note.params;
                }
            }
        }
    }

    fn found(&mut self, version: i32) -> Vec<String> {
        let published = self.published(version);
        let all = published["diagnostics"].as_array().unwrap().iter();
        let line = |one: &Value| {
            format!("{}: {}", one["range"]["start"]["line"], one["code"].as_str().unwrap())
        };
        all.map(line).collect()
    }

    fn at(&self, line: usize, character: usize) -> Value {
        json!({"textDocument": {"uri": self.uri()}, "position": {"line": line, "character": character}})
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

/// The line of `text` that holds `part`, and the columns of it.
fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).unwrap()
}

#[test]
fn what_is_typed_is_judged_before_it_is_saved_and_fixed() {
    let mut editor = Editor::new();
    let text = editor.text();
    assert_eq!(editor.open(&text), [""; 0]);
    let wrong = text.replace("type: library", "tpye: library");
    let line = line_of(&wrong, "tpye");
    editor.change(2, &wrong);
    assert_eq!(editor.found(2), [format!("{line}: schema")]);
    let uri = editor.uri();
    let range =
        json!({"start": {"line": line, "character": 1}, "end": {"line": line, "character": 1}});
    let params =
        json!({"textDocument": {"uri": uri}, "range": range, "context": {"diagnostics": []}});
    let actions = editor.ask("textDocument/codeAction", params);
    let edit = &actions[0]["edit"]["changes"][&uri][0];
    assert_eq!(edit["newText"], "type", "{actions}");
    assert_eq!(edit["range"]["end"], json!({"line": line, "character": 4}));
    let hover = editor.ask("textDocument/hover", editor.at(line, 2));
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("**schema**"), "{hover}");
    assert_eq!(editor.text(), text, "nothing was written");
    editor.note("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    let Message::Notification(note) = editor.receive() else { panic!("no notification") };
    assert_eq!(note.params["diagnostics"], json!([]));
    assert_eq!(editor.ask("shutdown", Value::Null), Value::Null);
    editor.note("exit", Value::Null);
    assert!(editor.server.wait().unwrap().success());
}

#[test]
fn versions_commits_and_names_are_completed() {
    let mut editor = Editor::new();
    let hash = "0".repeat(40);
    let entry = format!(
        "  - version: 2.1\n    projects:\n      - repo: garden/trowel\n        hash: {hash}\n"
    );
    let text = editor.text().replace("branches:", &format!("{entry}branches:"));
    let text = if text.contains(&hash) { text } else { format!("{text}{entry}") };
    editor.open(&text);
    let labels = |editor: &mut Editor, line: usize, character: usize| -> Vec<String> {
        let found = editor.ask("textDocument/completion", editor.at(line, character));
        let items = found.as_array().unwrap().iter();
        items.map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    };
    let last = |part: &str| {
        text.lines().count() - 1 - text.lines().rev().position(|it| it.contains(part)).unwrap()
    };
    let line = last("version: 2.1");
    let versions = labels(&mut editor, line, 16);
    assert_eq!(versions[..3], ["2.1.1", "2.2.0", "3.0.0"]);
    let repos = labels(&mut editor, last("repo:"), 14);
    assert_eq!(repos, ["garden/trowel"]);
    let hashes = labels(&mut editor, last("hash:"), 14);
    assert!(!hashes.is_empty() && hashes.iter().all(|hash| hash.len() == 40), "{hashes:?}");
    assert_eq!(labels(&mut editor, line_of(&text, "team:"), 6), ["tools", "watering"]);
    assert!(labels(&mut editor, line_of(&text, "type:"), 6).contains(&"library".to_owned()));
    let released = line_of(&text, "hash:");
    let hover = editor.ask("textDocument/hover", editor.at(released, 20));
    assert!(hover["contents"]["value"].as_str().unwrap().contains(" in garden/trowel"), "{hover}");
    let older = editor.ask("textDocument/definition", editor.at(0, 0));
    assert!(older["uri"].as_str().unwrap().ends_with("deliverables/gardenia/trowel.yaml"));
}

#[test]
fn nothing_that_an_editor_sends_ends_the_server_or_leaves_an_old_finding() {
    let mut editor = Editor::new();
    let text = editor.text();
    editor.open(&text);
    editor.input.write_all(b"Content-Length: 9\r\n\r\n{\"id\": 1,").unwrap();
    editor.input.write_all(b"Content-Length: 2\r\n\r\n{}").unwrap();
    editor.input.write_all(b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc").unwrap();
    editor.note("textDocument/didChange", json!({"textDocument": 7}));
    editor.note("$/whatever", json!([1]));
    assert_eq!(editor.ask("no/such/method", json!({})), Value::Null);
    assert_eq!(editor.ask("textDocument/hover", json!({"textDocument": 1})), Value::Null);
    // Half-typed texts of every length, and only the newest one counts.
    for (at, _) in text.char_indices() {
        editor.change(i32::try_from(at).unwrap() + 2, &text[..at]);
    }
    let last = i32::try_from(text.len()).unwrap() + 2;
    editor.change(last, &text.replace('\n', "\r\n"));
    assert!(!editor.found(last).iter().any(|it| it.ends_with("yaml-syntax")));
    let large = format!("{text}# {}\n", "x".repeat(1 << 20));
    editor.change(last + 1, &large);
    editor.found(last + 1);
    editor.change(
        last + 2,
        &format!("# \u{1f600}\n{}", text.replace("type:", "\"\u{1f600}\": 1\ntype:")),
    );
    let published = editor.published(last + 2);
    let unknown =
        published["diagnostics"].as_array().unwrap().iter().find(|it| it["code"] == "schema");
    assert_eq!(unknown.unwrap()["range"]["end"]["character"], 4, "UTF-16 units: {published}");
}

#[test]
fn a_question_that_comes_with_a_change_leaves_no_old_finding() {
    let mut editor = Editor::new();
    let text = editor.text();
    editor.open(&text.replace("type:", "tpye:"));
    editor.change(2, &text);
    editor.asked += 1;
    let params = editor.at(0, 0);
    let request = Request {
        id: RequestId::from(editor.asked),
        method: "textDocument/hover".to_owned(),
        params,
    };
    Message::Request(request).write(&mut editor.input).unwrap();
    assert_eq!(editor.found(2), [""; 0]);
}

#[test]
fn a_file_outside_of_a_repository_is_left_alone() {
    let mut editor = Editor::new();
    for uri in ["file:///no/such/place/x.yaml", "untitled:Untitled-1"] {
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": "a: ["});
        editor.note("textDocument/didOpen", json!({"textDocument": document}));
        assert_eq!(editor.published(1)["diagnostics"], json!([]));
    }
}
