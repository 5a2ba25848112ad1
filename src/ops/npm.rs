//! A package of Node.js: what the registry of npm has of a release.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::facts::files::FileAt;
use crate::facts::raw::RawFile;
use crate::facts::{Answer, Question as _, Sources, Unknown};
use crate::report::audit::{Look, Verdict};
use crate::text::integrity_of;
use crate::tree::BadCommitId;
use crate::tree::deliverable::NamedProject;

/// What is looked at, in words.
pub(super) const WHAT: &str = "npm package";

/// What a project says about itself.
#[derive(Deserialize)]
struct Manifest {
    name: String,
}

/// What the registry says of one version.
#[derive(Deserialize)]
struct Published {
    version: String,
    dist: Dist,
    deprecated: Option<serde_json::Value>,
}

/// The file of a version.
#[derive(Deserialize)]
struct Dist {
    tarball: String,
    integrity: Option<String>,
}

/// Looks at the package: there, with the digest that the registry states.
pub(super) fn looks(
    about: &str,
    (registry, project, version): (&str, &NamedProject<'_>, &str),
    sources: &Sources,
) -> Vec<Look> {
    let look = |verdict, words: String| vec![Look::new(about, WHAT, verdict, words)];
    let name = match name_of(project, sources) {
        Err(why) => return look(Verdict::Bad, why.to_string()),
        Ok(Answer::Known(name)) => name,
        Ok(Answer::Absent) => {
            return look(Verdict::Note, "the repository has no `package.json`".to_owned());
        }
        Ok(Answer::Unknown(why)) => return look(Verdict::NotChecked, why.to_string()),
    };
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let registry = registry.trim_end_matches('/');
    let url = format!("{registry}/{}/{}", encoded(&name), encoded(version));
    match published(&url, sources) {
        Answer::Absent => look(Verdict::Bad, format!("not there: {url}")),
        Answer::Unknown(why) => look(Verdict::NotChecked, why.to_string()),
        Answer::Known(there) if there.version != version => {
            look(Verdict::Bad, format!("{url} shows version `{}`", there.version))
        }
        Answer::Known(there) => vec![with_file(about, &there, sources)],
    }
}

fn name_of(project: &NamedProject<'_>, sources: &Sources) -> Result<Answer<String>, BadCommitId> {
    let file = "package.json";
    let manifest = FileAt::of(&project.at_commit()?, file).answer(sources);
    Ok(manifest.and_then(|bytes| match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) => Answer::Known(manifest.name),
        Err(why) => Answer::Unknown(Unknown::because(format_args!("`{file}`: {why}"))),
    }))
}

fn published(url: &str, sources: &Sources) -> Answer<Published> {
    let file = RawFile { url: url.to_owned() };
    file.answer(sources).and_then(|bytes| match serde_json::from_slice(&bytes) {
        Ok(published) => Answer::Known(published),
        Err(why) => Answer::Unknown(Unknown::because(format_args!(
            "{url}: not the answer of an npm registry: {why}"
        ))),
    })
}

/// The file, against the digest that the registry states for it.
fn with_file(about: &str, there: &Published, sources: &Sources) -> Look {
    let url = &there.dist.tarball;
    let look = |verdict, words: String| Look::new(about, WHAT, verdict, words);
    let deprecated = if there.deprecated.is_some() { ", deprecated" } else { "" };
    match (RawFile { url: url.clone() }).answer(sources) {
        Answer::Absent => look(Verdict::Bad, format!("not there: {url}")),
        Answer::Unknown(why) => look(Verdict::NotChecked, why.to_string()),
        Answer::Known(bytes) => {
            let found = integrity_of(&bytes);
            let stated = there.dist.integrity.as_deref().unwrap_or_default();
            match stated.split_whitespace().find(|one| one.starts_with("sha512-")) {
                Some(stated) if stated == found => {
                    look(Verdict::Good, format!("{url}, {found}{deprecated}"))
                }
                Some(stated) => look(
                    Verdict::Bad,
                    format!("{url} is {found}, and the registry states {stated}{deprecated}"),
                ),
                None => look(
                    Verdict::NotChecked,
                    format!("{url}, {found}{deprecated}: the registry states no digest"),
                ),
            }
        }
    }
}
