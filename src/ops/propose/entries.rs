//! What is proposed for each deliverable.

use wildmatch::WildMatch;

use super::group::{Entry, Ready};
use super::releases::{Outcome, releases, why};
use super::{ProposeOptions, Purpose, Which};
use crate::facts::Sources;
use crate::ops::edit::{EditAction, Editing};
use crate::ops::init_series::init_series;
use crate::ops::list::Filter;
use crate::ops::list::filter::Entry as Listed;
use crate::ops::located::path_of;
use crate::ops::meant::{deliverable, hinted};
use crate::ops::new::{Kind, NewOptions, lacking_branch};
use crate::report::rewrite::Rewrite;
use crate::rules::{OneDeliverable, OneFile};
use crate::tree::deliverable::Release;
use crate::tree::record::Record;
use crate::tree::request::Request;
use crate::version::PreReleaseKind;
use crate::workspace::{Failure, Options, Workspace};

/// The record that requests are made for, and where its facts come from.
pub(super) struct Merged<'a> {
    pub(super) workspace: &'a Workspace,
    pub(super) options: &'a Options,
    pub(super) sources: &'a Sources,
}

impl Merged<'_> {
    /// The entries of all deliverables that are meant.
    ///
    /// # Errors
    /// If the record cannot be read, or nothing can be meant. A deliverable that gets nothing is an entry that says why.
    pub(super) fn entries(&self, asked: &ProposeOptions) -> Result<Vec<Entry>, Failure> {
        let record = self.workspace.head_record()?;
        if asked.purpose == Purpose::InitSeries {
            return self.of_new_series(&record, asked);
        }
        let files = self.files(&record, &asked.filter, asked)?;
        let paths = files.iter().map(|file| file.file.name.clone()).collect();
        let request = Request::whole(record, paths);
        let outcomes = match asked.purpose {
            Purpose::Release(kind) => self.releases(&files, kind),
            Purpose::MissingCandidates => self.first_candidates(&files),
            Purpose::StableBranches | Purpose::InitSeries => {
                files.iter().map(|file| self.branch(file, &request)).collect()
            }
        };
        let entry = |(file, outcome)| Entry { outcome, ..undecided(file) };
        Ok(files.iter().zip(outcomes).map(entry).collect())
    }

    /// The files that meet the conditions.
    fn files(
        &self,
        record: &Record,
        filter: &Filter,
        asked: &ProposeOptions,
    ) -> Result<Vec<Listed>, Failure> {
        let mut files = filter.files(self.workspace, record)?.entries;
        match &asked.which {
            Which::All => {}
            Which::Named(named) => {
                let globs: Vec<WildMatch> = named.iter().map(|glob| WildMatch::new(glob)).collect();
                files.retain(|file| globs.iter().any(|glob| glob.matches(file.path.name())));
                if files.is_empty() {
                    return Err(none_called(record, named)?);
                }
            }
            Which::Canary => {
                let canary = &self.workspace.config.authoring.canary;
                files.retain(|file| file.path.name() == canary);
                if files.is_empty() {
                    return Err(no_canary(canary));
                }
            }
        }
        Ok(files)
    }

    fn deliverable<'a>(
        &'a self,
        request: &'a Request,
        change: &'a crate::tree::request::Change,
    ) -> Option<OneDeliverable<'a>> {
        let Workspace { config, policy, .. } = self.workspace;
        let clock = self.workspace.clock();
        OneDeliverable::of(OneFile { request, config, policy, clock, change })
    }

    fn releases(&self, files: &[Listed], kind: Option<Kind>) -> Vec<Outcome> {
        let asked: Vec<NewOptions> = files.iter().map(|file| of_file(file, kind)).collect();
        releases(self.options, self.sources, &asked)
    }

    /// First candidates, of those that have neither one nor a release.
    fn first_candidates(&self, files: &[Listed]) -> Vec<Outcome> {
        let lacking = files.iter().filter(|file| candidate_or_release(file).is_none());
        let asked: Vec<NewOptions> = lacking.map(|file| of_file(file, Some(Kind::Rc))).collect();
        let mut made = releases(self.options, self.sources, &asked).into_iter();
        let outcome = |file| match candidate_or_release(file) {
            Some(why) => Err(("skipped", why)),
            None => made.next().unwrap_or_else(|| Err(("skipped", String::new()))),
        };
        files.iter().map(outcome).collect()
    }

    /// The stable branch at the newest release.
    fn branch(&self, file: &Listed, request: &Request) -> Outcome {
        let skipped = |why: String| ("skipped", why);
        let change = request.changes.iter().find(|change| change.path == file.file.name);
        let on = change.and_then(|change| self.deliverable(request, change));
        let on = on.ok_or_else(|| skipped("it is in no series".to_owned()))?;
        let name = lacking_branch(&on).map_err(skipped)?;
        let newest = file.file.deliverable.releases.last();
        let newest = newest.ok_or_else(|| skipped("it has no release in the series".to_owned()))?;
        may_begin_at(newest).map_err(skipped)?;
        let version = newest.version.text().to_owned();
        let editing = Editing {
            workspace: self.workspace,
            record: &request.head,
            file: &file.file,
            sources: self.sources,
        };
        let before = file.file.text.to_string();
        let after = editing.apply(&before, &EditAction::AddStableBranch(version.clone()));
        let after = after.map_err(|failure| why(&failure))?;
        let deliverable = file.path.name();
        Ok(Ready {
            rewrite: Rewrite { path: file.file.name.clone(), before: Some(before), after },
            message: format!(
                "Create {name} for {deliverable}\n\nIt begins at `{version}`, the newest release of the series.\n"
            ),
            what: Some(name),
        })
    }

    /// The files of the series that is named.
    fn of_new_series(
        &self,
        record: &Record,
        asked: &ProposeOptions,
    ) -> Result<Vec<Entry>, Failure> {
        let [series] = asked.filter.series.as_slice() else {
            return Err(Failure::usage("`init-series` makes the files of one series")
                .help("name it with `--series`"));
        };
        let new = init_series(self.options, series)?;
        let filter = Filter { series: vec![new.from.clone()], ..asked.filter.clone() };
        let mut found = Vec::new();
        for file in self.files(record, &filter, asked)? {
            let name = file.path.name();
            let (target, source) = (path_of(series, name), &file.file.name);
            let made = new.rewrites.iter().find(|it| it.path == target);
            let left = new.left.iter().find(|it| it.path == *source);
            let outcome = match (made, left) {
                (Some(rewrite), _) => Ok(Ready {
                    rewrite: rewrite.clone(),
                    what: None,
                    message: format!(
                        "Begin {series} with {name}\n\nThe file is that of {}, without what was released there.\n",
                        new.from
                    ),
                }),
                (None, Some(left)) => Err(("skipped", left.why.clone())),
                (None, None) => continue,
            };
            found.push(Entry { series: series.clone(), outcome, ..undecided(&file) });
        }
        Ok(found)
    }
}

