//! Reading a repository in process, held against git itself.

use std::collections::HashMap;
use std::fs;

use tagkeeper::git::{
    GitError, Moment, Oid, OtherObject, RemoteUrl, Repository, TreeKind, ls_remote,
};
use tempfile::TempDir;

use crate::support::git::program;
use crate::support::work::{DAWN, Work};

struct Place {
    directory: TempDir,
    work: Work,
}

fn place() -> Place {
    let directory = tempfile::tempdir().unwrap();
    let work = Work::new(directory.path().join("work"));
    Place { directory, work }
}

impl Place {
    fn open(&self) -> Repository {
        Repository::open(&self.work.path).unwrap()
    }
}

const NOTHING: &str = "1111111111111111111111111111111111111111";

fn nothing() -> Oid {
    NOTHING.parse().unwrap()
}

#[test]
fn a_repository_is_found_from_below_and_nothing_is_not() {
    let place = place();
    fs::create_dir_all(place.work.path.join("a/b")).unwrap();
    let found = Repository::discover(&place.work.path.join("a/b")).unwrap();
    let top = found.work_dir().unwrap().canonicalize().unwrap();
    assert_eq!(top, place.work.path.canonicalize().unwrap());
    assert!(!found.is_bare());
    for error in [
        Repository::open(&place.work.path.join("a")).unwrap_err(),
        Repository::discover(place.directory.path()).unwrap_err(),
        Repository::open(&place.directory.path().join("gone")).unwrap_err(),
    ] {
        assert!(matches!(error, GitError::NotARepository { .. }), "{error}");
    }
}

#[test]
fn an_object_that_is_not_a_commit_is_named_for_what_it_is() {
    let place = place();
    let commit = place.work.commit(&[("f", "text")], "one");
    place.work.run(&["tag", "--annotate", "--message", "x", "1.0.0"]);
    place.work.run(&["tag", "--annotate", "--message", "x", "again", "1.0.0"]);
    place.work.run(&["tag", "--annotate", "--message", "x", "folder", "HEAD^{tree}"]);
    let found = |revision: &str| {
        let id = place.work.run(&["rev-parse", revision]).trim().parse().unwrap();
        place.open().other_object(id).unwrap()
    };
    let tag =
        |name: &str, commit: Option<Oid>| Some(OtherObject::Tag { name: name.to_owned(), commit });
    assert_eq!(found("1.0.0"), tag("1.0.0", Some(commit)));
    assert_eq!(found("again"), tag("again", Some(commit)), "a tag of a tag");
    assert_eq!(found("folder"), tag("folder", None));
    assert_eq!(found("HEAD^{tree}"), Some(OtherObject::Tree));
    assert_eq!(found("HEAD"), None);
    assert_eq!(place.open().other_object(nothing()).unwrap(), None);
}

#[test]
fn a_repository_only_git_can_read_is_told_apart() {
    let place = place();
    let other = place.directory.path().join("other");
    place.work.run(&["init", "--quiet", "--object-format=sha256", other.to_str().unwrap()]);
    let error = Repository::open(&other).unwrap_err();
    assert!(matches!(&error, GitError::Unsupported { .. }), "{error}");
    assert!(error.help().contains("--object-format"));
}

#[test]
fn a_partial_clone_brings_what_it_left_out_where_it_may() {
    let place = place();
    let one = place.work.commit(&[("f", "old")], "one");
    let two = place.work.commit(&[("f", "new")], "two");
    place.work.run(&["config", "uploadpack.allowFilter", "true"]);
    let partial = place.directory.path().join("partial");
    let url = format!("file://{}", place.work.path.display());
    place.work.run(&["clone", "--quiet", "--filter=blob:none", &url, partial.to_str().unwrap()]);
    let open = || Repository::open(&partial).unwrap();
    assert!(open().read(two, "f", 9).is_ok());
    let error = open().read(one, "f", 9).unwrap_err();
    assert!(matches!(error, GitError::Missing { .. }), "{error}");
    let bringing = open().bringing(program()).unwrap();
    assert_eq!(bringing.read(one, "f", 9).unwrap().unwrap().bytes, b"old");
    assert!(open().read(one, "f", 9).is_ok());
}

