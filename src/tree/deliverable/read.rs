//! From bytes to a [`Deliverable`].

use std::sync::Arc;

use super::{
    Branch, Deliverable, Kind, Location, OwnWords, Project, Release, ReleaseNotes, ReleaseType,
    RepositorySettings,
};
use crate::tree::place::{Place, Placed, Problem, ProblemKind};
use crate::tree::terms::{Term, Terms, find};
use crate::tree::yaml::{self, Content, Decoder, Entry, Field, Meaning, Word};
use crate::version::{Form, Version};

/// The keys of a deliverable file.
pub const KEYS: &[&str] = &[
    "team",
    "type",
    "launchpad",
    "storyboard",
    "release-notes",
    "include-pypi-link",
    "release-model",
    "artifact-link-mode",
    "repository-settings",
    "release-type",
    "stable-branch-type",
    "stable-status",
    "cycle-highlights",
    "releases",
    "branches",
];

/// The keys of an entry of `releases`.
pub const RELEASE_KEYS: &[&str] = &["version", "projects", "diff-start", "flags"];
/// The keys of an entry of `projects`.
pub const PROJECT_KEYS: &[&str] = &["repo", "hash", "comment", "tarball-base"];
/// The keys of an entry of `branches`.
pub const BRANCH_KEYS: &[&str] = &["name", "location"];

/// The keys of an entry of `repository-settings`.
pub const SETTING_KEYS: &[&str] = &["flags", "pypi-name", "tarball-base"];

/// Reads a deliverable file, and collects its problems.
///
/// Accepts any bytes: what cannot be read is left out and reported as a problem.
pub fn read(bytes: &[u8]) -> (Deliverable, Vec<Problem>) {
    read_in(bytes, &Terms::default())
}

/// The same, for a site with its own words.
pub fn read_in(bytes: &[u8], terms: &Terms) -> (Deliverable, Vec<Problem>) {
    let root = match yaml::parse(bytes) {
        Ok(Some(root)) => root,
        Ok(None) => return (unread(), vec![empty()]),
        Err(problem) => return (unread(), vec![problem]),
    };
    let mut reader = Reader {
        terms,
        form: Form::default(),
        decoder: Decoder::default(),
        lost: Vec::new(),
        unread: Vec::new(),
    };
    let deliverable = reader.deliverable(Field::root(&root));
    let nothing = || Deliverable { lost: vec![root.place], ..unread() };
    let deliverable = deliverable.unwrap_or_else(nothing);
    (deliverable, reader.decoder.finish())
}

/// A file of which nothing is known.
fn unread() -> Deliverable {
    Deliverable { unread: KEYS.to_vec(), ..Deliverable::default() }
}

fn empty() -> Problem {
    let message = "the file is empty: it needs at least `team` and `type`".to_owned();
    let help = Some("write them, or remove the file".to_owned());
    Problem { kind: ProblemKind::Shape, place: Place::TOP, message, help, fix: None }
}

struct Reader<'t> {
    terms: &'t Terms,
    form: Form,
    decoder: Decoder,
    lost: Vec<Place>,
    /// Keys of which the value cannot be read, or not all of it.
    unread: Vec<&'static str>,
}

/// (name, value) of a mapping.
type Pair = (Placed<String>, Placed<String>);

