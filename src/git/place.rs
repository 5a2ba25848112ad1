//! Where in the cache the mirror of a repository lies, and what is there.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::GitError;
use super::refs::REMOTE;
use super::remote::RemoteUrl;
use super::repository::Repository;
use super::stamp;

/// The file that marks a directory as a mirror of ours, which may be thrown away.
const MARKER: &str = "tagkeeper-mirror";

/// The file that holds the name of the remote's trunk.
const TRUNK: &str = "tagkeeper-trunk";

/// What the configuration of every mirror says: it knows its remote only by name, the URL may hold a password.
pub(super) const CONFIG: [(&str, &str); 4] = [
    ("extensions.partialClone", REMOTE),
    ("remote.tagkeeper.promisor", "true"),
    ("remote.tagkeeper.partialCloneFilter", "tree:0"),
    ("gc.auto", "0"),
];

/// The place of one mirror.
#[derive(Debug)]
pub(super) struct MirrorPlace {
    /// The mirror itself: `<cache>/mirrors/<host>/<path>.git`.
    pub(super) directory: PathBuf,
    /// Its lock.
    pub(super) lock: PathBuf,
    /// Where it is made before it takes its place.
    pub(super) making: PathBuf,
    /// Where a broken one goes before it is removed.
    pub(super) discarded: PathBuf,
}

/// What is found at a place.
pub(super) enum MirrorState {
    Nothing,
    Mirror(Repository),
    /// A mirror of ours that is not as we left it: it has to be checked, under its lock.
    Changed,
    /// A mirror of ours that is damaged.
    Broken(String),
}

impl MirrorPlace {
    pub(super) fn new(cache: &Path, url: &RemoteUrl) -> Self {
        let directory = cache.join("mirrors").join(relative(url));
        let beside = |suffix: &str| {
            let mut path = directory.clone().into_os_string();
            path.push(suffix);
            PathBuf::from(path)
        };
        let (lock, making) = (beside(".lock"), beside(".making"));
        let discarded = beside(".discarded");
        Self { directory, lock, making, discarded }
    }

    /// Looks at what is there; a look that finds it sound costs less than a millisecond.
    pub(super) fn find(&self) -> Result<MirrorState, GitError> {
        let mut entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(MirrorState::Nothing),
            Err(error) => return Err(GitError::io("cannot read", &self.directory, &error)),
        };
        if !self.directory.join(MARKER).is_file() {
            return match entries.next() {
                None => Ok(MirrorState::Nothing),
                Some(_) => Err(GitError::Occupied { path: self.directory.clone() }),
            };
        }
        match open_sound(&self.directory) {
            Ok(_) if !stamp::is_unchanged(&self.directory)? => Ok(MirrorState::Changed),
            Ok(repository) => Ok(MirrorState::Mirror(repository)),
            Err(error @ GitError::Refused { .. }) => Err(error),
            Err(error) => Ok(MirrorState::Broken(error.to_string())),
        }
    }

    /// Marks a directory that is being made.
    pub(super) fn mark(&self, url: &RemoteUrl) -> Result<(), GitError> {
        let marker = self.making.join(MARKER);
        fs::write(&marker, format!("{url}\n"))
            .map_err(|error| GitError::io("cannot write", &marker, &error))
    }

    /// The trunk of the remote, as it was asked last: `None` where it was never asked, empty where it had none.
    pub(super) fn trunk(&self) -> Option<String> {
        fs::read_to_string(self.directory.join(TRUNK)).ok()
    }

    /// Keeps the trunk of the remote for runs that may not ask it.
    pub(super) fn keep_trunk(&self, trunk: Option<&str>) {
        let path = self.directory.join(TRUNK);
        if let Err(error) = fs::write(&path, trunk.unwrap_or_default()) {
            log::info!("cannot write {}: {error}", path.display());
        }
    }

    /// Replaces whatever is there with what was made.
    pub(super) fn take_place(&self) -> Result<(), GitError> {
        remove(&self.discarded)?;
        match fs::rename(&self.directory, &self.discarded) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(GitError::io("cannot move away", &self.directory, &error));
            }
            _ => {}
        }
        fs::rename(&self.making, &self.directory)
            .map_err(|error| GitError::io("cannot create", &self.directory, &error))?;
        remove(&self.discarded)
    }
}

/// Opens a mirror and reads the tip of every branch: a missing or half pack shows there.
fn open_sound(directory: &Path) -> Result<Repository, GitError> {
    let repository = Repository::open(directory)?;
    must_be_configured(&repository)?;
    repository.head()?;
    let refs = repository.refs()?;
    for tip in refs.heads.values() {
        repository.find_commit(*tip)?;
    }
    if let Some((name, tag)) = refs.tags.iter().find(|(_, tag)| !repository.has(tag.object)) {
        return Err(repository.missing(format!("{}, tag `{name}`", tag.object)));
    }
    match are_packs_whole(&directory.join("objects/pack")) {
        Ok(true) => Ok(repository),
        Ok(false) => Err(GitError::Corrupt {
            path: directory.to_owned(),
            why: "a pack is not the one that its index is for".to_owned(),
        }),
        Err(error) => Err(GitError::io("cannot read the packs of", directory, &error)),
    }
}

