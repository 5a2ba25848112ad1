//! Runs one child to its end: its output within bounds, its time within bounds, and nothing of it left behind.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::watchdog::Watched;

/// What a child left behind.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Why a child did not come to its own end.
#[derive(Debug)]
pub(crate) enum Trouble {
    Io(io::Error),
    Time,
    /// More standard output than the bound.
    Size,
}

/// What a child may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) time: Duration,
    /// Bytes of standard output.
    pub(crate) output: usize,
}

/// What a child finds on its standard input.
#[derive(Debug, Default)]
pub(crate) enum Input {
    #[default]
    Nothing,
    Bytes(Vec<u8>),
    /// An empty file whose lock lasts as long as the child does, even when we are killed.
    Held(File),
}

/// Which process group a child is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// Its own: a time-out ends everything in it, and so does our end.
    Own,
    /// Ours, for a child that may ask a person at the terminal: only the group in the foreground may read there. An
    /// interrupt at the terminal ends both.
    Ours,
}

/// How many bytes of standard error are kept: the last ones.
const STDERR_KEPT: usize = 64 * 1024;
/// How long a child has to clean up after it was asked to end.
const GRACE: Duration = Duration::from_secs(2);
/// How long we listen for output after the end: a grandchild (an ssh master) may hold the pipe.
const AFTERMATH: Duration = Duration::from_secs(1);
/// How often the child is looked at while its pipes are silent.
const GLANCE: Duration = Duration::from_millis(50);

enum News {
    Closed,
    Full,
}

/// Runs `command`, feeding it `input`.
///
/// A child that exceeds its bounds gets SIGTERM, on which git removes its lock files, and SIGKILL after two seconds. So does
/// everything that it started, unless it shares our process group.
pub(crate) fn run(
    command: &mut Command,
    input: Input,
    bounds: Bounds,
    group: Group,
) -> Result<Ended, Trouble> {
    let bytes = match input {
        Input::Nothing => {
            command.stdin(Stdio::null());
            None
        }
        Input::Bytes(bytes) => {
            command.stdin(Stdio::piped());
            Some(bytes)
        }
        Input::Held(file) => {
            command.stdin(file);
            None
        }
    };
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    if group == Group::Own {
        command.process_group(0);
    }
    let mut child = Guard::over(command.spawn().map_err(Trouble::Io)?, group);
    if let (Some(mut pipe), Some(bytes)) = (child.child.stdin.take(), bytes) {
        // A child that does not read all of it says by its status whether that is bad.
        thread::spawn(move || drop(pipe.write_all(&bytes)));
    }
    let (sender, news) = channel();
    let stdout = Collector::default();
    let stderr = Collector::default();
    if let Some(pipe) = child.child.stdout.take() {
        stdout.listen(pipe, Keep::First(bounds.output), sender.clone());
    }
    if let Some(pipe) = child.child.stderr.take() {
        stderr.listen(pipe, Keep::Last(STDERR_KEPT), sender);
    }
    let status = child.wait(&news, Instant::now() + bounds.time)?;
    Ok(Ended { status, stdout: stdout.take(), stderr: stderr.take() })
}

/// Ends and reaps the child whatever happens to us.
struct Guard {
    child: Child,
    /// Of a group of its own.
    watched: Option<Watched>,
}

impl Guard {
    fn over(child: Child, group: Group) -> Self {
        let watched = (group == Group::Own).then(|| Watched::group(child.id()));
        Self { child, watched }
    }

    /// Sends a signal to the child, and to all of its group where it leads one.
    fn signal(&self, name: &str) {
        let id = self.child.id();
        let target = if self.watched.is_some() { format!("-{id}") } else { id.to_string() };
        signal(name, &target);
    }

    fn wait(&mut self, news: &Receiver<News>, deadline: Instant) -> Result<ExitStatus, Trouble> {
        let mut open = 2;
        let mut pause = Duration::from_micros(200);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if open == 0 {
                thread::sleep(pause.min(left));
                pause = (pause * 2).min(GLANCE);
            } else {
                match news.recv_timeout(GLANCE.min(left)) {
                    Ok(News::Closed) => open -= 1,
                    Ok(News::Full) => return self.stop(Trouble::Size),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => open = 0,
                }
            }
            if let Some(status) = self.child.try_wait().map_err(Trouble::Io)? {
                return drain(news, open).map(|()| status);
            }
            if left.is_zero() {
                return self.stop(Trouble::Time);
            }
        }
    }

    fn stop<T>(&mut self, why: Trouble) -> Result<T, Trouble> {
        self.signal("TERM");
        let until = Instant::now() + GRACE;
        while Instant::now() < until && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(5));
        }
        // What it started may be deaf to SIGTERM, and outlive it.
        self.signal("KILL");
        Err(why) // Drop reaps.
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.signal("KILL");
            let _already_gone = self.child.kill();
            let _status = self.child.wait();
        }
    }
}

