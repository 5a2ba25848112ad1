//! The release type, guessed from the files at the commit if the deliverable file does not say.

use super::OneRelease;
use crate::facts::files::FolderAt;
use crate::facts::{Answer, Asks, Facts};
use crate::tree::deliverable::{ProjectAt, ReleaseType};

/// Asks for what [`release_type`] needs.
pub(super) fn ask_release_type(on: &OneRelease<'_>, project: &ProjectAt<'_>, asks: &mut Asks) {
    if on.deliverable().effective_release_type(on.path).is_none() {
        asks.put(FolderAt::of(project, ""));
    }
}

/// The release type: what the deliverable file says, else what the files at the commit of `project` look like.
pub(super) fn release_type(
    on: &OneRelease<'_>,
    project: &ProjectAt<'_>,
    facts: &Facts,
) -> Answer<ReleaseType> {
    if let Some(stated) = on.deliverable().effective_release_type(on.path) {
        return Answer::Known(stated);
    }
    facts.get(&FolderAt::of(project, "")).map(|names| {
        let has = |name: &str| names.iter().any(|other| other == name);
        if has("metadata.json") && (has("lib") || has("manifests")) {
            ReleaseType::Puppet
        } else if has("package.json") {
            ReleaseType::Nodejs
        } else {
            ReleaseType::PythonService
        }
    })
}
