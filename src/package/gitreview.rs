//! `.gitreview`: where a repository is reviewed.

use std::sync::Arc;

use super::files::{FromFiles, ProjectFiles, Sourced, Undecided, text};
use super::ini::Ini;

/// The name of the file.
const FILE: &str = ".gitreview";

/// The project that `.gitreview` names, without the `.git` behind it; `None` if there is no such file, or it names none.
///
/// # Errors
/// If the file cannot be read.
pub fn reviewed_project(files: &dyn ProjectFiles) -> FromFiles<Sourced<String>> {
    let Some(text) = text(files, FILE)? else { return Ok(None) };
    let ini = Ini::read(&text).map_err(|line| {
        Undecided::because(format_args!("`{FILE}:{line}` is neither a section nor a key"))
    })?;
    let Some((line, value)) = ini.get("gerrit", "project").and_then(super::ini::Entry::first)
    else {
        return Ok(None);
    };
    let name = value.trim_matches('/');
    let name = name.strip_suffix(".git").unwrap_or(name);
    Ok(Some(Sourced::at(&Arc::from(FILE), line, name.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::super::files::tests::Fake;
    use super::reviewed_project;

    fn project(text: &str) -> Option<(String, usize)> {
        let files = Fake::of([(".gitreview", text)]);
        reviewed_project(&files).unwrap().map(|said| (said.value, said.origin.line))
    }

    #[test]
    fn the_suffix_and_slashes_are_no_part_of_the_name() {
        let name = Some(("openstack/nova".to_owned(), 3));
        assert_eq!(project("[gerrit]\nhost=x\nproject=openstack/nova.git\n"), name);
        assert_eq!(project("[gerrit]\nhost=x\nProject : /openstack/nova\n"), name);
        assert_eq!(project("\u{feff}[gerrit]\r\nhost=x\r\nproject=openstack/nova\r\n"), name);
        assert_eq!(project("[gerrit]\nhost=x\n"), None);
        assert_eq!(reviewed_project(&Fake::default()), Ok(None));
        assert!(reviewed_project(&Fake::of([(".gitreview", "project=x\n")])).is_err());
    }
}
