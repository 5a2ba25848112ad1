//! Runs that are ended by a signal: what they started ends with them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::machine::{TAGKEEPER, bare_command};
use crate::support::work::Work;

/// A releases repository whose projects are behind an ssh that answers nothing, and a run that waits for it.
fn waiting(dir: &Path) -> Child {
    let work = Work::new(dir.join("releases"));
    work.commit(&[("deliverables/_independent/gadget.yaml", "---\nteam: tools\n")], "one");
    let entry = "---\nteam: tools\nrepository-settings:\n  tools/widget: {}\nreleases:\n  - version: 1.0.0\n    \
                 projects:\n      - repo: tools/widget\n        hash: 1111111111111111111111111111111111111111\n";
    work.commit(&[("deliverables/_independent/widget.yaml", entry)], "two");
    let bin = dir.join("bin");
    fs::create_dir_all(&bin).unwrap();
    // Deaf to SIGTERM, with a child of its own.
    let script =
        format!("#!/bin/sh\ntrap '' TERM\necho $$ > {}\nsleep 150\n", dir.join("ssh").display());
    fs::write(bin.join("ssh"), script).unwrap();
    fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let settings =
        ["--git", "ssh://host.invalid/{repo}", "--governance", "", "--zuul-projects", ""];
    bare_command(TAGKEEPER)
        .args(["check", "--gerrit", ""])
        .args(settings)
        .current_dir(&work.path)
        .env("PATH", path)
        .env("HOME", dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(90);
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn signal(name: &str, id: &str) -> bool {
    let kill = bare_command("/bin/sh").args(["-c", "kill -s \"$0\" \"$1\"", name, id]).output();
    kill.unwrap().status.success()
}

#[test]
fn nothing_outlives_a_run_that_is_ended() {
    for name in ["TERM", "INT", "HUP", "KILL"] {
        let dir = tempfile::tempdir().unwrap();
        let mut run = waiting(dir.path());
        let note = dir.path().join("ssh");
        wait_until("ssh is started", || {
            fs::read_to_string(&note).is_ok_and(|id| id.ends_with('\n'))
        });
        let ssh = fs::read_to_string(&note).unwrap().trim().to_owned();
        assert!(signal(name, &run.id().to_string()));
        run.wait().unwrap();
        wait_until(&format!("ssh ends after SIG{name}"), || !signal("0", &ssh));
    }
}
