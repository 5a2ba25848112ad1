//! What is read from Python, what is computed, and what ends soon.

use std::time::{Duration, Instant};

use super::{Kind, Module};

/// The argument `name` of the only call of `setup`, in short.
fn argument(text: &str, name: &str) -> String {
    let module = Module::read(text, "setup");
    let [call] = module.calls.as_slice() else { panic!("{} calls in {text}", module.calls.len()) };
    call.named.get(name).map_or_else(|| "-".to_owned(), |value| short(&value.kind))
}

fn short(kind: &Kind) -> String {
    match kind {
        Kind::Text(text) => text.clone(),
        Kind::Many(items) => {
            format!(
                "[{}]",
                items.iter().map(|item| short(&item.kind)).collect::<Vec<_>>().join(" ")
            )
        }
        Kind::Map(items) => {
            let item = |(key, value): &(super::Value, super::Value)| {
                format!("{}={}", short(&key.kind), short(&value.kind))
            };
            format!("{{{}}}", items.iter().map(item).collect::<Vec<_>>().join(" "))
        }
        Kind::True => "True".to_owned(),
        Kind::Nothing => "None".to_owned(),
        Kind::Foreign(path, name) => format!("{}:{name}", path.join(".")),
        Kind::Computed => "?".to_owned(),
    }
}

#[test]
fn arguments_are_read_where_they_are_written_out() {
    let table = [
        ("setup(name='gizmo')", "gizmo"),
        (
            "setuptools.setup(\n    # name='no'\n    version=\"1\",\n    name = \"giz\" 'mo',\n)",
            "gizmo",
        ),
        ("NAME = 'gizmo'\nsetup(name=NAME)", "gizmo"),
        ("NAME: str = 'gizmo'\nsetup(name=NAME)", "gizmo"),
        ("BASE = 'giz'\nsetup(name=BASE + 'mo')", "gizmo"),
        ("setup(name='%s-%s' % ('giz', 'mo'))", "giz-mo"),
        ("setup(name=('gizmo'))", "gizmo"),
        ("setup(name=r'giz\\mo')", "giz\\mo"),
        ("if True:\n    setup(name='gizmo')", "gizmo"),
        ("setup(**extra, name='gizmo')", "gizmo"),
        ("setup(cmd={'a' if b else 'c': d}, name='gizmo')", "gizmo"),
        ("setup(cmd=[x for x in y if (1, 2)], name='gizmo')", "gizmo"),
        ("setup(cmd=lambda x, y: {1: 2}, name='gizmo')", "gizmo"),
        ("setup(cmd={1, 2}, name='gizmo')", "gizmo"),
        ("setup(cmd=f(name='no'), name='gizmo')", "gizmo"),
        ("setup(cmd=x[1:2], name='gizmo')", "gizmo"),
        ("'''\nsetup(name='no')\n'''\nsetup(name='gizmo')", "gizmo"),
        ("def setup(name='no'):\n    pass\nsetup(name='gizmo')", "gizmo"),
        (
            "from xstatic.pkg import angular as xs\nsetup(name=xs.PACKAGE_NAME)",
            "xstatic.pkg.angular:PACKAGE_NAME",
        ),
        ("from gizmo.meta import (A, NAME as N)\nsetup(name=N)", "gizmo.meta:NAME"),
        ("import gizmo\nsetup(name=gizmo.NAME)", "gizmo:NAME"),
        ("setup(version='1')", "-"),
        ("setup(name='-'.join(['a']))", "?"),
        ("setup(name=get_name())", "?"),
        ("setup(name=f'{x}')", "?"),
        ("setup(name='a' f'{x}')", "?"),
        ("setup(name='a' if x else 'b')", "?"),
        ("setup(name='a' or 'b')", "?"),
        ("setup(name='%d' % 1)", "?"),
        ("setup(name='a'[0])", "?"),
        ("NAME = 'a'\nNAME = 'b'\nsetup(name=NAME)", "?"),
        ("NAME = 'a'\nNAME += 'b'\nsetup(name=NAME)", "?"),
        ("if x:\n    NAME = 'a'\nsetup(name=NAME)", "?"),
        ("NAME = 'a'\nif x:\n    NAME = 'b'\nsetup(name=NAME)", "?"),
        ("NAME = 'a' if x else 'b'\nsetup(name=NAME)", "?"),
        ("setup(name=NAME)\nNAME = 'a'", "?"),
    ];
    for (text, expected) in table {
        assert_eq!(argument(text, "name"), expected, "{text}");
    }
}

#[test]
fn lists_and_dictionaries_are_read() {
    let text = "REQS = ['a>=1', 'b']\nsetup(\n  install_requires=REQS + ['c',],\n  extras_require={'x': ['d'], 'y': ('e', f())},\n  pbr=True)";
    assert_eq!(argument(text, "install_requires"), "[a>=1 b c]");
    assert_eq!(argument(text, "extras_require"), "{x=[d] y=[e ?]}");
    assert_eq!(argument(text, "pbr"), "True");
}

#[test]
fn lines_are_counted_over_strings_and_brackets() {
    let text = "x = '''\n\n'''\nsetup(\n  a=1, \\\n  name='x')\n";
    let module = Module::read(text, "setup");
    assert_eq!(module.calls[0].named["name"].line, 6);
}

#[test]
fn hostile_files_are_read_in_linear_time() {
    let doubled = (1..200).fold("A0 = ['x', 'y']\n".to_owned(), |text, n| {
        format!("{text}A{n} = A{m} + A{m}\n", m = n - 1)
    });
    let texts = [
        "setup(".repeat(30_000),
        "(".repeat(20_000),
        "[{(".repeat(20_000),
        "x = [".repeat(20_000),
        "setup(name=[{a:".repeat(20_000),
        "setup(]}".repeat(20_000),
        "'".repeat(300_001),
        "\\".repeat(300_000),
        "setup(name='a' % ".repeat(20_000),
        "from a import b as ".repeat(20_000),
        format!("{doubled}setup(name=A199)"),
        format!("A = '{}'\n", "x".repeat(500_000)) + &"B = A + A\n".repeat(10_000),
    ];
    for text in texts {
        let start = Instant::now();
        Module::read(&text, "setup");
        assert!(start.elapsed() < Duration::from_secs(5), "{text:.30}");
    }
}
