//! Packages of every shape, whole.

use std::time::{Duration, Instant};

use jiff::civil::date;

use super::super::files::tests::Fake;
use super::Package;

const PBR: (&str, &str) =
    ("setup.py", "import setuptools\nsetuptools.setup(setup_requires=['pbr>=2.0.0'], pbr=True)\n");
const PLAIN: (&str, &str) = ("setup.py", "from setuptools import setup\nsetup()\n");

fn package(files: &[(&str, &str)]) -> Package {
    Package::read(&Fake::of(files.iter().copied()))
}

/// The name with its place, `-` if there is none, `?` if it is undecided.
fn name(files: &[(&str, &str)]) -> String {
    match package(files).name {
        Ok(Some(said)) => format!("{} {}", said.value, said.origin),
        Ok(None) => "-".to_owned(),
        Err(_) => "?".to_owned(),
    }
}

/// The requirements as `extra:requirement`, or why they are undecided.
fn requirements(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let found = package(files).requirements.map_err(|why| why.to_string())?;
    let all = found.unwrap_or_default().all.into_iter();
    Ok(all.map(|it| format!("{}:{}", it.extra.unwrap_or_default(), it.requirement)).collect())
}

fn lists(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(
        requirements(files),
        Ok(expected.iter().map(|it| (*it).to_owned()).collect()),
        "{files:?}"
    );
}

fn is_undecided(files: &[(&str, &str)], part: &str) {
    let why = requirements(files).unwrap_err();
    assert!(why.contains(part), "{why}");
}

#[test]
fn names_of_every_kind_of_package() {
    let cfg = ("setup.cfg", "[metadata]\nname = widget\n");
    let project = ("pyproject.toml", "[project]\nname = \"gizmo\"\n");
    let literal = ("setup.py", "from setuptools import setup\n\nsetup(name='literal')\n");
    let computed = ("setup.py", "from setuptools import setup\n\nsetup(name=f())\n");
    let hidden = ("setup.py", "from setuptools import setup\n\nsetup(**f())\n");
    let tools = ("pyproject.toml", "[tool.ruff]\nline-length = 79\n");
    let built =
        ("pyproject.toml", "[build-system]\nrequires = [\"pbr\"]\nbuild-backend = \"pbr.build\"\n");
    let poetry = ("pyproject.toml", "[tool.poetry]\nname = \"poem\"\n");
    let table: &[(&[(&str, &str)], &str)] = &[
        (&[cfg, PBR], "widget setup.cfg:2"),
        (&[cfg], "widget setup.cfg:2"),
        (&[cfg, PLAIN], "widget setup.cfg:2"),
        (&[cfg, built], "widget setup.cfg:2"),
        (&[cfg, tools, PBR], "widget setup.cfg:2"),
        (&[project], "gizmo pyproject.toml:2"),
        (&[cfg, project, PBR], "gizmo pyproject.toml:2"),
        (&[project, computed], "gizmo pyproject.toml:2"),
        (&[literal], "literal setup.py:3"),
        (&[cfg, literal], "literal setup.py:3"),
        (&[poetry], "poem pyproject.toml:2"),
        (&[computed], "?"),
        (&[hidden], "?"),
        (&[cfg, computed], "?"),
        (&[cfg, hidden], "?"),
        (&[("pyproject.toml", "[project]\nversion = \"1\"\n")], "?"),
        (&[("pyproject.toml", "[project\n"), cfg], "?"),
        (&[("pyproject.toml", "[project]\nname = 1\n"), cfg], "?"),
        (&[("setup.cfg", "name = widget\n"), PBR], "?"),
        (&[PLAIN], "-"),
        (&[tools], "-"),
        (&[("setup.cfg", "[flake8]\nignore = E1\n")], "-"),
        (&[("package.json", "{\"name\": \"x\"}")], "-"),
        (&[], "-"),
    ];
    for (files, expected) in table {
        assert_eq!(name(files), *expected, "{files:?}");
    }
}

