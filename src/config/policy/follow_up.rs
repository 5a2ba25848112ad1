//! Changes of a team's own that follow a new branch.

use std::path::Path;

use regex::{Regex, RegexBuilder};
use wildmatch::WildMatch;

use super::Piece;
use crate::tree::place::{Place, Placed};
use crate::tree::yaml::{Decoder, Field, Fields, Word};

/// The keys of an entry.
pub(super) const KEYS: &[&str] = &[
    "name",
    "owner",
    "repos",
    "branches",
    "on",
    "file",
    "find",
    "find-regex",
    "matches",
    "write",
    "subject",
    "topic",
];
/// Those that it must have.
pub(super) const REQUIRED: &[&str] = &["name", "owner", "repos", "file", "write", "subject"];
/// The owner of what may be about any repository.
const RELEASE_MANAGERS: &str = "release-managers";
/// The largest compiled pattern, in bytes.
const LARGEST: usize = 1 << 20;

/// A change that follows a new branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Where it is in the policy.
    pub place: Place,
    /// Its name, which makes it one change on a branch.
    pub name: String,
    /// The team whose repositories it is about, or [`RELEASE_MANAGERS`].
    pub owner: String,
    /// Globs of repositories.
    pub repos: Vec<String>,
    /// Globs of new branches.
    pub branches: Vec<String>,
    /// Which branch is changed.
    pub on: On,
    /// The file that is changed; it may have names in braces.
    pub file: String,
    /// What is looked for.
    pub find: Find,
    /// How often it must be there.
    pub matches: Matches,
    /// What is written there; it may have names in braces.
    pub write: String,
    /// The first line of the message; it may have names in braces.
    pub subject: String,
    /// The topic; it may have names in braces.
    pub topic: Option<String>,
}

/// Which branch a change is made on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The new one.
    Branch,
    /// The trunk.
    Trunk,
}

/// How often what is looked for must be in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matches {
    /// Once.
    One,
    /// At least once.
    All,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// This text; it may have names in braces.
    Text(String),
    /// What this pattern matches.
    Pattern(String),
}

/// The changes that follow every branch. With the branch, a name makes one change, so that no entry may have one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// `defaultbranch` in `.gitreview`.
    GitReview,
    /// The upper constraints.
    ConstraintsUrl,
    /// The page of the series in the release notes.
    RenoPage,
    /// The branch that such a page names.
    RenoBranch,
}

impl Word for BuiltIn {
    const ALL: &'static [Self] =
        &[Self::GitReview, Self::ConstraintsUrl, Self::RenoPage, Self::RenoBranch];

    fn as_str(self) -> &'static str {
        match self {
            Self::GitReview => "gitreview",
            Self::ConstraintsUrl => "constraints-url",
            Self::RenoPage => "reno-page",
            Self::RenoBranch => "reno-branch",
        }
    }
}

impl Word for On {
    const ALL: &'static [Self] = &[Self::Branch, Self::Trunk];

    fn as_str(self) -> &'static str {
        match self {
            Self::Branch => "branch",
            Self::Trunk => "trunk",
        }
    }
}

impl Word for Matches {
    const ALL: &'static [Self] = &[Self::One, Self::All];

    fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::All => "all",
        }
    }
}

impl Find {
    /// The pattern, compiled.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn compiled(pattern: &str) -> Result<Regex, String> {
        let built = RegexBuilder::new(pattern).multi_line(true).size_limit(LARGEST).build();
        let regex = built.map_err(|error| error.to_string().replace('\n', " "))?;
        if regex.is_match("") {
            return Err("it matches an empty text, which is everywhere".to_owned());
        }
        Ok(regex)
    }
}

impl FollowUp {
    /// Whether it is about a new branch of a repository of a team.
    pub fn is_about(&self, repo: &str, branch: &str, team: Option<&str>) -> bool {
        let among = |globs: &[String], name: &str| {
            globs.iter().any(|glob| WildMatch::new(glob).matches(name))
        };
        (self.is_of_release_managers() || team == Some(self.owner.as_str()))
            && among(&self.repos, repo)
            && among(&self.branches, branch)
    }

    /// Whether release managers own it.
    pub fn is_of_release_managers(&self) -> bool {
        self.owner == RELEASE_MANAGERS
    }
}

/// What a key may hold, for messages.
fn example_of(key: &str) -> &'static str {
    match key {
        "name" => "elements",
        "owner" => RELEASE_MANAGERS,
        "repos" => "[openstack/octavia]",
        "file" => "doc/source/conf.py",
        "subject" => "Use {branch}",
        _ => "{branch}",
    }
}

