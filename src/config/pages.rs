//! What the release site is called, where it is, and where its links lead.

use super::debug::named;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::site::Config;
use crate::tree::deliverable::{ArtifactLinkMode, Deliverable, Project, Release};

/// The settings below `site:`. Templates of URLs; an empty one means that the site has no such place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// The title of the release site.
    pub title: String,
    /// The address at which it is published, for feeds; empty where it has none.
    pub url: String,
    /// Directory of the releases repository with pages in Markdown or reStructuredText.
    pub pages: Option<String>,
    /// Where a file of a repository is served raw, with `{repo}`, `{kind}` (`branch`, `tag` or `commit`), `{ref}` and `{path}`.
    pub file: String,
    /// Where a commit is shown, with `{repo}` and `{commit}`.
    pub commit: String,
    /// Where the source archive of a release is, with `{repo}` (its last part), `{name}` and `{version}`.
    pub tarball: String,
    /// Redirects of its own: a path of the site, and a path or web address.
    pub redirects: Vec<(String, String)>,
}

impl Default for Pages {
    /// OpenStack's.
    fn default() -> Self {
        let text = |text: &str| text.to_owned();
        Self {
            title: text("OpenStack Releases"),
            url: text("https://releases.openstack.org"),
            pages: None,
            file: text("https://opendev.org/{repo}/raw/{kind}/{ref}/{path}"),
            commit: text("https://opendev.org/{repo}/commit/{commit}"),
            tarball: text("https://tarballs.openstack.org/{repo}/{name}-{version}.tar.gz"),
            redirects: vec![(text("/teams/shade.html"), text("/teams/openstacksdk.html"))],
        }
    }
}

impl Config {
    /// The address of the source archive of a release of one repository, unless the site or the deliverable has none.
    pub fn archive_url(
        &self,
        deliverable: &Deliverable,
        release: &Release,
        project: &Project,
    ) -> Option<String> {
        self.archive_urls(deliverable, release, project).into_iter().next()
    }

    /// The addresses at which the source archive may be, the likely one first: archives of older releases have their name as
    /// it was written. None where the site or the deliverable has no archives.
    pub fn archive_urls(
        &self,
        deliverable: &Deliverable,
        release: &Release,
        project: &Project,
    ) -> Vec<String> {
        let template = &self.pages.tarball;
        let mode = deliverable.artifact_link_mode.as_ref().map(|mode| mode.value);
        let has_none = mode == Some(ArtifactLinkMode::None) || release.version.special().is_some();
        if template.is_empty() || has_none {
            return Vec::new();
        }
        let settings = deliverable.settings(&project.repo);
        let short = project.repo.rsplit('/').next().unwrap_or_default();
        let own = project.tarball_base.as_ref();
        let base = own.or(settings.and_then(|settings| settings.tarball_base.as_ref()));
        let base = base.map_or(short, |base| base.value.as_str());
        let mut names = vec![normal(base), base.to_owned()];
        names.dedup();
        let url = |name: &String| {
            let url = template.replace("{repo}", &part(short)).replace("{name}", &part(name));
            url.replace("{version}", &part(release.version.text()))
        };
        names.iter().map(url).collect()
    }
}

/// What needs no escape in a part of a path.
const PART: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'+');

/// Text from a file, as one part of the path of a URL.
fn part(text: &str) -> String {
    utf8_percent_encode(text, PART).to_string()
}

/// The name of an archive: as the package index writes names in files.
fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '.' if normal.ends_with('_') => {}
            '-' | '.' => normal.push('_'),
            c => normal.extend(c.to_lowercase()),
        }
    }
    normal
}

impl Pages {
    /// Forgets what is OpenStack's own, unless somebody set it to something else.
    pub(super) fn leave_openstack(&mut self) {
        let theirs = Self::default();
        for (own, theirs) in [
            (&mut self.url, &theirs.url),
            (&mut self.file, &theirs.file),
            (&mut self.commit, &theirs.commit),
            (&mut self.tarball, &theirs.tarball),
        ] {
            if own == theirs {
                own.clear();
            }
        }
        if self.title == theirs.title {
            "Releases".clone_into(&mut self.title);
        }
        if self.redirects == theirs.redirects {
            self.redirects.clear();
        }
    }

    /// Sets the address.
    pub(super) fn set_url(&mut self, value: &str) -> Result<(), String> {
        let is_web = ["https://", "http://"].iter().any(|scheme| {
            value.strip_prefix(scheme).is_some_and(|rest| !rest.trim_matches('/').is_empty())
        });
        if !value.is_empty() && !is_web || value.contains(char::is_whitespace) {
            return Err(format!("`{value}` is not the address of a web site"));
        }
        value.trim_end_matches('/').clone_into(&mut self.url);
        Ok(())
    }

    /// Sets the directory of the pages: a plain path inside the releases repository.
    pub(super) fn set_pages(&mut self, value: &str) -> Result<(), String> {
        let path = value.trim_matches('/');
        let is_plain = |part: &str| !matches!(part, "" | "." | ".." | ".git");
        if !value.is_empty() && (value.starts_with('/') || !path.split('/').all(is_plain)) {
            return Err(format!("`{value}` is not a directory of the releases repository"));
        }
        self.pages = (!path.is_empty()).then(|| path.to_owned());
        Ok(())
    }
}

/// Why a line of a web server's configuration must not hold `text` as it is: a phrase that goes after the text; `None` where it
/// may.
pub fn breaks_a_redirect(text: &str) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/:._-+~=@,&!".contains(c);
    match text.chars().find(|c| !is_plain(*c))? {
        c if c.is_whitespace() => Some("contains white space"),
        '"' | '\'' | '`' => Some("contains a quote"),
        _ => Some("contains a character that an address does not have as it is"),
    }
}

/// Sets the redirects of the site's own, each `FROM TO`.
pub(super) fn set_redirects(config: &mut Config, all: &[String]) -> Result<(), String> {
    let redirects =
        all.iter().map(|text| redirect(text).map_err(|why| format!("{} {why}", named(text))));
    config.pages.redirects = redirects.collect::<Result<_, _>>()?;
    Ok(())
}

fn redirect(text: &str) -> Result<(String, String), &'static str> {
    let (from, to) = text.trim().split_once(' ').ok_or("is not `FROM TO`")?;
    let is_path = |text: &str| text.starts_with('/') && !text.starts_with("//");
    if !is_path(from) {
        return Err("does not begin with a path of the site, such as `/old.html`");
    }
    if !is_path(to) && !["https://", "http://"].iter().any(|scheme| to.starts_with(scheme)) {
        return Err("leads neither to a path of the site nor to a web address");
    }
    match breaks_a_redirect(from).or(breaks_a_redirect(to)) {
        Some(why) => Err(why),
        None => Ok((from.to_owned(), to.to_owned())),
    }
}

/// How [`set_redirects`] takes them.
pub(super) fn redirects_text(config: &Config) -> String {
    let all = config.pages.redirects.iter().map(|(from, to)| format!("{from} {to}"));
    all.collect::<Vec<_>>().join(",")
}

/// A template that has all of `names`; `None` is allowed.
pub(super) fn template(value: &str, names: &[&str]) -> Result<String, String> {
    let missing = names.iter().find(|name| !value.is_empty() && !value.contains(*name));
    match missing {
        Some(name) => Err(format!("`{value}` does not say where {name} goes")),
        None => Ok(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn archives_are_named_as_the_index_writes_names() {
        assert_eq!(normal("oslo.config"), "oslo_config");
        assert_eq!(normal("Puppet-.-Nova"), "puppet_nova");
    }
}
