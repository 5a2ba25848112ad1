//! Where every repository and version of the record stands, without reading 6,000 files for one request.

pub(super) mod table;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::rc::Rc;

use table::Table;

use super::deliverable::{self, Deliverable};
use super::record::{Item, ItemKind, ReadError, Snapshot, deliverable_items};

/// Repository and version to the files that list it.
///
/// Of a check one question is asked, or a few: what is looked through is text, and no table is built. A replay asks
/// for every release of the history, and keeps a [`Table`].
#[derive(Debug)]
pub struct Index(Kept);

#[derive(Debug)]
enum Kept {
    Text(Vec<(String, Tags)>),
    Table(Rc<Table>),
}

impl Default for Index {
    fn default() -> Self {
        Self(Kept::Text(Vec::new()))
    }
}

impl Index {
    /// The files that list `version` of `repo`, sorted.
    pub fn files_with(&self, repo: &str, version: &str) -> Vec<&str> {
        let wanted = (repo, version);
        let text = format!("{repo} {version}");
        let files = match &self.0 {
            Kept::Text(files) => files,
            Kept::Table(table) => return table.files_with(&text),
        };
        let listing = files.iter().filter(|(_, tags)| tags.0.contains(&text));
        listing
            .filter(|(_, tags)| tags.pairs().any(|pair| pair == wanted))
            .map(|(file, _)| file.as_str())
            .collect()
    }

    /// Every (repository, version) of the record, by file.
    pub fn tags(&self) -> Box<dyn Iterator<Item = (&str, &str)> + '_> {
        match &self.0 {
            Kept::Text(files) => Box::new(files.iter().flat_map(|(_, tags)| tags.pairs())),
            Kept::Table(table) => Box::new(table.tags()),
        }
    }

    /// What `table` holds.
    pub(super) fn kept(table: Rc<Table>) -> Self {
        Self(Kept::Table(table))
    }

    /// Indexes `snapshot`; reads only the files whose content `cache` has not seen.
    pub(super) fn of<S: Snapshot + ?Sized>(
        snapshot: &S,
        cache: &IndexCache,
    ) -> Result<Self, ReadError> {
        let text = cache.load();
        let known = IndexCache::entries(&text);
        let mut index: Vec<(String, Tags)> = Vec::new();
        let mut unseen = false;
        let mut ids = Vec::new();
        let mut files = deliverable_items(snapshot)?;
        files.retain(|(_, item)| item.kind == ItemKind::File);
        let tags_of = |item: &Item| item.id.as_ref().and_then(|id| known.get(id.as_str()));
        let open = files.iter().filter(|(_, item)| tags_of(item).is_none());
        snapshot.prefetch(&open.map(|(path, _)| path.as_str()).collect::<Vec<_>>())?;
        for (path, item) in files {
            let known_tags = tags_of(&item);
            let tags = match known_tags {
                Some(tags) => Tags((*tags).to_owned()),
                None => Tags::read(snapshot, &path)?,
            };
            unseen |= known_tags.is_none() && item.id.is_some();
            ids.push(item.id);
            index.push((path, tags));
        }
        if unseen {
            let seen = ids
                .iter()
                .zip(&index)
                .filter_map(|(id, (_, tags))| Some((id.as_deref()?, tags.0.as_str())));
            let mut kept = BTreeMap::new();
            // A replay goes to and fro between revisions: what another one has is kept, within bounds.
            if known.len() <= index.len().max(cache.most) {
                kept.extend(known.iter().map(|(id, tags)| (*id, *tags)));
            }
            kept.extend(seen);
            cache.store(&kept);
        }
        Ok(Self(Kept::Text(index)))
    }
}

/// The repositories and versions of one file, as `repo version`, one a line of text joined by `;`.
#[derive(Clone, Debug)]
struct Tags(String);

impl Tags {
    fn read<S: Snapshot + ?Sized>(snapshot: &S, path: &str) -> Result<Self, ReadError> {
        let Some(blob) = snapshot.read(path)? else { return Ok(Self(String::new())) };
        let (deliverable, _) = deliverable::read(&blob.bytes);
        Ok(Self::of(&deliverable))
    }

    fn of(deliverable: &Deliverable) -> Self {
        let pairs = deliverable.releases.iter().flat_map(|release| {
            let version = release.version.text();
            release.projects.iter().map(move |project| (project.repo.value.as_str(), version))
        });
        // A name with a separator in it is no repository and no version: other rules report it.
        let plain = |text: &str| !text.contains([' ', ';', '\t', '\n']);
        let words: Vec<String> = pairs
            .filter(|(repo, version)| plain(repo) && plain(version))
            .map(|(repo, version)| format!("{repo} {version}"))
            .collect();
        Self(words.join(";"))
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter_map(|pair| pair.split_once(' '))
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.split(';').filter(|pair| !pair.is_empty())
    }
}