#[test]
fn the_name_of_an_xstatic_package_is_in_its_module() {
    let setup = (
        "setup.py",
        "from setuptools import find_namespace_packages\nfrom setuptools import setup\nfrom xstatic.pkg import angular as xs\n\nwith open('README.txt') as file:\n    long_description = file.read()\n\nsetup(\n    name=xs.PACKAGE_NAME,\n    version=xs.PACKAGE_VERSION,\n    classifiers=xs.CLASSIFIERS,\n    install_requires=[],\n)\n",
    );
    let module = (
        "xstatic/pkg/angular/__init__.py",
        "DISPLAY_NAME = 'Angular' # official\nPACKAGE_NAME = 'XStatic-%s' % DISPLAY_NAME # of PyPI\nNAME = __name__.split('.')[-1]\nCLASSIFIERS = ['Topic :: X']\n",
    );
    let found = package(&[setup, module]);
    assert_eq!(found.name.unwrap().unwrap().value, "XStatic-Angular");
    assert_eq!(found.classifiers.unwrap().unwrap()[0].value, "Topic :: X");
    assert_eq!(found.requirements.unwrap().unwrap().all, []);
    assert!(package(&[setup]).name.is_err());
}

#[test]
fn pbr_reads_requirements_txt_and_its_extras() {
    let cfg = "[metadata]\nname = x\n[extras]\nxml =\n  lxml>=4.5.0 # BSD\n  # no\ntest =\n  a:(python_version<'3.9')\n  b>=1;os_name=='nt'\n";
    let files = [
        ("setup.cfg", cfg),
        PBR,
        ("requirements.txt", "# order\npbr>=2.0 # Apache-2.0\n"),
        ("test-requirements.txt", "stestr\n"),
        ("doc/requirements.txt", "sphinx\n"),
    ];
    lists(
        &files,
        &[
            ":pbr>=2.0",
            "xml:lxml>=4.5.0",
            "test:a;(python_version<'3.9')",
            "test:b>=1;os_name=='nt'",
        ],
    );
    lists(&[("setup.cfg", "[metadata]\nname = x\n"), PBR], &[]);
    lists(&[PBR, ("tools/pip-requires", "a\n")], &[":a"]);
    lists(&[PBR, ("setup.cfg", "[options]\ninstall_requires =\n  a>=1\n  b\n")], &[":a>=1", ":b"]);
}

#[test]
fn setuptools_reads_its_own_sections_and_no_requirements_txt() {
    let cfg = "[metadata]\nname = x\n[options]\ninstall_requires = a>=1\npython_requires = >=3.9\n[options.extras_require]\nxml = lxml\n";
    let other = ("requirements.txt", "b\n");
    lists(&[("setup.cfg", cfg), PLAIN, other], &[":a>=1", "xml:lxml"]);
    lists(
        &[
            (
                "setup.cfg",
                "[metadata]\nname = x\n[options]\ninstall_requires = file: requirements.txt\n",
            ),
            other,
        ],
        &[":b"],
    );
    lists(
        &[
            (
                "setup.py",
                "setup(name='x', install_requires=['a', 'b>1'], extras_require={'c': ['d']})",
            ),
            other,
        ],
        &[":a", ":b>1", "c:d"],
    );
    is_undecided(
        &[("setup.py", "setup(install_requires=open('requirements.txt').read().split())")],
        "`setup.py:1` computes `install_requires`",
    );
    is_undecided(&[("setup.py", "main()")], "never run");
    is_undecided(
        &[("setup.cfg", "[metadata]\nname = x\n[options]\ninstall_requires = file: gone.txt\n")],
        "`gone.txt`",
    );
}

