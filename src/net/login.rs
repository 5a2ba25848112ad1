//! User and password, from a file.

use std::path::{Path, PathBuf};

/// A user and a password. There is no way to print it.
#[derive(Clone)]
pub struct Login {
    pub(super) user: String,
    pub(super) password: String,
}

/// Why a login cannot be used; what the file holds is never shown.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The file could not be read.
    #[error("cannot read the login in {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error(
        "{} is no login: write the user on its first line and the password on its \
         second, or `user:password` on one", .0.display()
    )]
    Form(PathBuf),
}

impl Login {
    /// A login from its two parts.
    pub fn new(user: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: user.into(), password: password.into() }
    }

    /// Reads a file of two lines, user and password, or of one line `user:password`.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or has another form.
    pub fn read(path: &Path) -> Result<Self, LoginError> {
        Self::parse(&read(path)?).ok_or_else(|| LoginError::Form(path.to_owned()))
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let first = lines.next()?;
        let second = lines.next().filter(|line| !line.is_empty());
        if lines.any(|line| !line.is_empty()) {
            return None;
        }
        let (user, password) = match second {
            Some(second) => (first, second),
            None => first.split_once(':')?,
        };
        (!user.is_empty() && !password.is_empty()).then(|| Self::new(user, password))
    }
}

/// The text of a file with a secret.
pub(super) fn read(path: &Path) -> Result<String, LoginError> {
    std::fs::read_to_string(path)
        .map_err(|source| LoginError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::Login;

    fn parts(text: &str) -> Option<(String, String)> {
        Login::parse(text).map(|login| (login.user, login.password))
    }

    #[test]
    fn a_login_is_two_lines_or_one_with_a_colon() {
        let expected = Some(("me".to_owned(), "a:b c".to_owned()));
        for text in ["me\na:b c\n", "me\r\na:b c\r\n", "me:a:b c", "me:a:b c\n\n"] {
            assert_eq!(parts(text), expected, "{text:?}");
        }
    }

    #[test]
    fn half_a_login_is_none() {
        for text in ["", "me", "me\n", "me:", ":secret", "\nsecret", "a\nb\nc"] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_malformed_file_is_named_but_not_quoted() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hunter2").unwrap();
        let Err(error) = Login::read(file.path()) else { panic!("no login there") };
        assert!(error.to_string().contains(file.path().to_str().unwrap()));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
