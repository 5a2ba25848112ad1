//! Zuul's project data: which job templates each project uses.

use regex::Regex;
use serde::Deserialize;

use super::{Answer, Question, Sources, Unknown};

/// The job templates of each project in Zuul's project data.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ZuulProjects;

/// Job templates by project.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    entries: Vec<(Name, Vec<String>)>,
}

#[derive(Clone, Debug)]
enum Name {
    Exact(String),
    Pattern(Regex),
}

impl Templates {
    /// The templates of a project, in the order of the data.
    pub fn of<'a>(&'a self, repo: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        let is_meant = move |name: &Name| match name {
            Name::Exact(name) => name == repo,
            Name::Pattern(pattern) => pattern.is_match(repo),
        };
        let entries = self.entries.iter().filter(move |(name, _)| is_meant(name));
        entries.flat_map(|(_, templates)| templates.iter().map(String::as_str))
    }

    /// Reads the `project:` stanzas of a Zuul file. A stanza without a name is about `own`, the repository of the file.
    ///
    /// # Errors
    /// If it is not YAML, or if it is empty and not a repository's own.
    pub fn read(text: &str, own: Option<&str>) -> Result<Self, String> {
        let stanzas: Option<Vec<serde_yaml::Value>> =
            serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        // Zuul's data about all projects is never empty; a proxy's answer may be.
        let stanzas = match (stanzas, own) {
            (None, None) => return Err("there is nothing in it".to_owned()),
            (stanzas, _) => stanzas.unwrap_or_default(),
        };
        let projects = stanzas.into_iter().filter_map(|stanza| stanza.get("project").cloned());
        let mut found = Self::default();
        for project in projects {
            // Zuul reports stanzas of another shape.
            let Ok(project) = serde_yaml::from_value::<Stanza>(project) else { continue };
            let Some(name) = project.name.as_deref().or(own) else { continue };
            let name = match name.starts_with('^').then(|| Regex::new(&format!("^(?:{name})"))) {
                Some(Ok(pattern)) => Name::Pattern(pattern),
                Some(Err(_)) | None => Name::Exact(name.to_owned()),
            };
            found.entries.push((name, project.templates));
        }
        Ok(found)
    }
}

#[derive(Deserialize)]
struct Stanza {
    name: Option<String>,
    #[serde(default)]
    templates: Vec<String>,
}

impl Question for ZuulProjects {
    type Known = Templates;

    fn lane(&self) -> &'static str {
        "zuul-projects"
    }

    fn answer(&self, sources: &Sources) -> Answer<Templates> {
        let location = sources.zuul_projects();
        sources.document(&location).and_then(|bytes| {
            match Templates::read(&String::from_utf8_lossy(&bytes), None) {
                Ok(templates) => Answer::Known(templates),
                Err(why) => Answer::Unknown(Unknown::because(format_args!("{location}: {why}"))),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_found_by_name_and_by_pattern() {
        let text = "- job: {name: x}\n- project:\n    name: ^garden/.*\n    templates: [a]\n- project:\n    name: garden/hose\n    templates: [b]\n";
        let templates = Templates::read(text, None).unwrap();
        assert_eq!(templates.of("garden/hose").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(templates.of("house/hose").count(), 0);
    }

    #[test]
    fn a_stanza_without_a_name_is_of_its_own_repository() {
        let text = "- project:\n    templates: [a]\n    check: {jobs: [x]}\n";
        assert_eq!(
            Templates::read(text, Some("garden/hose"))
                .unwrap()
                .of("garden/hose")
                .collect::<Vec<_>>(),
            ["a"]
        );
        assert!(Templates::read("a: b", None).is_err());
    }

    #[test]
    fn an_empty_answer_does_not_say_that_nobody_has_a_job() {
        for empty in ["", "\n", "---\n", "# moved\n"] {
            assert_eq!(
                Templates::read(empty, None).unwrap_err(),
                "there is nothing in it",
                "{empty:?}"
            );
            assert_eq!(
                Templates::read(empty, Some("garden/hose")).unwrap().of("garden/hose").count(),
                0
            );
        }
    }
}
