//! Each kind of edit in each way of writing.

use super::*;

fn changed(before: &str, change: impl FnOnce(&mut Document) -> Result<(), Refused>) -> String {
    let mut document = Document::read(before.as_bytes()).unwrap();
    match change(&mut document) {
        Ok(()) => document.text().to_owned(),
        Err(refused) => {
            assert_eq!(document.text(), before, "a refused edit changes nothing");
            format!("refused: {refused}")
        }
    }
}

fn path(text: &str) -> Path {
    text.split('/').filter(|part| !part.is_empty()).fold(Path::root(), |path, part| {
        match part.parse() {
            Ok(index) => path.item(index),
            Err(_) => path.key(part),
        }
    })
}

fn set(before: &str, at: &str, value: impl Into<EditedValue>) -> String {
    changed(before, |document| document.set(&path(at), value.into()))
}

fn append(before: &str, at: &str, value: impl Into<EditedValue>) -> String {
    changed(before, |document| document.append(&path(at), value.into()))
}

fn remove(before: &str, at: &str) -> String {
    changed(before, |document| document.remove(&path(at)))
}

fn insert(
    before: &str,
    at: &str,
    key: &str,
    value: impl Into<EditedValue>,
    beside: Beside<'_>,
) -> String {
    changed(before, |document| document.insert(&path(at), key, value.into(), beside))
}

fn release() -> EditedValue {
    EditedValue::map([
        ("version", EditedValue::from("1.10")),
        (
            "projects",
            EditedValue::List(vec![EditedValue::map(
                [("repo", "a/b"), ("hash", "c0")].map(|(key, text)| (key, EditedValue::from(text))),
            )]),
        ),
    ])
}

const FILE: &str = "---\n# top\nteam: x  # who\nreleases:\n  - version: '1.0'\n    projects:\n      - repo: a/b\n        hash: \"b0\"\n        # why\n# the end\nbranches:\n  - {name: stable/a, location: 1.0.0}\n";

#[test]
fn a_scalar_keeps_its_quotes_and_gets_them_where_needed() {
    assert_eq!(set("a: b  # c\n", "a", "d"), "a: d  # c\n");
    assert_eq!(set("a: b\r\nc: d", "a", "1.10"), "a: '1.10'\r\nc: d");
    assert_eq!(set("a: '1.9'\n", "a", "1.10.0"), "a: '1.10.0'\n");
    assert_eq!(set("a: \"x\"\n", "a", "y\"z"), "a: \"y\\\"z\"\n");
    assert_eq!(set("a: {b: c, d: e}\n", "a/b", "x, y"), "a: {b: 'x, y', d: e}\n");
    assert_eq!(set("a: yes\n", "a", true), "a: true\n");
    assert_eq!(set("a:  # why\nb: c\n", "a", "x"), "a: x  # why\nb: c\n");
    assert_eq!(set("- a\n-\n- b\n", "1", "x"), "- a\n- x\n- b\n");
    assert_eq!(set("a: |\n  b\n  c\nd: e\n", "a", "x\ny\n"), "a: |\n  x\n  y\nd: e\n");
    assert_eq!(set("a: >-\n  b\n  c\nd: e\n", "a", "x"), "a: x\nd: e\n");
    assert_eq!(set("a: b\n", "c", "x"), "refused: there is no `c`");
}

#[test]
fn a_list_or_mapping_can_be_replaced_unless_comments_would_be_lost() {
    assert_eq!(
        set("a: []\nb: c\n", "a", EditedValue::List(vec![EditedValue::from("x")])),
        "a:\n  - x\nb: c\n"
    );
    assert_eq!(
        set("a:  # why\nb: c\n", "a", EditedValue::List(vec![EditedValue::from("x")])),
        "a:  # why\n  - x\nb: c\n"
    );
    assert_eq!(set("a:\n  b: c\nd: e\n", "a", "x"), "a: x\nd: e\n");
    let refused = set("a:\n  # why\n  b: c\nd: e\n", "a", "x");
    assert_eq!(
        refused,
        "refused: there are comments inside `a`, which would be lost: edit it by hand"
    );
}

#[test]
fn a_release_is_appended_as_the_one_before_it_is_written() {
    let expected = FILE.replace(
        "# the end",
        "  - version: '1.10'\n    projects:\n      - repo: a/b\n        hash: \"c0\"\n# the end",
    );
    assert_eq!(append(FILE, "releases", release()), expected);
    assert_eq!(
        append(
            "releases:\n- {version: 1.0.0, projects: [{repo: a/b, hash: b0}]}",
            "releases",
            release()
        ),
        "releases:\n- {version: 1.0.0, projects: [{repo: a/b, hash: b0}]}\n- {version: '1.10', projects: [{repo: a/b, hash: c0}]}"
    );
    assert_eq!(
        append(
            "releases:\r\n-   version: 1.0.0\r\n    projects:\r\n    -   repo: a/b\r\n        hash: b0\r\n",
            "releases",
            release()
        ),
        "releases:\r\n-   version: 1.0.0\r\n    projects:\r\n    -   repo: a/b\r\n        hash: b0\r\n-   version: '1.10'\r\n    projects:\r\n    -   repo: a/b\r\n        hash: c0\r\n"
    );
    assert_eq!(append("team: x\nreleases: []\n", "releases", "w"), "team: x\nreleases:\n  - w\n");
    assert_eq!(append("team: x\nreleases:", "releases", "w"), "team: x\nreleases:\n  - w");
}

