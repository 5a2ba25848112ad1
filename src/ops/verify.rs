//! Whether a tag is what was asked for: its signature, its key, its message, its commit.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::meant::unknown_repository;
use super::trust::{Trust, of_that_day};
use crate::config::Optional;
use crate::facts::repository::Remote;
use crate::facts::{Answer, Sources};
use crate::git::{Git, Oid, Refs, Repository, TagObject, TempClone};
use crate::report::audit::{Audit, Look, Verdict};
use crate::steps::provenance::check;
use crate::steps::tag::message::TagMessage;
use crate::tree::RepoName;
use crate::tree::record::{File, Record};
use crate::workspace::{Failure, Workspace};

/// Which tag is verified.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// The repository, as the deliverable files name it.
    pub repo: RepoName,
    /// The tag, with or without `refs/tags/`.
    pub tag: String,
    /// The directory with the keys that are trusted, instead of those that the releases repository publishes.
    pub keys: Option<PathBuf>,
    /// A clone to read the tag from, instead of `git:`.
    pub clone: Option<PathBuf>,
}

/// Verifies a tag against the releases repository.
///
/// # Errors
/// When the record cannot be read, or names no such repository.
pub fn verify(workspace: &Workspace, options: &VerifyOptions) -> Result<Audit, Failure> {
    let tag = options.tag.strip_prefix("refs/tags/").unwrap_or(&options.tag);
    let record = workspace.head_record()?;
    let trust = match &options.keys {
        Some(directory) => Trust::in_directory(directory),
        None => Trust::of_record(&record),
    };
    let about = format!("{} {tag}", options.repo);
    let listed = listed(&record, &options.repo, tag)?;
    if listed.is_empty()
        && let Some(failure) = unknown_repository(&record, &options.repo)?
    {
        return Err(failure);
    }
    let mut looks = vec![Look::new(&about, "trust", Verdict::Note, trust.root.clone())];
    let git = Git::find()?;
    let subject = VerifiedTag {
        about: &about,
        repo: &options.repo,
        tag,
        record: &record,
        trust: &trust,
        git: &git,
    };
    let (mut found, mut at) = (Vec::new(), None);
    let read = match &options.clone {
        Some(path) => Repository::open(path)
            .and_then(|repository| {
                let refs = repository.refs_with_origin()?;
                found = subject.in_clone(&repository, &refs, &listed);
                at = subject.place(&refs);
                Ok(())
            })
            .map_err(|error| error.to_string()),
        None => subject.at_remotes(&workspace.sources()?, &listed).map(|(looks, there)| {
            (found, at) = (looks, there);
        }),
    };
    if let Err(why) = read {
        looks.push(Look::new(&about, "tag", Verdict::NotChecked, why));
    }
    looks.extend(found);
    looks.extend(of_provenance(workspace, &subject, at));
    Ok(Audit::of(looks))
}

/// The statement that the ledger keeps about the tag, at a site that makes such statements.
fn of_provenance(
    workspace: &Workspace,
    subject: &VerifiedTag<'_>,
    at: Option<TagAndCommit>,
) -> Vec<Look> {
    let (Some((tag, commit)), true) = (at, workspace.config.after.does(Optional::Provenance))
    else {
        return Vec::new();
    };
    let look = |verdict, words: String| vec![subject.look("provenance", verdict, words)];
    let name = (subject.repo, subject.tag);
    let kept = workspace.read_ledger().map_err(|failure| failure.to_string());
    let kept =
        kept.and_then(|ledger| ledger.statement(name.0, name.1).map_err(|error| error.to_string()));
    let kept = match kept {
        Ok(Some(kept)) => kept,
        Ok(None) => {
            return look(
                Verdict::Note,
                "the ledger has no provenance statement for this tag".to_owned(),
            );
        }
        Err(why) => return look(Verdict::NotChecked, why),
    };
    let (signature, verified) = subject
        .trust
        .judge(subject.about, "provenance", |keys| keys.verify_file(&kept.text, &kept.signature));
    if verified.is_none() {
        return vec![signature];
    }
    match check(&kept.text, (name.0.as_str(), name.1), (&tag.to_string(), &commit.to_string())) {
        Err(flaw) => look(Verdict::Bad, flaw.to_string()),
        Ok(stated) => {
            let by = stated.requested_by.unwrap_or_else(|| "nobody that is named".to_owned());
            let votes = match stated.approved_by {
                Ok(votes) if votes.is_empty() => "no vote".to_owned(),
                Ok(votes) => votes.join(", "),
                Err(why) => format!("votes not known: {why}"),
            };
            let words = format!("{}; requested by {by}; {votes}", signature.detail);
            look(Verdict::Good, words)
        }
    }
}

