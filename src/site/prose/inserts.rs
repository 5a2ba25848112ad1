//! What directives of the old pages stand for: they put data of the record into a page, which pages of ours show anyway.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::names;
use crate::text::html::web;
use crate::text::rst::CustomDirective;
use crate::tree::deliverable::Status;
use crate::tree::series::SeriesList;

/// What the directives ask about.
#[derive(Clone, Copy, Default)]
pub(in crate::site) struct Setting<'a> {
    /// The series; none for a record without a list.
    pub(in crate::site) series: Option<&'a SeriesList>,
    /// Base URL of Gerrit; empty where the site has none.
    pub(in crate::site) gerrit: &'a str,
    /// Under which name Gerrit knows the releases repository; `None` if nothing says so.
    pub(in crate::site) project: Option<&'a str>,
}

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page: title and path.
    Page(String, String),
    /// A web address, with its title.
    Web(String, String),
}

/// What `asked` in the page at `path` stands for.
///
/// # Errors
/// Why nobody knows: a phrase.
pub(super) fn target(
    asked: &CustomDirective<'_>,
    path: &str,
    setting: &Setting<'_>,
) -> Result<Target, String> {
    let page = |title: String, path: String| Ok(Target::Page(title, path));
    let beside = |name: &str| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{name}").trim_start_matches('/').to_owned()
    };
    match (asked.directive, asked.option("series")) {
        ("deliverable", Some(series)) => {
            page(format!("Releases of {series}"), format!("{series}/index.html"))
        }
        ("deliverable" | "team", None) => match asked.option("team").or(asked.option("name")) {
            Some(team) => {
                let slug =
                    names::slug(team).map_err(|why| format!("the name of team `{team}` {why}"))?;
                page(format!("Releases of {team}"), format!("teams/{slug}.html"))
            }
            None => page("Deliverables".to_owned(), "deliverables/index.html".to_owned()),
        },
        ("independent-deliverables", _) => {
            page("Series-independent projects".to_owned(), "independent.html".to_owned())
        }
        ("serieshighlights", Some(series)) => {
            page(format!("Highlights of {series}"), format!("{series}/highlights.html"))
        }
        ("serieshighlights", None) => page("Highlights".to_owned(), beside("highlights.html")),
        ("signingkeys", _) => page("Signing keys".to_owned(), "keys.html".to_owned()),
        ("ics", _) => page("Schedule".to_owned(), beside("schedule.html")),
        ("datatemplate" | "datatemplate:yaml", _) => of_data(asked, beside("schedule.html")),
        ("reviewinbox", _) => Ok(Target::Web("Open requests".to_owned(), inbox(setting)?)),
        (name, _) => Err(format!("unknown directive `{name}`")),
    }
}

/// A table that was made from a file of the record.
fn of_data(asked: &CustomDirective<'_>, schedule: String) -> Result<Target, String> {
    let source = asked.option("source").unwrap_or_default();
    match source.rsplit('/').next().unwrap_or_default() {
        "schedule.yaml" => Ok(Target::Page("Schedule".to_owned(), schedule)),
        "series_status.yaml" => Ok(Target::Page("All series".to_owned(), "index.html".to_owned())),
        _ => Err(format!("no page shows the data of `{source}`")),
    }
}

/// The address of a dashboard of Gerrit with the open requests, by series.
///
/// # Errors
/// If the site has no Gerrit.
fn inbox(setting: &Setting<'_>) -> Result<String, String> {
    let gerrit = setting.gerrit.trim_end_matches('/');
    let is_open = |status| matches!(status, Some(Status::Development | Status::Maintained));
    let list = setting.series.into_iter().flat_map(|list| &list.all);
    let open = list.filter(|series| is_open(series.status.as_ref().map(|it| it.value)));
    let mut sections: Vec<(String, String)> = open
        .map(|series| {
            (series.name.value.clone(), format!("file:^deliverables/{}/.*", *series.name))
        })
        .collect();
    sections.push(("independent".to_owned(), "file:^deliverables/_independent/.*".to_owned()));
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let sections = sections.iter().map(|(name, query)| {
        let title = super::super::book::capital(name);
        format!("&{}={}", encoded(&title), encoded(query))
    });
    let project = setting.project.map(|name| format!(" project:{name}")).unwrap_or_default();
    let url = format!(
        "{gerrit}/dashboard/?title={}&foreach={}{}",
        encoded("Release requests"),
        encoded(&format!("is:open{project}")),
        sections.collect::<String>()
    );
    web(&url).map(str::to_owned).ok_or_else(|| "the site has no Gerrit (`gerrit:`)".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Setting, Target, target};
    use crate::text::rst::CustomDirective;

    fn asked(directive: &str, options: &[(&str, &str)], gerrit: &str) -> Result<Target, String> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let options: Vec<_> = options.iter().map(own).collect();
        let list = crate::tree::series::read(
            b"- {name: zed, status: maintained}\n- {name: yoga, status: end of life}\n",
        );
        let project = Some("garden/releases");
        let setting = Setting { series: Some(&list.0), gerrit, project };
        target(&CustomDirective { directive, options: &options }, "zed/schedule.html", &setting)
    }

    #[test]
    fn a_directive_leads_to_the_page_that_shows_the_same() {
        for (directive, options, path) in [
            ("deliverable", &[("series", "zed")][..], "zed/index.html"),
            ("team", &[("name", "Puppet OpenStack")], "teams/puppet_openstack.html"),
            ("serieshighlights", &[], "zed/highlights.html"),
            ("datatemplate", &[("source", "schedule.yaml")], "zed/schedule.html"),
            ("datatemplate:yaml", &[("source", "series_status.yaml")], "index.html"),
            ("signingkeys", &[], "keys.html"),
        ] {
            let found = asked(directive, options, "");
            assert!(matches!(&found, Ok(Target::Page(_, at)) if at == path), "{found:?}");
        }
        assert!(asked("datatemplate", &[("source", "x.yaml")], "").is_err());
        assert!(asked("team", &[("name", "../x")], "").is_err());
        assert_eq!(asked("strange", &[], ""), Err("unknown directive `strange`".to_owned()));
    }

    #[test]
    fn the_inbox_is_a_dashboard_of_the_open_series() {
        let Ok(Target::Web(_, url)) = asked("reviewinbox", &[], "https://review.garden.example/")
        else {
            panic!("no dashboard");
        };
        assert_eq!(
            url,
            "https://review.garden.example/dashboard/?title=Release%20requests&foreach=is%3Aopen%20project%3Agarden%2Freleases\
             &Zed=file%3A%5Edeliverables%2Fzed%2F%2E%2A\
             &Independent=file%3A%5Edeliverables%2F%5Findependent%2F%2E%2A"
        );
        assert!(asked("reviewinbox", &[], "").unwrap_err().contains("has no Gerrit"));
    }
}
