//! The files of the site before they are written: each path belongs to one of them.

use std::collections::{BTreeMap, HashMap};

use super::stamp::Stamp;

/// Files by path.
#[derive(Debug, Default)]
pub struct Files {
    files: BTreeMap<String, Owned>,
    /// Paths in lower case, since not every file system tells them apart otherwise, with what each one is.
    taken: HashMap<String, Taken>,
}

/// A file.
#[derive(Debug)]
pub(super) struct Made {
    /// `None` for one that stays as an earlier build wrote it.
    pub(super) content: Option<Vec<u8>>,
    /// What it was made from, unless that is not known.
    pub(super) stamp: Option<Stamp>,
}

/// A file, and what it is about.
#[derive(Debug)]
struct Owned {
    owner: String,
    made: Made,
}

#[derive(Debug)]
enum Taken {
    /// By the file at this path.
    File(String),
    Folder,
}

impl Files {
    /// Puts a file at `path`, for `owner`: what the page is about.
    ///
    /// # Errors
    /// Whose path it is already: a sentence that names both.
    pub(super) fn put(
        &mut self,
        path: &str,
        owner: &str,
        content: impl Into<Vec<u8>>,
    ) -> Result<(), String> {
        self.add(path, owner, Made { content: Some(content.into()), stamp: None })
    }

    /// The same for what was made from something known, or stays as it is.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    pub(super) fn add(&mut self, path: &str, owner: &str, made: Made) -> Result<(), String> {
        let key = path.to_lowercase();
        match self.taken.get(&key) {
            Some(Taken::File(other)) => {
                let first = owner_of(&self.files, other);
                return Err(match other == path {
                    true => format!("{owner} and {first} would both be at `{path}`"),
                    false => format!(
                        "{owner} would be at `{path}`, and {first} is at `{other}`, which differs only in case"
                    ),
                });
            }
            Some(Taken::Folder) => {
                return Err(format!("{owner} would be at `{path}`, which is a folder"));
            }
            None => {}
        }
        for (end, _) in key.match_indices('/') {
            let folder = self.taken.entry(key[..end].to_owned()).or_insert(Taken::Folder);
            if let Taken::File(other) = folder {
                let first = owner_of(&self.files, other);
                return Err(format!("{owner} would be below `{other}`, which is {first}"));
            }
        }
        self.taken.insert(key, Taken::File(path.to_owned()));
        self.files.insert(path.to_owned(), Owned { owner: owner.to_owned(), made });
        Ok(())
    }

    /// Path, owner and file, sorted by path.
    pub(super) fn into_parts(self) -> impl Iterator<Item = (String, String, Made)> {
        self.files.into_iter().map(|(path, Owned { owner, made })| (path, owner, made))
    }

    /// Whether there is a file at `path`.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The content of the file at `path`, if it was made anew.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path)?.made.content.as_deref()
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All files, sorted by path.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Made)> {
        self.files.iter().map(|(path, owned)| (path.as_str(), &owned.made))
    }
}

/// What the file at `path` is about.
fn owner_of<'f>(files: &'f BTreeMap<String, Owned>, path: &str) -> &'f str {
    files.get(path).map_or("", |it| &it.owner)
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn a_path_belongs_to_one_page_whatever_its_case() {
        let mut files = Files::default();
        files.put("teams/nova.html", "team `nova`", "a").unwrap();
        let refused = |files: &mut Files, path: &str| files.put(path, "team `x`", "b").unwrap_err();
        assert_eq!(
            refused(&mut files, "teams/nova.html"),
            "team `x` and team `nova` would both be at `teams/nova.html`"
        );
        assert!(refused(&mut files, "teams/Nova.html").contains("differs only in case"));
        assert!(refused(&mut files, "teams").contains("is a folder"));
        assert!(refused(&mut files, "Teams/nova.html/x").contains("would be below"));
        files.put("teams/nova.xml", "team `nova`", "c").unwrap();
        assert_eq!(files.iter().count(), 2);
        assert_eq!(files.get("teams/nova.html"), Some(&b"a"[..]));
    }
}
