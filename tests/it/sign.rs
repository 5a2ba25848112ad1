//! Signed tags, with keys of our own in real `gpg` and `ssh-keygen`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use jiff::Timestamp;
use tagkeeper::git::{
    BadSignature, GitError, Identity, KeyError, Keys, Oid, Signature, SignedTag, Signer,
    TagContent, TagError, TagKey, TagTime, TrustedKeys, create_signed_tag, signature_of,
    verify_tag,
};
use tempfile::TempDir;

use crate::support::git::{Repo, START, bare_command, must, program};
use crate::support::key::{GpgHome, ssh_key, ssh_key_of};

fn repository() -> (TempDir, Repo, Oid) {
    let dir = TempDir::new().unwrap();
    let repo = Repo::new(dir.path().join("widget.git"));
    let commit = repo.commit("main", "README", b"a widget\n");
    (dir, repo, commit)
}

fn content(commit: Oid) -> TagContent {
    TagContent {
        object: commit,
        name: "1.0.0".to_owned(),
        tagger: Identity { name: "Bot".to_owned(), email: "bot@example.org".to_owned() },
        time: TagTime { seconds: START, offset_minutes: 90 },
        message: "widget 1.0.0 release\n\nmeta:series: hibiscus\n".to_owned(),
    }
}

/// A tag by a key of which nothing is known yet.
fn signed(repo: &Repo, commit: Oid, signer: &Signer) -> Result<SignedTag, TagError> {
    let key = TagKey::new(signer.clone());
    create_signed_tag(&program(), repo.dir(), &content(commit), &key)
}

fn now() -> Timestamp {
    Timestamp::now()
}

fn in_years(years: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + years * 366 * 86_400).unwrap()
}

/// What is wrong with the signature, where that is the answer.
fn wrong<T: std::fmt::Debug>(answer: Result<T, TagError>) -> BadSignature {
    match answer {
        Err(TagError::Key(KeyError::BadSignature(why))) => why,
        other => panic!("no verdict on a signature: {other:?}"),
    }
}

/// Writes a tag object of these words.
fn forge(repo: &Repo, dir: &Path, text: &str) -> Oid {
    let file = dir.join("forged");
    std::fs::write(&file, text).unwrap();
    let id = repo.git(&["hash-object", "-w", "-t", "tag", file.to_str().unwrap()]);
    Oid::from_str(&id).unwrap()
}

#[test]
fn a_tag_that_was_signed_by_hand_is_ours_too() {
    let (_dir, repo, _) = repository();
    let home = GpgHome::new();
    let tag = |name: &str| {
        must(
            bare_command("git")
                .env("GNUPGHOME", home.path())
                .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null")])
                .envs([("GIT_COMMITTER_NAME", "Ann"), ("GIT_COMMITTER_EMAIL", "ann@example.org")])
                .arg("--git-dir")
                .arg(repo.dir())
                .args(["tag", "--sign", "--local-user", home.fingerprint()])
                .args(["--message", "by hand", name, "main"]),
        );
        repo.tip(&format!("refs/tags/{name}"))
    };
    let answer = verify_tag(&program(), repo.dir(), tag("1.0.0"), &home.signer());
    assert_eq!(answer.unwrap(), home.fingerprint());
    home.revoke(home.fingerprint());
    let answer = verify_tag(&program(), repo.dir(), repo.tip("refs/tags/1.0.0"), &home.signer());
    assert_eq!(wrong(answer), BadSignature::RevokedKey(home.fingerprint()[24..].to_owned()));
}

#[test]
fn what_keeps_a_tag_from_being_verified_says_nothing_about_its_signature() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let tag = signed(&repo, commit, &home.signer()).unwrap();
    let no_gpg = by(PathBuf::from("/nonexistent/gpg"), &home);
    let answer = verify_tag(&program(), repo.dir(), tag.object, &no_gpg);
    assert!(matches!(answer, Err(TagError::Git(GitError::Failed { .. }))), "{answer:?}");
    for no_tag in [commit, Oid::from_str(&"a".repeat(40)).unwrap()] {
        let answer = verify_tag(&program(), repo.dir(), no_tag, &home.signer());
        assert!(matches!(answer, Err(TagError::Git(GitError::Missing { .. }))), "{answer:?}");
    }
}

