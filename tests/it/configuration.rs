//! The reference page of the configuration says what the program does.

use std::fs;
use std::path::Path;

use tagkeeper::config::{Config, KEYS, Policy};

/// The table of keys: what each means, its value where there is no `tagkeeper.yaml`, and where one sets `git:`.
fn table() -> String {
    let openstack = Config::default();
    let (own, problems) = Config::read(b"git: /srv/git/{repo}\n");
    assert_eq!(problems, []);
    let shown =
        |text: String| if text.is_empty() { "none".to_owned() } else { format!("`{text}`") };
    let row = |key: &tagkeeper::config::Key| {
        let (theirs, ours) = (shown(key.value_in(&openstack)), shown(key.value_in(&own)));
        let ours = match key.name {
            "git" => "as given".to_owned(),
            "push" => "as `git`".to_owned(),
            _ if ours == theirs => "the same".to_owned(),
            _ => ours,
        };
        format!("| `{}` | {} | {theirs} | {ours} |\n", key.name, key.summary)
    };
    let rows: String = KEYS.iter().map(row).collect();
    format!(
        "| key | what it is | no `tagkeeper.yaml` | a file with `git:` |\n|---|---|---|---|\n{rows}"
    )
}

#[test]
fn the_reference_page_lists_every_key_with_its_defaults() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = fs::read_to_string(page).unwrap();
    let table = table();
    assert!(page.contains(&table), "put this table into docs/configuration.md:\n{table}");
}

#[test]
fn the_examples_of_the_reference_page_are_read_without_a_mistake() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = fs::read_to_string(page).unwrap();
    let mut examples =
        page.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let judged = examples.by_ref().map(|example| {
        let is_policy = ["rules:", "follow-ups:", "downstream:", "urgent:"]
            .iter()
            .any(|key| example.starts_with(key));
        let problems = match is_policy {
            true => Policy::read(example.as_bytes()).1,
            false => Config::read(example.as_bytes()).1,
        };
        assert_eq!(problems, [], "{example}");
    });
    assert!(judged.count() >= 3);
}
