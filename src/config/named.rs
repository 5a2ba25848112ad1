//! Files that a person names, on the command line or in the configuration: whatever they are, they are not read for ever.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// No such file is larger, in bytes.
const LARGEST: u64 = 64 << 20;

/// The content of a file, which may be a pipe.
///
/// # Errors
/// If it cannot be read, or is larger than 64 MiB, as `/dev/zero` is.
pub fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {LARGEST} bytes")));
    }
    Ok(bytes)
}

/// The same, as text.
///
/// # Errors
/// As [`read_named`], and if it is not UTF-8.
pub fn read_named_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_named(path)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_refused() {
        let endless = read_named(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(endless.to_string(), format!("it is larger than {LARGEST} bytes"));
        assert_eq!(read_named(Path::new("/dev/null")).unwrap(), b"");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"\xff").unwrap();
        assert_eq!(read_named(file.path()).unwrap(), b"\xff");
        assert!(read_named_text(file.path()).is_err());
    }
}
