//! The words of deliverable files that a site adds to the built-in ones: types, models, release types, and the forms in which
//! its versions are written.

use std::sync::Arc;

use super::deliverable::{Kind, Model, ReleaseType};
use super::yaml::Word;
use crate::version::Form;

/// What a site's deliverable files may say beside the built-in words.
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

/// A word of a site, or what a site says of a built-in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<W> {
    /// The word in the files.
    pub name: Arc<str>,
    /// The built-in word whose rules apply to it.
    pub like: W,
    /// Of a release type: how its versions are written.
    pub form: Option<Form>,
    /// Of a release type: the templates of the jobs that make its artefacts; empty where it needs none.
    pub job_templates: Option<Vec<String>>,
    /// Of a type: the release type of its deliverables, where their files do not name one.
    pub release_type: Option<Arc<str>>,
}

impl<W: Word> Term<W> {
    /// The word `name`, which means what `like` means.
    pub fn new(name: &str, like: W) -> Self {
        Self { name: name.into(), like, form: None, job_templates: None, release_type: None }
    }
}

impl Terms {
    /// The form called `name`, of the site or built in.
    pub fn form(&self, name: &str) -> Option<Form> {
        let own = self.forms.iter().find(|form| form.name() == name);
        own.cloned().or_else(|| Form::built_in(name))
    }

    /// The form in which releases of a type write their versions: what the site says of the type, or of the built-in one that
    /// it is like.
    pub fn form_of(&self, stated: Option<(&str, ReleaseType)>) -> Form {
        let Some((name, like)) = stated else { return self.usual_form.clone() };
        let named = |name: &str| find(&self.release_types, name).and_then(|term| term.form.clone());
        let built_in = || (like == ReleaseType::Xstatic).then(Form::pep440);
        named(name)
            .or_else(|| named(like.as_str()))
            .or_else(built_in)
            .unwrap_or_else(|| self.usual_form.clone())
    }

    /// The job templates that the site names for a release type.
    pub fn job_templates(&self, name: &str, like: ReleaseType) -> Option<&[String]> {
        let named = |name: &str| find(&self.release_types, name)?.job_templates.as_deref();
        named(name).or_else(|| named(like.as_str()))
    }
}

/// The term called `name`.
pub fn find<'t, W>(terms: &'t [Term<W>], name: &str) -> Option<&'t Term<W>> {
    terms.iter().find(|term| &*term.name == name)
}
