//! Starting git: what a command may see and touch, and what becomes of secrets.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tagkeeper::git::{Freshness, Git, GitError, Mirrors, RemoteUrl, bring_ref, ls_remote};

use crate::support::git::{Daemon, bare_command, closed_port, program};
use crate::support::work::Work;

/// A shell script. Written by a child: a file that this process had open for writing could not be
/// started while a child of another test, born meanwhile, still has it.
fn script(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    let source = directory.join(format!("{name}.source"));
    fs::write(&source, format!("#!/bin/sh\n{text}\n")).unwrap();
    let copied = bare_command("cp").arg(&source).arg(&path).status().unwrap();
    assert!(copied.success());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn a_name_that_looks_like_an_option_is_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let work = Work::new(directory.path().join("work"));
    let said = directory.path().join("said");
    let lying = format!(
        "echo \"$@\" >> {}\ncase \"$*\" in\n*version) echo git version 2.50.0;;\n*ls-remote*) printf '{}\\t--upload-pack=x\\n';;\nesac",
        said.display(),
        "1".repeat(40)
    );
    let git = Git::at(script(directory.path(), "git", &lying));
    let name = "--upload-pack=x";
    bring_ref(&git, &work.path.join(".git"), "https://h/r", name, "trying").unwrap();
    let said = fs::read_to_string(said).unwrap();
    for line in said.lines().filter(|line| line.contains(name)) {
        assert!(line.ends_with("-- tagkeeper --upload-pack=x"), "{line}");
    }
    assert!(said.contains("fetch"), "{said}");
}

#[test]
fn a_git_that_is_too_old_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let old = "[ \"$(eval echo \\${$#})\" = version ] && echo git version 2.20.1 && exit\nexit 129";
    let git = Git::at(script(directory.path(), "git", old));
    let error = git.command("trying").arg("nothing").must().unwrap_err();
    assert!(matches!(&error, GitError::NoGit { why } if why.contains("2.20.1")), "{error}");
    assert!(error.help().contains("2.34"));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let error = Git::at("/nonexistent/git".into()).command("trying").run().unwrap_err();
    assert!(
        matches!(&error, GitError::NoGit { why } if why.contains("/nonexistent/git")),
        "{error}"
    );
}

#[test]
fn a_failure_keeps_status_and_words() {
    let error = program().command("reading HEAD").args(["rev-parse", "HEAD"]).must().unwrap_err();
    let GitError::Failed { doing, status, stderr } = error else { panic!("{error}") };
    assert_eq!((doing.as_str(), status), ("reading HEAD", Some(128)));
    assert!(stderr.contains("not a git repository"));
}

#[test]
fn a_command_sees_no_repository_but_the_one_it_is_given() {
    let directory = tempfile::tempdir().unwrap();
    let work = Work::new(directory.path());
    let id = work.commit(&[], "one");
    let ask = |git: &Git| git.command("asking").args(["rev-parse", "HEAD"]).run().unwrap().status;
    let misled = program().with_env("UNRELATED", "1");
    assert_eq!(ask(&misled), Some(128));
    let output = misled.command("asking").git_dir(&work.path.join(".git"));
    let output = output.args(["rev-parse", "HEAD"]).must().unwrap();
    assert_eq!(String::from_utf8(output).unwrap().trim(), id.to_string());
}

#[test]
fn no_command_touches_a_remote_unless_it_may() {
    let directory = tempfile::tempdir().unwrap();
    let work = Work::new(directory.path().join("a"));
    work.commit(&[], "one");
    let git = program();
    let ask = || {
        let command = git.command("listing").remote("there", work.path.to_str().unwrap());
        command.args(["ls-remote", "there"])
    };
    let refused = ask().run().unwrap();
    assert!(refused.stderr.contains("not allowed"), "{refused:?}");
    assert!(!ask().network().must().unwrap().is_empty());
}

#[test]
fn a_command_that_takes_too_long_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let git = Git::at(script(directory.path(), "git", "exec sleep 30"));
    let error = git.command("waiting").timeout(Duration::from_millis(20)).run().unwrap_err();
    assert!(matches!(error, GitError::TimedOut { .. }), "{error}");
}