#[test]
fn pyproject_lists_or_delegates() {
    let full = "[project]\nname = \"x\"\ndependencies = [\n  'a>=1', # why\n  \"b\",\n]\n[project.optional-dependencies]\nxml = ['lxml']\n[dependency-groups]\ntest = ['stestr', {include-group = 'x'}]\n";
    lists(&[("pyproject.toml", full)], &[":a>=1", ":b", "xml:lxml"]);
    let said = package(&[("pyproject.toml", full)]).requirements.unwrap().unwrap();
    assert_eq!(said.all[1].origin.to_string(), "pyproject.toml:5");
    let pbr = "[build-system]\nbuild-backend = \"pbr.build\"\n[project]\nname = \"x\"\ndynamic = [\"version\", \"dependencies\"]\n[project.optional-dependencies]\nxml = ['lxml']\n";
    let list = ("requirements.txt", "a\n");
    lists(&[("pyproject.toml", pbr), list], &[":a", "xml:lxml"]);
    lists(
        &[("pyproject.toml", pbr), list, PBR, ("setup.cfg", "[metadata]\nname = x\n")],
        &[":a", "xml:lxml"],
    );
    let dynamic = "[project]\nname = \"x\"\ndynamic = [\"dependencies\", \"optional-dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = {file = [\"requirements.txt\"]}\n[tool.setuptools.dynamic.optional-dependencies]\nxml = {file = 'more.txt'}\n";
    lists(&[("pyproject.toml", dynamic), list, ("more.txt", "lxml\n")], &[":a", "xml:lxml"]);
    lists(&[("pyproject.toml", "[project]\nname = \"x\"\n")], &[]);
    is_undecided(&[("pyproject.toml", dynamic), list], "`more.txt`");
    is_undecided(
        &[("pyproject.toml", "[project]\nname = \"x\"\ndynamic = [\"dependencies\"]\n"), list],
        "adds the `dependencies`",
    );
    is_undecided(
        &[
            (
                "pyproject.toml",
                "[build-system]\nbuild-backend = \"pbr.build\"\n[project]\nname = \"x\"\n",
            ),
            list,
        ],
        "add `dependencies` to `dynamic`",
    );
    is_undecided(
        &[(
            "pyproject.toml",
            "[tool.poetry]\nname = \"x\"\n[tool.poetry.dependencies]\na = '^1'\n",
        )],
        "poetry",
    );
    is_undecided(
        &[("pyproject.toml", "[project]\nname = \"x\"\ndependencies = 'a'\n")],
        "usual form",
    );
}

#[test]
fn classifiers_come_from_where_the_build_takes_them() {
    let values = |files: &[(&str, &str)]| {
        let found = package(files).classifiers.unwrap();
        found.map(|all| {
            all.into_iter()
                .map(|said| format!("{} {}", said.value, said.origin))
                .collect::<Vec<_>>()
        })
    };
    let cfg = ("setup.cfg", "[metadata]\nname = x\nclassifier =\n    A :: B\n    C :: D\n");
    assert_eq!(values(&[cfg, PBR]).unwrap(), ["A :: B setup.cfg:4", "C :: D setup.cfg:5"]);
    let own = ("pyproject.toml", "[project]\nname = \"x\"\nclassifiers = [\n 'E',\n]\n");
    assert_eq!(values(&[cfg, own, PBR]).unwrap(), ["E pyproject.toml:4"]);
    let silent = ("pyproject.toml", "[project]\nname = \"x\"\n");
    assert_eq!(values(&[cfg, silent, PBR]).unwrap(), Vec::<String>::new());
    let dynamic = ("pyproject.toml", "[project]\nname = \"x\"\ndynamic = ['classifiers']\n");
    assert_eq!(values(&[cfg, dynamic, PBR]).unwrap().len(), 2);
    let file = ("setup.cfg", "[metadata]\nname = x\nclassifiers = file: trove.txt\n");
    assert_eq!(
        values(&[file, PLAIN, ("trove.txt", "\nA :: B\n")]).unwrap(),
        ["A :: B trove.txt:2"]
    );
    assert_eq!(values(&[]), None);
    assert!(package(&[("setup.py", "setup(classifiers=f())")]).classifiers.is_err());
}