#[test]
fn head_before_the_first_commit_on_a_branch_and_detached() {
    let place = place();
    assert_eq!(place.open().head(), Ok(None));
    assert_eq!(place.open().upstream_of_head(), Ok(None));
    assert_eq!(place.open().status_paths(&program(), &[]), Ok(Vec::new()));
    let one = place.work.commit(&[], "one");
    assert_eq!(place.open().head(), Ok(Some(one)));
    assert_eq!(place.open().is_detached(), Ok(false));
    place.work.run(&["checkout", "--quiet", "--detach"]);
    assert_eq!(place.open().is_detached(), Ok(true));
    assert_eq!(place.open().head(), Ok(Some(one)));
}

#[test]
fn the_upstream_of_a_clone_is_found() {
    let place = place();
    let one = place.work.commit(&[], "one");
    let clone = place.directory.path().join("clone");
    place.work.run(&["clone", "--quiet", "--no-local", ".", clone.to_str().unwrap()]);
    let repository = Repository::open(&clone).unwrap();
    assert_eq!(repository.upstream_of_head(), Ok(Some(one)));
    assert_eq!(place.open().upstream_of_head(), Ok(None));
}

#[test]
fn revisions_are_resolved_to_commits_or_not_at_all() {
    let place = place();
    let one = place.work.commit(&[("f", "x")], "one");
    let two = place.work.commit(&[], "two");
    place.work.tag("1.0", "one");
    let blob = place.work.run(&["rev-parse", "HEAD:f"]);
    let repository = place.open();
    for (rev, found) in [
        ("HEAD", Some(two)),
        ("HEAD^", Some(one)),
        ("master~1", Some(one)),
        ("1.0", Some(two)),
        (&two.to_string()[..10], Some(two)),
        (&two.to_string(), Some(two)),
        ("HEAD~2", None),
        ("no-such", None),
        (NOTHING, None),
        ("feature//x", None),
        ("", None),
        ("-x", None),
        (blob.as_str(), None),
    ] {
        assert_eq!(repository.resolve(rev), Ok(found), "{rev}");
    }
}

#[test]
fn a_commit_tells_who_when_and_what() {
    let place = place();
    let one = place.work.commit(&[], "one");
    let two = place.work.commit(&[], "Fix the\nwidget\n\nBecause.\n\nChange-Id: I1");
    place.work.tag("1.0", "one");
    let repository = place.open();
    let commit = repository.commit(two).unwrap().unwrap();
    assert_eq!((commit.id, &commit.parents[..]), (two, &[one][..]));
    assert_eq!(
        (commit.author_name.as_str(), commit.author_email.as_str()),
        ("Ann Author", "ann@example.org")
    );
    assert_eq!(commit.author_time, Moment { seconds: DAWN + 120, offset_minutes: 60 });
    assert_eq!(commit.subject(), "Fix the widget");
    assert_eq!(commit.message, "Fix the\nwidget\n\nBecause.\n\nChange-Id: I1\n");
    assert_eq!(repository.parents(two), Ok(vec![one]));
    let tag = place.work.id(&["rev-parse", "1.0"]);
    assert_eq!((repository.commit(tag), repository.commit(nothing())), (Ok(None), Ok(None)));
    assert!(matches!(repository.parents(nothing()), Err(GitError::Missing { .. })));
}

/// master: a - b - - m - c     side: b - s (merged by m)     stable: a - t     other: o
struct History {
    a: Oid,
    b: Oid,
    s: Oid,
    m: Oid,
    c: Oid,
    t: Oid,
    other: Oid,
}