/// The index on disk, by blob id: content never changes under an id, so nothing in it can be stale.
#[derive(Clone, Debug)]
pub struct IndexCache {
    file: Option<PathBuf>,
    most: usize,
}

/// First line of the file; a file of another format is not read.
const FORMAT: &str = "tagkeeper-index 1";
/// With more blobs than this, and than its revision has files, an index begins anew: some megabytes.
const MOST: usize = 30_000;

impl Default for IndexCache {
    fn default() -> Self {
        Self::new(None)
    }
}

impl IndexCache {
    /// Keeps the index in `file`; `None` keeps none.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self { file, most: MOST }
    }

    /// The file; empty where there is none of this format.
    fn load(&self) -> String {
        let text =
            self.file.as_ref().and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default();
        if text.lines().next() == Some(FORMAT) { text } else { String::new() }
    }

    /// Blob id to the tags of that blob.
    fn entries(text: &str) -> HashMap<&str, &str> {
        text.lines().skip(1).filter_map(|line| line.split_once('\t')).collect()
    }

    /// A cache that cannot be written costs time, nothing else.
    fn store(&self, tags: &BTreeMap<&str, &str>) {
        let Some(file) = &self.file else { return };
        let Some(dir) = file.parent() else { return };
        let written = fs::create_dir_all(dir)
            .and_then(|()| tempfile::NamedTempFile::new_in(dir))
            .and_then(|mut temp| {
                let mut text = format!("{FORMAT}\n");
                for (id, tags) in tags {
                    text.push_str(id);
                    text.push('\t');
                    text.push_str(tags);
                    text.push('\n');
                }
                temp.write_all(text.as_bytes())?;
                temp.persist(file).map(drop).map_err(|error| error.error)
            });
        if let Err(error) = written {
            log::info!("the index of the record is not kept in {}: {error}", file.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Index, IndexCache};
    use crate::tree::record::{Blob, Item, ItemKind, ReadError, Snapshot};

    /// One file with one release, which counts how often it is read.
    struct OneFile {
        version: String,
        reads: Cell<usize>,
    }

    impl OneFile {
        fn with(version: &str) -> Self {
            Self { version: version.to_owned(), reads: Cell::new(0) }
        }
    }

    impl Snapshot for OneFile {
        fn list(&self, dir: &str) -> Result<Vec<Item>, ReadError> {
            let (name, kind) = match dir {
                "deliverables" => ("zed", ItemKind::Directory),
                _ => ("nova.yaml", ItemKind::File),
            };
            Ok(vec![Item { name: name.to_owned(), kind, id: Some(self.version.clone()) }])
        }

        fn read(&self, _: &str) -> Result<Option<Blob>, ReadError> {
            self.reads.set(self.reads.get() + 1);
            let text = format!(
                "releases:\n  - version: {}\n    projects:\n      - repo: openstack/nova\n        hash: 1234\n",
                self.version
            );
            Ok(Some(Blob { kind: ItemKind::File, bytes: text.into_bytes() }))
        }

        fn name(&self) -> String {
            self.version.clone()
        }
    }

    #[test]
    fn two_revisions_in_turn_read_each_file_once() {
        let dir = tempfile::tempdir().unwrap();
        let cache = IndexCache::new(Some(dir.path().join("index")));
        let (old, new) = (OneFile::with("1.0.0"), OneFile::with("2.0.0"));
        for _ in 0..3 {
            for snapshot in [&old, &new] {
                let index = Index::of(snapshot, &cache).unwrap();
                assert_eq!(
                    index.files_with("openstack/nova", &snapshot.version),
                    ["deliverables/zed/nova.yaml"]
                );
            }
        }
        assert_eq!((old.reads.get(), new.reads.get()), (1, 1));
    }

    #[test]
    fn the_index_on_disk_does_not_grow_without_end() {
        let dir = tempfile::tempdir().unwrap();
        let cache = IndexCache { file: Some(dir.path().join("index")), most: 4 };
        for major in 0..40 {
            Index::of(&OneFile::with(&format!("{major}.0.0")), &cache).unwrap();
            assert!(IndexCache::entries(&cache.load()).len() <= 5);
        }
    }
}
