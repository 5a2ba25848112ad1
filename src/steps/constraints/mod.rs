//! The upper constraints follow a release: one change for each package and version, once the index serves it.

mod edit;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::Optional;
use crate::facts::fresh_index::{ServedFile, ServedFiles};
use crate::facts::package::{PackageAt, answer};
use crate::facts::proposed::OpenWithTopic;
use crate::facts::pushed_files::BranchChoice;
use crate::facts::{Answer, Asks, Facts, Question as _, Unknown};
use crate::package::{Package, Python, normalized};
use crate::plan::{
    About, Action, CarryOut, Memory, Part, Prepared, RequestedFile, State, Step, StepKind,
    StepResult,
};
use crate::steps::frame::{self, Listing, failed};
use crate::steps::proposing::{self, ProposedChange};
use crate::steps::tag;
use crate::steps::tools::Tools;
use crate::tree::RepoName;
use crate::tree::deliverable::{ProjectAt, Release, Status};
use crate::tree::file::FilePath;
use crate::tree::record::{File, Record};
use crate::version::BranchNames;
use edit::Constraint;

/// The word for it in plans.
pub const ACTION: &str = "constraint";
const IN_LEDGER: &str = "constraint";
const TOPIC: &str = "new-release";

/// Proposes a version to the upper constraints.
#[derive(Clone, Copy, Debug)]
pub struct ConstraintKind;

impl StepKind for ConstraintKind {
    fn action(&self) -> &'static str {
        ACTION
    }

    fn needs(&self) -> &'static [&'static str] {
        &[tag::ACTION]
    }

    fn is_apart(&self) -> bool {
        true
    }

    fn memory(&self) -> Memory {
        Memory::Beside(IN_LEDGER)
    }

    fn asks(&self, part: &Part<'_>, facts: &Facts, asks: &mut Asks) {
        let Some(requirements) = &part.subject().config.requirements_repo else { return };
        for (file, release, project) in wanted(part) {
            asks.put(PackageAt::of(&project));
            let Answer::Known(name) = name_of(file.file, &project, facts) else { continue };
            let subject = file.subject;
            let record = (&subject.request.head, &subject.config.branches);
            let one = Released::of((file.file, file.path), (release, &project), &name, record);
            let Answer::Known(pythons) = one.pythons(facts, file) else { continue };
            let change = one.change(requirements, pythons);
            proposing::asks(&change, subject.config, facts, asks);
            if let Answer::Known(branch) = proposing::branch_of(&change, facts) {
                asks.put(open_ones(&change, branch));
            }
            if let Some(index) = subject.config.index_url() {
                asks.put(ServedFiles::of(index, &name, one.version));
            }
        }
    }

    fn plan(&self, part: &Part<'_>, facts: &Facts, before: &[Step]) -> Vec<Step> {
        let Some(requirements) = &part.subject().config.requirements_repo else {
            return Vec::new();
        };
        let step = |(file, release, project): (&RequestedFile<'_>, &Release, ProjectAt<'_>)| {
            frame::tag_of(&project.name, before)?;
            self.step((file, requirements), (release, &project), facts)
        };
        wanted(part).into_iter().filter_map(step).collect()
    }
}

/// The repositories of a part whose release may be in the constraints.
fn wanted<'p>(part: &'p Part<'_>) -> Vec<(&'p RequestedFile<'p>, &'p Release, ProjectAt<'p>)> {
    let config = part.subject().config;
    let has_constraints = config.index_url().is_some();
    let Some((file, release)) = part.release() else { return Vec::new() };
    if !has_constraints
        || !config.after.does(Optional::Constraints)
        || release.version.special().is_some()
    {
        return Vec::new();
    }
    let tagged = file.tagged(release).filter_map(|project| project.at_commit().ok());
    tagged.map(|project| (file, release, project)).collect()
}

