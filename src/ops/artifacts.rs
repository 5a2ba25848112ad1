//! The artefacts of a release: on the package index and on the host of the tarballs.

use super::meant::unlisted_in;
use super::npm;
use super::trust::Trust;
use crate::config::Config;
use crate::facts::fresh_index::{FileKind, ServedFile, ServedFiles, parts_of};
use crate::facts::package::{PackageAt, answer};
use crate::facts::raw::RawFile;
use crate::facts::{Answer, Question as _, Sources};
use crate::package::normalized;
use crate::report::audit::{Audit, Look, Verdict};
use crate::text::digest_of;
use crate::tree::deliverable::{NamedProject, Release, ReleaseType};
use crate::tree::record::{File, Record};
use crate::tree::{BadCommitId, RepoName};
use crate::workspace::{Failure, Workspace};

/// Looks at the artefacts of `version` of `repo`.
///
/// # Errors
/// When the record cannot be read, or lists no such release.
pub fn artifacts(
    workspace: &Workspace,
    (repo, version): (&RepoName, &str),
) -> Result<Audit, Failure> {
    let record = workspace.head_record()?;
    let index = record.index();
    if let Some(failure) = record.failures().into_iter().next() {
        return Err(Failure::outside(failure).help("the record could not be read"));
    }
    let paths = index.files_with(repo, version);
    let path = paths.first().ok_or_else(|| unlisted_in(&record, repo, version))?;
    let file = record.file(path).map_err(Failure::outside)?;
    let file = file.ok_or_else(|| Failure::outside(format!("{path} could not be read")))?;
    let sources = workspace.sources_for_reading()?;
    let trust = Trust::of_record(&record);
    let looks = release_of(&file, repo, version)
        .map(|(release, project)| {
            looks(&file, (release, &project), (&workspace.config, &sources, &trust))
        })
        .unwrap_or_default();
    if looks.is_empty() {
        return Err(Failure::usage("the site names neither `index`, `npm` nor `site.tarball`")
            .help("set one of them to check artefacts"));
    }
    Ok(Audit::of(looks))
}

fn release_of<'f>(
    file: &'f File,
    repo: &RepoName,
    version: &str,
) -> Option<(&'f Release, NamedProject<'f>)> {
    file.deliverable.releases.iter().find_map(|release| {
        let project = release.projects.iter().find(|project| *project.repo == **repo)?;
        let project = project.named().ok()?;
        (release.version.text() == version).then_some((release, project))
    })
}

