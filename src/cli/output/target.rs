//! Writing to a path that may be anything: a plain file, a link, a device, a pipe, an open stream.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::workspace::replace_file;

/// Links that are followed; the system follows as many.
const MOST_LINKS: u32 = 40;

/// Writes a plain file whole or not at all, and anything else as it comes.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match Target::of(path)? {
        Target::Stdout => write_all(&mut io::stdout().lock(), bytes),
        Target::Stderr => write_all(&mut io::stderr().lock(), bytes),
        Target::Stream(path) => write_all(&mut File::options().append(true).open(path)?, bytes),
        Target::File(path) => replace_file(&path, bytes),
    }
}

/// Writes to a stream. A reader that has seen enough is no failure.
pub(super) fn write_all(out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// What a path leads to, its links followed.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Stdout,
    Stderr,
    /// Something to write into; to put a file in its place would take it away from others.
    Stream(PathBuf),
    /// A plain file, there or not.
    File(PathBuf),
}

impl Target {
    fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            match descriptor(&path) {
                Some(1) => return Ok(Self::Stdout),
                Some(2) => return Ok(Self::Stderr),
                Some(_) => return Ok(Self::Stream(path)),
                None => {}
            }
            match fs::read_link(&path) {
                Ok(target) => path = folder(&path).join(target),
                Err(_) => return Self::of_no_link(path),
            }
        }
        Err(io::Error::other("too many links lead to one another"))
    }

    fn of_no_link(path: PathBuf) -> io::Result<Self> {
        match fs::metadata(&path) {
            Ok(there) if there.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
            Ok(there) if !there.is_file() => Ok(Self::Stream(path)),
            _ => Ok(Self::File(path)),
        }
    }
}

/// The number of an open stream of this process that `path` is: `/dev/fd/3`, `/proc/self/fd/3`.
fn descriptor(path: &Path) -> Option<u32> {
    let folder = fs::canonicalize(folder(path)).ok()?;
    let is_ours = folder.starts_with(format!("/proc/{}", std::process::id()));
    let number = path.file_name()?.to_str()?.parse().ok()?;
    (is_ours && folder.ends_with("fd")).then_some(number)
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let [usual, new, old] = ["usual", "new", "old"].map(|name| dir.path().join(name));
        File::create(&usual).unwrap();
        fs::write(&old, "old").unwrap();
        fs::set_permissions(&old, fs::Permissions::from_mode(0o604)).unwrap();
        for path in [&new, &old] {
            write(path, b"text").unwrap();
            assert_eq!(fs::read(path).unwrap(), b"text");
        }
        assert_eq!((mode(&new), mode(&old)), (mode(&usual), 0o604));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3, "nothing is left behind");
    }

    #[test]
    fn a_link_stays_one_and_its_target_is_written() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("below")).unwrap();
        let (link, second) = (dir.path().join("link"), dir.path().join("below/second"));
        symlink("below/second", &link).unwrap();
        symlink("../target", &second).unwrap();
        for text in ["new", "again"] {
            write(&link, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(dir.path().join("target")).unwrap(), text);
            assert!(link.is_symlink() && second.is_symlink());
        }
        symlink("loop", dir.path().join("loop")).unwrap();
        assert!(write(&dir.path().join("loop"), b"").is_err());
    }

    #[test]
    fn what_is_no_plain_file_is_written_into() {
        write(Path::new("/dev/null"), b"text").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(write(Path::new("/dev/full"), b"text").is_err(), "a full disk is a failure");
        assert!(write(Path::new("/"), b"text").is_err());
        for (path, expected) in [("/dev/stdout", Target::Stdout), ("/dev/fd/2", Target::Stderr)] {
            assert_eq!(Target::of(Path::new(path)).unwrap(), expected);
        }
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let mut log = File::options().append(true).create(true).open(&path).unwrap();
        log.write_all(b"before ").unwrap();
        let stream = format!("/proc/self/fd/{}", log.as_raw_fd());
        write(Path::new(&stream), b"text").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"before text");
    }
}
