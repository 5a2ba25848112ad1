//! How long reading the record and one real request take, against their goals.
//!
//! `cargo bench --bench speed`. The record is the one that `TAGKEEPER_SHARED` (or `../shared`) holds; without it one of
//! 6,000 files is made up. Everything else is made by `git`, in a directory that goes away.

#[path = "speed/editor.rs"]
mod editor;

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context as _, Result, ensure};
use tagkeeper::tree::record::File;
use tagkeeper::tree::snapshot::{Blob, ItemKind};
use tempfile::TempDir;

/// Set in the child that only reads the record of this directory, to say how much memory that took.
const CHILD: &str = "TAGKEEPER_SPEED_CHILD";
/// Where a deliverable of our own is put into the record.
const WIDGET: &str = "deliverables/hibiscus/widget.yaml";
const COMMITS: usize = 4_500;
const TAGS: usize = 225;

fn main() -> Result<()> {
    if let Some(dir) = env::var_os(CHILD) {
        let files: Vec<File> =
            load(Path::new(&dir))?.iter().map(|(name, blob)| File::read(name, blob)).collect();
        writeln!(io::stdout(), "{}", peak_of_this_process()?)?;
        black_box(files);
        return Ok(());
    }
    let site = Site::make()?;
    reading(&site, &mut Table)?;
    processes(&site, &mut Table)?;
    pages(&site, &mut Table)?;
    typing(&site, &mut Table)?;
    whole_tree(&site, &mut Table)?;
    release_site(&site, &mut Table)?;
    memory(&site, &mut Table)
}

/// The record alone, in this process.
fn reading(site: &Site, table: &mut Table) -> Result<()> {
    let files = load(&site.releases)?;
    let size: usize = files.iter().map(|(_, blob)| blob.bytes.len()).sum();
    table.title(&format!("{} files of the record, {} kB", files.len(), size / 1_000));
    table.row("bytes read", None, &timed(7, || load(&site.releases).map(black_box).map(drop))?);
    let generic = || {
        files.iter().for_each(|(_, blob)| {
            drop(black_box(serde_yaml::from_slice::<serde_yaml::Value>(&blob.bytes)));
        });
        Ok(())
    };
    table.row("any YAML: serde_yaml to values", None, &timed(7, generic)?);
    let ours = || {
        files.iter().for_each(|(name, blob)| drop(black_box(File::read(name, blob))));
        Ok(())
    };
    table.row("File::read: load and schema", Some(200), &timed(7, ours)?);
    Ok(())
}

/// Whole processes, from start to exit.
fn processes(site: &Site, table: &mut Table) -> Result<()> {
    const RUNS: usize = 25;
    table.title("whole processes");
    let mut help = site.tagkeeper(&["--help"]);
    table.row("tagkeeper --help", Some(10), &timed(RUNS, || succeed(&mut help))?);
    let mut floor = site.git_in(&site.releases, &["log", "-1"]);
    table.row("git log -1", None, &timed(RUNS, || succeed(&mut floor))?);
    let mut status = site.git_in(&site.releases, &["status", "--short"]);
    table.row("git status", None, &timed(RUNS, || succeed(&mut status))?);

    table.title("one request, one repository; duplicate-version needs the whole record");
    let mut check = site.check(&[]);
    let forget = || -> Result<()> {
        fs::remove_dir_all(site.cache())?;
        succeed(&mut site.check(&[]))
    };
    succeed(&mut check)?;
    table.row("check, no cache, no mirror", None, &timed(3, forget)?);
    let objects = site.objects_of_the_record()?;
    table.row(
        "plain read of the record: git cat-file",
        None,
        &timed(RUNS, || site.read(&objects))?,
    );
    let mut at = site.check(&["--base", "HEAD~1", "--head", "HEAD"]);
    let anew = || -> Result<()> {
        fs::remove_dir_all(site.cache().join("texts"))?;
        succeed(&mut at)
    };
    table.row("check of a revision, record not in the cache", Some(100), &timed(RUNS, anew)?);
    let mut at = site.check(&["--base", "HEAD~1", "--head", "HEAD"]);
    table.row("check of a revision", Some(30), &timed(RUNS, || succeed(&mut at))?);
    table.row("check of a clean checkout", Some(50), &timed(RUNS, || succeed(&mut check))?);
    site.git(&site.releases, &["reset", "--quiet", "HEAD~1"])?;
    table.row("check of uncommitted work", Some(50), &timed(RUNS, || succeed(&mut check))?);
    site.git(&site.releases, &["commit", "--quiet", "--all", "-m", "Release widget 1.226.0"])?;
    Ok(())
}

