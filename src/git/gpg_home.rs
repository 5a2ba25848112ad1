//! The home of gpg, by a path that is short enough for a socket.

use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::{env, io};

use super::scratch::OwnDirectory;
use super::sign::KeyError;

/// gpg talks to its agent through a socket in its home, and the system takes at most 107 bytes for the path of one:
/// `/S.gpg-agent.browser` is the longest.
const LONGEST: usize = 107 - "/S.gpg-agent.browser".len();

/// Where a short path can be made.
const SHORT: &str = "/tmp";

/// The home for one call of gpg.
#[derive(Debug, Default)]
pub(super) struct GpgHome {
    path: Option<PathBuf>,
    /// Holds the short path to a home that is too deep.
    _link: Option<OwnDirectory>,
}

impl GpgHome {
    /// `home`, else that of the environment.
    pub(super) fn of(home: Option<&Path>) -> Result<Self, KeyError> {
        let home = home.map(Path::to_owned).or_else(|| env::var_os("GNUPGHOME").map(PathBuf::from));
        match home {
            Some(home) if absolute(&home).as_os_str().len() > LONGEST && home.is_dir() => {
                Self::linked(&absolute(&home))
            }
            path => Ok(Self { path, _link: None }),
        }
    }

    fn linked(home: &Path) -> Result<Self, KeyError> {
        let failed = |why: String| KeyError::Failed {
            doing: format!(
                "the path of the gpg home `{}` is too long for the socket of gpg-agent",
                home.display()
            ),
            why: format!(
                "no shorter path to it could be made in {SHORT}: {why}; move it to a shorter path"
            ),
        };
        let directory =
            OwnDirectory::below(SHORT.into()).map_err(|error| failed(error.to_string()))?;
        let path = directory.path().join("gpg");
        symlink(home, &path).map_err(|error: io::Error| failed(error.to_string()))?;
        Ok(Self { path: Some(path), _link: Some(directory) })
    }

    /// The environment under which gpg finds it.
    pub(super) fn environment(&self) -> Vec<(OsString, OsString)> {
        self.path.iter().map(|path| ("GNUPGHOME".into(), path.into())).collect()
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_home_that_is_too_deep_gets_another_path() {
        let dir = tempfile::tempdir().unwrap();
        let short = GpgHome::of(Some(dir.path())).unwrap();
        assert_eq!(short.path.as_deref(), Some(dir.path()));
        let deep = dir.path().join("d".repeat(LONGEST));
        std::fs::create_dir(&deep).unwrap();
        let linked = GpgHome::of(Some(&deep)).unwrap();
        let path = linked.path.clone().unwrap();
        assert!(path.as_os_str().len() <= LONGEST);
        assert_eq!(path.canonicalize().unwrap(), deep.canonicalize().unwrap());
        drop(linked);
        assert!(!path.exists() && deep.exists());
    }
}
