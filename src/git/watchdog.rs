//! Ends the children of this process with it, whatever ends it.
//!
//! Children lead process groups of their own, so that a time-out ends whatever they started. A signal that ends us does not
//! reach them then, and SIGKILL cannot be handled. So one shell waits at the other end of a pipe: when the pipe closes we are
//! gone, and it ends the groups that are still alive.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads `+ ID` and `- ID` lines; at the end of its input it ends the groups that were not taken back. git removes its
/// lock files on SIGTERM.
const SCRIPT: &str = r#"
trap '' INT TERM HUP PIPE
groups=' '
while read -r sign id; do
  case $sign in
    +) groups="$groups$id " ;;
    -) groups="${groups%% "$id" *} ${groups#* "$id" }" ;;
  esac
done
[ -z "${groups## }" ] && exit
for id in $groups; do kill -s TERM -- "-$id"; done
sleep 2
for id in $groups; do kill -s KILL -- "-$id"; done
"#;

/// The shell, from the first child on.
static SHELL: Mutex<Option<Shell>> = Mutex::new(None);

struct Shell {
    pipe: ChildStdin,
    /// Never waited for: it ends after us.
    _child: Child,
}

/// A process group that ends with this process, or when this is dropped, which takes it off the list.
#[derive(Debug)]
pub(super) struct Watched(u32);

impl Watched {
    /// Watches the group that the child `id` leads.
    pub(super) fn group(id: u32) -> Self {
        tell('+', id);
        Self(id)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        tell('-', self.0);
    }
}

/// Tells the shell, which is started first. Where there is none, children may outlive a killed run: no reason to fail.
fn tell(sign: char, id: u32) {
    let mut shell = SHELL.lock().unwrap_or_else(PoisonError::into_inner);
    if shell.is_none() {
        *shell = start();
    }
    if let Some(Shell { pipe, .. }) = shell.as_mut() {
        let told = pipe.write_all(format!("{sign} {id}\n").as_bytes());
        if told.is_err() {
            *shell = None;
        }
    }
}

fn start() -> Option<Shell> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", SCRIPT, "tagkeeper-watchdog"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .current_dir("/")
        // An interrupt at the terminal must not end it before us.
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    Some(Shell { pipe: child.stdin.take()?, _child: child })
}