/// The reviewer's page of the request: a repository with 4,500 commits and 225 tags, which is on this machine.
fn pages(site: &Site, table: &mut Table) -> Result<()> {
    table.title("the reviewer's page");
    let mut report = site.tagkeeper(&["report", "--now", "2026-08-21T12:00:00Z", "--offline"]);
    report.args(["--format", "html", "-C"]).arg(&site.releases);
    report.arg("--cache").arg(site.cache());
    table.row("report of one repository", Some(1_000), &timed(7, || succeed(&mut report))?);
    Ok(())
}

/// The language server, with the whole record beside the file that is edited.
fn typing(site: &Site, table: &mut Table) -> Result<()> {
    table.title("the language server");
    let path = site.releases.join(WIDGET);
    let text = fs::read_to_string(&path)?;
    let mut server = site.tagkeeper(&["lsp", "--stdio"]);
    server.current_dir(&site.releases);
    let uri = format!("file://{}", path.display());
    let mut editor = editor::Editor::open(server, uri, &text)?;
    let mut typed = text.clone();
    let keystroke = || {
        typed.push('#');
        editor.typed(&typed)
    };
    table.row("from a keystroke to what is found", Some(100), &timed(25, keystroke)?);
    Ok(())
}

/// Every file of the record, judged as if it were new, beside a plain read of the same bytes.
fn whole_tree(site: &Site, table: &mut Table) -> Result<()> {
    table.title("the whole tree");
    table.row("bytes read", None, &timed(3, || load(&site.releases).map(black_box).map(drop))?);
    let mut check = site.check(&["--all"]);
    let mut alone = site.check(&["--all", "--jobs", "1"]);
    // Eleven years of files have errors by the rules of today.
    let judged = |check: &mut Command| -> Result<()> {
        let output = check.output()?;
        ensure!(matches!(output.status.code(), Some(0 | 1)), "{check:?}: {output:?}");
        Ok(())
    };
    table.row("check --all", Some(1_000), &timed(3, || judged(&mut check))?);
    table.row("check --all by one thread", None, &timed(3, || judged(&mut alone))?);
    Ok(())
}

/// The release site: from nothing, and once more with nothing changed.
fn release_site(site: &Site, table: &mut Table) -> Result<()> {
    table.title("the release site");
    let (output, cache) = (site.dir.path().join("site"), site.dir.path().join("site-cache"));
    let mut build = site.tagkeeper(&["site", "--now", "2026-08-21T12:00:00Z", "--offline"]);
    build.arg("-C").arg(&site.releases);
    build.arg("--output").arg(&output).arg("--cache").arg(&cache);
    let from_nothing = || -> Result<()> {
        for there in [&output, &cache].into_iter().filter(|path| path.exists()) {
            fs::remove_dir_all(there)?;
        }
        succeed(&mut build)
    };
    table.row("site from nothing", Some(2_000), &timed(3, from_nothing)?);
    table.row("site with nothing changed", Some(300), &timed(3, || succeed(&mut build))?);
    let mut merged = Vec::new();
    for n in 2..5 {
        site.merge_another(n)?;
        let start = Instant::now();
        succeed(&mut build)?;
        merged.push(start.elapsed());
    }
    merged.sort();
    table.row("site after one merged request", Some(300), &merged);
    Ok(())
}