impl Reader<'_> {
    fn deliverable(&mut self, root: Field<'_>) -> Option<Deliverable> {
        let fields = self.decoder.fields(root, KEYS)?;
        let team = self.decoder.require(&fields, "team", "<team>");
        let kind = self.decoder.require(&fields, "type", "library");
        let get = |key| fields.get(key);
        let (kind, own_kind) = self.term(kind, &self.terms.kinds);
        let (model, own_model) = self.term(get("release-model"), &self.terms.models);
        let (release_type, own_type) = self.term(get("release-type"), &self.terms.release_types);
        let usual = self.usual_release_type(&own_kind, kind.as_ref());
        let (usual_name, usual_type) = usual.unzip();
        let name = own_type.clone().or(usual_name.filter(|_| release_type.is_none()));
        let like = release_type.as_ref().map(|like| like.value).or(usual_type);
        let stated = like.map(|like| (name.as_deref().unwrap_or(like.as_str()), like));
        self.form = self.terms.form_of(stated);
        let form = self.form.clone();
        let unread = KEYS.iter().copied().filter(|key| match *key {
            "release-model" => model.is_none() && fields.means(key),
            "type" => kind.is_none() && fields.means(key),
            _ => fields.get(key).is_none() && fields.means(key),
        });
        self.unread.extend(unread);
        let words = OwnWords { kind: own_kind, model: own_model, release_type: name };
        let read = &mut self.decoder;
        Some(Deliverable {
            team: team.and_then(|field| read.text(field)),
            kind,
            words,
            usual_release_type: usual_type,
            form,
            launchpad: get("launchpad").and_then(|field| read.text(field)),
            storyboard: get("storyboard").and_then(|field| read.text_or_integer(field)),
            include_pypi_link: get("include-pypi-link").and_then(|field| read.boolean(field)),
            model,
            artifact_link_mode: get("artifact-link-mode").and_then(|field| read.word(field)),
            release_type,
            stable_branch_type: get("stable-branch-type").and_then(|field| read.word(field)),
            stable_status: get("stable-status").and_then(|field| read.word(field)),
            release_notes: get("release-notes").and_then(|field| self.release_notes(field)),
            repository_settings: self.repository_settings(get("repository-settings")),
            cycle_highlights: self
                .list(get("cycle-highlights"), |reader, item| reader.decoder.text(item)),
            releases: self.every(get("releases"), Self::release),
            branches: self.every(get("branches"), Self::branch),
            lost: std::mem::take(&mut self.lost),
            unread: std::mem::take(&mut self.unread),
        })
    }

    fn term<W: Word>(
        &mut self,
        field: Option<Field<'_>>,
        own: &[Term<W>],
    ) -> (Option<Placed<W>>, Option<Arc<str>>) {
        let read = field.and_then(|field| self.decoder.term(field, own));
        read.map_or((None, None), |(word, own)| (Some(word), own))
    }

    /// The release type that the site sets for a type.
    fn usual_release_type(
        &self,
        own: &Option<Arc<str>>,
        kind: Option<&Placed<Kind>>,
    ) -> Option<(Arc<str>, ReleaseType)> {
        let built_in = kind.map(|kind| kind.value.as_str());
        let mut names = [own.as_deref(), built_in].into_iter().flatten();
        let name = names.find_map(|name| find(&self.terms.kinds, name)?.release_type.clone())?;
        let own = find(&self.terms.release_types, &name).map(|term| term.like);
        let like = own.or_else(|| ReleaseType::from_word(&name))?;
        Some((name, like))
    }

    fn list<T>(
        &mut self,
        field: Option<Field<'_>>,
        read: impl Fn(&mut Self, Field<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(field) = field else { return Vec::new() };
        self.decoder.items(field).filter_map(|item| read(self, item)).collect()
    }

    /// The items of a list in which every item matters: remembers one that cannot be read.
    fn every<T>(
        &mut self,
        field: Option<Field<'_>>,
        read: impl Fn(&mut Self, Field<'_>) -> Option<T>,
    ) -> Vec<T> {
        let Some(field) = field else { return Vec::new() };
        if !matches!(field.node.content, Content::Sequence(_)) {
            self.lost.push(field.node.place);
        }
        let items: Vec<Field<'_>> = self.decoder.items(field).collect();
        let mut found = Vec::with_capacity(items.len());
        for item in items {
            match read(self, item) {
                Some(entry) => found.push(entry),
                None => self.lost.push(item.node.place),
            }
        }
        found
    }

    fn release(&mut self, field: Field<'_>) -> Option<Release> {
        let fields = self.decoder.fields(field, RELEASE_KEYS)?;
        let version = self
            .decoder
            .require(&fields, "version", "<version>")
            .and_then(|field| self.version(field));
        let projects =
            self.decoder.require(&fields, "projects", "[{repo: <owner>/<name>, hash: <commit>}]");
        let projects = self.every(projects, Self::project);
        let diff_start = fields.get("diff-start").and_then(|field| self.decoder.text(field));
        let flags = self.list(fields.get("flags"), |reader, item| reader.decoder.word(item));
        Some(Release {
            place: fields.place(),
            version: version?.map(|text| Version::read(text, &self.form)),
            projects,
            diff_start,
            flags,
        })
    }

    /// The text of a version. One without quotes that YAML reads as something else is reported with the form in which it needs
    /// none, so that following the help leads to no other mistake; where there is no such form, with what a version looks like.
    fn version(&mut self, field: Field<'_>) -> Option<Placed<String>> {
        let Content::Scalar { text, .. } = &field.node.content else {
            return self.decoder.text(field);
        };
        match (field.node.meaning(), Version::read(text, &self.form).canonical()) {
            (Some(Meaning::Text | Meaning::Null) | None, _) => self.decoder.text(field),
            (_, Ok(written)) if written == *text => self.decoder.text(field),
            (_, Ok(written)) => {
                let help = format!("write it in full: {written}");
                self.decoder.text_or(field, help, Some(("write it in full", written)))
            }
            (_, Err(_)) => self.decoder.text_or(field, self.form.help(), None),
        }
    }

    fn project(&mut self, field: Field<'_>) -> Option<Project> {
        let fields = self.decoder.fields(field, PROJECT_KEYS)?;
        let repo = self
            .decoder
            .require(&fields, "repo", "<owner>/<name>")
            .and_then(|field| self.decoder.text(field));
        let hash = self
            .decoder
            .require(&fields, "hash", "<commit>")
            .and_then(|field| self.decoder.commit_id(field));
        let comment = fields.get("comment").and_then(|field| self.decoder.text(field));
        let tarball_base = fields.get("tarball-base").and_then(|field| self.decoder.text(field));
        Some(Project { place: fields.place(), repo: repo?, hash: hash?, comment, tarball_base })
    }

    fn branch(&mut self, field: Field<'_>) -> Option<Branch> {
        let fields = self.decoder.fields(field, BRANCH_KEYS)?;
        let name = self.decoder.require(&fields, "name", "stable/<series>");
        // Quoting a number does not make it a branch name: `stable/2026.1` is meant.
        let name = name.and_then(|field| self.decoder.text_or_number(field));
        let location = self
            .decoder
            .require(&fields, "location", "<version>")
            .and_then(|field| self.location(field));
        Some(Branch { place: fields.place(), name: name?, location: location? })
    }

    fn location(&mut self, field: Field<'_>) -> Option<Placed<Location>> {
        if let Content::Mapping(entries) = &field.node.content {
            let commits = self.pairs(field, Decoder::commit_id);
            if commits.len() != entries.len() {
                self.lost.push(field.node.place);
                // With no point left there is nothing to say about the branch.
                if commits.is_empty() {
                    return None;
                }
            }
            return Some(Placed::new(Location::Commits(commits), field.node.place));
        }
        Some(self.version(field)?.map(Location::Version))
    }

    fn release_notes(&mut self, field: Field<'_>) -> Option<ReleaseNotes> {
        if let Content::Mapping(_) = field.node.content {
            return Some(ReleaseNotes::PerRepository(self.pairs(field, Decoder::text)));
        }
        self.decoder.text(field).map(ReleaseNotes::Link)
    }

    /// The keys of a mapping with their values, which `read` reads.
    fn pairs(
        &mut self,
        field: Field<'_>,
        read: impl Fn(&mut Decoder, Field<'_>) -> Option<Placed<String>>,
    ) -> Vec<Pair> {
        let entries = self.decoder.entries(field).unwrap_or_default();
        let pair =
            |entry: &Entry| Some((entry.key.clone(), read(&mut self.decoder, Field::of(entry))?));
        entries.iter().filter_map(pair).collect()
    }

    fn repository_settings(&mut self, field: Option<Field<'_>>) -> Vec<RepositorySettings> {
        let Some(field) = field else { return Vec::new() };
        let Some(entries) = self.decoder.entries(field) else {
            self.unread.push("repository-settings");
            return Vec::new();
        };
        let mut settings = Vec::new();
        for entry in entries {
            let Some(fields) = self.decoder.fields(Field::of(entry), SETTING_KEYS) else {
                self.unread.push("repository-settings");
                continue;
            };
            settings.push(RepositorySettings {
                repo: entry.key.clone(),
                flags: self.list(fields.get("flags"), |reader, item| reader.decoder.word(item)),
                pypi_name: fields.get("pypi-name").and_then(|field| self.decoder.text(field)),
                tarball_base: fields.get("tarball-base").and_then(|field| self.decoder.text(field)),
            });
        }
        settings
    }
}
