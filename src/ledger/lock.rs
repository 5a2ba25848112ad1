//! One writer at a time in a ledger that is a directory.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::run::Run;
use super::store::LedgerError;

/// How long another run is waited for. It holds the lock while it writes a few small files.
const LONGEST: Duration = Duration::from_secs(60);
/// After how long the log says that it waits.
const SAY: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(20);

/// The lock; it goes when it is dropped.
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, not read")] File);

/// Locks `directory`, which is created where it is missing.
///
/// # Errors
/// When it cannot be created, or another run holds the lock for `LONGEST`.
pub(super) fn lock(directory: &Path) -> Result<Lock, LedgerError> {
    lock_within(directory, LONGEST)
}

fn lock_within(directory: &Path, longest: Duration) -> Result<Lock, LedgerError> {
    let path = directory.join(".lock");
    let trouble = |error: &io::Error| LedgerError::io("locking", &path, error);
    fs::create_dir_all(directory).map_err(|error| trouble(&error))?;
    let open = File::options().create(true).truncate(false).read(true).write(true).open(&path);
    let mut file = open.map_err(|error| trouble(&error))?;
    let (start, mut is_said) = (Instant::now(), false);
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(error)) => return Err(trouble(&error)),
            Err(TryLockError::WouldBlock) => {}
        }
        let holder = holder(&mut file);
        if start.elapsed() >= longest {
            return Err(LedgerError::Locked { path, seconds: longest.as_secs(), holder });
        }
        if start.elapsed() >= SAY && !is_said {
            log::warn!("waiting for the lock of the ledger {}: {holder}", path.display());
            is_said = true;
        }
        thread::sleep(PAUSE);
    }
    name_holder(&mut file).map_err(|error| trouble(&error))?;
    Ok(Lock(file))
}

fn name_holder(file: &mut File) -> io::Result<()> {
    let run = Run::this();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{run}, process {}\n", run.process).as_bytes())
}

/// Who holds the lock, as they said.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.take(200).read_to_string(&mut text));
    let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    match read {
        Ok(_) if !text.is_empty() => format!("{text} holds it"),
        _ => "another run holds it".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_not_given_back_is_waited_for_a_while_and_its_holder_named() {
        let dir = tempfile::tempdir().unwrap();
        let held = lock(dir.path()).unwrap();
        let start = Instant::now();
        let refused = lock_within(dir.path(), Duration::from_millis(50)).err().unwrap();
        assert!(start.elapsed() >= Duration::from_millis(50));
        let words = refused.to_string();
        let process = format!("process {} holds it", std::process::id());
        assert!(words.contains(&process), "{words}");
        drop(held);
        assert!(lock_within(dir.path(), Duration::ZERO).is_ok());
    }
}