#[test]
fn a_password_is_in_no_argument_list_no_file_and_no_error() {
    let directory = tempfile::tempdir().unwrap();
    let work = Work::new(directory.path().join("served/a"));
    work.commit(&[("f", "text")], "one");
    let daemon = Daemon::serve(&directory.path().join("served"));
    let seen = directory.path().join("seen");
    let real = program();
    let spy = format!("echo \"$@\" >> {}\nexec {} \"$@\"", seen.display(), real.path().display());
    let git = Git::at(script(directory.path(), "git", &spy))
        .with_env("GIT_CONFIG_GLOBAL", "/dev/null")
        // The daemon knows no logins: git asks it without.
        .with_env("GIT_CONFIG_NOSYSTEM", "1");
    let plain = daemon.url("a");
    let url = RemoteUrl::new(plain.replace("git://", "git://me:secret@"));
    let cache = directory.path().join("cache");
    let found = Mirrors::new(cache.clone(), git.clone()).get(&url, Freshness::Now);
    let error = ls_remote(&git, &url);
    let told = format!("{found:?} {error:?} {url:?} {url}");
    assert!(!told.contains("secret"), "{told}");
    let arguments = fs::read_to_string(&seen).unwrap();
    assert!(arguments.contains("fetch") && arguments.contains("ls-remote"));
    assert!(!arguments.contains("secret"), "{arguments}");
    assert!(!tree_contains(&cache, b"secret"));
}

fn tree_contains(directory: &Path, word: &[u8]) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return tree_contains(&path, word);
        }
        let text = fs::read(&path).unwrap();
        path.to_string_lossy().as_bytes().windows(word.len()).any(|part| part == word)
            || text.windows(word.len()).any(|part| part == word)
    })
}

#[test]
fn ssh_asks_nobody_unless_the_user_brought_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let seen = directory.path().join("seen");
    let fake = |word: &str| format!("echo {word} \"$@\" >> {}\nexit 255", seen.display());
    script(directory.path(), "ssh", &fake("plain"));
    let own = script(directory.path(), "own", &fake("own"));
    let path = format!("{}:{}", directory.path().display(), std::env::var("PATH").unwrap());
    let url = RemoteUrl::new("ssh://host.invalid:29418/a");
    let git = program().with_env("PATH", path);
    let error = ls_remote(&git, &url).unwrap_err();
    assert!(matches!(error, GitError::Unreachable { .. }), "{error}");
    let config = directory.path().join("config");
    fs::write(&config, format!("[core]\n\tsshCommand = {}\n", own.display())).unwrap();
    // A program of its own, as a new process would have: what was learnt is kept.
    let theirs = Git::at(git.path().to_owned()).with_env("GIT_CONFIG_GLOBAL", &config);
    ls_remote(&theirs, &url).unwrap_err();
    let lines = fs::read_to_string(&seen).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert!(lines[0].starts_with("plain -o BatchMode=yes"), "{lines:?}");
    assert!(lines[1].starts_with("own") && !lines[1].contains("BatchMode"), "{lines:?}");
}

#[test]
fn an_ssh_that_git_does_not_name_is_not_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let started = directory.path().join("started");
    let fake = format!(
        "case \"$*\" in *core.sshCommand*) echo 'fatal: no' >&2; exit 3;; *version*) exec {} \"$@\";; esac\n\
         touch {}; exit 128",
        program().path().display(),
        started.display()
    );
    let git = Git::at(script(directory.path(), "git", &fake));
    let error = ls_remote(&git, &RemoteUrl::new("ssh://host.invalid/a")).unwrap_err();
    assert!(matches!(error, GitError::Failed { status: Some(3), .. }), "{error}");
    assert!(error.to_string().contains("core.sshCommand"), "{error}");
    assert!(!started.exists(), "nothing was asked of the remote");
}

#[test]
fn a_host_that_does_not_listen_is_unreachable() {
    let url = RemoteUrl::new(format!("git://127.0.0.1:{}/a", closed_port()));
    let error = ls_remote(&program(), &url).unwrap_err();
    let GitError::Unreachable { why, .. } = &error else { panic!("{error}") };
    assert!(why.contains("Connection refused"), "{why}");
}
