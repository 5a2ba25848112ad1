//! The upper constraints that a new branch is tested with: the default of `{env:TOX_CONSTRAINTS_FILE:…}`.

use super::lines::lines;
use crate::steps::proposing::{Edit, Edited, Texts};

/// The variables whose default is the place of the upper constraints.
const VARIABLES: [&str; 2] = ["UPPER_CONSTRAINTS_FILE", "TOX_CONSTRAINTS_FILE"];

/// So many substitutions within each other are looked at, and lines of so many bytes: projects need two, and a file is not ours.
const DEEPEST: usize = 8;
const LONGEST: usize = 8192;

/// Lets a branch be tested with the constraints of its series.
pub(super) struct ConstraintsUrl {
    /// The URL.
    pub(super) url: String,
    /// The files that may name it.
    pub(super) files: Vec<String>,
}

impl Edit for ConstraintsUrl {
    fn paths(&self) -> Vec<String> {
        self.files.clone()
    }

    fn edited(&self, files: &Texts<'_>) -> Edited {
        let there = self.files.iter().filter_map(|path| Some((path, files.get(path)?)));
        let there: Vec<_> = there.collect();
        let shown = || {
            let names: Vec<String> = self.files.iter().map(|path| format!("`{path}`")).collect();
            names.join(" or ")
        };
        if there.is_empty() {
            return Edited::AsItIs(format!("there is no {}", shown()));
        }
        let changed: Vec<(String, String)> = there
            .iter()
            .map(|(path, text)| ((*path).clone(), replaced(text, &self.url)))
            .filter(|(path, after)| files.get(path) != Some(after.as_str()))
            .collect();
        if changed.is_empty() {
            return Edited::AsItIs(format!("{} needs no other constraints", shown()));
        }
        Edited::Changed(changed)
    }
}

/// The text with that default in place of the one of each variable. Comments stay as they are.
fn replaced(text: &str, url: &str) -> String {
    let is_as_it_is =
        |line: &str| line.len() > LONGEST || line.trim_start().starts_with(['#', ';']);
    let one = |line: &str| match is_as_it_is(line) {
        true => line.to_owned(),
        false => in_line(line, url, 0),
    };
    lines(text).map(one).collect()
}

fn in_line(line: &str, url: &str, depth: usize) -> String {
    if depth == DEEPEST {
        return line.to_owned();
    }
    let mut after = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("{env:") {
        let (before, inner) = rest.split_at(start);
        after.push_str(before);
        let Some(end) = closing(inner) else {
            after.push_str(inner);
            return after;
        };
        let (whole, behind) = inner.split_at(end + 1);
        after.push_str(&substitution(whole, url, depth));
        rest = behind;
    }
    after.push_str(rest);
    after
}

/// `{env:NAME:default}` with another default, where the name is one of ours. A default that is such a substitution itself keeps
/// its variable.
fn substitution(whole: &str, url: &str, depth: usize) -> String {
    let inner = &whole["{env:".len()..whole.len() - 1];
    let (name, default) = inner.split_once(':').map_or((inner, None), |(a, b)| (a, Some(b)));
    match default {
        Some(default) if default.contains("{env:") => {
            let changed = in_line(default, url, depth + 1);
            let is_whole =
                default.starts_with("{env:") && closing(default) == Some(default.len() - 1);
            if VARIABLES.contains(&name) && !is_whole {
                return format!("{{env:{name}:{url}}}");
            }
            format!("{{env:{name}:{changed}}}")
        }
        _ if VARIABLES.contains(&name) => format!("{{env:{name}:{url}}}"),
        _ => whole.to_owned(),
    }
}

/// Where the brace that `text` begins with is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::replaced;

    const URL: &str = "https://h/upper/2026.2";

    #[test]
    fn only_the_default_of_the_variables_changes() {
        let table = [
            (
                "deps = -c{env:TOX_CONSTRAINTS_FILE:https://h/upper/master}\n",
                "deps = -c{env:TOX_CONSTRAINTS_FILE:URL}\n",
            ),
            (
                "  -c {env:UPPER_CONSTRAINTS_FILE:https://h/master} -r x.txt\r\n",
                "  -c {env:UPPER_CONSTRAINTS_FILE:URL} -r x.txt\r\n",
            ),
            ("  {env:TOX_CONSTRAINTS_FILE:https://h/master}", "  {env:TOX_CONSTRAINTS_FILE:URL}"),
            ("x{env:TOX_CONSTRAINTS_FILE}y", "x{env:TOX_CONSTRAINTS_FILE:URL}y"),
            (
                "-c{env:TOX_CONSTRAINTS_FILE:{env:UPPER_CONSTRAINTS_FILE:https://h/m}} ",
                "-c{env:TOX_CONSTRAINTS_FILE:{env:UPPER_CONSTRAINTS_FILE:URL}} ",
            ),
            ("-c{env:TOX_CONSTRAINTS_FILE:{toxinidir}/c.txt}", "-c{env:TOX_CONSTRAINTS_FILE:URL}"),
            (
                "a{env:HOME:/x} {env:TOX_CONSTRAINTS_FILE:a} {posargs}",
                "a{env:HOME:/x} {env:TOX_CONSTRAINTS_FILE:URL} {posargs}",
            ),
            ("# {env:TOX_CONSTRAINTS_FILE:a}\n", "# {env:TOX_CONSTRAINTS_FILE:a}\n"),
            ("{env:TOX_CONSTRAINTS_FILE:a\n", "{env:TOX_CONSTRAINTS_FILE:a\n"),
            ("{env:MY_TOX_CONSTRAINTS_FILE:a}", "{env:MY_TOX_CONSTRAINTS_FILE:a}"),
        ];
        for (before, after) in table {
            let after = after.replace("URL", URL);
            assert_eq!(replaced(before, URL), after, "{before}");
            assert_eq!(replaced(&after, URL), after, "{after}");
        }
    }

    #[test]
    fn a_hostile_file_is_left_as_it_is() {
        let nested = |depth: usize| {
            format!("{}a{}\n", "{env:TOX_CONSTRAINTS_FILE:".repeat(depth), "}".repeat(depth))
        };
        assert_eq!(replaced(&nested(8), URL), nested(8).replace(":a}", &format!(":{URL}}}")));
        for text in [nested(9), nested(100_000), "{env:X:".repeat(100_000)] {
            assert!(replaced(&text, URL) == text, "{} bytes", text.len());
        }
        let long = format!("{}{}", " ".repeat(100_000), nested(1));
        assert!(replaced(&long, URL) == long);
    }
}