fn history(work: &Work) -> History {
    let a = work.commit(&[("a", "")], "a");
    let b = work.commit(&[("b", "")], "b");
    work.run(&["checkout", "--quiet", "-b", "side"]);
    // Made by a clock that was wrong.
    work.tick(-100_000);
    let s = work.commit(&[("s", "")], "s");
    work.tick(100_000);
    work.run(&["checkout", "--quiet", "master"]);
    work.tick(60);
    work.run(&["merge", "--quiet", "--no-ff", "--message", "m", "side"]);
    let m = work.id(&["rev-parse", "HEAD"]);
    let c = work.commit(&[("c", "")], "c");
    work.run(&["checkout", "--quiet", "-b", "stable", &a.to_string()]);
    let t = work.commit(&[("t", "")], "t");
    work.run(&["checkout", "--quiet", "--orphan", "other"]);
    let other = work.commit(&[], "other");
    History { a, b, s, m, c, t, other }
}

#[test]
fn descent_is_told_as_git_tells_it() {
    let place = place();
    let History { a, b, s, m, c, t, other } = history(&place.work);
    let repository = place.open();
    for (one, two) in [(c, t), (s, c), (s, t), (b, m), (a, a), (t, m)] {
        let base = place.work.id(&["merge-base", &one.to_string(), &two.to_string()]);
        assert_eq!(repository.merge_base(one, two), Ok(Some(base)));
    }
    assert_eq!(repository.merge_base(c, other), Ok(None));
    let all = [a, b, s, m, c, t, other];
    for ancestor in all {
        for descendant in all {
            let contained = place.work.run(&["rev-list", &descendant.to_string()]);
            let expected = contained.contains(&ancestor.to_string());
            assert_eq!(repository.is_ancestor(ancestor, descendant), Ok(expected));
            assert_eq!(repository.is_reachable(ancestor, &[descendant]), Ok(expected));
        }
    }
    for missing in [
        repository.merge_base(c, nothing()).unwrap_err(),
        repository.is_ancestor(nothing(), c).unwrap_err(),
        repository.is_reachable(c, &[nothing()]).unwrap_err(),
        repository.log(None, nothing()).unwrap_err(),
    ] {
        assert!(matches!(missing, GitError::Missing { .. }), "{missing}");
    }
}

#[test]
fn one_walk_finds_a_commit_in_any_of_many() {
    let place = place();
    let History { a, b, s, m, c, t, other } = history(&place.work);
    let blob = place.work.id(&["rev-parse", &format!("{c}:a")]);
    let repository = place.open();
    for (id, from, expected) in [
        (s, vec![t, other, c], true),
        (t, vec![m, other, c], false),
        (a, vec![other, t], true),
        (b, vec![other, t, a], false),
        (c, vec![], false),
        (a, vec![blob], false),
        (a, vec![blob, t, t], true),
    ] {
        assert_eq!(repository.is_reachable(id, &from), Ok(expected), "{id} in {from:?}");
    }
}

#[test]
fn one_walk_finds_the_branches_that_contain_a_commit() {
    let place = place();
    let History { a, b, s, m, c, t, other } = history(&place.work);
    let repository = place.open();
    let all = [a, b, s, m, c, t, other];
    for id in all {
        let expected: Vec<bool> =
            all.iter().map(|tip| repository.is_ancestor(id, *tip).unwrap()).collect();
        assert_eq!(repository.containing(id, &all), Ok(expected), "{id}");
    }
    let many: Vec<Oid> = all.into_iter().cycle().take(150).collect();
    let found = repository.containing(b, &many).unwrap();
    assert!(found.iter().zip(&many).all(|(found, tip)| *found == [b, s, m, c].contains(tip)));
    let missing = repository.containing(c, &[nothing()]).unwrap_err();
    assert!(matches!(missing, GitError::Missing { .. }), "{missing}");
}

