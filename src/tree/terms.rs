//! The words that a site adds to the built-in ones of deliverable files: types, models, release types and version forms.

use std::sync::Arc;

use super::deliverable::{Kind, Model, ReleaseType};
use super::yaml::Word;
use crate::version::Form;

/// The words of a site, in addition to the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Types.
    pub kinds: Vec<Term<Kind>>,
    /// Release models.
    pub models: Vec<Term<Model>>,
    /// Release types.
    pub release_types: Vec<Term<ReleaseType>>,
    /// Forms of versions.
    pub forms: Vec<Form>,
    /// The form of a release type that has none of its own.
    pub usual_form: Form,
}

/// A word of a site, or its settings for a built-in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<W> {
    /// The word in the files.
    pub name: Arc<str>,
    /// The built-in word whose rules apply to it.
    pub like: W,
    /// For a release type: the form of its versions.
    pub form: Option<Form>,
    /// For a release type: the templates of the jobs that build its artefacts; empty if it needs none.
    pub job_templates: Option<Vec<String>>,
    /// For a type: the release type of its deliverables, if their files do not set one.
    pub release_type: Option<Arc<str>>,
}

impl<W: Word> Term<W> {
    /// The word `name`, with the meaning of `like`.
    pub fn new(name: &str, like: W) -> Self {
        Self { name: name.into(), like, form: None, job_templates: None, release_type: None }
    }
}

impl Terms {
    /// The form called `name`, from the site or built in.
    pub fn form(&self, name: &str) -> Option<Form> {
        let own = self.forms.iter().find(|form| form.name() == name);
        own.cloned().or_else(|| Form::built_in(name))
    }

    /// The version form of a release type: the one that the site sets for it, or for the built-in type that it is like.
    pub fn form_of(&self, stated: Option<(&str, ReleaseType)>) -> Form {
        let Some((name, like)) = stated else { return self.usual_form.clone() };
        let named = |name: &str| find(&self.release_types, name).and_then(|term| term.form.clone());
        let built_in = || (like == ReleaseType::Xstatic).then(Form::pep440);
        named(name)
            .or_else(|| named(like.as_str()))
            .or_else(built_in)
            .unwrap_or_else(|| self.usual_form.clone())
    }

    /// The job templates that the site sets for a release type.
    pub fn job_templates(&self, name: &str, like: ReleaseType) -> Option<&[String]> {
        let named = |name: &str| find(&self.release_types, name)?.job_templates.as_deref();
        named(name).or_else(|| named(like.as_str()))
    }
}

/// The term called `name`.
pub fn find<'t, W>(terms: &'t [Term<W>], name: &str) -> Option<&'t Term<W>> {
    terms.iter().find(|term| &*term.name == name)
}
