//! The words and forms of versions that a site adds: `version-forms`, `release-types`, `types` and `models`.

use std::sync::Arc;

use super::site::Config;
use crate::tree::place::Placed;
use crate::tree::terms::{Term, Terms, find};
use crate::tree::yaml::{Decoder, Entry, Field, Fields, Word};
use crate::version::{Form, PreReleaseKind};

/// The blocks, in the order in which they are read: later ones may name what earlier ones say.
pub(super) const BLOCKS: &[&str] = &["version-forms", "release-types", "types", "models"];

/// The keys of a version form.
pub(super) const FORM_KEYS: &[&str] = &["release", "pre-releases"];
/// The keys of a release type.
pub(super) const RELEASE_TYPE_KEYS: &[&str] = &["like", "version-form", "job-templates"];
/// The keys of a type.
pub(super) const KIND_KEYS: &[&str] = &["like", "release-type"];
/// The keys of a model.
pub(super) const MODEL_KEYS: &[&str] = &["like"];

/// The pre-releases of a version form.
pub(super) const KINDS: [(&str, PreReleaseKind); 3] =
    [("alpha", PreReleaseKind::Alpha), ("beta", PreReleaseKind::Beta), ("rc", PreReleaseKind::Rc)];

/// Reads the blocks of `fields` into `config`.
pub(super) fn take(config: &mut Config, decoder: &mut Decoder, fields: &Fields<'_>) {
    let terms = Arc::make_mut(&mut config.terms);
    for block in BLOCKS {
        let Some(field) = fields.get(block) else { continue };
        for entry in decoder.entries(field).unwrap_or_default() {
            match *block {
                "version-forms" => form(terms, decoder, entry),
                "release-types" => release_type(terms, decoder, entry),
                "types" => kind(terms, decoder, entry),
                _ => {
                    let like = like(decoder, entry, MODEL_KEYS, &terms.models);
                    terms.models.extend(like.map(|(_, term)| term));
                }
            }
        }
    }
}

fn form(terms: &mut Terms, decoder: &mut Decoder, entry: &Entry) {
    let name = &entry.key;
    if terms.form(name).is_some() {
        let message = format!("there is already a version form called `{}`", name.value);
        return decoder.problem(name.place, message, Some("give it another name".to_owned()));
    }
    let Some(fields) = decoder.fields(Field::of(entry), FORM_KEYS) else {
        return;
    };
    let release =
        decoder.require(&fields, "release", "<form>").and_then(|field| decoder.text(field));
    let mut marks = Vec::new();
    let known = KINDS.map(|(kind, _)| kind);
    let pre_releases = fields.get("pre-releases").and_then(|field| decoder.fields(field, &known));
    for (name, kind) in KINDS {
        let mark = pre_releases.as_ref().and_then(|fields| fields.get(name));
        marks.extend(mark.and_then(|field| decoder.text(field)).map(|mark| (kind, mark.value)));
    }
    let Some(release) = release else { return };
    match Form::described(name, &release, &marks) {
        Ok(form) => terms.forms.push(form),
        Err(why) => {
            let help =
                "write it such as `v{MAJOR}.{MINOR}.{PATCH}`, its pre-releases such as `-rc{N}`";
            let message = format!("the form `{}` cannot be used: {why}", name.value);
            decoder.problem(release.place, message, Some(help.to_owned()));
        }
    }
}

fn release_type(terms: &mut Terms, decoder: &mut Decoder, entry: &Entry) {
    let Some((fields, mut term)) = like(decoder, entry, RELEASE_TYPE_KEYS, &terms.release_types)
    else {
        return;
    };
    if let Some(named) = fields.get("version-form").and_then(|field| decoder.text(field)) {
        match terms.form(&named) {
            Some(form) => term.form = Some(form),
            None => no_form(terms, decoder, &named),
        }
    }
    if let Some(field) = fields.get("job-templates") {
        let items: Vec<Field<'_>> = decoder.items(field).collect();
        let names = items.into_iter().filter_map(|item| decoder.text(item));
        term.job_templates = Some(names.map(|name| name.value).collect());
    }
    terms.release_types.push(term);
}

fn kind(terms: &mut Terms, decoder: &mut Decoder, entry: &Entry) {
    let Some((fields, mut term)) = like(decoder, entry, KIND_KEYS, &terms.kinds) else {
        return;
    };
    if let Some(field) = fields.get("release-type")
        && let Some((like, own)) = decoder.term(field, &terms.release_types)
    {
        term.release_type = Some(own.unwrap_or_else(|| like.value.as_str().into()));
    }
    terms.kinds.push(term);
}

/// What an entry is like: `like:` names it, and a built-in word is like itself.
fn like<'e, W: Word>(
    decoder: &mut Decoder,
    entry: &'e Entry,
    keys: &[&'static str],
    own: &[Term<W>],
) -> Option<(Fields<'e>, Term<W>)> {
    let name = &entry.key;
    let fields = decoder.fields(Field::of(entry), keys)?;
    let built_in = W::ALL.iter().find(|word| word.as_str() == name.value);
    if let (Some(_), Some(like)) = (built_in, fields.get("like")) {
        let message = format!("`{}` is built in, so it cannot be like another", name.value);
        let help = "remove `like`, or give the word another name".to_owned();
        decoder.problem(like.node.place, message, Some(help));
        return None;
    }
    if find(own, name).is_some() {
        return None;
    }
    let like = match built_in {
        Some(word) => *word,
        None => match fields.get("like") {
            Some(field) => decoder.term(field, own)?.0.value,
            None => {
                let names: Vec<&str> = W::ALL.iter().map(|word| word.as_str()).collect();
                let message = format!("`{}` does not say what it is like", name.value);
                let help = format!("add `like:` with one of {}", names.join(", "));
                decoder.problem(name.place, message, Some(help));
                return None;
            }
        },
    };
    Some((fields, Term::new(name, like)))
}

