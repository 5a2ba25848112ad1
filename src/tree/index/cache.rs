//! The texts of whole folders on disk, by git's id of the folder: content never changes under an id.

use std::fs::{self, DirEntry};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::texts::Content;

/// A directory with a file for each folder that was read.
#[derive(Clone, Debug, Default)]
pub struct TextCache(Option<PathBuf>);

/// First word of a file; one of another format is not read.
const FORMAT: &str = "tagkeeper-texts-1";
/// A record has some forty folders. With more files than this the oldest half goes.
const MOST: usize = 400;

impl TextCache {
    /// Keeps the texts in `dir`; `None` keeps none.
    pub fn new(dir: Option<PathBuf>) -> Self {
        Self(dir)
    }

    /// The folder with this id: what an earlier run stored, else what `read` reads.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn get_or<E>(
        &self,
        id: Option<&str>,
        read: impl FnOnce() -> Result<Content, E>,
    ) -> Result<Content, E> {
        let (Some(dir), Some(id)) = (&self.0, id) else { return read() };
        let file = dir.join(id);
        if let Some(content) = fs::read(&file).ok().and_then(|bytes| decode(&bytes)) {
            return Ok(content);
        }
        let content = read()?;
        // A cache that cannot be written costs time, nothing else.
        if let Err(error) = store(dir, &file, &content) {
            log::info!("cannot keep the texts of the record in {}: {error}", dir.display());
        }
        Ok(content)
    }
}

fn store(dir: &Path, file: &Path, content: &Content) -> io::Result<()> {
    fs::create_dir_all(dir)?;
    make_room(dir)?;
    let mut temp = tempfile::NamedTempFile::new_in(dir)?;
    temp.write_all(&encode(content)?)?;
    temp.persist(file).map(drop).map_err(|error| error.error)
}

/// Removes the older half of the files once there are too many.
fn make_room(dir: &Path) -> io::Result<()> {
    let mut files: Vec<_> = fs::read_dir(dir)?.flatten().collect();
    if files.len() < MOST {
        return Ok(());
    }
    files.sort_by_cached_key(|file: &DirEntry| file.metadata().and_then(|it| it.modified()).ok());
    files.iter().take(MOST / 2).try_for_each(|file| fs::remove_file(file.path()))
}

/// A line with the format and the names and sizes as JSON, then the text.
fn encode(content: &Content) -> io::Result<Vec<u8>> {
    let mut bytes = format!("{FORMAT} {}\n", serde_json::to_string(&content.ends)?).into_bytes();
    bytes.extend_from_slice(&content.text);
    Ok(bytes)
}

/// What [`encode`] wrote; `None` for anything else, such as a file that is cut off.
fn decode(bytes: &[u8]) -> Option<Content> {
    let rest = bytes.strip_prefix(FORMAT.as_bytes())?.strip_prefix(b" ")?;
    let line = memchr::memchr(b'\n', rest)?;
    let ends: Vec<(String, usize)> = serde_json::from_slice(&rest[..line]).ok()?;
    let text = &rest[line + 1..];
    let is_whole = ends.last().map_or(0, |(_, end)| *end) == text.len();
    let is_sorted = ends.is_sorted_by_key(|(_, end)| *end);
    (is_whole && is_sorted).then(|| Content { ends, text: text.to_vec() })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Content, MOST, TextCache, decode, encode};

    fn content() -> Content {
        let mut content = Content::default();
        content.push("odd\nname.yaml".to_owned(), b"---\n");
        content.push("empty.yaml".to_owned(), b"");
        content
    }

    #[test]
    fn a_file_that_is_cut_off_or_of_another_kind_is_not_read() {
        let bytes = encode(&content()).unwrap();
        assert_eq!(decode(&bytes), Some(content()));
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length]), None, "{length} bytes");
        }
        assert_eq!(decode(b"tagkeeper-index 1\n"), None);
    }

    #[test]
    fn a_folder_is_read_once_and_an_unnamed_one_each_time() {
        let dir = tempfile::tempdir().unwrap();
        let cache = TextCache::new(Some(dir.path().join("texts")));
        let mut reads = 0;
        for id in [Some("abc"), Some("abc"), Some("abd"), None, None] {
            let read = || {
                reads += 1;
                Ok::<_, ()>(content())
            };
            assert_eq!(cache.get_or(id, read), Ok(content()));
        }
        assert_eq!(reads, 4);
    }

    #[test]
    fn the_cache_does_not_grow_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let cache = TextCache::new(Some(dir.path().to_owned()));
        for id in 0..MOST + 50 {
            cache.get_or(Some(&id.to_string()), || Ok::<_, ()>(content())).unwrap();
            assert!(fs::read_dir(dir.path()).unwrap().count() <= MOST);
        }
    }
}
