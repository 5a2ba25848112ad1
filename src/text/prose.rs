//! A page of a site's own, read from Markdown or reStructuredText.

/// A page as HTML, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    /// Its first title.
    pub title: Option<String>,
    /// Its content without the title; nothing in it was HTML before.
    pub html: String,
    /// Its sections: the place in the page, and the title.
    pub contents: Vec<(String, String)>,
    /// The labels that other pages may name, and the titles that follow them.
    pub labels: Vec<(String, Option<String>)>,
    /// What is wrong.
    pub troubles: Vec<PageTrouble>,
}

/// Something in a page that is not known or not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTrouble {
    /// The line, from 1.
    pub line: usize,
    /// A phrase.
    pub message: String,
}