/// Why `--only` leaves nothing.
fn none_called(record: &Record, globs: &[String]) -> Result<Failure, Failure> {
    let names: Vec<String> = globs.iter().map(|glob| format!("`{glob}`")).collect();
    let failure =
        Failure::usage(format!("no deliverable among these is called {}", names.join(" or ")));
    let known = match globs {
        [name] => deliverable(record, name)?,
        _ => None,
    };
    Ok(hinted(failure, known).help(
        "write the name as the files do, `*` for any part of it, and the series with `--series`",
    ))
}

fn no_canary(name: &str) -> Failure {
    match name {
        "" => Failure::usage(
            "the site has no deliverable to try things with: `test-deliverable` is empty",
        ),
        name => Failure::usage(format!("there is no deliverable `{name}` among these"))
            .help("set `test-deliverable` to the name of one, or name the series with `--series`"),
    }
}

fn undecided(file: &Listed) -> Entry {
    Entry {
        name: file.path.name().to_owned(),
        team: file.file.deliverable.team.as_ref().map(|team| team.value.clone()),
        series: file.series_name().to_owned(),
        outcome: Err(("skipped", String::new())),
    }
}

fn of_file(file: &Listed, kind: Option<Kind>) -> NewOptions {
    NewOptions {
        series: Some(file.series_name().to_owned()),
        ..NewOptions::of(file.path.name(), kind)
    }
}

/// Why a series needs no first candidate of a deliverable: it has one, or a release.
fn candidate_or_release(file: &Listed) -> Option<String> {
    let is_one = |release: &&Release| {
        let pre = release.version.pre_release().map(|pre| pre.kind);
        pre == Some(PreReleaseKind::Rc) || release.version.is_full()
    };
    let found = file.file.deliverable.releases.iter().find(is_one)?;
    Some(format!("it has `{}`", found.version.text()))
}

/// Refuses to begin a branch at a mark or a beta.
fn may_begin_at(release: &Release) -> Result<(), String> {
    let version = release.version.text();
    let pre = release.version.pre_release().map(|pre| pre.kind);
    match (release.version.special(), pre) {
        (Some(_), _) => Err(format!("its newest entry is `{version}`")),
        (None, Some(kind)) if kind != PreReleaseKind::Rc => {
            Err(format!("its newest release `{version}` is not a candidate yet"))
        }
        _ => Ok(()),
    }
}