#[test]
fn items_go_behind_the_last_one() {
    assert_eq!(append("a: [b]\n", "a", "c"), "a: [b, c]\n");
    assert_eq!(
        append("a: [\n  b,\n  c  # why\n]\n", "a", "d"),
        "a: [\n  b,\n  c,  # why\n  d\n]\n"
    );
    assert_eq!(append("a: [\n  b,\n]\n", "a", "d"), "a: [\n  b,\n  d,\n]\n");
    assert_eq!(
        append("a:\n  - |\n    b\n\n  - |\n    c\n\nd: e\n", "a", "x\ny\n"),
        "a:\n  - |\n    b\n\n  - |\n    c\n  - |\n    x\n    y\n\nd: e\n"
    );
    assert_eq!(
        append("a:\n  - |+\n    c\n\nd: e\n", "a", "x"),
        "a:\n  - |+\n    c\n\n  - x\nd: e\n"
    );
    assert_eq!(append(FILE, "releases/0/projects", "x").matches("      - x\n").count(), 1);
    assert_eq!(append("a: b\n", "a", "x"), "refused: `a` is not a list");
}

#[test]
fn a_key_goes_where_it_is_wanted() {
    assert_eq!(
        insert("a: b\n# c\nd: e\n", "", "x", "w", Beside::After("a")),
        "a: b\nx: w\n# c\nd: e\n"
    );
    assert_eq!(
        insert("a: b\n# c\nd: e\n", "", "x", "w", Beside::Before("d")),
        "a: b\nx: w\n# c\nd: e\n"
    );
    assert_eq!(insert("# c\na: b", "", "x", "w", Beside::Before("a")), "# c\nx: w\na: b");
    assert_eq!(insert("a: b", "", "x", "w", Beside::Last), "a: b\nx: w");
    assert_eq!(insert("a: {b: c}\n", "a", "x", "w", Beside::Last), "a: {b: c, x: w}\n");
    assert_eq!(insert("a: {b: c}\n", "a", "x", "w", Beside::Before("b")), "a: {x: w, b: c}\n");
    assert_eq!(
        insert("a: {}\n", "a", "x/y", EditedValue::Map(Vec::new()), Beside::Last),
        "a:\n  x/y: {}\n"
    );
    assert_eq!(insert("- a: b\n", "0", "x", "w", Beside::Before("a")), "- x: w\n  a: b\n");
    assert_eq!(insert("- a: b\n- c: d\n", "0", "x", "w", Beside::Last), "- a: b\n  x: w\n- c: d\n");
    assert_eq!(insert("a: b\n", "", "a", "w", Beside::Last), "refused: `a` exists already");
    assert_eq!(insert("a: b\n", "", "x", "w", Beside::After("z")), "refused: there is no `z`");
}

#[test]
fn what_is_removed_takes_its_own_comments_along_and_no_others() {
    assert_eq!(remove(FILE, "team"), FILE.replace("team: x  # who\n", ""));
    let expected = FILE.split_inclusive("# top\nteam: x  # who\n").next().unwrap().to_owned()
        + "# the end\nbranches:\n  - {name: stable/a, location: 1.0.0}\n";
    assert_eq!(remove(FILE, "releases"), expected);
    assert_eq!(remove(FILE, "branches"), FILE.split_inclusive("# the end\n").next().unwrap());
    assert_eq!(remove("a: b\nc: d", "c"), "a: b");
    assert_eq!(remove("- a: b\n  c: d\n", "0/a"), "- c: d\n");
    assert_eq!(
        remove("- a: b\n  # why\n  c: d\n", "0/a"),
        "refused: there are comments inside `[0].a`, which would be lost: edit it by hand"
    );
    assert_eq!(remove("a: {b: c, d: e}\n", "a/b"), "a: {d: e}\n");
    assert_eq!(remove("a: {b: c, d: e}\n", "a/d"), "a: {b: c}\n");
    assert_eq!(remove("a: [b]\n", "a/0"), "a: []\n");
    assert_eq!(
        remove("a:\n  - b\n", "a/0"),
        "refused: `a[0]` is the only entry: remove the whole list or mapping instead"
    );
    assert_eq!(remove("a: b\n", "x"), "refused: there is no `x`");
}
