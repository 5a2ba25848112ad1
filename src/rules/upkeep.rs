//! Which files of a project no user of a release gets to see.

use crate::tree::deliverable::Kind;

/// Whether the file at `path` is for tests, jobs or packaging only. Of a tempest plugin the tests are the product.
pub(super) fn is_upkeep(path: &str, kind: Kind) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_test = kind != Kind::TempestPlugin && is_test(path, name);
    is_test || is_of_jobs(path, name) || is_of_packaging(path, name)
}

fn is_test(path: &str, name: &str) -> bool {
    let folders = ["test", "tests", "molecule", "spec"];
    let mut above = path.split('/').rev().skip(1);
    let names =
        ["conftest.py", "test-requirements.txt", ".stestr.conf", ".testr.conf", ".coveragerc"];
    above.any(|folder| folders.contains(&folder))
        || names.contains(&name)
        || name.starts_with("test_") && name.ends_with(".py")
        || name.ends_with("_spec.rb")
}

fn is_of_jobs(path: &str, name: &str) -> bool {
    let is_below =
        |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let files = [
        ".zuul.yaml",
        "zuul.yaml",
        "tox.ini",
        ".gitreview",
        ".gitignore",
        ".gitattributes",
        ".mailmap",
        ".pre-commit-config.yaml",
        ".travis.yml",
        ".gitlab-ci.yml",
        ".pylintrc",
        "bindep.txt",
        "noxfile.py",
        "Rakefile",
        "Gemfile",
        ".fixtures.yml",
    ];
    let is_playbook = path.starts_with("playbooks/")
        && ["run", "pre", "post"].iter().any(|stem| name.strip_prefix(stem) == Some(".yaml"));
    [".zuul.d", "zuul.d", ".github", "rally-jobs", "tools/ci"].iter().any(|dir| is_below(dir))
        || !path.contains('/') && files.contains(&name)
        || is_playbook
        || path == "tools/test-setup.sh"
}

/// Besides metadata: the pages of release notes by series, which a job writes when a branch is made.
fn is_of_packaging(path: &str, name: &str) -> bool {
    let files = [
        "setup.cfg",
        "setup.py",
        "pyproject.toml",
        "MANIFEST.in",
        "metadata.json",
        "package.json",
        "reno.yaml",
    ];
    let is_page = path.starts_with("releasenotes/source/")
        && path.matches('/').count() == 2
        && (name.ends_with(".rst") || name == "conf.py");
    !path.contains('/') && files.contains(&name) || is_page || path == "releasenotes/config.yaml"
}

#[cfg(test)]
mod tests {
    use super::is_upkeep;
    use crate::tree::deliverable::Kind;

    #[test]
    fn tests_jobs_and_packaging_are_upkeep() {
        for path in [
            "widget/tests/unit/test_core.py",
            "test-requirements.txt",
            ".zuul.yaml",
            ".zuul.d/jobs.yaml",
            "playbooks/functional/run.yaml",
            "tox.ini",
            ".gitreview",
            "setup.cfg",
            "releasenotes/source/2026.1.rst",
            "spec/classes/init_spec.rb",
        ] {
            assert!(is_upkeep(path, Kind::Library), "{path}");
        }
    }

    #[test]
    fn what_users_get_is_not() {
        for path in [
            "widget/core.py",
            "widget/testing.py",
            "requirements.txt",
            "README.rst",
            "doc/source/index.rst",
            "releasenotes/notes/a-1234567890abcdef.yaml",
            "releasenotes/source/locale/de/LC_MESSAGES/releasenotes.po",
            "playbooks/install.yaml",
            "widget/tox.ini",
            "widget/locale/de/widget.po",
            "",
        ] {
            assert!(!is_upkeep(path, Kind::Library), "{path}");
        }
        assert!(!is_upkeep("widget_tempest_plugin/tests/api/test_a.py", Kind::TempestPlugin));
    }
}