/// What is there of one repository.
pub(super) fn looks(
    file: &File,
    (release, project): (&Release, &NamedProject<'_>),
    (config, sources, trust): (&Config, &Sources, &Trust),
) -> Vec<Look> {
    let version = release.version.text();
    let about = format!("{} {version}", *project.repo);
    let look = |what: &str, verdict, words: &str| Look::new(&about, what, verdict, words);
    let mut looks = Vec::new();
    let kind = file.deliverable.release_type.as_ref().map(|kind| kind.value);
    if kind == Some(ReleaseType::Nodejs) {
        looks.extend(match config.npm.as_str() {
            "" => {
                vec![look(npm::WHAT, Verdict::NotChecked, "the site names no registry; set `npm`")]
            }
            registry => npm::looks(&about, (registry, project, version), sources),
        });
    }
    if let Some(index) = config.index_url() {
        match name_of(file, project, sources) {
            Err(why) => looks.push(look("package", Verdict::Bad, &why.to_string())),
            Ok(Answer::Known(name)) => {
                looks.extend(on_index(&about, (index, &name, version), sources));
            }
            Ok(Answer::Absent) => {
                let words = "the repository contains no Python package";
                looks.push(look("package", Verdict::Note, words));
            }
            Ok(Answer::Unknown(why)) => {
                let words = format!("the name of the package: {why}");
                looks.push(look("package", Verdict::NotChecked, &words));
            }
        }
    }
    let urls = config.archive_urls(&file.deliverable, release, project);
    if !urls.is_empty() {
        looks.extend(on_host(&about, urls, (sources, trust)));
    } else if !config.pages.tarball.is_empty() {
        looks.push(look("tarball", Verdict::Note, "the release has none"));
    }
    looks
}

/// The name of the package, which the file states or the commit has.
fn name_of(
    file: &File,
    project: &NamedProject<'_>,
    sources: &Sources,
) -> Result<Answer<String>, BadCommitId> {
    let stated = file.deliverable.settings(&project.repo).and_then(|one| one.pypi_name.as_ref());
    if let Some(name) = stated.filter(|name| !name.is_empty()) {
        return Ok(Answer::Known(name.value.clone()));
    }
    let package = PackageAt::of(&project.at_commit()?).answer(sources);
    Ok(package.and_then(|package| answer(&package.name)).map(|said| said.value))
}

/// The sdist and the wheel, each by itself: an upload may have brought one of them.
fn on_index(
    about: &str,
    (index, name, version): (&str, &str, &str),
    sources: &Sources,
) -> Vec<Look> {
    let kinds = [(FileKind::Sdist, "sdist on the index"), (FileKind::Wheel, "wheel on the index")];
    let files = match ServedFiles::of(index, name, version).answer(sources) {
        Answer::Known(files) => files,
        Answer::Absent => Vec::new(),
        Answer::Unknown(why) => {
            let look = |(_, what): (FileKind, &str)| {
                Look::new(about, what, Verdict::NotChecked, why.to_string())
            };
            return kinds.map(look).to_vec();
        }
    };
    let package = normalized(name);
    let look = |(kind, what): (FileKind, &str)| {
        let is_it = |file: &&ServedFile| {
            parts_of(&file.name, &package).is_some_and(|(found, _)| found == kind)
        };
        let found: Vec<&ServedFile> = files.iter().filter(is_it).collect();
        let shown: Vec<String> = found.iter().map(|file| described(file)).collect();
        match found.iter().any(|file| !file.is_yanked) {
            true => Look::new(about, what, Verdict::Good, shown.join(", ")),
            false if found.is_empty() => Look::new(about, what, Verdict::Bad, "not there"),
            false => Look::new(about, what, Verdict::Bad, shown.join(", ")),
        }
    };
    kinds.map(look).to_vec()
}

fn described(file: &ServedFile) -> String {
    let digest =
        file.sha256.as_ref().map(|digest| format!(", sha256 {digest}")).unwrap_or_default();
    let yanked = if file.is_yanked { ", yanked" } else { "" };
    format!("{}{digest}{yanked}", file.name)
}

/// The tarball and its signature, which is verified and not only there.
fn on_host(about: &str, urls: Vec<String>, (sources, trust): (&Sources, &Trust)) -> Vec<Look> {
    let what = "tarball";
    let mut missing = Vec::new();
    for url in urls {
        match (RawFile { url: url.clone() }).answer(sources) {
            Answer::Known(bytes) => {
                let words = format!("{url}, {} bytes, sha256 {}", bytes.len(), digest_of(&bytes));
                let there = Look::new(about, what, Verdict::Good, words);
                return vec![there, signature(about, &url, &bytes, sources, trust)];
            }
            Answer::Absent => missing.push(url),
            Answer::Unknown(why) => {
                return vec![Look::new(about, what, Verdict::NotChecked, why.to_string())];
            }
        }
    }
    vec![Look::new(about, what, Verdict::Bad, format!("not there: {}", missing.join(", ")))]
}

fn signature(about: &str, url: &str, bytes: &[u8], sources: &Sources, trust: &Trust) -> Look {
    let what = "signature of the tarball";
    match (RawFile { url: format!("{url}.asc") }).answer(sources) {
        Answer::Known(signature) => {
            trust.judge(about, what, |keys| keys.verify_file(bytes, &signature)).0
        }
        Answer::Absent => Look::new(about, what, Verdict::Bad, format!("not there: {url}.asc")),
        Answer::Unknown(why) => {
            Look::new(about, what, Verdict::NotChecked, format!("not verified: {why}"))
        }
    }
}

/// The newest release of a file, and what is there of it.
pub(super) fn of_newest(file: &File, tools: (&Config, &Sources, &Trust)) -> Vec<Look> {
    let mut releases = file.deliverable.releases.iter().rev();
    let Some(release) = releases.find(|release| release.version.special().is_none()) else {
        return Vec::new();
    };
    let projects = release.projects.iter().filter_map(|project| project.named().ok());
    projects.flat_map(|project| looks(file, (release, &project), tools)).collect()
}

/// Whom a record trusts, for audits of many releases.
pub(super) fn trust_of(record: &Record) -> Trust {
    Trust::of_record(record)
}