#[test]
fn supported_pythons_follow_the_package() {
    let day = date(2026, 8, 1);
    let minors = |files: &[(&str, &str)]| {
        package(files).pythons(day).into_iter().map(|it| it.minor).collect::<Vec<_>>()
    };
    assert_eq!(
        minors(&[("setup.cfg", "[metadata]\nname = x\npython-requires = >=3.12,<3.14\n"), PBR]),
        [12, 13]
    );
    assert_eq!(
        minors(&[("pyproject.toml", "[project]\nname = \"x\"\nrequires-python = \">=3.16\"\n")]),
        [16, 17]
    );
    assert_eq!(minors(&[("setup.py", "setup(python_requires='==3.11.*')")]), [11]);
    assert_eq!(minors(&[PBR])[0], 10);
}

#[test]
fn one_bad_file_spoils_only_what_it_decides() {
    let broken = Fake::of([PBR, ("setup.cfg", "[metadata]\nname = x\n")])
        .with("requirements.txt", [0xc3, 0x28]);
    let found = Package::read(&broken);
    assert_eq!(found.name.unwrap().unwrap().value, "x");
    assert_eq!(found.requirements.unwrap_err().to_string(), "`requirements.txt` is not UTF-8");
    for path in ["setup.cfg", "setup.py", "pyproject.toml"] {
        let unread = Fake::of([("setup.cfg", "[metadata]\nname = x\n")]).with_unreadable(path);
        assert!(Package::read(&unread).name.is_err(), "{path}");
    }
}

#[test]
fn other_line_ends_and_a_mark_change_nothing() {
    let cfg = "\u{feff}[metadata]\r\nname = x\r\nclassifier =\r\n  A :: B\r\n";
    let found =
        package(&[("setup.cfg", cfg), PBR, ("requirements.txt", "\u{feff}a>=1\r\n\r\nb\r\n")]);
    assert_eq!(found.name.unwrap().unwrap().value, "x");
    assert_eq!(found.classifiers.unwrap().unwrap()[0].value, "A :: B");
    assert_eq!(found.requirements.unwrap().unwrap().all.len(), 2);
}

#[test]
fn hostile_files_end_soon() {
    let many = |text: &str| text.repeat(250_000 / text.len());
    let chain: Vec<(String, String)> =
        (0..500).map(|n| (format!("r{n}.txt"), format!("-r r{}.txt\n", n + 1))).collect();
    let mut cases = vec![
        vec![("setup.cfg".to_owned(), many("[a]\n"))],
        vec![("setup.cfg".to_owned(), format!("[metadata]\nname =\n{}", many(" x\n")))],
        vec![("setup.cfg".to_owned(), format!("[metadata]\n{}", many("classifier = x\n")))],
        vec![("pyproject.toml".to_owned(), format!("a = {}", many("[")))],
        vec![(
            "pyproject.toml".to_owned(),
            format!("[project]\nname = \"x\"\ndependencies = [{}]\n", many("'a;(',")),
        )],
        vec![("pyproject.toml".to_owned(), many("[a.b.c.d]\n"))],
        vec![("setup.py".to_owned(), format!("setup(install_requires=[{}])", many("m.x, ")))],
    ];
    for line in
        ["a\\\n", "((((\n", "a;os_name=='x' and (\n", "a>=1,\n", "#://", "-r r\n", "a[b,\n", "\\\n"]
    {
        cases.push(vec![
            (PBR.0.to_owned(), PBR.1.to_owned()),
            ("requirements.txt".to_owned(), many(line)),
        ]);
    }
    let mut included = vec![
        (PBR.0.to_owned(), PBR.1.to_owned()),
        ("requirements.txt".to_owned(), "-r r0.txt\n".to_owned()),
    ];
    included.extend(chain);
    cases.push(included);
    for case in cases {
        let start = Instant::now();
        package(
            &case.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>(),
        );
        let last = case.last().map(|(path, text)| format!("{path} {text:.20}"));
        assert!(start.elapsed() < Duration::from_secs(10), "{last:?} took {:?}", start.elapsed());
    }
}