/// The most memory at one time.
fn memory(site: &Site, table: &mut Table) -> Result<()> {
    table.title("peak memory");
    let output = Command::new(env::current_exe()?).env(CHILD, &site.releases).output()?;
    ensure!(output.status.success(), "the child failed: {output:?}");
    table.memory("File::read, all kept", String::from_utf8(output.stdout)?.trim().parse()?);
    let check = site.check(&[]);
    let measured = Command::new("/usr/bin/time")
        .args(["-f", "%M"])
        .arg(check.get_program())
        .args(check.get_args())
        .envs(check.get_envs().filter_map(|(key, value)| Some((key, value?))))
        .stdout(Stdio::null())
        .output();
    match measured {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8(output.stderr)?;
            let last = text.lines().last().context("no size")?;
            table.memory("check of a clean checkout", last.trim().parse()?);
        }
        _ => table.title("check: not measured, there is no GNU time"),
    }
    Ok(())
}

/// Runs `what` once to warm up, then `runs` times.
fn timed(runs: usize, mut what: impl FnMut() -> Result<()>) -> Result<Vec<Duration>> {
    what()?;
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        what()?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times)
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    ensure!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

/// Bytes of every deliverable file of a checkout.
fn load(releases: &Path) -> Result<Vec<(String, Blob)>> {
    let mut files = Vec::new();
    for folder in fs::read_dir(releases.join("deliverables"))? {
        for file in fs::read_dir(folder?.path())? {
            let path = file?.path();
            let name = path.strip_prefix(releases)?.to_string_lossy().into_owned();
            files.push((name, Blob { kind: ItemKind::File, bytes: fs::read(&path)? }));
        }
    }
    Ok(files)
}

/// Kilobytes.
fn peak_of_this_process() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let size = line.and_then(|line| line.trim().strip_suffix(" kB")).context("no VmHWM")?;
    Ok(size.trim().parse()?)
}

/// On standard output.
struct Table;

impl Table {
    fn title(&mut self, title: &str) {
        let columns = ["minimum", "median", "maximum", "goal"];
        let [a, b, c, d] = columns;
        self.line(format_args!("\n{title}\n{:34}{a:>10}{b:>10}{c:>10}{d:>10}", ""));
    }

    /// `goal` in milliseconds, for the median.
    fn row(&mut self, name: &str, goal: Option<u32>, sorted: &[Duration]) {
        let ms = |at: usize| sorted[at].as_secs_f64() * 1e3;
        let (least, middle, most) = (ms(0), ms(sorted.len() / 2), ms(sorted.len() - 1));
        let goal = goal.map_or(String::new(), |goal| {
            let verdict = if middle <= f64::from(goal) { "met" } else { "MISSED" };
            format!("{goal:>7} ms {verdict}")
        });
        self.line(format_args!("{name:34}{least:>7.1} ms{middle:>7.1} ms{most:>7.1} ms{goal}"));
    }

    fn memory(&mut self, name: &str, kilobytes: u64) {
        let verdict = if kilobytes < 100_000 { "met" } else { "MISSED" };
        self.line(format_args!("{name:34}{kilobytes:>27} kB 100,000 kB {verdict}"));
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Whoever closes the pipe wants no more of it.
        drop(writeln!(io::stdout(), "{line}"));
    }
}

/// A releases repository with one request on top, and the project repository that it is about.
struct Site {
    dir: TempDir,
    releases: PathBuf,
}

impl Site {
    fn make() -> Result<Self> {
        let dir = TempDir::new()?;
        let site = Self { releases: dir.path().join("releases"), dir };
        fs::create_dir(site.dir.path().join("home"))?;
        site.make_record()?;
        let project = site.dir.path().join("projects/openstack/widget");
        fs::create_dir_all(&project)?;
        let commits = site.make_project(&project)?;
        site.make_request(&commits)?;
        Ok(site)
    }

