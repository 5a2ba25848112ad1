//! The program as it is run: exit status and every line it writes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::pipe;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::machine::{TAGKEEPER, command_at_home};
use insta::assert_snapshot;
use tempfile::TempDir;

const SERIES: &str = "- {name: orchid, release-id: 2026.2, status: development}
- {name: lily, release-id: 2026.1, status: maintained}
";

/// A releases repository and the project repositories beside it.
struct Site {
    dir: TempDir,
    /// The commits of `garden/rose`, oldest first.
    rose: Vec<String>,
}

/// What a run left behind.
struct Told {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Told {
    /// Everything a user sees.
    fn whole(&self) -> String {
        let status = self.status.map_or("a signal".to_owned(), |status| status.to_string());
        format!("exit {status}\n--- stdout\n{}--- stderr\n{}", self.out, self.err)
    }
}

impl Site {
    /// A releases repository of two commits; the second lists `garden/rose` 2.0.0.
    fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let mut site = Self { dir, rose: Vec::new() };
        fs::create_dir_all(site.path("git/garden/rose")).unwrap();
        site.git("git/garden/rose", &["init", "-q", "-b", "master"]);
        for message in ["Plant", "Water", "Bloom"] {
            site.commit("git/garden/rose", message);
            let id = site.git("git/garden/rose", &["rev-parse", "HEAD"]);
            site.rose.push(id.trim().to_owned());
        }
        site.git("git/garden/rose", &["tag", "2.0.0", &site.rose[0].clone()]);
        fs::create_dir_all(site.path("releases")).unwrap();
        site.git("releases", &["init", "-q", "-b", "master"]);
        let config = format!(
            "git: {}/{{repo}}\ngovernance: null\nzuul-projects: null\ngerrit: null\n",
            site.path("git").display()
        );
        site.write("tagkeeper.yaml", &config);
        site.write("data/series_status.yaml", SERIES);
        site.commit("releases", "Begin");
        site.write("deliverables/orchid/rose.yaml", site.rose_file());
        site.commit("releases", "Release rose 2.0.0");
        site
    }

    fn path(&self, below: &str) -> PathBuf {
        self.dir.path().join(below)
    }

    fn rose_file(&self) -> String {
        format!(
            "team: florists\ntype: library\nrelease-model: cycle-with-intermediary\nreleases:\n{}",
            release("2.0.0", "garden/rose", &self.rose[0])
        )
    }

    /// Writes a file of the releases repository.
    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path("releases").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Adds a release to the file of rose.
    fn release(&self, version: &str, repo: &str, hash: &str) {
        let path = "deliverables/orchid/rose.yaml";
        let before = fs::read_to_string(self.path("releases").join(path)).unwrap();
        self.write(path, before + &release(version, repo, hash));
    }

