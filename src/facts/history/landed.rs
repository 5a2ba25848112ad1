//! The commits of a range, as a reader of a release wants to see them.

use super::CommitRange;
use crate::facts::{Answer, Question, Sources};
use crate::git::{CommitInfo, GitError, Oid, Repository};
use crate::notes::{BugReference, SemVer, bugs, change_id, change_number};

/// Notes of more commits than these are not looked for.
const MOST_LOOKED_INTO: usize = 1000;
/// Where Gerrit keeps what it knows about the review of a commit.
const REVIEWS: &str = "refs/notes/review";
/// Where release notes are.
const NOTES: &str = "releasenotes/notes";

/// The commits that the newer commit has and the older one has not, newest first, with what their messages say. Merges are
/// folded into what they merge.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LandedIn(pub CommitRange);

/// A commit of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landed {
    /// Its id, in lower case hex.
    pub hash: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// Its `Change-Id:`.
    pub change_id: Option<String>,
    /// The number of its change, where the message or Gerrit's notes have it.
    pub change: Option<u64>,
    /// The bugs that its trailers name.
    pub bugs: Vec<BugReference>,
    /// The release notes that it adds, by file name.
    pub notes: Vec<String>,
    /// What its `Sem-Ver:` lines say, weakest first.
    pub sem_ver: Vec<SemVer>,
}

impl Landed {
    /// The first digits of its id, as people write them.
    pub fn short(&self) -> &str {
        self.hash.get(..9).unwrap_or(&self.hash)
    }
}

impl Question for LandedIn {
    type Known = Vec<Landed>;

    fn lane(&self) -> &str {
        &self.0.repo
    }

    fn answer(&self, sources: &Sources) -> Answer<Vec<Landed>> {
        self.0.ask(sources, |repository, older, newer| {
            let reviews = repository.resolve(REVIEWS)?;
            let log = repository.log(older, newer)?;
            let commits = log.iter().filter(|commit| !commit.is_merge()).enumerate();
            commits.map(|(at, commit)| landed(repository, reviews, (at, commit))).collect()
        })
    }
}

fn landed(
    repository: &Repository,
    reviews: Option<Oid>,
    (at, commit): (usize, &CommitInfo),
) -> Result<Landed, GitError> {
    let of_notes = || -> Result<Option<u64>, GitError> {
        let Some(tip) = reviews else { return Ok(None) };
        let note = repository.note(tip, commit.id)?;
        Ok(note.and_then(|note| change_number(&String::from_utf8_lossy(&note))))
    };
    let change = match change_number(&commit.message) {
        Some(number) => Some(number),
        None => of_notes()?,
    };
    Ok(Landed {
        sem_ver: SemVer::of(&commit.message),
        hash: commit.id.to_string(),
        subject: commit.subject(),
        author: commit.author_name.clone(),
        change_id: change_id(&commit.message).map(str::to_owned),
        change,
        bugs: bugs(&commit.message),
        notes: if at < MOST_LOOKED_INTO { notes_of(repository, commit)? } else { Vec::new() },
    })
}

/// The files of release notes that a commit touches, without their folder.
fn notes_of(repository: &Repository, commit: &CommitInfo) -> Result<Vec<String>, GitError> {
    let parent = commit.parents.first().copied();
    let paths = repository.changed_paths(parent, commit.id, &[NOTES])?;
    let notes = paths.iter().filter(|path| path.ends_with(".yaml"));
    Ok(notes.filter_map(|path| path.rsplit('/').next()).map(str::to_owned).collect())
}
