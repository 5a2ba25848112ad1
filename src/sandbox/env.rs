//! The file `env`: a shell that reads it works in the sandbox until it says `leave_sandbox`.

use std::path::Path;

use super::Sandbox;

/// The lines of the file.
pub(super) fn script(sandbox: &Sandbox) -> String {
    let root = quoted(&sandbox.root);
    let mut text = format!(
        "# Read this into a shell (`. {root}/env`) to work in the sandbox; `leave_sandbox` takes it back.\n\
         if [ \"${{_sandbox_root+set}}\" ]; then leave_sandbox; fi\n_sandbox_root={root}\n"
    );
    let mut names = vec!["PATH".to_owned()];
    let mut settings = format!("export PATH={}:\"$PATH\"\n", quoted(&sandbox.programs()));
    for (name, value) in sandbox.environment() {
        let name = name.to_string_lossy().into_owned();
        settings.push_str(&format!("export {name}={}\n", quoted(Path::new(&value))));
        names.push(name);
    }
    for name in &names {
        text.push_str(&format!(
            "if [ \"${{{name}+set}}\" ]; then _sandbox_{name}=${name}; else unset _sandbox_{name}; fi\n"
        ));
    }
    text.push_str(&settings);
    text.push_str("leave_sandbox() {\n  gpgconf --kill all 2>/dev/null\n");
    for name in &names {
        text.push_str(&format!(
            "  if [ \"${{_sandbox_{name}+set}}\" ]; then export {name}=\"$_sandbox_{name}\"; else unset {name}; fi\n  unset _sandbox_{name}\n"
        ));
    }
    text.push_str("  unset _sandbox_root\n  unset -f leave_sandbox\n}\n");
    text
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.to_string_lossy().replace('\'', r"'\''"))
}