    fn make_record(&self) -> Result<()> {
        let shared = env::var_os("TAGKEEPER_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
        let bundle = shared.join("corpus/releases-data.bundle");
        if bundle.exists() {
            let (from, to) = (bundle.to_string_lossy(), self.releases.to_string_lossy());
            self.git(self.dir.path(), &["clone", "--quiet", &from, &to])?;
            // Without an upstream the request is what HEAD adds to its parent.
            return self.git(&self.releases, &["remote", "remove", "origin"]);
        }
        for series in 0..60 {
            let folder = self.releases.join(format!("deliverables/series{series:02}"));
            fs::create_dir_all(&folder)?;
            for n in 0..100 {
                fs::write(folder.join(format!("thing{n}.yaml")), made_up(series, n))?;
            }
        }
        fs::create_dir_all(self.releases.join("deliverables/hibiscus"))?;
        fs::create_dir_all(self.releases.join("data"))?;
        let series = "---\n- name: hibiscus\n  release-id: 2026.2\n  status: development\n  \
                      initial-release: 2026-09-30\n";
        fs::write(self.releases.join("data/series_status.yaml"), series)?;
        self.git(&self.releases, &["init", "--quiet", "--initial-branch", "master"])?;
        self.git(&self.releases, &["add", "."])?;
        self.git(&self.releases, &["commit", "--quiet", "-m", "Everything so far"])
    }

    /// The ids of the deliverable files, one a line.
    fn objects_of_the_record(&self) -> Result<String> {
        let output =
            self.git_in(&self.releases, &["ls-tree", "-r", "HEAD", "deliverables"]).output()?;
        let list = String::from_utf8(output.stdout)?;
        let ids = list.lines().filter_map(|line| line.split_whitespace().nth(2));
        Ok(ids.map(|id| format!("{id}\n")).collect())
    }

    /// Reads them with git alone.
    fn read(&self, objects: &str) -> Result<()> {
        let list = self.dir.path().join("objects");
        fs::write(&list, objects)?;
        let mut cat = self.git_in(&self.releases, &["cat-file", "--batch"]);
        succeed(cat.stdin(fs::File::open(&list)?))
    }

    /// A history with tags; gives the ids of the commits, oldest first.
    fn make_project(&self, project: &Path) -> Result<Vec<String>> {
        self.git(project, &["init", "--quiet", "--bare", "--initial-branch", "master"])?;
        let marks = self.dir.path().join("marks");
        let export = format!("--export-marks={}", marks.display());
        let mut import = self
            .git_in(project, &["fast-import", "--quiet", &export])
            .stdin(Stdio::piped())
            .spawn()?;
        let mut stream = import.stdin.take().context("no stream to git")?;
        stream.write_all(history().as_bytes())?;
        drop(stream);
        ensure!(import.wait()?.success(), "git fast-import failed");
        self.git(project, &["pack-refs", "--all"])?;
        let text = fs::read_to_string(marks)?;
        let mut commits = vec![String::new(); COMMITS];
        for (mark, id) in text.lines().filter_map(|line| line.split_once(' ')) {
            let mark: usize = mark.trim_start_matches(':').parse()?;
            id.clone_into(&mut commits[mark - 1]);
        }
        Ok(commits)
    }

    /// Two commits: what was released of the series so far, and the request.
    fn make_request(&self, commits: &[String]) -> Result<()> {
        let mut file = "---\nlaunchpad: widget\nrelease-model: cycle-with-intermediary\n\
                        team: oslo\ntype: library\nrepository-settings:\n  openstack/widget: {}\n\
                        releases:\n"
            .to_owned();
        for n in TAGS - 2..=TAGS {
            file.push_str(&entry(&format!("1.{n}.0"), &commits[commit_of_tag(n) - 1]));
        }
        let path = self.releases.join(WIDGET);
        fs::write(&path, &file)?;
        let projects = self.dir.path().join("projects");
        let config = format!(
            "git: file://{}/{{repo}}\ngovernance: null\nzuul-projects: null\n",
            projects.display()
        );
        fs::write(self.releases.join("tagkeeper.yaml"), config)?;
        self.git(&self.releases, &["add", "."])?;
        self.git(&self.releases, &["commit", "--quiet", "-m", "Release widget 1.225.0"])?;
        file.push_str(&entry(&format!("1.{}.0", TAGS + 1), &commits[COMMITS - 1]));
        fs::write(&path, &file)?;
        self.git(&self.releases, &["commit", "--quiet", "--all", "-m", "Release widget 1.226.0"])
    }

    /// Merges a further request for the same deliverable.
    fn merge_another(&self, n: usize) -> Result<()> {
        let path = self.releases.join(WIDGET);
        let version = format!("1.{}.0", TAGS + n);
        let file = fs::read_to_string(&path)? + &entry(&version, &format!("{n:040x}"));
        fs::write(&path, file)?;
        let subject = format!("Release widget {version}");
        self.git(&self.releases, &["commit", "--quiet", "--all", "-m", &subject])
    }

    fn cache(&self) -> PathBuf {
        self.dir.path().join("cache")
    }

    fn check(&self, more: &[&str]) -> Command {
        let mut check = self.tagkeeper(&["check", "--now", "2026-08-21T12:00:00Z", "--offline"]);
        check.arg("-C").arg(&self.releases).arg("--cache").arg(self.cache()).args(more);
        check
    }

    fn tagkeeper(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tagkeeper"));
        command.args(arguments).current_dir(self.dir.path());
        self.apart(&mut command);
        command
    }

    fn git(&self, dir: &Path, arguments: &[&str]) -> Result<()> {
        succeed(&mut self.git_in(dir, arguments))
    }

    fn git_in(&self, dir: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]);
        command.args(arguments).current_dir(dir);
        self.apart(&mut command);
        command
    }

    /// Away from what the user of this machine has set.
    fn apart(&self, command: &mut Command) {
        command
            .env("HOME", self.dir.path().join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null");
    }
}

