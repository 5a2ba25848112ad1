//! Tables of requirements before and after.

use super::super::files::tests::Fake;
use super::super::pythons::Python;
use super::super::requirements::Requirements;
use super::raised;

const PYTHONS: [Python; 3] = [
    Python { major: 3, minor: 10 },
    Python { major: 3, minor: 11 },
    Python { major: 3, minor: 12 },
];

/// Requirements, one a line; `[extra]` opens an extra.
fn read(text: &str) -> Requirements {
    let mut found = Requirements::default();
    let mut extra = None;
    for (at, line) in text.lines().enumerate() {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(name) => extra = Some(name.to_owned()),
            None => found.add(extra.as_deref(), line, &"r".into(), at + 1),
        }
    }
    assert!(found.unreadable.is_empty(), "{:?}", found.unreadable);
    found
}

fn found(before: &str, now: &str) -> Vec<String> {
    let (before, now) = (read(before), read(now));
    let words = |it: super::Raised<'_>| match it.before {
        Some(before) => format!("{} -> {}", before.requirement, it.now.requirement),
        None => format!("+ {}", it.now.requirement),
    };
    raised(&before, &now, Some("own"), &PYTHONS).into_iter().map(words).collect()
}

#[test]
fn what_an_installation_of_the_older_release_lacks() {
    let table = [
        ("a", "a\nb>=1", "+ b>=1"),
        ("a>=1", "a>=2", "a>=1 -> a>=2"),
        ("a", "a>=2", "a -> a>=2"),
        ("a<3", "a>=2", "a<3 -> a>=2"),
        ("a>=1", "a>1", "a>=1 -> a>1"),
        ("a>=1", "a~=1.1", "a>=1 -> a~=1.1"),
        ("a~=1.0", "a~=1.1", "a~=1.0 -> a~=1.1"),
        ("a>=1", "a==1.5", "a>=1 -> a==1.5"),
        ("a==1.0", "a==1.1", "a==1.0 -> a==1.1"),
        ("a>=1.0", "a>=1.0,!=1.0", "a>=1.0 -> a>=1.0,!=1.0"),
        ("a>=1.0", "a>=1.0,!=1.*", "a>=1.0 -> a>=1.0,!=1.*"),
        ("a>=1.0", "a<1.0", "a>=1.0 -> a<1.0"),
        ("Glance_Store>=1", "glance-store>=2", "Glance_Store>=1 -> glance-store>=2"),
        ("[xml]\nlxml>=4", "[xml]\nlxml>=5", "lxml>=4 -> lxml>=5"),
        ("a", "a\n[xml]\nlxml", "+ lxml"),
        ("[xml]\nlxml", "lxml", "+ lxml"),
        ("a;python_version<'3.11'", "a", "+ a"),
        (
            "a>=1;python_version<'3.11'\na>=2;python_version>='3.11'",
            "a>=2",
            "a>=1;python_version<'3.11' -> a>=2",
        ),
        ("", "a;sys_platform=='win32'", "+ a;sys_platform=='win32'"),
        ("", "a;python_full_version>='3.12.4'", "+ a;python_full_version>='3.12.4'"),
        ("", "a @ https://example.org/a.zip", "+ a @ https://example.org/a.zip"),
    ];
    for (before, now, expected) in table {
        assert_eq!(found(before, now), [expected], "{before:?} to {now:?}");
    }
}

#[test]
fn what_every_installation_of_the_older_release_has() {
    let table = [
        ("a>=1", "a>=1"),
        ("a>=2", "a>=1"),
        ("a>=1", "a"),
        ("a\nb", "a"),
        ("a>=1.20", "a>=1.20,!=1.25"),
        ("a>=1.0,!=1.0", "a>=1.0,!=1.0,!=1.2"),
        ("a>=1.4", "a~=1.4"),
        ("a~=1.4", "a>=1.4"),
        ("a==1.4", "a>=1.4"),
        ("a>=1", "a>=1.0,<3"),
        ("a", "a<3"),
        ("a", "a!=2"),
        ("PyYAML>=1", "pyyaml>=1.0"),
        ("glance_store", "glance-store"),
        ("a>=1", "a>=1;python_version>'3.5'"),
        ("a", "a\nfutures>=3;python_version<'3.0'"),
        ("a", "a\nb;python_version=='3.9'"),
        ("a>=1;python_version<'3.11'", "a>=1;python_version<'3.12' and python_version<'3.11'"),
        ("a;sys_platform=='win32'", "a;os_name=='nt'"),
        ("lxml>=4", "[xml]\nlxml>=4"),
        ("[rst_tool]\na", "[rst-tool]\na"),
        ("[xml]\na", "[xml]\na\n[all]\nown[xml]"),
        ("a[one]", "a[one,two]"),
        ("a @ https://example.org/1.zip", "a @ https://example.org/2.zip"),
        ("a>=1\na>=2", "a>=2"),
    ];
    for (before, now) in table {
        assert_eq!(found(before, now), Vec::<String>::new(), "{before:?} to {now:?}");
    }
}

#[test]
fn a_line_and_its_file_are_named() {
    let files = Fake::of([("requirements.txt", "# one\na>=2\n")]);
    let mut now = Requirements::default();
    now.add_file(&files, None, "requirements.txt").unwrap();
    let before = Requirements::default();
    assert_eq!(
        raised(&before, &now, None, &PYTHONS)[0].now.origin.to_string(),
        "requirements.txt:2"
    );
}
