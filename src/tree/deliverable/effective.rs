//! The effective settings of a deliverable, given its place in the tree.

use super::{
    Deliverable, Kind, Model, ReleaseType, RepositoryFlag, RepositorySettings, StableBranchType,
    Status,
};
use crate::tree::file::FilePath;

impl Status {
    /// What a series with this status is, after "the series is".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Future => "not open yet",
            Self::Development => "in development",
            Self::ExtendedMaintenance => "in extended maintenance",
            Self::Maintained | Self::Unmaintained | Self::EndOfLife => self.as_str(),
        }
    }
}

impl Deliverable {
    /// The model. In `_independent`, everything that is not abandoned is independent; elsewhere the file decides.
    pub fn effective_model(&self, path: &FilePath) -> Option<Model> {
        match self.model.as_ref().map(|model| model.value) {
            Some(Model::Abandoned) => Some(Model::Abandoned),
            _ if path.is_independent() => Some(Model::Independent),
            model => model,
        }
    }

    /// The type. The name decides for tempest plugins, and `cycle-trailing` makes everything trailing. The default is `other`.
    pub fn effective_kind(&self, path: &FilePath) -> Kind {
        if path.name().contains("tempest-plugin") {
            return Kind::TempestPlugin;
        }
        if self.model.as_ref().is_some_and(|model| model.value == Model::CycleTrailing) {
            return Kind::Trailing;
        }
        self.kind.as_ref().map_or(Kind::Other, |kind| kind.value)
    }

    /// How it branches; `std` where the file does not say.
    pub fn effective_branch_type(&self) -> StableBranchType {
        self.stable_branch_type.as_ref().map_or(StableBranchType::Std, |kind| kind.value)
    }

    /// The release type, if the file decides it; otherwise it depends on the files at the commit.
    pub fn effective_release_type(&self, path: &FilePath) -> Option<ReleaseType> {
        if let Some(release_type) = &self.release_type {
            return Some(release_type.value);
        }
        if let Some(usual) = self.usual_release_type {
            return Some(usual);
        }
        match self.effective_kind(path) {
            Kind::Library => Some(ReleaseType::PythonPypi),
            Kind::Service => Some(ReleaseType::PythonService),
            Kind::HorizonPlugin => Some(ReleaseType::Horizon),
            Kind::ClientLibrary | Kind::TempestPlugin | Kind::Other | Kind::Trailing => self
                .include_pypi_link
                .as_ref()
                .is_some_and(|link| link.value)
                .then_some(ReleaseType::PythonPypi),
        }
    }

    /// The name of its release type, as the site or the file writes it.
    pub fn release_type_name(&self, like: ReleaseType) -> &str {
        self.words.release_type.as_deref().unwrap_or(like.as_str())
    }

    /// The name of its model, as the file writes it.
    pub fn model_name(&self, like: Model) -> &str {
        self.words.model.as_deref().unwrap_or(like.as_str())
    }

    /// Whether the file has this key and it could not be read, which `schema` reports.
    pub fn is_unread(&self, key: &str) -> bool {
        self.unread.contains(&key)
    }

    /// The settings of `repo`, if the file has any.
    pub fn settings(&self, repo: &str) -> Option<&RepositorySettings> {
        self.repository_settings.iter().find(|settings| *settings.repo == repo)
    }

    /// Its repositories, other than retired ones: those that it has settings for, else those of its newest release.
    pub fn repositories(&self) -> Vec<String> {
        let settings = self.repository_settings.iter().map(|one| one.repo.as_str());
        let newest = self.releases.last().into_iter().flat_map(|release| &release.projects);
        let newest = newest.map(|project| project.repo.as_str());
        let listed: Vec<&str> = match self.repository_settings.is_empty() {
            true => newest.collect(),
            false => settings.collect(),
        };
        listed.into_iter().filter(|repo| !self.is_retired(repo)).map(str::to_owned).collect()
    }

    /// Whether `repo` has the flag `retired`.
    pub fn is_retired(&self, repo: &str) -> bool {
        self.has_flag(repo, RepositoryFlag::Retired)
    }

    /// Whether `repo` has `flag`.
    pub fn has_flag(&self, repo: &str, flag: RepositoryFlag) -> bool {
        self.settings(repo)
            .is_some_and(|settings| settings.flags.iter().any(|found| found.value == flag))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::{Kind, Model, ReleaseType};
    use crate::tree::file::FilePath;

    fn effective(path: &str, yaml: &str) -> (Option<Model>, Kind, Option<ReleaseType>) {
        let path = FilePath::parse(path).unwrap();
        let (deliverable, _) = read(yaml.as_bytes());
        let kind = deliverable.effective_kind(&path);
        (deliverable.effective_model(&path), kind, deliverable.effective_release_type(&path))
    }

    #[test]
    fn directory_and_name_have_their_say() {
        let yaml = "team: a\ntype: library\nrelease-model: cycle-with-intermediary\n";
        let pypi = Some(ReleaseType::PythonPypi);
        assert_eq!(
            effective("deliverables/zed/widget.yaml", yaml),
            (Some(Model::CycleWithIntermediary), Kind::Library, pypi)
        );
        assert_eq!(
            effective("deliverables/_independent/widget.yaml", yaml),
            (Some(Model::Independent), Kind::Library, pypi)
        );
        assert_eq!(
            effective("deliverables/zed/widget-tempest-plugin.yaml", yaml),
            (Some(Model::CycleWithIntermediary), Kind::TempestPlugin, None)
        );
        assert_eq!(
            effective(
                "deliverables/_independent/widget.yaml",
                "release-model: abandoned\ninclude-pypi-link: true\n"
            ),
            (Some(Model::Abandoned), Kind::Other, pypi)
        );
        assert_eq!(
            effective(
                "deliverables/zed/widget.yaml",
                "release-model: cycle-trailing\nrelease-type: puppet\n"
            ),
            (Some(Model::CycleTrailing), Kind::Trailing, Some(ReleaseType::Puppet))
        );
    }

    #[test]
    fn retired_is_a_flag_of_the_repository() {
        let yaml = "repository-settings:\n  a/b:\n    flags: [retired]\n  a/c: {}\n";
        let (deliverable, _) = read(yaml.as_bytes());
        assert!(
            deliverable.is_retired("a/b")
                && !deliverable.is_retired("a/c")
                && !deliverable.is_retired("a/d")
        );
    }
}
