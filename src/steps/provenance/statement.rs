//! The statement, as it is written and as it is checked.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::plan::{Action, Introduction, RequestedFile, Votes};
use crate::text::digest_of;
use crate::tree::deliverable::Release;

/// The form of the statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// The form of what it says.
const PREDICATE: &str = "https://opendev.org/opendev/tagkeeper/release/v1";

/// Where it says why it knows of no votes.
const NO_VOTES: &str = "approvedNotKnown";

/// An in-toto Statement, version 1.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Value,
}

/// What a statement is about: a tag, by its object and its commit.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Subject {
    name: String,
    digest: Digest,
}

/// The digests that in-toto names for objects of git.
#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Digest {
    #[serde(rename = "gitTag")]
    tag: String,
    #[serde(rename = "gitCommit")]
    commit: String,
}

impl Subject {
    fn of((repo, version): (&str, &str), (tag, commit): (&str, &str)) -> Self {
        let digest = Digest { tag: tag.to_owned(), commit: commit.to_owned() };
        Self { name: format!("{repo}@refs/tags/{version}"), digest }
    }
}

/// What will be said of a tag, known before it is made.
pub(super) fn predicate(file: &RequestedFile<'_>, release: &Release, tag: &Action) -> String {
    let version = release.version.text();
    let by = file.introduction(version);
    let lines = by.map(|by| by.lines.as_slice()).unwrap_or_default();
    let of = |label: &str| lines.iter().find(|(own, _)| own == label).map(|(_, value)| value);
    let overrides = by.into_iter().flat_map(Introduction::given_overrides);
    let overrides = overrides.map(|one| json!({"rule": one.rule, "reason": one.reason}));
    let rules = (file.subject.levels)(file.path.name());
    let rules = rules.into_iter().map(|(id, level)| (id, json!(level)));
    let planned = json!({"commit": tag.commit, "message": tag.message, "ref": tag.full_ref});
    let mut said = json!({
        "deliverable": file.path.name(),
        "series": file.path.series(),
        "version": version,
        "releases": {"commit": by.map(|by| &by.commit), "file": file.change.path},
        "requested": {"by": of("Author"), "change": of("Change-Id")},
        "approved": approved(lines),
        "overrides": overrides.collect::<Vec<_>>(),
        "rules": rules.collect::<serde_json::Map<_, _>>(),
        "plan": {"sha256": digest_of(planned.to_string().as_bytes())},
    });
    if let Some(Votes::Unreviewed(why) | Votes::Unknown(why)) = by.map(|by| &by.votes) {
        said["approved"] = Value::Null;
        said[NO_VOTES] = json!(why);
    }
    format!("{said:#}\n")
}

/// The votes among the lines of an introduction.
fn approved(lines: &[(String, String)]) -> Vec<Value> {
    // What is neither the author nor the change is a vote: `Code-Review+2`.
    let is_vote =
        |(label, _): &&(String, String)| label.contains(['+', '-']) && label != "Change-Id";
    lines.iter().filter(is_vote).map(|(vote, by)| json!({"vote": vote, "by": by})).collect()
}

/// The whole statement about a tag.
///
/// # Errors
/// When `predicate` is not JSON.
pub(super) fn statement(
    name: (&str, &str),
    tag: (&str, &str),
    predicate: &str,
) -> Result<Vec<u8>, serde_json::Error> {
    let written = Written {
        kind: STATEMENT.to_owned(),
        subject: vec![Subject::of(name, tag)],
        predicate_type: PREDICATE.to_owned(),
        predicate: serde_json::from_str(predicate)?,
    };
    let mut bytes = serde_json::to_vec_pretty(&written)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a statement says that a reader can compare with other things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The commit of the releases repository that brought the release.
    pub releases_commit: Option<String>,
    /// Who asked for it.
    pub requested_by: Option<String>,
    /// Who voted for it, each with the vote; or why that is not known.
    pub approved_by: Result<Vec<String>, String>,
}

/// Why a statement is not about a tag.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is not a statement.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It is a statement of another form.
    #[error("{0} is `{1}`, not `{2}`")]
    OtherForm(&'static str, String, &'static str),
    /// It names nothing, or something else than the tag.
    #[error("it is about {0}, not about this tag alone")]
    OtherSubject(String),
    /// It contradicts its own subject.
    #[error("it says version `{0}`, and is about another one")]
    OtherVersion(String),
}

