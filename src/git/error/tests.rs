//! What a failure is called, and what it does not show.

use super::*;

#[test]
fn passwords_and_tokens_of_urls_are_masked() {
    for (text, shown) in [
        ("https://me:secret@host/a", "https://***@host/a"),
        ("fatal: 'https://token@host/a' gone", "fatal: 'https://***@host/a' gone"),
        ("https://me:p@ss@host/a", "https://***@host/a"),
        ("https://me:p/ss@host/a and http://a:b@c", "https://***@host/a and http://***@c"),
        ("ssh://me@host:29418/a", "ssh://me@host:29418/a"),
        ("ssh://me:pw@host:29418/a", "ssh://***@host:29418/a"),
        ("https://host:443/a@b", "https://host:443/a@b"),
        ("git@host:a/b", "git@host:a/b"),
        ("nothing", "nothing"),
    ] {
        assert_eq!(mask_credentials(text), shown);
    }
}

#[test]
fn the_help_trusts_the_path_that_git_looked_at() {
    let said = "repository path '/srv/a b/releases/' is not owned by current user";
    let error = GitError::belongs_to_another(Path::new("."), said);
    assert!(error.help().ends_with("--add safe.directory '/srv/a b/releases'"), "{}", error.help());
    let error = GitError::belongs_to_another(Path::new("/"), "not owned");
    assert!(error.help().ends_with("--add safe.directory /"));
}

#[test]
fn a_failed_command_names_its_status_and_words() {
    let failed = |status| GitError::Failed {
        doing: "pushing to https://a:b@c/d".to_owned(),
        status,
        stderr: "fatal: no\n".to_owned(),
    };
    assert_eq!(
        failed(Some(128)).to_string(),
        "pushing to https://***@c/d: git ended with status 128: fatal: no"
    );
    assert_eq!(
        failed(None).to_string(),
        "pushing to https://***@c/d: git was killed by a signal: fatal: no"
    );
}