#[test]
fn a_tag_signed_by_gpg_is_good_for_git_too() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let signer = home.signer();
    assert_eq!(signer.check(now()).unwrap().fingerprint, home.fingerprint());

    let tag = signed(&repo, commit, &signer).unwrap();
    assert_eq!(tag.key, home.fingerprint());
    assert_eq!(repo.reads("refs/tags/1.0.0"), None, "no ref is made");
    assert_eq!(verify_tag(&program(), repo.dir(), tag.object, &signer).unwrap(), tag.key);

    let text = repo.git(&["cat-file", "tag", &tag.object.to_string()]);
    let head = format!(
        "object {commit}\ntype commit\ntag 1.0.0\ntagger Bot <bot@example.org> {START} +0130\n\n"
    );
    assert!(
        text.starts_with(&(head + "widget 1.0.0 release\n\nmeta:series: hibiscus\n-----BEGIN PGP")),
        "{text}"
    );
    must(
        bare_command("git")
            .env("GNUPGHOME", home.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .arg("--git-dir")
            .arg(repo.dir())
            .args(["verify-tag", &tag.object.to_string()]),
    );
}

#[test]
fn a_tag_by_another_key_is_not_ours() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let other = home.another_key("Eve <eve@example.org>");
    let by_eve = signed(&repo, commit, &home.signer_with(&other));
    let tag = by_eve.unwrap().object;
    let answer = verify_tag(&program(), repo.dir(), tag, &home.signer());
    let wanted = home.fingerprint().to_owned();
    assert_eq!(wrong(answer), BadSignature::OtherKey { by: other.clone(), wanted });

    let stranger = GpgHome::new();
    let answer = verify_tag(&program(), repo.dir(), tag, &stranger.signer());
    assert_eq!(wrong(answer), BadSignature::UnknownKey(other[24..].to_owned()));
}

#[test]
fn what_is_known_of_a_signature_is_one_of_four_answers() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let other = home.another_key("Eve <eve@example.org>");
    let tag = |signer: &Signer| signed(&repo, commit, signer).unwrap().object;
    let of = |tag, signer: Signer, listed: &[&str]| {
        let listed = listed.iter().map(ToString::to_string).collect();
        signature_of(&program(), repo.dir(), tag, &Keys { signer, listed })
    };
    let (ours, hers) = (tag(&home.signer()), tag(&home.signer_with(&other)));
    assert_eq!(of(ours, home.signer(), &[]), Signature::Good(home.fingerprint().to_owned()));
    assert!(matches!(of(hers, home.signer(), &[]), Signature::Bad(_)));
    assert_eq!(
        of(hers, home.signer(), &[&other]),
        Signature::Good(other.clone()),
        "a key of another time"
    );
    assert!(
        matches!(of(hers, home.signer(), &[&other[32..]]), Signature::Bad(_)),
        "a short id names no key"
    );
    repo.git(&["tag", "-a", "-m", "plain", "0.1.0", "main"]);
    assert_eq!(of(repo.tip("refs/tags/0.1.0"), home.signer(), &[]), Signature::None);
    // Where neither key is at hand nobody can say whose it is.
    let empty = GpgHome::new();
    let absent = empty.signer_with(home.fingerprint());
    assert!(matches!(of(ours, absent, &[]), Signature::NotVerified(_)));
    let no_gpg = by(PathBuf::from("/nonexistent/gpg"), &home);
    assert!(matches!(of(ours, no_gpg, &[]), Signature::NotVerified(_)));
}