#[test]
fn the_nearest_tag_leaves_out_the_fewest_commits() {
    let place = place();
    let History { a, b, s, m, c, t, other } = history(&place.work);
    let commits = [a, b, s, m, c, t, other];
    let counts: HashMap<(Oid, Oid), usize> = commits
        .iter()
        .flat_map(|from| commits.iter().map(move |to| (*from, *to)))
        .map(|(from, to)| {
            let count = place.work.run(&["rev-list", "--count", &format!("{from}..{to}")]);
            ((from, to), count.parse().unwrap())
        })
        .collect();
    let repository = place.open();
    // Every set of tags, whatever the clocks said.
    for set in 0_u32..1 << commits.len() {
        let tagged = commits.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0);
        let names: HashMap<Oid, String> = tagged.map(|(_, id)| (*id, id.to_string())).collect();
        for commit in [c, m, t, other] {
            let inside = names.keys().filter(|id| repository.is_ancestor(**id, commit).unwrap());
            let nearest = inside.map(|id| counts[&(*id, commit)]).min();
            let found = repository.describe(commit, &names).unwrap();
            assert_eq!(found.as_ref().map(|found| found.distance), nearest, "{set:b}, {commit}");
            if let Some(found) = found {
                let tag: Oid = found.tag.parse().unwrap();
                assert_eq!(counts[&(tag, commit)], found.distance);
            }
        }
    }
}

#[test]
fn logs_leave_out_what_was_there_before() {
    let place = place();
    let History { a, b, s, m, c, .. } = history(&place.work);
    let repository = place.open();
    for (exclude, tip) in [(Some(a), c), (Some(b), c), (Some(s), c), (None, c), (Some(c), c)] {
        let log: Vec<Oid> =
            repository.log(exclude, tip).unwrap().iter().map(|one| one.id).collect();
        let mut arguments = vec!["rev-list".to_owned(), "--topo-order".to_owned(), tip.to_string()];
        arguments.extend(exclude.map(|id| format!("^{id}")));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let expected = place.work.run(&arguments);
        let mut expected: Vec<Oid> = expected.lines().map(|id| id.parse().unwrap()).collect();
        assert!(log.windows(2).all(|pair| repository.is_ancestor(pair[0], pair[1]) == Ok(false)));
        let mut sorted = log.clone();
        sorted.sort();
        expected.sort();
        assert_eq!(sorted, expected, "{exclude:?}..{tip}");
    }
    assert_eq!(repository.first_parents(Some(a), c), Ok(vec![b, m, c]));
    assert_eq!(repository.first_parents(None, m), Ok(vec![a, b, m]));
    assert_eq!(repository.first_parents(Some(c), c), Ok(vec![]));
    let error = repository.first_parents(Some(s), c).unwrap_err();
    assert_eq!(error, GitError::NotFirstParent { base: s, tip: c });
}

#[test]
fn trees_and_files_are_read_at_any_commit() {
    let place = place();
    let work = &place.work;
    work.write("run.sh", "#!");
    std::os::unix::fs::symlink("d/f", work.path.join("link")).unwrap();
    work.run(&["update-index", "--add", "--chmod=+x", "run.sh"]);
    work.run(&["update-index", "--add", "--cacheinfo", &format!("160000,{NOTHING},sub")]);
    work.write("d/f", "text");
    work.run(&["add", "d/f", "link"]);
    work.run(&["commit", "--quiet", "--message", "one"]);
    let one = work.id(&["rev-parse", "HEAD"]);
    let repository = place.open();
    let names = |dir| {
        let items = repository.list(one, dir).unwrap()?;
        Some(items.into_iter().map(|item| (item.name, item.kind)).collect::<Vec<_>>())
    };
    let kinds = [
        ("d", TreeKind::Directory),
        ("link", TreeKind::Symlink),
        ("run.sh", TreeKind::Executable),
        ("sub", TreeKind::Submodule),
    ];
    let kinds = kinds.map(|(name, kind)| (name.to_owned(), kind));
    assert_eq!(names("").unwrap(), kinds);
    assert_eq!(names("d/").unwrap(), [("f".to_owned(), TreeKind::File)]);
    assert_eq!((names("x"), names("run.sh"), names("d/f/g")), (None, None, None));

    let read = |path| repository.read(one, path, 100).unwrap().map(|blob| (blob.kind, blob.bytes));
    assert_eq!(read("d/f"), Some((TreeKind::File, b"text".to_vec())));
    assert_eq!(read("link"), Some((TreeKind::Symlink, b"d/f".to_vec())));
    assert_eq!(read("sub"), Some((TreeKind::Submodule, Vec::new())));
    assert_eq!((read("d"), read("d/x"), read("link/f")), (None, None, None));
    let large = repository.read(one, "d/f", 3).unwrap_err();
    assert!(matches!(large, GitError::TooLarge { size: 4, limit: 3, .. }), "{large}");
    assert!(repository.prefetch(&[(one, "d/f"), (one, "x")]).is_ok());
    assert!(matches!(repository.list(nothing(), ""), Err(GitError::Missing { .. })));
}

