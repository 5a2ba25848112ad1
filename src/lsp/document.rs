//! The texts that are open in the editor.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lsp_types::Uri;
use percent_encoding::percent_decode_str;

use crate::workspace::Options;

/// A text that is open.
pub(super) struct Document {
    /// The number of the editor for this state of it.
    pub(super) version: i32,
    pub(super) text: String,
    /// Whether it changed since it was judged.
    pub(super) is_changed: bool,
    place: Option<InRepository>,
}

/// Where a text is.
#[derive(Clone)]
struct InRepository {
    root: PathBuf,
    /// From there, with slashes.
    path: String,
}

impl Document {
    /// The text of `uri`.
    pub(super) fn opened(uri: &Uri, version: i32, text: String) -> Self {
        let place = file_of(uri).and_then(|file| in_repository(&file));
        Self { version, text, is_changed: true, place }
    }

    /// Its path in the releases repository; `None` for a file outside of any repository.
    pub(super) fn path(&self) -> Option<&str> {
        self.place.as_ref().map(|place| place.path.as_str())
    }

    /// The file at `path` of the same repository.
    pub(super) fn beside(&self, path: &str) -> Option<PathBuf> {
        Some(self.place.as_ref()?.root.join(path))
    }

    /// `options` for a look at this text, with what is not saved.
    pub(super) fn options(&self, options: &Options) -> Option<Options> {
        let InRepository { root, path } = self.place.as_ref()?;
        let unsaved = BTreeMap::from([(path.clone(), self.text.clone().into_bytes())]);
        let paths = vec![PathBuf::from(path)];
        Some(Options { directory: root.clone(), unsaved, paths, ..options.clone() })
    }
}

/// The file that a URI names.
fn file_of(uri: &Uri) -> Option<PathBuf> {
    let path = uri.as_str().strip_prefix("file://")?;
    // What comes before the path is a host: empty, or this one.
    let path = path.strip_prefix("localhost").unwrap_or(path);
    let path = percent_decode_str(path).decode_utf8().ok()?;
    path.starts_with('/').then(|| PathBuf::from(&*path))
}

/// The URI of a file.
pub(super) fn uri_of(file: &Path) -> Option<Uri> {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte);
    let mut uri = "file://".to_owned();
    for byte in file.to_str()?.bytes() {
        if is_plain(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").ok()?;
        }
    }
    uri.parse().ok()
}

/// The repository around a file: the nearest folder above it with a `.git`.
fn in_repository(file: &Path) -> Option<InRepository> {
    let root = file.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
    let path = file.strip_prefix(root).ok()?.to_str()?.to_owned();
    Some(InRepository { root: root.to_owned(), path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_and_its_file_are_the_same() {
        let file = Path::new("/tmp/a b/é%.yaml");
        let uri = uri_of(file).unwrap();
        assert_eq!(uri.as_str(), "file:///tmp/a%20b/%C3%A9%25.yaml");
        assert_eq!(file_of(&uri).unwrap(), file);
        assert_eq!(file_of(&"untitled:Untitled-1".parse().unwrap()), None);
        assert_eq!(file_of(&"https://example.org/x".parse().unwrap()), None);
        assert_eq!(file_of(&"file://other/x".parse().unwrap()), None);
    }
}