#[test]
fn a_tag_without_a_signature_or_with_other_words_is_not_good() {
    let (dir, repo, commit) = repository();
    let home = GpgHome::new();
    repo.git(&["tag", "-a", "-m", "plain", "0.1.0", "main"]);
    let answer = verify_tag(&program(), repo.dir(), repo.tip("refs/tags/0.1.0"), &home.signer());
    assert_eq!(wrong(answer), BadSignature::None);

    let tag = signed(&repo, commit, &home.signer()).unwrap();
    let text = repo.git(&["cat-file", "tag", &tag.object.to_string()]) + "\n";
    let forged = forge(&repo, dir.path(), &text.replace("hibiscus", "hibisque"));
    let answer = verify_tag(&program(), repo.dir(), forged, &home.signer());
    assert_eq!(wrong(answer), BadSignature::OtherWords);

    let (first, _) = text.split_once("SIGNATURE-----\n").unwrap();
    let garbled = format!("{first}SIGNATURE-----\n\nU1NI\n-----END PGP SIGNATURE-----\n");
    let garbled = forge(&repo, dir.path(), &garbled);
    let answer = verify_tag(&program(), repo.dir(), garbled, &home.signer());
    assert!(matches!(wrong(answer), BadSignature::Garbled(_)));
}

#[test]
fn the_end_of_a_key_is_seen_before_it_signs() {
    let home = GpgHome::new();
    assert!(home.signer().check(in_years(1)).is_ok());
    let Err(KeyError::Expired { key, when }) = home.signer().check(in_years(3)) else {
        panic!("a key of two years is over in three");
    };
    assert_eq!(key, home.fingerprint());
    let year = |at: Timestamp| at.strftime("%Y").to_string();
    assert!(when.starts_with(&year(in_years(2))) || when.starts_with(&year(in_years(1))), "{when}");
}

#[test]
fn a_key_that_is_over_today_makes_no_tag() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::expired();
    let answer = home.signer().check(now());
    assert!(matches!(answer, Err(KeyError::Expired { .. })), "{answer:?}");
    let answer = signed(&repo, commit, &home.signer());
    assert!(matches!(answer, Err(TagError::Key(KeyError::Failed { .. }))), "{answer:?}");
}

#[test]
fn a_key_that_is_not_there_and_a_name_that_may_mean_several_are_told_apart() {
    let home = GpgHome::new();
    let answer = home.signer_with(&"AB".repeat(20)).check(now());
    assert!(matches!(answer, Err(KeyError::Missing { .. })), "{answer:?}");
    let answer = home.signer_with("Bot").check(now());
    assert!(matches!(answer, Err(KeyError::Vague(_))), "{answer:?}");
    assert!(home.signer_with(&format!("0x{}", home.fingerprint())).check(now()).is_ok());
}

#[test]
fn a_program_that_is_not_installed_is_named() {
    let (_dir, repo, commit) = repository();
    let nowhere = PathBuf::from("/nonexistent/gpg");
    let gpg = Signer::Gpg { program: nowhere.clone(), home: None, key: "AB".repeat(20) };
    let ssh = Signer::Ssh { program: nowhere, key: Path::new("/dev/null").to_owned() };
    for signer in [gpg, ssh] {
        let answer = signer.check(now());
        assert!(
            matches!(&answer, Err(KeyError::NoProgram { program, .. }) if program == "/nonexistent/gpg"),
            "{answer:?}"
        );
        let answer = signed(&repo, commit, &signer);
        assert!(matches!(answer, Err(TagError::Key(KeyError::NoProgram { .. }))), "{answer:?}");
    }
}

