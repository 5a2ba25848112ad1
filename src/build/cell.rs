//! Runs a program that is not trusted: without network, home, keys or anything else of this machine.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::NotBuilt;
use crate::git::child::{self, Bounds, Group, Input, Trouble};

/// Sets up the mounts, runs [`INSIDE`], and brings out what was built.
const SCRIPT: &str = include_str!("cell.sh");
/// Starts the program with no way out.
const INSIDE: &str = include_str!("inside.sh");
/// How much a program can write, as `mount` says it: the file system is in memory.
pub(super) const SIZE: &str = "2g";
/// How long a build may take.
const TIME: Duration = Duration::from_secs(900);
/// Its script writes to standard error only.
const OUTPUT: usize = 64 * 1024;
/// How many of its last lines a message shows.
const LAST_LINES: usize = 12;

/// A directory for one build. The program gets copies of `source` and `out`; the packages that it makes come back to `out`.
pub(super) struct Cell {
    pub(super) directory: PathBuf,
    /// Further directories that it can read.
    pub(super) read_only: Vec<PathBuf>,
    /// Where programs are looked for first.
    pub(super) path: PathBuf,
    /// Where pip finds wheels.
    pub(super) wheels: Option<PathBuf>,
    /// See [`SIZE`].
    pub(super) size: &'static str,
}

/// How a program ended.
pub(super) struct Ended {
    pub(super) is_fine: bool,
    /// What it wrote to standard error.
    pub(super) output: String,
}

impl Cell {
    /// Whether this machine can make cells: a program that does nothing is run in one.
    ///
    /// # Errors
    /// Why not.
    pub(super) fn try_out(&self) -> Result<(), NotBuilt> {
        let ended = self.run(&["true"])?;
        if ended.is_fine {
            return Ok(());
        }
        Err(NotBuilt(format!(
            "a build runs foreign code, and this machine cannot isolate it (`unshare` fails): {}",
            last(&ended.output)
        )))
    }

    /// Runs the program in `/source`.
    ///
    /// # Errors
    /// If the cell cannot be made, or the program takes too long.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<Ended, NotBuilt> {
        let mut lines: Vec<String> = self.read_only.iter().map(|path| text(path)).collect();
        let wheels = self.wheels.as_deref().map(text);
        lines.extend(wheels.clone());
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount", "--net", "--ipc", "--uts"])
            .args(["--", "sh", "-c", SCRIPT, "cell"])
            .args(arguments)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("INSIDE", INSIDE)
            .env("CELL", &self.directory)
            .env("CELL_SIZE", self.size)
            .env("READ_ONLY", lines.join("\n"))
            .env("CELL_PATH", &self.path)
            .env("WHEELS", wheels.unwrap_or_default())
            .current_dir("/");
        let bounds = Bounds { time: TIME, output: OUTPUT };
        match child::run(&mut command, Input::Nothing, bounds, Group::Own) {
            Ok(ended) => Ok(Ended {
                is_fine: ended.status.success(),
                output: String::from_utf8_lossy(&ended.stderr).into_owned(),
            }),
            Err(Trouble::Io(error)) => Err(NotBuilt(format!("cannot start `unshare`: {error}"))),
            Err(Trouble::Time) => {
                Err(NotBuilt(format!("the build took more than {} minutes", TIME.as_secs() / 60)))
            }
            Err(Trouble::Size) => Err(NotBuilt("the build wrote too much".to_owned())),
        }
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The last lines that are not empty, as one.
pub(super) fn last(output: &str) -> String {
    let lines: Vec<&str> = output.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{Cell, last};

    /// What the program writes in a cell. Where this machine cannot make one, `None`: it is refused, and says so.
    fn run(directory: PathBuf, arguments: &[&str]) -> Option<String> {
        for name in ["source", "out"] {
            fs::create_dir_all(directory.join(name)).unwrap();
        }
        fs::write(directory.join("source/own"), "its own").unwrap();
        let path = PathBuf::from("/usr/bin");
        let cell = Cell { directory, read_only: Vec::new(), path, wheels: None, size: "8m" };
        if let Err(why) = cell.try_out() {
            assert!(why.to_string().contains("cannot isolate it"), "{why}");
            return None;
        }
        Some(last(&cell.run(arguments).unwrap().output))
    }

    #[test]
    fn a_secret_with_an_absolute_path_is_out_of_reach() {
        let home = tempfile::tempdir().unwrap();
        let secret = home.path().join(".gnupg/private-keys-v1.d/key");
        fs::create_dir_all(secret.parent().unwrap()).unwrap();
        fs::write(&secret, "secret").unwrap();
        let script = format!(
            "cat /source/own && cat {0} 2>&1; ls {1} 2>&1; ls /before /root 2>&1; echo x > /usr/x; echo done > /out/done.whl",
            secret.display(),
            home.path().display()
        );
        let cell = tempfile::tempdir().unwrap();
        let Some(said) = run(cell.path().to_owned(), &["sh", "-c", &script]) else { return };
        assert!(said.contains("its own"), "{}", said);
        assert!(!said.contains("secret|") && !said.contains("private-keys-v1.d |"), "{}", said);
        assert!(said.contains("No such file"), "{}", said);
        assert!(said.matches("No such file").count() >= 3, "{}", said);
        assert!(cell.path().join("out/done.whl").exists());
        assert!(!PathBuf::from("/usr/x").exists());
    }

    #[test]
    fn a_program_fills_no_disk_outlives_no_build_and_brings_out_packages_alone() {
        let cell = tempfile::tempdir().unwrap();
        let mark = format!("{}", std::process::id());
        let script = format!(
            "(setsid sleep 3{mark} &) ; yes > /out/big.whl 2>/dev/null; rm /out/big.whl; echo x > /out/a.whl; \
             ln -s /etc/passwd /out/b.whl; mkfifo /out/c.whl; mkdir /out/d.whl; echo x > /out/note; echo ended"
        );
        let Some(said) = run(cell.path().to_owned(), &["sh", "-c", &script]) else { return };
        assert!(said.contains("ended"), "{said}");
        let out = fs::read_dir(cell.path().join("out")).unwrap();
        let names: Vec<_> = out.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.whl"]);
        let alive = |entry: fs::DirEntry| {
            let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&format!("sleep\03{mark}"))
        };
        assert!(!fs::read_dir("/proc").unwrap().flatten().any(alive));
    }

    #[test]
    fn there_is_no_network_and_no_way_to_mount() {
        let cell = tempfile::tempdir().unwrap();
        let script = "cat /proc/net/route 2>/dev/null | wc -l; mount -t tmpfs none /out && echo mounted; env | grep CARGO; echo HOME=$HOME";
        let Some(said) = run(cell.path().to_owned(), &["sh", "-c", script]) else { return };
        assert!(!said.contains("mounted"), "{}", said);
        assert!(said.contains("HOME=/home/build"), "{}", said);
        assert!(!said.contains("CARGO"), "{}", said);
    }
}