#[test]
fn changed_paths_are_those_that_differ_under_the_given_ones() {
    let place = place();
    let one =
        place.work.commit(&[("d/a", "1"), ("d/b", "2"), ("db", "3"), ("e/x", "moved")], "one");
    place.work.run(&["mv", "e/x", "e/y"]);
    fs::remove_file(place.work.path.join("d/b")).unwrap();
    let two = place.work.commit(&[("d/a", "x"), ("db", "4"), ("d[1]/*", "new")], "two");
    let repository = place.open();
    let changed = |old, under: &[&str]| repository.changed_paths(old, two, under).unwrap();
    assert_eq!(changed(Some(one), &[]), ["d/a", "d/b", "d[1]/*", "db", "e/x", "e/y"]);
    assert_eq!(changed(Some(one), &["d"]), ["d/a", "d/b"]);
    assert_eq!(changed(Some(one), &["d/", "e/y"]), ["d/a", "d/b", "e/y"]);
    assert_eq!(changed(Some(one), &["d[1]"]), ["d[1]/*"]);
    assert_eq!(changed(None, &["d"]), ["d/a"]);
    assert!(changed(Some(two), &[]).is_empty());
    let stat = repository.diffstat(one, two).unwrap();
    let expected = place.work.run(&["diff", "--stat=72", &one.to_string(), &two.to_string()]);
    assert_eq!(stat.trim_end(), expected);
}

#[test]
fn dirty_staged_and_untracked_work_is_seen_and_ignored_work_is_not() {
    let place = place();
    let work = &place.work;
    work.commit(&[("d/a", "1"), ("d/b", "1"), ("c", "1"), (".gitignore", "*.o\n")], "one");
    assert_eq!(place.open().status_paths(&program(), &[]), Ok(Vec::new()));
    work.write("d/a", "22");
    work.write("c", "2");
    work.run(&["add", "c"]);
    work.write("d/new/x", "");
    work.write("d/new/x.o", "");
    fs::remove_file(work.path.join("d/b")).unwrap();
    assert_eq!(place.open().status_paths(&program(), &[]).unwrap(), ["c", "d/a", "d/b", "d/new/x"]);
    assert_eq!(place.open().status_paths(&program(), &["d"]).unwrap(), ["d/a", "d/b", "d/new/x"]);
}