    fn git(&self, dir: &str, arguments: &[&str]) -> String {
        let output = command_at_home("git", &self.path("home"))
            .args(arguments)
            .current_dir(self.path(dir))
            .envs([("GIT_AUTHOR_NAME", "Flora"), ("GIT_AUTHOR_EMAIL", "flora@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Flora"), ("GIT_COMMITTER_EMAIL", "flora@example.org")])
            .envs([
                ("GIT_AUTHOR_DATE", "1780000000 +0000"),
                ("GIT_COMMITTER_DATE", "1780000000 +0000"),
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self, dir: &str, message: &str) {
        self.git(dir, &["add", "-A"]);
        self.git(dir, &["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// The program in the directory `dir` of the site, with nothing in its environment but what it needs.
    fn command(&self, dir: &str, arguments: &[&str]) -> Command {
        let mut command = self.run_at(TAGKEEPER, dir);
        command.args(arguments);
        command
    }

    fn run_at(&self, program: &str, dir: &str) -> Command {
        let mut command = command_at_home(program, &self.path("home"));
        command.current_dir(self.path(dir)).env("TAGKEEPER_NOW", "2026-08-21T12:00:00Z");
        command
    }

    fn told(&self, mut command: Command) -> Told {
        let output = command.output().unwrap();
        let plain = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            let real = self.dir.path().canonicalize().unwrap();
            let text = text.replace(real.to_str().unwrap(), "[dir]");
            without_commits(&text.replace(self.dir.path().to_str().unwrap(), "[dir]"))
        };
        Told { status: output.status.code(), out: plain(output.stdout), err: plain(output.stderr) }
    }

    fn run(&self, arguments: &[&str]) -> Told {
        self.told(self.command("releases", arguments))
    }
}

/// The text with `(commit)` for each abbreviated commit in parentheses: those of a site differ by its directory.
fn without_commits(text: &str) -> String {
    let mut parts = text.split('(');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_commit = part.get(..12).is_some_and(|id| id.chars().all(|c| c.is_ascii_hexdigit()));
        let rest = part.get(12..).filter(|rest| is_commit && rest.starts_with(')'));
        out += &rest.map_or_else(|| format!("({part}"), |rest| format!("(commit{rest}"));
    }
    out
}

fn release(version: &str, repo: &str, hash: &str) -> String {
    format!("  - version: {version}\n    projects:\n      - repo: {repo}\n        hash: {hash}\n")
}

#[test]
fn help_and_the_list_of_rules_go_to_stdout() {
    let site = Site::new();
    let help = site.run(&["--help"]);
    assert_eq!((help.status, help.err.as_str()), (Some(0), ""));
    assert_snapshot!("help", help.out);
    let rules = site.run(&["rules"]);
    assert_eq!((rules.status, rules.err.as_str()), (Some(0), ""));
    assert_eq!(rules.out.lines().count(), tagkeeper::rules::ALL.len() + 2);
    assert_snapshot!("one_rule", site.run(&["rules", "series-open"]).whole());
}

#[test]
fn wrong_usage_is_told_from_no() {
    let site = Site::new();
    fs::create_dir_all(site.path("elsewhere")).unwrap();
    fs::create_dir_all(site.path("plain")).unwrap();
    site.git("plain", &["init", "-q"]);
    let empty = site.told(site.command("plain", &["check"]));
    let nothing_to_audit = site.told(site.command("plain", &["status"]));
    fs::write(site.path("plain/README"), "no releases").unwrap();
    site.commit("plain", "Begin");
    let runs = [
        ("no such rule", site.run(&["rules", "nope"])),
        ("no repository", site.told(site.command("elsewhere", &["check"]))),
        ("no commit", empty),
        ("no commit to audit", nothing_to_audit),
        ("no deliverables", site.told(site.command("plain", &["check"]))),
        ("no such revision", site.run(&["check", "--base", "nope"])),
        ("no such head", site.run(&["check", "--head", "v0"])),
        ("a path outside", site.run(&["check", "../git/garden/rose"])),
        ("a path that is nowhere", site.run(&["check", "deliverables/orchid/roes.yaml"])),
        ("a whole file that is nowhere", site.run(&["check", "--whole-file", "deliverables/roes"])),
        ("two bases", site.run(&["check", "--whole-file", "--base", "HEAD"])),
        ("a bad template", site.run(&["check", "--git", "https://git.example.org"])),
    ];
    for (name, told) in &runs {
        assert_eq!((told.status, told.out.as_str()), (Some(2), ""), "{name}: {}", told.err);
    }
    let all = runs.iter().map(|(name, told)| format!("## {name}\n{}", told.err));
    assert_snapshot!("wrong_usage", all.collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_mistake_of_the_configuration_is_on_its_line() {
    let site = Site::new();
    site.write("tagkeeper.yaml", "git: /srv/{repo}\nsigning:\n  fromat: ssh\nmail: 3\n");
    site.write("release-policy.yaml", "rules:\n  series-open: loud\n");
    site.commit("releases", "Configure");
    site.commit("releases", "Go on");
    assert_snapshot!("config_mistake", site.run(&["check"]).whole());
    site.write("other.yaml", "giit: x\n");
    let told = site.run(&["check", "--config", "other.yaml"]);
    assert_eq!(told.status, Some(2));
    assert!(told.err.starts_with("error: other.yaml:1:1: "), "{}", told.err);
}

#[test]
fn a_good_request_is_fine_and_a_bad_one_is_shown_with_its_line() {
    let site = Site::new();
    assert_snapshot!("fine", site.run(&["check"]).whole());
    site.release("2.0.1", "garden/rose", "0123456789012345678901234567890123456789");
    assert_snapshot!("refused", site.run(&["check"]).whole());
}

#[test]
fn every_check_says_which_revisions_it_compared() {
    let site = Site::new();
    site.git("", &["clone", "-q", "releases", "work"]);
    let compared = |arguments: &[&str]| {
        let told = site.told(site.command("work", arguments));
        let line = told.out.lines().find(|line| line.starts_with("compared "));
        line.unwrap_or(&told.out).to_owned()
    };
    let clean = compared(&["check"]);
    site.git("work", &["checkout", "-q", "-b", "topic", "--track", "origin/master"]);
    fs::write(site.path("work/NOTES"), "for us\n").unwrap();
    site.commit("work", "Note something");
    let topic = compared(&["check"]);
    fs::write(site.path("work/tagkeeper.yaml"), "{}\n").unwrap();
    let dirty = compared(&["check"]);
    let named = compared(&["check", "--base", "origin/master", "--head", "topic"]);
    let note = "only work that is not committed was judged; `--base origin/master` judges";
    assert!(!site.told(site.command("work", &["check"])).out.contains(note));
    fs::write(site.path("work/deliverables/orchid/rose.yaml"), "team: florists\n").unwrap();
    site.commit("work", "Begin again");
    fs::write(site.path("work/tagkeeper.yaml"), "{git: x}\n").unwrap();
    assert!(site.told(site.command("work", &["check"])).out.contains(note));
    assert_eq!(clean, "compared HEAD (commit) with its first parent (commit)");
    let left = "compared HEAD (commit) with the commit where it left origin/master (commit)";
    assert_eq!(topic, left);
    assert_eq!(dirty, "compared the working tree with HEAD (commit)");
    assert_eq!(named, "compared topic (commit) with origin/master (commit)");
}

#[test]
fn json_has_the_keys_of_its_contract() {
    let site = Site::new();
    site.release("2.01.0", "garden/rose", &site.rose[1]);
    let told = site.run(&["check", "--format", "json"]);
    assert_eq!((told.status, told.err.as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let keys = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let set = |text: &str| text.split(' ').map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(keys(&report), set("version tool base head compared now findings summary"));
    let finding = &report["findings"][0];
    let wanted = "rule level file line column end_line end_column message help repo release held held_until related overridden_by fix";
    assert_eq!(keys(finding), set(wanted));
    assert_eq!(keys(&finding["fix"]), set("description edits"));
    assert_eq!(keys(&finding["fix"]["edits"][0]), set("line column end_line end_column text"));
    assert_eq!(keys(&report["summary"]), set("files errors warnings notes could_not_check"));
    assert_eq!(report["version"], 1);
    assert_eq!(report["now"], "2026-08-21T12:00:00Z");
    assert_eq!(report["head"], "working tree");
    assert_eq!(report["summary"]["errors"], 1);
    assert_eq!(finding["rule"], "version-number");
    assert_eq!(finding["held_until"], serde_json::Value::Null);
}

#[test]
fn strange_files_are_findings() {
    let site = Site::new();
    let bomb = (0..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        text + &format!("a{}: &a{} [*a{n}, *a{n}]\n", n + 1, n + 1)
    });
    site.write("deliverables/orchid/binary.yaml", b"team: \xff\xfe\x00\x01");
    site.write("deliverables/orchid/bomb.yaml", bomb);
    site.write("deliverables/orchid/deep.yaml", "[".repeat(100_000));
    site.write("deliverables/orchid/empty.yaml", "");
    site.write("deliverables/orchid/terminal.yaml", "team: \u{1b}[31mred\n");
    let odd = OsStr::from_bytes(b"releases/deliverables/orchid/\xff.yaml");
    fs::write(site.dir.path().join(odd), "team: florists\n").unwrap();
    symlink("/etc/passwd", site.path("releases/deliverables/orchid/link.yaml")).unwrap();
    let told = site.run(&["check"]);
    assert!(!told.out.contains('\u{1b}') && !told.out.contains("root:"));
    assert_snapshot!("strange_files", told.whole());
    site.commit("releases", "Add strange files");
    let committed = site.run(&["check", "--head", "HEAD"]);
    let judged = |told: &Told| {
        let lines = told.out.lines().filter(|line| !line.starts_with("compared "));
        (told.status, lines.map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(judged(&committed), judged(&told), "a commit is judged like the working tree");
}

#[test]
fn a_submodule_is_no_deliverable_file() {
    let site = Site::new();
    let entry = format!("160000,{},deliverables/orchid/fern.yaml", site.rose[0]);
    site.git("releases", &["update-index", "--add", "--cacheinfo", &entry]);
    site.git("releases", &["commit", "-q", "-m", "Add a submodule"]);
    let told = site.run(&["check", "--head", "HEAD"]);
    assert_eq!(told.status, Some(1), "{}", told.whole());
    assert!(told.out.contains("error[filename]") && told.out.contains("this is not a file"));
}

#[test]
fn a_broken_list_of_series_is_shown_and_refused() {
    let site = Site::new();
    site.write("data/series_status.yaml", SERIES.replace("development", "developement"));
    assert_snapshot!("broken_series", site.run(&["check"]).whole());
}

#[test]
fn a_huge_file_is_a_finding_and_is_never_loaded() {
    let site = Site::new();
    let path = site.path("releases/deliverables/orchid/huge.yaml");
    fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let limited = |arguments: &str| {
        let mut command = site.run_at("sh", "releases");
        let script = format!("ulimit -v 90000 && exec '{TAGKEEPER}' {arguments}");
        command.args(["-c", &script]);
        site.told(command)
    };
    let told = limited("check");
    assert_eq!((told.status, told.err.as_str()), (Some(1), ""), "{}", told.out);
    assert!(told.out.contains("error[yaml-syntax]"), "{}", told.out);
    site.commit("releases", "Add a huge file");
    let told = limited("check --head HEAD");
    assert_eq!((told.status, told.err.as_str()), (Some(1), ""), "{}", told.out);
    assert!(told.out.contains("error[yaml-syntax]"), "{}", told.out);
}

#[test]
fn without_git_on_the_path_there_is_no_answer() {
    let site = Site::new();
    let mut command = site.command("releases", &["check"]);
    command.env("PATH", site.path("home"));
    assert_snapshot!("no_git", site.told(command).whole());
}

#[test]
fn a_time_is_a_day_or_a_moment() {
    let site = Site::new();
    let now = |text: &str| site.run(&["check", "--format", "json", "--now", text]);
    assert!(now("2026-08-25").out.contains("\"now\": \"2026-08-25T00:00:00Z\""));
    let told = now("soon");
    assert_eq!(told.status, Some(2));
    assert!(told.err.contains("such as 2026-08-21 or 2026-08-21T12:00:00Z"), "{}", told.err);
}

#[test]
fn a_host_that_cannot_be_reached_is_no_error_unless_strict() {
    let site = Site::new();
    let arguments = ["check", "--git", "http://127.0.0.1:1/{repo}"];
    let told = site.run(&arguments);
    assert_eq!(told.status, Some(0), "{}", told.whole());
    for once in ["not checked[", "http://127.0.0.1:1/garden/rose"] {
        assert_eq!(told.out.matches(once).count(), 1, "{}", told.out);
    }
    for part in ["= also not checked: ", " hash-exists, "] {
        assert!(told.out.contains(part), "{}", told.out);
    }
    assert!(told.out.contains(" rules not checked, for 1 repository\n"), "{}", told.out);
    let told = site.run(&[&arguments[..], &["--strict"]].concat());
    assert_eq!(told.status, Some(1), "{}", told.whole());
    site.release("2.1.0", "garden/lily", &site.rose[1]);
    let told = site.run(&[&arguments[..], &["--report", "html=report.html"]].concat());
    let page = fs::read_to_string(site.path("releases/report.html")).unwrap();
    let same = "The same for</b> garden&#x2f;lily";
    assert!(told.out.contains("= the same for: garden/lily"), "{}", told.out);
    let (findings, plan) = page.split_once("What would be done").unwrap();
    // On the page it is also what deserves a look.
    for (part, times) in [(told.out.as_str(), 1), (findings, 2), (plan, 1)] {
        assert_eq!(part.matches("cannot reach").count(), times, "{part}");
    }
    assert!(findings.contains(same), "{findings}");
}

#[test]
fn a_root_that_is_missing_is_unknown_and_a_repository_that_is_missing_is_absent() {
    let site = Site::new();
    let missing_root = format!("{}/{{repo}}", site.path("nowhere").display());
    let told = site.run(&["check", "--git", &missing_root]);
    assert_eq!(told.status, Some(0), "{}", told.whole());
    assert!(told.out.contains("not checked["), "{}", told.out);
    site.release("2.1.0", "garden/roes", &site.rose[1]);
    let told = site.run(&["check"]);
    assert_eq!(told.status, Some(1));
    assert!(told.out.contains("the repository `garden/roes` does not exist"), "{}", told.out);
}

#[test]
fn a_partial_clone_brings_what_it_left_out() {
    let site = Site::new();
    for n in 0..8 {
        let text = format!(
            "team: florists\ntype: library\nreleases:\n{}",
            release(&format!("0.1.{n}"), "garden/iris", &site.rose[0])
        );
        site.write(&format!("deliverables/_independent/iris-{n}.yaml"), text);
    }
    site.commit("releases", "Grow");
    site.git("releases", &["config", "uploadpack.allowFilter", "true"]);
    site.release("2.1.0", "garden/rose", &site.rose[1]);
    site.commit("releases", "Release");
    let url = format!("file://{}", site.path("releases").display());
    for (to, offline) in [("partial", &[][..]), ("other", &["--offline"])] {
        let to = site.path(to);
        let clone = ["clone", "--quiet", "--no-checkout", "--filter=blob:none", &url];
        site.git("releases", &[&clone[..], &[to.to_str().unwrap()]].concat());
        let arguments = [&["check", "--head", "HEAD"][..], offline].concat();
        let told = site.told(site.command(to.to_str().unwrap(), &arguments));
        if offline.is_empty() {
            let whole = site.run(&arguments);
            assert_eq!((told.status, &told.out), (whole.status, &whole.out), "{}", told.whole());
        } else {
            assert_eq!(told.status, Some(3), "{}", told.whole());
            assert!(told.err.contains("`data/series_status.yaml` at "), "{}", told.err);
        }
    }
    let packs = fs::read_dir(site.path("partial/.git/objects/pack")).unwrap();
    let packs = packs.filter(|pack| {
        pack.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "promisor")
    });
    assert!(packs.count() < 8, "the record is brought in one go");
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let site = Site::new();
    for arguments in [&["rules"][..], &["check"], &["check", "--format", "json"], &["--help"]] {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut command = site.command("releases", arguments);
        command.stdout(writer).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn work_that_is_not_committed_is_judged_against_head() {
    let site = Site::new();
    site.release("2.1.0", "garden/rose", &site.rose[1]);
    let told = site.run(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let head = site.git("releases", &["rev-parse", "HEAD"]);
    assert_eq!((&report["base"], &report["head"]), (&head.trim().into(), &"working tree".into()));
    assert_eq!((told.status, &report["summary"]["files"]), (Some(0), &1.into()));
    site.commit("releases", "Release rose 2.1.0");
    let told = site.run(&["check", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(report["base"], head.trim(), "a clean tree is judged against its parent");
    assert_ne!(report["head"], "working tree");
}

#[test]
fn a_bare_clone_is_judged_between_two_revisions() {
    let site = Site::new();
    site.release("2.1.0", "garden/rose", &"c".repeat(40));
    site.commit("releases", "Release rose 2.1.0");
    site.git("", &["clone", "-q", "--bare", "releases", "bare.git"]);
    let told = site.told(site.command("bare.git", &["check"]));
    assert_eq!(told.status, Some(2));
    assert_eq!(
        told.err,
        "error: [dir]/bare.git has no working tree: name the revision to judge with `--head`\n"
    );
    let told =
        site.told(site.command("bare.git", &["check", "--base", "HEAD~1", "--head", "HEAD"]));
    assert_eq!((told.status, told.err.as_str()), (Some(1), ""));
    assert!(told.out.contains("error[hash-exists]"), "{}", told.out);
    let told =
        site.told(site.command("bare.git", &["check", "--base", "HEAD~2", "--head", "HEAD~1"]));
    assert_eq!((told.status, told.err.as_str()), (Some(0), ""), "{}", told.out);
}

#[test]
fn paths_only_filter() {
    let site = Site::new();
    site.write("deliverables/orchid/wrong.yaml", "teem: florists\n");
    site.release("2.1.0", "garden/rose", &site.rose[1]);
    assert_eq!(site.run(&["check"]).status, Some(1));
    assert_eq!(site.run(&["check", "deliverables/orchid/rose.yaml"]).status, Some(0));
    assert_eq!(site.run(&["check", "data"]).status, Some(0));
    assert_eq!(site.run(&["check", "deliverables/orchid"]).status, Some(1));
    let inside = ["check", "rose.yaml"];
    assert_eq!(site.told(site.command("releases/deliverables/orchid", &inside)).status, Some(0));
    let beside = ["check", "../orchid/wrong.yaml"];
    assert_eq!(site.told(site.command("releases/deliverables/orchid", &beside)).status, Some(1));
    site.git("releases", &["checkout", "-q", "."]);
    fs::remove_file(site.path("releases/deliverables/orchid/wrong.yaml")).unwrap();
    assert_snapshot!("nothing_touched", site.run(&["check", "data"]).whole());
    assert_snapshot!(
        "whole_file",
        site.run(&["check", "--whole-file", "deliverables/orchid/rose.yaml"]).whole()
    );
}

#[test]
fn all_files_are_checked_from_any_folder_though_none_changed() {
    let site = Site::new();
    let files = fs::read_dir(site.path("releases/deliverables/orchid")).unwrap().count();
    let args = ["check", "--all", "--format", "json"];
    for folder in ["releases", "releases/deliverables/orchid", "releases/data"] {
        let told = site.told(site.command(folder, &args));
        let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!(report["summary"]["files"], files, "{folder}: {}", told.err);
    }
    for other in [&["--base", "HEAD"][..], &["--whole-file"], &["deliverables"]] {
        let told = site.run(&[&["check", "--all"], other].concat());
        assert_eq!(told.status, Some(2), "{}", told.err);
    }
}

#[test]
fn a_mistake_of_the_schedule_that_stood_before_is_a_note_to_whom_it_matters() {
    let site = Site::new();
    let schedule = "doc/source/orchid/schedule.yaml";
    let weeks = "cycle:
  - {name: R-17, start: 2026-11-30, end: 2026-12-04}
  - {name: R-15, start: 2026-12-14, end: 2026-12-18}
";
    site.write(schedule, weeks);
    site.commit("releases", "Plan a cycle");
    let broken = site.run(&["check"]);
    assert!(broken.status == Some(1) && broken.out.contains("error[schema]"), "{}", broken.out);
    site.release("2.1.0", "garden/rose", &site.rose[1]);
    let told = site.run(&["check"]);
    let note = "note: deadlines of orchid may be wrong: \
                doc/source/orchid/schedule.yaml:3:25: `R-15` does not follow `R-17`";
    assert!(
        told.out.contains(note) && told.out.contains("\nno problems in 1 file"),
        "{}",
        told.out
    );
    site.git("releases", &["checkout", "-q", "."]);
    site.write(
        "deliverables/orchid/rose.yaml",
        site.rose_file().replace("team: flor", "team: Flor"),
    );
    let told = site.run(&["check"]);
    assert!(!told.out.contains("R-15") && told.out.contains("\nno problems"), "{}", told.out);
    site.write(schedule, weeks.replace("12-18", "12-19"));
    let told = site.run(&["check"]);
    assert!(told.out.contains("warning[schema]: `R-15` does not follow"), "{}", told.out);
}

#[test]
fn a_request_cannot_loosen_its_own_check() {
    let site = Site::new();
    site.release("2.1", "garden/rose", &site.rose[1]);
    site.write(
        "release-policy.yaml",
        "rules: {version-number: {level: off, reason: we like it}}\n",
    );
    site.commit("releases", "Release rose 2.01.0");
    let told = site.run(&["check"]);
    assert_eq!(told.status, Some(1));
    assert!(told.out.contains("the request changes `release-policy.yaml`"), "{}", told.out);
}

#[test]
fn an_override_is_listed_and_does_not_count() {
    let site = Site::new();
    site.write("data/series_status.yaml", SERIES.replace("development", "unmaintained"));
    site.commit("releases", "Close orchid");
    site.release("2.1.0", "garden/rose", &site.rose[1]);
    site.commit("releases", "Release rose 2.1.0\n\nRelease-Override: series-open CVE-2026-1\n");
    let head = site.git("releases", &["rev-parse", "--short=12", "HEAD"]);
    let told = site.run(&["check"]).whole();
    assert_snapshot!("overridden", told.replace(head.trim(), "[commit]"));
}

#[test]
fn the_answer_goes_whole_into_a_file() {
    let site = Site::new();
    let told = site.run(&["check", "--format", "json", "--output", "report.json"]);
    assert_eq!((told.status, told.out.as_str(), told.err.as_str()), (Some(0), "", ""));
    let text = fs::read_to_string(site.path("releases/report.json")).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
    let told = site.run(&["check", "--output", "nowhere/report.json"]);
    assert_eq!(told.status, Some(3), "{}", told.whole());
    assert!(told.err.starts_with("error: cannot write nowhere/report.json: "), "{}", told.err);
}

#[test]
fn no_home_directory_is_needed() {
    let site = Site::new();
    let mut command = site.command("releases", &["check"]);
    command.env_remove("HOME");
    let told = site.told(command);
    assert_eq!((told.status, told.err.as_str()), (Some(0), ""), "{}", told.out);
    assert!(!site.path("releases").join("~").exists(), "a folder called ~ was made");
    let untracked = site.git("releases", &["status", "--porcelain"]);
    assert_eq!(untracked, "", "nothing is left in the working tree");
}
