//! Paths of deliverable files.

use super::record::DELIVERABLES;

/// The directory of deliverables that are released outside the cycles.
pub const INDEPENDENT: &str = "_independent";

/// The path of a deliverable file, `deliverables/<dir>/<name>.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath {
    dir: String,
    name: String,
}

/// Why a path is not the path of a deliverable file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilePathError {
    /// It is not directly in the directory of a series.
    #[error("a deliverable file must be directly in `deliverables/<series>/`, not at `{0}`")]
    Misplaced(String),
    /// It has another ending.
    #[error("the name of a deliverable file must end in `.yaml`, but this is `{0}`")]
    NotYaml(String),
    /// There is nothing before the ending.
    #[error("`{0}` does not name a deliverable: there is nothing before `.yaml`")]
    NoName(String),
}

impl FilePath {
    /// Parses a path in the releases repository. Does not check whether the series exists.
    ///
    /// # Errors
    /// If it is not directly in `deliverables/<dir>/`, or its name does not end in `.yaml`.
    pub fn parse(path: &str) -> Result<Self, FilePathError> {
        let misplaced = || FilePathError::Misplaced(path.to_owned());
        let below = path
            .strip_prefix(DELIVERABLES)
            .and_then(|rest| rest.strip_prefix('/'))
            .ok_or_else(misplaced)?;
        let (dir, file) = below.split_once('/').ok_or_else(misplaced)?;
        if dir.is_empty() || file.is_empty() || file.contains('/') {
            return Err(misplaced());
        }
        let name =
            file.strip_suffix(".yaml").ok_or_else(|| FilePathError::NotYaml(file.to_owned()))?;
        if name.is_empty() {
            return Err(FilePathError::NoName(file.to_owned()));
        }
        Ok(Self { dir: dir.to_owned(), name: name.to_owned() })
    }

    /// The directory, such as `hibiscus` or `_independent`.
    pub fn dir(&self) -> &str {
        &self.dir
    }

    /// The series: the directory without its leading `_`.
    pub fn series(&self) -> &str {
        self.dir.strip_prefix('_').unwrap_or(&self.dir)
    }

    /// The deliverable.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is released outside the cycles.
    pub fn is_independent(&self) -> bool {
        self.dir == INDEPENDENT
    }
}

#[cfg(test)]
mod tests {
    use super::{FilePath, FilePathError};

    #[test]
    fn directory_and_name_are_taken_apart() {
        let path = FilePath::parse("deliverables/_independent/oslo.config.yaml").unwrap();
        assert_eq!(
            (path.dir(), path.series(), path.name()),
            ("_independent", "independent", "oslo.config")
        );
        assert!(
            path.is_independent()
                && !FilePath::parse("deliverables/zed/a.yaml").unwrap().is_independent()
        );
    }

    #[test]
    fn what_lies_elsewhere_or_ends_otherwise_is_told_apart() {
        let misplaced = [
            "widget.yaml",
            "deliverables/widget.yaml",
            "deliverables/zed/old/widget.yaml",
            "deliverables//a.yaml",
        ];
        for path in misplaced {
            assert_eq!(FilePath::parse(path), Err(FilePathError::Misplaced(path.to_owned())));
        }
        assert_eq!(
            FilePath::parse("deliverables/zed/a.yml"),
            Err(FilePathError::NotYaml("a.yml".to_owned()))
        );
        assert_eq!(
            FilePath::parse("deliverables/zed/.yaml"),
            Err(FilePathError::NoName(".yaml".to_owned()))
        );
    }
}
