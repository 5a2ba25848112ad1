//! The names of the files of the ledger.

use super::store::LedgerError;
use crate::git::RepoName;

/// The file of a repository and version, or branch, in the order in which it is looked for: as it is written, and as an
/// older program wrote it where that differs.
///
/// `openstack/oslo.config/9.1.0.json`; of a branch `openstack/oslo.config/feature%2Fzmq.json`. A capital letter is written
/// as `!` and the small one, so that names which differ only in case stay apart on every file system, and a folder never
/// ends in `.json`, so that it is never the file of another entry. No name leads out of the ledger.
pub(super) fn files_of(repo: &RepoName, name: &str) -> Result<Vec<String>, LedgerError> {
    let older = format!("{repo}/{}.json", name.replace('/', "%2F"));
    let is_plain = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0', '\n'])
    };
    if !older.split('/').all(is_plain) || name.contains('%') {
        return Err(LedgerError::Name(older));
    }
    let folders: Vec<String> = repo.split('/').map(folder).collect();
    let file = format!("{}/{}.json", folders.join("/"), escaped(&name.replace('/', "%2f")));
    let file = file.replace("%2f", "%2F");
    let is_same = file == older;
    let mut files = vec![file];
    // What an older program wrote below a folder that ends in `.json` cannot be there: that name was another file.
    if !is_same && !repo.split('/').any(|part| part.ends_with(".json")) {
        files.push(older);
    }
    Ok(files)
}

fn folder(part: &str) -> String {
    let name = escaped(part);
    match name.strip_suffix(".json") {
        Some(stem) => format!("{stem}!.json"),
        None => name,
    }
}

fn escaped(part: &str) -> String {
    let mut name = String::new();
    for c in part.chars() {
        match c {
            '!' => name.push_str("!!"),
            c if c.is_uppercase() => {
                name.push('!');
                name.extend(c.to_lowercase());
            }
            c => name.push(c),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{RepoName, files_of};

    fn files(repo: &str, name: &str) -> Vec<String> {
        files_of(&RepoName::parse(repo).unwrap(), name).unwrap()
    }

    #[test]
    fn usual_names_are_written_as_ever() {
        assert_eq!(files("openstack/oslo.config", "9.1.0"), ["openstack/oslo.config/9.1.0.json"]);
        let branch = files("openstack/nova", "feature/zmq");
        assert_eq!(branch, ["openstack/nova/feature%2Fzmq.json"]);
    }

    #[test]
    fn other_names_are_still_found_where_an_older_program_wrote_them() {
        let found = files("openstack/XStatic-Q", "1.0.0RC1");
        assert_eq!(
            found,
            ["openstack/!x!static-!q/1.0.0!r!c1.json", "openstack/XStatic-Q/1.0.0RC1.json"]
        );
    }

    #[test]
    fn no_two_names_meet_on_any_file_system() {
        let names = [
            ("state.json", "1.0.0"),
            ("state", "json"),
            ("a", "b"),
            ("a/b.json", "1"),
            ("A", "b"),
            ("a", "B"),
            ("a", "!b"),
        ];
        let mut seen = BTreeSet::from(["state.json".to_owned()]);
        for (repo, name) in names {
            let file = files(repo, name).remove(0);
            let mut paths = vec![file.to_lowercase()];
            paths.extend(file.match_indices('/').map(|(at, _)| format!("{}/", &file[..at])));
            assert!(seen.insert(paths.remove(0)), "{repo} {name}: {file}");
            for folder in paths {
                assert!(!seen.contains(folder.trim_end_matches('/')), "{repo} {name}: {folder}");
            }
        }
    }
}
