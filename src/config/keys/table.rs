//! The table of keys.

use super::{Key, Slot, values};
use crate::config::{after, mail, pages};
use crate::version::BranchKind;

/// Every key, in the order of the documentation. `git` goes before `push` and `gerrit`, which it resets.
pub const KEYS: &[Key] = &[
    Key::new(
        "git",
        Slot::Checked(values::set_git, |c| c.git.clone()),
        "URL template of the repositories, for reading; `{repo}` is the name; `helper::` addresses are refused",
    ),
    Key::new(
        "push",
        Slot::Checked(values::set_push, |c| c.push_or_git().to_owned()),
        "URL template to which tags and branches go; `helper::` addresses are refused",
    ),
    Key::new(
        "trunk",
        Slot::Checked(values::set_trunk, |c| c.trunk.clone().unwrap_or_default()),
        "trunk of every repository; empty: the branch that HEAD of each repository points to",
    ),
    Key::new(
        "version-form",
        Slot::Checked(values::set_form, |c| c.terms.usual_form.name().to_owned()),
        "how versions are written: `pbr`, `pep440` or a name from `version-forms`",
    ),
    Key::new(
        "branches.stable",
        Slot::Checked(
            |c, prefix| values::set_prefix(c, BranchKind::Stable, prefix),
            |c| values::prefix(c, BranchKind::Stable),
        ),
        "prefix of the branches of series; empty: the site has none",
    ),
    Key::new(
        "branches.unmaintained",
        Slot::Checked(
            |c, prefix| values::set_prefix(c, BranchKind::Unmaintained, prefix),
            |c| values::prefix(c, BranchKind::Unmaintained),
        ),
        "prefix of the branches of series that volunteers keep; empty: none",
    ),
    Key::new(
        "branches.feature",
        Slot::Checked(
            |c, prefix| values::set_prefix(c, BranchKind::Feature, prefix),
            |c| values::prefix(c, BranchKind::Feature),
        ),
        "prefix of feature branches; empty: none",
    ),
    Key::new(
        "branches.bugfix",
        Slot::Checked(
            |c, prefix| values::set_prefix(c, BranchKind::Bugfix, prefix),
            |c| values::prefix(c, BranchKind::Bugfix),
        ),
        "prefix of bugfix branches; empty: none",
    ),
    Key::new(
        "governance",
        Slot::MaybeEmpty(|c| &mut c.governance),
        "path or URL of the governance data: a directory, or its `projects.yaml`",
    ),
    Key::new(
        "zuul-projects",
        Slot::MaybeEmpty(|c| &mut c.zuul_projects),
        "path or URL of the Zuul project data",
    ),
    Key::new(
        "gerrit",
        Slot::Checked(values::set_gerrit, |c| c.gerrit.clone()),
        "base URL of Gerrit; empty: the site has none",
    ),
    Key::new(
        "gerrit-login-file",
        Slot::Optional(|c| &mut c.gerrit_login_file),
        "file with user and HTTP password of Gerrit, or a cookie file",
    ),
    Key::new(
        "approval.label",
        Slot::Text(|c| &mut c.approval.label),
        "Gerrit label with which teams approve a request",
    ),
    Key::new(
        "approval.release-managers",
        Slot::Optional(|c| &mut c.approval.release_managers),
        "Gerrit group whose members may approve for any team; empty: everybody who may vote on the label",
    ),
    Key::new(
        "index",
        Slot::Checked(values::set_index, |c| c.index_url().unwrap_or_default().to_owned()),
        "base URL of the package index; empty: the site has none",
    ),
    Key::new(
        "zuul",
        Slot::MaybeEmpty(|c| &mut c.reviewing.zuul),
        "URL of Zuul's REST API with its tenant, for results of downstream jobs; empty: the site has none",
    ),
    Key::new(
        "code-search",
        Slot::MaybeEmpty(|c| &mut c.reviewing.code_search),
        "URL of the code search (Hound) that knows who depends on a package; empty: the site has none",
    ),
    Key::new(
        "watched-queries",
        Slot::List(|c| &mut c.reviewing.watched),
        "Gerrit queries for open changes that reviewers want to see, with `{repo}` and `{branch}`",
    ),
    Key::new("launchpad", Slot::MaybeEmpty(|c| &mut c.launchpad), "base URL of Launchpad's API"),
    Key::new(
        "launchpad-login-file",
        Slot::Optional(|c| &mut c.launchpad_login_file),
        "file with the OAuth token of Launchpad, as `launchpadlib` keeps it",
    ),
    Key::new(
        "storyboard-login-file",
        Slot::Optional(|c| &mut c.storyboard_login_file),
        "file with the token of StoryBoard",
    ),
    Key::new("storyboard", Slot::MaybeEmpty(|c| &mut c.storyboard), "base URL of StoryBoard's API"),
    Key::new(
        "npm",
        Slot::MaybeEmpty(|c| &mut c.npm),
        "base URL of the registry of npm; empty: the site has none",
    ),
    Key::new(
        "uploader",
        Slot::MaybeEmpty(|c| &mut c.uploader),
        "account that uploads to the package index",
    ),
    Key::new(
        "requirements-repo",
        Slot::Checked(values::set_requirements_repo, |c| {
            c.requirements_repo.as_deref().unwrap_or_default().to_owned()
        }),
        "repository with `upper-constraints.txt`; empty: the site has none",
    ),
    Key::new(
        "cache",
        Slot::Text(|c| &mut c.cache),
        "directory of mirrors and of the record's texts",
    ),
    Key::new(
        "closed-series",
        Slot::CheckedList(values::set_closed, values::closed),
        "series that take no more releases: `end-of-life`, or their names",
    ),
    Key::new(
        "stable-branch-exempt",
        Slot::List(|c| &mut c.stable_branch_exempt),
        "deliverables or repositories whose stable branches are not checked",
    ),
    Key::new("signing.format", Slot::Checked(values::set_format, values::format), "`gpg` or `ssh`"),
    Key::new(
        "signing.key",
        Slot::Optional(|c| &mut c.signing.key),
        "fingerprint, or the file of an ssh key; empty: the key that `series_status.yaml` names for the day",
    ),
    Key::new("signing.home", Slot::Optional(|c| &mut c.signing.home), "home directory of gpg"),
    Key::new("mail.smtp", Slot::Optional(|c| &mut c.mail.smtp), "URL of the mail server"),
    Key::new(
        "mail.directory",
        Slot::Optional(|c| &mut c.mail.directory),
        "directory to which mails are written, one file each",
    ),
    Key::new("mail.from", Slot::Optional(|c| &mut c.mail.from), "sender of announcements"),
    Key::new(
        "mail.to",
        Slot::CheckedList(mail::set_to, |c| c.mail.to.join(",")),
        "recipients of announcements",
    ),
    Key::new(
        "mail.end-notices",
        Slot::List(|c| &mut c.mail.end_notices),
        "recipients of notices about `-eom` and `-eol` tags; empty: there are none",
    ),
    Key::new(
        "mail.reply-to",
        Slot::Optional(|c| &mut c.mail.reply_to),
        "where answers to announcements go; empty: to the sender",
    ),
    Key::new(
        "mail.failures",
        Slot::List(|c| &mut c.mail.failures),
        "recipients of a mail about what a run could not do; empty: nobody",
    ),
    Key::new(
        "mail.template",
        Slot::Checked(mail::set_template, |c| c.mail.template.clone().unwrap_or_default()),
        "path of the site's own template of announcements in the releases repository",
    ),
    Key::new(
        "mail.login-file",
        Slot::Optional(|c| &mut c.mail.login_file),
        "file with user and password of the mail server",
    ),
    Key::new(
        "announce",
        Slot::Checked(values::set_announce, values::announce),
        "who sends announcements: `apply`, a job of the tag pipeline (`tag`), or nobody (`never`)",
    ),
    Key::new(
        "announce-pre-releases",
        Slot::Checked(mail::set_pre_releases, |c| c.mail.pre_releases.as_str().to_owned()),
        "which pre-releases are announced: `rc`, `all` or `none`",
    ),
    Key::new(
        "ledger",
        Slot::Checked(values::set_ledger, |c| c.ledger.clone().unwrap_or_default()),
        "ref that holds the ledger, such as `refs/tagkeeper/ledger`, and nothing else: refs of git and Gerrit are refused; empty: a directory inside the git directory",
    ),
    Key::new(
        "steps",
        Slot::CheckedList(after::set_steps, after::steps_text),
        "steps to do besides tags, branches and announcements: `follow-ups`, `constraints`, `bugs`, `bug-status`, `stories`, `downstream`, `provenance`",
    ),
    Key::new(
        "proposals",
        Slot::Checked(after::set_proposals, after::proposals_text),
        "how changes to projects are proposed: `gerrit`, `branch`, or a directory for patches; empty: on Gerrit, or as branches where there is none",
    ),
    Key::new(
        "constraints-url",
        Slot::Checked(after::set_constraints_url, |c| c.after.constraints_url.clone()),
        "URL of the upper constraints of a branch; `{id}` is the series; empty: the site has none",
    ),
    Key::new(
        "constraints-files",
        Slot::List(|c| &mut c.after.constraints_files),
        "files of a project that name the upper constraints",
    ),
    Key::new(
        "run-again",
        Slot::MaybeEmpty(|c| &mut c.after.run_again),
        "command that runs the post-merge job again, with `{commit}`; `explain` and comments about failures show it; empty: none",
    ),
    Key::new("site.title", Slot::Text(|c| &mut c.pages.title), "title of the release site"),
    Key::new(
        "site.url",
        Slot::Checked(|c, url| c.pages.set_url(url), |c| c.pages.url.clone()),
        "address of the release site; empty: its feeds have no absolute links",
    ),
    Key::new(
        "site.pages",
        Slot::Checked(
            |c, dir| c.pages.set_pages(dir),
            |c| c.pages.pages.clone().unwrap_or_default(),
        ),
        "directory of the releases repository with pages in Markdown or reStructuredText",
    ),
    Key::new(
        "site.file",
        Slot::Checked(
            |c, url| values::put_template(&mut c.pages.file, url, &["{repo}", "{ref}", "{path}"]),
            |c| c.pages.file.clone(),
        ),
        "URL template of a raw file at a `{ref}` of `{kind}` branch, tag or commit; empty: none",
    ),
    Key::new(
        "site.commit",
        Slot::Checked(
            |c, url| values::put_template(&mut c.pages.commit, url, &["{repo}", "{commit}"]),
            |c| c.pages.commit.clone(),
        ),
        "URL template of the page of a commit; empty: none",
    ),
    Key::new(
        "site.tarball",
        Slot::Checked(
            |c, url| values::put_template(&mut c.pages.tarball, url, &["{version}"]),
            |c| c.pages.tarball.clone(),
        ),
        "URL template of the source archive of a release, with `{repo}`, `{name}` and `{version}`; empty: none",
    ),
    Key::new(
        "site.redirects",
        Slot::CheckedList(pages::set_redirects, pages::redirects_text),
        "redirects of the release site, each `FROM TO`",
    ),
    Key::new(
        "ignored-commits",
        Slot::List(|c| &mut c.authoring.ignored_commits),
        "subjects of commits that wait for no release, with `*` and `?`",
    ),
    Key::new(
        "test-deliverable",
        Slot::MaybeEmpty(|c| &mut c.authoring.canary),
        "deliverable that the site tries things with; empty: none",
    ),
];
