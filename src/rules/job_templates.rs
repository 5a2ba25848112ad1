//! The job templates of a repository, in both places where Zuul looks for them.

use std::collections::BTreeSet;

use crate::facts::document::{Templates, ZuulProjects};
use crate::facts::files::{FileAt, FolderAt};
use crate::facts::{Answer, Asks, Facts, Unknown};
use crate::tree::deliverable::ProjectAt;

/// The files and directories in which a repository configures its own Zuul jobs.
const OWN_FILES: [&str; 2] = ["zuul.yaml", ".zuul.yaml"];
const OWN_FOLDERS: [&str; 2] = ["zuul.d", ".zuul.d"];

/// Asks for what [`of`] needs.
pub(super) fn ask(project: &ProjectAt<'_>, facts: &Facts, asks: &mut Asks) {
    asks.put(ZuulProjects);
    OWN_FILES.iter().for_each(|file| asks.put(FileAt::of(project, file)));
    for folder in OWN_FOLDERS {
        let question = FolderAt::of(project, folder);
        if let Answer::Known(names) = facts.get(&question) {
            yaml_files(folder, names).for_each(|path| asks.put(FileAt::of(project, &path)));
        }
        asks.put(question);
    }
}

/// The templates in Zuul's project data and in the repository's own files at the commit, as far as they are known, and why some
/// may be missing.
pub(super) fn of(project: &ProjectAt<'_>, facts: &Facts) -> (Vec<String>, Option<Unknown>) {
    let (mut found, mut gap) = match facts.get(&ZuulProjects) {
        Answer::Known(data) => (data.of(&project.repo).map(str::to_owned).collect(), None),
        Answer::Absent => (Vec::new(), None),
        Answer::Unknown(why) => (Vec::new(), Some(why)),
    };
    match own(project, facts) {
        Ok(own) => found.extend(own),
        Err(why) => gap = gap.or(Some(why)),
    }
    let mut seen = BTreeSet::new();
    found.retain(|template: &String| seen.insert(template.clone()));
    (found, gap)
}

/// The templates in the Zuul files of the repository itself.
fn own(project: &ProjectAt<'_>, facts: &Facts) -> Result<Vec<String>, Unknown> {
    let mut paths: Vec<String> = OWN_FILES.iter().map(|file| (*file).to_owned()).collect();
    for folder in OWN_FOLDERS {
        match facts.get(&FolderAt::of(project, folder)) {
            Answer::Known(names) => paths.extend(yaml_files(folder, names)),
            Answer::Absent => {}
            Answer::Unknown(why) => return Err(why),
        }
    }
    let mut found = Vec::new();
    for path in paths {
        let bytes = match facts.get(&FileAt::of(project, &path)) {
            Answer::Known(bytes) => bytes,
            Answer::Absent => continue,
            Answer::Unknown(why) => return Err(why),
        };
        let own = Templates::read(&String::from_utf8_lossy(bytes), Some(&project.repo));
        let own = own.map_err(|why| {
            Unknown::because(format_args!("cannot read `{path}` of `{}`: {why}", *project.repo))
        })?;
        found.extend(own.of(&project.repo).map(str::to_owned));
    }
    Ok(found)
}

fn yaml_files<'a>(folder: &'a str, names: &'a [String]) -> impl Iterator<Item = String> + use<'a> {
    names.iter().filter(|name| name.ends_with(".yaml")).map(move |name| format!("{folder}/{name}"))
}
