//! The site around a text, which knows what its names lead to.

/// Where names and addresses that are not on the web lead to.
pub trait Places {
    /// The address of a page, a file or a place in this page: what `` `text <target>`_ `` and pictures name.
    ///
    /// # Errors
    /// Why there is none: a phrase.
    fn address(&self, target: &str) -> Result<String, String>;

    /// Title and address of a label: what `:ref:` names.
    ///
    /// # Errors
    /// Why there is none.
    fn label(&self, name: &str) -> Result<(String, String), String>;

    /// The pages whose names match a pattern with `*`: what a toctree names.
    fn pages(&self, _pattern: &str) -> Vec<String> {
        Vec::new()
    }

    /// Title and address of a page: what `:doc:` and a toctree name.
    ///
    /// # Errors
    /// Why there is none.
    fn page(&self, name: &str) -> Result<(String, String), String>;

    /// Title and address of what a directive of the site's own stands for; `None` where this page shows it anyway.
    ///
    /// # Errors
    /// Why there is none; by default, that nobody knows the directive.
    fn asked(&self, asked: &CustomDirective<'_>) -> Result<Option<(String, String)>, String> {
        Err(format!("unknown directive `{}`", asked.directive))
    }
}

/// A directive that is not one of reStructuredText's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomDirective<'a> {
    /// Its name.
    pub directive: &'a str,
    /// Names and values of its options.
    pub options: &'a [(String, String)],
}

impl<'a> CustomDirective<'a> {
    /// The value of an option.
    pub fn option(&self, name: &str) -> Option<&'a str> {
        self.options.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