impl ConstraintKind {
    /// The step of one repository; none for one that is no Python package.
    fn step(
        self,
        (file, requirements): (&RequestedFile<'_>, &RepoName),
        (release, project): (&Release, &ProjectAt<'_>),
        facts: &Facts,
    ) -> Option<Step> {
        let repo = project.name.clone();
        let version = release.version.text();
        let action = Action::new(&self, version).at(project.commit);
        let name = match name_of(file.file, project, facts) {
            Answer::Known(name) => name,
            Answer::Absent => return None,
            Answer::Unknown(why) => {
                let words = format!("the name of the package: {why}");
                return Some(Step { repo, action, state: State::Unknown(why.in_words(words)) });
            }
        };
        let config = file.subject.config;
        let record = (&file.subject.request.head, &config.branches);
        let one = Released::of((file.file, file.path), (release, project), &name, record);
        let pythons = match one.pythons(facts, file) {
            Answer::Known(pythons) => pythons,
            Answer::Absent => {
                let words = format!(
                    "{version} is not in {repo}, so the Python versions that it supports are not known"
                );
                return Some(Step { repo, action, state: State::Operator(words) });
            }
            Answer::Unknown(why) => {
                let words = format!("the Pythons that {version} supports: {why}");
                return Some(Step { repo, action, state: State::Unknown(why.in_words(words)) });
            }
        };
        let mut change = one.change(requirements, pythons);
        change.footers.extend(request_of(file, release));
        change.body = one.superseded(&change, file, facts);
        let action = action.item(&name);
        let sent = frame::sent(file, &repo, &action, self.memory());
        let (action, state) = proposing::planned(&change, action, config, facts, &sent);
        let state = match state {
            State::Create => once_served(&name, version, file, facts),
            other => other,
        };
        Some(Step { repo, action, state })
    }
}

/// To be done once the index serves it: what installers cannot get must not be in the constraints.
fn once_served(name: &str, version: &str, file: &RequestedFile<'_>, facts: &Facts) -> State {
    let index = file.subject.config.index_url().unwrap_or_default();
    let held = |reason: String| State::Held { until: None, reason };
    let not_there = || held(format!("the index does not serve `{name}` {version} yet"));
    match facts.get(&ServedFiles::of(index, name, version)) {
        Answer::Known(files) if files.is_empty() => not_there(),
        Answer::Known(files) if files.iter().all(|file: &ServedFile| file.is_yanked) => {
            held(format!("`{name}` {version} is yanked from the index"))
        }
        Answer::Known(_) => State::Create,
        Answer::Absent => not_there(),
        Answer::Unknown(why) => {
            let words = format!("whether the index serves `{name}` {version}: {why}");
            State::Unknown(why.in_words(words))
        }
    }
}

/// The name of the package: as the settings state it, else as the files at the commit do.
fn name_of(file: &File, project: &ProjectAt<'_>, facts: &Facts) -> Answer<String> {
    match stated(file, project) {
        Some(name) => Answer::Known(name),
        None => facts
            .get(&PackageAt::of(project))
            .and_then(|package| answer(&package.name))
            .map(|said| said.value),
    }
}

fn stated(file: &File, project: &ProjectAt<'_>) -> Option<String> {
    let name = file.deliverable.settings(&project.repo)?.pypi_name.as_ref()?;
    Some(name.value.clone()).filter(|name| !name.is_empty())
}

/// The Pythons of a package. What its files do not decide is unknown: no line of the constraints may be passed over for it.
fn decided(package: &Package, day: Date) -> Answer<Vec<Python>> {
    match package.decided_pythons(day) {
        Ok(pythons) => Answer::Known(pythons),
        Err(why) => Answer::Unknown(Unknown::because(why)),
    }
}

/// The footer that names the change of the request.
fn request_of(file: &RequestedFile<'_>, release: &Release) -> Option<(String, String)> {
    let by = file.introduction(release.version.text())?;
    let id = by.lines.iter().find(|(label, _)| label == "Change-Id")?;
    Some(("Release-Request".to_owned(), id.1.clone()))
}

/// A released package.
struct Released<'a> {
    file: &'a File,
    project: &'a ProjectAt<'a>,
    name: &'a str,
    version: &'a str,
    line: BranchChoice,
}

impl<'a> Released<'a> {
    fn of(
        (file, path): (&'a File, &FilePath),
        (release, project): (&'a Release, &'a ProjectAt<'a>),
        name: &'a str,
        (record, names): (&Record, &BranchNames),
    ) -> Self {
        let line = line_of(path, record, names);
        Self { file, project, name, version: release.version.text(), line }
    }

    /// The Pythons that it supports, as its files say.
    fn pythons(&self, facts: &Facts, file: &RequestedFile<'_>) -> Answer<Vec<Python>> {
        let day = file.subject.now.to_zoned(TimeZone::UTC).date();
        facts.get(&PackageAt::of(self.project)).and_then(|package| decided(package, day))
    }

    fn change(&self, repo: &RepoName, pythons: Vec<Python>) -> ProposedChange {
        self.change_of(self.version, repo, pythons)
    }

    fn change_of(&self, version: &str, repo: &RepoName, pythons: Vec<Python>) -> ProposedChange {
        let package = self.name.to_owned();
        let id = format!("{}-{version}", normalized(self.name));
        ProposedChange {
            repo: repo.clone(),
            line: self.line.clone(),
            kind: "constraint".to_owned(),
            own: id.clone(),
            id,
            topic: TOPIC.to_owned(),
            subject: format!("Update the constraint of {package} to {version}"),
            body: String::new(),
            footers: Vec::new(),
            edit: Box::new(Constraint { package, version: version.to_owned(), pythons }),
        }
    }

    /// The open changes for older versions of the package, in words. They are not abandoned: people decide about them.
    fn superseded(
        &self,
        change: &ProposedChange,
        file: &RequestedFile<'_>,
        facts: &Facts,
    ) -> String {
        let Answer::Known(branch) = proposing::branch_of(change, facts) else {
            return String::new();
        };
        let open = facts.get(&open_ones(change, branch.clone()));
        let releases = &self.file.deliverable.releases;
        let older = releases.iter().take_while(|other| other.version.text() != self.version);
        let ids: Vec<String> = older
            .filter(|other| other.projects.iter().any(|one| *one.repo == *self.project.repo))
            .map(|other| {
                let text = other.version.text();
                self.change_of(text, &change.repo, Vec::new()).change_id(&branch)
            })
            .collect();
        let base = file.subject.config.gerrit.trim_end_matches('/');
        let pages = open.known().into_iter().flat_map(|open| open.iter());
        let pages = pages.filter(|(_, id)| ids.contains(id));
        let lines: Vec<String> = pages
            .map(|(number, _)| format!("Supersedes {base}/c/{}/+/{number}.", change.repo))
            .collect();
        lines.join("\n")
    }
}

fn open_ones(change: &ProposedChange, branch: String) -> OpenWithTopic {
    OpenWithTopic { repo: change.repo.clone(), branch, topic: TOPIC.to_owned() }
}

/// The branch of the constraints: of the series, or the trunk for what is in development.
fn line_of(path: &FilePath, record: &Record, names: &BranchNames) -> BranchChoice {
    let series = record.series().get(path.series()).filter(|_| !path.is_independent());
    match series.map(|series| (series, series.status.as_ref().map(|status| status.value))) {
        None | Some((_, None | Some(Status::Development | Status::Future))) => BranchChoice::Trunk,
        Some((series, Some(_))) => BranchChoice::FirstOf(series.branches(names)),
    }
}

impl CarryOut<Tools<'_>> for ConstraintKind {
    fn prepare<'t>(
        &self,
        about: &About<'t>,
        tools: &'t Tools<'_>,
    ) -> Result<Prepared<'t>, StepResult> {
        let action = &about.step.action;
        let listing = Listing::of(about, tools)?;
        let (release, project) = listing.release(about.step)?;
        let name = action.item.as_deref().unwrap_or_default();
        let one = Released::of(
            (&listing.file, listing.path()?),
            (release, &project),
            name,
            (tools.record, &tools.config.branches),
        );
        let day = tools.now.to_zoned(TimeZone::UTC).date();
        let package = PackageAt::of(&project).answer(tools.sources);
        let pythons = match package.and_then(|package| decided(&package, day)) {
            Answer::Known(pythons) => pythons,
            Answer::Absent => return Err(failed("its commit is not in the repository")),
            Answer::Unknown(why) => return Err(failed(why)),
        };
        let requirements = tools.config.requirements_repo.as_ref();
        let requirements = requirements.ok_or_else(|| failed("the site has no constraints"))?;
        let change = one.change(requirements, pythons);
        proposing::prepare(change, action.message.as_deref(), tools)
    }

    /// The commit of the step is that of the release; what is proposed is known by its `Change-Id`.
    fn is_at(&self, _: &Step, _: &[String], _: &Tools<'_>) -> bool {
        true
    }
}