fn no_form(terms: &Terms, decoder: &mut Decoder, named: &Placed<String>) {
    let message = format!("unknown version form `{}`", named.value);
    decoder.problem(named.place, message, Some(forms_help(terms)));
}

/// Names the forms that there are.
pub(super) fn forms_help(terms: &Terms) -> String {
    let own = terms.forms.iter().map(|form| format!("`{}`", form.name()));
    let all: Vec<String> = own.chain(["`pbr`".to_owned(), "`pep440`".to_owned()]).collect();
    format!("the forms are {}; `version-forms` adds others", all.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::config::Config;
    use crate::tree::deliverable;
    use crate::version::Bump;

    const SITE: &str = "git: /srv/{repo}
version-forms:
  tag:
    release: v{MAJOR}.{MINOR}.{PATCH}
    pre-releases: {alpha: '-alpha{N}', rc: '-rc{N}'}
  month:
    release: '{YY}.{0M}[.{PATCH}]'
release-types:
  binary: {like: generic, version-form: tag, job-templates: [build-binary]}
  image: {like: binary, version-form: month}
  xstatic: {job-templates: []}
types:
  tool: {like: library, release-type: binary}
models:
  on-demand: {like: cycle-with-rc}
version-form: tag
";

    fn problems(text: &str) -> Vec<String> {
        let found = Config::read(text.as_bytes()).1.into_iter();
        found
            .map(|p| format!("{} {} ({})", p.place, p.message, p.help.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_file_speaks_the_words_of_its_site() {
        let (config, found) = Config::read(SITE.as_bytes());
        assert_eq!(found, []);
        let read = |text: &str| deliverable::read_in(text.as_bytes(), &config.terms);
        let (tool, wrong) = read(
            "team: a\ntype: tool\nrelease-model: on-demand\nreleases:\n  - {version: v1.2.0-rc1, projects: []}\n",
        );
        assert_eq!(wrong, []);
        assert_eq!(tool.kind.unwrap().value, deliverable::Kind::Library);
        assert_eq!(tool.words.release_type.as_deref(), Some("binary"));
        let version = &tool.releases[0].version;
        assert!(version.pre_release().is_some() && !version.is_full());
        assert_eq!(version.canonical(), Ok("v1.2.0-rc1".to_owned()));
        assert_eq!(version.next_feature().unwrap().text(), "v1.3.0");
        let (image, wrong) = read(
            "team: a\ntype: other\nrelease-type: image\nreleases:\n  - {version: '26.06', projects: []}\n  - {version: '26.10', projects: []}\n",
        );
        assert_eq!(wrong, []);
        let [june, october] = [0, 1].map(|at| image.releases[at].version.value.clone());
        assert!(june < october && !june.is_dated());
        assert_eq!(Bump::between(Some(&june), &october), Bump::Minor);
        assert_eq!(june.next_patch().unwrap().text(), "26.06.1");
        let (_, wrong) = read("team: a\ntype: tol\n");
        assert_eq!(wrong[0].help.as_deref(), Some("did you mean `tool`?"));
        let like = deliverable::ReleaseType::Generic;
        assert_eq!(
            config.terms.job_templates("binary", like),
            Some(&["build-binary".to_owned()][..])
        );
        assert_eq!(
            config.terms.job_templates("xstatic", deliverable::ReleaseType::Xstatic),
            Some(&[][..])
        );
    }

    #[test]
    fn a_mistake_is_named_on_its_line() {
        for (text, line) in [
            (
                "version-forms:\n  a: {release: 'v{MAJR}'}\n",
                "2:16 the form `a` cannot be used: `{MAJR}`",
            ),
            (
                "version-forms:\n  a: {release: 'v'}\n",
                "2:16 the form `a` cannot be used: it has no number",
            ),
            (
                "version-forms:\n  a: {release: '{MAJOR}{MINOR}'}\n",
                "2:16 the form `a` cannot be used: there is nothing between two numbers",
            ),
            (
                "version-forms:\n  a: {release: '{MAJOR}.{MAJOR}'}\n",
                "2:16 the form `a` cannot be used: `{MAJOR}` occurs",
            ),
            (
                "version-forms:\n  a: {release: 'v {MAJOR}'}\n",
                "2:16 the form `a` cannot be used: ` ` cannot be",
            ),
            (
                "version-forms:\n  a: {release: '{MAJOR}', pre-releases: {rc: rc}}\n",
                "2:16 the form `a` cannot be used: `rc` does not say",
            ),
            (
                "version-forms:\n  a: {release: '{MAJOR}', pre-releases: {gamma: 'g{N}'}}\n",
                "2:42 unknown key `gamma`",
            ),
            (
                "version-forms:\n  pbr: {release: '{MAJOR}'}\n",
                "2:3 there is already a version form",
            ),
            ("version-form: semver\n", "1:15 `version-form`: unknown version form"),
            ("types:\n  tool: {}\n", "2:3 `tool` does not say what it is like"),
            (
                "types:\n  tool: {like: libary}\n",
                "2:16 unknown value `libary` of `like` (did you mean `library`?)",
            ),
            ("types:\n  library: {like: service}\n", "2:19 `library` is built in"),
            (
                "release-types:\n  x: {like: generic, version-form: none}\n",
                "2:36 unknown version form",
            ),
            ("models: [a]\n", "1:10 "),
        ] {
            let found = problems(text);
            assert!(found.len() == 1 && found[0].starts_with(line), "{text}: {found:?}");
            assert!(
                !found[0].ends_with("()") || text.contains("[a]"),
                "{text}: no help in {found:?}"
            );
        }
    }
}