#[test]
fn a_tag_signed_by_ssh_is_good_for_git_too() {
    let (dir, repo, commit) = repository();
    let (signer, public) = ssh_key(&dir.path().join("ours"));
    let tag = signed(&repo, commit, &signer).unwrap();
    assert_eq!(tag.key, signer.check(now()).unwrap().fingerprint);
    assert!(tag.key.starts_with("SHA256:"));

    let allowed = dir.path().join("allowed");
    std::fs::write(&allowed, format!("bot@example.org {public}\n")).unwrap();
    let said = bare_command("git")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .arg("--git-dir")
        .arg(repo.dir())
        .arg("-c")
        .arg(format!("gpg.ssh.allowedSignersFile={}", allowed.display()))
        .args(["verify-tag", &tag.object.to_string()])
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&said.stdout),
        String::from_utf8_lossy(&said.stderr)
    );
    assert!(said.contains("Good \"git\" signature for bot@example.org"), "{said}");

    let (other, _) = ssh_key(&dir.path().join("other"));
    let answer = verify_tag(&program(), repo.dir(), tag.object, &other);
    assert!(matches!(wrong(answer), BadSignature::OtherKey { by, .. } if by == tag.key));
    let text = repo.git(&["cat-file", "tag", &tag.object.to_string()]) + "\n";
    let forged = forge(&repo, dir.path(), &text.replace("hibiscus", "hibisque"));
    let answer = verify_tag(&program(), repo.dir(), forged, &signer);
    assert_eq!(wrong(answer), BadSignature::OtherWords);
    let missing = Signer::Ssh { program: "ssh-keygen".into(), key: dir.path().join("gone") };
    assert!(matches!(missing.check(now()), Err(KeyError::Missing { .. })));
}

#[test]
fn trusted_ssh_keys_verify_tags_and_files_and_no_others_do() {
    let (dir, repo, commit) = repository();
    let (signer, public) = ssh_key(&dir.path().join("ours"));
    let (_, other) = ssh_key(&dir.path().join("other"));
    let tag = signed(&repo, commit, &signer).unwrap();
    let trust = |keys: &[String]| TrustedKeys::new(&[], Vec::new(), keys).unwrap();
    let (both, stranger) = (trust(&[other.clone(), public]), trust(&[other]));
    let text = b"a statement\n";
    let signature = signer.sign(text).unwrap();
    let good = both.verify_file(text, signature.as_bytes()).unwrap();
    assert_eq!((good.by.as_str(), good.has_expired), (tag.key.as_str(), false));
    assert_eq!(both.verify_tag(&program(), repo.dir(), tag.object).unwrap().by, tag.key);
    let unknown = |why| matches!(why, BadSignature::UnknownKey(by) if by == tag.key);
    assert!(unknown(wrong(stranger.verify_file(text, signature.as_bytes()))));
    assert!(unknown(wrong(stranger.verify_tag(&program(), repo.dir(), tag.object))));
    let changed = both.verify_file(b"another one\n", signature.as_bytes());
    assert_eq!(wrong(changed), BadSignature::OtherWords);
    let garbled = both.verify_file(text, b"-----BEGIN SSH SIGNATURE-----\nx\n");
    assert!(matches!(wrong(garbled), BadSignature::Garbled(_)));
}

/// A program that is a shell script. A child writes it: a file that this process had open for writing could not be
/// started while a child of another test, born meanwhile, still has it.
fn script(path: &Path, text: &str) -> PathBuf {
    let source = path.with_extension("source");
    std::fs::write(&source, format!("#!/bin/sh\n{text}\n")).unwrap();
    must(bare_command("cp").arg(&source).arg(path));
    must(bare_command("chmod").arg("755").arg(path));
    path.to_owned()
}

fn by(program: PathBuf, home: &GpgHome) -> Signer {
    let (home, key) = (Some(home.path().to_owned()), home.fingerprint().to_owned());
    Signer::Gpg { program, home, key }
}

