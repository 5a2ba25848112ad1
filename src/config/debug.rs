//! The configuration in logs and panics: no URL shows the login that it may carry.

use std::fmt;

use super::site::{Config, PackageIndex};
use crate::text::without_login;

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            git,
            push,
            trunk,
            terms,
            branches,
            gerrit,
            may_have_gerrit,
            gerrit_login_file,
            approval,
            cache,
            closed_series,
            stable_branch_exempt,
            signing,
            mail,
            announce,
            ledger,
            governance,
            zuul_projects,
            index,
            launchpad,
            storyboard,
            npm,
            uploader,
            requirements_repo,
            launchpad_login_file,
            storyboard_login_file,
            after,
            pages,
            authoring,
            reviewing,
        } = self;
        f.debug_struct("Config")
            .field("git", &without_login(git))
            .field("push", &push.as_deref().map(without_login))
            .field("trunk", trunk)
            .field("terms", terms)
            .field("branches", branches)
            .field("gerrit", &without_login(gerrit))
            .field("may_have_gerrit", may_have_gerrit)
            .field("gerrit_login_file", gerrit_login_file)
            .field("approval", approval)
            .field("cache", cache)
            .field("closed_series", closed_series)
            .field("stable_branch_exempt", stable_branch_exempt)
            .field("signing", signing)
            .field("mail", mail)
            .field("announce", announce)
            .field("ledger", ledger)
            .field("governance", &without_login(governance))
            .field("zuul_projects", &without_login(zuul_projects))
            .field("index", index)
            .field("launchpad", &without_login(launchpad))
            .field("storyboard", &without_login(storyboard))
            .field("npm", &without_login(npm))
            .field("uploader", uploader)
            .field("requirements_repo", requirements_repo)
            .field("launchpad_login_file", launchpad_login_file)
            .field("storyboard_login_file", storyboard_login_file)
            .field("after", after)
            .field("pages", pages)
            .field("authoring", authoring)
            .field("zuul", &without_login(&reviewing.zuul))
            .field("code_search", &without_login(&reviewing.code_search))
            .field("watched", &reviewing.watched)
            .finish()
    }
}

impl fmt::Debug for PackageIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(url) => f.debug_tuple("At").field(&without_login(url)).finish(),
            Self::Unstated => f.write_str("Unstated"),
            Self::None => f.write_str("None"),
        }
    }
}

/// A value in a message about it: one with an `@` may be an address with a password, set for the wrong key.
pub(super) fn named(value: &str) -> String {
    if value.contains('@') { "this".to_owned() } else { format!("`{value}`") }
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, KEYS};

    #[test]
    fn no_key_shows_a_password() {
        for key in KEYS {
            for value in ["https://bot:s3/cr et@h/{repo}", "smtp://bot:s3cr et@h"] {
                let mut config = Config::default();
                let shown = match config.set(key.name, value) {
                    Ok(()) if IS_URL.contains(&key.name) => format!("{config:?} {config:#?}"),
                    Ok(()) => continue,
                    Err(why) => why,
                };
                assert!(!shown.contains("cr et"), "{}: {shown}", key.name);
            }
        }
    }

    const IS_URL: &[&str] = &[
        "git",
        "push",
        "gerrit",
        "governance",
        "zuul-projects",
        "index",
        "launchpad",
        "storyboard",
        "npm",
        "mail.smtp",
    ];
}