#[test]
fn refs_are_the_same_read_in_process_and_by_git() {
    let place = place();
    let one = place.work.commit(&[], "one");
    let object = place.work.tag("1.0", "widget 1.0\n\nmeta:x: y");
    place.work.run(&["tag", "light"]);
    place.work.run(&["tag", "--annotate", "--message", "twice", "nested", "1.0"]);
    place.work.run(&["branch", "stable/x"]);
    place.work.run(&["update-ref", "refs/other/x", "HEAD"]);
    place.work.run(&["symbolic-ref", "refs/heads/alias", "refs/heads/stable/x"]);
    place.work.run(&["symbolic-ref", "refs/heads/dangling", "refs/heads/gone"]);
    place.work.run(&["pack-refs", "--all"]);
    place.work.run(&["tag", "--annotate", "--message", "loose", "loose"]);
    let path = place.work.path.to_str().unwrap();
    let in_process = ls_remote(&program(), &RemoteUrl::new(path)).unwrap();
    assert_eq!(in_process.tags["1.0"].object, object);
    assert_eq!((in_process.tags["1.0"].peeled, in_process.tags["nested"].peeled), (one, one));
    assert_eq!(in_process.heads.keys().collect::<Vec<_>>(), ["alias", "master", "stable/x"]);
    // What only git can read: an extension that libgit2 does not know.
    place.work.run(&["config", "core.repositoryFormatVersion", "1"]);
    place.work.run(&["config", "extensions.partialClone", "origin"]);
    assert!(matches!(Repository::open(&place.work.path), Err(GitError::Unsupported { .. })));
    assert_eq!(ls_remote(&program(), &RemoteUrl::new(path)), Ok(in_process));
}

#[test]
fn a_tag_object_is_read_back() {
    let place = place();
    let one = place.work.commit(&[], "one");
    let object = place.work.tag("1.0", "widget 1.0\n\nmeta:x: y");
    let repository = place.open();
    let tag = repository.tag_object(object).unwrap().unwrap();
    assert_eq!((tag.target, tag.name.as_str()), (one, "1.0"));
    assert_eq!(tag.message, "widget 1.0\n\nmeta:x: y\n");
    assert_eq!(tag.tagger.unwrap().email, "cy@x.example");
    assert_eq!(
        (repository.tag_object(one), repository.tag_object(nothing())),
        (Ok(None), Ok(None))
    );
}

#[test]
fn a_damaged_object_is_no_missing_one() {
    let place = place();
    let one = place.work.commit(&[("f", "text")], "one");
    let blob = place.work.run(&["rev-parse", "HEAD:f"]);
    let path = place.work.path.join(".git/objects").join(&blob[..2]).join(&blob[2..]);
    fs::remove_file(&path).unwrap();
    let error = place.open().read(one, "f", 100).unwrap_err();
    assert!(matches!(error, GitError::Missing { .. }), "{error}");
    fs::write(&path, "garbage").unwrap();
    let error = place.open().read(one, "f", 100).unwrap_err();
    assert!(matches!(error, GitError::Corrupt { .. }), "{error}");
}

#[test]
fn a_note_is_found_however_many_folders_its_name_has() {
    let dir = tempfile::tempdir().unwrap();
    let work = Work::new(dir.path().join("w"));
    let commit = work.commit(&[], "Noted");
    let other = work.commit(&[], "Not noted");
    work.run(&["notes", "--ref=review", "add", "-m", "Code-Review+2: Ann", &commit.to_string()]);
    let flat = work.id(&["rev-parse", "refs/notes/review"]);
    let hex = commit.to_string();
    let name = |cuts: &[usize]| {
        let mut name = hex.clone();
        cuts.iter().for_each(|at| name.insert(*at, '/'));
        name
    };
    let two = work.commit(&[(&name(&[2]), "in one folder")], "Notes");
    work.run(&["rm", "-rq", "."]);
    let three = work.commit(&[(&name(&[2, 5]), "in two folders")], "Notes");
    let repository = Repository::open(&work.path).unwrap();
    let note = |tip| repository.note(tip, commit).unwrap().map(|it| String::from_utf8(it).unwrap());
    assert_eq!(note(flat).as_deref(), Some("Code-Review+2: Ann\n"));
    assert_eq!(note(two).as_deref(), Some("in one folder"));
    assert_eq!(note(three).as_deref(), Some("in two folders"));
    assert_eq!(repository.note(flat, other).unwrap(), None);
}
