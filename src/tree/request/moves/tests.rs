//! Files that move within a request.

use std::sync::Arc;

use super::Moves;
use crate::tree::record::File;
use crate::tree::request::Change;
use crate::tree::snapshot::{Blob, ItemKind};

fn file(path: &str, repo: &str) -> Arc<File> {
    let text = format!(
        "releases:\n  - version: 1.0.0\n    projects:\n      - repo: {repo}\n        hash: 12\n"
    );
    Arc::new(File::read(path, &Blob { kind: ItemKind::File, bytes: text.into_bytes() }))
}

fn change(path: &str, before: Option<&str>, after: Option<&str>) -> Change {
    let side = |repo: Option<&str>| repo.map(|repo| file(path, repo));
    Change { path: path.to_owned(), before: side(before), after: side(after) }
}

fn alike(changes: &[Change]) -> Vec<Vec<usize>> {
    let moves = Moves::among(changes);
    changes.iter().map(|change| moves.of(change).into_iter().collect()).collect()
}

#[test]
fn a_file_is_like_itself_and_those_of_its_name() {
    let changes = [
        change("deliverables/zed/nova.yaml", Some("o/nova"), Some("o/nova")),
        change("deliverables/zed/cinder.yaml", Some("o/nova"), Some("o/nova")),
        change("deliverables/antelope/nova.yaml", None, Some("o/other")),
        change("README.md", None, Some("o/nova")),
    ];
    assert_eq!(alike(&changes), [vec![0, 2], vec![1], vec![0, 2], vec![3]]);
}

#[test]
fn a_deleted_file_is_like_one_created_for_its_repository() {
    let changes = [
        change("deliverables/zed/old.yaml", Some("o/nova"), None),
        change("deliverables/zed/new.yaml", None, Some("o/nova")),
        change("deliverables/zed/kept.yaml", Some("o/nova"), Some("o/nova")),
        change("deliverables/zed/else.yaml", None, Some("o/else")),
        change("deliverables/zed/gone.yaml", Some("o/nova"), None),
    ];
    let found = alike(&changes);
    assert_eq!(found, [vec![0, 1], vec![0, 1, 4], vec![2], vec![3], vec![1, 4]]);
}
