//! One repository for several threads: libgit2 gives a handle to one thread at a time.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::error::GitError;
use super::partial::Promisor;
use super::repository::Repository;

/// Handles of one repository. Each is opened when all others are in use, and kept.
pub struct Handles {
    directory: PathBuf,
    promisor: Option<Arc<Promisor>>,
    idle: Mutex<Vec<Repository>>,
}

impl Handles {
    /// What `read` reads with a handle that no other thread has.
    ///
    /// # Errors
    /// Those of [`Repository::open`] and of `read`.
    pub fn with<T>(
        &self,
        read: impl FnOnce(&Repository) -> Result<T, GitError>,
    ) -> Result<T, GitError> {
        let idle = self.idle().pop();
        let repository = match idle {
            Some(repository) => repository,
            None => {
                Repository { promisor: self.promisor.clone(), ..Repository::open(&self.directory)? }
            }
        };
        let result = read(&repository);
        self.idle().push(repository);
        result
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Repository>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Repository {
    /// More handles of the same repository.
    pub fn handles(&self) -> Arc<Handles> {
        let handles = || {
            let (directory, promisor) = (self.git_dir().to_owned(), self.promisor.clone());
            Arc::new(Handles { directory, promisor, idle: Mutex::default() })
        };
        Arc::clone(self.handles.get_or_init(handles))
    }
}
