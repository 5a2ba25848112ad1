//! Two texts of a file as the difference that `git apply` reads.

use std::path::Path;

use git2::{DiffOptions, Patch};

use super::error::GitError;

/// The difference, in git's unified form; empty if the texts are equal.
///
/// # Errors
/// If libgit2 cannot work it out.
pub fn patch(path: &str, before: &str, after: &str) -> Result<String, GitError> {
    let doing = format!("comparing two texts of {path}");
    let failed = |error: git2::Error| GitError::libgit2(doing.as_str(), Path::new(path), &error);
    let name = Some(Path::new(path));
    let mut options = DiffOptions::new();
    let mut patch =
        Patch::from_buffers(before.as_bytes(), name, after.as_bytes(), name, Some(&mut options))
            .map_err(failed)?;
    let bytes = patch.to_buf().map_err(failed)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::patch;

    #[test]
    fn a_difference_has_its_lines_and_their_surroundings() {
        let text = patch("a/b.yaml", "one\ntwo\n", "one\ntwo\nthree\n").unwrap();
        assert!(text.contains("--- a/a/b.yaml") && text.contains("+three\n"), "{text}");
        assert_eq!(patch("a", "one\n", "one\n").unwrap(), "");
    }
}