/// A clone of the releases repository at `url`, for one answer.
///
/// # Errors
/// When it cannot be cloned.
pub fn releases_at(url: &str) -> Result<TempClone, Failure> {
    TempClone::of(&Git::find()?, url).map_err(Failure::from)
}

/// Shows a repository as it is at one of its remotes.
fn look_at(
    sources: &Sources,
    (repo, remote): (&RepoName, Remote),
    look: &mut dyn FnMut(&Repository, &Refs),
) -> Result<(), String> {
    let read = sources.open(repo, remote).and_then(|opened| {
        opened.ask(|repository| {
            look(repository, &opened.refs);
            Ok(Some(()))
        })
    });
    match read {
        Answer::Known(()) => Ok(()),
        Answer::Absent => Err(format!("there is no repository `{repo}`")),
        Answer::Unknown(why) => Err(why.to_string()),
    }
}

/// The file that lists a release, with its path.
type ListingFiles = Vec<(String, Arc<File>)>;

fn listed(record: &Record, repo: &str, tag: &str) -> Result<ListingFiles, Failure> {
    let index = record.index();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure).help("the record could not be read"));
    }
    let mut found = Vec::new();
    for path in index.files_with(repo, tag) {
        let file = record.file(&path).map_err(Failure::outside)?;
        found.extend(file.map(|file| (path, file)));
    }
    Ok(found)
}

/// A tag object, and the commit behind it.
type TagAndCommit = (Oid, Oid);

struct VerifiedTag<'a> {
    about: &'a str,
    repo: &'a RepoName,
    tag: &'a str,
    record: &'a Record,
    trust: &'a Trust,
    git: &'a Git,
}