/// Reads an entry that follows those `before` it; `None` for one with a mistake.
pub(super) fn read(
    decoder: &mut Decoder,
    item: Field<'_>,
    before: &[FollowUp],
) -> Option<FollowUp> {
    let fields = decoder.fields(item, KEYS)?;
    let mut text =
        |key| decoder.require(&fields, key, example_of(key)).and_then(|field| decoder.text(field));
    let (name, owner) = (text("name"), text("owner"));
    let (file, write, subject) = (text("file"), text("write"), text("subject"));
    let repos =
        decoder.require(&fields, "repos", example_of("repos")).map(|field| texts(decoder, field));
    let branches = fields.get("branches").map(|field| texts(decoder, field));
    let topic = fields.get("topic").and_then(|field| decoder.text(field));
    let on = fields
        .get("on")
        .map_or(Some(On::Branch), |field| decoder.word(field).map(|word| word.value));
    let matches = fields
        .get("matches")
        .map_or(Some(Matches::One), |field| decoder.word(field).map(|word| word.value));
    let find = find(decoder, &fields);
    let (name, file) = (name?, file?);
    check_name(decoder, &name)?;
    check_unused(decoder, &name, before)?;
    check_file(decoder, &file)?;
    let (find, write) = (find?, write?);
    check_groups(decoder, &find, &write)?;
    Some(FollowUp {
        place: item.node.place,
        name: name.value,
        owner: owner?.value,
        repos: repos?,
        branches: branches.unwrap_or_else(|| vec!["*".to_owned()]),
        on: on?,
        file: file.value,
        find,
        matches: matches?,
        write: write.value,
        subject: one_line(decoder, subject?)?,
        topic: match topic {
            Some(topic) => Some(one_line(decoder, topic)?),
            None => None,
        },
    })
}

fn texts(decoder: &mut Decoder, field: Field<'_>) -> Vec<String> {
    let items: Vec<Field<'_>> = decoder.items(field).collect();
    if items.is_empty() {
        let help = "name some, or remove the key".to_owned();
        decoder.problem(field.node.place, format!("`{}` is empty", field.name()), Some(help));
    }
    items.into_iter().filter_map(|item| decoder.text(item)).map(|text| text.value).collect()
}

fn find(decoder: &mut Decoder, fields: &Fields<'_>) -> Option<Find> {
    let place = fields.place();
    match (fields.get("find"), fields.get("find-regex")) {
        (Some(literal), None) => {
            let text = decoder.text(literal)?;
            if text.is_empty() {
                let help = "write the text to replace".to_owned();
                decoder.problem(text.place, "`find` is empty".to_owned(), Some(help));
                return None;
            }
            Some(Find::Text(text.value))
        }
        (None, Some(pattern)) => {
            let pattern = decoder.text(pattern)?;
            if let Err(why) = Find::compiled(&pattern) {
                let message = format!("`find-regex` cannot be used: {why}");
                decoder.problem(pattern.place, message, None);
                return None;
            }
            Some(Find::Pattern(pattern.value))
        }
        (None, None) | (Some(_), Some(_)) => {
            let help = "write what to replace under one of them".to_owned();
            let message = "a follow-up has either `find` or `find-regex`".to_owned();
            decoder.problem(place, message, Some(help));
            None
        }
    }
}

fn check_name(decoder: &mut Decoder, name: &Placed<String>) -> Option<()> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !name.is_empty() && name.chars().all(is_plain) && name.starts_with(char::is_alphanumeric) {
        return Some(());
    }
    let help = "use letters, digits, `-`, `_` and `.`".to_owned();
    let message = format!("`{}` cannot be the name of a follow-up", name.value);
    decoder.problem(name.place, message, Some(help));
    None
}

/// Refuses a name that another change has: the two would be one change on Gerrit.
fn check_unused(decoder: &mut Decoder, name: &Placed<String>, before: &[FollowUp]) -> Option<()> {
    let taken = name.value.as_str();
    let is_built_in = BuiltIn::ALL.iter().any(|one| one.as_str() == taken);
    let message = match before.iter().find(|one| one.name == taken) {
        _ if is_built_in => format!("`{taken}` is the name of a change that follows every branch"),
        Some(first) => format!("the follow-up at {} is called `{taken}` too", first.place),
        None => return Some(()),
    };
    let help = "give each follow-up a name of its own".to_owned();
    decoder.problem(name.place, message, Some(help));
    None
}

/// Refuses what would be written for a group that the pattern does not have: it would be lost.
fn check_groups(decoder: &mut Decoder, find: &Find, write: &Placed<String>) -> Option<()> {
    let Find::Pattern(pattern) = find else { return Some(()) };
    let regex = Find::compiled(pattern).ok()?;
    let Some(name) = Piece::unknown_group(write, &regex) else { return Some(()) };
    let help = "`${1}x` is the first group with an `x` behind it, `$$` a dollar sign".to_owned();
    let message = format!("`find-regex` has no group `{name}`, which `write` names");
    decoder.problem(write.place, message, Some(help));
    None
}

/// Refuses a path that leads out of the repository; the rest is seen where the file is edited.
fn check_file(decoder: &mut Decoder, file: &Placed<String>) -> Option<()> {
    use std::path::Component;
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !file.is_empty() && Path::new(file.as_str()).components().all(is_plain) {
        return Some(());
    }
    let help = "write a path below the top of the repository".to_owned();
    let message = format!("`{}` is not a plain relative path", file.value);
    decoder.problem(file.place, message, Some(help));
    None
}

fn one_line(decoder: &mut Decoder, text: Placed<String>) -> Option<String> {
    if !text.trim().is_empty() && !text.contains(char::is_control) {
        return Some(text.value);
    }
    decoder.problem(text.place, "it must be one line of text".to_owned(), None);
    None
}
