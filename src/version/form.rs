//! How versions are written: the forms that are built in, and those that a site describes.

use std::fmt;
use std::sync::{Arc, LazyLock};

use super::PreReleaseKind;
use super::pattern::Pattern;
use super::pbr;

/// How a version is written, and so which number a text is.
#[derive(Clone, PartialEq, Eq)]
pub struct Form(Arc<Inner>);

#[derive(PartialEq, Eq)]
struct Inner {
    name: String,
    written: Written,
}

#[derive(PartialEq, Eq)]
enum Written {
    /// As pbr does: `1.2.0`, `1.2.0.0rc1`.
    Pbr,
    /// As PEP 440 does, with any number of parts.
    Pep440,
    /// As a site says.
    Pattern(Pattern),
}

static PBR: LazyLock<Form> = LazyLock::new(|| Form::new("pbr", Written::Pbr));
static PEP440: LazyLock<Form> = LazyLock::new(|| Form::new("pep440", Written::Pep440));

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Form").field(&self.0.name).finish()
    }
}

impl Default for Form {
    fn default() -> Self {
        PBR.clone()
    }
}

impl Form {
    fn new(name: &str, written: Written) -> Self {
        Self(Arc::new(Inner { name: name.to_owned(), written }))
    }

    /// `X.Y.Z`, pre-releases `X.Y.Z.0rc1`.
    pub fn pbr() -> Self {
        PBR.clone()
    }

    /// Any canonical version of PEP 440.
    pub fn pep440() -> Self {
        PEP440.clone()
    }

    /// The form that is built in under that name.
    pub fn built_in(name: &str) -> Option<Self> {
        [&*PBR, &*PEP440].into_iter().find(|form| form.name() == name).cloned()
    }

    /// A form of a site: the pattern of a release, such as `v{MAJOR}.{MINOR}.{PATCH}`, and for each kind of pre-release what
    /// follows it, such as `-rc{N}`.
    ///
    /// # Errors
    /// A phrase that says what is wrong with the pattern.
    pub fn described(
        name: &str,
        release: &str,
        pre_releases: &[(PreReleaseKind, String)],
    ) -> Result<Self, String> {
        Ok(Self::new(name, Written::Pattern(Pattern::parse(release, pre_releases)?)))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The number that `text` is, also where it is not written in the canonical way.
    pub(super) fn number(&self, text: &str) -> Option<pep440_rs::Version> {
        match &self.0.written {
            Written::Pbr | Written::Pep440 => text.parse().ok(),
            Written::Pattern(pattern) => pattern.read(text),
        }
    }

    /// The one way in which this form writes the version `text`.
    ///
    /// # Errors
    /// A phrase that says why it cannot be read.
    pub(super) fn canonical(&self, text: &str) -> Result<String, String> {
        match &self.0.written {
            Written::Pbr => pbr::released(text).map_err(|error| error.to_string()),
            Written::Pep440 => match text.parse::<pep440_rs::Version>() {
                Ok(number) => Ok(number.to_string()),
                Err(_) => Err("not a version of PEP 440".to_owned()),
            },
            Written::Pattern(pattern) => {
                let number = pattern
                    .read(text)
                    .ok_or_else(|| format!("it does not have the form `{}`", pattern.text()))?;
                pattern
                    .write_number(&number)
                    .ok_or_else(|| format!("the form `{}` has no such version", pattern.text()))
            }
        }
    }

    /// The pattern, where a site describes the form.
    pub(super) fn pattern(&self) -> Option<&Pattern> {
        match &self.0.written {
            Written::Pattern(pattern) => Some(pattern),
            Written::Pbr | Written::Pep440 => None,
        }
    }

    /// Says how versions are written, as help for somebody who wrote one in another way.
    pub fn help(&self) -> String {
        match &self.0.written {
            Written::Pbr => "versions are `X.Y.Z`, pre-releases `X.Y.Z.0rc1`".to_owned(),
            Written::Pep440 => "versions are those of PEP 440, such as `1.4.2.0`".to_owned(),
            Written::Pattern(pattern) => pattern.help(),
        }
    }
}
