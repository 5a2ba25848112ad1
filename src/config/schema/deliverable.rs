//! The JSON Schema of a deliverable file: its keys are those of the reader.

use serde_json::{Value, json};

use super::form::{described, file, list, map_of, object, text, words, words_and};
use crate::tree::deliverable::{
    ArtifactLinkMode, BRANCH_KEYS, KEYS, Kind, Model, PROJECT_KEYS, RELEASE_KEYS, ReleaseFlag,
    ReleaseType, RepositoryFlag, SETTING_KEYS, StableBranchType, Status,
};
use crate::tree::terms::{Term, Terms};

/// The schema of `deliverables/<series>/<name>.yaml`, with the words that a site adds.
pub fn deliverable_schema(terms: &Terms) -> Value {
    let root = object(KEYS, &["team", "type"], |key| top(key, terms));
    let about = "A deliverable: who releases what, and every release of it in a series";
    file("deliverable", ("deliverables/<series>/<name>.yaml", about), root, json!({}))
}

fn own<W>(terms: &[Term<W>]) -> impl Iterator<Item = &str> {
    terms.iter().map(|term| &*term.name)
}

fn top(key: &str, terms: &Terms) -> Value {
    match key {
        "team" => text("the team that owns it, as governance names it"),
        "type" => described("what it is", words_and::<Kind>(own(&terms.kinds))),
        "launchpad" => text("its project on Launchpad"),
        "storyboard" => described(
            "its project on StoryBoard, a name or a number",
            json!({"type": ["string", "integer"]}),
        ),
        "release-notes" => described(
            "link to the release notes, or one for each repository",
            json!({"anyOf": [{"type": "string"}, map_of(&json!({"type": "string"}))]}),
        ),
        "include-pypi-link" => described(
            "whether the announcement links to the package index",
            json!({"type": "boolean"}),
        ),
        "release-model" => described("when it is released", words_and::<Model>(own(&terms.models))),
        "artifact-link-mode" => described("what the site links to", words::<ArtifactLinkMode>()),
        "repository-settings" => described(
            "its repositories, with what is special about each",
            map_of(&object(SETTING_KEYS, &[], setting)),
        ),
        "release-type" => described(
            "how it is packaged, which decides how versions are written",
            words_and::<ReleaseType>(own(&terms.release_types)),
        ),
        "stable-branch-type" => {
            described("where its stable branches begin", words::<StableBranchType>())
        }
        "stable-status" => described(
            "the status of its branch, where it is not that of the series",
            words::<Status>(),
        ),
        "cycle-highlights" => described(
            "what is new in the series, as reStructuredText",
            list(&json!({"type": "string"})),
        ),
        "releases" => described(
            "its releases, oldest first",
            list(&object(RELEASE_KEYS, &["version", "projects"], release)),
        ),
        "branches" => described(
            "its branches, and where each begins",
            list(&object(BRANCH_KEYS, &["name", "location"], branch)),
        ),
        _ => Value::Bool(true),
    }
}

fn setting(key: &str) -> Value {
    match key {
        "flags" => described("what is special about it", list(&words::<RepositoryFlag>())),
        "pypi-name" => text("its name on the package index, where that is not the repository's"),
        "tarball-base" => text("the name of its archives, where that is not the repository's"),
        _ => Value::Bool(true),
    }
}

fn release(key: &str) -> Value {
    match key {
        "version" => text(
            "the version, which is also the name of the tag; quote it where YAML reads a number",
        ),
        "projects" => described(
            "the repositories that are tagged, each at its commit",
            list(&object(PROJECT_KEYS, &["repo", "hash"], project)),
        ),
        "diff-start" => {
            text("where the list of changes begins, where that is not the release before")
        }
        "flags" => described("what is special about it", list(&words::<ReleaseFlag>())),
        _ => Value::Bool(true),
    }
}

fn project(key: &str) -> Value {
    match key {
        "repo" => text("the repository, such as openstack/oslo.config"),
        // Git's null id is a number to YAML, and names no commit all the same.
        "hash" => described(
            "the commit: 40 hex digits",
            json!({"anyOf": [{"type": "string"}, {"const": 0}]}),
        ),
        "comment" => text("for people who read the file"),
        "tarball-base" => text("the name of its archives, where that is not the repository's"),
        _ => Value::Bool(true),
    }
}

fn branch(key: &str) -> Value {
    match key {
        "name" => {
            described("the branch, such as stable/2026.2", json!({"type": ["string", "number"]}))
        }
        "location" => described(
            "where it begins: a version of this file, or a commit for each repository",
            json!({"anyOf": [{"type": "string"}, map_of(&json!({"type": "string"}))]}),
        ),
        _ => Value::Bool(true),
    }
}
