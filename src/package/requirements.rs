//! All that a package needs, and the files that list it.

use std::collections::HashSet;
use std::sync::Arc;

use super::files::{FromFiles, Origin, ProjectFiles, Sourced, Undecided, text};
use super::name::normalized;
use super::requirement::Requirement;

/// What a package needs to be installed, with its extras.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// In the order of the files.
    pub all: Vec<Needed>,
    /// Lines that cannot be read as requirements.
    pub unreadable: Vec<Sourced<String>>,
}

/// One requirement of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The normalised name of the extra that needs it; `None` if it is always needed.
    pub extra: Option<String>,
    /// What is needed.
    pub requirement: Requirement,
    /// Where the project says so.
    pub origin: Origin,
}

/// How many files may include each other.
const MOST_FILES: usize = 64;

impl Requirements {
    /// Adds one requirement, without its comment.
    pub(super) fn add(&mut self, extra: Option<&str>, text: &str, file: &Arc<str>, line: usize) {
        let origin = Origin { file: Arc::clone(file), line };
        match Requirement::parse(text) {
            Ok(requirement) => {
                self.all.push(Needed { extra: extra.map(normalized), requirement, origin });
            }
            Err(_) => self.unreadable.push(Sourced { value: text.trim().to_owned(), origin }),
        }
    }

    /// What the requirements file at `path` lists, with the files that it includes; `None` if there is no such file.
    ///
    /// # Errors
    /// If one of the files cannot be read, or is missing.
    pub fn in_file(files: &dyn ProjectFiles, path: &str) -> FromFiles<Self> {
        let mut found = Self::default();
        Ok(found.add_file(files, None, path)?.then_some(found))
    }

    /// Adds what a requirements file lists, with the files that it includes. Says whether there is such a file.
    ///
    /// # Errors
    /// If one of the files cannot be read, or is missing.
    pub(super) fn add_file(
        &mut self,
        files: &dyn ProjectFiles,
        extra: Option<&str>,
        path: &str,
    ) -> Result<bool, Undecided> {
        let Some(text) = text(files, path)? else { return Ok(false) };
        let mut seen = HashSet::from([path.to_owned()]);
        let mut open = vec![(path.to_owned(), text)];
        while let Some((path, text)) = open.pop() {
            let file: Arc<str> = Arc::from(path.as_str());
            for (line, content) in logical_lines(&text) {
                match Line::of(&content) {
                    Line::Nothing => {}
                    Line::Requirement(text) => self.add(extra, &text, &file, line),
                    Line::File(name) => {
                        let (name, text) = included(files, &path, line, name)?;
                        if seen.len() == MOST_FILES {
                            let why = format!("`{path}` includes too many files");
                            return Err(Undecided::because(why));
                        }
                        if seen.insert(name.clone()) {
                            open.push((name, text));
                        }
                    }
                }
            }
        }
        Ok(true)
    }
}

/// The file that a line includes: pip looks beside the including file, pbr at the top of the repository.
fn included(
    files: &dyn ProjectFiles,
    path: &str,
    line: usize,
    name: &str,
) -> Result<(String, String), Undecided> {
    for candidate in [beside(path, name), tidy(name)].into_iter().flatten() {
        if let Some(text) = text(files, &candidate)? {
            return Ok((candidate, text));
        }
    }
    Err(Undecided::because(format_args!("`{path}:{line}` includes `{name}`, which does not exist")))
}

/// The path of `name` as the file or symbolic link at `path` means it; `None` if it leads out of the repository.
pub fn beside(path: &str, name: &str) -> Option<String> {
    match path.rsplit_once('/') {
        Some((folder, _)) if !name.starts_with('/') => tidy(&format!("{folder}/{name}")),
        _ => tidy(name),
    }
}

/// The path without `.` and `..`; `None` if it leads out of the repository.
fn tidy(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    (!path.starts_with('/') && !parts.is_empty()).then(|| parts.join("/"))
}

/// The lines of a requirements file, with those joined that end in a backslash, and the number of each.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (line, content) in (1..).zip(text.lines()) {
        let (number, mut joined) = open.take().unwrap_or_else(|| (line, String::new()));
        match content.strip_suffix('\\') {
            Some(part) if !content.trim_start().starts_with('#') => {
                joined.push_str(part);
                open = Some((number, joined));
            }
            _ => {
                joined.push_str(content);
                found.push((number, joined));
            }
        }
    }
    found.extend(open);
    found
}

/// What a line of a requirements file says.
enum Line<'a> {
    Nothing,
    Requirement(String),
    File(&'a str),
}