#[test]
fn a_key_that_cannot_sign_is_seen_before_the_first_tag() {
    let home = GpgHome::new();
    let locked = home.signer_with(&home.locked_key()).check(now());
    assert!(matches!(locked, Err(KeyError::Failed { .. })), "{locked:?}");
    let chief = home.certifying_key();
    let unfit = home.signer_with(&chief).check(now());
    assert!(
        matches!(unfit, Err(KeyError::Unusable { state: "not able to sign", .. })),
        "{unfit:?}"
    );
    home.subkey(&chief);
    assert_eq!(home.signer_with(&chief).check(now()).unwrap().fingerprint, chief);
    home.revoke(&chief);
    let revoked = home.signer_with(&chief).check(now());
    assert!(matches!(revoked, Err(KeyError::Unusable { state: "revoked", .. })), "{revoked:?}");
    for length in [8, 20, 39] {
        let short = home.signer_with(&home.fingerprint()[40 - length..]).check(now());
        assert!(matches!(short, Err(KeyError::Vague(_))), "{short:?}");
    }
}

#[test]
fn a_subkey_signs_for_its_key_and_by_its_own_name() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let chief = home.certifying_key();
    let subkey = home.subkey(&chief);
    for name in [&chief[..], &chief[24..], &subkey, &subkey[24..]] {
        let signer = home.signer_with(name);
        signer.check(now()).unwrap();
        let tag = signed(&repo, commit, &signer).unwrap();
        assert_eq!(tag.key, chief, "{name}");
    }
}

#[test]
fn an_ssh_key_that_is_locked_is_seen_and_asks_nobody() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("locked");
    let (signer, _) = ssh_key(&path);
    signer.check(now()).unwrap();
    must(bare_command("ssh-keygen").args(["-q", "-p", "-P", "", "-N", "secret", "-f"]).arg(&path));
    let answer = signer.check(now());
    assert!(matches!(answer, Err(KeyError::Failed { .. })), "{answer:?}");
    let (_dir, repo, commit) = repository();
    let answer = signed(&repo, commit, &signer);
    assert!(matches!(answer, Err(TagError::Key(KeyError::Failed { .. }))), "{answer:?}");
}

#[test]
fn a_broken_gpg_makes_no_tag_and_is_no_missing_key() {
    let (dir, repo, commit) = repository();
    let home = GpgHome::new();
    let signs =
        |body: &str| format!("case \"$*\" in *detach-sign*) {body};; esac; exec gpg \"$@\"");
    let cases = [
        ("silent", "exit 0".to_owned()),
        ("failing", "echo out of order >&2; exit 2".to_owned()),
        ("shouting", "exec cat /dev/zero".to_owned()),
        ("silent-signer", signs("exit 0")),
        ("failing-signer", signs("exit 2")),
        ("garbled-signer", signs("echo garbage; exit 0")),
    ];
    for (name, body) in cases {
        let signer = by(script(&dir.path().join(name), &body), &home);
        let answer = signer.check(now());
        assert!(matches!(answer, Err(KeyError::Failed { .. })), "{name}: {answer:?}");
        let answer = signed(&repo, commit, &signer);
        assert!(
            matches!(answer, Err(TagError::Key(KeyError::Failed { .. }))),
            "{name}: {answer:?}"
        );
    }
    // A signature over other words, and one as of a day on which the key was still good.
    let others = signs("(cat; echo more) | gpg \"$@\"; exit $?");
    let signer = by(script(&dir.path().join("other-words"), &others), &home);
    let answer = signed(&repo, commit, &signer);
    assert_eq!(wrong(answer), BadSignature::OtherWords);
    let old = GpgHome::expired();
    let then = "set -- --faked-system-time=1577850000 \"$@\"";
    let signer = by(script(&dir.path().join("backdating"), &signs(then)), &old);
    let answer = signed(&repo, commit, &signer);
    assert_eq!(wrong(answer), BadSignature::ExpiredKey(old.fingerprint()[24..].to_owned()));
}

