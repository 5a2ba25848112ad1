//! The schemas of the files that people write, beside their readers: what one accepts the other accepts, and what one refuses
//! the other refuses.

use std::fs;
use std::path::Path;

use jsonschema::Validator;
use serde_json::Value;
use tagkeeper::config::{
    Config, catalog, deliverable_schema, policy_schema, schedule_schema, series_schema, site_schema,
};
use tagkeeper::rules;
use tagkeeper::tree::place::{Problem, ProblemKind};
use tagkeeper::tree::terms::Terms;
use tagkeeper::tree::{deliverable, schedule, series};

use crate::corpus::{Record, is_deliverable};
use crate::support::machine::{TAGKEEPER, bare_command};

type Read = fn(&[u8]) -> Vec<Problem>;

const DELIVERABLES: Texts = (
    &[
        "team: a\ntype: library\n",
        "team: a\ntype: other\nstoryboard: 7\nrelease-notes: {a/b: https://x}\ninclude-pypi-link: false\nrepository-settings:\n  a/b: {flags: [retired], pypi-name: x, tarball-base: y}\n",
        "team: a\ntype: library\nreleases:\n  - version: '1.10'\n    diff-start: 1.0.0\n    flags: [forced]\n    projects: [{repo: a/b, hash: '1', comment: why, tarball-base: z}]\nbranches:\n  - {name: stable/a, location: 1.1.0}\n  - {name: stable/b, location: {a/b: abc}}\n",
        "team: a\ntype: library\nreleases:\n  - version: 1.0.0\n    projects: [{repo: a/b, hash: 0000000000000000000000000000000000000000}]\n",
    ],
    &[
        "type: library\n",
        "team: a\n",
        "team: 7\ntype: library\n",
        "team: a\ntype: libary\n",
        "team: a\ntype: library\nrelaeses: []\n",
        "team: a\ntype: library\nreleases:\n",
        "team: a\ntype: library\ninclude-pypi-link: 'yes'\n",
        "team: a\ntype: library\nreleases: [{version: 1.10, projects: []}]\n",
        "team: a\ntype: library\nreleases: [{projects: []}]\n",
        "team: a\ntype: library\nreleases: [{version: 1.0.0, projects: [{repo: a/b}]}]\n",
        "team: a\ntype: library\nreleases: [{version: 1.0.0, projects: [{repo: a/b, hash: 1234567}]}]\n",
        "team: a\ntype: library\nbranches: [{name: stable/a}]\n",
        "team: a\ntype: library\nrepository-settings: {a/b: {flags: retired}}\n",
        "team: a\ntype: library\nrepository-settings: {a/b: {flag: []}}\n",
        "team: a\ntype: library\ncycle-highlights: many\n",
        "- team\n",
    ],
);

const SERIES: Texts = (
    &[
        "- name: elder\n  release-id: 2026.2\n  status: development\n  initial-release: 2026-09-30\n  next-phase: {status: maintained, date: '2026-09-30'}\n  signing-key: {key: abc, start: 2026-04-10, end: present}\n  slurp: true\n",
        "- {name: aspen, status: end of life, eol-date: 2025-01-01}\n",
        "[]\n",
    ],
    &[
        "- {name: elder, status: developement}\n",
        "- {status: future}\n",
        "- {name: elder}\n",
        "- {name: elder, status: future, eol-date: soon}\n",
        "- {name: elder, status: future, next-phase: {date: 2026-09-30}}\n",
        "- {name: elder, status: future, signing-key: {start: 2026-09-30}}\n",
        "- {name: elder, status: future, release: 7}\n",
        "name: elder\n",
    ],
);

const SCHEDULES: Texts = (
    &[
        "cycle: []\n",
        "start-week: '2026-04-06'\nrelease-week: 2026-09-28\ncycle:\n  - {start: '2026-03-30', end: 2026-04-03, name: R-26, x-project: [e-1], project-specific: [e-widget]}\n",
    ],
    &[
        "start-week: '2026-04-06'\n",
        "cycle: [{start: 2026-03-30}]\n",
        "cycle: [{start: 2026-03-30, end: soon}]\n",
        "cycle: [{start: 2026-03-30, end: 2026-04-03, events: []}]\n",
        "cycle: [{start: 2026-03-30, end: 2026-04-03, x-project: e-1}]\n",
    ],
);

const SITES: Texts = (
    &[
        "git: https://git.example/{repo}\ntrunk: null\nmail:\n  to: [a@b.org, {for: [oslo.*], to: c@d.org}, {for: {type: library}, to: [e@f.org]}]\n  smtp:\nclosed-series: end-of-life\n",
        "branches: {stable: release-, feature: null}\nversion-forms:\n  tag: {release: 'v{MAJOR}.{MINOR}', pre-releases: {rc: '-rc{N}'}}\nrelease-types:\n  binary: {like: generic, version-form: tag, job-templates: [a]}\n  xstatic: {job-templates: []}\ntypes:\n  tool: {like: library, release-type: binary}\nmodels:\n  on-demand: {like: cycle-with-rc}\nversion-form: tag\n",
    ],
    &[
        "gti: x\n",
        "mail: {form: x}\n",
        "mail: x\n",
        "cache: [a]\n",
        "cache:\n",
        "git:\n",
        "cache: 7\n",
        "models: [a]\n",
        "models: {tool: {like: [a]}}\n",
        "version-forms: {a: {}}\n",
        "mail: {to: [{for: [a]}]}\n",
        "- git\n",
    ],
);

/// Good and bad files.
type Texts = (&'static [&'static str], &'static [&'static str]);

