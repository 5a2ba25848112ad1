//! The schema of `release-policy.yaml` beside the reader: what one accepts the other accepts, and what one refuses the other
//! refuses.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::machine::{TAGKEEPER, bare_command};
use jsonschema::Validator;
use serde_json::Value;
use tagkeeper::config::{Policy, PolicyLevel, policy_schema};
use tagkeeper::rules;

/// Everything that can be said.
const WHOLE: &str = "---
rules:
  requirements-freeze: warning
  late-in-week: {level: off, reason: our approvers sit in every zone}
  release-type: {level: note, for: [rose, rose-client]}
windows:
  - deliverables: [rose]
    days: [mon, tue, wed, thu]
    hours: '08:00-11:00'
    timezone: America/Los_Angeles
    on-call:
      - {name: core-west, timezone: America/Los_Angeles, hours: '08:00-17:00'}
      - {name: core-sydney, days: [mon, sun], timezone: Australia/Sydney, hours: '22:00-06:00'}
  - {type: [library, client-library], model: cycle-with-rc, series: hibiscus, timezone: UTC, hours: '00:00-24:00'}
soak:
  - {deliverables: 'rose*', hours: 12}
  - {team: florists, hours: '24'}
holds:
  - status: red
    from: 2026-08-14T09:00Z
    until: null
    scope: {series: [hibiscus, independent]}
    reason: uploads fail
    link: https://lists.example.org/thread/123
  - {status: orange, from: 2026-08-14 09:00:00+02:00, until: '2026-08-15T09:00:00.5Z', reason: slow}
  - {status: green, reason: all is well}
overrides:
  who: [release-managers]
";

const GOOD: &[&str] = &[WHOLE, "", "# nothing yet\n", "windows: []\nsoak: []\nholds: []\n"];

/// Each has one mistake.
const BAD: &[&str] = &[
    "- windows\n",
    "hold: []\n",
    "windows: none\n",
    "windows:\n",
    "rules: [library-freeze]\n",
    "rules: {no-such-rule: note}\n",
    "rules: {library-freeze: loud}\n",
    "rules: {library-freeze: off}\n",
    "rules: {library-freeze: {level: off}}\n",
    "rules: {library-freeze: {level: off, reason: ' '}}\n",
    "rules: {library-freeze: {reason: because}}\n",
    "rules: {library-freeze: {level: note, for: []}}\n",
    "rules: {library-freeze: {level: note, for: rose}}\n",
    "rules: {library-freeze: {level: note, whom: [rose]}}\n",
    "windows: [{hours: '08:00-11:00'}]\n",
    "windows: [{timezone: Europe/Pragu}]\n",
    "windows: [{timezone: UTC+2}]\n",
    "windows: [{timezone: UTC, hours: '25:00-26:00'}]\n",
    "windows: [{timezone: UTC, hours: '08:60-09:00'}]\n",
    "windows: [{timezone: UTC, hours: '8:00-09:00'}]\n",
    "windows: [{timezone: UTC, hours: '08:00-08:00'}]\n",
    "windows: [{timezone: UTC, hours: '08:00-00:00'}]\n",
    "windows: [{timezone: UTC, hours: '24:00-08:00'}]\n",
    "windows: [{timezone: UTC, hours: '08:00'}]\n",
    "windows: [{timezone: UTC, days: []}]\n",
    "windows: [{timezone: UTC, days: mon}]\n",
    "windows: [{timezone: UTC, days: [monday]}]\n",
    "windows: [{timezone: UTC, day: [mon]}]\n",
    "windows: [{timezone: UTC, type: libary}]\n",
    "windows: [{timezone: UTC, type: [library, libary]}]\n",
    "windows: [{timezone: UTC, model: cycle}]\n",
    "windows: [{timezone: UTC, deliverables: []}]\n",
    "windows: [{timezone: UTC, team: 7}]\n",
    "windows: [{timezone: UTC, on-call: [{name: a, timezone: UTC}]}]\n",
    "windows: [{timezone: UTC, on-call: [{timezone: UTC, hours: '08:00-09:00'}]}]\n",
    "windows: [{timezone: UTC, on-call: [{name: a, hours: '08:00-09:00'}]}]\n",
    "windows: [{timezone: UTC, on-call: {name: a, timezone: UTC, hours: '08:00-09:00'}}]\n",
    "soak: [{deliverables: rose}]\n",
    "soak: [{hours: 0}]\n",
    "soak: [{hours: -1}]\n",
    "soak: [{hours: 1.5}]\n",
    "soak: [{hours: soon}]\n",
    "soak: [{hours: 70000}]\n",
    "holds: [{status: red}]\n",
    "holds: [{reason: fire}]\n",
    "holds: [{status: rad, reason: fire}]\n",
    "holds: [{status: red, reason: fire, from: tomorrow}]\n",
    "holds: [{status: red, reason: fire, from: 2026-08-14}]\n",
    "holds: [{status: red, reason: fire, from: 2026-08-14T09:00}]\n",
    "holds: [{status: red, reason: fire, series: hibiscus}]\n",
    "holds: [{status: red, reason: fire, scope: {deliverable: rose}}]\n",
    "holds: [{status: red, reason: fire, scope: }]\n",
    "holds: [{status: red, reason: 7}]\n",
    "overrides: {who: release-managers}\n",
    "overrides: {whom: [release-managers]}\n",
];