/// Compares a statement with the tag `name.1` of the repository `name.0`, which is the object `tag.0` at the commit `tag.1`.
/// Its signature is another matter.
///
/// # Errors
/// The first thing that is wrong: its form, what it is about (all of its subjects), or what it says.
pub fn check(bytes: &[u8], name: (&str, &str), tag: (&str, &str)) -> Result<Stated, Flaw> {
    let written: Written =
        serde_json::from_slice(bytes).map_err(|error| Flaw::Unreadable(error.to_string()))?;
    for (what, said, wanted) in [
        ("its type", &written.kind, STATEMENT),
        ("the type of its predicate", &written.predicate_type, PREDICATE),
    ] {
        if said != wanted {
            return Err(Flaw::OtherForm(what, said.clone(), wanted));
        }
    }
    if written.subject != [Subject::of(name, tag)] {
        let names: Vec<&str> = written.subject.iter().map(|one| one.name.as_str()).collect();
        let commits: Vec<&str> =
            written.subject.iter().map(|one| one.digest.commit.as_str()).collect();
        return Err(Flaw::OtherSubject(match names.is_empty() {
            true => "nothing".to_owned(),
            false => format!("{} at {}", names.join(", "), commits.join(", ")),
        }));
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let predicate = &written.predicate;
    let version = text(&predicate["version"]).unwrap_or_default();
    if version != name.1 {
        return Err(Flaw::OtherVersion(version));
    }
    let vote = |one: &Value| Some(format!("{} {}", one["vote"].as_str()?, one["by"].as_str()?));
    let approved_by = match predicate["approved"].as_array() {
        Some(votes) => Ok(votes.iter().filter_map(vote).collect()),
        None => Err(text(&predicate[NO_VOTES]).unwrap_or_else(|| "it does not say why".to_owned())),
    };
    Ok(Stated {
        releases_commit: text(&predicate["releases"]["commit"]),
        requested_by: text(&predicate["requested"]["by"]),
        approved_by,
    })
}

#[cfg(test)]
mod tests {
    use super::{check, statement};

    const NAME: (&str, &str) = ("garden/rose", "1.0.0");
    const TAG: (&str, &str) = ("aa", "bb");

    fn good() -> String {
        let said = r#"{"version": "1.0.0", "releases": {"commit": "cc"}, "requested": {"by": "Ann"},
            "approved": [{"vote": "Code-Review+2", "by": "Bob"}]}"#;
        String::from_utf8(statement(NAME, TAG, said).unwrap()).unwrap()
    }

    #[test]
    fn a_statement_is_read_as_it_was_written() {
        let stated = check(good().as_bytes(), NAME, TAG).unwrap();
        assert_eq!(stated.releases_commit.as_deref(), Some("cc"));
        assert_eq!(stated.approved_by, Ok(vec!["Code-Review+2 Bob".to_owned()]));
    }

    #[test]
    fn votes_that_are_not_known_are_not_no_votes() {
        let said = |approved: &str| {
            let predicate = format!("{{\"version\": \"1.0.0\", \"approved\": {approved}}}");
            let bytes = statement(NAME, TAG, &predicate).unwrap();
            check(&bytes, NAME, TAG).unwrap().approved_by
        };
        assert_eq!(said("[]"), Ok(Vec::new()));
        assert_eq!(said(r#"null, "approvedNotKnown": "no review""#), Err("no review".to_owned()));
    }

    #[test]
    fn every_mutation_fails() {
        for (from, to) in [
            ("Statement/v1", "Statement/v0.1"),
            ("tagkeeper/release/v1", "other/release/v1"),
            ("garden/rose@refs/tags/1.0.0", "garden/lily@refs/tags/1.0.0"),
            ("garden/rose@refs/tags/1.0.0", "garden/rose@refs/tags/1.0.1"),
            ("\"gitTag\": \"aa\"", "\"gitTag\": \"ab\""),
            ("\"gitCommit\": \"bb\"", "\"gitCommit\": \"bc\""),
            ("\"version\": \"1.0.0\"", "\"version\": \"1.0.1\""),
            (
                "\"subject\": [",
                "\"subject\": [{\"name\": \"x\", \"digest\": {\"gitTag\": \"aa\", \"gitCommit\": \"bb\"}},",
            ),
            ("{", "["),
        ] {
            let text = good().replacen(from, to, 1);
            assert_ne!(text, good(), "{from}");
            assert!(check(text.as_bytes(), NAME, TAG).is_err(), "{to}");
        }
        for (name, tag) in [(("garden/rose", "1.0.1"), TAG), (NAME, ("aa", "b0"))] {
            assert!(check(good().as_bytes(), name, tag).is_err());
        }
    }
}