/// (the word on the command line, the schema, the reader, files).
fn kinds() -> Vec<(&'static str, Value, Read, Texts)> {
    vec![
        (
            "deliverable",
            deliverable_schema(&Terms::default()),
            |bytes| deliverable::read(bytes).1,
            DELIVERABLES,
        ),
        ("series-status", series_schema(), |bytes| series::read(bytes).1, SERIES),
        ("schedule", schedule_schema(), |bytes| schedule::read(bytes).1, SCHEDULES),
        ("config", site_schema(), |bytes| Config::read(bytes).1, SITES),
    ]
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft7::new(schema).unwrap()
}

/// What an editor says; nothing of what is no YAML.
fn errors(validator: &Validator, bytes: &[u8]) -> Option<Vec<String>> {
    let value: Value = serde_yaml::from_slice(bytes).ok()?;
    Some(validator.iter_errors(&value).map(|error| error.to_string()).collect())
}

/// The paths of properties about which nothing is said.
fn undescribed(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let at = format!("{at}/{key}");
                let properties = value.as_object().filter(|_| key == "properties");
                let silent = properties.into_iter().flatten().filter(|(_, it)| !it.is_object());
                found.extend(silent.map(|(key, _)| format!("{at}/{key}")));
                undescribed(value, &at, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| undescribed(item, at, found)),
        _ => {}
    }
}

#[test]
fn each_is_a_schema_that_describes_every_key_of_its_reader() {
    for (name, schema, ..) in kinds() {
        assert!(jsonschema::draft7::meta::is_valid(&schema), "{name}");
        let id = format!("https://json.schemastore.org/tagkeeper-{name}.json");
        assert_eq!(schema["$id"], id.as_str());
        let mut found = Vec::new();
        undescribed(&schema, name, &mut found);
        assert_eq!(found, Vec::<String>::new());
    }
}

#[test]
fn schema_and_reader_accept_and_refuse_the_same() {
    for (name, schema, read, (good, bad)) in kinds() {
        let validator = validator(&schema);
        let seen = |text: &str| errors(&validator, text.as_bytes()).unwrap();
        for text in good {
            assert_eq!(read(text.as_bytes()), [], "the reader of {name}, of:\n{text}");
            assert_eq!(seen(text), Vec::<String>::new(), "the schema of {name}, of:\n{text}");
        }
        for text in bad {
            assert_ne!(read(text.as_bytes()), [], "the reader of {name} accepts:\n{text}");
            assert_ne!(seen(text), Vec::<String>::new(), "the schema of {name} accepts:\n{text}");
        }
    }
}

/// One in so many files of the record's history.
const SAMPLE: usize = 60;

#[test]
fn what_stood_in_the_record_is_accepted_unless_the_rule_says_otherwise() {
    let Some(record) = Record::get() else { return };
    let validator = validator(&deliverable_schema(&Terms::default()));
    let files = record.history(is_deliverable);
    let mut judged = 0;
    for blob in files.iter().step_by(SAMPLE) {
        let Some(seen) = errors(&validator, &blob.bytes) else { continue };
        let problems = deliverable::read(&blob.bytes).1;
        if problems.iter().any(|problem| problem.kind == ProblemKind::Syntax) {
            continue;
        }
        judged += 1;
        assert_eq!(seen.is_empty(), problems.is_empty(), "{}: {seen:?} {problems:?}", blob.path);
    }
    assert!(judged > 500, "{judged}");
    let list = validator_of("series-status");
    let weeks = validator_of("schedule");
    for blob in
        record.head(|path| path == "data/series_status.yaml" || path.ends_with("/schedule.yaml"))
    {
        let validator = if blob.path.ends_with("schedule.yaml") { &weeks } else { &list };
        assert_eq!(errors(validator, &blob.bytes), Some(Vec::new()), "{}", blob.path);
    }
}

fn validator_of(name: &str) -> Validator {
    let kind = kinds().into_iter().find(|(other, ..)| *other == name).unwrap();
    validator(&kind.1)
}

#[test]
fn the_words_of_a_site_are_in_the_schema_of_its_files() {
    let (config, problems) = Config::read(SITES.0[1].as_bytes());
    assert_eq!(problems, []);
    let own = validator(&deliverable_schema(&config.terms));
    let text = b"team: a\ntype: tool\nrelease-model: on-demand\nrelease-type: binary\n";
    assert_eq!(errors(&own, text), Some(Vec::new()));
    let built_in = validator_of("deliverable");
    assert_eq!(errors(&built_in, text).unwrap().len(), 3);
}

#[test]
fn the_command_writes_them_and_the_catalog_names_them() {
    let policy = policy_schema(rules::ALL.iter().map(|rule| (rule.id, rule.summary)));
    let all = kinds().into_iter().map(|(name, schema, ..)| (name, schema));
    let nowhere = tempfile::tempdir().unwrap();
    let listed = catalog()["schemas"].to_string();
    for (name, schema) in all.chain([("policy", policy)]) {
        let mut command = bare_command(TAGKEEPER);
        let output = command.args(["schema", name]).current_dir(nowhere.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), schema);
        assert!(listed.contains(schema["$id"].as_str().unwrap()), "{name}: {listed}");
    }
}

#[test]
fn the_examples_of_the_configuration_are_accepted() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = fs::read_to_string(page).unwrap();
    let own = validator_of("config");
    let examples = page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let read = examples.filter(|text| Config::read(text.as_bytes()).1.is_empty());
    let seen: Vec<Option<Vec<String>>> = read.map(|text| errors(&own, text.as_bytes())).collect();
    assert!(seen.len() >= 3 && seen.iter().all(|it| *it == Some(Vec::new())), "{seen:?}");
}
