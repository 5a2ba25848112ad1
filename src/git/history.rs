//! Commits and how they descend from each other.

use git2::{ErrorCode, ObjectType, Oid, Revwalk, Sort};

use super::error::GitError;
use super::repository::Repository;

/// What a commit says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: Oid,
    /// Its parents, the first one first.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author_name: String,
    /// Their address.
    pub author_email: String,
    /// When it was written.
    pub author_time: Moment,
    /// When it was committed.
    pub committer_time: Moment,
    /// The message as it is.
    pub message: String,
}

/// A moment and the zone of the clock that showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since the epoch.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

/// How a commit came to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The committer's time of the commit that brought it: of a merge, the time that counts; of the commit itself, when it was
    /// written last.
    pub at: Moment,
    /// Whether a merge brought it.
    pub by_merge: bool,
    /// Whether that is the commit itself.
    pub is_own: bool,
}

impl From<git2::Time> for Moment {
    fn from(time: git2::Time) -> Self {
        Self { seconds: time.seconds(), offset_minutes: time.offset_minutes() }
    }
}

impl CommitInfo {
    /// The first paragraph of the message as one line.
    pub fn subject(&self) -> String {
        let lines = self.message.lines().map(str::trim).skip_while(|line| line.is_empty());
        let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
        lines.join(" ")
    }

    /// Whether it has several parents.
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    fn read(commit: &git2::Commit<'_>) -> Self {
        let encoding = commit.message_encoding().ok().flatten().unwrap_or("UTF-8");
        let text = |bytes: &[u8]| decoded(bytes, encoding);
        let author = commit.author();
        Self {
            id: commit.id(),
            parents: commit.parent_ids().collect(),
            author_name: text(author.name_bytes()),
            author_email: text(author.email_bytes()),
            author_time: author.when().into(),
            committer_time: commit.committer().when().into(),
            message: text(commit.message_bytes()),
        }
    }
}

/// Text in the encoding that the commit names. Latin-1 is the one that old histories hold.
fn decoded(bytes: &[u8], encoding: &str) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_)
            if ["ISO-8859-1", "ISO8859-1", "LATIN1", "LATIN-1"]
                .iter()
                .any(|name| name.eq_ignore_ascii_case(encoding)) =>
        {
            bytes.iter().copied().map(char::from).collect()
        }
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

impl Repository {
    /// A commit; `None` when there is no such object or it is not a commit.
    ///
    /// # Errors
    /// A damaged repository; [`GitError::Shallow`] when it may only not have been fetched.
    pub fn commit(&self, id: Oid) -> Result<Option<CommitInfo>, GitError> {
        match self.kind(id)? {
            Some(ObjectType::Commit) => Ok(Some(CommitInfo::read(&self.find_commit(id)?))),
            Some(_) => Ok(None),
            None => self.must_be_whole(|| format!("the commit {id} is not here")).map(|()| None),
        }
    }

    /// The parents of a commit, the first one first.
    ///
    /// # Errors
    /// [`GitError::Missing`] when the commit is not here; [`GitError::Shallow`] when its parents were not fetched.
    pub fn parents(&self, id: Oid) -> Result<Vec<Oid>, GitError> {
        self.must_have_parents_of(id)?;
        Ok(self.find_commit(id)?.parent_ids().collect())
    }

    /// Where the branch with the tip `tip` was at `when` (seconds since 1970): the newest first parent that was committed by
    /// then. `None` when the whole branch is newer.
    ///
    /// # Errors
    /// [`GitError::Missing`] and [`GitError::Shallow`] when its history is not here.
    pub fn tip_at(&self, tip: Oid, when: i64) -> Result<Option<Oid>, GitError> {
        let mut next = Some(tip);
        while let Some(id) = next {
            let commit = self.find_commit(id)?;
            if commit.committer().when().seconds() <= when {
                return Ok(Some(id));
            }
            self.must_have_parents_of(id)?;
            next = commit.parent_ids().next();
        }
        Ok(None)
    }

