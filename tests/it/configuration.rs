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
        let is_policy = ["rules:", "follow-ups:", "downstream:", "urgent:", "overrides:"]
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

/// The problems of follow-ups with these names, patterns and texts.
fn follow_up_problems(entries: &[(&str, &str, &str)]) -> (usize, Vec<(u32, String)>) {
    let entry = |(name, find, write): &(&str, &str, &str)| {
        format!(
            "  - name: {name}\n    find-regex: '{find}'\n    write: '{write}'\n    owner: a\n    repos: [a/b]\n    file: x\n    subject: S\n"
        )
    };
    let text = format!("follow-ups:\n{}", entries.iter().map(entry).collect::<String>());
    let (policy, problems) = Policy::read(text.as_bytes());
    let shown = problems.into_iter().map(|problem| (problem.place.line, problem.message));
    (policy.follow_ups.len(), shown.collect())
}

#[test]
fn a_follow_up_has_a_name_of_its_own() {
    let built_in = ["gitreview", "constraints-url", "reno-page", "reno-branch"];
    for name in built_in {
        let (count, problems) = follow_up_problems(&[("one", "a", "b"), (name, "a", "b")]);
        assert_eq!((count, problems.len(), problems[0].0), (1, 1, 9), "{problems:?}");
        assert!(problems[0].1.contains("follows every branch"), "{problems:?}");
    }
    let (count, problems) =
        follow_up_problems(&[("one", "a", "b"), ("two", "a", "b"), ("one", "c", "d")]);
    assert_eq!((count, problems.len(), problems[0].0), (2, 1, 16), "{problems:?}");
    assert!(problems[0].1.contains("at 2:5 is called `one` too"), "{problems:?}");
}

#[test]
fn what_a_follow_up_writes_names_groups_of_its_pattern() {
    for write in ["$1{branch}", "${1}x", "$k-$0", "${k}x", "$$9 costs 5$", "{branch}"] {
        assert_eq!(follow_up_problems(&[("one", "(?<k>a)", write)]), (1, vec![]), "{write}");
    }
    for (write, group) in
        [("$1x", "1x"), ("$2", "2"), ("${branch}", "branch"), ("$$$kk", "kk"), ("${}", "")]
    {
        let (count, problems) = follow_up_problems(&[("one", "(?<k>a)", write)]);
        assert_eq!((count, problems.len()), (0, 1), "{problems:?}");
        assert_eq!(
            (problems[0].0, problems[0].1.as_str()),
            (4, format!("`find-regex` has no group `{group}`, which `write` names").as_str())
        );
    }
}
