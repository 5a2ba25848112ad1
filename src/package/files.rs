//! Where the readers find the files of a project, and where in them they found something.

use std::fmt;
use std::sync::Arc;

/// The files of a project at one commit.
pub trait ProjectFiles {
    /// The content of the file `path`, or of the file that a symbolic link there leads to; `None` if there is none.
    ///
    /// # Errors
    /// Why it could not be read: a phrase that names the file. A file that cannot be read is never absent.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// The names in the directory `path`; none if there is no such directory.
    ///
    /// # Errors
    /// Why it could not be listed.
    fn list(&self, path: &str) -> Result<Vec<String>, String>;
}

/// Why the files of a project do not decide something: a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Undecided(pub(super) String);

/// What the files of a project say; `None` if they do not say it.
pub type FromFiles<T> = Result<Option<T>, Undecided>;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    /// Path in the repository.
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
}

/// Something that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sourced<T> {
    /// What it says.
    pub value: T,
    /// Where.
    pub origin: Origin,
}

impl Undecided {
    pub(super) fn because(why: impl fmt::Display) -> Self {
        Self(why.to_string())
    }
}

impl fmt::Display for Undecided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// As `file:line`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl<T> Sourced<T> {
    pub(super) fn at(file: &Arc<str>, line: usize, value: T) -> Self {
        Self { value, origin: Origin { file: Arc::clone(file), line } }
    }
}

/// The text of a file, without a byte order mark and with `\n` at the end of its lines.
pub(super) fn text(files: &dyn ProjectFiles, path: &str) -> FromFiles<String> {
    let Some(bytes) = files.read(path).map_err(Undecided)? else { return Ok(None) };
    let text = String::from_utf8(bytes)
        .map_err(|_| Undecided::because(format_args!("`{path}` is not UTF-8")))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    if text.contains('\0') {
        return Err(Undecided::because(format_args!("`{path}` is not a text")));
    }
    Ok(Some(if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::{ProjectFiles, text};

    /// Files in memory. A content of `None` is a file that cannot be read.
    #[derive(Default)]
    pub(crate) struct Fake(BTreeMap<String, Option<Vec<u8>>>);

    impl Fake {
        pub(crate) fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
            files.into_iter().fold(Self::default(), |fake, (path, text)| fake.with(path, text))
        }

        pub(crate) fn with(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
            self.0.insert(path.to_owned(), Some(content.into()));
            self
        }

        pub(crate) fn with_unreadable(mut self, path: &str) -> Self {
            self.0.insert(path.to_owned(), None);
            self
        }
    }

    impl ProjectFiles for Fake {
        fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
            match self.0.get(path) {
                None => Ok(None),
                Some(Some(content)) => Ok(Some(content.clone())),
                Some(None) => Err(format!("`{path}` cannot be read")),
            }
        }

        fn list(&self, path: &str) -> Result<Vec<String>, String> {
            let below = format!("{path}/");
            let mut names: Vec<String> = self
                .0
                .keys()
                .filter_map(|file| file.strip_prefix(&below)?.split('/').next())
                .map(str::to_owned)
                .collect();
            names.dedup();
            Ok(names)
        }
    }

    #[test]
    fn a_text_has_one_kind_of_line_end_and_no_mark() {
        let files = Fake::default().with("a", "\u{feff}x\r\ny\rz\n").with("b", [0xff, 0xfe]);
        assert_eq!(text(&files, "a").unwrap().unwrap(), "x\ny\nz\n");
        assert_eq!(text(&files, "b").unwrap_err().to_string(), "`b` is not UTF-8");
        assert_eq!(text(&files, "c"), Ok(None));
        assert!(text(&Fake::default().with_unreadable("a"), "a").is_err());
    }
}
