//! Where the upper constraints of a series are: `/constraints/upper/<series>`.

use super::super::mistake::Mistake;
use super::{Code, Redirect};
use crate::config::breaks_a_redirect;
use crate::tree::deliverable::{Deliverable, Status};
use crate::tree::file::FilePath;
use crate::tree::place::{Place, Placed};
use crate::tree::record::{File, Record, SERIES_STATUS};
use crate::tree::series::SeriesList;
use crate::version::{BranchKind, BranchNames, SpecialKind};

/// What people put at the end of the address, and `pip` reads.
const ADDRESS: &str = "/constraints/upper";
/// The file in the repository of requirements.
const FILE: &str = "upper-constraints.txt";

/// The constraints of a record.
pub(in crate::site) struct Constraints<'a> {
    pub(in crate::site) record: &'a Record,
    /// The repository that holds them.
    pub(in crate::site) repo: &'a str,
    /// URL template of a raw file.
    pub(in crate::site) file: &'a str,
    /// The branch that is developed on.
    pub(in crate::site) trunk: &'a str,
    pub(in crate::site) branches: &'a BranchNames,
}

/// A state of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Target {
    /// The trunk.
    Trunk,
    Branch(Placed<String>),
    Tag(Placed<String>),
}

impl Target {
    fn place(&self) -> Option<Place> {
        match self {
            Self::Trunk => None,
            Self::Branch(name) | Self::Tag(name) => Some(name.place),
        }
    }
}

impl Constraints<'_> {
    /// In the order of the table that machines know: the trunk, future series, then by name of the series, and any commit.
    pub(super) fn first(&self, mistakes: &mut Vec<Mistake>) -> Vec<Redirect> {
        let mut found = vec![self.permanent(self.trunk, &Target::Trunk)];
        found.extend(self.future().rev().filter_map(|series| {
            let at = (SERIES_STATUS, Some(series.name.place));
            self.checked(at, &series.name, &Target::Trunk, mistakes)
        }));
        let mut files = self.files();
        files.reverse();
        found.extend(files.iter().filter_map(|(path, file)| {
            let id = self.id_of(path.series());
            let target = self.target(&file.deliverable, id);
            self.checked((&file.name, target.place()), id, &target, mistakes)
        }));
        let url = self.url("commit", "$1");
        let from = format!("^{ADDRESS}/([0-9a-f]{{40}})$");
        found.push(Redirect { code: Code::Temporary, ..Redirect::pattern(from, url) });
        found
    }

    /// A series by its name where the table has its id, and the other way round.
    pub(super) fn further(&self) -> Vec<Redirect> {
        let is_sound = |name: &str| breaks_a_redirect(name).is_none();
        let of_files = self.files().into_iter().filter_map(|(path, file)| {
            let id = self.id_of(path.series());
            let is_new = id != path.series() && is_sound(path.series());
            is_new.then(|| self.redirect(path.series(), &self.target(&file.deliverable, id)))
        });
        let of_future = self.future().filter_map(|series| {
            let id =
                series.release_id.as_ref().filter(|id| ***id != *series.name && is_sound(id))?;
            let has_file = self.files().iter().any(|(path, _)| path.series() == *series.name);
            (!has_file).then(|| self.redirect(id, &Target::Trunk))
        });
        of_files.chain(of_future).collect()
    }

    fn future(&self) -> impl DoubleEndedIterator<Item = &crate::tree::series::Series> {
        self.list().all.iter().filter(|series| series.is(Status::Future))
    }

    fn list(&self) -> &SeriesList {
        self.record.series()
    }

    /// The files of the deliverable that is called like the repository, in the order of their paths.
    fn files(&self) -> Vec<(FilePath, std::sync::Arc<File>)> {
        let name = self.repo.rsplit('/').next().unwrap_or_default();
        let paths = self.record.paths().unwrap_or_default().into_iter();
        let paths = paths.filter_map(|path| Some((FilePath::parse(&path).ok()?, path)));
        paths
            .filter(|(path, _)| path.name() == name && !path.is_independent())
            .filter_map(|(path, name)| Some((path, self.record.known_file(&name)?)))
            .collect()
    }

    fn id_of<'b>(&'b self, series: &'b str) -> &'b str {
        self.list().get(series).map_or(series, |series| series.branch_id())
    }

    /// Where the constraints of a series are: the trunk until there is a branch, and at the end a tag. A branch that volunteers
    /// keep comes before the tag that ended maintenance, and the tag that ended everything before all.
    fn target(&self, deliverable: &Deliverable, id: &str) -> Target {
        let named = |kind| self.branches.name(kind, id);
        let (stable, kept) = (named(BranchKind::Stable), named(BranchKind::Unmaintained));
        let has = |name: &Option<String>| {
            let mut branches = deliverable.branches.iter();
            let found = name.as_ref().and_then(|name| branches.find(|it| it.name.value == *name));
            found.map(|branch| branch.name.clone())
        };
        let tag = |kind: SpecialKind| {
            let mut versions = deliverable.releases.iter().map(|release| &release.version);
            let end = format!("-{kind}");
            let found = versions.find(|version| version.text().ends_with(&end))?;
            Some(Placed::new(found.text().to_owned(), found.place))
        };
        tag(SpecialKind::Eol)
            .map(Target::Tag)
            .or_else(|| has(&kept).map(Target::Branch))
            .or_else(|| tag(SpecialKind::Eom).map(Target::Tag))
            .or_else(|| has(&stable).map(Target::Branch))
            .unwrap_or(Target::Trunk)
    }

    /// The redirect, unless a name would break the line.
    fn checked(
        &self,
        (file, place): (&str, Option<Place>),
        source: &str,
        target: &Target,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Redirect> {
        let end = match target {
            Target::Trunk => "",
            Target::Branch(name) | Target::Tag(name) => name.as_str(),
        };
        for name in [source, end] {
            if let Some(why) = breaks_a_redirect(name) {
                let message = format!("`{name}` cannot be part of a redirect: it {why}");
                mistakes.push(Mistake::error(file, place, message));
                return None;
            }
        }
        Some(self.redirect(source, target))
    }

    fn redirect(&self, source: &str, target: &Target) -> Redirect {
        let code = if *target == Target::Trunk { Code::Temporary } else { Code::Permanent };
        Redirect { code, ..self.permanent(source, target) }
    }

    fn permanent(&self, source: &str, target: &Target) -> Redirect {
        let url = match target {
            Target::Trunk => self.url("branch", self.trunk),
            Target::Branch(name) => self.url("branch", name),
            Target::Tag(name) => self.url("tag", name),
        };
        Redirect::path(Code::Permanent, format!("{ADDRESS}/{source}"), url)
    }

    fn url(&self, kind: &str, name: &str) -> String {
        self.file
            .replace("{repo}", self.repo)
            .replace("{kind}", kind)
            .replace("{path}", FILE)
            .replace("{ref}", name)
    }
}