impl<'a> Line<'a> {
    fn of(content: &'a str) -> Self {
        let line = without_comment(content).trim();
        for option in ["--requirement", "-r"] {
            if let Some(rest) = line.strip_prefix(option) {
                let name = rest.trim_start_matches(['=', ' ', '\t']).trim();
                return if name.is_empty() { Self::Nothing } else { Self::File(name) };
            }
        }
        for option in ["--editable", "-e"] {
            if let Some(rest) = line.strip_prefix(option) {
                return Self::of_url(rest.trim_start_matches(['=', ' ', '\t']));
            }
        }
        if line.is_empty() || line.starts_with('-') {
            return Self::Nothing;
        }
        let is_url = line.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme));
        if is_url {
            return Self::of_url(line);
        }
        let end = [" --", "\t--"].iter().filter_map(|mark| line.find(mark)).min();
        Self::Requirement(line[..end.unwrap_or(line.len())].to_owned())
    }

    /// A URL is the package that its `egg=` names; pbr reads `egg=nova-1.2.3` as a minimum.
    fn of_url(url: &str) -> Self {
        let Some((_, fragment)) = url.split_once('#') else {
            let is_path = !url.contains("://");
            return if is_path { Self::Nothing } else { Self::Requirement(url.to_owned()) };
        };
        let egg = fragment.split('&').find_map(|part| part.strip_prefix("egg="));
        let Some(egg) = egg else { return Self::Requirement(url.to_owned()) };
        let is_version = |text: &str| {
            text.split('.').count() >= 3 && text.starts_with(|c: char| c.is_ascii_digit())
        };
        match egg.rsplit_once('-') {
            Some((name, version)) if is_version(version) => {
                Self::Requirement(format!("{name}>={version}"))
            }
            _ => Self::Requirement(egg.to_owned()),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'))
}

/// The text without its comment: from a `#` at the start or behind a blank. The `#` of a URL has no blank before it.
pub(super) fn without_comment(line: &str) -> &str {
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        if c == '#' && (before.is_whitespace() || !line[..at].contains("://")) {
            return &line[..at];
        }
        before = c;
    }
    line
}

/// The requirements of the first of these files that exists; `None` if none does.
pub(super) fn first_of(files: &dyn ProjectFiles, paths: &[&str]) -> FromFiles<Requirements> {
    for path in paths {
        let mut found = Requirements::default();
        if found.add_file(files, None, path)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::Fake;
    use super::{first_of, tidy};

    fn read(files: &Fake) -> Vec<String> {
        let found = first_of(files, &["requirements.txt"]).unwrap().unwrap();
        let unreadable =
            found.unreadable.iter().map(|line| format!("? {} {}", line.value, line.origin));
        let listed =
            found.all.iter().map(|needed| format!("{} {}", needed.requirement, needed.origin));
        listed.chain(unreadable).collect()
    }

    fn of(text: &str) -> Vec<String> {
        read(&Fake::of([("requirements.txt", text)]))
    }

    #[test]
    fn comments_options_and_urls() {
        let text = "# of ours\n\npbr>=2.0 # Apache-2.0\n-c https://example.org/upper-constraints.txt\n--index-url https://example.org\n-f dir\nfoo>=1 --hash=sha256:00\n-e git+https://example.org/nova#egg=nova-1.2.3\n-e .\nhttps://example.org/x.zip#egg=bar&subdirectory=b\ngit+https://example.org/y\n./local\na>=1,\\\n  <2\nb#c\n";
        assert_eq!(
            of(text),
            [
                "pbr>=2.0 requirements.txt:3",
                "foo>=1 requirements.txt:7",
                "nova>=1.2.3 requirements.txt:8",
                "bar requirements.txt:10",
                "a>=1,  <2 requirements.txt:13",
                "b requirements.txt:15",
                "? git+https://example.org/y requirements.txt:11",
                "? ./local requirements.txt:12",
            ]
        );
    }

    #[test]
    fn files_include_others_beside_them_and_each_once() {
        let files = Fake::of([
            ("requirements.txt", "-r requirements/base.txt\n--requirement=other.txt\nz\n"),
            ("requirements/base.txt", "a\n-r more.txt\n-r ../requirements.txt\n"),
            ("requirements/more.txt", "b\n"),
            ("other.txt", "c\n"),
        ]);
        let mut found = read(&files);
        found.sort();
        assert_eq!(
            found,
            [
                "a requirements/base.txt:1",
                "b requirements/more.txt:1",
                "c other.txt:1",
                "z requirements.txt:3"
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_absent() {
        for files in [
            Fake::of([("requirements.txt", "-r gone.txt\n")]),
            Fake::of([("requirements.txt", "-r ../../etc/passwd\n")]),
            Fake::default().with("requirements.txt", [0xff]),
            Fake::default().with_unreadable("requirements.txt"),
        ] {
            assert!(first_of(&files, &["requirements.txt"]).is_err());
        }
        assert_eq!(first_of(&Fake::default(), &["requirements.txt"]), Ok(None));
    }

    #[test]
    fn a_path_stays_in_the_repository() {
        assert_eq!(tidy("a/./b/../c").as_deref(), Some("a/c"));
        assert_eq!(tidy("../c"), None);
        assert_eq!(tidy("/etc/passwd"), None);
    }
}
