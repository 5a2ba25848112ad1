//! What the commands that prepare requests go by.

/// What the commands that prepare requests go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authoring {
    /// Subjects of commits that wait for no release, with `*` and `?`.
    pub ignored_commits: Vec<String>,
    /// The deliverable that the site tries things with; empty where it has none.
    pub canary: String,
}

impl Default for Authoring {
    fn default() -> Self {
        let made_by_machines = [
            "Update .gitreview for *",
            "Update TOX_CONSTRAINTS_FILE for *",
            "Update master for *",
            "Imported Translations from Zanata",
            "OpenDev Migration Patch",
        ];
        Self {
            ignored_commits: made_by_machines.map(str::to_owned).to_vec(),
            canary: "release-test".to_owned(),
        }
    }
}