/// Waits for the rest of the output of a child that has ended.
fn drain(news: &Receiver<News>, mut open: u32) -> Result<(), Trouble> {
    let until = Instant::now() + AFTERMATH;
    while open > 0 {
        match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(News::Closed) => open -= 1,
            Ok(News::Full) => return Err(Trouble::Size),
            Err(_) => break,
        }
    }
    Ok(())
}

/// The standard library knows only SIGKILL, and no groups; the shell's `kill` is everywhere.
fn signal(name: &str, target: &str) {
    let _unheard = Command::new("/bin/sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", name, target])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[derive(Clone, Copy)]
enum Keep {
    /// So many bytes, and more is an error.
    First(usize),
    /// The last so many bytes.
    Last(usize),
}

/// Bytes that a thread reads from a pipe.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<u8>>>);

impl Collector {
    fn listen(&self, mut pipe: impl Read + Send + 'static, keep: Keep, news: Sender<News>) {
        let bytes = Arc::clone(&self.0);
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            // A pipe that breaks is a pipe that ends.
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut kept = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(&buffer[..count]);
                match keep {
                    Keep::First(bound) if kept.len() > bound => {
                        drop(news.send(News::Full));
                        return;
                    }
                    Keep::Last(bound) if kept.len() > 2 * bound => {
                        let surplus = kept.len() - bound;
                        kept.drain(..surplus);
                    }
                    _ => {}
                }
            }
            drop(news.send(News::Closed));
        });
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, input: Option<&str>, bounds: Bounds) -> Result<Ended, Trouble> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        let input = input.map_or(Input::Nothing, |text| Input::Bytes(text.as_bytes().to_vec()));
        run(&mut command, input, bounds, Group::Own)
    }

    const WIDE: Bounds = Bounds { time: Duration::from_secs(20), output: 1 << 24 };

    #[test]
    fn input_output_errors_and_status_all_come_through() {
        let ended = shell("cat; echo no >&2; exit 3", Some("yes"), WIDE).unwrap();
        assert_eq!(ended.status.code(), Some(3));
        assert_eq!((&ended.stdout[..], &ended.stderr[..]), (&b"yes"[..], &b"no\n"[..]));
    }

    #[test]
    fn output_larger_than_a_pipe_is_complete() {
        let ended = shell("head -c 5000000 /dev/zero; head -c 300000 /dev/zero >&2", None, WIDE);
        let ended = ended.unwrap();
        assert_eq!(ended.stdout.len(), 5_000_000);
        assert!(ended.stderr.len() >= STDERR_KEPT);
    }

    #[test]
    fn input_that_is_not_read_blocks_nobody() {
        assert!(shell("exit 0", Some(&"x".repeat(1 << 20)), WIDE).unwrap().status.success());
    }

    #[test]
    fn a_child_that_takes_too_long_is_ended() {
        let start = Instant::now();
        let bounds = Bounds { time: Duration::from_millis(30), ..WIDE };
        assert!(matches!(shell("exec sleep 30", None, bounds), Err(Trouble::Time)));
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn what_a_child_started_ends_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let note = dir.path().join("id");
        // Deaf to SIGTERM, in the background, and with none of our pipes.
        let script = format!(
            "(trap '' TERM; sh -c 'echo $$ > {0}; sleep 60' >/dev/null 2>&1 </dev/null) & \
             while [ ! -s {0} ]; do sleep 0.01; done; sleep 60",
            note.display()
        );
        let bounds = Bounds { time: Duration::from_millis(500), ..WIDE };
        assert!(matches!(shell(&script, None, bounds), Err(Trouble::Time)));
        let id = std::fs::read_to_string(note).unwrap();
        let is_alive = || shell(&format!("kill -0 {}", id.trim()), None, WIDE);
        let until = Instant::now() + Duration::from_secs(10);
        while is_alive().unwrap().status.success() {
            assert!(Instant::now() < until, "{id} is still alive");
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn a_child_that_says_too_much_is_ended() {
        let bounds = Bounds { output: 1000, ..WIDE };
        assert!(matches!(shell("exec cat /dev/zero", None, bounds), Err(Trouble::Size)));
    }

    #[test]
    fn a_grandchild_that_keeps_the_pipe_does_not_keep_us() {
        let start = Instant::now();
        let ended = shell("sleep 15 & echo done", None, WIDE).unwrap();
        assert_eq!(ended.stdout, b"done\n");
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