/// What is wrong with two values together, and only the reader sees.
const BEYOND: &[&str] = &[
    "holds: [{status: red, reason: fire, from: 2026-08-15T09:00Z, until: 2026-08-14T09:00Z}]\n",
    "holds: [{status: red, reason: fire, from: 2026-02-31T09:00Z}]\n",
];

fn schema() -> Value {
    policy_schema(rules::ALL.iter().map(|rule| (rule.id, rule.summary)))
}

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).unwrap()
}

/// What an editor says.
fn errors(validator: &Validator, text: &str) -> Vec<String> {
    let value: Value = serde_yaml::from_str(text).unwrap();
    validator.iter_errors(&value).map(|error| error.to_string()).collect()
}

/// What the reader says.
fn problems(text: &str) -> Vec<String> {
    let (policy, mut problems) = Policy::read(text.as_bytes());
    problems.extend(policy.unknown_rules(|id| rules::find(id).is_some()));
    problems.into_iter().map(|problem| problem.message).collect()
}

/// Every policy of the rules' cases, with its case.
fn of_fixtures() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let folders = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let cases = folders
        .filter(|path| path.is_dir())
        .flat_map(|path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
    let policy = |path: PathBuf| {
        let case: Value = serde_yaml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        Some((path, case.get("policy")?.as_str()?.to_owned()))
    };
    cases.filter_map(policy).collect()
}

#[test]
fn it_is_a_schema_and_describes_every_key() {
    let schema = schema();
    assert!(jsonschema::draft7::meta::is_valid(&schema));
    fn undescribed(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let at = format!("{at}/{key}");
                    if key == "properties" {
                        let properties = value.as_object().unwrap().iter();
                        found.extend(
                            properties
                                .filter(|(_, schema)| !schema.is_object())
                                .map(|(key, _)| format!("{at}/{key}")),
                        );
                    }
                    undescribed(value, &at, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| undescribed(item, at, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    undescribed(&schema, "", &mut found);
    assert_eq!(found, Vec::<String>::new(), "keys of the reader that the schema says nothing of");
}

#[test]
fn what_the_reader_accepts_the_schema_accepts() {
    let validator = validator();
    for text in GOOD {
        assert_eq!(problems(text), Vec::<String>::new(), "the reader, of:\n{text}");
        assert_eq!(errors(&validator, text), Vec::<String>::new(), "the schema, of:\n{text}");
    }
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = readme.split("```yaml\n").skip(1).map(|after| after.split("```").next().unwrap());
    let example = blocks.into_iter().find(|block| block.contains("windows:")).unwrap();
    assert_eq!(problems(example), Vec::<String>::new(), "the example of the README");
    assert_eq!(errors(&validator, example), Vec::<String>::new(), "the example of the README");
    let cases = of_fixtures();
    assert!(cases.len() > 10, "{}", cases.len());
    for (path, text) in cases {
        let (read, seen) = (problems(&text), errors(&validator, &text));
        assert_eq!(read.is_empty(), seen.is_empty(), "{}: {read:?} {seen:?}", path.display());
    }
}

#[test]
fn every_word_and_every_rule_is_accepted_by_both() {
    let validator = validator();
    for level in PolicyLevel::ALL {
        for rule in rules::ALL {
            let text = format!("rules: {{{}: {{level: {level}, reason: tried}}}}\n", rule.id);
            assert_eq!(problems(&text), Vec::<String>::new(), "{text}");
            assert_eq!(errors(&validator, &text), Vec::<String>::new(), "{text}");
        }
    }
    let schema = schema();
    let zones = schema["definitions"]["timezone"]["enum"].as_array().unwrap();
    assert!(zones.len() > 400);
    for zone in zones {
        let text = format!("windows: [{{timezone: {}}}]\n", zone.as_str().unwrap());
        assert_eq!(problems(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_the_reader_refuses_the_schema_refuses() {
    let validator = validator();
    for text in BAD {
        assert_ne!(problems(text), Vec::<String>::new(), "the reader accepts:\n{text}");
        assert_ne!(errors(&validator, text), Vec::<String>::new(), "the schema accepts:\n{text}");
    }
    for text in BEYOND {
        assert_ne!(problems(text), Vec::<String>::new(), "the reader accepts:\n{text}");
        assert_eq!(errors(&validator, text), Vec::<String>::new(), "the schema refuses:\n{text}");
    }
}

#[test]
fn the_command_writes_the_schema() {
    let output = bare_command(TAGKEEPER).args(["schema", "policy"]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), schema());
}
