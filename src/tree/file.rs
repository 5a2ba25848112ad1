//! What the path of a deliverable file says.

use super::record::DELIVERABLES;

/// The directory of what is released outside the cycles.
pub const INDEPENDENT: &str = "_independent";

/// The path of a deliverable file, `deliverables/<dir>/<name>.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath {
    dir: String,
    name: String,
}

/// Why a path is none of a deliverable file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilePathError {
    /// Too high, too deep, or elsewhere.
    #[error("a deliverable file lies directly under `deliverables/<series>/`, not at `{0}`")]
    Misplaced(String),
    /// It has another ending.
    #[error("the name of a deliverable file ends in `.yaml`, not `{0}`")]
    NotYaml(String),
    /// There is nothing before the ending.
    #[error("`{0}` names no deliverable: nothing stands before `.yaml`")]
    NoName(String),
}

impl FilePath {
    /// Takes a path of the releases repository apart. Whether the series exists is not looked at.
    ///
    /// # Errors
    /// When it is not directly under `deliverables/<dir>/`, or its name does not end in `.yaml`.
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