    /// The best common ancestor; `None` when there is none.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here; [`GitError::Shallow`] when a common ancestor may not have
    /// been fetched.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Result<Option<Oid>, GitError> {
        self.find_commit(one)?;
        self.find_commit(other)?;
        let base = self.found(self.inner.merge_base(one, other), "looking for a merge base")?;
        if base.is_none() {
            self.must_be_whole(|| format!("where {one} and {other} meet is not known"))?;
        }
        Ok(base)
    }

    /// How `id` came to the branch at `tip`: the oldest first parent of the tip that contains it. `None` when the branch does
    /// not contain it.
    ///
    /// # Errors
    /// A damaged repository.
    pub fn landing(&self, id: Oid, tip: Oid) -> Result<Option<Landing>, GitError> {
        if !self.is_commit(id)? || !self.is_ancestor(id, tip)? {
            return Ok(None);
        }
        let line = self.first_parents(None, tip)?;
        // Oldest first: none before `from` contains it, `until` does.
        let (mut from, mut until) = (0, line.len() - 1);
        while from < until {
            let middle = usize::midpoint(from, until);
            if self.is_ancestor(id, line[middle])? {
                until = middle;
            } else {
                from = middle + 1;
            }
        }
        let landed = self.commit(line[until])?;
        Ok(landed.map(|commit| Landing {
            at: commit.committer_time,
            by_merge: commit.is_merge(),
            is_own: line[until] == id,
        }))
    }

    /// Whether `descendant` contains `ancestor`. A commit contains itself.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here; [`GitError::Shallow`] when that is not known in this clone.
    pub fn is_ancestor(&self, ancestor: Oid, descendant: Oid) -> Result<bool, GitError> {
        self.find_commit(ancestor)?;
        self.find_commit(descendant)?;
        if ancestor == descendant {
            return Ok(true);
        }
        let descends = self.inner.graph_descendant_of(descendant, ancestor);
        let descends = descends.map_err(|error| self.failed("comparing commits", &error))?;
        if !descends {
            self.must_be_whole(|| {
                format!("whether {descendant} contains {ancestor} is not known")
            })?;
        }
        Ok(descends)
    }

    /// Whether any of `from` contains `id`: one walk however many there are. Those of `from` that
    /// are not commits contain nothing.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the objects is not here.
    pub fn is_reachable(&self, id: Oid, from: &[Oid]) -> Result<bool, GitError> {
        self.find_commit(id)?;
        if from.contains(&id) {
            return Ok(true);
        }
        let mut walk = vec![id];
        for one in from {
            match self.kind(*one)? {
                Some(ObjectType::Commit) => walk.push(*one),
                Some(_) => {}
                None => return Err(self.missing(format!("the commit {one}"))),
            }
        }
        walk[1..].sort_unstable();
        walk.dedup();
        if walk.len() < 2 {
            return Ok(false);
        }
        // The base between a commit and a merge of all the others is the commit itself exactly when
        // one of them contains it.
        let base = self.inner.merge_base_many(&walk);
        let base = self.found(base, "looking for a commit in branches and tags")?;
        if base != Some(id) {
            self.must_be_whole(|| format!("whether a branch contains {id} is not known"))?;
        }
        Ok(base == Some(id))
    }

    /// The commits that `tip` contains and `exclude` does not, newest first, no parent before its
    /// child.
    ///
    /// # Errors
    /// [`GitError::Missing`] when one of the commits is not here; [`GitError::Shallow`] when the history is cut off within.
    pub fn log(&self, exclude: Option<Oid>, tip: Oid) -> Result<Vec<CommitInfo>, GitError> {
        self.sorted_log(exclude, tip, Sort::TOPOLOGICAL | Sort::TIME)
    }

    /// The same, with the commits of each line of history together.
    ///
    /// # Errors
    /// As for [`Self::log`].
    pub fn log_by_line(&self, exclude: Option<Oid>, tip: Oid) -> Result<Vec<CommitInfo>, GitError> {
        self.sorted_log(exclude, tip, Sort::TOPOLOGICAL)
    }

    fn sorted_log(
        &self,
        exclude: Option<Oid>,
        tip: Oid,
        sorting: Sort,
    ) -> Result<Vec<CommitInfo>, GitError> {
        self.find_commit(tip)?;
        if let Some(exclude) = exclude {
            self.find_commit(exclude)?;
        }
        let failed = |error: git2::Error| self.failed(format!("reading the log of {tip}"), &error);
        let read = |id: Result<Oid, git2::Error>| {
            let id = id.map_err(failed)?;
            self.must_have_parents_of(id)?;
            self.inner.find_commit(id).map(|commit| CommitInfo::read(&commit)).map_err(failed)
        };
        self.walk(exclude, tip, sorting).map_err(failed)?.map(read).collect()
    }

    fn walk(
        &self,
        exclude: Option<Oid>,
        tip: Oid,
        sorting: Sort,
    ) -> Result<Revwalk<'_>, git2::Error> {
        let mut walk = self.inner.revwalk()?;
        walk.set_sorting(sorting)?;
        walk.push(tip)?;
        if let Some(exclude) = exclude {
            walk.hide(exclude)?;
        }
        Ok(walk)
    }

    /// The first-parent chain from `tip` down to `exclude`, without `exclude`, oldest first.
    ///
    /// # Errors
    /// [`GitError::NotFirstParent`] when `exclude` is not on it; [`GitError::Missing`].
    pub fn first_parents(&self, exclude: Option<Oid>, tip: Oid) -> Result<Vec<Oid>, GitError> {
        let mut chain = Vec::new();
        let mut next = Some(tip);
        while let Some(id) = next.filter(|id| Some(*id) != exclude) {
            chain.push(id);
            next = self.parents(id)?.first().copied();
        }
        match exclude.filter(|_| next.is_none()) {
            Some(base) => Err(GitError::NotFirstParent { base, tip }),
            None => {
                chain.reverse();
                Ok(chain)
            }
        }
    }

    pub(super) fn find_commit(&self, id: Oid) -> Result<git2::Commit<'_>, GitError> {
        self.inner.find_commit(id).map_err(|error| match error.code() {
            ErrorCode::NotFound => self.missing(format!("the commit {id}")),
            _ => self.failed(format!("reading the commit {id}"), &error),
        })
    }

    fn is_commit(&self, id: Oid) -> Result<bool, GitError> {
        Ok(self.kind(id)? == Some(ObjectType::Commit))
    }

    /// What kind of object it is; `None` when it is not here.
    pub(super) fn kind(&self, id: Oid) -> Result<Option<ObjectType>, GitError> {
        // Read whole, which compares its hash: over a header of a damaged pack, with a kind that is none, git2 panics.
        let object = self.inner.find_object(id, None);
        Ok(self.found(object, &format!("looking at {id}"))?.and_then(|object| object.kind()))
    }

    pub(super) fn found<T>(
        &self,
        result: Result<T, git2::Error>,
        doing: &str,
    ) -> Result<Option<T>, GitError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.failed(doing, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_subject_is_the_first_paragraph() {
        let time = Moment { seconds: 0, offset_minutes: 0 };
        let commit = |message: &str| CommitInfo {
            id: Oid::ZERO_SHA1,
            parents: Vec::new(),
            author_name: String::new(),
            author_email: String::new(),
            author_time: time,
            committer_time: time,
            message: message.to_owned(),
        };
        assert_eq!(commit("\nOne\n two\n\nbody\n").subject(), "One two");
        assert_eq!(commit("").subject(), "");
    }

    #[test]
    fn old_encodings_are_read() {
        assert_eq!(decoded(b"M\xfcller", "iso-8859-1"), "Müller");
        assert_eq!(decoded("Müller".as_bytes(), "iso-8859-1"), "Müller");
        assert_eq!(decoded(b"M\xfcller", "UTF-8"), "M\u{fffd}ller");
    }
}