/// Counted from 1.
fn commit_of_tag(n: usize) -> usize {
    n * (COMMITS / TAGS) - 1
}

fn entry(version: &str, hash: &str) -> String {
    format!(
        "  - version: {version}\n    projects:\n      - repo: openstack/widget\n        hash: {hash}\n"
    )
}

/// A file of an invented record: five releases, about 1 kB.
fn made_up(series: usize, n: usize) -> String {
    let mut text = format!(
        "---\nlaunchpad: thing{n}\nrelease-model: cycle-with-intermediary\nteam: things\n\
         type: library\nrepository-settings:\n  openstack/thing{n}: {{}}\nreleases:\n"
    );
    for release in 0..5 {
        let hash = format!("{:040x}", (series * 100 + n) * 5 + release);
        let _ = write!(
            text,
            "  - version: {series}.{release}.0\n    projects:\n      - repo: openstack/thing{n}\n        \
             hash: {hash}\n    release-notes: https://docs.example.org/thing{n}/{series}.{release}.html\n"
        );
    }
    text
}

/// What `git fast-import` reads: a straight history in which one of 300 files changes at a time, and its tags.
fn history() -> String {
    let who = |n: usize| format!("Ann <ann@example.org> {} +0000", 1_400_000_000 + n * 86_400);
    let mut text = String::new();
    let data = |text: &mut String, what: &str| {
        let _ = write!(text, "data {}\n{what}\n", what.len());
    };
    for n in 1..=COMMITS {
        let _ = write!(text, "commit refs/heads/master\nmark :{n}\ncommitter {}\n", who(n));
        data(&mut text, &format!("Change {n}\n\nWhat changes is one file, and why is not said.\n"));
        if n > 1 {
            let _ = writeln!(text, "from :{}", n - 1);
        }
        let _ = writeln!(text, "M 100644 inline widget/part{:03}.py", n % 300);
        data(&mut text, &format!("NUMBER = {n}\n"));
    }
    for n in 1..=TAGS {
        let (commit, who) = (commit_of_tag(n), who(commit_of_tag(n)));
        let _ = write!(text, "tag 1.{n}.0\nfrom :{commit}\ntagger {who}\n");
        data(&mut text, &format!("widget 1.{n}.0\n"));
    }
    text
}
