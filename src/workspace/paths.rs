//! The paths that a user names.

use std::path::{Component, Path, PathBuf};

use super::{Failure, Workspace};
use crate::git::Repository;
use crate::tree::request::Request;

impl Workspace {
    /// A path that names nothing, before or after, is a slip: "nothing to check" would hide it.
    pub(super) fn refuse_missing_paths(&self, request: &Request) -> Result<(), Failure> {
        let is_on_disk = |wanted: &str| {
            self.repository.work_dir().is_some_and(|root| root.join(wanted).exists())
        };
        let missing: Vec<_> = self.wanted.paths.iter().filter(|path| !is_on_disk(path)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut known = request.head.paths().map_err(Failure::outside)?;
        if let Some(base) = &request.base {
            known.extend(base.paths().map_err(Failure::outside)?);
        }
        match missing
            .into_iter()
            .find(|wanted| !known.iter().any(|path| Path::new(path).starts_with(wanted)))
        {
            Some(wanted) => {
                Err(Failure::usage(format!("there is no `{wanted}` in the releases repository"))
                    .help("name deliverable files or folders, such as `deliverables/_independent`"))
            }
            None => Ok(()),
        }
    }
}

/// The paths as the repository knows them.
pub(super) fn paths_in(
    repository: &Repository,
    directory: &Path,
    paths: &[PathBuf],
) -> Result<Vec<String>, Failure> {
    let Some(root) = repository.work_dir() else {
        return Ok(paths.iter().map(|path| path.to_string_lossy().into_owned()).collect());
    };
    let absolute = |path: &Path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        without_dots(&path)
    };
    let root = root.canonicalize().unwrap_or_else(|_| absolute(root));
    let directory = directory.canonicalize().unwrap_or_else(|_| absolute(directory));
    let mut found = Vec::new();
    for path in paths {
        let full = absolute(&directory.join(path));
        let inside = full.strip_prefix(&root).map_err(|_| {
            Failure::usage(format!(
                "{} is not in the releases repository {}",
                path.display(),
                root.display()
            ))
        })?;
        found.push(inside.to_string_lossy().into_owned());
    }
    Ok(found)
}

/// `path` with each `..` taken together with the folder before it: a file that was deleted has no other way.
fn without_dots(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut path, component| {
        if component == Component::ParentDir {
            path.pop();
        } else {
            path.push(component);
        }
        path
    })
}