/// Without its configuration, git sees a mirror neither as a partial clone nor as bare.
fn must_be_configured(repository: &Repository) -> Result<(), GitError> {
    let failed = |error: git2::Error| repository.failed("reading the configuration", &error);
    let config =
        repository.inner.config().and_then(|mut config| config.snapshot()).map_err(failed)?;
    match CONFIG.iter().find(|(name, value)| config.get_str(name).ok() != Some(*value)) {
        None if repository.is_bare() => Ok(()),
        missing => {
            let name = missing.map_or("core.bare", |(name, _)| name);
            let why = format!("its configuration lacks `{name}`");
            Err(GitError::Corrupt { path: repository.git_dir().to_owned(), why })
        }
    }
}

/// Whether each pack ends in the checksum that its index has of it: one cut short does not.
fn are_packs_whole(packs: &Path) -> io::Result<bool> {
    const SUM: usize = 20;
    let entries = match packs.read_dir() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        entries => entries?,
    };
    for entry in entries {
        let index = entry?.path();
        if index.extension().is_some_and(|extension| extension == "idx") {
            // An index ends in the checksum of the pack and its own.
            let noted = last_bytes::<{ 2 * SUM }>(&index)?;
            if noted[..SUM] != last_bytes::<SUM>(&index.with_extension("pack"))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn last_bytes<const COUNT: usize>(path: &Path) -> io::Result<[u8; COUNT]> {
    let mut bytes = [0; COUNT];
    let mut file = File::open(path)?;
    file.seek(SeekFrom::End(-i64::try_from(COUNT).map_err(io::Error::other)?))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Removes a directory that may not be there.
pub(super) fn remove(directory: &Path) -> Result<(), GitError> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(GitError::io("cannot remove", directory, &error))
        }
        _ => Ok(()),
    }
}

/// `<host>/<path>.git`, different for different URLs but for the login, and never out of the cache.
fn relative(url: &RemoteUrl) -> PathBuf {
    let (host, path) = split(url.secret_text());
    let mut relative = PathBuf::from(escaped(&host, Dots::Kept));
    let mut steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let last = steps.pop().unwrap_or("%");
    // A mirror ends in `.git`, and no directory on the way to another one may.
    relative.extend(steps.iter().map(|step| escaped(step, Dots::Escaped)));
    relative.push(format!("{}.git", escaped(last, Dots::Kept)));
    relative
}

/// Host (with the scheme where it is not https, and the port) and path, without any login.
fn split(url: &str) -> (String, String) {
    if let Some((scheme, rest)) = url.split_once("://") {
        let scheme = scheme.to_ascii_lowercase();
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let host = host.to_ascii_lowercase();
        return match scheme.as_str() {
            "https" => (host, path.to_owned()),
            "file" => ("file".to_owned(), path.to_owned()),
            _ => (format!("{scheme}+{host}"), path.to_owned()),
        };
    }
    if RemoteUrl::new(url).is_local() {
        let path = std::path::absolute(url).unwrap_or_else(|_| PathBuf::from(url));
        return ("file".to_owned(), path.to_string_lossy().into_owned());
    }
    let (authority, path) = url.split_once(':').unwrap_or((url, ""));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // `host:path` starts in the home directory, `ssh://host/path` at the root.
    (format!("ssh+{}+", host.to_ascii_lowercase()), path.to_owned())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dots {
    /// All but a leading one.
    Kept,
    Escaped,
}

fn escaped(step: &str, dots: Dots) -> String {
    let mut text = String::with_capacity(step.len());
    for (at, byte) in step.bytes().enumerate() {
        match byte {
            b'.' if at > 0 && dots == Dots::Kept => text.push('.'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'+' => text.push(byte.into()),
            _ => drop(write!(text, "%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_safe_and_tell_repositories_apart() {
        for (url, place) in [
            ("https://opendev.org/openstack/oslo.config", "opendev.org/openstack/oslo.config.git"),
            ("https://me:secret@opendev.org/a/b/", "opendev.org/a/b.git"),
            ("https://h/a.git", "h/a.git.git"),
            ("https://h/a.git/b", "h/a%2Egit/b.git"),
            ("https://h:8443/a", "h%3A8443/a.git"),
            ("ssh://me@review.example:29418/a/b", "ssh+review.example%3A29418/a/b.git"),
            ("git@Host:a/b", "ssh+host+/a/b.git"),
            ("https://h/../../etc/passwd", "h/%2E%2E/%2E%2E/etc/passwd.git"),
            ("https://h/..", "h/%2E..git"),
            ("https://../x", "%2E./x.git"),
            ("https://h/a?b=c%20d", "h/a%3Fb%3Dc%2520d.git"),
            ("https://h", "h/%25.git"),
            ("file:///srv/git/a", "file/srv/git/a.git"),
            ("/srv/git/a", "file/srv/git/a.git"),
        ] {
            assert_eq!(relative(&RemoteUrl::new(url)), Path::new(place), "{url}");
        }
    }
}
