//! What a site calls its branches: a prefix for each kind, then a series, a version or a topic.

/// What a branch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BranchKind {
    /// A series that is maintained.
    Stable,
    /// A series that volunteers keep.
    Unmaintained,
    /// Work that is not ready for the trunk.
    Feature,
    /// Fixes for one released version.
    Bugfix,
}

impl BranchKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Stable, Self::Unmaintained, Self::Feature, Self::Bugfix];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Unmaintained => "unmaintained",
            Self::Feature => "feature",
            Self::Bugfix => "bugfix",
        }
    }
}

/// The prefixes of a site, such as `stable/` or `release-`. A site may have no branches of some kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchNames([Option<String>; 4]);

impl Default for BranchNames {
    fn default() -> Self {
        Self(BranchKind::ALL.map(|kind| Some(format!("{}/", kind.as_str()))))
    }
}

impl BranchNames {
    /// Sets the prefix of a kind; `None` where the site has no such branches.
    ///
    /// # Errors
    /// A phrase, when no branch name can begin like this.
    pub fn set(&mut self, kind: BranchKind, prefix: Option<&str>) -> Result<(), String> {
        if let Some(prefix) = prefix {
            let is_odd = |c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c);
            let is_wrong = prefix.is_empty()
                || prefix.starts_with(['/', '-', '.'])
                || prefix.starts_with("refs/")
                || prefix.contains("..")
                || prefix.contains("//")
                || prefix.contains(is_odd);
            if is_wrong {
                return Err(format!("no branch name can begin with `{prefix}`"));
            }
        }
        self.0[kind as usize] = prefix.map(str::to_owned);
        Ok(())
    }

    /// The prefix of a kind.
    pub fn prefix(&self, kind: BranchKind) -> Option<&str> {
        self.0[kind as usize].as_deref()
    }

    /// Two kinds with the same prefix, if there are any.
    pub fn clash(&self) -> Option<(BranchKind, BranchKind)> {
        let pairs = BranchKind::ALL.iter().enumerate().flat_map(|(at, one)| {
            BranchKind::ALL[at + 1..].iter().map(move |other| (*one, *other))
        });
        let is_same = |&(one, other): &(BranchKind, BranchKind)| {
            self.prefix(one).is_some() && self.prefix(one) == self.prefix(other)
        };
        { pairs }.find(is_same)
    }

    /// The branch of a kind that is called `id`; `None` where the site has no such branches.
    pub fn name(&self, kind: BranchKind, id: &str) -> Option<String> {
        self.prefix(kind).map(|prefix| format!("{prefix}{id}"))
    }

    /// What `branch` is, and what follows its prefix; of several prefixes that fit, the longest counts.
    pub fn read<'n>(&self, branch: &'n str) -> Option<(BranchKind, &'n str)> {
        let fitting = BranchKind::ALL.into_iter().filter_map(|kind| {
            let prefix = self.prefix(kind)?;
            Some((prefix.len(), (kind, branch.strip_prefix(prefix)?)))
        });
        fitting.max_by_key(|(length, _)| *length).map(|(_, read)| read)
    }

    /// The same, also for a prefix on its own (`stable`).
    pub fn read_kind(&self, branch: &str) -> Option<BranchKind> {
        let is_bare = |kind: &BranchKind| {
            self.prefix(*kind).is_some_and(|prefix| prefix.trim_end_matches(['/', '-']) == branch)
        };
        let read = self.read(branch).map(|(kind, _)| kind);
        read.or_else(|| BranchKind::ALL.into_iter().find(is_bare))
    }

    /// The prefixes that there are, for messages: `stable/`, `feature/`.
    pub fn listed(&self) -> String {
        let prefixes = self.0.iter().flatten().map(|prefix| format!("`{prefix}`"));
        prefixes.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::{BranchKind, BranchNames};

    fn names(prefixes: [Option<&str>; 4]) -> BranchNames {
        let mut names = BranchNames::default();
        for (kind, prefix) in BranchKind::ALL.into_iter().zip(prefixes) {
            names.set(kind, prefix).unwrap();
        }
        names
    }

    #[test]
    fn the_longest_prefix_that_fits_counts() {
        let names = names([Some("release-"), None, Some("release-next/"), Some("fix/")]);
        assert_eq!(names.read("release-1.2"), Some((BranchKind::Stable, "1.2")));
        assert_eq!(names.read("release-next/x"), Some((BranchKind::Feature, "x")));
        assert_eq!(names.read("unmaintained/1.2"), None, "the site has no such branches");
        assert_eq!(names.read("main"), None);
        assert_eq!(names.read_kind("release"), Some(BranchKind::Stable));
        assert_eq!(names.name(BranchKind::Unmaintained, "1.2"), None);
        assert_eq!(names.listed(), "`release-`, `release-next/`, `fix/`");
    }

    #[test]
    fn a_prefix_is_the_beginning_of_a_branch_name() {
        for wrong in ["", "/x", "-x", "refs/heads/", "a b", "a..b", "a//", "a:", "~"] {
            let set = BranchNames::default().set(BranchKind::Stable, Some(wrong));
            assert!(set.is_err(), "{wrong}");
        }
        let same = names([Some("x/"), None, Some("x/"), None]);
        assert_eq!(same.clash(), Some((BranchKind::Stable, BranchKind::Feature)));
        assert_eq!(names([None; 4]).clash(), None);
    }
}
