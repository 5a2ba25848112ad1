//! `.gitmodules`: the submodules that a repository knows.

use super::files::{ProjectFiles, Undecided, text};
use super::ini::Ini;

/// The name of the file.
const FILE: &str = ".gitmodules";

/// The paths that `.gitmodules` names; none if there is no such file.
///
/// # Errors
/// If the file cannot be read.
pub fn submodule_paths(files: &dyn ProjectFiles) -> Result<Vec<String>, Undecided> {
    let Some(text) = text(files, FILE)? else { return Ok(Vec::new()) };
    let ini = Ini::read(&text).map_err(|line| {
        Undecided::because(format_args!("`{FILE}:{line}` is neither a section nor a key"))
    })?;
    let modules = ini.sections().iter().filter(|section| section.name.starts_with("submodule"));
    Ok(modules
        .filter_map(|section| section.get("path")?.first())
        .map(|(_, path)| plain(path))
        .collect())
}

/// The value without the quotes, the comment and the slash at the end that git ignores.
fn plain(value: &str) -> String {
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.split('"').next());
    let text = unquoted.unwrap_or_else(|| value.split([';', '#']).next().unwrap_or_default());
    text.trim().trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::Fake;
    use super::submodule_paths;

    #[test]
    fn paths_are_read_as_git_reads_them() {
        let text = "[submodule \"a\"]\n\tpath = vendor/a\n\turl = x\n[submodule \"b c\"]\n  path=\"vendor/b c\"\n[core]\npath = no\n[submodule \"d\"]\n\turl = x\n\tpath = d/ # of ours\n";
        let files = Fake::of([(".gitmodules", text)]);
        assert_eq!(submodule_paths(&files).unwrap(), ["vendor/a", "vendor/b c", "d"]);
        assert_eq!(submodule_paths(&Fake::default()), Ok(Vec::new()));
        assert!(submodule_paths(&Fake::default().with_unreadable(".gitmodules")).is_err());
    }
}