#[test]
fn a_key_that_was_verified_once_is_taken_at_the_word_of_gpg() {
    let (dir, repo, commit) = repository();
    let home = GpgHome::new();
    let calls = dir.path().join("calls");
    let body = format!(
        "case \"$*\" in *--verify*) echo >> '{0}';; *detach-sign*) [ -e '{0}.cut' ] && {{ gpg \"$@\" | head -n 3; exit 0; }};; esac; exec gpg \"$@\"",
        calls.display()
    );
    let gpg = script(&dir.path().join("counting"), &body);
    let verified = || std::fs::read_to_string(&calls).unwrap_or_default().len();
    let key = TagKey::new(by(gpg, &home));
    let tag = |name: &str| {
        let content = TagContent { name: name.to_owned(), ..content(commit) };
        create_signed_tag(&program(), repo.dir(), &content, &key)
    };
    for name in ["1.0.0", "1.0.1", "1.0.2"] {
        let tag = tag(name).unwrap();
        assert_eq!(tag.key, home.fingerprint());
        assert_eq!(
            verify_tag(&program(), repo.dir(), tag.object, &home.signer()).unwrap(),
            tag.key
        );
    }
    assert_eq!(verified(), 1, "the first one");
    // gpg says that it signed, and half of the signature comes.
    std::fs::write(dir.path().join("calls.cut"), "").unwrap();
    let answer = tag("1.0.3");
    assert!(matches!(wrong(answer), BadSignature::Garbled(_)));
}

#[test]
fn signing_programs_see_no_variable_that_they_do_not_need() {
    let dir = TempDir::new().unwrap();
    let home = GpgHome::new();
    let seen = dir.path().join("seen");
    let spy = |name: &str| {
        let text = format!("env > '{}'; exec {name} \"$@\"", seen.display());
        script(&dir.path().join(name), &text)
    };
    let names = || -> Vec<String> {
        let text = std::fs::read_to_string(&seen).unwrap();
        text.lines().filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect()
    };
    let allowed = [
        "PATH",
        "HOME",
        "TMPDIR",
        "XDG_RUNTIME_DIR",
        "LC_ALL",
        "GNUPGHOME",
        "SSH_AUTH_SOCK",
        "SSH_ASKPASS",
        "SSH_ASKPASS_REQUIRE",
        "PWD",
        "OLDPWD",
        "SHLVL",
        "_",
    ];
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some(), "there is nothing to hide");
    by(spy("gpg"), &home).check(now()).unwrap();
    let by_gpg = names();
    let (_, _) = ssh_key(&dir.path().join("id"));
    Signer::Ssh { program: spy("ssh-keygen"), key: dir.path().join("id") }.check(now()).unwrap();
    let by_ssh = names();
    for name in by_gpg.iter().chain(&by_ssh) {
        assert!(allowed.contains(&name.as_str()), "{name}");
    }
    // Or it would wait at the terminal for a passphrase.
    assert!(by_ssh.iter().any(|name| name == "SSH_ASKPASS_REQUIRE"));
}

#[test]
fn a_key_may_be_named_by_its_subkey_and_in_any_spelling() {
    let (_dir, repo, commit) = repository();
    let home = GpgHome::new();
    let subkey = home.subkey(home.fingerprint());
    assert_ne!(subkey, home.fingerprint());
    let small = format!("0x{}", home.fingerprint().to_ascii_lowercase());
    let long_id = home.fingerprint()[24..].to_owned();
    for name in [home.fingerprint().to_owned(), subkey, small, long_id] {
        let signer = home.signer_with(&name);
        assert_eq!(signer.check(now()).unwrap().fingerprint, home.fingerprint(), "{name}");
        let tag = signed(&repo, commit, &signer).unwrap();
        assert_eq!(tag.key, home.fingerprint(), "{name}");
    }
}

#[test]
fn the_public_half_of_any_ssh_key_is_enough_to_verify() {
    for kind in ["ed25519", "ecdsa", "rsa"] {
        let (dir, repo, commit) = repository();
        let path = dir.path().join(kind);
        let (signer, _) = ssh_key_of(&path, kind);
        let tag = signed(&repo, commit, &signer).unwrap();
        let key = path.with_extension("pub");
        let public = Signer::Ssh { program: PathBuf::from("ssh-keygen"), key };
        assert_eq!(verify_tag(&program(), repo.dir(), tag.object, &public).unwrap(), tag.key);
    }
}