impl VerifiedTag<'_> {
    fn look(&self, what: &str, verdict: Verdict, words: impl Into<String>) -> Look {
        Look::new(self.about, what, verdict, words)
    }

    /// A clone may lack what was made since, so that nothing is absent for it.
    fn in_clone(&self, repository: &Repository, refs: &Refs, listed: &ListingFiles) -> Vec<Look> {
        if refs.tags.contains_key(self.tag) {
            return self.looks(repository, refs, listed);
        }
        let words = "the clone has no such tag; fetch its tags, or run again without `--clone`";
        vec![self.look("tag", Verdict::NotChecked, words)]
    }

    /// What `git:` shows or, where it has no such tag, `push:`: a mirror may be late.
    fn at_remotes(
        &self,
        sources: &Sources,
        listed: &ListingFiles,
    ) -> Result<(Vec<Look>, Option<TagAndCommit>), String> {
        let (mut found, mut at) = (Vec::new(), None);
        let mut look = |remote: Remote| {
            look_at(sources, (self.repo, remote), &mut |repository, refs| {
                at = self.place(refs);
                found = self.looks(repository, refs, listed);
            })?;
            Ok::<_, String>(at.is_some())
        };
        if !look(Remote::Git)? && sources.has_push() {
            look(Remote::Push)?;
        }
        Ok((found, at))
    }

    /// The tag object, and the commit behind it.
    fn place(&self, refs: &Refs) -> Option<TagAndCommit> {
        refs.tags.get(self.tag).map(|there| (there.object, there.peeled))
    }

    fn looks(&self, repository: &Repository, refs: &Refs, listed: &ListingFiles) -> Vec<Look> {
        let Some(there) = refs.tags.get(self.tag) else {
            return vec![self.look("tag", Verdict::Bad, "there is no such tag")];
        };
        let object = match repository.tag_object(there.object) {
            Ok(Some(object)) => object,
            Ok(None) => {
                return vec![self.look(
                    "tag",
                    Verdict::Bad,
                    "a lightweight tag: it has neither message nor signature",
                )];
            }
            Err(error) => return vec![self.look("tag", Verdict::NotChecked, error.to_string())],
        };
        let mut looks = vec![self.of_object(&object)];
        let (signature, verified) = self.trust.judge(self.about, "signature", |keys| {
            keys.verify_tag(self.git, repository.git_dir(), there.object)
        });
        looks.push(signature);
        let made = object.tagger.as_ref();
        let made = made.and_then(|tagger| Timestamp::from_second(tagger.time.seconds).ok());
        if let Some(verified) = verified {
            looks.push(match made {
                Some(made) => of_that_day(self.about, self.record, &verified.by, made),
                None => {
                    self.look("key", Verdict::NotChecked, "the tag does not say when it was made")
                }
            });
        }
        let message = TagMessage::parse(&object.message);
        looks.push(self.of_message(message.as_ref().map_err(ToString::to_string), listed));
        looks.push(self.of_request(there.peeled, listed));
        if let Ok(message) = &message {
            looks.push(self.of_branch(repository, refs, there.peeled, &message.branch));
        }
        looks
    }

    fn of_object(&self, object: &TagObject) -> Look {
        if object.name == self.tag {
            return self.look("tag", Verdict::Good, "an annotated tag of that name");
        }
        let words = format!("the tag object is named `{}`", object.name);
        self.look("tag", Verdict::Bad, words)
    }

    fn of_message(&self, message: Result<&TagMessage, String>, listed: &ListingFiles) -> Look {
        let message = match message {
            Ok(message) => message,
            Err(why) => {
                let words = format!("not a release message: {why}");
                return self.look("message", Verdict::Bad, words);
            }
        };
        let mut wrong = Vec::new();
        if message.version != self.tag {
            wrong.push(format!("it is about version `{}`", message.version));
        }
        let name = self.repo.rsplit('/').next().unwrap_or(self.repo);
        if message.short_name != name {
            wrong.push(format!("it is about `{}`", message.short_name));
        }
        let series = |(_, file): &(String, Arc<File>)| {
            file.path.as_ref().is_ok_and(|path| path.series() == message.series)
        };
        if !listed.is_empty() && !listed.iter().any(series) {
            wrong.push(format!("it names the series `{}`, where no file lists it", message.series));
        }
        if message.playground {
            wrong.push("it was made on a playground".to_owned());
        }
        match wrong.is_empty() {
            true => self.look("message", Verdict::Good, "as the request says"),
            false => self.look("message", Verdict::Bad, wrong.join("; ")),
        }
    }

    /// Whether a merged request asked for the tag at this commit.
    fn of_request(&self, commit: Oid, listed: &ListingFiles) -> Look {
        let hashes: Vec<String> = listed
            .iter()
            .flat_map(|(_, file)| &file.deliverable.releases)
            .filter(|release| release.version.text() == self.tag)
            .flat_map(|release| &release.projects)
            .filter(|project| *project.repo == **self.repo)
            .map(|project| project.hash.to_ascii_lowercase())
            .collect();
        let at = commit.to_string();
        let paths: Vec<&str> = listed.iter().map(|(path, _)| path.as_str()).collect();
        match hashes.as_slice() {
            [] => self.look(
                "commit",
                Verdict::Bad,
                "no file of the releases repository lists this release",
            ),
            all if all.iter().all(|hash| *hash == at) => {
                let words = format!("{at}, as {} says", paths.join(" and "));
                self.look("commit", Verdict::Good, words)
            }
            all => {
                let words = format!(
                    "the tag is at {at}, but {} says {}",
                    paths.join(" and "),
                    all.join(" and ")
                );
                self.look("commit", Verdict::Bad, words)
            }
        }
    }

    fn of_branch(&self, repository: &Repository, refs: &Refs, commit: Oid, branch: &str) -> Look {
        let Some(tip) = refs.heads.get(branch) else {
            let words = format!(
                "`{branch}` is not there, so it is not known whether it contains the commit"
            );
            return self.look("branch", Verdict::NotChecked, words);
        };
        match repository.is_ancestor(commit, *tip) {
            Ok(true) => {
                self.look("branch", Verdict::Good, format!("`{branch}` contains the commit"))
            }
            Ok(false) => {
                self.look("branch", Verdict::Bad, format!("`{branch}` does not contain the commit"))
            }
            Err(error) => self.look("branch", Verdict::NotChecked, error.to_string()),
        }
    }
}
