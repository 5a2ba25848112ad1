//! The version that a puppet module, a Node.js package or an xstatic package states in its own files.

use std::sync::Arc;

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided, text};
use super::python::{Kind, Module};

/// Where xstatic packages have their modules.
const XSTATIC: &str = "xstatic/pkg";

/// The `version` in a JSON file, such as `metadata.json` of puppet and `package.json` of Node.js; `None` if there is no such
/// file, or it states none.
///
/// # Errors
/// If the file cannot be read.
pub fn in_json(files: &dyn ProjectFiles, path: &str) -> FromFiles<Sourced<String>> {
    let Some(text) = text(files, path)? else { return Ok(None) };
    let read: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Undecided::because(format_args!("`{path}` is not JSON: {error}")))?;
    let version = read.get("version").and_then(serde_json::Value::as_str);
    let line = 1 + text.lines().position(|line| line.contains("\"version\"")).unwrap_or(0);
    Ok(version.map(|version| Sourced::at(&Arc::from(path), line, version.to_owned())))
}

/// The `PACKAGE_VERSION` of each module of an xstatic package; empty if there is none.
///
/// # Errors
/// If a file cannot be read, or computes it.
pub fn in_xstatic(files: &dyn ProjectFiles) -> Result<Vec<Sourced<String>>, Undecided> {
    let mut found = Vec::new();
    for name in files.list(XSTATIC).map_err(Undecided::because)? {
        let path = format!("{XSTATIC}/{name}/__init__.py");
        let Some(text) = text(files, &path)? else { continue };
        let mut module = Module::read(&text, "setup");
        match module.constants.remove("PACKAGE_VERSION") {
            None if !text.contains("PACKAGE_VERSION") => {}
            Some(value) if matches!(value.kind, Kind::Text(_)) => {
                let Kind::Text(version) = value.kind else { continue };
                found.push(Sourced::at(&Arc::from(path), value.line, version));
            }
            _ => {
                return Err(Undecided::because(format_args!(
                    "`{path}` computes `PACKAGE_VERSION`, and it is never run"
                )));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::Fake;
    use super::{in_json, in_xstatic};

    fn json(text: &str) -> Result<Option<(String, usize)>, String> {
        let found = in_json(&Fake::of([("metadata.json", text)]), "metadata.json");
        let short = found.map(|said| said.map(|said| (said.value, said.origin.line)));
        short.map_err(|why| why.to_string())
    }

    fn xstatic(text: &str) -> Result<Vec<String>, String> {
        let found = in_xstatic(&Fake::of([("xstatic/pkg/gizmo/__init__.py", text)]));
        let values = found.map(|all| all.into_iter().map(|said| said.value).collect());
        values.map_err(|why| why.to_string())
    }

    #[test]
    fn the_version_is_read_with_its_line() {
        assert_eq!(
            json("{\n  \"name\": \"x\",\n  \"version\": \"1.2.3\"\n}"),
            Ok(Some(("1.2.3".to_owned(), 3)))
        );
        assert_eq!(json("\u{feff}{\"version\": \"1\"}"), Ok(Some(("1".to_owned(), 1))));
        for text in ["{}", "{\"version\": 1}", "[]"] {
            assert_eq!(json(text), Ok(None), "{text}");
        }
        assert!(json("{").unwrap_err().starts_with("`metadata.json` is not JSON"));
        assert!(json(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn strings_and_names_are_joined() {
        let text =
            "VERSION = '1.4.5'\nBUILD = \"2\" # of ours\nPACKAGE_VERSION = VERSION + '.' + BUILD\n";
        assert_eq!(xstatic(text), Ok(vec!["1.4.5.2".to_owned()]));
        assert_eq!(xstatic("PACKAGE_VERSION = '%s.%s' % ('1', '2')\n"), Ok(vec!["1.2".to_owned()]));
        assert_eq!(xstatic("VERSION = '1'\n"), Ok(Vec::new()));
        assert!(xstatic("PACKAGE_VERSION = read('VERSION')\n").is_err());
        assert!(xstatic("if x:\n    PACKAGE_VERSION = '1'\n").is_err());
    }
}
