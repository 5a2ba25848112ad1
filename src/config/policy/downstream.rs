//! Who builds on a deliverable: named in the reviewer's page and warned before the tag, never a gate.

use super::Policy;
use super::who::{self, Described, Who};
use crate::tree::yaml::{Decoder, Field, Fields};

/// The keys of an entry, beside those that say whom it is about.
pub(super) const KEYS: &[&str] = &["repos", "mail", "jobs"];
/// The keys of a job.
pub(super) const JOB_KEYS: &[&str] = &["project", "job"];

/// Who builds on some deliverables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downstream {
    /// On which.
    pub who: Who,
    /// The repositories that build on them.
    pub repos: Vec<String>,
    /// The addresses that want to know.
    pub mail: Vec<String>,
    /// The jobs that test them.
    pub jobs: Vec<Job>,
}

/// A job of Zuul.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Job {
    /// The project that it runs for.
    pub project: String,
    /// Its name.
    pub name: String,
}

impl Policy {
    /// The addresses that want to know of a deliverable, each once.
    pub fn downstream_mail(&self, who: &Described) -> Vec<String> {
        let covering = self.downstream.iter().filter(|one| one.who.covers(who));
        let mut found: Vec<String> = Vec::new();
        for address in covering.flat_map(|one| &one.mail) {
            if !found.contains(address) {
                found.push(address.clone());
            }
        }
        found
    }
}

pub(super) fn read(decoder: &mut Decoder, item: Field<'_>) -> Option<Downstream> {
    let fields = decoder.fields(item, &[KEYS, who::KEYS].concat())?;
    let who = Who::read(decoder, &fields);
    let jobs = fields.get("jobs").map(|list| jobs(decoder, list)).unwrap_or_default();
    Some(Downstream {
        who,
        repos: texts(decoder, &fields, "repos"),
        mail: texts(decoder, &fields, "mail"),
        jobs,
    })
}

fn jobs(decoder: &mut Decoder, list: Field<'_>) -> Vec<Job> {
    let items: Vec<Field<'_>> = decoder.items(list).collect();
    items.into_iter().filter_map(|item| job(decoder, item)).collect()
}

fn job(decoder: &mut Decoder, item: Field<'_>) -> Option<Job> {
    let fields = decoder.fields(item, JOB_KEYS)?;
    let project = decoder.require(&fields, "project", "<project>");
    let project = project.and_then(|field| decoder.text(field));
    let name = decoder.require(&fields, "job", "<job>").and_then(|field| decoder.text(field));
    Some(Job { project: project?.value, name: name?.value })
}

fn texts(decoder: &mut Decoder, fields: &Fields<'_>, key: &str) -> Vec<String> {
    let Some(list) = fields.get(key) else { return Vec::new() };
    let items: Vec<Field<'_>> = decoder.items(list).collect();
    items.into_iter().filter_map(|item| decoder.text(item)).map(|text| text.value).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Policy;

    #[test]
    fn an_entry_names_repositories_addresses_and_jobs() {
        let text = "downstream:\n  - deliverables: [rose]\n    repos: [garden/vase]\n    mail: [a@b.org]\n    jobs: [{project: garden/vase, job: vase-build}]\n";
        let (policy, problems) = Policy::read(text.as_bytes());
        assert_eq!(problems, []);
        let found = &policy.downstream[0];
        assert_eq!((found.repos.len(), found.mail.len()), (1, 1));
        assert_eq!(found.jobs[0].name, "vase-build");
        assert!(policy.broken.is_empty());
    }

    #[test]
    fn a_mistake_is_shown_and_holds_nothing() {
        let text = "downstream:\n  - deliverables: [rose]\n    jobs: [{project: garden/vase}]\n    repo: [x]\n";
        let (policy, problems) = Policy::read(text.as_bytes());
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(policy.broken.is_empty() && policy.downstream[0].jobs.is_empty());
    }
}
